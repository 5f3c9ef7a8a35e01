#include "diff/facts.h"

#include <algorithm>
#include <map>

#include "diff/dates.h"
#include "diff/sentences.h"

namespace smallprint {
namespace {

constexpr std::size_t max_evidence = 5;
constexpr std::size_t stamps_from_top = 40;     // a document is dated in its first clauses,
constexpr std::size_t stamps_from_bottom = 12;  // or in its last
constexpr std::size_t longest_stamp = 1200;     // bytes
constexpr std::size_t keyword_reach = 70;       // bytes between "effective" and the date

struct Said {
  int weight;
  std::uint32_t clause;
  const Statement* statement;
};

// The first link inside the sentence: where an opt-out or a setting is.
std::string link_in(const Clause& clause, const Statement& statement) {
  for (const Span& span : clause.spans) {
    if (span.kind == SpanKind::link && span.begin < statement.end && span.end > statement.begin) return span.target;
  }
  return {};
}

Evidence evidence_of(const Document& document, std::uint32_t clause, std::size_t begin, std::size_t end) {
  Evidence evidence;
  evidence.text = document.clauses[clause].text.substr(begin, end - begin);
  evidence.section = document.section(clause);
  evidence.clause = clause;
  return evidence;
}

Fact answer(const RuleSet::Impl& rules, const FactRule& question, const Document& document, std::vector<Said> said) {
  Fact fact;
  fact.fact = question.definition.id;
  fact.value = "silent";
  for (const std::string& value : question.order) {
    const auto says = [&](const Said& one) { return one.statement->value == value; };
    if (std::none_of(said.begin(), said.end(), says)) continue;
    fact.value = value;
    std::erase_if(said, [&](const Said& one) { return !says(one); });
    break;
  }
  if (fact.value == "silent") return fact;
  std::stable_sort(said.begin(), said.end(), [](const Said& a, const Said& b) { return a.weight > b.weight; });
  std::vector<std::string> details;
  for (const Said& one : said) {
    const Clause& clause = document.clauses[one.clause];
    std::string detail = one.statement->detail;
    const Rule* rule = rules.rule(one.statement->rule);
    if (rule != nullptr && rule->links) {
      const std::string link = link_in(clause, *one.statement);
      if (!link.empty()) detail = link;
    }
    if (!detail.empty() && std::find(details.begin(), details.end(), detail) == details.end()) {
      details.push_back(std::move(detail));
    }
    const auto same = [&](const Evidence& e) {
      return e.clause == one.clause &&
             e.text ==
                 std::string_view(clause.text).substr(one.statement->begin, one.statement->end - one.statement->begin);
    };
    if (fact.evidence.size() < max_evidence && std::none_of(fact.evidence.begin(), fact.evidence.end(), same)) {
      fact.evidence.push_back(evidence_of(document, one.clause, one.statement->begin, one.statement->end));
    }
  }
  for (const std::string& detail : details) {
    if (fact.detail.size() > 300) break;
    fact.detail += (fact.detail.empty() ? "" : ", ") + detail;
  }
  return fact;
}

// The sentence of a clause that holds a date of this value.
Evidence date_evidence(const Document& document, std::uint32_t clause, Date date) {
  const std::string& text = document.clauses[clause].text;
  for (const Sentence& sentence : split_sentences(text)) {
    for (const FoundDate& found :
         find_dates(std::string_view(text).substr(sentence.begin, sentence.end - sentence.begin))) {
      if (found.date == date) return evidence_of(document, clause, sentence.begin, sentence.end);
    }
  }
  return evidence_of(document, clause, 0, text.size());
}

void date_fact(const Document& document, std::string_view id, std::optional<Date> date, std::uint32_t clause,
               std::vector<Fact>& facts) {
  for (Fact& fact : facts) {
    if (fact.fact != id || !date) continue;
    fact.value = format_date(*date);
    fact.evidence = {date_evidence(document, clause, *date)};
  }
}

}  // namespace

void read_dates(const RuleSet::Impl& rules, std::string_view text, ClauseAnalysis& out) {
  if (text.size() > longest_stamp) return;
  std::size_t from = 0;
  for (const FoundDate& found : find_dates(text)) {
    const std::size_t window = std::max(from, found.begin > keyword_reach ? found.begin - keyword_reach : 0);
    const std::string_view before = text.substr(window, found.begin - window);
    const auto says = [&](PatternId pattern) {
      return pattern != no_pattern && re2::RE2::PartialMatch(before, *rules.patterns[pattern]);
    };
    if (says(rules.announced) && !out.announced_date) {
      out.announced_date = found.date;
    } else if (says(rules.effective)) {
      if (!out.effective_date) out.effective_date = found.date;
    } else if (says(rules.updated) && !out.last_updated) {
      out.last_updated = found.date;
    }
    from = found.end;
  }
}

void gather_facts(const RuleSet::Impl& rules, const Document& document, DocumentAnalysis& analysis) {
  std::map<std::string_view, std::vector<Said>> said;
  std::uint32_t effective = 0, announced = 0;
  std::optional<Date> announced_date;
  const std::size_t count = analysis.clauses.size();
  for (std::size_t i = 0; i < count; ++i) {
    const ClauseAnalysis& clause = *analysis.clauses[i];
    const auto index = static_cast<std::uint32_t>(i);
    for (const Statement& statement : clause.statements) {
      if (statement.fact.empty()) continue;
      const Rule* rule = rules.rule(statement.rule);
      said[statement.fact].push_back({rule == nullptr ? 0 : rule->weight, index, &statement});
    }
    if (i >= stamps_from_top && i + stamps_from_bottom < count) continue;
    if (clause.effective_date && !analysis.effective_date) {
      analysis.effective_date = clause.effective_date;
      effective = index;
    }
    if (clause.last_updated && !analysis.last_updated) analysis.last_updated = clause.last_updated;
    if (clause.announced_date && !announced_date) {
      announced_date = clause.announced_date;
      announced = index;
    }
  }
  for (const FactRule& question : rules.fact_rules) {
    const auto found = said.find(question.definition.id);
    analysis.facts.push_back(
        answer(rules, question, document, found == said.end() ? std::vector<Said>{} : std::move(found->second)));
  }
  date_fact(document, "effective_date", analysis.effective_date, effective, analysis.facts);
  date_fact(document, "announced_change", announced_date, announced, analysis.facts);
}

}  // namespace smallprint
