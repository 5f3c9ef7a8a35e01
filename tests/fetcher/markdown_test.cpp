// Markdown in and out: what a reader sees, and that reading what was rendered gives the same document.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fetcher/extract/markdown.h"
#include "model/markdown.h"
#include "model/spans.h"
#include "tests/support/support.h"

using namespace smallprint;

namespace {

/// A document in one line a clause: kind, level, marker, text with its spans.
std::string shown(const Document& document) {
  std::string out;
  for (const Clause& clause : document.clauses) {
    out += fmt::format("{} {} {}|{}", name(clause.kind), clause.level, clause.marker, clause.text);
    for (const Span& span : clause.spans) {
      out += fmt::format(" {{{}:{}}}",
                         "sectl"[static_cast<std::size_t>(span.kind) + (span.kind == SpanKind::link ? 1 : 0)],
                         clause.text.substr(span.begin, span.end - span.begin));
      if (span.kind == SpanKind::link) out += "(" + span.target + ")";
    }
    out += '\n';
  }
  return out;
}

void check_round_trip(const std::string& markdown) {
  const Document once = read_markdown(markdown);
  const std::string rendered = render_markdown(once);
  const Document twice = read_markdown(rendered);
  if (!(once == twice)) {
    INFO("source: " << markdown.substr(0, 2000));
    INFO("rendered: " << rendered.substr(0, 2000));
    CHECK(shown(once) == shown(twice));
  }
  CHECK(once == twice);
}

}  // namespace

TEST_CASE("markdown is read as the clauses a reader sees") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"Title\n=====\n\nSub\n---\n\ntext", "heading 1 |Title\nheading 2 |Sub\nparagraph 0 |text\n"},
      {"# A #\n\n###### B", "heading 1 |A\nheading 6 |B\n"},
      {"one\ntwo  \nthree", "paragraph 0 |one two three\n"},
      {"a&nbsp;&amp; b &#8217; &copy;", "paragraph 0 |a & b ’ ©\n"},
      {"1\\. not a list \\*x\\*", "paragraph 0 |1. not a list *x*\n"},
      {"a **b** _c_ `d` [e](http://f/)", "paragraph 0 |a b c d e {s:b} {e:c} {c:d} {l:e}(http://f/)\n"},
      {"3. c\n4. d\n   1. x\n   2. y", "list_item 1 3.|c\nlist_item 1 4.|d\nlist_item 2 1.|x\nlist_item 2 2.|y\n"},
      {"2) c\n3) d", "list_item 1 2)|c\nlist_item 1 3)|d\n"},
      {"* a\n\n  more\n* b", "list_item 1 -|a\nparagraph 1 |more\nlist_item 1 -|b\n"},
      {"- (a) first\n- iv) fourth\n- A thing",
       "list_item 1 (a)|first\nlist_item 1 iv)|fourth\nlist_item 1 -|A thing\n"},
      {"| H | I |\n|---|---|\n| a | **b** |\n| c |",
       "table_row 0 header|H\tI\ntable_row 0 |a\tb {s:b}\ntable_row 0 |c\n"},
      {"|  |  |\n|---|---|\n| a<br>b | c \\| d |", "table_row 0 |a b\tc | d\n"},
      {"> q\n> > r", "quote 1 |q\nquote 2 |r\n"},
      {"```\nx  y\n  z\n```", "code 0 |x  y\n  z\n"},
      {"    indented is text", "paragraph 0 |indented is text\n"},
      {"zero\xE2\x80\x8Bwidth\xC2\xAD and\xC2\xA0"
       "fixed",
       "paragraph 0 |zerowidth and fixed\n"},
      {"![picture](x.png) text", "paragraph 0 |text\n"},
      {"a < b, <p>c</p> \\<p> <Section 3c of Terms>", "paragraph 0 |a < b, c <p> <Section 3c of Terms>\n"},
      {"<mailto:a@b.example>", "paragraph 0 |mailto:a@b.example {l:mailto:a@b.example}(mailto:a@b.example)\n"},
      {"a**。**b \\*\\* 2 ** 3", "paragraph 0 |a。b ** 2 ** 3 {s:。}\n"},
      {"**term。**text, **odd", "paragraph 0 |**term。**text, **odd\n"},
      {"* * *\n\n---\n", ""},
      {"", ""},
  };
  for (const auto& [markdown, expected] : table) {
    INFO(markdown);
    CHECK(shown(read_markdown(markdown)) == expected);
    check_round_trip(markdown);
  }
}

