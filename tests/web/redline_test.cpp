#include "web/redline.h"

#include <doctest/doctest.h>

#include <array>
#include <pugixml.hpp>
#include <random>

#include "web/text.h"

using namespace smallprint;

namespace {

Change edited(std::vector<Word> words) {
  Change change;
  change.kind = ChangeKind::edited;
  change.words = std::move(words);
  return change;
}

bool well_formed(const std::string& fragment) {
  pugi::xml_document document;
  std::string xml = "<p>" + fragment + "</p>";
  for (std::size_t at = 0; (at = xml.find("<br>", at)) != std::string::npos; at += 5) xml.replace(at, 4, "<br/>");
  return document.load_string(xml.c_str());
}

}  // namespace

TEST_CASE("a redline marks inserted and deleted words, with words for who does not see them") {
  const Change change = edited(
      {{WordOp::same, "We may use "}, {WordOp::removed, "the"}, {WordOp::added, "your"}, {WordOp::same, " data"}});
  CHECK(redline_html(change) ==
        "We may use <del><span class=\"vh\">[removed: </span>the<span class=\"vh\">]</span></del>"
        "<ins><span class=\"vh\">[added: </span>your<span class=\"vh\">]</span></ins> data");
  CHECK(redline_html(change, {.text_markers = false}) == "We may use <del>the</del><ins>your</ins> data");
  CHECK(redline_markdown(change) == "We may use ~~the~~**your** data");
  CHECK(redline_text(change) == "We may use [-the-]{+your+} data");
}

TEST_CASE("a change without words shows the whole text on each side, and a moved one as it is") {
  Clause clause;
  clause.text = "Rent is due on Mondays.";
  Change added;
  added.kind = ChangeKind::added;
  added.after = {clause};
  CHECK(redline_html(added, {.text_markers = false}) == "<ins>Rent is due on Mondays.</ins>");
  Change removed;
  removed.kind = ChangeKind::removed;
  removed.before = {clause};
  CHECK(redline_html(removed, {.text_markers = false}) == "<del>Rent is due on Mondays.</del>");
  Change moved;
  moved.kind = ChangeKind::moved;
  moved.before = moved.after = {clause};
  CHECK(redline_html(moved) == "Rent is due on Mondays.");
}

TEST_CASE("whatever a text holds, its redline is well-formed and opens no tag of its own") {
  std::mt19937 random(20240919);
  const std::string alphabet("<>&\"'ab \n\t\x01\x7f\xc3\xa9\xff\xe2\x80\x9c", 18);
  for (int round = 0; round < 2000; ++round) {
    std::vector<Word> words;
    for (auto i = random() % 6; i-- > 0;) {
      std::string text;
      for (auto n = random() % 12; n-- > 0;) text += alphabet[random() % alphabet.size()];
      words.push_back({std::array{WordOp::same, WordOp::removed, WordOp::added}[random() % 3], text});
    }
    const std::string html = redline_html(edited(words), {.context = random() % 5 * 4, .most = random() % 40});
    INFO(html);
    CHECK(well_formed(html));
    CHECK(html.find("<a") == std::string::npos);
  }
}

TEST_CASE("an excerpt keeps what is marked and shortens what is not, between words and between characters") {
  std::string long_text;
  for (int i = 0; i < 100; ++i) long_text += "wörter ";
  const Change change = edited({{WordOp::same, long_text}, {WordOp::added, "NEU"}, {WordOp::same, " " + long_text}});
  const std::string html = redline_html(change, {.text_markers = false, .context = 60});
  CHECK(html.size() < 200);
  CHECK(html.find("<ins>NEU</ins>") != std::string::npos);
  CHECK(html.starts_with("… "));
  CHECK(html.ends_with(" …"));
  CHECK(clean_utf8(html) == html);
}

