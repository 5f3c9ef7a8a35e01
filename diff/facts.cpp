#include "diff/facts.h"

#include <algorithm>
#include <map>
#include <set>

#include "diff/answers.h"
#include "diff/dates.h"
#include "diff/sentences.h"

namespace smallprint {
namespace {

constexpr std::size_t stamps_from_top = 40;     // a document is dated in its first clauses,
constexpr std::size_t stamps_from_bottom = 12;  // or in its last
constexpr std::size_t longest_stamp = 1200;     // bytes
constexpr std::size_t reach_before = 140;       // bytes that say what a date is of
constexpr std::size_t reach_after = 160;

struct Said {
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

// Where sentences of several kinds answer a question, the most telling of each kind come before the second ones: that
// courts are given up, that class actions are, and the title under which it stands; what the service does with data for
// ads, what others do, and where to refuse.
void most_telling_first(const Document& document, std::vector<Said>& said) {
  std::stable_sort(said.begin(), said.end(),
                   [](const Said& a, const Said& b) { return a.statement->weight > b.statement->weight; });
  std::map<std::pair<std::string_view, bool>, std::size_t> of_kind;
  std::set<std::string_view> seen;
  std::vector<std::pair<std::size_t, Said>> turns;
  turns.reserve(said.size());
  for (const Said& one : said) {
    const Clause& clause = document.clauses[one.clause];
    const std::string_view text =
        std::string_view(clause.text).substr(one.statement->begin, one.statement->end - one.statement->begin);
    if (!seen.insert(text).second) continue;
    const bool heading = clause.kind == ClauseKind::heading;
    turns.emplace_back(of_kind[{one.statement->topic, heading}]++, one);
  }
  std::stable_sort(turns.begin(), turns.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  said.clear();
  for (const auto& [turn, one] : turns) said.push_back(one);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c == '-' ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// Is it among the words of another one?
bool holds(const std::string& whole, const std::string& part) {
  const auto is_word = [&](std::size_t at) {
    return at < whole.size() && ((whole[at] >= 'a' && whole[at] <= 'z') || (whole[at] >= '0' && whole[at] <= '9'));
  };
  for (std::size_t at = whole.find(part); at != std::string::npos; at = whole.find(part, at + 1)) {
    if (!is_word(at - 1) && !is_word(at + part.size())) return true;
  }
  return false;
}

// "arbitration" says nothing beside "binding arbitration".
void add_words(std::string_view words, std::vector<std::string>& details) {
  const std::string here = lower(words);
  if (std::any_of(details.begin(), details.end(), [&](const auto& one) { return holds(lower(one), here); })) return;
  std::erase_if(details, [&](const auto& one) { return holds(here, lower(one)); });
  details.emplace_back(words);
}

// An address says all that it is; other details are lists of words.
void add_detail(std::string_view detail, std::vector<std::string>& details) {
  if (detail.find("://") != std::string_view::npos) {
    if (std::find(details.begin(), details.end(), detail) == details.end()) details.emplace_back(detail);
    return;
  }
  while (!detail.empty()) {
    const std::size_t comma = std::min(detail.find(", "), detail.size());
    if (comma > 0) add_words(detail.substr(0, comma), details);
    detail.remove_prefix(std::min(comma + 2, detail.size()));
  }
}

Fact answer(const RuleSet::Impl& rules, const FactRule& question, const Document& document, std::vector<Said> said) {
  Fact fact;
  fact.fact = question.definition.id;
  fact.value = silent_value;
  for (const std::string& value : question.order) {
    const auto says = [&](const Said& one) { return one.statement->value == value; };
    if (std::none_of(said.begin(), said.end(), says)) continue;
    fact.value = value;
    std::erase_if(said, [&](const Said& one) { return !says(one); });
    break;
  }
  if (fact.value == silent_value) return fact;
  most_telling_first(document, said);
  std::vector<std::string> details;
  for (const Said& one : said) {
    const Clause& clause = document.clauses[one.clause];
    std::string detail = one.statement->detail;
    const Rule* rule = rules.rule(one.statement->rule);
    if (rule != nullptr && rule->links) {
      const std::string link = link_in(clause, *one.statement);
      if (!link.empty()) detail = link;
    }
    add_detail(detail, details);
    if (fact.evidence.size() < max_evidence) {
      fact.evidence.push_back(evidence_of(document, one.clause, one.statement->begin, one.statement->end));
    }
  }
  for (const std::string& detail : details) {
    if (fact.detail.size() > 300) break;
    fact.detail += (fact.detail.empty() ? "" : ", ") + detail;
  }
  return fact;
}

// Which of a clause's dates is meant.
using DateOfClause = std::optional<Date> ClauseAnalysis::*;

// The sentence of a clause that gives it this date; where none does by itself, the first that names it.
Evidence date_evidence(const RuleSet::Impl& rules, const Document& document, std::uint32_t clause, DateOfClause which,
                       Date date) {
  const std::string_view text = document.clauses[clause].text;
  std::optional<Sentence> naming;
  for (const Sentence& sentence : split_sentences(text)) {
    const std::string_view said = text.substr(sentence.begin, sentence.end - sentence.begin);
    const std::vector<FoundDate> dates = find_dates(said);
    if (std::none_of(dates.begin(), dates.end(), [&](const FoundDate& found) { return found.date == date; })) continue;
    ClauseAnalysis alone;
    read_dates(rules, said, alone);
    if (alone.*which == date) return evidence_of(document, clause, sentence.begin, sentence.end);
    if (!naming) naming = sentence;
  }
  if (naming) return evidence_of(document, clause, naming->begin, naming->end);
  return evidence_of(document, clause, 0, text.size());
}

// Where the announcement leads: the link in its sentence, else the next one of the clause, else the one before.
std::string link_of_announcement(const Document& document, const Evidence& evidence) {
  const Clause& clause = document.clauses[evidence.clause];
  const std::size_t begin = std::min(clause.text.find(evidence.text), clause.text.size());
  std::string before;
  for (const Span& span : clause.spans) {
    if (span.kind != SpanKind::link) continue;
    if (span.end > begin) return span.target;
    before = span.target;
  }
  return before;
}

void date_fact(const RuleSet::Impl& rules, const Document& document, std::string_view id, std::optional<Date> date,
               std::uint32_t clause, DateOfClause which, std::vector<Fact>& facts) {
  for (Fact& fact : facts) {
    if (fact.fact != id || !date) continue;
    fact.value = format_date(*date);
    fact.evidence = {date_evidence(rules, document, clause, which, *date)};
  }
}

}  // namespace

void read_dates(const RuleSet::Impl& rules, std::string_view text, ClauseAnalysis& out) {
  if (text.size() > longest_stamp) return;
  const DatePatterns& patterns = rules.dates;
  std::size_t from = 0;
  std::string around;
  for (const FoundDate& found : find_dates(text)) {
    const std::size_t begin = std::max(from, found.begin > reach_before ? found.begin - reach_before : 0);
    around.assign(text.substr(begin, found.begin - begin));
    around += DatePatterns::date;
    around += text.substr(found.end, reach_after);
    from = found.end;
    const TextGrams grams(around);
    const auto says = [&](PatternId pattern) { return pattern != no_pattern && rules.matches(pattern, around, grams); };
    if (says(patterns.ends) || says(patterns.other_subject)) continue;
    if (says(patterns.announced)) {
      if (!out.announced_date || *out.announced_date < found.date) out.announced_date = found.date;
    } else if (!says(patterns.revised) && says(patterns.effective)) {
      if (!out.effective_date) out.effective_date = found.date;
    } else if (says(patterns.updated) && !out.last_updated) {
      out.last_updated = found.date;
    }
  }
  out.announces = out.announced_date && patterns.announcement != no_pattern &&
                  rules.matches(patterns.announcement, text, TextGrams(text));
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
      said[statement.fact].push_back({index, &statement});
    }
    const bool stamp = i < stamps_from_top || i + stamps_from_bottom >= count;
    // What was announced long ago often still stands: the latest date is the one that may lie ahead.
    if (clause.announced_date && (stamp || clause.announces) &&
        (!announced_date || *announced_date < *clause.announced_date)) {
      announced_date = clause.announced_date;
      announced = index;
    }
    if (!stamp) continue;
    if (clause.effective_date && !analysis.effective_date) {
      analysis.effective_date = clause.effective_date;
      effective = index;
    }
    if (clause.last_updated && !analysis.last_updated) analysis.last_updated = clause.last_updated;
  }
  for (const FactRule& question : rules.fact_rules) {
    const auto found = said.find(question.definition.id);
    analysis.facts.push_back(
        answer(rules, question, document, found == said.end() ? std::vector<Said>{} : std::move(found->second)));
  }
  date_fact(rules, document, "effective_date", analysis.effective_date, effective, &ClauseAnalysis::effective_date,
            analysis.facts);
  date_fact(rules, document, "announced_change", announced_date, announced, &ClauseAnalysis::announced_date,
            analysis.facts);
  for (Fact& fact : analysis.facts) {
    if (fact.fact == "announced_change" && announced_date) {
      fact.detail = link_of_announcement(document, fact.evidence.front());
    }
    if (fact.value == silent_value && !rules.reads(document.language, fact.fact)) fact.value = unknown_value;
  }
}

}  // namespace smallprint
