// The face of comparing: two documents in, what happened to each clause out. Pure: no I/O, no clock, no globals.
//
// Method (DESIGN §6): clauses are interned and aligned on their ids (dtl, Wu's O(NP), under a step budget counted in
// operations, not time); inside the gaps and across them clauses are paired by similarity; inside a pair an edit script
// on words is computed and cleaned up for reading. Cost: O((N + M) log(N + M)) plus the budget.
// Thread safety: free functions on values; call them from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/change.h"
#include "model/document.h"
#include "model/result.h"

namespace smallprint {

/// Guarantees, each a property test:
///  - apply(before, compare(before, after)) == after, and revert() is its inverse;
///  - compare(d, d) is empty; swapping the inputs swaps added and removed;
///  - the same input gives the same output.
/// Topics, importance and lineage of the changes are not set here (see effects.h and lineage.h).
Comparison compare(const Document& before, const Document& after);

/// The clauses of the new document, from the old ones and the changes; and the other way round. Their inputs are those
/// of one compare(): a comparison that does not fit the document gives an Error bad_input.
Result<Document> apply(const Document& before, const Comparison& comparison);
Result<Document> revert(const Document& after, const Comparison& comparison);

/// The edit script between two texts, by words, cleaned up for reading. Cost: bounded by a token cap; above it, one
/// removed run and one added run between the common ends.
std::vector<Word> compare_words(std::string_view before, std::string_view after);

}  // namespace smallprint
