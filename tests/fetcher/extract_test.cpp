// Pages in, documents out.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "fetcher/catalog.h"
#include "fetcher/extract/extract.h"
#include "fetcher/extract/language.h"
#include "fetcher/extract/markdown.h"
#include "model/markdown.h"
#include "tests/support/support.h"

using namespace smallprint;

namespace {

Page html(std::string body) {
  return {"https://site.example/legal/terms?x=1", "text/html; charset=utf-8", std::move(body)};
}

Source selecting(std::vector<Selection> select, std::vector<Selection> remove = {}) {
  Source source;
  source.select = std::move(select);
  source.remove = std::move(remove);
  return source;
}

std::string shown(const Document& document) {
  std::string out;
  for (const Clause& clause : document.clauses) {
    out += fmt::format("{} {} {}|{}\n", name(clause.kind), clause.level, clause.marker, clause.text);
  }
  return out;
}

std::string extracted(const std::string& body) {
  const auto result = extract(html("<main>" + body + "</main>"), selecting({"main"}));
  return result ? shown(result->document) : "error: " + result.error().message;
}

}  // namespace

TEST_CASE("blocks of HTML become the clauses a reader sees") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"<h1>T</h1><p>a  b\n c</p><div>d<p>e</p>f</div>",
       "heading 1 |T\nparagraph 0 |a b c\nparagraph 0 |d\nparagraph 0 |e\nparagraph 0 |f\n"},
      {"<div role=heading aria-level=3>R</div>x", "heading 3 |R\nparagraph 0 |x\n"},
      {"<h2><button><span>Open</span> <b>me</b></button></h2>", "heading 2 |Open me\n"},
      {"<ul><li>a<ul><li>b</ul><li>c</ul>", "list_item 1 -|a\nlist_item 2 -|b\nlist_item 1 -|c\n"},
      {"<ol><li>a<li value=5>b<li>c</ol>", "list_item 1 1.|a\nlist_item 1 5.|b\nlist_item 1 6.|c\n"},
      {"<ol start=3 type=a><li>x<li>y</ol>", "list_item 1 c.|x\nlist_item 1 d.|y\n"},
      {"<ol type=I><li>x<li>y</ol>", "list_item 1 I.|x\nlist_item 1 II.|y\n"},
      {"<ol reversed><li>x<li>y</ol>", "list_item 1 2.|x\nlist_item 1 1.|y\n"},
      {"<ol style='list-style: none'><li>1.1 x<li>1.2 y</ol>", "list_item 1 1.1|x\nlist_item 1 1.2|y\n"},
      {"<ol><li><p>a</p><p>b</p></ol>", "list_item 1 1.|a\nparagraph 1 |b\n"},
      {"<ol><li><h3>Scope</h3><p>a</p><li><h3>Term</h3>b</ol>",
       "heading 3 |1. Scope\nparagraph 0 |a\nheading 3 |2. Term\nparagraph 0 |b\n"},
      {"<table><tr><th>A<th>B<tr><td>1<td>2</table>", "table_row 0 header|A\tB\ntable_row 0 |1\t2\n"},
      {"<table><tr><td>1<td><p>2</p><p>3</p></table>", "table_row 0 |1\t2 3\n"},
      {"<table><tr><td><h2>H</h2><p>layout</table>", "heading 2 |H\nparagraph 0 |layout\n"},
      {"<table><tr><td><table><tr><td>x<td>y</table></table>", "table_row 0 |x\ty\n"},
      {"<blockquote><p>q</p><blockquote>r</blockquote></blockquote>", "quote 1 |q\nquote 2 |r\n"},
      {"<dl><dt>Term<dd>meaning</dl>", "paragraph 0 |Term\nparagraph 0 |meaning\n"},
      {"<details><summary>More</summary><p>inside</p></details>", "heading 2 |More\nparagraph 0 |inside\n"},
      {"<p>a<br>b<br><br>c</p>", "paragraph 0 |a b\nparagraph 0 |c\n"},
      {"<pre>a\nb\n\nc</pre>", "paragraph 0 |a b\nparagraph 0 |c\n"},
      {"<pre><code>x\n  y</code></pre>", "code 0 |x\n  y\n"},
      {"<p>so&shy;ft zero&#8203;width no&nbsp;break&#xFEFF;</p>", "paragraph 0 |soft zerowidth no break\n"},
      {"<script>x</script><style>y</style><template>z</template><noscript>n</noscript><p hidden>h</p><p style='DISPLAY "
       ": none'>d</p>t",
       "paragraph 0 |t\n"},
      {"<span class=sr-only>only read aloud</span><p>t<a aria-hidden=true href=#t>#</a></p>", "paragraph 0 |t\n"},
      {"<button aria-expanded=false>Q</button><div style='display:none'>The answer is long enough to be an answer of "
       "its own.</div>",
       "paragraph 0 |Q\nparagraph 0 |The answer is long enough to be an answer of its own.\n"},
      {"Write to <a href='/cdn-cgi/l/email-protection' data-cfemail='1c7d5c7e327f73'>[email&#160;protected]</a>",
       "paragraph 0 |Write to a@b.co\n"},
      {"<p><strong>Your rights</strong></p><p>x</p>", "heading 2 |Your rights\nparagraph 0 |x\n"},
      {"# no heading<p>- no item<p>1. no item<p>| a |",
       "paragraph 0 |# no heading\nparagraph 0 |- no item\nparagraph 0 |1. no item\nparagraph 0 || a |\n"},
  };
  for (const auto& [body, expected] : table) {
    INFO(body);
    CHECK(extracted(body) == expected);
  }
}

