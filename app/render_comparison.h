// A comparison for people to read: on a terminal, as Markdown, as HTML. (As JSON: server/json.h.)
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "model/change.h"

namespace smallprint {

struct RenderOptions {
  bool color = false;        ///< text: red and green instead of [-…-] and {+…+}
  bool cosmetic = true;      ///< show cosmetic changes; they are counted either way
  std::size_t context = 12;  ///< text: unchanged words kept on each side of what changed; SIZE_MAX: all
};

/// One block for each change: its heading, what happened, the redline; at the end a line that sums up. Control
/// characters of the texts are shown as U+FFFD: nothing of them reaches the terminal.
std::string comparison_text(const Comparison& comparison, const RenderOptions& options);

/// The same blocks as Markdown with ~~removed~~ and **added** words, under `title`.
std::string comparison_markdown(const Comparison& comparison, std::string_view title, const RenderOptions& options);

/// An HTML fragment, <section class="comparison">, with <ins> and <del>.
std::string comparison_html(const Comparison& comparison, std::string_view title, const RenderOptions& options);

/// "3 changes (1 edited, 2 added), 4 cosmetic ones (2 date, 2 typography)"
std::string comparison_summary(const Comparison& comparison);

}  // namespace smallprint
