#include "diff/lineage.h"

#include <algorithm>
#include <cassert>
#include <set>

#include "diff/pairing.h"

namespace smallprint {
namespace {

/// Which of several parts is most like the whole; of equals the first.
std::size_t most_like(const std::vector<Clause>& parts, const Clause& whole) {
  std::size_t best = 0;
  std::uint32_t best_similarity = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::uint32_t alike = similarity(parts[i].text, whole.text);
    if (alike > best_similarity) {
      best = i;
      best_similarity = alike;
    }
  }
  return best;
}

}  // namespace

std::vector<Lineage> first_lineage(std::size_t clauses, std::uint32_t version) {
  std::vector<Lineage> lineages(clauses);
  for (std::uint32_t i = 0; i < clauses; ++i) lineages[i] = {version, i};
  return lineages;
}

std::vector<Lineage> carry_lineage(const std::vector<Lineage>& before, std::size_t after_clauses, std::uint32_t version,
                                   Comparison& comparison, const FormerLineages& former) {
  enum class From : char { stays, born, carried };
  std::vector<Lineage> after(after_clauses);
  std::vector<From> from(after_clauses, From::stays);
  std::vector<char> changed(before.size());
  for (const Change& change : comparison.changes) {
    assert(change.before_index + change.before.size() <= before.size());
    assert(change.after_index + change.after.size() <= after_clauses);
    const auto old_at = [&](std::size_t k) { return before[change.before_index + k]; };
    std::fill_n(changed.begin() + change.before_index, change.before.size(), char{1});
    std::fill_n(from.begin() + change.after_index, change.after.size(), From::born);
    const auto carry = [&](std::size_t k, Lineage lineage) {
      after[change.after_index + k] = lineage;
      from[change.after_index + k] = From::carried;
    };
    if (change.before.empty() || change.after.empty()) continue;
    if (change.before.size() == change.after.size()) {
      for (std::size_t k = 0; k < change.after.size(); ++k) carry(k, old_at(k));
    } else if (change.before.size() == 1) {
      carry(most_like(change.after, change.before.front()), old_at(0));
    } else {
      carry(0, old_at(most_like(change.before, change.after.front())));
    }
  }

  std::size_t old = 0;
  for (std::size_t i = 0; i < after_clauses; ++i) {
    if (from[i] != From::stays) continue;
    while (old < before.size() && changed[old] != 0) ++old;
    assert(old < before.size());
    after[i] = before[old++];
  }
  std::set<Lineage> taken;
  if (former) {
    for (std::size_t i = 0; i < after_clauses; ++i) {
      if (from[i] != From::born) taken.insert(after[i]);
    }
  }
  std::uint32_t born = 0;
  for (std::size_t i = 0; i < after_clauses; ++i) {
    if (from[i] != From::born) continue;
    const std::vector<Lineage> had = former ? former(i) : std::vector<Lineage>{};
    const auto again = std::find_if(had.begin(), had.end(), [&](Lineage one) { return taken.insert(one).second; });
    after[i] = again != had.end() ? *again : Lineage{version, born++};
  }
  for (Change& change : comparison.changes) {
    change.lineage = change.after.empty() ? before[change.before_index] : after[change.after_index];
  }
  return after;
}

}  // namespace smallprint
