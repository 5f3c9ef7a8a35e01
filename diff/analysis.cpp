#include "diff/analysis.h"

#include <algorithm>

#include "diff/facts.h"
#include "diff/reading.h"
#include "diff/rules_impl.h"
#include "diff/sentences.h"

namespace smallprint {
namespace {

constexpr std::size_t lead_in_reach = 80;  // clauses between a list's item and what leads to it

bool is_heading(const Clause& clause) { return clause.kind == ClauseKind::heading; }

// Sets topics and their bits from the mentions and the statements.
void settle(const RuleSet::Impl& rules, ClauseAnalysis& analysis) {
  analysis.topic_bits = analysis.mention_bits;
  analysis.affirmed_bits = analysis.denied_bits = 0;
  for (const Statement& statement : analysis.statements) {
    const std::uint64_t bit = 1ULL << rules.topic_index(statement.topic).value_or(0);
    analysis.topic_bits |= bit;
    (statement.denies ? analysis.denied_bits : analysis.affirmed_bits) |= bit;
  }
  analysis.topics.clear();
  for (std::size_t i = 0; i < rules.topics.size(); ++i) {
    if ((analysis.topic_bits >> i & 1U) != 0) analysis.topics.push_back(rules.topics[i].id);
  }
  std::sort(analysis.topics.begin(), analysis.topics.end());
}

LeadIn lead_in_of(const RuleSet::Impl& rules, std::string_view text, bool heading) {
  if (!heading) {
    if (text.empty() || std::string_view(".?!;,)").find(text.back()) != std::string_view::npos) return LeadIn::none;
    const std::vector<Sentence> sentences = split_sentences(text);
    if (sentences.empty()) return LeadIn::none;
    text = text.substr(sentences.back().begin, sentences.back().end - sentences.back().begin);
  }
  const TextGrams grams(text);
  for (const Grammar& grammar : rules.grammars) {
    const auto says = [&](PatternId pattern) { return pattern != no_pattern && rules.matches(pattern, text, grams); };
    if (says(grammar.lead_must_not)) return LeadIn::user_must_not;
    if (says(grammar.lead_does_not)) return LeadIn::service_does_not;
    if (says(grammar.lead_does)) return LeadIn::service_does;
  }
  return LeadIn::none;
}

// "(b) create a link that may:": an item that leads on, and leans itself on what leads to it.
bool is_item_that_leans(const RuleSet::Impl& rules, const Clause& clause) {
  const Grammar& grammar = rules.grammars.front();
  const bool item = clause.kind == ClauseKind::list_item || re2::RE2::PartialMatch(clause.text, *rules.item_start);
  return item && grammar.service_acts != no_pattern &&
         !rules.matches(grammar.service_acts, clause.text, TextGrams(clause.text));
}

// What leads to clause `index`: the nearest clause above it that introduces it, else the headings above.
LeadIn lead_in_to(const RuleSet::Impl& rules, const Document& document, const std::vector<ClauseAnalysisPtr>& clauses,
                  std::size_t index) {
  const Clause& clause = document.clauses[index];
  const std::size_t stop = index > lead_in_reach ? index - lead_in_reach : 0;
  for (std::size_t j = index; j-- > stop;) {
    const Clause& above = document.clauses[j];
    if (is_heading(above)) break;
    const bool sibling =
        above.kind == ClauseKind::list_item && clause.kind == ClauseKind::list_item && above.level >= clause.level;
    if (!sibling && clauses[j]->lead_in != LeadIn::none) {
      const LeadIn found = clauses[j]->lead_in;
      if (found != LeadIn::service_does || !is_item_that_leans(rules, above)) return found;
      const LeadIn above_it = lead_in_to(rules, document, clauses, j);
      return above_it == LeadIn::none ? found : above_it;
    }
    if (clause.kind == ClauseKind::list_item && above.kind == ClauseKind::paragraph && above.level == 0) break;
  }
  int depth = 0;
  for (std::int32_t at = clause.heading; at >= 0 && depth < 16; ++depth) {
    const auto heading = static_cast<std::size_t>(at);
    if (clauses[heading]->lead_in != LeadIn::none) return clauses[heading]->lead_in;
    at = document.clauses[heading].heading;
  }
  return LeadIn::none;
}

// Do the headings above clause `index`, or the clauses just before it in its section, say what the rule is about?
bool context_says(const RuleSet::Impl& rules, const Document& document, std::size_t index,
                  const std::vector<PatternId>& about) {
  constexpr std::size_t clauses_before = 2;
  const auto says = [&](std::size_t clause) {
    const std::string& text = document.clauses[clause].text;
    const TextGrams grams(text);
    return std::all_of(about.begin(), about.end(),
                       [&](PatternId pattern) { return rules.matches(pattern, text, grams); });
  };
  for (std::size_t back = 1; back <= clauses_before && back <= index; ++back) {
    if (is_heading(document.clauses[index - back])) break;
    if (says(index - back)) return true;
  }
  int depth = 0;
  for (std::int32_t at = document.clauses[index].heading; at >= 0 && depth < 16; ++depth) {
    if (says(static_cast<std::size_t>(at))) return true;
    at = document.clauses[static_cast<std::size_t>(at)].heading;
  }
  return false;
}

// Does the statement hold there? One that leans on the lead-in says what it says in it.
// Nothing led to it: an item of a list or a table may stand alone, and so may a purpose; half a sentence in a paragraph
// says nothing.
bool holds(const RuleSet::Impl& rules, Statement& statement, const Rule& rule, ClauseKind kind, LeadIn lead_in) {
  if (!statement.open || rule.any_subject) return true;
  const bool stands_alone = kind == ClauseKind::list_item || kind == ClauseKind::table_row || statement.purpose;
  if (rule.user) return lead_in == LeadIn::user_must_not;
  if (lead_in == LeadIn::user_must_not) return false;
  if (lead_in == LeadIn::none && (rule.open == Open::only || !stands_alone)) return false;
  if (lead_in != LeadIn::service_does_not) return true;
  const Rule* opposite = rule.opposite.empty() ? nullptr : rules.rule(rule.opposite);
  if (opposite == nullptr) return false;
  statement.weight += rule_weight * (opposite->weight - rule.weight);
  statement.rule = opposite->id;
  statement.fact = opposite->fact;
  statement.value = opposite->value;
  statement.denies = opposite->denies;
  return true;
}

// A copy without the statements that do not hold in their place.
ClauseAnalysisPtr resolve(const RuleSet::Impl& rules, const Document& document,
                          const std::vector<ClauseAnalysisPtr>& clauses, std::size_t index) {
  ClauseAnalysis resolved = *clauses[index];
  const bool leans = std::any_of(resolved.statements.begin(), resolved.statements.end(),
                                 [](const Statement& statement) { return statement.open; });
  const LeadIn lead_in = leans ? lead_in_to(rules, document, clauses, index) : LeadIn::none;
  std::erase_if(resolved.statements, [&](Statement& statement) {
    const Rule* rule = rules.rule(statement.rule);
    if (rule == nullptr) return false;
    return (statement.needs_context && !context_says(rules, document, index, rule->about)) ||
           !holds(rules, statement, *rule, document.clauses[index].kind, lead_in);
  });
  settle(rules, resolved);
  return std::make_shared<const ClauseAnalysis>(std::move(resolved));
}

// The rules that the triggers open, sorted.
void opened(const RuleSet::Impl& rules, const std::vector<int>& hits, bool heading, std::vector<std::uint16_t>& out) {
  out.clear();
  for (const int hit : hits) {
    const Trigger& trigger = rules.triggers[static_cast<std::size_t>(hit)];
    out.insert(out.end(), trigger.rules.begin(), trigger.rules.end());
  }
  if (heading) std::erase_if(out, [&](std::uint16_t rule) { return !rules.rules[rule].headings; });
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

// What a clause is, and what language it is known to be in: a text without either reads otherwise.
struct ReadAs {
  bool heading = false;
  bool english = false;  ///< otherwise it may be in any
};

// Only sentences in which a trigger hits are read, by the rules that it opens.
void read_sentences(const RuleSet::Impl& rules, std::string_view text, const TextGrams& grams, ReadAs as,
                    std::vector<int>& hits, std::vector<std::uint16_t>& to_try, ClauseAnalysis& out) {
  Reader reader(rules);
  const std::vector<Sentence> sentences = split_sentences(text);
  TextGrams sentence_grams = grams;
  for (const Sentence& sentence : sentences) {
    if (sentences.size() > 1) {
      const std::string_view said = text.substr(sentence.begin, sentence.end - sentence.begin);
      sentence_grams.read(said);
      if (!rules.trigger_set->match(said, sentence_grams, as.english, hits)) continue;
      opened(rules, hits, as.heading, to_try);
    }
    if (!to_try.empty()) reader.read({text, sentence, grams, sentence_grams}, as.heading, to_try, out.statements);
  }
}

ClauseAnalysis analyse_text(const RuleSet::Impl& rules, std::string_view text, ReadAs as) {
  ClauseAnalysis analysis;
  std::vector<int> hits;
  const TextGrams grams(text);
  if (!rules.trigger_set->match(text, grams, as.english, hits)) return analysis;
  bool leads = as.heading, dates = false;
  for (const int hit : hits) {
    const Trigger& trigger = rules.triggers[static_cast<std::size_t>(hit)];
    analysis.mention_bits |= trigger.topics;
    leads = leads || trigger.lead_in;
    dates = dates || trigger.dates;
  }
  std::vector<std::uint16_t> to_try;
  opened(rules, hits, as.heading, to_try);
  if (!to_try.empty()) read_sentences(rules, text, grams, as, hits, to_try, analysis);
  if (leads) analysis.lead_in = lead_in_of(rules, text, as.heading);
  if (dates) read_dates(rules, text, analysis);
  settle(rules, analysis);
  return analysis;
}

bool is_nothing(const ClauseAnalysis& analysis) {
  return analysis.topic_bits == 0 && analysis.statements.empty() && analysis.lead_in == LeadIn::none &&
         !analysis.effective_date && !analysis.last_updated && !analysis.announced_date;
}

}  // namespace

ClauseAnalysis analyse_clause(const RuleSet& rules, const Clause& clause, std::string_view language) {
  return analyse_text(rules.impl(), clause.text, {is_heading(clause), language == RuleSet::english});
}

AnalysisCache::AnalysisCache(const RuleSet& rules, std::size_t max_entries)
    : rules_(rules), max_entries_(max_entries), nothing_(std::make_shared<const ClauseAnalysis>()) {}

void AnalysisCache::begin_document() {
  for (std::size_t kind = 0; kind < now_.size(); ++kind) {
    std::swap(before_[kind], now_[kind]);
    now_[kind].clear();
    expected_[kind] = 0;
  }
}

ClauseAnalysisPtr AnalysisCache::get(const Clause& clause, std::string_view language) {
  constexpr std::size_t look_ahead = 4;  // so many clauses may be gone in one place
  const ReadAs as{is_heading(clause), language == RuleSet::english};
  const std::size_t kind = (as.heading ? 0U : 1U) + (as.english ? 0U : 2U);
  Entries& entries = entries_[kind];
  const Trail& before = before_[kind];
  for (std::size_t at = expected_[kind]; at < std::min(before.size(), expected_[kind] + look_ahead); ++at) {
    if (before[at]->first != clause.text) continue;
    expected_[kind] = at + 1;
    now_[kind].push_back(before[at]);
    return before[at]->second;
  }
  auto found = entries.find(std::string_view(clause.text));
  if (found == entries.end()) {
    ClauseAnalysis analysis = analyse_text(rules_.impl(), clause.text, as);
    ClauseAnalysisPtr entry =
        is_nothing(analysis) ? nothing_ : std::make_shared<const ClauseAnalysis>(std::move(analysis));
    if (entries.size() >= max_entries_) {
      before_[kind].clear();
      now_[kind].clear();
      entries.clear();
    }
    found = entries.emplace(clause.text, std::move(entry)).first;
  }
  now_[kind].push_back(&*found);
  return found->second;
}

DocumentAnalysis analyse(const RuleSet& rules, const Document& document, AnalysisCache& cache) {
  const RuleSet::Impl& impl = rules.impl();
  DocumentAnalysis analysis;
  analysis.clauses.reserve(document.clauses.size());
  cache.begin_document();
  for (const Clause& clause : document.clauses) {
    analysis.clauses.push_back(cache.get(clause, document.language));
  }
  if (!impl.reads(document.language)) {
    for (ClauseAnalysisPtr& clause : analysis.clauses) {
      if (clause->topic_bits == 0 && clause->statements.empty()) continue;
      ClauseAnalysis unknown = *clause;
      unknown.statements.clear();
      unknown.mention_bits = 0;  // a word of a language that is read may mean another thing in this one
      settle(impl, unknown);
      clause = std::make_shared<const ClauseAnalysis>(std::move(unknown));
    }
  }
  for (std::size_t i = 0; i < analysis.clauses.size(); ++i) {
    const auto unsettled = [](const Statement& statement) { return statement.open || statement.needs_context; };
    const std::vector<Statement>& statements = analysis.clauses[i]->statements;
    if (std::none_of(statements.begin(), statements.end(), unsettled)) continue;
    analysis.clauses[i] = resolve(impl, document, analysis.clauses, i);
  }
  gather_facts(impl, document, analysis);
  return analysis;
}

}  // namespace smallprint
