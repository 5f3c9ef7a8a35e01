#include "diff/telling.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <memory>

#include "diff/analysis.h"

namespace smallprint {
namespace {

/// Data are named in a headline only where the sentence says whose they are: "content" alone may be anybody's.
struct NamedData {
  NamedData(const char* words_, const char* pattern_) : words(words_), pattern(pattern_) {}
  const char* words;
  re2::RE2 pattern;
};

const std::array<std::unique_ptr<const NamedData>, 9>& named_data() {
  const auto make = [](const char* words, const char* pattern) {
    return std::make_unique<const NamedData>(words, pattern);
  };
  static const std::array<std::unique_ptr<const NamedData>, 9> all = {
      make("personal data", R"((?i)\bpersonal (?:data|information)\b)"),
      make(
          "your content",
          R"((?i)\b(?:your|users?['’]?|customers?['’]?|members?['’]?|such|the|any|this|all) (?:\w+ ){0,2}?(?:content|posts?|photos?|images?|videos?|uploads?|works?|materials?|UGC)\b|\buser[- ]generated content\b|\bUGC\b)"),
      make("your messages", R"((?i)\byour (?:\w+ ){0,2}?(?:messages|communications|e-?mails|chats)\b)"),
      make("your recordings", R"((?i)\byour (?:\w+ ){0,2}?(?:voice|audio|recordings?)\b)"),
      make("your prompts", R"((?i)\byour (?:\w+ ){0,2}?(?:inputs?|prompts?|queries|conversations?)\b)"),
      make(
          "usage data",
          R"((?i)\b(?:usage|telemetry|activity|interaction|service generated) (?:data|information)\b|\bhow you use\b)"),
      make("your feedback", R"((?i)\byour feedback\b)"),
      make("your information", R"((?i)\byour information\b)"),
      make("your data", R"((?i)\byour data\b)"),
  };
  return all;
}

bool has_value(std::string_view frame, std::string_view slot, std::string_view value) {
  const std::size_t at = frame.find(slot);
  if (at == std::string_view::npos) return false;
  const std::string_view values = frame.substr(at, frame.find('|', at) - at);
  return values.find(value) != std::string_view::npos;
}

}  // namespace

void merge_data(std::vector<std::string>& data, const std::vector<std::string>& more) {
  std::vector<std::string> merged;
  for (const auto& known : named_data()) {
    const auto in = [&](const std::vector<std::string>& list) {
      return std::find(list.begin(), list.end(), known->words) != list.end();
    };
    if (in(data) || in(more)) merged.emplace_back(known->words);
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
      for (const auto& data : named_data()) {
        if (re2::RE2::PartialMatch(text, data->pattern)) best->data.emplace_back(data->words);
      }
      best->with_consent = has_value(statement.frame, "condition:", "consent");
      best->with_objection = has_value(statement.frame, "condition:", "optout");
    }
    offset += clause.text.size() + 1;  // joined by a line feed
  }
  return best;
}

}  // namespace smallprint
