// What must hold of any two documents that are compared (DESIGN §6).
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/diff/documents.h"

namespace smallprint::test {

inline std::string encoded(const std::vector<Clause>& clauses) {
  std::string out;
  for (const Clause& clause : clauses) encode_clause(clause, out);
  return out;
}

/// The change as it reads the other way round.
inline Change mirrored(Change change) {
  std::swap(change.before, change.after);
  std::swap(change.before_index, change.after_index);
  if (change.kind == ChangeKind::added) {
    change.kind = ChangeKind::removed;
  } else if (change.kind == ChangeKind::removed) {
    change.kind = ChangeKind::added;
  } else if (change.kind == ChangeKind::split) {
    change.kind = ChangeKind::merged;
  } else if (change.kind == ChangeKind::merged) {
    change.kind = ChangeKind::split;
  }
  return change;
}

inline std::vector<std::string> fingerprints(const Comparison& comparison, bool mirror) {
  std::vector<std::string> out;
  for (Change change : comparison.changes) {
    if (mirror) change = mirrored(std::move(change));
    // Where an added clause would have stood is no part of what happened to it.
    const bool alone = change.before.empty() || change.after.empty();
    out.push_back(std::string(name(change.kind)) + (alone ? "" : std::to_string(change.before_index)) + "/" +
                  (alone ? "" : std::to_string(change.after_index)) + encoded(change.before) + "|" +
                  encoded(change.after));
  }
  std::sort(out.begin(), out.end());
  return out;
}

/// True where all properties hold; tells of each that does not.
inline bool holds(const Document& before, const Document& after) {
  bool good = true;
  const auto expect = [&](bool condition, const char* what) {
    if (!condition) {
      good = false;
      FAIL_CHECK(std::string(what));
    }
  };
  const Comparison comparison = compare(before, after);
  const auto applied = apply(before, comparison);
  expect(applied.ok() && *applied == after, "apply(before, compare(before, after)) == after");
  const auto reverted = revert(after, comparison);
  expect(reverted.ok() && *reverted == before, "revert(after, compare(before, after)) == before");
  expect(comparison.changes.empty() == (before == after), "changes exactly where the documents differ");
  bool substantive = false;
  for (const Change& change : comparison.changes) {
    substantive = substantive || !change.cosmetic;
    expect(change.cosmetic == !change.reasons.empty(), "reasons exactly where cosmetic");
    expect(joined(change.words, WordOp::added) == before_text(change), "same and removed words give the text before");
    expect(joined(change.words, WordOp::removed) == after_text(change), "same and added words give the text after");
    for (std::size_t i = 0; i < change.words.size(); ++i) {
      expect(!change.words[i].text.empty(), "no run of words is empty");
      expect(i == 0 || change.words[i].op != change.words[i - 1].op, "no two runs of one kind in a row");
      expect(i == 0 || change.words[i].op != WordOp::removed || change.words[i - 1].op != WordOp::added,
             "removed words stand before added ones");
    }
  }
  expect((comparison.kind == VersionKind::substantive) == substantive, "substantive where any change is");
  expect(std::is_sorted(comparison.changes.begin(), comparison.changes.end(),
                        [](const Change& x, const Change& y) { return x.after_index < y.after_index; }),
         "changes are in the order of the new document");
  expect(summary(comparison) == summary(compare(before, after)), "the same input gives the same output");
  expect(fingerprints(comparison, false) == fingerprints(compare(after, before), true),
         "swapping the inputs swaps the changes");
  return good;
}

}  // namespace smallprint::test