TEST_CASE("of a text that is numbered anew the numbers are shown, and what stands between them is left out") {
  const auto clauses = [](const char* first, const char* second) {
    std::vector<Clause> out(4);
    out[0].text = std::string(first) + " Uses";
    out[1].text = "Use it with care.";
    out[2].text = "And in time.";
    out[3].text = std::string(second) + " Fees";
    return out;
  };
  Change change = edited({{WordOp::removed, "1."},
                          {WordOp::added, "2."},
                          {WordOp::same, " Uses\nUse it with care.\nAnd in time.\n"},
                          {WordOp::removed, "2."},
                          {WordOp::added, "3."},
                          {WordOp::same, " Fees"}});
  change.before = clauses("1.", "2.");
  change.after = clauses("2.", "3.");
  CHECK(clause_count(change) == 2);
  CHECK(redline_text(change) == "[-1.-]{+2.+} Uses\n…\n[-2.-]{+3.+} Fees");
}

TEST_CASE("a blank that became a line's end is not marked, a blank that went is") {
  CHECK(redline_text(
            edited({{WordOp::same, "one"}, {WordOp::removed, " "}, {WordOp::added, "\n"}, {WordOp::same, "two"}})) ==
        "one\ntwo");
  CHECK(redline_text(edited({{WordOp::same, "sign"}, {WordOp::removed, " "}, {WordOp::same, "in"}})) == "sign[- -]in");
}

TEST_CASE("what no word shows is told in lines: where links lead, how a list is numbered, and of many the first") {
  Change change = edited({});
  for (int i = 0; i < 20; ++i) {
    Clause item;
    item.kind = ClauseKind::list_item;
    item.text = "the terms";
    item.marker = std::to_string(i + 10) + ".";
    item.spans = {{4, 9, SpanKind::link, "https://example.org/old"}};
    change.before.push_back(item);
    item.marker = std::to_string(i + 1) + ".";
    if (i == 0) item.spans[0].target = "https://example.org/new";
    if (i == 1) item.spans.clear();
    change.after.push_back(item);
  }
  const std::vector<std::string> lines = unseen_changes(change);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] ==
        "list: 10. → 1., 11. → 2., 12. → 3., 13. → 4., 14. → 5., 15. → 6., 16. → 7., 17. → 8., 18. → 9., "
        "19. → 10., 20. → 11., 21. → 12., and 8 more");
  CHECK(lines[1] == "link \"terms\": https://example.org/old → https://example.org/new");
  CHECK(lines[2] == "link \"terms\": https://example.org/old → none");
}

TEST_CASE("Markdown in a text stays text") {
  Clause clause;
  clause.text = "*not* [a](link) <b>";
  Change change;
  change.after = {clause};
  CHECK(redline_markdown(change) == "**\\*not\\* \\[a\\]\\(link\\) \\<b\\>**");
}

TEST_CASE("clean_utf8 keeps what is well-formed and replaces everything else") {
  CHECK(clean_utf8("naïve – ≥ 😀") == "naïve – ≥ 😀");
  CHECK(clean_utf8("a\x01"
                   "b\xff") ==
        "a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD");
  CHECK(clean_utf8("\xc0\xaf") == "\xEF\xBF\xBD\xEF\xBF\xBD");                  // overlong
  CHECK(clean_utf8("\xed\xa0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // surrogate
  CHECK(clean_utf8("\xf0\x9f") == "\xEF\xBF\xBD\xEF\xBF\xBD");                  // cut short
}

TEST_CASE("of an edit script one sentence is shown, with what was removed within it, and where more stands") {
  const std::vector<Word> words = {{WordOp::same, "Lamps burn. "}, {WordOp::removed, "We "},
                                   {WordOp::added, "We may "},     {WordOp::same, "use oil. "},
                                   {WordOp::removed, "Often. "},   {WordOp::added, "Ask us."}};
  const std::string after = "Lamps burn. We may use oil. Ask us.";
  const std::size_t begin = after.find("We may"), end = after.find(" Ask");
  CHECK(words_within(words, begin, end, false) == std::vector<Word>{{WordOp::same, "… "},
                                                                    {WordOp::removed, "We "},
                                                                    {WordOp::added, "We may "},
                                                                    {WordOp::same, "use oil."},
                                                                    {WordOp::same, " …"}});
  CHECK(words_within(words, 0, after.size(), false) == words);
  const std::string before = "Lamps burn. We use oil. Often. ";
  CHECK(words_within(words, before.find("Often"), before.size(), true) ==
        std::vector<Word>{{WordOp::same, "… "}, {WordOp::removed, "Often. "}});
  CHECK(words_within({}, 0, 5, false).empty());
}
