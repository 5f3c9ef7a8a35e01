#include "diff/rules.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <map>
#include <set>

#include "diff/rules_impl.h"
#include "smallprint_diff/rule_files.h"

namespace smallprint {
namespace {

constexpr std::size_t max_topics = 64;  // a bit each in ClauseAnalysis

std::uint64_t fnv1a(std::string_view text, std::uint64_t hash) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

constexpr std::size_t large_pattern = 1000;  // bytes

/// "(?:a|(?:b|c))": a, b, c. What is no alternation is one part.
void split_alternatives(std::string_view pattern, std::vector<std::string_view>& parts) {
  std::vector<std::size_t> bars;
  std::size_t depth = 0, first_closed = std::string_view::npos;
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      ++i;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
      i += pattern.substr(i + 1).starts_with("^]") ? 2 : pattern.substr(i + 1).starts_with(']') ? 1 : 0;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      if (--depth == 0) first_closed = std::min(first_closed, i);
    } else if (c == '|' && depth == 0) {
      bars.push_back(i);
    }
  }
  if (!bars.empty()) {
    std::size_t begin = 0;
    bars.push_back(pattern.size());
    for (const std::size_t bar : bars) {
      split_alternatives(pattern.substr(begin, bar - begin), parts);
      begin = bar + 1;
    }
  } else if (pattern.starts_with("(?:") && first_closed == pattern.size() - 1) {
    split_alternatives(pattern.substr(3, pattern.size() - 4), parts);
  } else {
    parts.push_back(pattern);
  }
}

/// Thrown and caught in this file alone: a TOML file is read deep inside its tables.
struct BadRule {
  std::string message;
};

RE2::Options pattern_options() {
  RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  options.set_max_mem(16 << 20);
  return options;
}

class Loader {
 public:
  /// `checked`: every pattern is compiled at once, so that one that does not parse is found.
  Loader(RuleSet::Impl& out, bool checked) : out_(out), checked_(checked) {}

  void add_lexicon(const toml::table& file) {
    const auto* table = file["lexicon"].as_table();
    if (table == nullptr) return;
    for (const auto& [key, node] : *table) {
      if (!lexicon_nodes_.emplace(std::string(key.str()), &node).second) {
        fail(node, "a second word list named " + std::string(key.str()));
      }
    }
  }

  void add_definitions(const toml::table& file) {
    for_each(file, "topic", [&](const toml::table& t) { add_topic(t); });
    for_each(file, "fact", [&](const toml::table& t) { add_fact(t); });
    for_each(file, "grammar", [&](const toml::table& t) { add_grammar(t); });
    for_each(file, "slot", [&](const toml::table& t) { add_slot(t); });
    for_each(file, "trigger", [&](const toml::table& t) { add_trigger(t); });
    for_each(file, "named_data", [&](const toml::table& t) { add_named_data(t); });
    if (const auto* dates = file["dates"].as_table()) {
      check_keys(*dates, {"ends", "other_subject", "announced", "announcement", "revised", "effective", "updated"});
      out_.dates = {pattern(*dates, "ends"),         pattern(*dates, "other_subject"), pattern(*dates, "announced"),
                    pattern(*dates, "announcement"), pattern(*dates, "revised"),       pattern(*dates, "effective"),
                    pattern(*dates, "updated")};
    }
  }

  void add_rules(const toml::table& file) {
    for_each(file, "rule", [&](const toml::table& t) { add_rule(t); });
  }

  void finish() {
    for (const Rule& rule : out_.rules) {
      if (!rule.opposite.empty() && out_.rule(rule.opposite) == nullptr) {
        throw BadRule{fmt::format("rule {}: there is no rule {}", rule.id, rule.opposite)};
      }
    }
    out_.enumerator = std::make_unique<RE2>("(?:^|[;,.] ?|\\s)\\(?(?:[a-z]|[ivx]{1,4}|\\d{1,2})\\) ", options_);
    out_.item_start = std::make_unique<RE2>("^\\W*(?:[a-z]|[ivx]{1,4}|\\d{1,2})[.)]\\s+(?-i:[a-z])", options_);
    out_.trigger_set = std::make_unique<TriggerSet>();
    for (const auto& [text, trigger] : triggers_) {
      auto pattern = std::make_unique<Pattern>(text, options_);
      if (checked_ && !pattern->compiled().ok()) throw BadRule{"trigger " + text + ": " + pattern->compiled().error()};
      out_.trigger_set->add(std::move(pattern), is_of_other_languages(trigger));
      out_.triggers.push_back(trigger);
    }
    for (const TopicRule& topic : out_.topic_rules) out_.topics.push_back(topic.topic);
    for (const FactRule& fact : out_.fact_rules) out_.facts.push_back(fact.definition);
  }