TEST_CASE("headings inside list items are headings, with the number that the list prints") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"1.  Intro\n    -----\n    \n    text\n    \n2.  1\\. Data\n    -------\n    \n    more\n",
       "heading 2 |Intro\nparagraph 0 |text\nheading 2 |1. Data\nparagraph 0 |more\n"},
      {"1.  ### Scope\n\n    text\n\n2.  ### Changes\n\n    more\n",
       "heading 3 |1. Scope\nparagraph 0 |text\nheading 3 |2. Changes\nparagraph 0 |more\n"},
      {"- ### Scope\n  - item\n", "heading 3 |Scope\nlist_item 1 -|item\n"},
      {"- a\n  - ### H\n\n    p\n  - c\n", "list_item 1 -|a\nheading 3 |H\nparagraph 0 |p\nlist_item 1 -|c\n"},
      {"7. **Scope**\n\n   text\n8. **Term**\n\n   more\n",
       "heading 2 |7. Scope\nparagraph 0 |text\nheading 2 |8. Term\nparagraph 0 |more\n"},
      {"- **Name:** yours\n\n  text\n", "list_item 1 -|Name: yours {s:Name:}\nparagraph 1 |text\n"},
  };
  for (const auto& [markdown, expected] : table) {
    INFO(markdown);
    CHECK(shown(read_markdown(markdown)) == expected);
    check_round_trip(markdown);
  }
}

TEST_CASE("a paragraph that is only bold is a heading where it reads like a title") {
  const std::string before = "## Real\n\n";
  for (const std::string title : {"**Your choices**", "**1.** **Definitions.**", "__WHO WE ARE__",
                                  "**What we collect:**", "**What we collect**:", "**Vos droits à l’accès**"}) {
    INFO(title);
    const Document document = read_markdown(before + title + "\n\ntext");
    REQUIRE(document.clauses.size() == 3);
    CHECK(document.clauses[1].kind == ClauseKind::heading);
    CHECK(document.clauses[1].level == 3);
    CHECK(document.clauses[1].spans.empty());
    CHECK(document.clauses[2].heading == 1);
    check_round_trip(before + title + "\n\ntext");
  }
  for (const std::string& text :
       {std::string("**We never sell your data.**"), std::string("**Last updated: 3 May 2024**"),
        "**" + std::string(130, 'X') + "**", std::string("**Note** that"), std::string("**[Menu](/m)**"),
        std::string("**§ 1**, **§ 2**,"), std::string("**123**"),
        std::string(
            "**YOU AGREE, AND WE RELY ON IT, THAT ALL OF THIS BINDS YOU AND EVERY ONE OF YOUR HEIRS AND ASSIGNS**")}) {
    INFO(text);
    const Document document = read_markdown(before + text + "\n\ntext");
    REQUIRE(document.clauses.size() == 3);
    CHECK(document.clauses[1].kind == ClauseKind::paragraph);
    check_round_trip(before + text + "\n\ntext");
  }
}

TEST_CASE("any bytes are a document of valid UTF-8") {
  CHECK(read_markdown(std::string("a\0b\xFF"
                                  "c\xC3(",
                                  7))
            .clauses.at(0)
            .text ==
        "ab\xEF\xBF\xBD"
        "c\xEF\xBF\xBD(");
  CHECK(read_markdown("\xEF\xBB\xBF# T").title == "T");
  CHECK(read_markdown("a\r\rb\r\nc").clauses.size() == 2);
  CHECK(read_markdown("&#0; &#xD800; &#9999999; &#x1F600;").clauses.at(0).text ==
        "\xEF\xBF\xBD \xEF\xBF\xBD \xEF\xBF\xBD \xF0\x9F\x98\x80");
  CHECK(read_markdown("&unknown; &CounterClockwiseContourIntegral;").clauses.at(0).text == "&unknown; ∳");
}

