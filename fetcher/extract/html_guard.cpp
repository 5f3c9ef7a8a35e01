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
  static constexpr std::array<std::string_view, 44> names{
      "b",  "big",   "blockquote", "body",    "br",     "center", "code", "dd",    "div", "dl",   "dt",
      "em", "embed", "font",       "h1",      "h2",     "h3",     "h4",   "h5",    "h6",  "head", "hr",
      "i",  "img",   "li",         "listing", "menu",   "meta",   "nobr", "ol",    "p",   "pre",  "ruby",
      "s",  "small", "span",       "strong",  "strike", "sub",    "sup",  "table", "tt",  "u",    "ul"};
  return among(name, names) || name == "var";
}

/// Inside these elements of graphics and formulas stands HTML again.
bool holds_html(std::string_view name) {
  static constexpr std::array<std::string_view, 9> names{
      "foreignobject", "desc", "title", "mi", "mo", "mn", "ms", "mtext", "annotation-xml"};
  return among(name, names);
}

/// Inside these a <script> may be another element, or none.
constexpr std::array<std::string_view, 3> doubtful{"svg", "math", "select"};

struct TagText {
  std::string name;  ///< in lower case, its beginning
  std::size_t end = 0;
  bool closing = false;
  bool slash = false;  ///< closes itself
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
  const auto skip_space = [&] {
    while (i < html.size() && is_space(html[i])) ++i;
  };
  while (i < html.size() && html[i] != '>') {
    tag.slash = html[i] == '/';
    if (tag.slash || is_space(html[i])) {
      ++i;
      continue;
    }
    ++i;  // an attribute's name may begin with "="
    while (i < html.size() && !is_space(html[i]) && html[i] != '=' && html[i] != '>' && html[i] != '/') ++i;
    skip_space();
    if (i >= html.size() || html[i] != '=') continue;
    ++i;
    skip_space();
    if (i >= html.size() || html[i] == '>') break;
    if (html[i] == '"' || html[i] == '\'') {
      i = std::min(html.find(html[i], i + 1), html.size() - 1) + 1;
    } else {
      while (i < html.size() && !is_space(html[i]) && html[i] != '>') ++i;
    }
  }
  tag.end = std::min(i + 1, html.size());
  return tag;
}

/// Does a tag of this name begin at `at`, after "<" or "</"?
bool names_tag(std::string_view html, std::size_t at, std::string_view name) {
  if (at + name.size() >= html.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if ((is_letter(html[at + i]) ? html[at + i] | 0x20 : html[at + i]) != name[i]) return false;
  }
  const char next = html[at + name.size()];
  return is_space(next) || next == '/' || next == '>';
}

/// Where the end tag of an element begins whose content is text, or npos.
std::size_t raw_end(std::string_view html, std::size_t at, std::string_view name) {
  for (at = html.find("</", at); at != std::string_view::npos; at = html.find("</", at + 2)) {
    if (names_tag(html, at + 2, name)) return at;
  }
  return at;
}

/// The same for a script: inside "<!--" a "<script>" has its own end, as old pages hide theirs.
std::size_t script_end(std::string_view html, std::size_t at) {
  constexpr std::string_view name = "script";
  bool comment = false, nested = false;
  for (; at < html.size(); ++at) {
    at = html.find_first_of(comment ? "<-" : "<", at);
    if (at == std::string_view::npos) return at;
    if (html[at] == '-') {
      if (html.substr(at).starts_with("-->")) comment = nested = false;
    } else if (!comment && html.substr(at).starts_with("<!--")) {
      comment = true;
      ++at;  // "<!-->" ends already
    } else if (html.substr(at).starts_with("</") && names_tag(html, at + 2, name)) {
      if (!nested) return at;
      nested = false;
    } else if (comment && names_tag(html, at + 1, name)) {
      nested = true;
    }
  }
  return std::string_view::npos;
}

/// The end of what begins with "<!", "<?" or "</" and is no tag; npos where it has none.
std::size_t end_of_declaration(std::string_view html, std::size_t at, bool graphics) {
  if (html.substr(at).starts_with("<!--")) {
    const std::size_t content = at + 4;
    for (at = html.find("--", at + 2); at != std::string_view::npos; at = html.find("--", at + 1)) {
      if (html.substr(at + 2).starts_with(">") || (at >= content && html.substr(at + 2).starts_with("!>"))) break;
    }
    return at;
  }
  if (graphics && html.substr(at).starts_with("<![CDATA[")) return html.find("]]>", at);
  return html.find('>', at);
}

