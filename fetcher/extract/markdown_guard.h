// Keeps md4c linear: what a reader cannot tell apart from the original, but no input can make slow.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace smallprint {

/// Bytes as md4c may have them: valid UTF-8 without NUL, every line ended by "\n", nesting of containers bounded.
/// Copies only where something had to be changed; otherwise text() is a view of what was given.
class GuardedMarkdown {
 public:
  explicit GuardedMarkdown(std::string_view bytes);
  GuardedMarkdown(const GuardedMarkdown&) = delete;
  GuardedMarkdown& operator=(const GuardedMarkdown&) = delete;
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  std::string utf8_, bounded_;
  std::string_view text_;
};

/// Bounds the line from `begin` to the end of `text` as GuardedMarkdown would: a line of code, which is rendered as it
/// is and read again.
void bound_line(std::string& text, std::size_t begin);

}  // namespace smallprint
