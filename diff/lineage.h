// Carries the identity of clauses from one version to the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "model/change.h"
#include "model/document.h"

namespace smallprint {

/// Lineages of a first version: {version, 0}, {version, 1}, …
std::vector<Lineage> first_lineage(std::size_t clauses, std::uint32_t version);

/// The lineages under which a clause of the new document stood with just this text before it left, the latest first.
using FormerLineages = std::function<std::vector<Lineage>(std::size_t after_index)>;

/// The lineages of the new document's clauses. A clause that is unchanged, edited or moved keeps the lineage it had; of
/// a split the part most like the old one keeps it, of a merger the result keeps that of the part most like it; added
/// ones that stood in an earlier version and were away take up the lineage they had then, where nobody else has it; all
/// others get {version, 0}, {version, 1}, … in reading order. Also sets `lineage` of each change. `before` has one
/// entry for each clause of the old document; `former` is asked for added clauses, and may be empty. Cost: linear.
std::vector<Lineage> carry_lineage(const std::vector<Lineage>& before, std::size_t after_clauses, std::uint32_t version,
                                   Comparison& comparison, const FormerLineages& former = {});

}  // namespace smallprint