/// Where the tokenizer's state depends on the open elements, and so is not surely known without building the tree.
class Doubt {
 public:
  /// A start tag; `raw`: of an element whose content is text in HTML.
  void start(const TagText& tag, bool raw, bool foreign) {
    const bool was_graphic = in_graphic();
    if (in_doubt() && raw) {
      // Directly in graphics these are elements like any other.
      const bool known = was_graphic && plain_ && foreign && open_[2] == 0 &&
                         (tag.name == "title" || tag.name == "style" || tag.name == "script");
      for_good_ = for_good_ || !known;
    }
    if (was_graphic && (leaves_foreign(tag.name) || holds_html(tag.name))) {
      plain_ = false;
      returns_with_ = tag.name == "title" || tag.name == "desc" ? tag.name : std::string();
    }
    const std::size_t which = index(tag.name);
    if (which < 2 && !was_graphic) plain_ = true;
    if (which < open_.size() && !(which < 2 && tag.slash)) ++open_[which];
    template_ = template_ || tag.name == "template";
    for_good_ = for_good_ || tag.name == "frameset" || tag.name == "plaintext" || (template_ && tag.name == "col");
  }
  void end(const TagText& tag) {
    if (!returns_with_.empty() && tag.name == returns_with_) {
      plain_ = true;
      returns_with_.clear();
    }
    const std::size_t which = index(tag.name);
    if (which < 2 && in_graphic() && !plain_) for_good_ = true;
    if (which < open_.size() && open_[which] > 0) --open_[which];
  }
  [[nodiscard]] bool in_graphic() const { return open_[0] + open_[1] > 0; }
  [[nodiscard]] bool in_doubt() const { return for_good_ || in_graphic() || open_[2] > 0; }

 private:
  static std::size_t index(std::string_view name) {
    return static_cast<std::size_t>(std::find(doubtful.begin(), doubtful.end(), name) - doubtful.begin());
  }
  std::array<std::size_t, doubtful.size()> open_{};
  std::string returns_with_;  ///< the element at whose end there are graphics again
  bool plain_ = true;         ///< in graphics: nothing that stood there may be HTML
  bool template_ = false, for_good_ = false;
};

}  // namespace

bool guard_html(std::string_view html, std::string& out) {
  std::size_t copied = 0, depth = 0, dropped = 0, foreign = 0;
  Doubt doubt;
  const auto leave_out = [&](std::size_t begin, std::size_t end) {
    if (copied == 0) out.reserve(out.size() + html.size());
    out.append(html, copied, begin - copied);
    copied = end;
  };
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at)) {
    const char first = at + 1 < html.size() ? html[at + 1] : ' ';
    const bool start = is_letter(first);
    const bool end = first == '/' && at + 2 < html.size() && is_letter(html[at + 2]);
    if (!start && !end) {
      ++at;
      if (first != '!' && first != '?' && first != '/') continue;
      at = end_of_declaration(html, at - 1, doubt.in_graphic());
      if (at == std::string_view::npos) break;
      continue;
    }
    const TagText tag = tag_at(html, at);
    const bool graphic = tag.name == "svg" || tag.name == "math";
    bool drop = false;
    if (tag.closing) {
      doubt.end(tag);
      if (nests(tag.name)) {
        drop = dropped > 0;
        if (drop) {
          --dropped;
        } else if (depth > 0) {
          --depth;
        }
        if (graphic && foreign > 0) --foreign;
      }
      if (drop) leave_out(at, tag.end);
      at = tag.end;
      continue;
    }
    const bool raw = is_raw(tag.name);
    doubt.start(tag, raw, foreign > 0);
    if (raw && foreign == 0) {
      const bool script = tag.name == "script";
      const std::size_t content_end = script ? script_end(html, tag.end) : raw_end(html, tag.end, tag.name);
      if (content_end == std::string_view::npos) break;
      const bool never_text = (script || tag.name == "style") && !doubt.in_doubt();
      if (never_text && content_end > tag.end) leave_out(tag.end, content_end);
      at = tag_at(html, content_end).end;
      continue;
    }
    if (nests(tag.name) && !(tag.slash && (graphic || (foreign > 0 && !leaves_foreign(tag.name))))) {
      if (leaves_foreign(tag.name)) foreign = 0;
      drop = depth >= max_depth;
      if (drop) {
        ++dropped;
      } else {
        ++depth;
      }
      if (!drop && graphic) ++foreign;
    } else if (leaves_foreign(tag.name)) {
      foreign = 0;
    }
    if (drop) leave_out(at, tag.end);
    at = tag.end;
  }
  if (copied > 0) out.append(html, copied);
  return copied > 0;
}

}  // namespace smallprint
