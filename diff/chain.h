// The heaviest chain of pairs that keeps one order on both sides: used to choose what stays in place.
#pragma once

#include <cstdint>
#include <vector>

namespace smallprint {

/// Position `a` on the one side belongs to position `b` on the other; `weight` is what keeping it in place is worth.
struct ChainLink {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint64_t weight = 0;
};

/// The indices into `links`, ascending, of a chain that grows strictly on both sides and weighs most. `links` are
/// sorted by a, then b. Of equally heavy chains always the same one is taken. Cost: O(n log n), on a Fenwick tree.
std::vector<std::uint32_t> heaviest_chain(const std::vector<ChainLink>& links);

}  // namespace smallprint