TEST_CASE("a text ends where it ends, whatever stands after it in memory") {
  for (const std::string_view whole :
       {"8. x", "8) x", "- x", "# x", "a** x", "`a` x", "[a](b)(c)", "a\\* x", "&amp; x"}) {
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      INFO(whole.substr(0, size));
      const auto copy = std::make_unique<char[]>(size);  // so that sanitizers know its end
      std::copy_n(whole.data(), size, copy.get());
      const Document alone = read_markdown(std::string(whole.substr(0, size)));
      CHECK(read_markdown(whole.substr(0, size)) == alone);
      CHECK(read_markdown({copy.get(), size}) == alone);
    }
  }
}

TEST_CASE("text that looks like Markdown survives being rendered and read") {
  const std::vector<std::string> texts{"# x",
                                       "#",
                                       "##",
                                       "- x",
                                       "-",
                                       "--- x",
                                       "+ x",
                                       "1. x",
                                       "1.",
                                       "12) x",
                                       "1.x",
                                       "* x",
                                       "> x",
                                       "~~~",
                                       "``` x",
                                       "a * b",
                                       "a_b_",
                                       "[x]: y",
                                       "[x](y)",
                                       "![x](y)",
                                       "a `b` c",
                                       "\\",
                                       "a\\",
                                       "&amp;",
                                       "&lt;b",
                                       "&#35;",
                                       "<b>x</b>",
                                       "<http://x>",
                                       "| a | b |",
                                       "===",
                                       "---",
                                       "a  b",
                                       "!",
                                       "x!",
                                       "**x**",
                                       "__x__",
                                       "2024. x",
                                       "0. x",
                                       "1234567890. x",
                                       "1\\. y",
                                       "(a) x",
                                       "a) x",
                                       "https://x.example/a_b_c?d=e&copy=1"};
  for (const ClauseKind kind :
       {ClauseKind::heading, ClauseKind::paragraph, ClauseKind::list_item, ClauseKind::table_row, ClauseKind::quote}) {
    for (const std::string& text : texts) {
      Document document;
      Clause& clause = document.clauses.emplace_back();
      clause.kind = kind;
      clause.level = kind == ClauseKind::paragraph || kind == ClauseKind::table_row ? 0 : 1;
      if (kind == ClauseKind::list_item) clause.marker = "4.";
      clause.text = text == "a  b" ? "a b" : text;
      document.clauses.push_back({ClauseKind::paragraph, 0, "", "end", {}, -1});
      INFO(render_markdown(document));
      CHECK(shown(read_markdown(render_markdown(document))) == shown(document));
    }
  }
}

TEST_CASE("numbers stay as printed, also where Markdown would count on") {
  Document document;
  for (const std::string marker :
       {"1.", "3.", "4.", "(a)", "b.", "2)", "7.", "007.", "1.2", "999999999.", "1000000000."}) {
    document.clauses.push_back({ClauseKind::list_item, 1, marker, "text of " + marker, {}, -1});
  }
  CHECK(shown(read_markdown(render_markdown(document))) == shown(document));
}

