// What makes a heading of something that is not marked as one, in Markdown and HTML alike.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/document.h"

namespace smallprint {

/// Does a paragraph that is only bold read like a title: short, no sentence, no date stamp?
bool is_bold_title(std::string_view text, const std::vector<Span>& spans);

/// A heading that opens an item of an ordered list, and the marker of that item.
struct ItemHeading {
  std::size_t clause = 0;
  std::string marker;
};

/// "1. ### Title" prints the number too: puts the markers before the headings' texts, unless the headings bring their
/// own numbers or the list has but its first item.
void number_headings(Document& document, const std::vector<ItemHeading>& headings);

}  // namespace smallprint
