#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "fetcher/extract/clauses.h"

namespace smallprint {
namespace {

constexpr std::size_t collapsed_text = 40;  ///< bytes; a collapsed section has at least so much
constexpr std::size_t icon_text = 4;        ///< bytes; what is decoration has no more
constexpr int ancestors_asked = 3;

std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c > ' ' || c < 0) out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
  }
  return out;
}

bool has_any(std::string_view text, const auto& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view w) { return text.find(w) != std::string_view::npos; });
}

/// Text inside node `index`, counted up to `enough` bytes.
std::size_t text_bytes(const HtmlPage& page, std::uint32_t index, std::size_t enough) {
  std::size_t bytes = 0;
  const auto& nodes = page.nodes();
  for (std::uint32_t i = index; i < nodes[index].end && bytes < enough; ++i) {
    if (nodes[i].node.type() != pugi::node_pcdata) continue;
    for (const char* c = nodes[i].node.value(); *c != '\0' && bytes < enough; ++c) {
      bytes += static_cast<unsigned char>(*c) > ' ' ? 1 : 0;
    }
  }
  return bytes;
}

/// Is what is not displayed the body of an accordion, a tab, an answer? Those are opened by a click and are text.
bool is_collapsed_section(const HtmlPage& page, std::uint32_t index) {
  static constexpr std::array<std::string_view, 12> openers{"accordion", "collaps", "toggle",  "expand",
                                                            "tabpanel",  "tab-",    "panel",   "faq",
                                                            "answer",    "drawer",  "section", "read-more"};
  static constexpr std::array<std::string_view, 8> others{"modal",  "popup",   "dialog", "cookie",
                                                          "mobile", "desktop", "menu",   "print"};
  if (text_bytes(page, index, collapsed_text) < collapsed_text) return false;
  pugi::xml_node node = page.nodes()[index].node;
  pugi::xml_node before = node.previous_sibling();
  while (before && before.type() != pugi::node_element) before = before.previous_sibling();
  if (before && (before.attribute("aria-expanded") || before.attribute("aria-controls"))) return true;
  std::string marks;
  for (int up = 0; up < ancestors_asked && node.type() == pugi::node_element; ++up, node = node.parent()) {
    for (const char* name : {"class", "id", "role"}) marks += squeezed(node.attribute(name).value()) + ' ';
  }
  return has_any(marks, openers) && !has_any(marks, others);
}

bool is_screen_reader_only(std::string_view classes) {
  static constexpr std::array<std::string_view, 8> names{"sr-only",        "visually-hidden", "screen-reader-text",
                                                         "visuallyhidden", "screenreader",    "sr_only",
                                                         "a11y-hidden",    "u-hiddenvisually"};
  return has_any(squeezed(classes), names) && classes.find("focusable") == std::string_view::npos;
}

bool is_hidden(const HtmlPage& page, std::uint32_t index) {
  const pugi::xml_node node = page.nodes()[index].node;
  bool hidden = false, decoration = false, reader_only = false;
  for (const pugi::xml_attribute attribute : node.attributes()) {
    const std::string_view name = attribute.name();
    if (name == "hidden") {
      hidden = true;
    } else if (name == "style") {
      const std::string style = squeezed(attribute.value());
      hidden = hidden || style.find("display:none") != std::string::npos ||
               style.find("visibility:hidden") != std::string::npos;
    } else if (name == "aria-hidden") {
      decoration = std::string_view(attribute.value()) == "true";
    } else if (name == "class") {
      reader_only = is_screen_reader_only(attribute.value());
    }
  }
  if (hidden && !is_collapsed_section(page, index)) return true;
  const std::string_view tag = node.name();
  if (reader_only && (tag == "span" || tag == "a" || tag == "div")) return true;
  return decoration && (tag == "a" || tag == "span" || tag == "i") && text_bytes(page, index, icon_text) < icon_text;
}

}  // namespace

void leave_out_hidden(const HtmlPage& page, LeftOut& left_out) {
  const auto& nodes = page.nodes();
  for (std::uint32_t i = 0; i < nodes.size();) {
    const bool element = nodes[i].node.type() == pugi::node_element;
    if (element && !left_out[i] && i != page.body() && nodes[i].node.first_attribute() && is_hidden(page, i))
      left_out[i] = true;
    i = left_out[i] ? nodes[i].end : i + 1;
  }
}

}  // namespace smallprint