 private:
  [[noreturn]] static void fail(const toml::node& node, const std::string& message) {
    throw BadRule{fmt::format("line {}: {}", node.source().begin.line, message)};
  }

  /// Does it open nothing but rules that are read in another language than English?
  [[nodiscard]] bool is_of_other_languages(const Trigger& trigger) const {
    return trigger.topics == 0 && !trigger.lead_in && !trigger.dates &&
           std::none_of(trigger.rules.begin(), trigger.rules.end(), [this](std::uint16_t rule) {
             return out_.grammars[out_.rules[rule].grammar].language == RuleSet::english;
           });
  }

  template <class Function>
  static void for_each(const toml::table& file, std::string_view key, Function function) {
    const auto* array = file[key].as_array();
    if (array == nullptr) return;
    for (const toml::node& node : *array) {
      if (!node.is_table()) fail(node, std::string(key) + " is not a table");
      function(*node.as_table());
    }
  }

  static void check_keys(const toml::table& table, const std::set<std::string_view>& known) {
    for (const auto& [key, node] : table) {
      if (known.count(key.str()) == 0) fail(node, "unknown key " + std::string(key.str()));
    }
  }

  static std::string text(const toml::table& table, std::string_view key, bool required = true) {
    const toml::node* node = table.get(key);
    if (node == nullptr) {
      if (required) fail(table, std::string(key) + " is missing");
      return {};
    }
    const auto value = node->value<std::string>();
    if (!value || value->empty()) fail(*node, std::string(key) + " is not a text");
    return *value;
  }

  static bool flag(const toml::table& table, std::string_view key, bool otherwise) {
    return table[key].value_or(otherwise);
  }

  static std::vector<std::string> texts(const toml::table& table, std::string_view key) {
    std::vector<std::string> result;
    const toml::node* node = table.get(key);
    if (node == nullptr) return result;
    if (const auto one = node->value<std::string>()) return {*one};
    if (!node->is_array()) fail(*node, std::string(key) + " is not a list of texts");
    for (const toml::node& item : *node->as_array()) {
      const auto value = item.value<std::string>();
      if (!value) fail(item, std::string(key) + " is not a list of texts");
      result.push_back(*value);
    }
    return result;
  }

  // A pattern, or a list of alternatives.
  std::string alternatives(const toml::node& node) {
    if (const auto one = node.value<std::string>()) return "(?:" + expand(node, *one) + ")";
    if (!node.is_array() || node.as_array()->empty()) fail(node, "is not a pattern or a list of patterns");
    std::string joined = "(?:";
    for (const toml::node& item : *node.as_array()) {
      const auto value = item.value<std::string>();
      if (!value) fail(item, "is not a pattern");
      if (joined.size() > 3) joined += '|';
      joined += expand(item, *value);
    }
    return joined + ")";
  }

