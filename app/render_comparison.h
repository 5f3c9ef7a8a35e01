// A comparison for people to read: on a terminal, as Markdown, as HTML. (As JSON: server/json.h.)
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "model/change.h"

namespace smallprint {

struct RenderOptions {
  bool words = false;  ///< the words that changed, marked inside their clause; else the clause before and the one after
  bool color = false;  ///< text: red and green
  bool cosmetic = true;      ///< show cosmetic changes; they are counted either way
  std::size_t left_out = 0;  ///< how many changes the caller took out of the comparison
  /// Text: how much is kept on each side of what changed, in words where words are marked, else in clauses; SIZE_MAX:
  /// all.
  std::size_t context = 0;
};

/// One block for each change: the headings above it, what happened, the redline; at the end a line that sums up.
/// `after` is the new document. Control characters of the texts are shown as U+FFFD: nothing of them reaches the
/// terminal.
std::string comparison_text(const Comparison& comparison, const Document& after, const RenderOptions& options);

/// The same blocks as Markdown with ~~removed~~ and **added** words, under `title`.
std::string comparison_markdown(const Comparison& comparison, std::string_view title, const RenderOptions& options);

/// An HTML fragment, <section class="comparison">, with <ins> and <del>.
std::string comparison_html(const Comparison& comparison, std::string_view title, const RenderOptions& options);

/// "2 changes of substance (1 edited, 1 added), 4 cosmetic (2 date, 2 typography)."
std::string comparison_summary(const Comparison& comparison, std::size_t left_out = 0);

}  // namespace smallprint
