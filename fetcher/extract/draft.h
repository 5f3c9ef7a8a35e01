// What a page says of itself, and how a declaration could name the part of it that was found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fetcher/extract/extract.h"
#include "model/catalog.h"
#include "model/document.h"

namespace smallprint {

/// Folded text, empty where the page does not say.
struct PageNames {
  std::string title;  ///< of its <title>
  std::string site;   ///< og:site_name or application-name
};
PageNames names_of(const Page& page);

/// Selectors that give exactly `document`, which extract() found in this page by itself: ids, classes and elements with
/// names that people give, each matching once. Empty where there are none, and for what is no HTML. Cost: an extraction
/// for each of a dozen candidates at most.
std::vector<Selection> stable_selection(const Page& page, const Document& document);

/// Is it an id or class that somebody named ("main-content"), not one that a build made up ("css-1x9k2f")?
bool is_stable_name(std::string_view name);

}  // namespace smallprint
