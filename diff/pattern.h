// One pattern of the rules. Internal to diff/.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace smallprint {

/// A pattern as it is written. One whose alternatives are patterns of their own is compiled where it is first asked
/// for: these have been, and most texts ask for them alone. Safe to share between threads.
class Pattern {
 public:
  Pattern(std::string text, const re2::RE2::Options& options, bool later) : text_(std::move(text)), options_(options) {
    if (!later) static_cast<void>(compiled());
  }
  [[nodiscard]] const re2::RE2& compiled() const {
    std::call_once(once_, [this] { compiled_ = std::make_unique<re2::RE2>(text_, options_); });
    return *compiled_;
  }
  [[nodiscard]] const std::string& pattern() const { return text_; }

 private:
  std::string text_;
  re2::RE2::Options options_;
  mutable std::once_flag once_;
  mutable std::unique_ptr<re2::RE2> compiled_;
};

}  // namespace smallprint
