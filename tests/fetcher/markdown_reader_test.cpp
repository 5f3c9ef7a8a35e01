// Reading the versions of a document in turn gives what reading each alone gives.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "fetcher/extract/markdown.h"

using namespace smallprint;

namespace {

/// Equal in all that a document has, headings and title too.
bool same(const Document& a, const Document& b) {
  if (!(a == b) || a.title != b.title) return false;
  for (std::size_t i = 0; i < a.clauses.size(); ++i) {
    if (a.clauses[i].heading != b.clauses[i].heading) return false;
  }
  return true;
}

const std::vector<std::string> blocks = {"# Terms",
                                         "Privacy Policy\n==============",
                                         "Your choices\n---",
                                         "### 3. Uses",
                                         "**Bold title**",
                                         "__Another__",
                                         "We may share data with partners.",
                                         "A line\nand its continuation",
                                         "- one\n- two\n\n  a paragraph of two\n- three",
                                         "1.  first\n\n    more of it\n\n2.  second",
                                         "1.  **Title**\n\n    What it is about.",
                                         "- # Heading in an item\n\nafter it",
                                         "7) seven",
                                         "> quoted\n> words\n\n> more",
                                         "> quoted\nlazily",
                                         "| a | b |\n|---|---|\n| 1 | 2 |",
                                         "    indented",
                                         "  two spaces in",
                                         "\ttab",
                                         "***",
                                         "* * *",
                                         "Ärger über **Daten**",
                                         "数据**处理。**说明",
                                         "a \\* b [link](https://example.org/a) `code`",
                                         "[text]",
                                         "[text]: https://example.org/definition",
                                         "```\nfenced\n\nText\n```",
                                         "~~~",
                                         "<div>",
                                         "&amp; &#35; entity",
                                         "\\# no heading",
                                         "Text with trailing spaces  ",
                                         ""};

std::string text_of(const std::vector<std::size_t>& chosen, std::mt19937& random) {
  std::string text;
  for (const std::size_t block : chosen) text += blocks[block] + (random() % 12 == 0 ? "\n" : "\n\n");
  if (random() % 8 == 0) text += "\n\n\n";
  return text;
}

}  // namespace

TEST_CASE("a text read after another is read as if it stood alone") {
  std::mt19937 random(11);
  for (int run = 0; run < 400; ++run) {
    MarkdownReader reader;
    // Definitions and fences, the last ones, only in every other run: they have the text read whole.
    const std::size_t kinds = run % 2 == 0 ? 25 : blocks.size();
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < 5 + random() % 40; ++i) chosen.push_back(random() % kinds);
    for (int version = 0; version < 6; ++version) {
      const std::string text = text_of(chosen, random);
      INFO(text);
      const Document alone = read_markdown(text);
      REQUIRE(same(*reader.read(text), alone));
      // An empty fence has the text parsed whole: where it was cut, nothing before had a say in what follows.
      if (kinds < blocks.size()) REQUIRE(same(alone, read_markdown(text + "\n\n```\n```\n")));
      for (std::size_t edits = random() % 4; edits > 0; --edits) {
        const auto at = static_cast<std::ptrdiff_t>(random() % (chosen.size() + 1));
        const bool take = random() % 2 == 0 && chosen.size() > 1 && at < static_cast<std::ptrdiff_t>(chosen.size());
        take ? chosen.erase(chosen.begin() + at) : chosen.insert(chosen.begin() + at, random() % kinds);
      }
      if (random() % 10 == 0) std::shuffle(chosen.begin(), chosen.end(), random);
    }
  }
}

TEST_CASE("a list is read the same whether it stands in the first text or in a later one, wherever it begins") {
  // md4c 0.4.8 may take the place of a line for the beginning of a list item, after two blank lines in a list.
  const std::string list =
      "Tours and readers have a menu.\n\n* First\n    \n    Back\n    \n            \n    \n    * * Second\n"
      "            * Third\n    \n            \n            * Fourth\n";
  for (std::size_t length = 0; length < 300; ++length) {
    const std::string text = "Words " + std::string(length, 'x') + ".\n\n" + list;
    MarkdownReader reader;
    static_cast<void>(reader.read("Words.\n\n" + list));
    INFO(length);
    REQUIRE(same(*reader.read(text), read_markdown(text)));
  }
}

TEST_CASE("a bold title's level follows the heading above it in the text that is read, not in the one before") {
  MarkdownReader reader;
  const std::string body = "About this\n\n**Bold title**\n\nDone at last.\n\n";
  for (const char* heading : {"# One\n\n", "### Three\n\n", "", "## Two\n\n"}) {
    const std::string text = heading + body;
    INFO(text);
    CHECK(same(*reader.read(text), read_markdown(text)));
  }
}

TEST_CASE("what was handed out stays as it is when the next text is read") {
  MarkdownReader reader;
  const auto first = reader.read("# One\n\nAlpha.\n\nBeta.\n");
  const Document kept = *first;
  const auto second = reader.read("# One\n\nAlpha.\n\nGamma.\n");
  CHECK(same(*first, kept));
  CHECK(second->clauses.back().text == "Gamma.");
}
