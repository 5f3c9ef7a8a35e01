// CSS selectors: what matches, what does not, and where a text stops being a selector.
#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "fetcher/extract/html.h"
#include "fetcher/extract/selector.h"
#include "tests/support/support.h"

using namespace smallprint;

namespace {

/// The ids of what matches, joined with blanks.
std::string matched(const HtmlPage& page, const std::string& text) {
  const auto selector = Selector::compile(text);
  if (!selector) return "error: " + selector.error().message;
  const auto found = selector->select(page);
  if (!found) return "error: " + found.error().message;
  std::string ids;
  for (const std::uint32_t index : *found) {
    ids += (ids.empty() ? "" : " ") + std::string(page.nodes()[index].node.attribute("id").value());
  }
  return ids;
}

}  // namespace

TEST_CASE("selectors match what browsers match") {
  const auto page = HtmlPage::parse(R"(<body id=body lang=en-GB>
    <div id=a class="box main"><p id=p1 class=first>x<p id=p2 data-kind="Policy-Text">y<span id=s1 title="a b">z</span></p></div>
    <div id=b class=box><p id=p3></p><p id=p4> </p><a id=l1 href="/x">l</a><a id=l2>n</a><h2 id=h1>h</h2><p id=p5>t</p></div>
    <section id=c lang=fr><ul id=u><li id=i1><li id=i2 class=odd><li id=i3><li id=i4 class=odd><li id=i5></ul></section>
    <div id="x:y" class="md:pt-4 a@b"></div><input id=in disabled type=checkbox checked></body>)");
  REQUIRE(page);
  const std::vector<std::pair<std::string, std::string>> table{
      {"div", "a b x:y"},
      {"DIV", "a b x:y"},
      {"body *", "a p1 p2 s1 b p3 p4 l1 l2 h1 p5 c u i1 i2 i3 i4 i5 x:y in"},
      {"#a", "a"},
      {".box", "a b"},
      {".box.main", "a"},
      {"div.box p", "p1 p2 p3 p4 p5"},
      {"div > span", ""},
      {"div span", "s1"},
      {"p>span", "s1"},
      {"h2 + p", "p5"},
      {"p ~ p", "p2 p4 p5"},
      {"a ~ p", "p5"},
      {"p + p", "p2 p4"},
      {"[title]", "s1"},
      {"[title='a b']", "s1"},
      {"[title~=b]", "s1"},
      {"[data-kind^=Policy]", "p2"},
      {"[data-kind$='-Text']", "p2"},
      {"[data-kind*=icy]", "p2"},
      {"[data-kind=policy-text i]", "p2"},
      {"[data-kind=policy-text]", ""},
      {"[data-kind|=Policy]", "p2"},
      {"[lang|=en]", "body"},
      {"[data-kind*='']", ""},
      {"[class~='']", ""},
      {"li:first-child", "i1"},
      {"li:last-child", "i5"},
      {"li:nth-child(2)", "i2"},
      {"li:nth-child(odd)", "i1 i3 i5"},
      {"li:nth-child(even)", "i2 i4"},
      {"li:nth-child(3n+1)", "i1 i4"},
      {"li:nth-child(-n+2)", "i1 i2"},
      {"li:nth-child( 2n - 1 )", "i1 i3 i5"},
      {"li:nth-last-child(-n+2)", "i4 i5"},
      {"li:nth-child(2 of .odd)", "i4"},
      {"li:nth-last-child(2 of .odd)", "i2"},
      {"p:nth-of-type(3)", "p5"},
      {"#b p:nth-last-of-type(1)", "p5"},
      {"#b p:first-of-type", "p3"},
      {"a:last-of-type", "l2"},
      {"h2:only-of-type", "h1"},
      {"ul:only-child", "u"},
      {"span:only-child", "s1"},
      {"p:empty", "p3"},
      {":root", ""},
      {"a:link", "l1"},
      {"a:any-link", "l1"},
      {"input:disabled", "in"},
      {"input:enabled", ""},
      {"input:checked", "in"},
      {"p:not(.first)", "p2 p3 p4 p5"},
      {"p:not(.first, :empty)", "p2 p4 p5"},
      {":is(h2, span)", "s1 h1"},
      {"div :where(h2, .first)", "p1 h1"},
      {"div:has(span)", "a"},
      {"div:has(> span)", ""},
      {"p:has(+ p)", "p1 p3"},
      {"p:has(~ h2)", "p3 p4"},
      {"div:has(p.first + p > span)", "a"},
      {"li:lang(fr)", "i1 i2 i3 i4 i5"},
      {"p:lang(en)", "p1 p2 p3 p4 p5"},
      {"p:hover", ""},
      {"#x\\:y", "x:y"},
      {".md\\:pt-4", "x:y"},
      {".a\\@b", "x:y"},
      {"#\\78 \\:y", "x:y"},
      {" h2 , span ", "s1 h1"},
      {"*|p.first", "p1"},
      {"div:not(:has(*))", "x:y"},
      {"body > div:nth-of-type(2) > p:nth-child(2)", "p4"},
  };
  for (const auto& [selector, ids] : table) {
    INFO(selector);
    CHECK(matched(*page, selector) == ids);
  }
}

