// A filter may let a text pass in vain; it must not hold back one that its pattern matches.
#include "diff/literal_filter.h"

#include <doctest/doctest.h>
#include <re2/re2.h>

#include <string>
#include <string_view>
#include <vector>

#include "diff/rules_impl.h"

using namespace smallprint;

namespace {

struct Row {
  const char* pattern;
  std::vector<const char*> passed, held_back;
};

bool matches(const std::string& pattern, std::string_view text) {
  re2::RE2::Options options;
  options.set_case_sensitive(false);
  return re2::RE2::PartialMatch(text, re2::RE2(pattern, options));
}

}  // namespace

TEST_CASE("a text without the letters that a pattern needs is held back") {
  const std::vector<Row> table = {
      {"train", {"we train", "TRAINING", "strain"}, {"", "trai", "t r a i n", "rain"}},
      {"\\btrain\\b", {"train", "(Train)", "we\xC2\xA0train."}, {"training", "strain", "train_set"}},
      {"\\b(?:ads|adverts)\\b", {"ads", "an (ads).", "Adverts!"}, {"adds", "road", "advertising"}},
      {"\\b(?:(?:one|two) and|three)\\b", {"one and", "three"}, {"one or", "threes", "some andes"}},
      {"\\bshar(?:e|ing)\\b[^.]{0,80}?\\bdata\\b", {"sharing of data", "data we share"}, {"sharing of it", "data"}},
      {"colou?r", {"color", "colour"}, {"col", "our coal"}},
      {"ab{2}c|x{0,3}yzz", {"abbc", "yzz", "xyzz"}, {"bbc", "xyz"}},
      {"opt[- ]?out", {"optout", "opt-out", "out of what you opt for"}, {"op tout ou", "option"}},
      {"third[- ]part(?:y|ies)", {"third-party", "third parties"}, {"thirdparty", "third, partly"}},
      {"[[:alpha:]]bcd[]x]efg[^]]hij", {"abcd]efghhij"}, {"abcd efg", "efgxhij"}},
      {"(?-i:AI)\\b", {"AI", "ai"}, {"aim", "a i"}},
      {"we\\x27ll\\x{2019}go", {"we'll\u2019go", "ll we go"}, {"we'l go"}},
      {"a\\.b|\\(c\\)|d\\\\e", {"a.b", "(c)", "d\\e"}, {}},
      {"", {"", "anything"}, {}},
      {"a|", {"", "b"}, {}},
      {"(?:a|)bcd", {"bcd"}, {"bc"}},
      {"(?:abc)*(?:def)?(?:ghi){0,2}", {"", "x"}, {}},
      {"(?:abc|def)+\\b", {"abcdef", "def"}, {"deg", "ab"}},
      {"\\d+ days", {"30 days"}, {"30 day"}},
      {"^\\W*(?:see|read)\\b", {"- See that", "to read"}, {"seen", "ready"}},
  };
  for (const Row& row : table) {
    const LiteralFilter filter(row.pattern);
    for (const char* text : row.passed) {
      INFO(std::string(row.pattern) << " and: " << std::string(text));
      CHECK(filter.may_match(TextGrams(text)));
    }
    for (const char* text : row.held_back) {
      INFO(std::string(row.pattern) << " and: " << std::string(text));
      CHECK_FALSE(filter.may_match(TextGrams(text)));
      CHECK_FALSE(matches(row.pattern, text));
    }
  }
}

TEST_CASE("letters that are another case of an ASCII letter are not missed") {
  for (const char* text : {"u\u017Fers", "\u212Aeep"}) {
    CHECK(matches("users|keep", text));
    CHECK(LiteralFilter("users|keep").may_match(TextGrams(text)));
  }
}

TEST_CASE("patterns that are cut short or malformed are read without harm") {
  const std::string whole = "\\b(?:a[^]b]{1,3}?c|d\\x{41}|(?P<n>e))+[[:digit:]]*\\Qz\\E$";
  for (std::size_t end = 0; end <= whole.size(); ++end) {
    CHECK_NOTHROW(static_cast<void>(LiteralFilter(whole.substr(0, end)).may_match(TextGrams("abc"))));
    CHECK_NOTHROW(static_cast<void>(LiteralFilter(whole.substr(end)).may_match(TextGrams("abc"))));
  }
}

TEST_CASE("no example that a pattern of the rules matches is held back from it") {
  const RuleSet rules = RuleSet::builtin();
  const RuleSet::Impl& impl = rules.impl();
  std::vector<std::string_view> examples;
  for (const Rule& rule : impl.rules) {
    examples.insert(examples.end(), rule.matches.begin(), rule.matches.end());
    examples.insert(examples.end(), rule.ignores.begin(), rule.ignores.end());
  }
  for (const TopicRule& topic : impl.topic_rules) {
    examples.insert(examples.end(), topic.matches.begin(), topic.matches.end());
    examples.insert(examples.end(), topic.ignores.begin(), topic.ignores.end());
  }
  std::vector<const Pattern*> patterns;
  for (const auto& pattern : impl.patterns) patterns.push_back(pattern.get());
  for (std::size_t i = 0; i < impl.triggers.size(); ++i) patterns.push_back(&impl.trigger_set->pattern(i));
  REQUIRE(examples.size() >= 400);
  std::size_t asked = 0, held_back = 0, wrong = 0;
  for (std::size_t e = 0; e < examples.size(); ++e) {
    const TextGrams grams(examples[e]);
    for (std::size_t p = e % 8; p < patterns.size(); p += 8) {
      ++asked;
      if (patterns[p]->may_match(grams)) continue;
      ++held_back;
      if (!re2::RE2::PartialMatch(examples[e], patterns[p]->compiled())) continue;
      ++wrong;
      MESSAGE(patterns[p]->pattern() << " matches: " << examples[e]);
    }
  }
  CHECK(wrong == 0);
  CHECK(held_back * 10 > asked * 8);  // else it is of no use
}