TEST_CASE("links are absolute and canonical, and a rotating token is no difference") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"/privacy", "https://site.example/privacy"},
      {"cookies#c", "https://site.example/legal/cookies#c"},
      {"#part", "#part"},
      {"HTTPS://Site.Example:443", "https://site.example/"},
      {"https://a.example/x?utm_source=1&id=2&fbclid=abc", "https://a.example/x?id=2"},
      {"https://a.example/x?trk=footer", "https://a.example/x"},
      {"/a/../b;jsessionid=1A2B?c=d", "https://site.example/b?c=d"},
      {"https://l.facebook.com/l.php?u=https%3A%2F%2Fb.example%2Fy&h=AT0", "https://b.example/y"},
      {"https://www.google.com/url?q=https://b.example/z&sa=D", "https://b.example/z"},
      {"mailto:me@site.example", "mailto:me@site.example"},
      {" /with space ", "https://site.example/with%20space"},
      {"/cdn-cgi/l/email-protection#1c7d5c7e327f73", "mailto:a@b.co"},
      {"javascript:void(0)", ""},
      {"data:text/html,x", ""},
      {"", ""},
  };
  for (const auto& [href, target] : table) {
    INFO(href);
    const auto result = extract(html("<main>a <a href=\"" + href + "\">b</a></main>"), selecting({"main"}));
    REQUIRE(result);
    const auto& spans = result->document.clauses.at(0).spans;
    CHECK(spans.size() == (target.empty() ? 0 : 1));
    if (!spans.empty()) CHECK(spans[0].target == target);
  }
  const auto based =
      extract(html("<base href='https://cdn.example/d/'><main><a href=e>x y</a></main>"), selecting({"main"}));
  REQUIRE(based);
  CHECK(based->document.clauses.at(0).spans.at(0).target == "https://cdn.example/d/e");
}

