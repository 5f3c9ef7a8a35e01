// judge(): what a comparison means. `introduced` and `withdrawn` are about the two whole documents; the others about
// the statements of one change, told apart by their frames.
#include <algorithm>
#include <set>

#include "diff/analysis.h"
#include "diff/importance.h"
#include "diff/rules_impl.h"
#include "model/fact.h"

namespace smallprint {
namespace {

// Letters, digits and full stops alone: what is typeset anew, or cut elsewhere, stays the same.
void append_letters(std::string_view text, std::string& out) {
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || (c & 0x80) != 0) {
      out += upper ? static_cast<char>(c + ('a' - 'A')) : c;
    }
  }
}

struct Side {
  const Document& document;
  const DocumentAnalysis& analysis;
  std::uint64_t topics = 0, affirmed = 0, denied = 0;
  mutable std::string letters;  // of the whole text, made where it is asked for

  /// Does the text have this sentence, in whatever clauses? Short ones stand in many places and say little, and one
  /// without an end may go on there.
  [[nodiscard]] bool has_sentence(std::string_view sentence) const {
    constexpr std::size_t telling = 40;
    std::string wanted;
    append_letters(sentence, wanted);
    if (wanted.size() < telling || wanted.back() != '.') return false;
    if (letters.empty()) {
      for (const Clause& clause : document.clauses) append_letters(clause.text, letters);
    }
    return letters.find(wanted) != std::string::npos;
  }

  Side(const Document& d, const DocumentAnalysis& a) : document(d), analysis(a) {
    for (const ClauseAnalysisPtr& clause : a.clauses) {
      topics |= clause->topic_bits;
      affirmed |= clause->affirmed_bits;
      denied |= clause->denied_bits;
    }
  }
};

using Clauses = std::vector<const ClauseAnalysis*>;

// The analyses of the clauses of one side of a change, which stand together from `index` on.
Clauses clauses_of(const Side& side, std::size_t index, std::size_t count) {
  Clauses result;
  for (std::size_t i = index; i < index + count && i < side.analysis.clauses.size(); ++i) {
    result.push_back(side.analysis.clauses[i].get());
  }
  return result;
}

struct Frames {
  std::multiset<std::string_view> affirmed, denied;
};

template <class Range>
Frames frames_in(const Range& clauses, std::string_view topic, std::uint64_t bit) {
  Frames frames;
  for (const auto& clause : clauses) {
    if (((clause->affirmed_bits | clause->denied_bits) & bit) == 0) continue;
    for (const Statement& statement : clause->statements) {
      if (statement.topic != topic) continue;
      (statement.denies ? frames.denied : frames.affirmed).insert(statement.frame);
    }
  }
  return frames;
}

// Of the clauses of one side of a change: what the other text does not say in the same words.
Frames frames_of_change(const Side& side, std::size_t index, std::size_t count, std::string_view topic,
                        std::uint64_t bit, const Side& other) {
  Frames frames;
  for (std::size_t i = index; i < index + count && i < side.analysis.clauses.size(); ++i) {
    const ClauseAnalysis& clause = *side.analysis.clauses[i];
    if (((clause.affirmed_bits | clause.denied_bits) & bit) == 0) continue;
    const std::string_view text = side.document.clauses[i].text;
    for (const Statement& statement : clause.statements) {
      if (statement.topic != topic) continue;
      if (other.has_sentence(text.substr(statement.begin, statement.end - statement.begin))) continue;
      (statement.denies ? frames.denied : frames.affirmed).insert(statement.frame);
    }
  }
  return frames;
}

// Values of a frame, "slot:value": those of slots that limit apart from the others.
struct Values {
  std::set<std::string> wide, limits;
};

