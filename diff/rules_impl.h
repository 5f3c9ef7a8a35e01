// The rules as they are read from TOML and compiled: what reading.cpp, analysis.cpp, facts.cpp and effects.cpp work on.
// Internal to diff/. Immutable once loaded; RE2 objects are safe to share between threads.
#pragma once

#include <re2/re2.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diff/literal_filter.h"
#include "diff/named_data.h"
#include "diff/pattern.h"
#include "diff/rules.h"
#include "diff/trigger_set.h"
#include "model/change.h"

namespace smallprint {

/// Index into RuleSet::Impl::patterns. Equal texts share one, so a sentence is matched against each at most once.
using PatternId = std::uint32_t;
constexpr PatternId no_pattern = UINT32_MAX;

enum class Polarity : std::uint8_t { affirmed, denied, any };

/// May a rule be read in a sentence that has no subject of its own, and leans on what leads to it?
enum class Open : std::uint8_t { yes, no, only };

/// By what a sentence of one language is taken apart. no_pattern: the language's rules do without.
struct Grammar {
  std::string language;
  PatternId negator = no_pattern;          ///< "do not", "never", "is not"
  PatternId not_negator = no_pattern;      ///< looks like one, and is none: "not only", "but not limited to"
  PatternId scope_break = no_pattern;      ///< ends the reach of a negator: "; ", "unless", ", and we may"
  PatternId denied_after = no_pattern;     ///< denies what stands before it: "is not permitted"
  PatternId user_must_not = no_pattern;    ///< the sentence binds the reader, not the service
  PatternId not_user = no_pattern;         ///< looks like that, and is a promise: "your data may not be used"
  PatternId forbidden_after = no_pattern;  ///< forbids readers what stands before it: "is prohibited"
  PatternId own_data = no_pattern;         ///< before the match, it makes of that a promise: "use of your data is …"
  PatternId user_may = no_pattern;         ///< the reader is who acts; looked for in the words before the match
  PatternId subject = no_pattern;          ///< words before the match have a subject and a verb of their own
  PatternId service_acts = no_pattern;     ///< a later subject: "and we may"; undoes the two above
  PatternId open_start = no_pattern;       ///< begins like an item of a list: "train", "use any content"
  PatternId purpose_start = no_pattern;    ///< begins with what something is for: "to train", "for training"
  PatternId late_subject = no_pattern;     ///< a beginning after which subject and verb may follow the match
  PatternId question = no_pattern;         ///< the sentence is a question or only a condition
  PatternId leads_on = no_pattern;         ///< sends the reader to where it is said: little evidence
  PatternId lead_must_not = no_pattern;    ///< a clause that introduces prohibitions
  PatternId lead_does_not = no_pattern;    ///< a clause that introduces what the service does not do
  PatternId lead_does = no_pattern;        ///< a clause that introduces what the service does
};

struct TopicRule {
  Topic topic;
  std::string subject;  ///< "AI training", for sentences about it
  Importance importance = Importance::medium;
  bool by_statement = false;  ///< effects follow from statements, not from mentions
  bool speaks = false;        ///< its statements claim nothing: that there are some says only what is spoken of
  std::vector<std::string> matches, ignores;
};

struct FactRule {
  FactDefinition definition;
  std::vector<std::string> order;  ///< where several values are said: the first of these stands
};

struct Slot {
  std::string id;
  bool limits = false;  ///< more of it narrows what is said: a condition, an exempt region
  std::vector<std::pair<std::string, PatternId>> values;
};

struct Rule {
  std::string id;
  std::size_t grammar = 0;
  std::size_t topic = 0;
  std::string fact, value;
  bool denies = false;
  bool user = false;  ///< reads what the reader may or must not do; others never do
  bool any_subject = false;
  bool headings = false;
  Open open = Open::yes;
  Polarity polarity = Polarity::affirmed;
  std::vector<PatternId> match, with, without;
  std::vector<PatternId> near, not_near;  ///< as with and without, in the whole clause: what its sentences are about
  std::vector<PatternId> about;           ///< as near, and else in the headings above or the clauses just before
  PatternId not_in_match = no_pattern;
  PatternId detail = no_pattern;
  std::vector<std::size_t> slots;
  bool links = false;             ///< its detail is the link in the sentence, where there is one
  std::string opposite;           ///< the rule that holds where the lead-in denies
  int weight = 0;                 ///< how telling a sentence is as evidence
  PatternId direct = no_pattern;  ///< it says so itself: who does what with what, or who is bound to what
  std::vector<PatternId> asides;  ///< it says more of something near: a choice, a definition, a procedure
  std::vector<std::string> matches, ignores;
};

/// What a trigger opens.
struct Trigger {
  std::uint64_t topics = 0;  ///< topics it is a mention of
  std::vector<std::uint16_t> rules;
  bool lead_in = false;
  bool dates = false;
};

/// What is said around a date, in the order in which it is asked: see rules/dates.toml.
struct DatePatterns {
  static constexpr char date = '\x01';   ///< stands where the date stood
  PatternId ends = no_pattern;           ///< until then
  PatternId other_subject = no_pattern;  ///< a law, a price
  PatternId announced = no_pattern;      ///< terms to come
  PatternId announcement = no_pattern;   ///< matched with the whole clause: it announces wherever it stands
  PatternId revised = no_pattern;        ///< last revised then, whatever else is said
  PatternId effective = no_pattern;
  PatternId updated = no_pattern;
};

struct RuleSet::Impl {
  std::string version;
  std::vector<Topic> topics;
  std::vector<FactDefinition> facts;
  std::vector<TopicRule> topic_rules;
  std::vector<FactRule> fact_rules;
  std::vector<Grammar> grammars;
  std::vector<Slot> slots;
  std::vector<Rule> rules;
  std::vector<std::unique_ptr<Pattern>> patterns;
  /// Of a large pattern its alternatives, which patterns share: each has far fewer states than all together.
  std::vector<std::vector<PatternId>> parts;
  std::unique_ptr<re2::RE2> enumerator;  ///< begins an item inside a paragraph: "(d)", "iv)"
  std::unique_ptr<re2::RE2> item_start;  ///< begins a clause that is one: "(b) create"
  std::unique_ptr<TriggerSet> trigger_set;
  std::vector<Trigger> triggers;  ///< by number in trigger_set
  DatePatterns dates;
  std::vector<NamedData> named_data;  ///< the weightiest first

  /// Does the pattern match, or one of its parts? `grams`: of the text.
  [[nodiscard]] bool matches(PatternId pattern, std::string_view text, const TextGrams& grams) const;
  [[nodiscard]] const Rule* rule(std::string_view id) const;
  [[nodiscard]] std::optional<std::size_t> topic_index(std::string_view id) const;
  /// Is there a rule for it? English has one for each, for dates a grammar is enough, an unknown language is any.
  [[nodiscard]] bool reads(std::string_view language, std::string_view fact) const;
  [[nodiscard]] bool reads(std::string_view language) const;
};

}  // namespace smallprint