  // {name} stands for the word list of that name. Counts as in x{0,3} are left alone.
  std::string expand(const toml::node& node, std::string_view pattern) {
    std::string result;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      const std::size_t close = pattern[i] == '{' ? pattern.find('}', i) : std::string_view::npos;
      if (close == std::string_view::npos || i + 1 >= pattern.size() || pattern[i + 1] < 'a' || pattern[i + 1] > 'z') {
        result += pattern[i];
        continue;
      }
      const std::string name(pattern.substr(i + 1, close - i - 1));
      result += word_list(node, name);
      i = close;
    }
    return result;
  }

  // Word lists may be made of others, named before or after them.
  const std::string& word_list(const toml::node& node, const std::string& name) {
    const auto done = lexicon_.find(name);
    if (done != lexicon_.end()) return done->second;
    const auto found = lexicon_nodes_.find(name);
    if (found == lexicon_nodes_.end()) fail(node, "there is no word list named " + name);
    const toml::node& list = *found->second;
    lexicon_nodes_.erase(found);  // one that is made of itself is not found
    return lexicon_.emplace(name, alternatives(list)).first->second;
  }

  PatternId compile(const toml::node& node, const std::string& expanded) {
    const auto known = pattern_ids_.find(expanded);
    if (known != pattern_ids_.end()) return known->second;
    std::vector<std::string_view> parts;
    if (expanded.size() >= large_pattern) split_alternatives(expanded, parts);
    const bool has_parts = parts.size() > 1;
    auto pattern = std::make_unique<Pattern>(expanded, options_);
    if (checked_ && !has_parts && !pattern->compiled().ok())
      fail(node, "pattern does not parse: " + pattern->compiled().error());
    const auto id = static_cast<PatternId>(out_.patterns.size());
    out_.patterns.push_back(std::move(pattern));
    out_.parts.emplace_back();
    pattern_ids_.emplace(expanded, id);
    if (has_parts) {
      std::vector<PatternId> ids;
      ids.reserve(parts.size());
      for (const std::string_view part : parts) ids.push_back(compile(node, std::string(part)));
      out_.parts[id] = std::move(ids);
    }
    return id;
  }

  PatternId pattern(const toml::table& table, std::string_view key) {
    const toml::node* node = table.get(key);
    return node == nullptr ? no_pattern : compile(*node, alternatives(*node));
  }

  std::vector<PatternId> pattern_list(const toml::table& table, std::string_view key) {
    std::vector<PatternId> result;
    const toml::node* node = table.get(key);
    if (node == nullptr) return result;
    if (!node->is_array()) return {compile(*node, alternatives(*node))};
    for (const toml::node& item : *node->as_array()) result.push_back(compile(item, alternatives(item)));
    return result;
  }

  std::size_t topic(const toml::table& table) const {
    const auto index = out_.topic_index(text(table, "topic"));
    if (!index) fail(*table.get("topic"), "there is no topic " + text(table, "topic"));
    return *index;
  }

  void add_topic(const toml::table& t) {
    check_keys(t, {"id", "name", "description", "subject", "importance", "mention", "by_statement", "speaks", "matches",
                   "ignores", "opp_115", "tosdr", "claudette"});
    TopicRule topic;
    topic.topic = {text(t, "id"),       text(t, "name"),   text(t, "description"),
                   texts(t, "opp_115"), texts(t, "tosdr"), texts(t, "claudette")};
    topic.subject = text(t, "subject");
    if (out_.topic_index(topic.topic.id)) fail(t, "a second topic " + topic.topic.id);
    if (out_.topic_rules.size() == max_topics) fail(t, "more than 64 topics");
    const auto level = importance(text(t, "importance"));
    if (!level) fail(t, "importance is none of none, low, medium, high");
    topic.importance = *level;
    topic.by_statement = flag(t, "by_statement", false);
    topic.speaks = flag(t, "speaks", false);
    topic.matches = texts(t, "matches");
    topic.ignores = texts(t, "ignores");
    if (t.contains("mention") && (topic.matches.empty() || topic.ignores.empty())) {
      fail(t, topic.topic.id + " has no examples both ways");
    }
    const std::uint64_t bit = 1ULL << out_.topic_rules.size();
    if (const toml::node* node = t.get("mention")) {
      for (const std::string& mention : texts(t, "mention")) triggers_[expand(*node, mention)].topics |= bit;
    }
    out_.topic_rules.push_back(std::move(topic));
  }

  void add_fact(const toml::table& t) {
    check_keys(t, {"id", "question", "values", "order", "terms_only", "claim"});
    FactRule fact{
        {text(t, "id"), text(t, "question"), texts(t, "values"), flag(t, "terms_only", false), text(t, "claim", false)},
        texts(t, "order")};
    if (fact.order.empty()) fact.order = fact.definition.values;
    out_.fact_rules.push_back(std::move(fact));
  }

  void add_grammar(const toml::table& t) {
    check_keys(t, {"language",      "negator",      "not_negator",  "scope_break",     "denied_after", "user_must_not",
                   "user_may",      "subject",      "question",     "leads_on",        "service_acts", "open_start",
                   "purpose_start", "late_subject", "not_user",     "forbidden_after", "own_data",     "lead_must_not",
                   "lead_does_not", "lead_does",    "lead_trigger", "date_trigger"});
    Grammar grammar;
    grammar.language = text(t, "language");
    grammar.negator = pattern(t, "negator");
    grammar.not_negator = pattern(t, "not_negator");
    grammar.scope_break = pattern(t, "scope_break");
    grammar.denied_after = pattern(t, "denied_after");
    grammar.user_must_not = pattern(t, "user_must_not");
    grammar.user_may = pattern(t, "user_may");
    grammar.subject = pattern(t, "subject");
    grammar.question = pattern(t, "question");
    grammar.leads_on = pattern(t, "leads_on");
    grammar.service_acts = pattern(t, "service_acts");
    grammar.open_start = pattern(t, "open_start");
    grammar.purpose_start = pattern(t, "purpose_start");
    grammar.late_subject = pattern(t, "late_subject");
    grammar.not_user = pattern(t, "not_user");
    grammar.forbidden_after = pattern(t, "forbidden_after");
    grammar.own_data = pattern(t, "own_data");
    grammar.lead_must_not = pattern(t, "lead_must_not");
    grammar.lead_does_not = pattern(t, "lead_does_not");
    grammar.lead_does = pattern(t, "lead_does");
    if (const toml::node* node = t.get("lead_trigger")) {
      for (const std::string& one : texts(t, "lead_trigger")) triggers_[expand(*node, one)].lead_in = true;
    }
    if (const toml::node* node = t.get("date_trigger")) {
      for (const std::string& one : texts(t, "date_trigger")) triggers_[expand(*node, one)].dates = true;
    }
    out_.grammars.push_back(std::move(grammar));
  }

  void add_slot(const toml::table& t) {
    check_keys(t, {"id", "limits", "values"});
    Slot slot;
    slot.id = text(t, "id");
    slot.limits = flag(t, "limits", false);
    const auto* values = t["values"].as_table();
    if (values == nullptr) fail(t, "values is missing");
    for (const auto& [key, node] : *values) {
      slot.values.emplace_back(std::string(key.str()), compile(node, alternatives(node)));
    }
    out_.slots.push_back(std::move(slot));
  }

  void add_trigger(const toml::table& t) {
    check_keys(t, {"id", "words"});
    const toml::node* words = t.get("words");
    if (words == nullptr) fail(t, "words is missing");
    for (const std::string& one : texts(t, "words")) trigger_words_[text(t, "id")].push_back(expand(*words, one));
  }

  void add_named_data(const toml::table& t) {
    check_keys(t, {"words", "match", "matches", "ignores"});
    NamedData data{text(t, "words"), pattern(t, "match"), texts(t, "matches"), texts(t, "ignores")};
    if (data.match == no_pattern) fail(t, "match is missing");
    if (data.matches.empty() || data.ignores.empty()) fail(t, data.words + " has no examples both ways");
    out_.named_data.push_back(std::move(data));
  }

  void add_rule(const toml::table& t) {
    check_keys(t,
               {"id",       "language", "topic",   "fact",  "value",   "denies",       "reads",  "headings", "open",
                "polarity", "trigger",  "match",   "with",  "without", "not_in_match", "detail", "frame",    "opposite",
                "weight",   "matches",  "ignores", "links", "near",    "not_near",     "direct", "asides",   "about"});
    Rule rule;
    rule.id = text(t, "id");
    if (out_.rule(rule.id) != nullptr) fail(t, "a second rule " + rule.id);
    const std::string language = text(t, "language", false);
    const auto grammar = std::find_if(out_.grammars.begin(), out_.grammars.end(), [&](const Grammar& g) {
      return g.language == (language.empty() ? RuleSet::english : language);
    });
    if (grammar == out_.grammars.end()) fail(t, "there is no grammar for the language " + language);
    rule.grammar = static_cast<std::size_t>(grammar - out_.grammars.begin());
    rule.topic = topic(t);
    rule.fact = text(t, "fact", false);
    rule.value = text(t, "value", false);
    check_answer(t, rule);
    rule.denies = flag(t, "denies", false);
    const std::string reads = text(t, "reads", false);
    rule.user = reads == "user";
    rule.any_subject = reads == "any";
    rule.headings = flag(t, "headings", false);
    const std::string open = text(t, "open", false);
    rule.open = open == "no" ? Open::no : open == "only" ? Open::only : Open::yes;
    const std::string polarity = text(t, "polarity", false);
    rule.polarity = polarity == "any" ? Polarity::any : polarity == "denied" ? Polarity::denied : Polarity::affirmed;
    rule.match = pattern_list(t, "match");
    if (rule.match.empty()) fail(t, "match is missing");
    rule.with = pattern_list(t, "with");
    rule.without = pattern_list(t, "without");
    rule.near = pattern_list(t, "near");
    rule.not_near = pattern_list(t, "not_near");
    rule.about = pattern_list(t, "about");
    rule.not_in_match = pattern(t, "not_in_match");
    rule.detail = pattern(t, "detail");
    for (const std::string& id : texts(t, "frame")) {
      const auto slot = std::find_if(out_.slots.begin(), out_.slots.end(), [&](const Slot& s) { return s.id == id; });
      if (slot == out_.slots.end()) fail(t, "there is no slot " + id);
      rule.slots.push_back(static_cast<std::size_t>(slot - out_.slots.begin()));
    }
    rule.links = flag(t, "links", false);
    rule.opposite = text(t, "opposite", false);
    rule.weight = static_cast<int>(t["weight"].value_or(std::int64_t{0}));
    rule.direct = pattern(t, "direct");
    rule.asides = pattern_list(t, "asides");
    rule.matches = texts(t, "matches");
    rule.ignores = texts(t, "ignores");
    if (rule.matches.empty() || rule.ignores.empty()) fail(t, rule.id + " has no examples both ways");
    open_by(t, rule.topic);
    out_.rules.push_back(std::move(rule));
  }

  void check_answer(const toml::table& t, const Rule& rule) const {
    if (rule.fact.empty() != rule.value.empty()) fail(t, "fact and value go together");
    if (rule.fact.empty()) return;
    for (const FactRule& fact : out_.fact_rules) {
      if (fact.definition.id != rule.fact) continue;
      const auto& values = fact.definition.values;
      if (rule.value == "silent" || std::find(values.begin(), values.end(), rule.value) == values.end()) {
        fail(t, rule.fact + " has no value " + rule.value);
      }
      return;
    }
    fail(t, "there is no fact " + rule.fact);
  }

  // The rule being added is opened by its triggers, or by the mentions of its topic.
  void open_by(const toml::table& t, std::size_t topic_of_rule) {
    const auto rule = static_cast<std::uint16_t>(out_.rules.size());
    bool opened = false;
    for (const std::string& id : texts(t, "trigger")) {
      const auto words = trigger_words_.find(id);
      if (words == trigger_words_.end()) fail(t, "there is no trigger " + id);
      for (const std::string& one : words->second) triggers_[one].rules.push_back(rule);
      opened = true;
    }
    if (opened) return;
    for (auto& [text_of_trigger, trigger] : triggers_) {
      if ((trigger.topics >> topic_of_rule & 1U) != 0) {
        trigger.rules.push_back(rule);
        opened = true;
      }
    }
    if (!opened) fail(t, "nothing opens the rule: it has no trigger and its topic no mention");
  }

  RuleSet::Impl& out_;
  const bool checked_;
  const RE2::Options options_ = pattern_options();
  std::map<std::string, const toml::node*> lexicon_nodes_;  // not yet expanded
  std::map<std::string, std::string> lexicon_;
  std::map<std::string, PatternId> pattern_ids_;
  std::map<std::string, Trigger> triggers_;
  std::map<std::string, std::vector<std::string>> trigger_words_;
};