TEST_CASE("two visits' links are one target where only a token rotates, and two where the target changed") {
  struct Pair {
    std::string first, second;
    bool same;
  };
  const std::vector<Pair> table{
      {"/p?sid=a1", "/p?sid=b2", true},
      {"/p?id=7&_csrf=a1", "/p?id=7&_csrf=b2", true},
      {"/p?authenticity_token=a%2F1", "/p", true},
      {"/p?nonce=9f&lang=en#s", "/p?lang=en&nonce=77#s", true},
      {"/a.pdf?X-Amz-Date=1&X-Amz-Signature=ab", "/a.pdf?X-Amz-Date=2&X-Amz-Signature=cd", true},
      {"/a;jsessionid=11/b", "/a;JSESSIONID=22/b", true},
      {"/a;jsessionid=11", "/a", true},
      {"/(S(k3j2h1))/terms.aspx", "/(S(zzzz99))/terms.aspx", true},
      {"/(S(k3j2h1))", "/", true},
      {"/cdn-cgi/l/email-protection#1c7d5c7e327f73", "/cdn-cgi/l/email-protection#017f5f", false},
      {"/cdn-cgi/l/email-protection#1c7d5c7e327f73", "mailto:a@b.co", true},
      // "&#97;&#x40;b.co" and "&#x61;@b.co": an address that was hidden once before
      {"/cdn-cgi/l/email-protection#1c3a3f252b273a3f64282c277e327f73",
       "/cdn-cgi/l/email-protection#3315104b05020873511d505c", true},
      {"/cdn-cgi/l/email-protection#1c3a3f252b273a3f64282c277e327f73", "mailto:a@b.co", true},
      {"/cdn-cgi/l/email-protection#00ff", "/cdn-cgi/l/email-protection#01aa", true},
      {"/a.pdf?Expires=1700000000&Signature=abcdefgh12345678~&Key-Pair-Id=K1", "/a.pdf", true},
      {"/a.pdf?sv=2022-11-02&se=2024-01-01&sr=b&sp=r&sig=abcdefgh12345678%3D", "/a.pdf", true},
      {"/a.pdf?X-Goog-Signature=ab&X-Goog-Date=1", "/a.pdf", true},
      {"/a.css?v=1700000000", "/a.css?v=1711111111", true},
      {"/p?_=1700000000123", "/p", true},
      {"/p?token=a1b2c3d4e5f6a7b8c9d0", "/p?token=ffffc3d4e5f6a7b8c911", true},
      {"/p?_wpnonce=1a2b", "/p", true},
      {"/p?form_key=x&a=1", "/p?a=1", true},
      {"/_next/static/Kx81jQz/terms.json", "/_next/static/Zz99abc/terms.json", true},
      {"/static/version1700000000/terms.pdf", "/static/version1711111111/terms.pdf", true},
      {"https://site.example/legal/terms?x=1#part", "#part", true},
      {"/legal/terms?utm_source=a&x=1#part", "#part", true},
      {"terms?x=1#part", "terms?x=1#other", false},
      {"/legal/terms?x=2#part", "#part", false},
      {"/p?expires=2024", "/p?expires=2025", false},
      {"/p?policy=privacy", "/p?policy=terms", false},
      {"/watch?v=dQw4w9WgXcQ", "/watch?v=aaaaaaaaaaa", false},
      {"/p?v=2", "/p?v=3", false},
      {"/p?t=privacy", "/p?t=terms", false},
      {"/p?token=privacy", "/p?token=terms", false},
      {"/static/version2/terms.pdf", "/static/version3/terms.pdf", false},
      {"/_next/static/media/a.pdf", "/_next/static/media/b.pdf", false},
      {"/a;jsessionid=11/b", "/a;jsessionid=11/c", false},
      {"/(S(k3j2h1))/terms.aspx", "/(S(k3j2h1))/privacy.aspx", false},
      {"/(Small)/a", "/a", false},
      {"/a;version=1", "/a;version=2", false},
      {"/p?id=7", "/p?id=8", false},
      {"/p?nonces=1", "/p?nonces=2", false},
      {"/p?side=1", "/p?side=2", false},
      {"/p#one", "/p#two", false},
      {"http://site.example/p", "https://other.example/p", false},
  };
  for (const Pair& pair : table) {
    INFO(pair.first << " and " << pair.second);
    const auto target = [](const std::string& href) {
      const auto result = extract(html("<main>a <a href=\"" + href + "\">b</a></main>"), selecting({"main"}));
      REQUIRE(result);
      REQUIRE(result->document.clauses.at(0).spans.size() == 1);
      return result->document.clauses.at(0).spans.at(0).target;
    };
    const std::string first = target(pair.first), second = target(pair.second);
    INFO(first << " and " << second);
    CHECK((first == second) == pair.same);
  }
}

