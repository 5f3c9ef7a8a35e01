#include "web/pages.h"

#include <doctest/doctest.h>

using namespace smallprint;

namespace {

const std::string hostile = "<script>alert(1)</script>\"'&\xff";

ChangeView change() {
  ChangeView view;
  view.anchor = view.label = view.kind = view.importance = view.why = view.section = hostile;
  view.href = "/acme/privacy-policy/2#c7";
  view.html = "<ins>safe</ins>";
  view.topics = {{hostile, "/topics/ai-training", hostile}};
  return view;
}

StoryView story() {
  StoryView view;
  view.service = view.document = {hostile, "/acme"};
  view.headline = view.importance = view.importance_text = view.why = view.more = hostile;
  view.href = "/acme/privacy-policy/1..2";
  view.when = view.effective = {hostile, hostile};
  view.changes = {change()};
  return view;
}

FactView fact() {
  FactView view;
  view.question = view.answer = view.tone = view.detail = view.quote = view.section = view.version = hostile;
  view.document = {hostile, "/acme"};
  view.since_text = hostile;
  view.since = {hostile, hostile};
  view.href = "/acme/privacy-policy/2#c7";
  view.detail_link = {hostile, "javascript:alert(1)"};
  view.others = {{{hostile, "/acme/x"}, hostile, "javascript:alert(1)"}};
  view.before = {{hostile, {hostile, hostile}, {hostile, hostile}, {hostile, "javascript:alert(1)"}}};
  return view;
}

Frame frame() { return {hostile, hostile, "https://example.org/", {{hostile, "/acme"}}, "/acme/feed", hostile}; }

std::vector<std::string> every_page(const Pages& pages) {
  HomePage home{hostile, {story()}, {story()}, {{hostile, "/acme"}}, {{hostile, "/topics/x"}}, "/services"};
  ServicesPage services{{{hostile, {{{hostile, "/acme"}, hostile}}}}};
  ServicePage service{hostile,  {{{hostile, "/acme/x"}, hostile, {hostile, hostile}}}, {fact()}, {fact()}, {fact()},
                      {story()}};
  DocumentPage document;
  document.name = document.service = document.summary = document.health = hostile;
  document.sources = {{hostile, "javascript:alert(1)"}};
  document.facts = document.silent = document.unknown = {fact()};
  document.timeline = {{hostile, "/a", "/b", {hostile, hostile}, {hostile, hostile}, hostile, hostile, true, {}}};
  VersionPage version;
  version.name = version.service = version.number = version.summary = version.kind_note = hostile;
  version.links = version.contents = {{hostile, "#c1"}};
  ClauseView clause;
  clause.anchor = clause.lineage = clause.kind = clause.marker = clause.note = clause.mark = clause.mark_text = hostile;
  clause.removed_before = {change()};
  version.clauses = {clause};
  ClausePage lineage{hostile, hostile, hostile, {{hostile, "/a"}}, {}};
  lineage.states = {{hostile, {hostile, hostile}, {hostile, "/a"}, "safe", "/a/1..2", true}};
  ComparisonPage comparison;
  comparison.name = comparison.service = comparison.summary = comparison.note = comparison.cosmetic_summary = hostile;
  comparison.from_link = comparison.to_link = {hostile, "/a"};
  comparison.sections = comparison.cosmetic = {{hostile, {change()}}};
  comparison.highlights = {{{hostile, "#d1"}, hostile}};
  comparison.topics = {{hostile, "/topics/x", hostile}};
  TopicPage topic{hostile, hostile, {story()}, {{hostile, "/topics/x"}}, "/topics/x?cursor=1"};
  ComparePage compare;
  compare.services = compare.known = {{hostile, "/acme"}};
  compare.rows = {{hostile, {{hostile, hostile, "", hostile, hostile}}}};
  compare.asked = compare.at = compare.note = hostile;
  compare.counts = {{{hostile, "/compare"},
                     hostile,
                     {hostile},
                     {{{hostile, hostile}, hostile, hostile, hostile, {hostile}}},
                     {{{hostile, hostile}, {hostile, "/acme"}, hostile, "javascript:alert(1)"}},
                     true}};
  SearchPage search{hostile, hostile, hostile, {{{hostile, "/acme"}, "safe", "/acme/x/1#c1", hostile}}, "/search?q=x"};
  StatusPage status{
      {{hostile, hostile}}, {{{hostile, "/acme"}, hostile, hostile, {hostile, hostile}, hostile, {}, {}}}, ""};
  UpcomingPage upcoming;
  upcoming.ahead = upcoming.past = {{{hostile, hostile},
                                     {hostile, hostile},
                                     {hostile, "/a"},
                                     hostile,
                                     hostile,
                                     "/a/1#c1",
                                     {hostile, "javascript:alert(1)"},
                                     {hostile, "/a/1..2"}}};
  upcoming.days = hostile;
  upcoming.next_href = "/upcoming?cursor=1";
  AboutPage about{{{hostile, "/feed.atom"}}};
  ErrorPage error{hostile, hostile, hostile, hostile};
  return {pages.html(frame(), home),     pages.html(frame(), services), pages.html(frame(), service),
          pages.html(frame(), document), pages.html(frame(), version),  pages.html(frame(), comparison),
          pages.html(frame(), topic),    pages.html(frame(), compare),  pages.html(frame(), search),
          pages.html(frame(), status),   pages.html(frame(), about),    pages.html(frame(), error),
          pages.html(frame(), lineage),  pages.html(frame(), upcoming)};
}

}  // namespace

