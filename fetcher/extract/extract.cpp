#include "fetcher/extract/extract.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "fetcher/extract/charset.h"
#include "fetcher/extract/clauses.h"
#include "fetcher/extract/content.h"
#include "fetcher/extract/html.h"
#include "fetcher/extract/language.h"
#include "fetcher/extract/links.h"
#include "fetcher/extract/markdown.h"
#include "fetcher/extract/noise.h"
#include "fetcher/extract/pdf.h"
#include "fetcher/extract/selector.h"
#include "fetcher/extract/signals.h"
#include "model/markdown.h"

namespace smallprint {
namespace {

constexpr std::size_t max_body = 32U << 20;
constexpr std::size_t language_sample = 65536;
/// Filters that extraction does by itself, for every page.
constexpr std::string_view built_in_filter = "removeQueryParams";

enum class Format { html, markdown, plain, pdf, unknown };

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

/// By the header, or, where there is none or it says nothing, by the first bytes.
Format format_of(const Page& page) {
  const std::string type = lowered(std::string_view(page.content_type).substr(0, page.content_type.find(';')));
  const std::string_view body = page.body;
  if (body.starts_with("%PDF-")) return Format::pdf;
  if (type.find("html") != std::string::npos) return Format::html;
  if (type.starts_with("application/pdf")) return Format::pdf;
  if (type.starts_with("text/markdown") || type.starts_with("text/x-markdown")) return Format::markdown;
  if (type.starts_with("text/plain")) return Format::plain;
  if (!type.empty() && !type.starts_with("application/octet-stream") && type.find("xml") == std::string::npos &&
      !type.starts_with("text/")) {
    return Format::unknown;
  }
  const std::string head = lowered(body.substr(0, 1024));
  for (const std::string_view mark :
       {"<!doctype html", "<html", "<head", "<body", "<div", "<p>", "<h1", "<main", "<meta"}) {
    if (head.find(mark) != std::string::npos) return Format::html;
  }
  return Format::plain;
}

/// Plain text: paragraphs between empty lines, and items at the lines that begin with a bullet.
Document plain_document(std::string_view text) {
  Document document;
  std::string paragraph;
  const auto end_paragraph = [&] {
    if (paragraph.find_first_not_of(' ') != std::string::npos) {
      document.clauses.push_back({ClauseKind::paragraph, 0, {}, paragraph, {}, -1});
    }
    paragraph.clear();
  };
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) {
      end_paragraph();
      continue;
    }
    line.remove_prefix(first);
    if (line.starts_with("- ") || line.starts_with("* ") || line.starts_with("• ")) {
      end_paragraph();
      document.clauses.push_back({ClauseKind::list_item, 1, "-", std::string(line.substr(line.find(' ') + 1)), {}, -1});
      continue;
    }
    paragraph.append(line).push_back(' ');
  }
  end_paragraph();
  return document;
}

/// The nodes that a range covers: https://dom.spec.whatwg.org/#concept-live-range, between the first matches.
Result<std::optional<Region>> range_region(const SelectorRange& range, const HtmlPage& page) {
  Region region{0, static_cast<std::uint32_t>(page.nodes().size())};
  const auto place = [&](const std::string& text, bool after, std::uint32_t& out) -> Result<bool> {
    if (text.empty()) return true;
    auto selector = Selector::compile(text);
    if (!selector) return selector.error();
    auto found = selector->select(page);
    if (!found) return found.error();
    if (found->empty()) return false;
    out = after ? page.nodes()[found->front()].end : found->front();
    return true;
  };
  const std::pair<const std::string*, bool> starts[] = {{&range.start_before, false}, {&range.start_after, true}};
  const std::pair<const std::string*, bool> ends[] = {{&range.end_before, false}, {&range.end_after, true}};
  for (const auto& [text, after] : starts) {
    auto found = place(*text, after, region.begin);
    if (!found) return found.error();
    if (!*found) return std::optional<Region>();
  }
  for (const auto& [text, after] : ends) {
    auto found = place(*text, after, region.end);
    if (!found) return found.error();
    if (!*found) return std::optional<Region>();
  }
  if (region.end <= region.begin) return std::optional<Region>();
  return std::optional<Region>(region);
}

/// Every region that a selection covers, in document order; none where it matches nothing.
Result<std::vector<Region>> regions_of(const Selection& selection, const HtmlPage& page) {
  std::vector<Region> regions;
  if (const auto* range = std::get_if<SelectorRange>(&selection)) {
    auto region = range_region(*range, page);
    if (!region) return region.error();
    if (*region) regions.push_back(**region);
    return regions;
  }
  auto selector = Selector::compile(std::get<std::string>(selection));
  if (!selector) return selector.error();
  auto found = selector->select(page);
  if (!found) return found.error();
  for (const std::uint32_t index : *found) {
    if (regions.empty() || index >= regions.back().end) regions.push_back({index, page.nodes()[index].end});
  }
  return regions;
}