void add_values(const RuleSet::Impl& rules, std::string_view frame, Values& out) {
  while (!frame.empty()) {
    const std::size_t bar = std::min(frame.find('|'), frame.size());
    std::string_view part = frame.substr(0, bar);
    frame.remove_prefix(std::min(bar + 1, frame.size()));
    const std::size_t colon = part.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view id = part.substr(0, colon);
    const auto slot = std::find_if(rules.slots.begin(), rules.slots.end(), [&](const Slot& s) { return s.id == id; });
    const bool limits = slot != rules.slots.end() && slot->limits;
    for (part.remove_prefix(colon + 1); !part.empty();) {
      const std::size_t plus = std::min(part.find('+'), part.size());
      (limits ? out.limits : out.wide).insert(std::string(id) + ":" + std::string(part.substr(0, plus)));
      part.remove_prefix(std::min(plus + 1, part.size()));
    }
  }
}

template <class Range>
Values values_of(const RuleSet::Impl& rules, const Range& frames) {
  Values values;
  for (const std::string_view frame : frames) add_values(rules, frame, values);
  return values;
}

bool any_outside(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& value) { return b.count(value) == 0; });
}

// What became of statements that stand on both sides of a change.
Effect compare_frames(const RuleSet::Impl& rules, const std::multiset<std::string_view>& before,
                      const std::multiset<std::string_view>& after) {
  const Values old_values = values_of(rules, before);
  const Values new_values = values_of(rules, after);
  const bool wider = any_outside(new_values.wide, old_values.wide) || any_outside(old_values.limits, new_values.limits);
  const bool tighter =
      any_outside(old_values.wide, new_values.wide) || any_outside(new_values.limits, old_values.limits);
  if (wider == tighter) return wider ? Effect::changed : Effect::mentioned;
  return wider ? Effect::extended : Effect::narrowed;
}

// What became of promises on both sides: one that reaches further narrows what is permitted.
Effect compare_promises(const RuleSet::Impl& rules, const std::multiset<std::string_view>& before,
                        const std::multiset<std::string_view>& after) {
  if (before.empty() || after.empty()) return Effect::mentioned;
  const Effect effect = compare_frames(rules, before, after);
  if (effect == Effect::extended) return Effect::narrowed;
  return effect == Effect::narrowed ? Effect::extended : effect;
}

// Is there one that nothing in `others` says?
bool says_more(const std::multiset<std::string_view>& frames, const std::multiset<std::string_view>& others) {
  return std::any_of(frames.begin(), frames.end(),
                     [&](std::string_view frame) { return others.find(frame) == others.end(); });
}

class Judge {
 public:
  Judge(const RuleSet::Impl& rules, const Side& before, const Side& after)
      : rules_(rules),
        before_(before),
        after_(after),
        comparable_(before.document.language == after.document.language || before.document.language.empty() ||
                    after.document.language.empty()) {}

  void operator()(Change& change) const {
    change.topics.clear();
    if (change.cosmetic) return;
    const Side& read = change.after.empty() ? before_ : after_;
    if (!rules_.reads(read.document.language)) {
      change.topics.push_back({std::string(unknown_value), Effect::mentioned, {}});
      return;
    }
    const Clauses old_clauses = clauses_of(before_, change.before_index, change.before.size());
    const Clauses new_clauses = clauses_of(after_, change.after_index, change.after.size());
    std::uint64_t topics = 0;
    for (const ClauseAnalysis* clause : old_clauses) topics |= clause->topic_bits;
    for (const ClauseAnalysis* clause : new_clauses) topics |= clause->topic_bits;
    for (std::size_t i = 0; i < rules_.topic_rules.size(); ++i) {
      if ((topics >> i & 1U) == 0) continue;
      TopicEffect effect{rules_.topic_rules[i].topic.id, Effect::mentioned, {}};
      if (comparable_ && change.kind != ChangeKind::moved) {
        if (rules_.topic_rules[i].by_statement) {
          by_statement(i, change, effect);
        } else {
          by_mention(i, old_clauses, new_clauses, effect);
        }
      }
      change.topics.push_back(std::move(effect));
    }
    tell_once(change.topics);
    std::sort(change.topics.begin(), change.topics.end(),
              [](const TopicEffect& a, const TopicEffect& b) { return a.topic < b.topic; });
  }

