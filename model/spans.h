// Formatting and links in their one canonical form, so that equal looks give equal clauses.
#pragma once

#include <string_view>
#include <vector>

#include "model/document.h"

namespace smallprint {

/// Makes `spans` canonical over `text`: clipped to it, no white space at their edges, none empty, none across a tab
/// (cells of a table), no code with a run of 32 backticks, one run of strong, emphasis or code where several touch or
/// only a space is between them, no link inside or across another, in the order that Clause::spans states. Cost:
/// sorting.
void normalize_spans(std::string_view text, std::vector<Span>& spans);

/// Drops strong where it covers the whole text, or all but a colon at its end: a heading is strong by itself.
void drop_whole_strong(std::string_view text, std::vector<Span>& spans);

}  // namespace smallprint