TEST_CASE("no page lets a text become markup, whatever it holds") {
  const Pages pages;
  for (const std::string& html : every_page(pages)) {
    INFO(html.substr(html.find("<body"), 20));
    CHECK(html.find("<script") == std::string::npos);
    CHECK(html.find("alert(1)") != std::string::npos);  // it is shown, as text
    CHECK(html.find("javascript:") == std::string::npos);
    CHECK(html.find('\xff') == std::string::npos);
    CHECK(html.find("{{") == std::string::npos);
  }
}

TEST_CASE("every page has one main heading, landmarks, a skip link and a language, and no script or inline style") {
  const Pages pages;
  const auto count = [](const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) ++found;
    return found;
  };
  for (const std::string& html : every_page(pages)) {
    INFO(html.substr(html.find("<body"), 20));
    CHECK(count(html, "<h1") == 1);
    CHECK(count(html, "<main ") == 1);
    CHECK(count(html, "<html lang=\"en\">") == 1);
    CHECK(html.find("href=\"#main\"") != std::string::npos);
    CHECK(html.find(" style=") == std::string::npos);
    for (const char* handler : {" onclick=", " onload=", " onerror=", " onmouseover=", " onfocus=", " onsubmit="}) {
      CHECK(html.find(handler) == std::string::npos);
    }
    CHECK(html.find(pages.style_href()) != std::string::npos);
    for (const char* tag : {"article", "section", "div", "ul", "ol", "li", "p", "a", "table", "figure", "details"}) {
      INFO(tag);
      const std::string open = std::string("<") + tag;
      CHECK(count(html, open + ">") + count(html, open + " ") == count(html, std::string("</") + tag + ">"));
    }
  }
}

TEST_CASE("an empty archive's front page says what to do") {
  const Pages pages;
  const std::string html = pages.html(Frame{}, HomePage{});
  CHECK(html.find("Nothing is here yet") != std::string::npos);
  CHECK(html.find("smallprint import ota") != std::string::npos);
}

TEST_CASE("a part that has nothing to show shows nothing of the part around it") {
  const Pages pages;
  StoryView outer = story();
  outer.changes = {ChangeView{}};
  outer.changes[0].html = "text";
  TopicPage page;
  page.name = "AI training";
  page.stories = {outer};
  const std::string html = pages.html(Frame{}, page);
  CHECK(html.find("class=\"where\"") == std::string::npos);
}
