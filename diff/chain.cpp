#include "diff/chain.h"

#include <algorithm>
#include <numeric>

namespace smallprint {

std::vector<std::uint32_t> heaviest_chain(const std::vector<ChainLink>& links) {
  const auto in_order = [](const ChainLink& x, const ChainLink& y) { return x.a < y.a && x.b < y.b; };
  const auto bar =
      std::adjacent_find(links.begin(), links.end(), [&](const auto& x, const auto& y) { return !in_order(x, y); });
  if (bar == links.end()) {  // nothing excludes anything: the usual case
    std::vector<std::uint32_t> all(links.size());
    std::iota(all.begin(), all.end(), 0U);
    return all;
  }

  constexpr std::uint32_t none = UINT32_MAX;
  std::vector<std::uint32_t> ranks;  // the distinct b, sorted
  ranks.reserve(links.size());
  for (const ChainLink& link : links) ranks.push_back(link.b);
  std::sort(ranks.begin(), ranks.end());
  ranks.erase(std::unique(ranks.begin(), ranks.end()), ranks.end());

  std::vector<std::uint64_t> total(links.size());
  std::vector<std::uint32_t> previous(links.size(), none);
  std::vector<std::uint32_t> best(ranks.size() + 1, none);  // Fenwick tree: the heaviest chain that ends at or below b
  const auto heavier = [&](std::uint32_t x, std::uint32_t y) {
    return y == none || (x != none && total[x] > total[y]);
  };

  for (std::size_t i = 0; i < links.size();) {
    // Links of one `a` exclude each other: all of them look before any of them is entered.
    std::size_t end = i;
    while (end < links.size() && links[end].a == links[i].a) ++end;
    for (std::size_t l = i; l < end; ++l) {
      auto rank = static_cast<std::size_t>(std::lower_bound(ranks.begin(), ranks.end(), links[l].b) - ranks.begin());
      for (; rank > 0; rank -= rank & (~rank + 1)) {
        if (best[rank] != none && heavier(best[rank], previous[l])) previous[l] = best[rank];
      }
      total[l] = links[l].weight + (previous[l] == none ? 0 : total[previous[l]]);
    }
    for (std::size_t l = i; l < end; ++l) {
      auto rank =
          static_cast<std::size_t>(std::lower_bound(ranks.begin(), ranks.end(), links[l].b) - ranks.begin()) + 1;
      for (; rank < best.size(); rank += rank & (~rank + 1)) {
        if (heavier(static_cast<std::uint32_t>(l), best[rank])) best[rank] = static_cast<std::uint32_t>(l);
      }
    }
    i = end;
  }

  std::uint32_t last = none;
  for (std::uint32_t l = 0; l < links.size(); ++l) {
    if (last == none || total[l] > total[last]) last = l;
  }
  std::vector<std::uint32_t> chain;
  for (; last != none; last = previous[last]) chain.push_back(last);
  std::reverse(chain.begin(), chain.end());
  return chain;
}

}  // namespace smallprint
