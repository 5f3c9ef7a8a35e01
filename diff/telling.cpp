#include "diff/telling.h"

#include <algorithm>

#include "diff/analysis.h"
#include "diff/rules_impl.h"

namespace smallprint {
namespace {

bool has_value(std::string_view frame, std::string_view slot, std::string_view value) {
  const std::size_t at = frame.find(slot);
  if (at == std::string_view::npos) return false;
  const std::string_view values = frame.substr(at, frame.find('|', at) - at);
  return values.find(value) != std::string_view::npos;
}

}  // namespace

void merge_data(const RuleSet& rules, std::vector<std::string>& data, const std::vector<std::string>& more) {
  std::vector<std::string> merged;
  for (const NamedData& known : rules.impl().named_data) {
    const auto in = [&](const std::vector<std::string>& list) {
      return std::find(list.begin(), list.end(), known.words) != list.end();
    };
    if (in(data) || in(more)) merged.push_back(known.words);
  }
  data = std::move(merged);
}

std::optional<TellingSentence> telling_sentence(const RuleSet& rules, const Change& change, std::string_view topic) {
  const auto effect = std::find_if(change.topics.begin(), change.topics.end(),
                                   [&](const TopicEffect& one) { return one.topic == topic; });
  if (effect == change.topics.end()) return std::nullopt;
  constexpr std::size_t short_sentence = 40;  // bytes: a heading within a paragraph
  const bool before = effect->effect == Effect::withdrawn || change.after.empty();
  const bool promise = effect->effect == Effect::mentioned && !effect->reason.empty();
  std::optional<TellingSentence> best;
  std::pair<bool, int> weight;
  std::size_t offset = 0;
  for (const Clause& clause : before ? change.before : change.after) {
    const ClauseAnalysis analysis = analyse_clause(rules, clause);
    for (const Statement& statement : analysis.statements) {
      if (statement.topic != topic || statement.denies != promise) continue;
      const std::pair here{statement.end - statement.begin >= short_sentence, statement.weight};
      if (best && here <= weight) continue;
      weight = here;
      best = TellingSentence{offset + statement.begin, offset + statement.end, before, {}, false, false};
      const std::string text = clause.text.substr(statement.begin, statement.end - statement.begin);
      const TextGrams grams(text);
      for (const NamedData& data : rules.impl().named_data) {
        if (rules.impl().matches(data.match, text, grams)) best->data.push_back(data.words);
      }
      best->with_consent = has_value(statement.frame, "condition:", "consent");
      best->with_objection = has_value(statement.frame, "condition:", "optout");
    }
    offset += clause.text.size() + 1;  // joined by a line feed
  }
  return best;
}

}  // namespace smallprint
