// The blocks of a page as clauses.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "fetcher/extract/html.h"
#include "fetcher/extract/links.h"
#include "model/document.h"

namespace smallprint {

/// Nodes [begin, end) of a page, in document order; elements that reach beyond the end are cut there.
struct Region {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// For each node of a page: is it left out, with all that is inside it?
using LeftOut = std::vector<bool>;

/// Marks what a reader does not see: display:none, hidden, what only screen readers get. Collapsed sections stay.
void leave_out_hidden(const HtmlPage& page, LeftOut& left_out);

/// The regions as clauses, one after the other; no node is read twice. Headings, paragraphs, list items with the
/// markers that are printed, rows of tables, quotes, code; formatting and links as spans. Layout tables are no tables.
/// Cost: linear, no recursion.
Document clauses_of(const HtmlPage& page, const std::vector<Region>& regions, const LeftOut& left_out,
                    const LinkBase& links);

}  // namespace smallprint
