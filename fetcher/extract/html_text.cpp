#include "fetcher/extract/html_text.h"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "fetcher/extract/text.h"

namespace smallprint {
namespace {

constexpr std::size_t max_tag = 512;               ///< bytes; a longer one is text
constexpr std::size_t max_named_references = 300;  ///< different ones in a text; more are text

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Length of the tag at the start of `text` ("<"), or 0; `block` tells whether it separates words.
std::size_t tag_length(std::string_view text, bool& block) {
  static constexpr std::array<std::string_view, 14> inline_tags{
      "a", "b", "i", "u", "em", "strong", "span", "sup", "sub", "small", "font", "code", "img", "abbr"};
  static constexpr std::array<std::string_view, 17> block_tags{
      "br", "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "hr", "td", "tr", "th", "table", "tbody", "section"};
  if (text.starts_with("<!--")) {
    const std::size_t end = text.substr(0, max_tag).find("-->");
    block = false;
    return end == std::string_view::npos ? 0 : end + 3;
  }
  std::size_t i = 1;
  if (i < text.size() && text[i] == '/') ++i;
  std::string name;
  while (i < text.size() && name.size() < 8 &&
         (is_letter(text[i]) || (!name.empty() && text[i] >= '1' && text[i] <= '6'))) {
    name.push_back(static_cast<char>(text[i++] | 0x20));
  }
  if (i >= text.size() || (text[i] != ' ' && text[i] != '>' && text[i] != '/')) return 0;
  block = std::find(block_tags.begin(), block_tags.end(), name) != block_tags.end();
  if (!block && std::find(inline_tags.begin(), inline_tags.end(), name) == inline_tags.end()) return 0;
  if (text[i] == ' ' && i + 1 < text.size() && text[i + 1] != '/' &&
      text.substr(0, max_tag).find('=', i) == std::string_view::npos) {
    return 0;  // "<a person who…>" is no tag
  }
  const std::size_t end = text.substr(0, max_tag).find('>', i);
  return end == std::string_view::npos ? 0 : end + 1;
}

}  // namespace

void append_without_tags(std::string_view text, bool first_is_text, std::string& out) {
  std::size_t copied = 0;
  for (std::size_t at = text.find('<', first_is_text ? 1 : 0); at != std::string_view::npos;) {
    bool block = false;
    const std::size_t length = tag_length(text.substr(at), block);
    if (length != 0) {
      append_folded(text.substr(copied, at - copied), out);
      if (block) append_folded(" ", out);
      copied = at + length;
    }
    at = text.find('<', at + std::max<std::size_t>(length, 1));
  }
  append_folded(text.substr(copied), out);
}

std::string_view EntityDecoder::decode(std::string_view reference) {
  buffer_.clear();
  if (reference.size() > 3 && reference[1] == '#') {
    const bool hex = (reference[2] | 0x20) == 'x';
    char32_t code = 0;
    for (const char c : reference.substr(hex ? 3 : 2, reference.size() - (hex ? 4 : 3))) {
      const int lower = c | 0x20;
      const int digit = c <= '9' ? c - '0' : lower - 'a' + 10;
      code = std::min<char32_t>(code * (hex ? 16 : 10) + static_cast<char32_t>(digit), 0x110000);
    }
    append_utf8(code == 0 ? char32_t{0xFFFD} : code, buffer_);
    return buffer_;
  }
  const auto [entry, added] = named_.try_emplace(std::string(reference), reference);
  if (added && named_.size() <= max_named_references) {
    // gumbo has the table of HTML's named references; a document of one reference decodes it.
    GumboOutput* output = gumbo_parse_with_options(&kGumboDefaultOptions, reference.data(), reference.size());
    const GumboNode* node = output->root;
    while (node != nullptr && node->type == GUMBO_NODE_ELEMENT) {
      const GumboVector& children = node->v.element.children;
      node = children.length == 0 ? nullptr : static_cast<const GumboNode*>(children.data[children.length - 1]);
    }
    if (node != nullptr && (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE))
      entry->second = node->v.text.text;
    gumbo_destroy_output(&kGumboDefaultOptions, output);
  }
  return entry->second;
}

}  // namespace smallprint
