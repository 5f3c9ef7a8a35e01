// Carries the identity of clauses from one version to the next.
#pragma once

#include <cstdint>
#include <vector>

#include "model/change.h"
#include "model/document.h"

namespace smallprint {

/// Lineages of a first version: {version, 0}, {version, 1}, …
std::vector<Lineage> first_lineage(std::size_t clauses, std::uint32_t version);

/// The lineages of the new document's clauses. A clause that is unchanged, edited or moved keeps the lineage it had; of
/// a split the part most like the old one keeps it, of a merger the result keeps that of the part most like it; added
/// ones get {version, 0}, {version, 1}, … in reading order. Also sets `lineage` of each change. `before` has one entry
/// for each clause of the old document. Cost: linear.
std::vector<Lineage> carry_lineage(const std::vector<Lineage>& before, std::size_t after_clauses, std::uint32_t version,
                                   Comparison& comparison);

}  // namespace smallprint