TEST_CASE("rendering and reading random documents changes nothing") {
  std::mt19937 random(20240919);
  const std::vector<std::string> words{
      "the", "data", "a*b",   "_",       "**",   "[x]", "(y)", "`",  "``",
      "\\",  "&",    "&amp;", "<",       "<br>", "1.",  "#",   "-",  "é",
      "“q”", "日本", "!",     "|",       ".",    "*",   "~",   "$5", "https://x.example/?a=b&c",
      ">",   "=",    "(a)",   "\xC2\xA0"};
  const std::vector<std::string> joins{"", "", " ", " ", " ", "\n", "  \n", "\\\n"};
  const std::vector<std::string> wraps{"**", "*", "_", "__", "`", "``", "***"};
  const std::vector<std::string> starts{"",       "# ",      "### ",   "- ",   "* ",    "1. ",  "3) ",
                                        "  - ",   "    ",    "   1. ", "> ",   "> > ",  "> - ", "```\n",
                                        "| a | ", "1. ### ", "- > ",   "- - ", "---\n", "\t",   "      - "};
  const auto pick = [&](const std::vector<std::string>& from) { return from[random() % from.size()]; };
  for (int round = 0; round < (test::long_campaign() ? 300000 : 6000); ++round) {
    std::string markdown;
    const auto blocks = random() % 8 + 1;
    for (unsigned block = 0; block < blocks; ++block) {
      markdown += pick(starts);
      for (auto count = random() % 7 + 1; count > 0; --count) {
        switch (random() % 6) {
          case 0: {
            const std::string wrap = pick(wraps);
            markdown += wrap + pick(words) + (random() % 3 == 0 ? " " + pick(words) : "") + wrap;
            break;
          }
          case 1: markdown += "[" + pick(words) + pick(wraps) + pick(words) + "](<" + "u" + ">)"; break;
          case 2: markdown += pick(wraps); break;
          default: markdown += pick(words);
        }
        markdown += pick(joins);
      }
      if (random() % 8 == 0) markdown += "\n| a | b |\n|---|---|\n| " + pick(words) + " | `" + pick(words) + "` |";
      markdown += random() % 3 == 0 ? "\n" : "\n\n";
    }
    CAPTURE(round);
    check_round_trip(markdown);
  }
}