TEST_CASE("what is no selector is refused with a position") {
  const std::vector<std::pair<std::string, std::string>> table{{"", "position 1"},
                                                               {"   ", "position 4"},
                                                               {"div >", "position 6"},
                                                               {"> div", "position 1"},
                                                               {"div,", "position 5"},
                                                               {"a,,b", "position 3"},
                                                               {"div[", "position 5"},
                                                               {"div[a=", "position 7"},
                                                               {"div[a=b", "position 8"},
                                                               {"div[a='b]", "string is not closed"},
                                                               {".", "position 2"},
                                                               {"#", "position 2"},
                                                               {"a:", "position 3"},
                                                               {"a:nonsense", "unknown pseudo-class at position 3"},
                                                               {"a::before", "pseudo-element"},
                                                               {"a:nth-child(x)", "position 13"},
                                                               {"a:not(b", "position 8"},
                                                               {"a)", "position 2"},
                                                               {"a b > > c", "position 7"},
                                                               {"a:nth-child(2n+)", "position 16"},
                                                               {".1a", "position 2"},
                                                               {"a{}", "position 2"}};
  for (const auto& [text, message] : table) {
    INFO(text);
    const auto selector = Selector::compile(text);
    REQUIRE_FALSE(selector.ok());
    CHECK(selector.error().code == ErrorCode::bad_input);
    CHECK(selector.error().message.find(message) != std::string::npos);
  }
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += ":not(";
  CHECK_FALSE(Selector::compile(deep).ok());
  CHECK_FALSE(Selector::compile(std::string(100000, 'a')).ok());
}

TEST_CASE("a selector that would take for ever ends with an error, and a plain one on a long page does not") {
  std::string html;
  for (int i = 0; i < 20000; ++i) html += "<p>x</p>";
  const auto flat = HtmlPage::parse(html);
  REQUIRE(flat);
  const auto last = Selector::compile("p:nth-last-child(1), p:nth-child(20000n), p:nth-last-of-type(2)")->select(*flat);
  REQUIRE(last);
  CHECK(last->size() == 2);
  std::string nested;
  for (int i = 0; i < 3000; ++i) nested += "<div>";
  const auto deep = HtmlPage::parse(nested);
  REQUIRE(deep);
  const auto never = Selector::compile("div div div div div div div div span div")->select(*deep);
  if (!never) CHECK(never.error().code == ErrorCode::limit);
  const auto hard = Selector::compile("b > div div div div div div div")->select(*deep);
  REQUIRE_FALSE(hard.ok());
  CHECK(hard.error().code == ErrorCode::limit);
}

TEST_CASE("every selector that the collections' declarations use compiles") {
  const auto corpus = test::corpus();
  SMALLPRINT_SKIP_UNLESS(corpus, "the corpus is not here");
  const auto list = boost::json::parse(test::read_file(*corpus / "selectors.json")).as_array();
  CHECK(list.size() == 950);
  for (const auto& entry : list) {
    const auto selector = Selector::compile(std::string(entry.as_string()));
    INFO(entry.as_string().c_str());
    CHECK(selector.ok());
    if (!selector) MESSAGE(selector.error().message);
  }
}