TEST_CASE("what alters by itself on a page is no part of its document, declared or not") {
  // Each widget in its usual markup; "ZZZ" stands beside the document alone.
  const std::vector<std::string> widgets{
      "<div class=article-votes><span class=article-votes-question>Was this article helpful?</span><div role=group>"
      "<button>Yes</button> <button>No</button></div><small>12 out of 34 found this helpful</small></div>",
      "<div class=intercom-reaction-picker><div>Did this answer your question?</div><button>😞</button></div>",
      "<p class=entry-meta><span>5 min read</span> · <span>1,234 views</span></p>",
      "<p>Last viewed on May 3, 2024</p>",
      "<p>You last visited this page on 3 May 2024 at 12:04 PM</p>",
      "<div class=clock>12:03:22 PM</div>",
      "<div class=sharedaddy><h3>Share this article</h3><ul><li><a href=/?share=x>Click to share on X (Opens in new "
      "window)</a></li></ul></div>",
      "<button>Copy link</button>",
      "<a href='javascript:print()'>Print this page</a>",
      "<div>Updated over a week ago</div>",
      "<footer>Page generated in 0.034 seconds</footer>",
  };
  const std::string head = "<h1>Terms</h1>";
  const std::string body =
      "<p>You have 30 days to return a lamp, and we have 5 minutes to answer the bell whenever you ring it.</p>"
      "<p>Last updated: May 3, 2024</p><ul><li>Print</li><li>Share</li><li>30 days</li></ul>"
      "<p>We count how often each page is viewed. You may read this twice, if you like to be sure of what it says.</p>";
  const auto text = [](const std::string& inside, const Source& source) {
    const auto result = extract(html("<body><main>" + inside + "</main></body>"), source);
    REQUIRE(result);
    return shown(result->document);
  };
  for (const Source& source : {Source{}, selecting({"main"})}) {
    const std::string alone = text(head + body, source);
    for (const char* kept : {"30 days to return", "May 3, 2024", "|Print", "|Share", "|30 days", "how often"}) {
      CHECK_MESSAGE(alone.find(kept) != std::string::npos, kept);
    }
    for (const std::string& widget : widgets) {
      INFO(widget);
      CHECK(text(head + widget + body, source) == alone);
      CHECK(text(head + body + widget, source) == alone);
    }
  }
  CHECK(extracted("<p>By <b>Quillmoor</b> · 5 min read · 3 May 2024 · 1,234 views</p>") ==
        "paragraph 0 |By Quillmoor · 3 May 2024\n");
  CHECK(extracted("<p>5 min read | <a href=/a>Guildwren</a> says so</p>") == "paragraph 0 |Guildwren says so\n");
  CHECK(extracted("<p>5 min read · 3 views•ä | 2 views·é•7 likes</p>") == "paragraph 0 |ä·é\n");
  CHECK(extracted("<p>5 min read</p>") == "paragraph 0 |5 min read\n");  // nothing else is there
}

TEST_CASE("cells stand under their headers where others span rows and columns") {
  CHECK(
      extracted("<table><tr><th>What<th>Why<th>Until<tr><td rowspan=2>Pens<td>Ink<td>May<tr><td>Nibs<td>June"
                "<tr><td colspan=2>All<td>July<tr><td>Paper<td rowspan=0>Notes<td>May<tr><td>Seals<td>June</table>") ==
      "table_row 0 header|What\tWhy\tUntil\ntable_row 0 |Pens\tInk\tMay\ntable_row 0 |\tNibs\tJune\n"
      "table_row 0 |All\t\tJuly\ntable_row 0 |Paper\tNotes\tMay\ntable_row 0 |Seals\t\tJune\n");
  // Nonsense and excess are bounded.
  const std::string wide = extracted("<table><tr><td colspan=100000 rowspan=-5>a<td colspan=x>b<tr><td>c<td>d</table>");
  CHECK(wide.size() < 200);
  CHECK(wide.find("c\td") != std::string::npos);
}

