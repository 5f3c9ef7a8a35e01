// Where sentences begin and end. Made for terms: abbreviations, "Inc.", "3.a.i", "U.S.", decimal numbers and addresses
// end none; table cells, lines and bullets printed inside a paragraph do. Pure; any bytes; cost: one pass.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace smallprint {

/// A half-open byte range, without white space at either end; never empty.
struct Sentence {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  friend bool operator==(const Sentence&, const Sentence&) = default;
};

/// In order, not overlapping; everything but white space and inner bullets is in one of them. A sentence longer than
/// 4,096 bytes is cut at a space, so that what reads it has a bound.
std::vector<Sentence> split_sentences(std::string_view text);

}  // namespace smallprint
