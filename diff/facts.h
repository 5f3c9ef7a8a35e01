// The answers of a whole document: facts from statements, dates from the clauses that stamp it. Internal to diff/.
#pragma once

#include <vector>

#include "diff/analysis.h"
#include "diff/rules_impl.h"
#include "model/document.h"

namespace smallprint {

/// Fills facts and dates from `clauses`, which are resolved already. Cost: one pass over the clauses.
void gather_facts(const RuleSet::Impl& rules, const Document& document, DocumentAnalysis& analysis);

/// The dates that one clause stamps its document with.
void read_dates(const RuleSet::Impl& rules, std::string_view text, ClauseAnalysis& out);

}  // namespace smallprint