/// `checked`: see Loader.
Result<std::unique_ptr<RuleSet::Impl>> load_rules(const std::vector<RuleSet::File>& files, bool checked) {
  auto impl = std::make_unique<RuleSet::Impl>();
  Loader loader(*impl, checked);
  std::vector<toml::table> tables;
  std::uint64_t hash = 14695981039346656037ULL;
  std::string_view reading;
  try {
    for (const RuleSet::File& file : files) {
      reading = file.name;
      tables.push_back(toml::parse(file.text, file.name));
      hash = fnv1a(file.text, fnv1a(file.name, hash));
    }
    // Word lists first, in the order of the files; then what rules refer to; then the rules.
    const auto pass = [&](auto step) {
      for (std::size_t i = 0; i < files.size(); ++i) {
        reading = files[i].name;
        step(tables[i]);
      }
    };
    pass([&](const toml::table& table) { loader.add_lexicon(table); });
    pass([&](const toml::table& table) { loader.add_definitions(table); });
    pass([&](const toml::table& table) { loader.add_rules(table); });
    loader.finish();
  } catch (const toml::parse_error& error) {
    return Error{ErrorCode::bad_input,
                 fmt::format("{}: line {}: {}", reading, error.source().begin.line, error.description())};
  } catch (const BadRule& error) {
    return Error{ErrorCode::bad_input, fmt::format("{}: {}", reading, error.message)};
  }
  impl->version = fmt::format("{:016x}", hash);
  return impl;
}

}  // namespace

