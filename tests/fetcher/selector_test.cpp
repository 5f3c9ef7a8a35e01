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

TEST_CASE("forms of Level 4 match what browsers match") {
  const auto page = HtmlPage::parse(R"(<body id=body><main id=m class="Legal main">
    <h1 id=h1 title="Terms of USE">T</h1><p id=p1 class="a first" data-v="Ab">x<em id=e1>y</em></p><p id=p2 class=b data-v="ab">z</p>
    <h2 id=h2>U</h2><p id=p3 class=a TYPE=A></p><ol id=o type=a><li id=l1 class=k><li id=l2><li id=l3 class=k><li id=l4 class="k z"></ol>
    <div id=1st class="w-1/2 sm:flex"><span id=s1></span></div><div id="a.b" class="[x]"><b id=b1></b><i id=i1></i><b id=b2></b></div>
    <input id=in1 type=TEXT><a id=a1 href="HTTPS://Site.example/A">a</a><svg id=g><title id=gt></title></svg></main><p id=p4>out</p></body>)");
  REQUIRE(page);
  const std::vector<std::pair<std::string, std::string>> table{
      // :is() and :where() with lists, nested, with combinators inside, empty and forgiving
      {":is(h1, h2)", "h1 h2"},
      {":where(h1, h2) + p", "p1 p3"},
      {"main :is(p.a, li.k):not(.first)", "p3 l1 l3 l4"},
      {":is(main > p, ol > li.z)", "p1 p2 p3 l4"},
      {":is(:is(h1), :where(h2, :is(em)))", "h1 e1 h2"},
      {"p:is(.a):is(.first)", "p1"},
      {":is()", ""},
      {":is(h2 >, ::before, h1, :no-such(a, ')'), [x=], h2)", "h1 h2"},
      {":where(svg|a, > b)", ""},
      {"p:not(:is(::before))", "p1 p2 p3 p4"},
      {":matches(h1)", "h1"},
      {":IS(H1)", "h1"},
      // :not() with lists and complex selectors
      {"main > :not(p, ol, div, h1, h2)", "in1 a1 g"},
      {"p:not(main p)", "p4"},
      {"p:not(.a):not(.b)", "p4"},
      {"p:not(:not(.a))", "p1 p3"},
      {"li:not(:first-child, .z)", "l2 l3"},
      // :has() with each combinator, lists, and inside others
      {"p:has(em)", "p1"},
      {":has(> em)", "p1"},
      {"h1:has(+ p)", "h1"},
      {"h1:has(~ ol)", "h1"},
      {"p:has(+ ol, > em)", "p1 p3"},
      {"main:has(li.z)", "m"},
      {"div:not(:has(b))", "1st"},
      {"p:not(:has(*)):not(:empty)", "p2 p4"},
      {"body:has(main > ol > li:nth-child(4)) > p", "p4"},
      // :nth-child(… of …) and the :nth- family
      {"li:nth-child(2 of .k)", "l3"},
      {"li:nth-child(odd of .k)", "l1 l4"},
      {":nth-child(1 of p.a, p.b)", "p1"},
      {":nth-child(1 of p.a, p.b, #p4)", "p1 p4"},
      {"li:nth-last-child(1 of :not(.z))", "l3"},
      {"li:nth-last-child(-n+2 of li)", "l3 l4"},
      {"main > p:nth-last-of-type(2)", "p2"},
      {"b:nth-last-of-type(1)", "b2"},
      {"b:nth-of-type(-n+1), i:only-of-type", "b1 i1"},
      {"li:NTH-CHILD(EVEN)", "l2 l4"},
      {"li:nth-child(+3)", "l3"},
      {"li:nth-child(-2n+3)", "l1 l3"},
      {"li:nth-child(0n+2)", "l2"},
      {"li:nth-child(n+3):nth-last-child(n+2)", "l3"},
      {"li:nth-child(0)", ""},
      {"li:nth-child(-n)", ""},
      {"li:nth-child(99999999999999999999)", ""},
      // flags of attribute selectors; "type" and some others of HTML match in any case by themselves
      {"[data-v=ab]", "p2"},
      {"[data-v=ab i]", "p1 p2"},
      {"[data-v='AB'I]", "p1 p2"},
      {"[data-v=\"ab\" s]", "p2"},
      {"[data-v^=a i][data-v$=B i]", "p1 p2"},
      {"[title~=use i]", "h1"},
      {"[title*='OF use' i]", "h1"},
      {"[type=a]", "p3 o"},
      {"[type=a s]", "o"},
      {"input[type=text]", "in1"},
      {"[data-v|=AB i]", "p1 p2"},
      {"a[href^='https:' i]", "a1"},
      {"a[href^='https:']", ""},
      {"[DATA-V]", "p1 p2"},
      // classes and ids keep their case, names of elements do not
      {".Legal", "m"},
      {".legal", ""},
      {"MAIN > OL > LI.z", "l4"},
      {"#M", ""},
      // escapes
      {"#\\31st", "1st"},
      {"#\\31 st", "1st"},
      {"#\\000031st", "1st"},
      {".w-1\\/2", "1st"},
      {".sm\\:flex", "1st"},
      {".\\[x\\]", "a.b"},
      {"#a\\.b", "a.b"},
      {"[id='a\\.b']", "a.b"},
      {"[id=\"a\\2e b\"]", "a.b"},
      {"\\68 1", "h1"},
      {"[title='Terms \\\nof USE']", "h1"},
      // namespaces: all elements, those of none, an attribute of none
      {"*|h1", "h1"},
      {"*|*.z", "l4"},
      {"|h1", ""},
      {"[|title]", "h1"},
      {"[*|title]", "h1"},
      // white space and comments between
      {"h1/**/+/* a */p", "p1"},
      {"\n main\t>\n p.b ", "p2"},
      {":is( h1 , h2 )", "h1 h2"},
      {"li:nth-child( 2  of  .k )", "l3"},
      {"[ data-v = ab i ]", "p1 p2"},
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
                                                               {"a{}", "position 2"},
                                                               {"svg|a", "namespaces are not declared at position 4"},
                                                               {"[svg|a]", "namespaces are not declared at position 5"},
                                                               {"a/* b", "comment is not closed at position 2"},
                                                               {"a/**/b", "position 6"},
                                                               {":is(a", "position 6"},
                                                               {":is(::before", "pseudo-element"},
                                                               {"a:nth-child(2 of)", "position 15"},
                                                               {"a:nth-child(2 off b)", "position"},
                                                               {"a:nth-of-type(2 of b)", "position 17"},
                                                               {"a[b=c x]", "position 7"},
                                                               {"a[b=c ii]", "position 8"},
                                                               {"a:has()", "position 7"},
                                                               {"a:not()", "position 7"},
                                                               {"a:has(> > b)", "position 9"},
                                                               {"a:not(::before)", "position"},
                                                               {"a b\\", "position"},
                                                               {"a:lang()", "position 8"}};
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
