#include "fetcher/extract/html_guard.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace smallprint {
namespace {

constexpr std::size_t max_depth = 512;  // as Blink and WebKit

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool among(std::string_view name, const auto& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Never open, or closed by what follows: these do not nest by themselves.
bool nests(std::string_view name) {
  static constexpr std::array<std::string_view, 36> flat{
      "area",    "base",  "br",     "col",   "embed", "hr",    "img",    "input",    "link",
      "meta",    "param", "source", "track", "wbr",   "p",     "li",     "dt",       "dd",
      "td",      "th",    "tr",     "thead", "tbody", "tfoot", "option", "optgroup", "colgroup",
      "caption", "html",  "head",   "body",  "rt",    "rp",    "keygen", "frame",    "image"};
  return !among(name, flat);
}

/// Elements whose content is text up to their end tag.
bool is_raw(std::string_view name) {
  static constexpr std::array<std::string_view, 8> raw{"script", "style",  "textarea", "title",
                                                       "xmp",    "iframe", "noembed",  "noframes"};
  return among(name, raw);
}

/// Inside vector graphics and formulas "/>" closes an element, unless it is one of these, which leave them.
bool leaves_foreign(std::string_view name) {
  static constexpr std::array<std::string_view, 24> names{
      "b",  "big", "blockquote", "center", "code", "div",  "dl", "em",  "font", "h1",     "h2", "h3",
      "h4", "h5",  "h6",         "i",      "menu", "nobr", "ol", "pre", "span", "strong", "ul", "table"};
  return among(name, names);
}

struct TagText {
  std::string name;  ///< in lower case
  std::size_t end = 0;
  bool closing = false;
  bool slash = false;  ///< ends with "/>"
};

/// Reads the tag at `at` ("<" and a letter, or "</" and a letter).
TagText tag_at(std::string_view html, std::size_t at) {
  TagText tag;
  std::size_t i = at + 1;
  tag.closing = html[i] == '/';
  if (tag.closing) ++i;
  for (; i < html.size() && !is_space(html[i]) && html[i] != '>' && html[i] != '/'; ++i) {
    if (tag.name.size() < 16) tag.name.push_back(static_cast<char>(is_letter(html[i]) ? html[i] | 0x20 : html[i]));
  }
  while (i < html.size() && html[i] != '>') {
    if ((html[i] == '"' || html[i] == '\'') && html[i - 1] == '=') {
      i = std::min(html.find(html[i], i + 1), html.size() - 1);
    }
    ++i;
  }
  tag.slash = i < html.size() && html[i - 1] == '/';
  tag.end = std::min(i + 1, html.size());
  return tag;
}

}  // namespace

bool bound_depth(std::string_view html, std::string& out) {
  std::size_t copied = 0, depth = 0, dropped = 0, foreign = 0;
  bool changed = false;
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at)) {
    if (html.substr(at).starts_with("<!--")) {
      at = html.find("-->", at + 2);
      if (at == std::string_view::npos) break;
      continue;
    }
    const bool start = at + 1 < html.size() && is_letter(html[at + 1]);
    const bool end = at + 2 < html.size() && html[at + 1] == '/' && is_letter(html[at + 2]);
    if (!start && !end) {
      ++at;
      continue;
    }
    const TagText tag = tag_at(html, at);
    bool drop = false;
    if (tag.closing) {
      if (nests(tag.name)) {
        drop = dropped > 0;
        if (drop) {
          --dropped;
        } else if (depth > 0) {
          --depth;
        }
        if ((tag.name == "svg" || tag.name == "math") && foreign > 0) --foreign;
      }
    } else if (is_raw(tag.name) && foreign == 0) {
      const std::string closing = "</" + tag.name;
      std::size_t i = tag.end;
      const auto same = [](char a, char b) { return (is_letter(a) ? a | 0x20 : a) == b; };
      for (; i + closing.size() <= html.size(); ++i) {
        i = html.find('<', i);
        if (i == std::string_view::npos || i + closing.size() > html.size()) break;
        const std::string_view found = html.substr(i, closing.size());
        if (std::equal(found.begin(), found.end(), closing.begin(), same)) break;
      }
      if (i >= html.size() || i + closing.size() > html.size()) break;
      at = tag_at(html, i).end;
      continue;
    } else if (nests(tag.name) && !(foreign > 0 && tag.slash && !leaves_foreign(tag.name))) {
      if (leaves_foreign(tag.name)) foreign = 0;
      drop = depth >= max_depth;
      if (drop) {
        ++dropped;
      } else {
        ++depth;
      }
      if (!drop && (tag.name == "svg" || tag.name == "math")) ++foreign;
    }
    if (drop) {
      out.append(html, copied, at - copied);
      copied = tag.end;
      changed = true;
    }
    at = tag.end;
  }
  if (changed) out.append(html, copied);
  return changed;
}

}  // namespace smallprint