 private:
  /// What a clause does to the training of AI is told there, and not once more with the opposite sign as a feature.
  static void tell_once(std::vector<TopicEffect>& topics) {
    const bool training = std::any_of(topics.begin(), topics.end(), [](const TopicEffect& one) {
      return one.topic == "ai-training" && one.effect != Effect::mentioned;
    });
    for (TopicEffect& one : topics) {
      const bool limit = one.effect == Effect::narrowed || one.effect == Effect::changed;
      if (training && limit && one.topic == "ai-features") one.effect = Effect::mentioned;
    }
  }

  void by_mention(std::size_t topic, const Clauses& old_clauses, const Clauses& new_clauses,
                  TopicEffect& effect) const {
    const std::uint64_t bit = 1ULL << topic;
    const auto has = [bit](const ClauseAnalysis* clause) { return (clause->topic_bits & bit) != 0; };
    if ((before_.topics & bit) == 0 && std::any_of(new_clauses.begin(), new_clauses.end(), has)) {
      effect.effect = Effect::introduced;
    } else if ((after_.topics & bit) == 0 && std::any_of(old_clauses.begin(), old_clauses.end(), has)) {
      effect.effect = Effect::withdrawn;
    }
  }

  void by_statement(std::size_t topic, const Change& change, TopicEffect& effect) const {
    const std::uint64_t bit = 1ULL << topic;
    const std::string& id = effect.topic;
    const Frames old_frames = frames_of_change(before_, change.before_index, change.before.size(), id, bit, after_);
    const Frames new_frames = frames_of_change(after_, change.after_index, change.after.size(), id, bit, before_);
    const bool was = (before_.affirmed & bit) != 0, is = (after_.affirmed & bit) != 0;
    if (!new_frames.affirmed.empty() && !was) {
      effect.effect = Effect::introduced;
      if ((before_.denied & bit) != 0) effect.reason = "reversal";
      return;
    }
    if (!old_frames.affirmed.empty() && !is) {
      effect.effect = Effect::withdrawn;
      if ((after_.denied & bit) != 0) effect.reason = "promise not to";
      return;
    }
    if (!was || !is) {  // promises alone
      if (!new_frames.denied.empty() && (before_.denied & bit) == 0) effect.reason = "promise not to";
      if (!was && !is) effect.effect = compare_promises(rules_, old_frames.denied, new_frames.denied);
      return;
    }
    const bool said = !old_frames.affirmed.empty(), says = !new_frames.affirmed.empty();
    if (says && !said && !old_frames.denied.empty() && new_frames.denied.empty()) {
      // This clause promised not to, and now permits: new for what it is about, whatever else the document permitted.
      effect.effect = Effect::introduced;
      effect.reason = "reversal";
      return;
    }
    if (said && says) {
      effect.effect = compare_frames(rules_, old_frames.affirmed, new_frames.affirmed);
    } else if (says && says_more(new_frames.affirmed, frames_in(before_.analysis.clauses, id, bit).affirmed)) {
      effect.effect = Effect::extended;
    } else if (said && says_more(old_frames.affirmed, frames_in(after_.analysis.clauses, id, bit).affirmed)) {
      effect.effect = Effect::narrowed;
    }
    if (effect.effect != Effect::mentioned) return;
    // A promise beside a permission takes from it; a promise dropped gives it back.
    if (says_more(new_frames.denied, frames_in(before_.analysis.clauses, id, bit).denied)) {
      effect.effect = Effect::narrowed;
    } else if (says_more(old_frames.denied, frames_in(after_.analysis.clauses, id, bit).denied)) {
      effect.effect = Effect::extended;
    }
  }

  const RuleSet::Impl& rules_;
  const Side& before_;
  const Side& after_;
  bool comparable_;
};

}  // namespace

void judge(const RuleSet& rules, const Document& before, const DocumentAnalysis& before_analysis, const Document& after,
           const DocumentAnalysis& after_analysis, Comparison& comparison) {
  const Side old_side(before, before_analysis);
  const Side new_side(after, after_analysis);
  const Judge judge_one(rules.impl(), old_side, new_side);
  for (Change& change : comparison.changes) {
    judge_one(change);
    weigh(rules.impl(), change);
  }
}

}  // namespace smallprint
