#include "diff/importance.h"

#include <fmt/format.h>

#include <algorithm>

namespace smallprint {
namespace {

constexpr std::size_t many_words = 60;  // changed words above which a change without a topic is no small matter

Importance lower(Importance importance, int steps) {
  return static_cast<Importance>(std::max(1, static_cast<int>(importance) - steps));
}

/// A subject that words name, of which nothing is claimed: that a text has none of it before is no news of the first
/// rank, since the same may have been said in other words.
bool only_speaks(const TopicRule& topic) { return topic.speaks || !topic.by_statement; }

bool is_promise(const TopicEffect& effect) { return effect.effect == Effect::mentioned && !effect.reason.empty(); }

Importance level(const TopicRule& topic, const TopicEffect& effect) {
  if (effect.reason == "reversal") return Importance::high;
  if (is_promise(effect)) return Importance::medium;
  const Importance importance = only_speaks(topic) ? std::min(topic.importance, Importance::medium) : topic.importance;
  switch (effect.effect) {
    case Effect::introduced:
    case Effect::extended: return importance;
    case Effect::changed: return lower(importance, importance == Importance::high ? 0 : 1);
    case Effect::withdrawn:
    case Effect::narrowed: return lower(importance, 1);
    case Effect::mentioned: return Importance::low;
  }
  return Importance::low;
}

/// Of two that weigh the same, which is told: a claim before a subject, a promise among the claims.
int rank(const TopicRule& topic, const TopicEffect& effect) {
  constexpr int claims = 10;
  if (is_promise(effect)) return claims + static_cast<int>(Effect::extended);
  return static_cast<int>(effect.effect) + (only_speaks(topic) ? 0 : claims);
}

std::string in_words(const TopicRule& topic, const TopicEffect& effect, ChangeKind kind) {
  const std::string& subject = topic.subject;
  if (effect.reason == "reversal") return "reverses a promise: introduces " + subject;
  if (is_promise(effect)) return "promises no " + subject;
  switch (effect.effect) {
    case Effect::introduced:
      return only_speaks(topic) ? "speaks of " + subject + " for the first time" : "introduces " + subject;
    case Effect::extended: return (only_speaks(topic) ? "says more on " : "extends ") + subject;
    case Effect::changed: return "changes what is said on " + subject;
    case Effect::narrowed: return (only_speaks(topic) ? "says less on " : "narrows ") + subject;
    case Effect::withdrawn:
      if (only_speaks(topic)) return "no longer speaks of " + subject;
      return "withdraws " + subject + (effect.reason.empty() ? "" : " and promises none");
    case Effect::mentioned: break;
  }
  const std::string_view verb = kind == ChangeKind::added     ? "adds"
                                : kind == ChangeKind::removed ? "removes"
                                                              : "rewords";
  return std::string(verb) + " a clause on " + subject;
}

std::size_t words_in(std::string_view text) {
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t';
    words += !space && !inside ? 1 : 0;
    inside = !space;
  }
  return words;
}

std::string by_size(const Change& change, std::size_t removed, std::size_t added) {
  const auto count = [](std::size_t n) { return fmt::format("{} word{}", n, n == 1 ? "" : "s"); };
  switch (change.kind) {
    case ChangeKind::moved: return "moves a clause";
    case ChangeKind::added: return "adds " + count(added);
    case ChangeKind::removed: return "removes " + count(removed);
    default: break;
  }
  if (removed == 0) return "adds " + count(added);
  if (added == 0) return "removes " + count(removed);
  return fmt::format("replaces {} by {}", count(removed), added);
}

std::string_view for_people(CosmeticReason reason) {
  switch (reason) {
    case CosmeticReason::whitespace: return "white space";
    case CosmeticReason::typography: return "typography";
    case CosmeticReason::numbering: return "numbering";
    case CosmeticReason::link_target: return "link address";
    case CosmeticReason::date: return "date stamp";
    case CosmeticReason::formatting: return "formatting";
    case CosmeticReason::order: return "order";
    case CosmeticReason::navigation: return "navigation";
    case CosmeticReason::contact: return "contact details";
  }
  return "";
}

std::string cosmetic_reason(const Change& change) {
  std::string list;
  for (unsigned bit = 1; bit <= static_cast<unsigned>(CosmeticReason::contact); bit <<= 1U) {
    const auto reason = static_cast<CosmeticReason>(bit);
    if (change.reasons.has(reason)) list += (list.empty() ? "" : ", ") + std::string(for_people(reason));
  }
  return list.empty() ? "cosmetic" : "cosmetic: " + list;
}

}  // namespace

void weigh(const RuleSet::Impl& rules, Change& change) {
  if (change.cosmetic) {
    change.importance = Importance::none;
    change.importance_reason = cosmetic_reason(change);
    return;
  }
  std::size_t removed = 0, added = 0;
  for (const Word& word : change.words) {
    if (word.op == WordOp::removed) removed += words_in(word.text);
    if (word.op == WordOp::added) added += words_in(word.text);
  }
  const bool large = removed + added >= many_words && change.kind != ChangeKind::moved;
  change.importance = large ? Importance::medium : Importance::low;
  change.importance_reason = by_size(change, removed, added);
  int best = -1;
  for (const TopicEffect& effect : change.topics) {
    const auto index = rules.topic_index(effect.topic);
    if (!index) continue;
    const TopicRule& topic = rules.topic_rules[*index];
    const Importance found = level(topic, effect);
    const bool stronger = best < 0 || rank(topic, effect) > best;
    if (found < change.importance || (found == change.importance && !stronger)) continue;
    const bool nothing_said = effect.effect == Effect::mentioned && !is_promise(effect);
    if (nothing_said && (large || change.kind == ChangeKind::moved)) continue;
    change.importance = found;
    change.importance_reason = in_words(topic, effect, change.kind);
    best = rank(topic, effect);
  }
}

}  // namespace smallprint
