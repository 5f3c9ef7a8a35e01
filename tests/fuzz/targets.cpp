#include "tests/fuzz/targets.h"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "diff/analysis.h"
#include "diff/compare.h"
#include "fetcher/catalog.h"
#include "fetcher/extract/charset.h"
#include "fetcher/extract/extract.h"
#include "fetcher/extract/html.h"
#include "fetcher/extract/html_guard.h"
#include "fetcher/extract/markdown.h"
#include "fetcher/extract/pdf.h"
#include "fetcher/extract/selector.h"
#include "fetcher/extract/text.h"
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

/// What a page's text must be before it is read any further, and after.
void require_text(std::string_view text) {
  require(is_utf8(text) && text.find('\0') == std::string_view::npos, "text is valid UTF-8 without NUL");
}

void require_sound(const Document& document) {
  for (const Clause& clause : document.clauses) {
    require_text(clause.text);
    for (const Span& span : clause.spans) {
      require(span.begin < span.end && span.end <= clause.text.size(), "a span lies within its clause");
    }
  }
  require(read_markdown(render_markdown(document)) == document,
          "an extracted document's Markdown reads back as the same document");
}

/// What is extracted is sound, and the same twice; an error says why.
void require_extraction(const Page& page, const Source& source) {
  const auto first = extract(page, source);
  const auto second = extract(page, source);
  require(first.ok() == second.ok(), "the same page gives the same outcome");
  if (!first) {
    require(!first.error().message.empty() && first.error().message == second.error().message,
            "the same page gives the same error, with words");
    return;
  }
  require_sound(first->document);
  require(first->document == second->document && first->suspect == second->suspect && first->notes == second->notes &&
              first->document.language == second->document.language,
          "the same page gives the same document");
}

/// The parsed page as text, without what scripts and style sheets say.
std::string shown_tree(std::string_view html) {
  GumboOutput* output = gumbo_parse_with_options(&kGumboDefaultOptions, html.data(), html.size());
  std::string shown;
  std::vector<const GumboNode*> left{output->document};
  while (!left.empty()) {
    const GumboNode* node = left.back();
    left.pop_back();
    if (node == nullptr) {
      shown += ")";
    } else if (node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE) {
      const GumboElement& element = node->v.element;
      shown += "(" + std::to_string(element.tag) + "," + std::to_string(element.tag_namespace);
      for (unsigned i = 0; i < element.attributes.length; ++i) {
        const auto* attribute = static_cast<const GumboAttribute*>(element.attributes.data[i]);
        shown.append(" ").append(attribute->name).append("=").append(attribute->value);
      }
      left.push_back(nullptr);
      if (element.tag == GUMBO_TAG_SCRIPT || element.tag == GUMBO_TAG_STYLE) continue;
      for (unsigned i = element.children.length; i > 0; --i) {
        left.push_back(static_cast<const GumboNode*>(element.children.data[i - 1]));
      }
    } else if (node->type == GUMBO_NODE_DOCUMENT) {
      for (unsigned i = node->v.document.children.length; i > 0; --i) {
        left.push_back(static_cast<const GumboNode*>(node->v.document.children.data[i - 1]));
      }
    } else {
      shown.append(1, '"').append(node->v.text.text).append(1, '"');
    }
  }
  gumbo_destroy_output(&kGumboDefaultOptions, output);
  return shown;
}

/// What is left out before the parse is nothing that the tree has.
void require_same_tree(std::string_view bytes) {
  const std::string html = to_utf8(bytes);
  std::string guarded;
  if (std::count(html.begin(), html.end(), '<') > 500 || !guard_html(html, guarded)) return;  // depth is bounded else
  require(shown_tree(html) == shown_tree(guarded), "a page without what scripts say has the same tree");
}

void html(std::string_view bytes) {
  require_same_tree(bytes);
  const Page page{"https://example.org/terms/", "text/html", std::string(bytes)};
  require_extraction(page, {});
  Source declared;
  declared.select.emplace_back("body");
  declared.remove.emplace_back("nav, [hidden]");
  require_extraction(page, declared);
}

void charset(std::string_view bytes) {
  const auto [content_type, body] = two(bytes);
  for (const bool html : {true, false}) {
    const std::string text = decode_text(body, content_type, html);
    require_text(text);
    require(text.size() <= 3 * body.size(), "a byte becomes three at most");
    require(decode_text(body, content_type, html) == text, "the same bytes are decoded alike");
    if (text.starts_with("\xEF\xBB\xBF")) continue;
    require(decode_text(text, "text/html; charset=utf-8", html) == text, "decoded text decodes to itself");
  }
}

