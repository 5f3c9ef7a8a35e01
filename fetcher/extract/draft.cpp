#include "fetcher/extract/draft.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "fetcher/extract/charset.h"
#include "fetcher/extract/clauses.h"
#include "fetcher/extract/content.h"
#include "fetcher/extract/html.h"
#include "fetcher/extract/selector.h"
#include "fetcher/extract/text.h"

namespace smallprint {
namespace {

constexpr std::size_t most_candidates = 12;
constexpr std::size_t most_title = 300;  ///< bytes of a title that are looked at

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool has_vowel(std::string_view word) { return word.find_first_of("aeiouyAEIOUY") != std::string_view::npos; }

/// Selectors for one element, the steadiest first.
std::vector<std::string> selectors_for(pugi::xml_node node) {
  std::vector<std::string> found;
  const std::string_view tag = node.name();
  if (const std::string_view id = node.attribute("id").value(); is_stable_name(id))
    found.push_back("#" + std::string(id));
  if (tag == "main" || tag == "article") found.emplace_back(tag);
  if (std::string_view(node.attribute("role").value()) == "main") found.emplace_back("[role=\"main\"]");
  const std::string_view classes = node.attribute("class").value();
  for (std::size_t begin = 0; begin < classes.size();) {
    const std::size_t end = std::min(classes.find_first_of(" \t\r\n\f", begin), classes.size());
    const std::string_view name = classes.substr(begin, end - begin);
    if (is_stable_name(name)) found.push_back(std::string(tag) + "." + std::string(name));
    begin = end + 1;
  }
  return found;
}

bool matches_only(const HtmlPage& page, const std::string& text, std::uint32_t index) {
  const auto selector = Selector::compile(text);
  if (!selector) return false;
  const auto found = selector->select(page);
  return found && found->size() == 1 && found->front() == index;
}

}  // namespace

bool is_stable_name(std::string_view name) {
  if (name.size() < 3 || name.size() > 40 || !is_letter(name.front())) return false;
  std::size_t words = 0, short_words = 0;
  for (std::size_t i = 0; i < name.size();) {
    if (name[i] == '-' || name[i] == '_') {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    if (is_digit(name[i])) return false;  // counters and hashes
    while (i < name.size() && is_letter(name[i]) && (i == begin || name[i] >= 'a' || name[i - 1] < 'a')) ++i;
    if (i == begin) return false;  // a character that a selector would have to escape
    const std::string_view word = name.substr(begin, i - begin);
    ++words;
    if (word.size() < 3) ++short_words;
    if (word.size() > 3 && !has_vowel(word)) return false;
    if (i < name.size() && is_digit(name[i])) return false;
  }
  return words > 0 && short_words * 2 <= words && !name.starts_with("css-") && !name.starts_with("sc-") &&
         !name.starts_with("jsx-") && !name.starts_with("svelte-");
}

PageNames names_of(const Page& page) {
  PageNames names;
  if (page.body.starts_with("%PDF-")) return names;
  const auto html = HtmlPage::parse(decode_text(page.body, page.content_type, true));
  if (!html) return names;
  const auto& nodes = html->nodes();
  for (std::uint32_t i = 0; i < nodes.size() && (html->body() == 0 || i < html->body()); ++i) {
    const std::string_view tag = nodes[i].node.name();
    if (tag == "title" && names.title.empty()) {
      append_folded(std::string_view(nodes[i].node.child_value()).substr(0, most_title), names.title);
    } else if (tag == "meta" && names.site.empty()) {
      const std::string_view property = nodes[i].node.attribute("property").value();
      const std::string_view name = nodes[i].node.attribute("name").value();
      if (property == "og:site_name" || name == "og:site_name" || name == "application-name") {
        append_folded(std::string_view(nodes[i].node.attribute("content").value()).substr(0, most_title), names.site);
      }
    }
  }
  for (std::string* text : {&names.title, &names.site}) {
    *text = to_utf8(*text);
    while (!text->empty() && text->back() == ' ') text->pop_back();
  }
  return names;
}

std::vector<Selection> stable_selection(const Page& page, const Document& document) {
  const auto html = HtmlPage::parse(decode_text(page.body, page.content_type, true));
  if (!html || page.body.starts_with("%PDF-")) return {};
  LeftOut left_out(html->nodes().size(), false);
  leave_out_hidden(*html, left_out);
  const std::vector<Region> regions = find_content(*html, left_out);
  if (regions.empty()) return {};
  std::optional<std::string> title;
  if (regions.size() == 2 && matches_only(*html, "h1", regions.front().begin)) title = "h1";
  std::size_t tried = 0;
  const auto gives_the_same = [&](std::vector<Selection> selection) {
    ++tried;
    Source source;
    source.select = std::move(selection);
    const auto again = extract(page, source);
    return again && again->notes.empty() && again->document == document;
  };
  for (std::uint32_t i = regions.back().begin; i != 0 && tried < most_candidates; i = html->nodes()[i].parent) {
    if (i == html->body()) break;
    for (const std::string& selector : selectors_for(html->nodes()[i].node)) {
      if (tried >= most_candidates || !matches_only(*html, selector, i)) continue;
      if (title && gives_the_same({*title, selector})) return {*title, selector};
      if (gives_the_same({selector})) return {selector};
    }
  }
  return {};
}

}  // namespace smallprint