std::string shown(const Selection& selection) {
  if (const auto* text = std::get_if<std::string>(&selection)) return "\"" + *text + "\"";
  const auto& range = std::get<SelectorRange>(selection);
  return "the range from \"" + range.start_before + range.start_after + "\" to \"" + range.end_before +
         range.end_after + "\"";
}

std::string base_href(const HtmlPage& page) {
  for (const HtmlNode& entry : page.nodes()) {
    if (std::string_view(entry.node.name()) == "base") return entry.node.attribute("href").value();
    if (std::string_view(entry.node.name()) == "body") break;
  }
  return {};
}

/// Language, and the form in which the document will be stored and read again.
void finish(Extraction& extraction, const Document& raw) {
  extraction.document = read_markdown(render_markdown(raw));
  std::string sample;
  for (const Clause& clause : extraction.document.clauses) {
    if (sample.size() > language_sample) break;
    sample += clause.text;
    sample += '\n';
  }
  extraction.document.language = detect_language(sample);
}

Result<Extraction> extract_html(const Page& page, const Source& source) {
  auto parsed = HtmlPage::parse(decode_text(page.body, page.content_type, true));
  if (!parsed) return parsed.error();
  const HtmlPage& html = *parsed;
  Extraction extraction;
  LeftOut left_out(html.nodes().size(), false);
  for (const Selection& selection : source.remove) {
    auto regions = regions_of(selection, html);
    if (!regions) return regions.error();
    for (const Region& region : *regions) {
      for (std::uint32_t i = region.begin; i < region.end;) {
        // Elements that reach beyond a range lose only what is inside it.
        const bool whole = html.nodes()[i].end <= region.end;
        if (whole) left_out[i] = true;
        i = whole ? html.nodes()[i].end : i + 1;
      }
    }
  }
  leave_out_hidden(html, left_out);
  std::vector<Region> regions;
  std::string missing;
  for (const Selection& selection : source.select) {
    auto found = regions_of(selection, html);
    if (!found) return found.error();
    if (found->empty()) {
      if (missing.empty()) missing = shown(selection);
      extraction.notes.push_back("select " + shown(selection) + " matches nothing");
    }
    regions.insert(regions.end(), found->begin(), found->end());
  }
  if (source.select.empty()) {
    regions = find_content(html, left_out);
  } else if (regions.empty()) {
    // A wall, a login or an error page stands before the document; any other page has lost what was declared.
    extraction.suspect = suspect_marks(html, {});
    const auto stands_before = [](const std::string& mark) { return !mark.starts_with("empty shell"); };
    if (std::any_of(extraction.suspect.begin(), extraction.suspect.end(), stands_before)) return extraction;
    std::string message = "select " + missing + " matches nothing";
    for (const std::string& mark : extraction.suspect) message += "; " + mark;
    return Error{ErrorCode::bad_input, std::move(message)};
  }
  for (const std::string& filter : source.filters) {
    if (filter != built_in_filter) {
      extraction.notes.push_back("filter \"" + filter + "\" is a function of its collection and was not run");
    }
  }
  Document document = clauses_of(html, regions, left_out, LinkBase(page.url, base_href(html)));
  drop_noise(document);
  finish(extraction, document);
  extraction.suspect = suspect_marks(html, extraction.document);
  return extraction;
}

Result<Extraction> extract_pdf(const Page& page, const Source& source) {
  auto pages = read_pdf_words(page.body);
  if (!pages) return pages.error();
  Extraction extraction;
  if (!source.select.empty()) extraction.notes.emplace_back("selectors do not apply to a PDF");
  finish(extraction, pdf_document(*pages));
  if (extraction.document.clauses.empty()) {
    extraction.suspect.emplace_back("empty shell: the PDF has no text, only pictures of pages");
  }
  return extraction;
}

}  // namespace

Result<Extraction> extract(const Page& page, const Source& source) {
  if (page.body.size() > max_body) return Error{ErrorCode::limit, "the page is longer than 32 MB"};
  switch (format_of(page)) {
    case Format::html: return extract_html(page, source);
    case Format::pdf: return extract_pdf(page, source);
    case Format::unknown:
      return Error{ErrorCode::unsupported, "cannot read content type \"" + page.content_type + "\""};
    case Format::markdown:
    case Format::plain: break;
  }
  Extraction extraction;
  if (!source.select.empty()) extraction.notes.emplace_back("selectors do not apply to text that is no HTML");
  const std::string text = decode_text(page.body, page.content_type, false);
  finish(extraction, format_of(page) == Format::markdown ? read_markdown(text) : plain_document(text));
  if (extraction.document.clauses.empty()) extraction.suspect.emplace_back("empty shell: there is no text");
  return extraction;
}

}  // namespace smallprint
