// The rules are data; their examples, which stand beside them in diff/rules/*.toml, are their tests.
#include "diff/rules.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "diff/analysis.h"
#include "diff/rules_impl.h"
#include "tests/diff/documents.h"

using namespace smallprint;

namespace {

const RuleSet& builtin() {
  static const RuleSet rules = RuleSet::builtin();
  return rules;
}

bool reads(const RuleSet& rules, const std::string& rule, const std::string& example) {
  AnalysisCache cache(rules);
  const DocumentAnalysis analysis = analyse(rules, test::lines(example), cache);
  return std::any_of(analysis.clauses.begin(), analysis.clauses.end(), [&](const ClauseAnalysisPtr& clause) {
    return std::any_of(clause->statements.begin(), clause->statements.end(),
                       [&](const Statement& statement) { return statement.rule == rule; });
  });
}

bool mentions(const RuleSet& rules, const std::string& topic, const std::string& example) {
  const std::uint64_t bit = 1ULL << rules.impl().topic_index(topic).value();
  return (analyse_clause(rules, test::lines(example).clauses.front()).mention_bits & bit) != 0;
}

Result<RuleSet> load(std::string_view text) { return RuleSet::load({{"test.toml", text}}); }

}  // namespace

TEST_CASE("every rule reads its examples, and none of its counterexamples") {
  REQUIRE(builtin().impl().rules.size() >= 25);
  for (const Rule& rule : builtin().impl().rules) {
    for (const std::string& example : rule.matches) {
      INFO(rule.id << " should read: " << example);
      CHECK(reads(builtin(), rule.id, example));
    }
    for (const std::string& example : rule.ignores) {
      INFO(rule.id << " should not read: " << example);
      CHECK_FALSE(reads(builtin(), rule.id, example));
    }
  }
}

TEST_CASE("what a headline names is named by its examples, and not by its counterexamples") {
  REQUIRE(builtin().impl().named_data.size() >= 5);
  for (const NamedData& data : builtin().impl().named_data) {
    const re2::RE2& pattern = builtin().impl().patterns[data.match]->compiled();
    for (const std::string& example : data.matches) {
      INFO(data.words << " should be named by: " << example);
      CHECK(re2::RE2::PartialMatch(example, pattern));
    }
    for (const std::string& example : data.ignores) {
      INFO(data.words << " should not be named by: " << example);
      CHECK_FALSE(re2::RE2::PartialMatch(example, pattern));
    }
  }
}

TEST_CASE("the alternatives of a large pattern match together what it matches") {
  const RuleSet::Impl& impl = builtin().impl();
  REQUIRE(impl.parts.size() == impl.patterns.size());
  std::size_t split = 0, matched = 0;
  for (std::size_t i = 0; i < impl.patterns.size(); ++i) {
    if (impl.parts[i].empty()) continue;
    ++split;
    for (const Rule& rule : impl.rules) {
      for (const auto* examples : {&rule.matches, &rule.ignores}) {
        for (const std::string& example : *examples) {
          INFO(impl.patterns[i]->pattern() << " in: " << example);
          const bool whole = re2::RE2::PartialMatch(example, impl.patterns[i]->compiled());
          matched += whole ? 1 : 0;
          CHECK(whole == std::any_of(impl.parts[i].begin(), impl.parts[i].end(), [&](PatternId part) {
                  return re2::RE2::PartialMatch(example, impl.patterns[part]->compiled());
                }));
        }
      }
    }
  }
  CHECK(split >= 5);
  CHECK(matched >= 50);
}

TEST_CASE("an alternation is split at its bars alone") {
  std::string words;
  for (int i = 0; i < 300; ++i) words += "w" + std::to_string(i) + "x|";
  const auto rules = load(
      "[[topic]]\nid = 'ai'\nname = 'AI'\ndescription = 'd'\nsubject = 's'\nimportance = 'low'\n"
      "mention = '\\bmodels\\b'\nmatches = ['models']\nignores = ['none']\n"
      "[[grammar]]\nlanguage = 'en'\n"
      "[[rule]]\nid = 'r'\ntopic = 'ai'\nreads = 'any'\nmatch = '(?:" +
      words + "[|)]a|b[^]|]|\\|c|\\(d|(?:e|f)g|(?-i:H|I)|)'\nmatches = ['models']\nignores = ['none']\n");
  REQUIRE_MESSAGE(rules.ok(), (rules.ok() ? "" : rules.error().message));
  const RuleSet::Impl& impl = rules->impl();
  const auto large =
      std::find_if(impl.parts.begin(), impl.parts.end(), [](const auto& parts) { return !parts.empty(); });
  REQUIRE(large != impl.parts.end());
  std::vector<std::string> parts;
  for (const PatternId part : *large) parts.push_back(impl.patterns[part]->pattern());
  REQUIRE(parts.size() == 307);
  CHECK(std::vector<std::string>(parts.begin() + 299, parts.end()) ==
        std::vector<std::string>{"w299x", "[|)]a", "b[^]|]", "\\|c", "\\(d", "(?:e|f)g", "(?-i:H|I)", ""});
}

TEST_CASE("every topic is mentioned by its examples, and not by its counterexamples") {
  for (const TopicRule& topic : builtin().impl().topic_rules) {
    for (const std::string& example : topic.matches) {
      INFO(topic.topic.id << " should be mentioned by: " << example);
      CHECK(mentions(builtin(), topic.topic.id, example));
    }
    for (const std::string& example : topic.ignores) {
      INFO(topic.topic.id << " should not be mentioned by: " << example);
      CHECK_FALSE(mentions(builtin(), topic.topic.id, example));
    }
  }
}