bool RuleSet::Impl::matches(PatternId pattern, std::string_view text, const TextGrams& grams) const {
  const std::vector<PatternId>& alternatives = parts[pattern];
  if (alternatives.empty()) return patterns[pattern]->matches(text, grams);
  return std::any_of(alternatives.begin(), alternatives.end(),
                     [&](PatternId part) { return matches(part, text, grams); });
}

const Rule* RuleSet::Impl::rule(std::string_view id) const {
  for (const Rule& one : rules) {
    if (one.id == id) return &one;
  }
  return nullptr;
}

std::optional<std::size_t> RuleSet::Impl::topic_index(std::string_view id) const {
  for (std::size_t i = 0; i < topic_rules.size(); ++i) {
    if (topic_rules[i].topic.id == id) return i;
  }
  return std::nullopt;
}

bool RuleSet::Impl::reads(std::string_view language) const {
  return language.empty() || std::any_of(grammars.begin(), grammars.end(),
                                         [&](const Grammar& grammar) { return grammar.language == language; });
}

bool RuleSet::Impl::reads(std::string_view language, std::string_view fact) const {
  if (language.empty() || language == RuleSet::english) return true;
  const auto question = std::find_if(fact_rules.begin(), fact_rules.end(),
                                     [&](const FactRule& one) { return one.definition.id == fact; });
  if (question != fact_rules.end() && question->definition.is_date()) return reads(language);
  return std::any_of(rules.begin(), rules.end(), [&](const Rule& rule) {
    return rule.fact == fact && grammars[rule.grammar].language == language;
  });
}

