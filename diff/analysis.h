// What a document says: topics of its clauses, statements in its sentences, facts and dates of the whole; and what a
// comparison means: effects and importance. Pure functions over values; the rules are passed in.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "diff/rules.h"
#include "model/change.h"
#include "model/clock.h"
#include "model/document.h"
#include "model/fact.h"

namespace smallprint {

/// What one sentence of a clause says: `frame` is what is compared to tell extended from narrowed from re-typeset.
struct Statement {
  std::string rule;  ///< the rule that read it
  std::string topic;
  std::string fact;         ///< the question it answers, or empty
  std::string value;        ///< its answer, or empty
  std::string detail;       ///< the link, setting or region it names, or empty
  std::string frame;        ///< who does what with what, on which condition: normalised, comparable
  std::uint32_t begin = 0;  ///< the sentence, as a byte range of the clause's text
  std::uint32_t end = 0;
};

/// Follows from a clause's kind and text alone, so it is computed once per distinct clause.
struct ClauseAnalysis {
  std::vector<std::string> topics;  ///< ids, sorted
  std::vector<Statement> statements;
};
using ClauseAnalysisPtr = std::shared_ptr<const ClauseAnalysis>;

ClauseAnalysis analyse_clause(const RuleSet& rules, const Clause& clause);

/// Remembers the analysis of distinct clauses, bounded by a number of entries. Not thread safe: one for each thread.
class AnalysisCache {
 public:
  explicit AnalysisCache(const RuleSet& rules, std::size_t max_entries = 100'000);
  ClauseAnalysisPtr get(const Clause& clause);

 private:
  const RuleSet& rules_;
  std::size_t max_entries_;
  std::unordered_map<std::string, ClauseAnalysisPtr> entries_;
};

struct DocumentAnalysis {
  std::vector<ClauseAnalysisPtr> clauses;  ///< one for each clause of the document
  std::vector<Fact> facts;                 ///< one for each question, silent ones too; lineage is not set
  std::optional<Date> effective_date;
  std::optional<Date> last_updated;
};

/// The analysis of a whole document. Rules are for the languages they name; for a document in another language every
/// fact is silent.
DocumentAnalysis analyse(const RuleSet& rules, const Document& document, AnalysisCache& cache);

/// Sets topics, importance and importance_reason of every change, and nothing else. `before` and `after` are the two
/// documents that were compared.
void judge(const RuleSet& rules, const Document& before, const DocumentAnalysis& before_analysis, const Document& after,
           const DocumentAnalysis& after_analysis, Comparison& comparison);

}  // namespace smallprint