TEST_CASE("the topics and questions of the design are all there, each described") {
  for (const char* id : {"ai-training",
                         "ai-features",
                         "automated-decisions",
                         "private-messages",
                         "content-license",
                         "data-collection",
                         "sensitive-data",
                         "biometrics",
                         "location",
                         "children",
                         "advertising",
                         "data-sale",
                         "third-parties",
                         "affiliates",
                         "international-transfer",
                         "retention",
                         "deletion",
                         "access-rights",
                         "opt-out",
                         "tracking",
                         "security",
                         "government-requests",
                         "arbitration",
                         "class-action",
                         "liability",
                         "indemnity",
                         "governing-law",
                         "termination",
                         "payments",
                         "refunds",
                         "unilateral-change",
                         "notice",
                         "acceptable-use",
                         "scraping",
                         "copyright",
                         "age-limit",
                         "contact",
                         "regional-terms"}) {
    INFO(id);
    CHECK(std::any_of(builtin().topics().begin(), builtin().topics().end(), [&](const Topic& topic) {
      return topic.id == id && !topic.name.empty() && !topic.description.empty();
    }));
  }
  for (const char* id : {"trains_ai", "ai_opt_out", "private_messages_for_ai", "regions_exempt", "ai_third_parties",
                         "ai_past_data", "ads_targeting", "sells_data", "arbitration_or_class_waiver",
                         "unilateral_change", "effective_date", "announced_change"}) {
    INFO(id);
    CHECK(std::any_of(builtin().facts().begin(), builtin().facts().end(), [&](const FactDefinition& fact) {
      return fact.id == id && !fact.question.empty() && fact.values.size() >= 2 && fact.values.back() == "silent";
    }));
  }
}

TEST_CASE("the version of the rules follows from their text") {
  CHECK(RuleSet::builtin().version() == builtin().version());
  const auto one = load("[lexicon]\na = 'x'"), other = load("[lexicon]\na = 'y'");
  REQUIRE(one.ok());
  REQUIRE(other.ok());
  CHECK(one->version() != other->version());
  CHECK(one->version() != builtin().version());
}

TEST_CASE("rules that are wrong are refused with the file, the line and what is wrong") {
  const std::string topic =
      "[[topic]]\nid = 'a'\nname = 'A'\ndescription = 'd'\nsubject = 's'\nimportance = 'low'\nmention = ['a']\n"
      "matches = ['a']\nignores = ['b']\n[[grammar]]\nlanguage = 'en'\n";
  struct Case {
    std::string text, says;
  };
  for (const Case& bad : std::vector<Case>{
           {"[[topic", "line 1"},
           {"[[topic]]\nid = 'a'", "name is missing"},
           {"[[topic]]\nid = 'a'\nname = 3", "name is not a text"},
           {topic + "[[topic]]\nid = 'a'\nname = 'A'\ndescription = 'd'\nsubject = 's'\nimportance = 'low'\n",
            "a second topic"},
           {topic + "[[rule]]\nid = 'r'\ntopic = 'nope'\nmatch = 'x'", "there is no topic nope"},
           {topic + "[[rule]]\nid = 'r'\ntopic = 'a'\nmatch = '(x'", "does not parse"},
           {topic + "[[rule]]\nid = 'r'\ntopic = 'a'\nmatch = '{none}'", "no word list named none"},
           {topic + "[[rule]]\nid = 'r'\ntopic = 'a'\nmatch = 'x'", "no examples"},
           {topic + "[[rule]]\nid = 'r'\ntopic = 'a'\nmatch = 'x'\nmatched = 'y'", "unknown key matched"},
           {topic + "[[rule]]\nid = 'r'\ntopic = 'a'\nmatch = 'x'\nfact = 'f'\nvalue = 'v'", "there is no fact f"},
           {topic + "[[rule]]\nid = 'r'\nlanguage = 'xx'\ntopic = 'a'\nmatch = 'x'", "no grammar for the language"},
           {"[[named_data]]\nwords = 'your data'", "match is missing"},
           {"[[named_data]]\nwords = 'your data'\nmatch = 'x'", "no examples both ways"},
           {"[lexicon]\na = '{b}'\nb = '{a}'\n[dates]\neffective = '{a}'", "no word list named a"},
       }) {
    const auto loaded = load(bad.text);
    INFO(bad.text);
    REQUIRE_FALSE(loaded.ok());
    CHECK(loaded.error().code == ErrorCode::bad_input);
    INFO(loaded.error().message);
    CHECK(loaded.error().message.find("test.toml") == 0);
    CHECK(loaded.error().message.find("line ") != std::string::npos);
    CHECK(loaded.error().message.find(bad.says) != std::string::npos);
  }
}

TEST_CASE("every pattern of the shipped rules parses") {
  // They are compiled where they are first needed, which may be long after the start.
  const RuleSet::Impl& impl = builtin().impl();
  for (const auto& pattern : impl.patterns) {
    INFO(pattern->pattern());
    CHECK_MESSAGE(pattern->compiled().ok(), pattern->compiled().error());
  }
  for (std::size_t i = 0; i < impl.triggers.size(); ++i) {
    const re2::RE2& compiled = impl.trigger_set->pattern(i).compiled();
    CHECK_MESSAGE(compiled.ok(), compiled.pattern() << ": " << compiled.error());
  }
}

TEST_CASE("no rule names a service") {
  for (const Rule& rule : builtin().impl().rules) {
    for (const PatternId id : rule.match) {
      const std::string& pattern = builtin().impl().patterns[id]->pattern();
      for (const char* name : {"LinkedIn", "Zoom", "Meta", "Google", "Microsoft", "Facebook", "Booking", "Roblox"}) {
        INFO(rule.id);
        CHECK(pattern.find(name) == std::string::npos);
      }
    }
  }
}
