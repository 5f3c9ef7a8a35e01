// Pairs the clauses that have no equal on the other side by the words they share. See align.h, which owns the method.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/document.h"

namespace smallprint {

/// Clauses [a, a + a_count) of the one side belong to [b, b + b_count) of the other.
struct Link {
  std::uint32_t a = 0;
  std::uint32_t a_count = 1;
  std::uint32_t b = 0;
  std::uint32_t b_count = 1;
  bool equal = false;
};

/// A clause that is not linked yet, and the gap between linked clauses in which it stands.
struct FreeClause {
  std::uint32_t index = 0;
  std::uint32_t gap = 0;
};

struct Pairing {
  std::vector<Link> links;  ///< no clause is in two
  bool truncated = false;
};

/// Links free clauses that have become one another: edited, split, merged. Free clauses are in order.
Pairing pair_by_words(std::span<const Clause> a, const std::vector<FreeClause>& free_a, std::span<const Clause> b,
                      const std::vector<FreeClause>& free_b);

/// What two texts share of their words, from 0 to 1000 (per mille, weighted by length).
std::uint32_t similarity(std::string_view a, std::string_view b);

}  // namespace smallprint
