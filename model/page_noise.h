// What a page shows beside its document and what alters by itself or for each visitor: counters of views and votes,
// reading times, "Was this article helpful?", buttons to share and print, when the visitor came. None of it binds
// anybody.
//
// Method: the text must be made of known phrases and nothing else, with numbers, dates and spans of time in their
// places; a word more and it is text of the document. Thread safety: free functions on values. Cost: linear.
#pragma once

#include <cstdint>
#include <string_view>

namespace smallprint {

enum class PageNoise : std::uint8_t {
  none,
  answer,  ///< "Yes No": noise beside a question to the reader, otherwise text
  likely,  ///< "1,234 views", "Print": noise as a paragraph of its own; an item of a list may be meant
  certain  ///< "Was this article helpful?", "Last viewed on 3 May 2024": noise wherever it stands
};

PageNoise page_noise(std::string_view text);

}  // namespace smallprint