RuleSet::RuleSet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RuleSet::RuleSet(RuleSet&&) noexcept = default;
RuleSet& RuleSet::operator=(RuleSet&&) noexcept = default;
RuleSet::~RuleSet() = default;

RuleSet RuleSet::builtin() {
  std::vector<File> files;
  for (const auto& file : rule_files::files) files.push_back({std::string(file.name), file.bytes});
  auto impl = load_rules(files, false);
  if (!impl) {
    fmt::print(stderr, "smallprint: {}\n", impl.error().message);
    std::abort();
  }
  return RuleSet(std::move(impl).value());
}

Result<RuleSet> RuleSet::load(const std::vector<File>& files) {
  auto impl = load_rules(files, true);
  if (!impl) return impl.error();
  return RuleSet(std::move(impl).value());
}

const std::string& RuleSet::version() const { return impl_->version; }
const std::vector<Topic>& RuleSet::topics() const { return impl_->topics; }
Reading RuleSet::reading(std::string_view language) const {
  if (!impl_->reads(language)) return Reading::none;
  const bool all = std::all_of(impl_->facts.begin(), impl_->facts.end(),
                               [&](const FactDefinition& fact) { return impl_->reads(language, fact.id); });
  return all ? Reading::full : Reading::part;
}
const std::vector<FactDefinition>& RuleSet::facts() const { return impl_->facts; }

}  // namespace smallprint