TEST_CASE("select, remove and ranges take what they say, in the order they say") {
  const Page page = html(
      "<h1 id=t>T</h1><div class=c>one<p class=ad>ad</p></div><h2 id=x>X</h2><p>two</p><h2 id=y>Y</h2><p>three</p>");
  const auto text = [&](const Source& source) {
    const auto result = extract(page, source);
    return result ? shown(result->document) : result.error().message;
  };
  CHECK(text(selecting({"#y", ".c"}, {".ad"})) == "heading 2 |Y\nparagraph 0 |one\n");
  CHECK(text(selecting({"body", "#t"}, {".ad", "h2"})) ==
        "heading 1 |T\nparagraph 0 |one\nparagraph 0 |two\nparagraph 0 |three\n");
  CHECK(text(selecting({SelectorRange{"#x", "", "#y", ""}})) == "heading 2 |X\nparagraph 0 |two\n");
  CHECK(text(selecting({SelectorRange{"", "#x", "", "#y"}})) == "paragraph 0 |two\nheading 2 |Y\n");
  CHECK(text(selecting({"body"}, {SelectorRange{".c", "", "#y", ""}})) ==
        "heading 1 |T\nheading 2 |Y\nparagraph 0 |three\n");
  CHECK(text(selecting({".none"})).find("select \".none\" matches nothing") == 0);
  CHECK(text(selecting({SelectorRange{"#y", "", "#x", ""}})).find("matches nothing") != std::string::npos);
  CHECK(text(selecting({"p["})).find("position") != std::string::npos);
  CHECK(text(selecting({".none", "#t"})) == "heading 1 |T\n");
  CHECK(extract(page, selecting({".none", "#t"}))->notes.size() == 1);
}

TEST_CASE("the character encoding is found as browsers find it") {
  const auto first = [](const std::string& type, const std::string& body) {
    const auto result = extract({"https://x.example/", type, body}, selecting({"p"}));
    return result ? result->document.clauses.at(0).text : result.error().message;
  };
  CHECK(first("text/html; charset=ISO-8859-1", "<p>caf\xE9") == "café");
  CHECK(first("text/html", "<meta charset=windows-1251><p>\xEF\xF0\xE8") == "при");
  CHECK(first("text/html",
              "<meta http-equiv=content-type content='text/html; charset=shift_jis'><p>\x93\xFA\x96\x7B") == "日本");
  CHECK(first("text/html; charset=windows-1252", "\xEF\xBB\xBF<p>é") == "é");
  CHECK(first("text/html", std::string("\xFF\xFE<\0p\0>\0h\0i\0", 12)) == "hi");
  CHECK(first("text/html", "<p>é") == "é");
  CHECK(first("text/html; charset=utf-8",
              "<p>bad\xFF"
              "byte") ==
        "bad\xEF\xBF\xBD"
        "byte");
  CHECK(first("text/html; charset=utf-7", "<p>+ADw-") == "+ADw-");
}

TEST_CASE("what a page says of its encoding counts, unless its bytes disprove it") {
  const auto first = [](const std::string& type, const std::string& body) {
    const auto result = extract({"https://x.example/", type, body}, selecting({"p"}));
    return result ? result->document.clauses.at(0).text : result.error().message;
  };
  const std::string text = "Déjà gardées après la clôture";
  CHECK(first("text/html; charset=iso-8859-1", "<p>" + text) == text);
  CHECK(first("text/html; charset=shift_jis", "<p>" + text) == text);
  CHECK(first("text/html", "<meta charset=windows-1251><p>" + text) == text);
  const std::string windows =
      "D\xE9j\xE0 gard\xE9"
      "es apr\xE8s la cl\xF4ture";
  CHECK(first("text/html; charset=utf-8", "<p>" + windows) == text);
  CHECK(first("text/html", "<meta charset=utf-8><p>" + windows) == text);
  // Two letters prove nothing.
  CHECK(first("text/html; charset=windows-1252", "<p>\xC3\xA9t\xC3\xA9") == "Ã©tÃ©");
  CHECK(first("text/html; charset=utf-8", "<p>caf\xE9") == "caf\xEF\xBF\xBD");
}

TEST_CASE("without a declaration the main content is found, and what is around it is not") {
  std::string paragraphs;
  for (int i = 0; i < 12; ++i) {
    paragraphs += fmt::format(
        "<h2>Section {}</h2><p>We collect, in case {}, only what the service needs, and we delete it when you ask us "
        "to.</p>",
        i, i);
  }
  const std::string menu = "<nav><ul><li><a href=/a>Products</a><li><a href=/b>Pricing</a></ul></nav>";
  const auto result = extract(
      html("<title>T</title><body><header>Acme " + menu +
           "</header><div id=cookie-banner>We use cookies. <button>Accept all</button></div>"
           "<div class=layout><div class=sidebar><a href=/x>Related</a></div><div class=doc><h1>Privacy Policy</h1>" +
           paragraphs +
           "<ul class=share><li><a href=/1>Post</a><li><a href=/2>Mail</a><li><a href=/3>Print</a></ul></div></div>"
           "<footer>Copyright Acme</footer></body>"),
      Source{});
  REQUIRE(result);
  const std::string text = shown(result->document);
  CHECK(text.find("heading 1 |Privacy Policy") == 0);
  CHECK(text.find("Section 11") != std::string::npos);
  for (const char* noise : {"Acme", "Pricing", "cookies", "Accept", "Related", "Print", "Copyright"}) {
    INFO(noise);
    CHECK(text.find(noise) == std::string::npos);
  }
  CHECK(result->suspect.empty());
  CHECK(result->document.language == "en");
}

