#include "diff/reading.h"

#include <algorithm>

namespace smallprint {
namespace {

constexpr int max_anchors = 16;              // places in one sentence that a rule tries
constexpr std::size_t longest_anchor = 170;  // bytes: what is further apart does not belong together
constexpr std::size_t reach = 600;           // bytes before a match in which a negator can deny it
constexpr std::size_t reach_after = 200;     // and behind it
// What makes a sentence telling as evidence, beside its rule.
constexpr int said_so = 3;                                        // it says so itself
constexpr int an_aside = 2;                                       // it says more of something near
constexpr int a_fragment = 2;                                     // it leans on another, or is a heading
constexpr int too_long = 2;                                       // much else stands in it
constexpr std::size_t brief_sentence = 200, long_sentence = 450;  // bytes
constexpr std::size_t item_reach = 6000;  // bytes between an item in a paragraph and what leads to it

}  // namespace

Reader::Reader(const RuleSet::Impl& rules) : rules_(rules), known_(rules.patterns.size()) {}

bool Reader::has(PatternId pattern) {
  if (pattern == no_pattern) return false;
  Known& known = known_[pattern];
  if (known == Known::no_match || known == Known::match) return known == Known::match;
  const std::vector<PatternId>& parts = rules_.parts[pattern];
  const bool matches =
      parts.empty() ? may_match(pattern) && re2::RE2::PartialMatch(sentence_, rules_.patterns[pattern]->compiled())
                    : std::any_of(parts.begin(), parts.end(), [this](PatternId part) { return has(part); });
  known = matches ? Known::match : Known::no_match;
  return matches;
}

bool Reader::may_match(PatternId pattern) const {
  Known& known = known_[pattern];
  if (known == Known::nothing) {
    known = rules_.patterns[pattern]->may_match(*sentence_grams_) ? Known::may_match : Known::no_match;
  }
  return known != Known::no_match;
}

bool Reader::near(PatternId pattern) { return rules_.matches(pattern, clause_, *clause_grams_); }

bool Reader::find(PatternId pattern, std::size_t from, std::size_t to, Anchor& found) const {
  if (pattern == no_pattern || !may_match(pattern)) return false;
  re2::StringPiece match;
  if (!rules_.patterns[pattern]->compiled().Match(sentence_, from, to, re2::RE2::UNANCHORED, &match, 1)) return false;
  found.begin = static_cast<std::size_t>(match.data() - sentence_.data());
  found.end = found.begin + match.size();
  return true;
}

bool Reader::denied(const Grammar& grammar, Anchor anchor) const {
  const std::size_t from = anchor.begin > reach ? anchor.begin - reach : 0;
  // The last negator before the anchor decides, where nothing between them ends its reach.
  Anchor last{};
  bool any = false;
  for (std::size_t at = from; at < anchor.begin;) {
    Anchor negator{};
    if (!find(grammar.negator, at, anchor.begin, negator)) break;
    at = std::max(negator.end, negator.begin + 1);
    Anchor false_one{};
    const std::size_t around = negator.begin > from + 24 ? negator.begin - 24 : from;
    const std::size_t until = std::min(sentence_.size(), negator.end + 32);
    bool none = false;
    for (std::size_t look = around; find(grammar.not_negator, look, until, false_one);) {
      if (false_one.begin <= negator.begin && false_one.end >= negator.end) none = true;
      if (none || false_one.begin >= negator.end) break;
      look = false_one.begin + 1;
    }
    if (none) continue;
    last = negator;
    any = true;
  }
  Anchor unused{};
  if (any && !find(grammar.scope_break, last.end, anchor.begin, unused)) return true;
  return find(grammar.denied_after, anchor.end, std::min(sentence_.size(), anchor.end + reach_after), unused);
}

bool Reader::binds_reader(const Grammar& grammar, Anchor anchor) const {
  Anchor unused{};
  for (const PatternId pattern : {grammar.user_must_not, grammar.user_may}) {
    // What readers may do ends with the verb: the match begins with it.
    constexpr std::size_t verb = 12;
    const std::size_t until = pattern == grammar.user_may ? std::min(anchor.begin + verb, anchor.end) : anchor.end;
    std::size_t last = 0;
    bool any = false;
    for (Anchor found{}; last < until && find(pattern, last, until, found);) {
      last = std::max(found.end, found.begin + 1);
      any = any || pattern != grammar.user_must_not || !is_promise(grammar, found);
    }
    if (any && (last >= anchor.begin || !find(grammar.service_acts, last, anchor.begin, unused))) return true;
  }
  if (find(grammar.forbidden_after, anchor.end, std::min(sentence_.size(), anchor.end + reach_after), unused)) {
    return !find(grammar.own_data, 0, anchor.end, unused) && !find(grammar.service_acts, 0, anchor.begin, unused);
  }
  return is_forbidden_item(grammar, anchor);
}

// "Your data may not be used", "the provider shall not use": looks like a rule for readers.
bool Reader::is_promise(const Grammar& grammar, Anchor anchor) const {
  constexpr std::size_t around = 60;
  const std::size_t from = anchor.begin > around ? anchor.begin - around : 0;
  const std::size_t until = std::min(sentence_.size(), anchor.end + around);
  for (Anchor found{}, at{from, 0}; find(grammar.not_user, at.begin, until, found); at.begin = found.begin + 1) {
    if (found.begin <= anchor.begin && found.end >= anchor.end) return true;
    if (found.begin >= anchor.end) break;
  }
  return false;
}

// "You agree not to: (a) copy. (b) …": an item that stands in the paragraph of what leads to it, in a later sentence.
bool Reader::is_forbidden_item(const Grammar& grammar, Anchor anchor) const {
  if (sentence_begin_ == 0 || grammar.user_must_not == no_pattern) return false;
  const std::string_view head = sentence_.substr(0, anchor.begin);
  if (!re2::RE2::PartialMatch(head, *rules_.enumerator)) return false;
  Anchor unused{};
  if (find(grammar.service_acts, 0, anchor.begin, unused)) return false;
  const std::size_t from = sentence_begin_ > item_reach ? sentence_begin_ - item_reach : 0;
  const re2::RE2& must_not = rules_.patterns[grammar.user_must_not]->compiled();
  re2::StringPiece match;
  std::size_t last = 0;
  for (std::size_t at = from; at < sentence_begin_;) {
    if (!must_not.Match(clause_, at, sentence_begin_, re2::RE2::UNANCHORED, &match, 1)) break;
    last = static_cast<std::size_t>(match.data() - clause_.data()) + match.size();
    at = std::max(last, at + 1);
  }
  if (last == 0) return false;
  return grammar.service_acts == no_pattern || !rules_.patterns[grammar.service_acts]->compiled().Match(
                                                   clause_, last, sentence_begin_, re2::RE2::UNANCHORED, nullptr, 0);
}

// "Our legitimate interests are" may follow the match where the sentence begins with a noun; and what stands before a
// colon says of what the rest is: "Purposes: to train".
bool Reader::leans(const Grammar& grammar, Anchor anchor) const {
  if (grammar.subject == no_pattern) return false;
  Anchor unused{};
  if (find(grammar.open_start, 0, anchor.end, unused)) return !find(grammar.service_acts, 0, sentence_.size(), unused);
  const std::size_t colon = std::min(sentence_.find(':'), anchor.begin);
  if (colon < anchor.begin && find(grammar.lead_does, 0, colon, unused)) return false;
  const bool late = find(grammar.late_subject, 0, anchor.end, unused);
  return !find(grammar.subject, 0, late ? sentence_.size() : anchor.end, unused);
}

bool Reader::suits(const Rule& rule, Anchor anchor) const {
  const Grammar& grammar = rules_.grammars[rule.grammar];
  if (!rule.any_subject && binds_reader(grammar, anchor) != rule.user) return false;
  return rule.polarity == Polarity::any || denied(grammar, anchor) == (rule.polarity == Polarity::denied);
}

bool Reader::read(const Rule& rule, Statement& statement) {
  for (const PatternId pattern : rule.with) {
    if (!has(pattern)) return false;
  }
  if (std::none_of(rule.match.begin(), rule.match.end(), [this](PatternId pattern) { return has(pattern); }))
    return false;
  for (const PatternId pattern : rule.without) {
    if (has(pattern)) return false;
  }
  if (!std::all_of(rule.near.begin(), rule.near.end(), [this](PatternId pattern) { return near(pattern); }) ||
      std::any_of(rule.not_near.begin(), rule.not_near.end(), [this](PatternId pattern) { return near(pattern); })) {
    return false;
  }
  const Grammar& grammar = rules_.grammars[rule.grammar];
  for (const PatternId pattern : rule.match) {
    if (!has(pattern)) continue;
    std::size_t at = 0;
    for (int tries = 0; tries < max_anchors; ++tries) {
      Anchor anchor{};
      if (!find(pattern, at, sentence_.size(), anchor)) break;
      Anchor unused{};
      const bool spoilt =
          anchor.end - anchor.begin > longest_anchor || find(rule.not_in_match, anchor.begin, anchor.end, unused);
      if (!spoilt && suits(rule, anchor)) {
        if (!leans(grammar, anchor)) {
          statement.open = statement.purpose = false;
          return rule.open != Open::only;
        }
        // A title before it may lean where the sentence itself does not: "AI training: we use your data to train AI."
        statement.open = true;
        statement.purpose = find(grammar.purpose_start, 0, anchor.end, unused);
      }
      at = spoilt ? anchor.begin + 1 : std::max(anchor.end, anchor.begin + 1);
      if (at >= sentence_.size()) break;
    }
  }
  return statement.open && rule.open != Open::no;
}

std::string Reader::frame(const Rule& rule) {
  std::string result;
  for (const std::size_t index : rule.slots) {
    const Slot& slot = rules_.slots[index];
    bool first = true;
    for (const auto& [value, pattern] : slot.values) {
      if (!has(pattern)) continue;
      if (first && !result.empty()) result += '|';
      result += first ? slot.id + ':' : "+";
      result += value;
      first = false;
    }
  }
  return result;
}

std::string Reader::detail(const Rule& rule) const {
  std::string result;
  if (rule.detail == no_pattern) return result;
  std::vector<std::string> seen;
  for (std::size_t at = 0; at < sentence_.size() && seen.size() < 8;) {
    Anchor found{};
    if (!find(rule.detail, at, sentence_.size(), found)) break;
    at = std::max(found.end, found.begin + 1);
    std::string text(sentence_.substr(found.begin, found.end - found.begin));
    if (text.empty() || std::find(seen.begin(), seen.end(), text) != seen.end()) continue;
    result += (result.empty() ? "" : ", ") + text;
    seen.push_back(std::move(text));
  }
  return result;
}

int Reader::weight(const Rule& rule, bool heading, bool open) {
  int result = rule_weight * rule.weight;
  if (has(rule.direct)) result += said_so;
  for (const PatternId aside : rule.asides) {
    if (has(aside)) result -= an_aside;
  }
  if (has(rules_.grammars[rule.grammar].leads_on)) result -= said_so;
  if (open || heading) result -= a_fragment;
  if (sentence_.size() <= brief_sentence) ++result;
  if (sentence_.size() > long_sentence) result -= too_long;
  return result;
}

void Reader::read(const Place& place, bool heading, const std::vector<std::uint16_t>& rules_to_try,
                  std::vector<Statement>& out) {
  const Sentence where = place.where;
  clause_ = place.clause;
  sentence_begin_ = where.begin;
  sentence_ = clause_.substr(where.begin, where.end - where.begin);
  clause_grams_ = &place.clause_grams;
  sentence_grams_ = &place.sentence_grams;
  std::fill(known_.begin(), known_.end(), Known::nothing);
  for (const std::uint16_t index : rules_to_try) {
    const Rule& rule = rules_.rules[index];
    if (heading && !rule.headings) continue;
    if (!rule.any_subject && has(rules_.grammars[rule.grammar].question)) continue;
    Statement statement;
    if (!read(rule, statement)) continue;
    statement.needs_context =
        std::any_of(rule.about.begin(), rule.about.end(), [this](PatternId pattern) { return !near(pattern); });
    statement.rule = rule.id;
    statement.topic = rules_.topic_rules[rule.topic].topic.id;
    statement.fact = rule.fact;
    statement.value = rule.value;
    statement.denies = rule.denies;
    statement.detail = detail(rule);
    statement.frame = frame(rule);
    statement.weight = weight(rule, heading, statement.open);
    statement.begin = where.begin;
    statement.end = where.end;
    out.push_back(std::move(statement));
  }
}

}  // namespace smallprint