/// Pages of words out of bytes: four of a word's place and shape, then its text up to a NUL.
std::vector<PdfPage> invented_pages(std::string_view bytes) {
  std::vector<PdfPage> pages(1);
  pages.back().height = 840;
  while (bytes.size() > 4) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(bytes[i])); };
    if (byte(3) % 64 == 63) pages.emplace_back().height = 840;
    PdfWord word;
    word.left = 2 * static_cast<float>(byte(0));
    word.top = 4 * static_cast<float>(byte(1));
    word.size = static_cast<float>(byte(2) % 32);
    word.bold = byte(3) % 2 != 0;
    word.space_after = byte(3) % 4 >= 2;
    bytes.remove_prefix(4);
    word.text = to_utf8(bytes.substr(0, bytes.find('\0')));
    bytes.remove_prefix(std::min(bytes.size(), bytes.substr(0, bytes.find('\0')).size() + 1));
    word.right = word.left + static_cast<float>(word.text.size()) * word.size / 2;
    word.bottom = word.top + word.size;
    pages.back().words.push_back(std::move(word));
  }
  return pages;
}

/// A file for poppler's process, what that process writes, or words on pages, by the first byte.
void pdf(std::string_view bytes) {
  std::vector<PdfPage> pages;
  if (bytes.starts_with('%') || bytes.starts_with('p')) {
    const PdfLimits limits{.time = std::chrono::seconds(5), .pages = 20};
    auto read = bytes.starts_with('%') ? read_pdf_words(bytes, limits) : parse_pdf_words(bytes);
    if (!read) {
      const ErrorCode code = read.error().code;
      require(code == ErrorCode::bad_input || code == ErrorCode::limit,
              "a PDF that cannot be read is told from others");
      return;
    }
    pages = std::move(*read);
  } else {
    pages = invented_pages(bytes);
  }
  const Document document = pdf_document(pages);
  require(pdf_document(pages) == document, "the same words give the same document");
  for (const Clause& clause : document.clauses) require_text(clause.text);
  require_sound(read_markdown(render_markdown(document)));
}

/// The elements that match; none where the text is no selector or needs too many steps.
std::optional<std::vector<std::uint32_t>> matches(const HtmlPage& page, const std::string& text) {
  const auto compiled = Selector::compile(text);
  if (!compiled) {
    require(compiled.error().code == ErrorCode::bad_input && !compiled.error().message.empty(),
            "what is no selector is told so");
    return std::nullopt;
  }
  auto found = compiled->select(page);
  if (!found) return std::nullopt;
  const auto again = Selector::compile(text)->select(page);
  require(again.ok() && *again == *found, "a selector matches the same elements again");
  require(
      std::is_sorted(found->begin(), found->end()) && std::adjacent_find(found->begin(), found->end()) == found->end(),
      "what matches is in document order, each once");
  return std::move(*found);
}

void selector(std::string_view bytes) {
  static const auto page = HtmlPage::parse(
      "<body lang=en-GB><main id=a class='b c'><h1 title='x y'>T</h1><p lang=en>x <a href=/y>y</a><p class=z id=1>"
      "<ul><li>1<li class=z>2<li data-k=V>3<li class='z c'></ul><svg></svg><input disabled></main><div><p>q</div>");
  const std::string text(bytes);
  const auto found = matches(*page, text);
  if (!found) return;
  const auto elements = matches(*page, "*");
  const auto is = matches(*page, ":is(" + text + ")");
  require(!is || *is == *found, ":is() of a selector matches what the selector matches");
  const auto twice = matches(*page, text + "," + text);
  require(!twice || *twice == *found, "a list matches what its parts match");
  const auto others = matches(*page, ":not(" + text + ")");
  if (!is || !others) return;  // where the text ends in an escape or a comment, it swallows the parenthesis
  std::vector<std::uint32_t> all;
  std::merge(found->begin(), found->end(), others->begin(), others->end(), std::back_inserter(all));
  require(all == *elements, "each element matches a selector or its negation");
}