TEST_CASE("pages that are not the document are suspect, each with its kind") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"bot wall",
       "<title>Just a moment...</title><h1>site.example</h1><p>Verify you are human by completing the action "
       "below.</p>"},
      {"bot wall",
       "<title>Access denied</title><p>Pardon Our Interruption. Something about your browser made us think you were a "
       "bot.</p>"},
      {"CAPTCHA", "<title>Check</title><p>One more step</p><iframe src='https://hcaptcha.com/1'></iframe>"},
      {"login", "<title>Log in | Site</title><form><input name=u><input type=password></form><p>Welcome back</p>"},
      {"consent page",
       "<title>Site</title><h1>Before you continue</h1><p>We use cookies and data.</p><button>Accept all</button>"},
      {"error page",
       "<title>404 Not Found</title><h1>Oops</h1><p>We cannot find what you look for, but here is our home page.</p>"},
      {"error page", "<title>Site</title><h1>Page introuvable</h1><p>Retour</p>"},
      {"empty shell", "<title>Site</title><div id=root></div><noscript>You need to enable JavaScript</noscript>"},
      {"empty shell", "<title>Terms</title><p>You need to enable JavaScript to run this app.</p>"},
  };
  for (const auto& [kind, body] : table) {
    INFO(body);
    const auto result = extract(html(body), Source{});
    REQUIRE(result);
    REQUIRE_FALSE(result->suspect.empty());
    CHECK(result->suspect.front().starts_with(kind + ": "));
  }
  std::string policy = "<title>Privacy Policy</title><main><h1>Privacy Policy</h1>";
  for (int i = 0; i < 15; ++i) {
    policy +=
        "<p>We use cookies; you may accept all or reject all. When you log in we check your password, and a CAPTCHA "
        "may verify you are human. "
        "If a page is not found, or access is denied, we record the error.</p>";
  }
  const auto long_text = extract(html(policy + "<form><input type=password></form></main>"), selecting({"main"}));
  REQUIRE(long_text);
  CHECK(long_text->suspect.empty());
  const auto short_text = extract(html("<title>Imprint</title><main><h1>Imprint</h1><p>Acme Ltd, 1 Long Street, "
                                       "Springfield. Registered in Springfield under "
                                       "number 12345. Managing director: J. Doe. Telephone 555 0100, write to "
                                       "mail@site.example. VAT 99.</p></main>"),
                                  Source{});
  REQUIRE(short_text);
  CHECK(short_text->suspect.empty());
  const auto missing =
      extract(html("<title>Just a moment...</title><p>Checking your browser</p>"), selecting({"main"}));
  REQUIRE(missing);
  CHECK(missing->document.clauses.empty());
  REQUIRE_FALSE(missing->suspect.empty());
  CHECK(missing->suspect.front().starts_with("bot wall: "));
}

TEST_CASE("text and Markdown are read, a damaged PDF and a picture are told apart") {
  const auto plain = extract({"", "text/plain; charset=utf-8", "One\ntwo.\n\n# three <b>\n- four"}, Source{});
  REQUIRE(plain);
  CHECK(shown(plain->document) == "paragraph 0 |One two.\nparagraph 0 |# three <b>\nlist_item 1 -|four\n");
  const auto markdown = extract({"", "text/markdown", "# One\n\n- two"}, Source{});
  REQUIRE(markdown);
  CHECK(shown(markdown->document) == "heading 1 |One\nlist_item 1 -|two\n");
  CHECK(extract({"", "", "<!DOCTYPE html><p>x"}, selecting({"p"})).ok());
  for (const char* type : {"application/pdf", "text/html"}) {
    const auto pdf = extract({"", type, "%PDF-1.4"}, Source{});
    REQUIRE_FALSE(pdf.ok());
    CHECK(pdf.error().code == ErrorCode::bad_input);
  }
  const auto picture = extract({"", "image/png", "x"}, Source{});
  REQUIRE_FALSE(picture.ok());
  CHECK(picture.error().code == ErrorCode::unsupported);
  CHECK(extract({"", "text/html", ""}, Source{})->suspect.size() == 1);
}

