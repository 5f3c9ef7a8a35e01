#include "tests/fuzz/targets.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "diff/analysis.h"
#include "diff/compare.h"
#include "fetcher/catalog.h"
#include "fetcher/extract/extract.h"
#include "fetcher/extract/markdown.h"
#include "model/catalog.h"
#include "model/clock.h"
#include "model/markdown.h"

namespace smallprint::fuzz {
namespace {

using namespace std::literals;

void require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "property does not hold: %s\n", property);
  std::abort();
}

/// Two inputs out of one: what stands before and after the first NUL, or the two halves.
std::pair<std::string_view, std::string_view> two(std::string_view bytes) {
  const std::size_t cut = bytes.find('\0');
  if (cut != std::string_view::npos) return {bytes.substr(0, cut), bytes.substr(cut + 1)};
  return {bytes.substr(0, bytes.size() / 2), bytes.substr(bytes.size() / 2)};
}

void markdown(std::string_view bytes) {
  const Document document = read_markdown(bytes);
  require(read_markdown(render_markdown(document)) == document, "rendered Markdown reads back as the same document");
  const auto [before, after] = two(bytes);
  MarkdownReader reader;
  reader.read(before);
  require(*reader.read(after) == read_markdown(after), "a text reads the same after another as alone");
}

void html(std::string_view bytes) {
  const Page page{"https://example.org/terms/", "text/html", std::string(bytes)};
  const auto extraction = extract(page, Source{});
  if (!extraction) return;
  require(read_markdown(render_markdown(extraction->document)) == extraction->document,
          "an extracted document's Markdown reads back as the same document");
}

void selector(std::string_view bytes) {
  const auto [select, remove] = two(bytes);
  Source source;
  source.select.emplace_back(std::string(select));
  source.remove.emplace_back(std::string(remove));
  const Page page{"https://example.org/", "text/html",
                  "<main id=a class='b c'><h1>T</h1><p lang=en>x <a href=/y>y</a></p><ul><li>1<li>2</ul></main>"};
  (void)extract(page, source).ok();
}

void comparison(std::string_view bytes) {
  const auto [left, right] = two(bytes);
  const Document before = read_markdown(left);
  const Document after = read_markdown(right);
  const Comparison there = compare(before, after);
  const auto applied = apply(before, there);
  require(applied.ok() && *applied == after, "applying the changes to old gives new");
  const auto reverted = revert(after, there);
  require(reverted.ok() && *reverted == before, "reverting the changes on new gives old");
  require(compare(before, before).changes.empty(), "a document does not differ from itself");
}

void words(std::string_view bytes) {
  const auto [left, right] = two(bytes);
  std::string before, after;
  for (const Word& word : compare_words(left, right)) {
    if (word.op != WordOp::added) before += word.text;
    if (word.op != WordOp::removed) after += word.text;
  }
  require(before == left && after == right, "the words join to both texts");
}

void rules(std::string_view bytes) {
  static const RuleSet set = RuleSet::builtin();
  const Document document = read_markdown(bytes);
  AnalysisCache cache(set);
  for (const Fact& fact : analyse(set, document, cache).facts) {
    for (const Evidence& evidence : fact.evidence) {
      require(document.clauses.at(evidence.clause).text.find(evidence.text) != std::string::npos,
              "evidence stands verbatim in its clause");
    }
  }
}

void declaration(std::string_view bytes) {
  const auto [current, history] = two(bytes);
  (void)read_declaration("Fuzzed.json", bytes, history);
  (void)read_declaration("Fuzzed.json", current, history);
}

void names(std::string_view bytes) {
  (void)parse_document_id(bytes).ok();
  require(parse_document_id(document_id(bytes, bytes, bytes)).ok(), "every name gives a valid id");
  const auto time = parse_rfc3339(bytes);
  if (time) require(parse_rfc3339(format_rfc3339(*time)).value() == *time, "a time reads back");
}

constexpr std::array<std::string_view, 4> markdown_seeds = {
    "Terms\n=====\n\n1.  ### Use\n\n    We *may* use [data](https://example.org/a?b \"t\").\n\n    * a\n    * b\n",
    "**Your rights**\n\n(a) text\n(b) more\n\n| A | B |\n|---|---|\n| 1 | \\| 2 |\n",
    "> quote\n> > deeper\n\n```\ncode\n```\n\n* * *\n&amp; &#x41; \xff\xfe",
    "We use your content to train AI models unless you opt out.\n\nEffective: May 1, 2024"};
constexpr std::array<std::string_view, 3> html_seeds = {
    "<!doctype html><html lang=en><head><meta charset=utf-8><title>T</title></head><body><nav><a href=/>Home</a></nav>"
    "<main><h1>Privacy</h1><p>We <b>may</b>&nbsp;use <a href='?utm_source=x&id=1'>data</a>.</p><ol "
    "start=3><li>a<li>b</ol>"
    "<table><tr><th>A<th>B<tr><td>1<td>2</table><details><summary>More</summary><p>text</details></main></body></html>",
    "<div><dl><dt>a<dd>b</dl><blockquote>q<p>r</blockquote><pre>x\n y</pre><div hidden>no</div></div>",
    "<a class=__cf_email__ "
    "data-cfemail='543931143139353d387a373b39'>[email&#160;protected]</a><p>\xc2\xad\xe2\x80\x8bx"};
constexpr std::array<std::string_view, 3> selector_seeds = {
    "main > p:not(.x, #y) ~ ul li:nth-child(2n+1 of .z), a[href^='/' i]", "#a .b.c:is(h1, h2):has(> p)",
    "::before \\31 23 [a|=b]:nth-last-of-type(-n + 3)"};
constexpr std::array<std::string_view, 2> text_seeds = {
    "We may share data with partners.\n\nYou can opt out.\0We will share data with our partners.\n\nYou cannot opt "
    "out.",
    "1. One\n2. Two\n\nA\n\nB\n\nC"};
constexpr std::array<std::string_view, 3> json_seeds = {
    R"({"name":"X","terms":{"Privacy Policy":{"fetch":"https://example.org","select":["main",{"startBefore":"h1"}],"remove":"nav"}}})",
    R"({"name":"X","documents":{"Terms of Service":{"combine":[{"fetch":"https://example.org/1"},{"fetch":"https://example.org/2"}],"select":"main"}}})",
    "{\"name\":\"X\",\"terms\":{}}\0{\"Terms of Service\":[{\"fetch\":\"https://example.org\",\"validUntil\":\"2023-01-01\"}]}"sv};
constexpr std::array<std::string_view, 2> name_seeds = {"linkedin/privacy-policy@eu", "2024-09-19T06:10:13+02:00"};

constexpr std::array<Target, 8> all = {{{"markdown", markdown, markdown_seeds},
                                        {"html", html, html_seeds},
                                        {"selector", selector, selector_seeds},
                                        {"comparison", comparison, text_seeds},
                                        {"words", words, text_seeds},
                                        {"rules", rules, markdown_seeds},
                                        {"declaration", declaration, json_seeds},
                                        {"names", names, name_seeds}}};

}  // namespace

const std::span<const Target> targets{all};

}  // namespace smallprint::fuzz