/// Each change as it reads from the one side or from the other, in an order that does not depend on the side.
std::vector<std::string> told(const Comparison& comparison, bool from_after) {
  std::vector<std::string> out;
  for (const Change& change : comparison.changes) {
    Document before;
    Document after;
    before.clauses = change.before;
    after.clauses = change.after;
    std::size_t before_at = change.before.empty() || change.after.empty() ? 0 : change.before_index;
    std::size_t after_at = change.before.empty() || change.after.empty() ? 0 : change.after_index;
    if (from_after) {
      std::swap(before, after);
      std::swap(before_at, after_at);
    }
    const bool several = before.clauses.size() != after.clauses.size();
    out.push_back((several ? "" : std::string(name(change.kind))) + std::to_string(before_at) + "," +
                  std::to_string(after_at) + "\n" + render_markdown(before) + "\n=>\n" + render_markdown(after));
  }
  std::sort(out.begin(), out.end());
  return out;
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
  require(there.changes.empty() == (before == after), "changes are told exactly where the documents differ");
  require(told(there, false) == told(compare(before, after), false), "the same input gives the same output");
  require(told(there, false) == told(compare(after, before), true), "swapping the inputs swaps the changes");
  for (const Change& change : there.changes) {
    std::string old_text, new_text;
    for (const Word& word : change.words) {
      if (word.op != WordOp::added) old_text += word.text;
      if (word.op != WordOp::removed) new_text += word.text;
    }
    require(old_text == before_text(change) && new_text == after_text(change), "the words join to both texts");
    require(change.cosmetic == !change.reasons.empty(), "a change has reasons exactly where it is cosmetic");
  }
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

constexpr std::array<std::string_view, 5> markdown_seeds = {
    "Terms\n=====\n\n1.  ### Use\n\n    We *may* use [data](https://example.org/a?b \"t\").\n\n    * a\n    * b\n",
    "**Your rights**\n\n(a) text\n(b) more\n\n| A | B |\n|---|---|\n| 1 | \\| 2 |\n",
    "> quote\n> > deeper\n\n```\ncode\n```\n\n* * *\n&amp; &#x41; \xff\xfe",
    "We use your content to train AI models unless you opt out.\n\nEffective: May 1, 2024",
    "we &#120;**&#111;_Q_**\\* keep"};
constexpr std::array<std::string_view, 6> html_seeds = {
    "<!doctype html><html lang=en><head><meta charset=utf-8><title>T</title></head><body><nav><a href=/>Home</a></nav>"
    "<main><h1>Privacy</h1><p>We <b>may</b>&nbsp;use <a href='?utm_source=x&id=1'>data</a>.</p><ol "
    "start=3><li>a<li>b</ol>"
    "<table><tr><th>A<th>B<tr><td>1<td>2</table><details><summary>More</summary><p>text</details></main></body></html>",
    "<div><dl><dt>a<dd>b</dl><blockquote>q<p>r</blockquote><pre>x\n y</pre><div hidden>no</div></div>",
    "<a class=__cf_email__ "
    "data-cfemail='543931143139353d387a373b39'>[email&#160;protected]</a><p>\xc2\xad\xe2\x80\x8bx",
    "<!doctype html \"><script>\"><script>if (a<b) '</p>'; <!-- <script>x</script> --></scripty></SCRIPT ><p a = "
    "'x>y'\n"
    "b=<c/>t<style>p > q { }</stylex></style/><!--><p>1<!-- --!>2<?x><script></script>></x y='>'>3</ >4",
    "<svg><style><p>x</style><script><!--</script>--></svg><select><style></select><b></style></select><math><mi>"
    "<script>a</script></math><style>z</style><title><script>t</title></script><textarea><style></textarea>q",
    "<table><script>x</script><tr><style>y</style><td>c<script><!--<script></script></table><frameset><script><p></"
    "script>"
    "<noscript><style>n</style></noscript><template><script>s</script></template><plaintext><script>p</script>"};
constexpr std::array<std::string_view, 8> selector_seeds = {
    "main > p:not(.x, #y) ~ ul li:nth-child(2n+1 of .z), a[href^='/' i]",
    "#a .b.c:is(h1, h2):has(> p)",
    "::before \\31 23 [a|=b]:nth-last-of-type(-n + 3)",
    "ul :nth-last-child(even of li), li:nth-child(-2n+3):only-of-type, p:only-child:empty",
    "*|li:where([data-k=\"v\" i], .z):first-of-type, :root :link, /* c */ input:disabled",
    "div:has(~ p, + ul, > li:not(:has(*))) , h1[title~=\"y\"]:lang(en)",
    "#\\31 , .\\7a , |p, [data-k$='V' s], [title*=\" \"], li:last-child",
    ":not(:is(:where(:not(li)))), :nth-of-type(n):last-of-type, :is(), :any-link:hover"};
constexpr std::array<std::string_view, 9> charset_seeds = {
    "text/html; charset=\"ISO-8859-2\"\0<p>Za\xBF\xF3\xB3\xE6 g\xEA\xB6l\xB1 ja\xBC\xF1</p>"sv,
    "text/html\0<!doctype html><meta http-equiv=content-type content='text/html; charset=windows-1251'><p>\xCF\xF0\xE0"sv,
    "\0\xEF\xBB\xBF<p>caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 \xC0\x80 \xED\xA0\x80 \xF5"sv,
    "text/html\0\xFF\xFE<\0p\0>\0A\0=\xD8\x00\xDE\0\xD8"sv,
    "text/html\0\xFE\xFF\0<\0p\0>\xD8=\xDE\0\xDC\0"sv,
    "text/plain;charset=Shift_JIS\0\x83v\x83\x89\x83\x43\x83o\x83V\x81[\xFD\x81"sv,
    "text/html; charset=iso-2022-jp\0\x1B$B%W%i%$\x1B(B abc \x1B$@ \x1B(J~\x0E"sv,
    "text/html; charset=big5-hkscs\0\x88\x62\xC1\xF4\xA8p\xB1\xBC\xFE\xFE"sv,
    "\0\xB0\xB3\xC0\xCE\xC1\xA4\xBA\xB8\xB0\xA1 \xC3\xB3\xB8\xAE\xB9\xE6\xC4\xA7, no label at all; \x80\x9F"sv};
constexpr std::array<std::string_view, 4> pdf_seeds = {
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>>>endobj\n"
    "4 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n5 0 obj<</Length 76>>stream\n"
    "BT /F1 18 Tf 20 200 Td (We keep notes.) Tj 0 -20 Td (Until you leave.) Tj ET\nendstream endobj\n"
    "xref\n0 6\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 6>>\nstartxref\n404\n%%EOF"sv,
    "\x20\x30\x14\x03Terms\0\x40\x30\x14\x03of use\0\x20\x40\x0A\x02We keep re-\0\x20\x43\x0A\x02"
    "cords of the third-\0\x20\x46\x0A\x02party notes.\0\x28\x4C\x0A\x02- one\0\x28\x50\x0A\x02\xE2\x80\xA2 two\0"
    "\x20\x54\x0A\x3F(a) \xEF\xAC\x81rst\0\x70\xC8\x08\x00Page 2 of 2\0"sv,
    "p\0\0RDw\0\0\xA0\x41\0\0\xC0\x41\0\0\x20\x42\0\0\x08\x42\0\0\x20\x41\5\0\0\0\1\1\0\0Termsd"sv, "pw\xFF"sv};
constexpr std::array<std::string_view, 5> text_seeds = {
    "# Terms\n\n## 1. Uses\n\nUse it with care and in time.\n\n## 2. Fees\n\nPay each month by card, 30 days at "
    "most.\n\n## 3. End\n\nIt ends.\0# Terms\n\n## 1. Fees\n\nPay each month by card, 14 days at most.\n\n## 2. "
    "Uses\n\nUse it "
    "with care and in time.\n\n## 3. End\n\nIt ends."sv,
    "Last updated: May 1, 2024\n\n* (a) your name\n* (b) your e-mail address; write to a@b.org\n\n| A | B "
    "|\n|---|---|\n| 1 | "
    "2 |\0Last updated: May 7, 2024\n\nWe keep (a) your name, (b) your e-mail address; write to c@b.org\n\n| A | B "
    "|\n|---|---|\n| 2 | 2 |"sv,
    "\xE6\x88\x91\xE4\xBB\xAC\xE5\x8F\xAF\xE8\x83\xBD\xE4\xBC\x9A\xE4\xBD\xBF\xE7\x94\xA8\xE6\x82\xA8\xE7\x9A\x84\xE6"
    "\x95\xB0\xE6"
    "\x8D\xAE\xE3\x80\x82\0\xE6\x88\x91\xE4\xBB\xAC\xE4\xBC\x9A\xE4\xBD\xBF\xE7\x94\xA8\xE6\x82\xA8\xE7\x9A\x84\xE5\x86"
    "\x85\xE5\xAE"
    "\xB9\xE3\x80\x82"sv,
    "We may share data with partners.\n\nYou can opt out.\0We will share data with our partners.\n\nYou cannot opt "
    "out.",
    "1. One\n2. Two\n\nA\n\nB\n\nC"};
constexpr std::array<std::string_view, 3> json_seeds = {
    R"({"name":"X","terms":{"Privacy Policy":{"fetch":"https://example.org","select":["main",{"startBefore":"h1"}],"remove":"nav"}}})",
    R"({"name":"X","documents":{"Terms of Service":{"combine":[{"fetch":"https://example.org/1"},{"fetch":"https://example.org/2"}],"select":"main"}}})",
    "{\"name\":\"X\",\"terms\":{}}\0{\"Terms of Service\":[{\"fetch\":\"https://example.org\",\"validUntil\":\"2023-01-01\"}]}"sv};
constexpr std::array<std::string_view, 2> name_seeds = {"linkedin/privacy-policy@eu", "2024-09-19T06:10:13+02:00"};

constexpr std::array<Target, 10> all = {{{"markdown", markdown, markdown_seeds},
                                         {"html", html, html_seeds},
                                         {"selector", selector, selector_seeds},
                                         {"charset", charset, charset_seeds},
                                         {"pdf", pdf, pdf_seeds, 4},
                                         {"comparison", comparison, text_seeds},
                                         {"words", words, text_seeds},
                                         {"rules", rules, markdown_seeds},
                                         {"declaration", declaration, json_seeds},
                                         {"names", names, name_seeds}}};

}  // namespace

const std::span<const Target> targets{all};

}  // namespace smallprint::fuzz
