// The part of a page that is its document, where no declaration says which.
#pragma once

#include "fetcher/extract/clauses.h"
#include "fetcher/extract/html.h"

namespace smallprint {

/// The region with the main content; marks in `left_out` what is navigation, banner, share buttons and the like, inside
/// it and around it. Follows the text: from the body down to the smallest element that still holds nearly all of it,
/// boilerplate not counted. The whole body where nothing stands out. Cost: linear.
Region find_content(const HtmlPage& page, LeftOut& left_out);

}  // namespace smallprint
