// Two texts as a unified diff, which patch(1) applies: what other tools read. (What people read: compare.h.)
//
// Method: equal ends are cut off; lines that are unique on both sides are chained (Cohen's patience diff), and Myers'
// greedy O(ND) search runs between them under a budget counted in steps, above which a gap is replaced as a whole.
// Pure; any thread. Cost: O((N + M) log(N + M)) plus the budget.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace smallprint {

struct UnifiedOptions {
  std::string_view before_name = "before", after_name = "after";  ///< what stands after --- and +++; any bytes
  std::size_t context = 3;                                        ///< equal lines kept around what differs
};

/// Empty where the texts are equal. Otherwise patch(1) makes `after` of `before` with it, byte for byte, for any texts
/// without a NUL.
std::string unified_diff(std::string_view before, std::string_view after, const UnifiedOptions& options = {});

}  // namespace smallprint
