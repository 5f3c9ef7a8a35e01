// The part of a page that is its document, where no declaration says which.
#pragma once

#include <vector>

#include "fetcher/extract/clauses.h"
#include "fetcher/extract/html.h"

namespace smallprint {

/// The regions with the main content (its title and the prose below that may stand outside of it); marks in `left_out`
/// what is navigation, banner, share buttons and the like, inside it and around it. Follows the text: from the body
/// down to the smallest element that still holds nearly all of it and has no prose beside it, boilerplate not counted.
/// The whole body where nothing stands out. Cost: linear.
std::vector<Region> find_content(const HtmlPage& page, LeftOut& left_out);

}  // namespace smallprint
