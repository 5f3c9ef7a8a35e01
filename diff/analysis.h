// What a document says: topics of its clauses, statements in its sentences, facts and dates of the whole; and what a
// comparison means: effects and importance. Pure functions over values; the rules are passed in.
//
// Method: the triggers are looked for in a clause's text (literal_filter.h); only where one hits are sentences split
// off and read by the rules it opens (sentences.h, reading.h). One that leans on a lead-in ("We use your data to:") is
// resolved on the level of the document. Cost: linear in the text of clauses not seen before; a hash each for the rest.
// Threads: an AnalysisCache belongs to one thread; everything else is a value or free. Errors: none, any text is read.
#pragma once

#include <array>
#include <cstdint>
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
  int weight = 0;              ///< how telling it is as evidence: by its rule, how directly it says so, and how briefly
  bool denies = false;         ///< says that it is not so: a promise not to
  bool open = false;           ///< has no subject of its own: what it says depends on the clause that leads to it
  bool purpose = false;        ///< open, and names what something is for: of the service, where nothing leads to it
  bool needs_context = false;  ///< holds only where headings or clauses above say what it is about
};

/// What a clause makes of the clauses it introduces.
enum class LeadIn : std::uint8_t {
  none,
  service_does,      ///< "We use your data to:"
  service_does_not,  ///< "We do not use your messages to:"
  user_must_not      ///< "You agree not to:", "Prohibited uses"
};

/// Follows from a clause's kind and text alone, so it is computed once per distinct clause.
struct ClauseAnalysis {
  std::vector<std::string> topics;  ///< ids, sorted
  std::vector<Statement> statements;
  std::uint64_t topic_bits = 0;     ///< the same topics by their index in RuleSet::topics()
  std::uint64_t mention_bits = 0;   ///< those of them that the words alone name
  std::uint64_t affirmed_bits = 0;  ///< topics of the statements that do not deny
  std::uint64_t denied_bits = 0;    ///< topics of the statements that do
  LeadIn lead_in = LeadIn::none;
  std::optional<Date> effective_date;
  std::optional<Date> last_updated;
  std::optional<Date> announced_date;  ///< of terms to come; the latest that the clause names
  bool announces = false;              ///< that date counts wherever the clause stands
};
using ClauseAnalysisPtr = std::shared_ptr<const ClauseAnalysis>;

/// `language`: of its document. One that is known to be English is not read as another language; any other may be in
/// several, English included.
ClauseAnalysis analyse_clause(const RuleSet& rules, const Clause& clause, std::string_view language = {});

/// Remembers the analysis of distinct clauses, bounded by a number of entries (all are forgotten when it is reached).
/// Not thread safe: one for each thread.
class AnalysisCache {
 public:
  explicit AnalysisCache(const RuleSet& rules, std::size_t max_entries = 100'000);
  ClauseAnalysisPtr get(const Clause& clause, std::string_view language);
  /// Tells that the clauses asked for next are those of another document, or of its next version.
  void begin_document();

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Entries = std::unordered_map<std::string, ClauseAnalysisPtr, Hash, std::equal_to<>>;
  const RuleSet& rules_;
  std::size_t max_entries_;
  std::array<Entries, 4> entries_;  ///< of headings and of all others, in English documents and in others
  /// What the document before asked for, in order, and how far this one has got: versions of a document mostly ask for
  /// the same again, and to compare a text costs less than to look it up.
  using Trail = std::vector<const Entries::value_type*>;
  std::array<Trail, 4> before_, now_;
  std::array<std::size_t, 4> expected_{};
  ClauseAnalysisPtr nothing_;  ///< shared by all clauses in which nothing was found
};

struct DocumentAnalysis {
  std::vector<ClauseAnalysisPtr> clauses;  ///< one for each clause of the document
  std::vector<Fact> facts;                 ///< one for each question, silent ones too; lineage is not set
  std::optional<Date> effective_date;
  std::optional<Date> last_updated;
};

/// The analysis of a whole document. Rules are for the languages they name: what no rule reads in the document's
/// language is unknown, never silent, and in a language without any rule its clauses have no topics.
DocumentAnalysis analyse(const RuleSet& rules, const Document& document, AnalysisCache& cache);

/// Sets topics, importance and importance_reason of every change, and nothing else. `before` and `after` are the two
/// documents that were compared.
void judge(const RuleSet& rules, const Document& before, const DocumentAnalysis& before_analysis, const Document& after,
           const DocumentAnalysis& after_analysis, Comparison& comparison);

}  // namespace smallprint
