#include "diff/lineage.h"
namespace smallprint {
std::vector<Lineage> first_lineage(std::size_t n, std::uint32_t) { return std::vector<Lineage>(n); }
std::vector<Lineage> carry_lineage(const std::vector<Lineage>&, std::size_t n, std::uint32_t, Comparison&) {
  return std::vector<Lineage>(n);
}
}  // namespace smallprint
