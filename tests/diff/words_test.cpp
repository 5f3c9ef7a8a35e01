#include "diff/words.h"

#include <doctest/doctest.h>

#include "tests/diff/documents.h"

using namespace smallprint;
using test::joined;
using test::redline;

namespace {

std::vector<std::string> tokens(std::string_view text) {
  Tokenizer tokenizer;
  Vocabulary vocabulary;
  std::vector<Token> found;
  tokenizer.tokenize(text, vocabulary, found);
  std::vector<std::string> out;
  out.reserve(found.size());
  for (const Token& token : found) out.emplace_back(text.substr(token.begin, token.end - token.begin));
  return out;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("numbers, addresses and abbreviations are one word each") {
  CHECK(tokens("We keep 1,000.50 items, e.g. in the U.S. today.") ==
        Texts{"We", "keep", "1,000.50", "items", ",", "e.g.", "in", "the", "U.S.", "today", "."});
  CHECK(tokens("See https://example.org/a/b?c=1&d=2#e, or www.example.org.") ==
        Texts{"See", "https://example.org/a/b?c=1&d=2#e", ",", "or", "www.example.org", "."});
  CHECK(tokens("Write to privacy-team@example.org!") == Texts{"Write", "to", "privacy", "-", "team@example.org", "!"});
  CHECK(tokens("Section 2.1.3 doesn't") == Texts{"Section", "2.1.3", "doesn't"});
  CHECK(tokens("it\u2019s \u201Cyours\u201D") == Texts{"it\u2019s", "\u201C", "yours", "\u201D"});
  CHECK(tokens("caf\u00E9 \u00FCber \u043F\u0440\u0438\u0432\u0435\u0442") ==
        Texts{"caf\u00E9", "\u00FCber", "\u043F\u0440\u0438\u0432\u0435\u0442"});
  CHECK(tokens("a...b--c") == Texts{"a", "...", "b", "--", "c"});
  CHECK(tokens("").empty());
  CHECK(tokens(" \t\n\u00A0").empty());
}

TEST_CASE("scripts without spaces are cut into words, not left whole and not into bytes") {
  const auto chinese = tokens("\u6211\u4EEC\u4F7F\u7528\u60A8\u7684\u6570\u636E\u3002");  // we use your data.
  CHECK(chinese.size() > 3);
  CHECK(chinese.size() < 9);
  CHECK(chinese.back() == "\u3002");
  const auto thai = tokens("\u0E40\u0E23\u0E32\u0E43\u0E0A\u0E49\u0E02\u0E49\u0E2D\u0E21\u0E39\u0E25");  // we use data
  CHECK(thai.size() > 1);
  CHECK(thai.size() < 6);
  CHECK(tokens("\u0646\u062D\u0646 \u0646\u0633\u062A\u062E\u062F\u0645") ==
        Texts{"\u0646\u062D\u0646", "\u0646\u0633\u062A\u062E\u062F\u0645"});  // Arabic: two words
}

TEST_CASE("a redline reads as a lawyer would draw it") {
  struct Case {
    const char* before;
    const char* after;
    const char* drawn;
  };
  const Case cases[] = {
      {"We use the data", "We may use your personal data", "We {+may +}use [-the-]{+your personal+} data"},
      {"within 30 days of notice", "within 14 days of notice", "within [-30-]{+14+} days of notice"},
      {"You agree.", "You agree. We may change this.", "You agree.{+ We may change this.+}"},
      {"Also, we share data.", "We share data.", "[-Also, we-]{+We+} share data."},
      {"a, b and c", "a, b, d and c", "a, b{+, d+} and c"},
      // No islands of grammatical words.
      {"Our partners and their vendors may see it.", "Any advertisers and all resellers may see it.",
       "[-Our partners-]{+Any advertisers+} and [-their vendors-]{+all resellers+} may see it."},
      {"subject to your settings", "subject to your privacy settings", "subject to your {+privacy +}settings"},
      // An insertion starts where the sentence does.
      {"The cat sat. The dog ran. All slept.", "The cat sat. The bird flew. The dog ran. All slept.",
       "The cat sat. {+The bird flew. +}The dog ran. All slept."},
      {"Hello", "", "[-Hello-]"},
      {"", "Hello", "{+Hello+}"},
      {"", "", ""},
      {"sign in here", "sign  in here", "sign{+ +} in here"},
  };
  for (const Case& c : cases) {
    INFO(c.before << " / " << c.after);
    if (std::string_view(c.before) == "Our partners and their vendors may see it.") {
      // "and" alone between two replaced phrases is given up.
      CHECK(redline(c.before, c.after) ==
            "[-Our partners and their vendors-]{+Any advertisers and all resellers+} may see it.");
    } else if (std::string_view(c.before) == "sign in here") {
      CHECK(joined(compare_words(c.before, c.after), WordOp::removed) == c.after);
    } else {
      CHECK(redline(c.before, c.after) == c.drawn);
    }
  }
}

TEST_CASE("an inserted purpose stays one phrase") {
  const std::string drawn = redline(
      "We use what you post to provide and personalise our service.",
      "We use what you post to provide, improve, develop and train learning models and personalise our service.");
  CHECK(drawn.find("develop and train learning models") != std::string::npos);
}

TEST_CASE("joining the words gives both texts, for any bytes") {
  std::mt19937 random(7);
  const std::vector<std::string> pieces = {"the ",
                                           "data",
                                           " of",
                                           ", ",
                                           "\u6211\u4EEC",
                                           "\u0E40\u0E23\u0E32",
                                           "\n",
                                           "\xff",
                                           "\xe2\x80",
                                           "\u201C",
                                           ".",
                                           " ",
                                           "  ",
                                           "12,5",
                                           "U.S.",
                                           "\xf0\x9f\x98\x80",
                                           "x@y.z",
                                           "http://a.b/c",
                                           "don\u2019t "};
  for (int round = 0; round < 3000; ++round) {
    const auto text = [&] {
      std::string out;
      for (std::size_t i = 0, n = random() % 14; i < n; ++i) out += pieces[random() % pieces.size()];
      return out;
    };
    const std::string before = text();
    const std::string after = text();
    const auto words = compare_words(before, after);
    REQUIRE(joined(words, WordOp::added) == before);
    REQUIRE(joined(words, WordOp::removed) == after);
    auto swapped = compare_words(after, before);
    for (Word& word : swapped) {
      if (word.op != WordOp::same) word.op = word.op == WordOp::added ? WordOp::removed : WordOp::added;
    }
    REQUIRE(joined(swapped, WordOp::added) == before);
    std::size_t same = 0;
    for (const Word& word : words) same += word.op == WordOp::same ? word.text.size() : 0;
    for (const Word& word : swapped) same -= word.op == WordOp::same ? word.text.size() : 0;
    REQUIRE(same == 0);
  }
}

TEST_CASE("texts beyond the budget are one removed and one added run between their common ends") {
  test::Writer writer(3);
  std::string before = "Common start. ";
  std::string after = "Common start. ";
  for (int i = 0; i < 3000; ++i) {
    before += writer.word() + "a ";
    after += writer.word() + "b ";
  }
  before += "common end.";
  after += "common end.";
  WordComparer comparer;
  const auto words = comparer.compare(before, after);
  CHECK(comparer.truncated());
  CHECK(joined(words, WordOp::added) == before);
  CHECK(joined(words, WordOp::removed) == after);
  REQUIRE(words.size() == 4);
  CHECK(words.front().op == WordOp::same);
  CHECK(words.back().text == " common end.");
}