TEST_CASE("formatting that touches, nests or crosses is the same after being rendered and read") {
  std::mt19937 random(20240920);
  const std::vector<std::string> parts{"a", "o", "é", "日", "“", "”", "。", "1", "\xEF\xBF\xBD",
                                       "*", "_", "`", "(",  ")", ".", ",",  "!", "[",
                                       "]", "&", "<", "\\", "|", "~", "#",  "'", " ",
                                       " ", " ", " ", "xy", "σ", "—", "€",  "😀", "\u0301"};
  const auto below = [&](std::size_t bound) { return random() % bound; };
  for (int round = 0; round < (test::long_campaign() ? 2'000'000 : 40'000); ++round) {
    Document document;
    for (const ClauseKind kind : {ClauseKind::paragraph, ClauseKind::list_item, ClauseKind::table_row}) {
      Clause& clause = document.clauses.emplace_back();
      clause.kind = kind;
      clause.level = kind == ClauseKind::list_item ? 1 : 0;
      if (kind == ClauseKind::list_item) clause.marker = "-";
      std::vector<std::uint32_t> cuts;
      clause.text = "we ";
      for (auto count = 1 + below(7); count > 0; --count) {
        cuts.push_back(static_cast<std::uint32_t>(clause.text.size()));
        const std::string& part = parts[below(parts.size())];
        if (part != " " || clause.text.back() != ' ') clause.text += part;
      }
      cuts.push_back(static_cast<std::uint32_t>(clause.text.size()));
      clause.text += clause.text.back() == ' ' ? "keep it." : " keep it.";
      for (auto count = below(5); count > 0; --count) {
        Span span{cuts[below(cuts.size())], cuts[below(cuts.size())], static_cast<SpanKind>(below(4)), {}};
        if (span.kind == SpanKind::link) span.target = "/t";
        if (span.begin > span.end) std::swap(span.begin, span.end);
        clause.spans.push_back(span);
      }
      normalize_spans(clause.text, clause.spans);
    }
    const std::string rendered = render_markdown(document);
    INFO(rendered);
    REQUIRE(shown(read_markdown(rendered)) == shown(document));
  }
}

TEST_CASE("every recorded text of the corpus is the same after being rendered and read") {
  const auto repository = test::corpus_part("history/versions");
  SMALLPRINT_SKIP_UNLESS(repository, "the corpus is not here");
  const std::string git_dir = "--git-dir=" + repository->string();
  const auto listed = test::run(
      {"git", git_dir, "cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objecttype) %(objectname)"});
  REQUIRE(listed.status == 0);
  std::vector<std::string> names;
  const std::string_view kind = "blob ";
  for (std::size_t begin = 0; begin < listed.out.size();) {
    const std::size_t end = listed.out.find('\n', begin);
    if (listed.out.compare(begin, kind.size(), kind) == 0) {
      names.push_back(listed.out.substr(begin + kind.size(), end - begin - kind.size()) + "\n");
    }
    begin = end + 1;
  }
  std::sort(names.begin(), names.end());  // by hash: any slice is of all documents and years
  const std::size_t step = test::long_campaign() ? 1 : 200, together = 200;
  std::size_t texts = 0;
  for (std::size_t at = 0; at < names.size();) {
    std::string wanted;
    for (std::size_t taken = 0; taken < together && at < names.size(); ++taken, at += step) wanted += names[at];
    const auto blobs = test::run({"git", git_dir, "cat-file", "--batch"}, wanted);
    REQUIRE(blobs.status == 0);
    for (std::size_t begin = 0; begin < blobs.out.size(); ++texts) {
      const std::size_t line = blobs.out.find('\n', begin);
      const std::size_t size = std::stoul(blobs.out.substr(blobs.out.rfind(' ', line) + 1));
      CAPTURE(blobs.out.substr(begin, line - begin));
      check_round_trip(blobs.out.substr(line + 1, size));
      begin = line + 1 + size + 1;
    }
  }
  CHECK(texts == (names.size() + step - 1) / step);
  CHECK(texts > 50);
}

TEST_CASE("hostile Markdown is read to its end and stays the same") {
  const std::size_t size = 200'000;
  const auto repeated = [](const std::string& part, std::size_t bytes) {
    std::string out;
    while (out.size() < bytes) out += part;
    return out;
  };
  std::vector<std::string> inputs;
  for (const char* part :
       {"[",
        "![",
        "[a](",
        "[a](<b",
        "]",
        "*a ",
        "*a _b ",
        "a**b_c*",
        "*a**a",
        "<",
        "<a:",
        "<a@",
        "<!--",
        "<p ",
        "`",
        "&a;",
        "- ",
        "> ",
        ">",
        "1. ",
        "[a]: b\n",
        "[a]: b \"\n",
        "a\n",
        "a\n-\n",
        "\\",
        "```\n",
        "# ",
        "#",
        "**_`x`_**",
        "***a ",
        "```\n*\n\t\t\t\t\t\t\t\t\t\t\x06\t\t\t\t\t\t\t\t\t\t-\n```",
        "```\n*>>>>>>>>>>>>>>>>\x14>>>>>>>>>>>>>>>>>>>>>>>>>\n* * >>>>>>>>>>>>>>>>>\x01>>>>>>>>>>>>>>>>>>>> *\n```",
        "\xFF",
        " ",
        "\t",
        "\n",
        "- a\n\n  > b\n\n",
        "- |a|\n  |-|\n",
        "1. # a\n",
        "|a|\n|-|\n"}) {
    inputs.push_back(repeated(part, size));
  }
  inputs.push_back(repeated("- ", size / 2) + repeated("\n", size / 2));
  inputs.push_back(repeated("[", size / 2) + repeated("]", size / 2));
  inputs.push_back(repeated("*a ", size / 2) + repeated("b* ", size / 2));
  inputs.push_back(repeated("|a", 6000) + "\n" + repeated("|-", 6000) + "\n" + repeated("|a\n", size));
  inputs.push_back("[a]: /" + std::string(size / 2, 'x') + "\n\n" + repeated("[a] ", size / 2));
  std::string nest, ticks;
  for (std::size_t depth = 0; nest.size() < size / 2; ++depth) nest += std::string(depth * 2, ' ') + "- a\n";
  for (std::size_t run = 1; ticks.size() < size; run = run % 300 + 1) ticks += std::string(run, '`') + " ";
  inputs.push_back(nest + repeated("\n", size / 2));
  inputs.push_back(ticks);
  for (const std::string& input : inputs) {
    INFO(input.substr(0, 40));
    const Document once = read_markdown(input);
    const std::string rendered = render_markdown(once);
    CHECK(rendered.size() < 30 * size);
    CHECK(once == read_markdown(rendered));
  }
}
