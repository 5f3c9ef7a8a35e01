// Which clauses of two documents belong together: the first two steps of comparing (DESIGN §6).
//
// Method: common ends are cut off; the rest is interned and aligned on equal clauses (dtl, Wu's O(NP), where the
// product of the sizes allows it; else the heaviest chain of clauses that are unique on both sides, and dtl between
// them). What is left is paired by the words it shares, found over an inverted index: splits and mergers first, then
// the heaviest monotone chain inside each gap, then across gaps. What does not fit one reading order has moved. Every
// step is counted against a budget; nothing here depends on time, addresses or hash order. Thread safety: a free
// function on values.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/document.h"

namespace smallprint {

/// `same`: equal and in place. `added` has no clause before, `removed` none after.
enum class Relation : std::uint8_t { same, edited, moved, moved_and_edited, split, merged, added, removed };

/// A run of clauses [before, before + before_count) and what became of it, [after, after + after_count). Where a count
/// is 0 the index is the place at which the run would stand.
struct Piece {
  Relation relation = Relation::same;
  std::uint32_t before = 0;
  std::uint32_t before_count = 0;
  std::uint32_t after = 0;
  std::uint32_t after_count = 0;
};

/// Every clause of both documents is in exactly one piece. Pieces are in the order of the new document; the removed
/// stand where they stood. `same` pieces are in order on both sides.
struct Alignment {
  std::vector<Piece> pieces;
  bool truncated = false;  ///< the budget ran out: right, but coarser than it could be
};

/// Swapping the inputs gives the same pieces with their sides swapped. Cost: O((N + M) log(N + M)) plus the budget.
Alignment align(std::span<const Clause> before, std::span<const Clause> after);

}  // namespace smallprint