TEST_CASE("the language is named where it is clear") {
  CHECK(detect_language("We collect your personal data when you use our services and share it with our partners.") ==
        "en");
  CHECK(detect_language(
            "Nous recueillons vos données personnelles lorsque vous utilisez nos services et les partageons.") == "fr");
  CHECK(detect_language(
            "Wir erheben Ihre personenbezogenen Daten, wenn Sie unsere Dienste nutzen, und geben sie weiter.") == "de");
  CHECK(detect_language("").empty());
  CHECK(detect_language("12345 67890").empty());
  CHECK(detect_language(std::string(3'000'000, 'x')).empty());
}

TEST_CASE("hostile HTML ends, with a document or an error") {
  const auto repeated = [](const std::string& part, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += part;
    return out;
  };
  const std::vector<std::string> bodies{repeated("<div>", 100'000) + "deep",
                                        repeated("<ul><li>", 30'000) + "deep",
                                        repeated("<blockquote>", 20'000) + "deep",
                                        repeated("<b>", 20'000) + "deep",
                                        repeated("<table><tr><td>", 5'000) + "deep",
                                        repeated("<span><em><a href=/x>", 10'000) + "deep",
                                        repeated("<p", 50'000),
                                        repeated("</p>", 50'000),
                                        repeated("<!--", 50'000),
                                        repeated("&", 50'000),
                                        repeated("&#", 50'000),
                                        repeated("<a href='", 20'000),
                                        repeated("<br>", 100'000),
                                        repeated("<td>", 20'000),
                                        repeated("<ol><li value=999999999>x", 1000),
                                        repeated("<li style='", 10'000),
                                        "<style>" + repeated("x", 100'000),
                                        std::string(100'000, '\0'),
                                        std::string(100'000, '\xFF'),
                                        "<ol start=-5 type=i><li>a<li value=99999999999999999999>b</ol>",
                                        "<ol type=a start=800><li>a<li>b</ol>"};
  for (const std::string& body : bodies) {
    INFO(body.substr(0, 40));
    for (const Source& source : {Source{}, selecting({"body"}, {"nav"})}) {
      const auto result = extract(html(body), source);
      if (result) CHECK(result->document == read_markdown(render_markdown(result->document)));
      if (!result) CHECK(result.error().code != ErrorCode::internal);
    }
  }
}

TEST_CASE("every recorded page gives the document that its Markdown gives") {
  const auto pages = test::corpus_part("pages");
  SMALLPRINT_SKIP_UNLESS(pages, "the corpus is not here");
  std::size_t count = 0, read = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*pages)) {
    if (entry.path().filename() != "page.html") continue;
    if (++count % 5 != 0 && !test::long_campaign()) continue;
    const std::string declaration = test::read_file(entry.path().parent_path() / "declaration.json");
    const Catalog catalog = read_declaration("P.json", R"({"name":"P","terms":{"T":)" + declaration + "}}");
    REQUIRE(catalog.declarations.size() == 1);
    Source source = catalog.declarations[0].sources[0];
    const Page page{source.url, "text/html", test::read_file(entry.path())};
    CAPTURE(entry.path().string());
    const auto result = extract(page, source);
    source.select.clear();
    const auto found = extract(page, source);
    REQUIRE(result);
    REQUIRE(found);
    for (const Document& document : {result->document, found->document}) {
      const std::string rendered = render_markdown(document);
      CHECK(document == read_markdown(rendered));
      CHECK(render_markdown(read_markdown(rendered)) == rendered);
    }
    CHECK(extract(page, source)->document == found->document);
    CHECK(result->document.words() > 0);
    ++read;
  }
  CHECK(read > 20);
}
