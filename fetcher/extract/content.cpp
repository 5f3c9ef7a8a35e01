#include "fetcher/extract/content.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fetcher/extract/tags.h"

// The idea of judging blocks by the share of their text that is in links: C. Kohlschütter, P. Fankhauser, W. Nejdl,
// "Boilerplate Detection using Shallow Text Features", WSDM 2010.

namespace smallprint {
namespace {

constexpr double nearly_all = 0.80;  ///< of the text: the child that holds so much is the content
constexpr double too_much_to_drop =
    0.4;  ///< of the page's text: what holds so much is no boilerplate, whatever its name
constexpr double mostly_links = 0.6;
constexpr double long_text = 500;        ///< bytes; so much, letter by letter, is not said twice
constexpr std::size_t short_text = 600;  ///< bytes; a block of links that is longer is a part of the document

struct Measure {
  double text = 0;       ///< bytes that are seen
  double linked = 0;     ///< of these, in links that leave the page
  double sentences = 0;  ///< characters that end or divide sentences
  [[nodiscard]] double plain() const { return text - linked; }
};

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

bool contains_any(std::string_view text, const auto& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view w) { return text.find(w) != std::string_view::npos; });
}

/// A name's words, in one string with blanks around each: "siteFooter nav-bar" → " site footer nav bar ".
std::string words_of(std::string_view names) {
  std::string out = " ";
  bool lower_before = false;
  for (const char c : names) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool letter = upper || (c >= 'a' && c <= 'z');
    if (upper && lower_before) out.push_back(' ');
    out.push_back(letter ? static_cast<char>(c | 0x20) : ' ');
    lower_before = letter && !upper;
  }
  out.push_back(' ');
  return out;
}

/// Boilerplate by what the page itself says of the element: its tag, its role, the words of its class and id.
bool is_boilerplate(pugi::xml_node node) {
  static constexpr std::array<std::string_view, 4> tags{"nav", "footer", "aside", "dialog"};
  static constexpr std::array<std::string_view, 10> roles{"navigation", "banner",      "contentinfo", "complementary",
                                                          "dialog",     "alertdialog", "search",      "menu",
                                                          "menubar",    "alert"};
  static constexpr std::array<std::string_view, 27> names{
      " nav ",     " navbar ",  " navigation ", " menu ",       " footer ",    " breadcrumb ", " breadcrumbs ",
      " sidebar ", " sidenav ", " cookie ",     " cookies ",    " consent ",   " onetrust ",   " gdpr ",
      " share ",   " social ",  " sharing ",    " newsletter ", " subscribe ", " related ",    " popup ",
      " modal ",   " skip ",    " toolbar ",    " masthead ",   " feedback ",  " chat "};
  const std::string_view tag = node.name();
  if (std::find(tags.begin(), tags.end(), tag) != tags.end()) return true;
  const std::string_view role = node.attribute("role").value();
  if (!role.empty() && std::find(roles.begin(), roles.end(), role) != roles.end()) return true;
  const Tag kind = tag_of(tag);
  if (kind != Tag::block && kind != Tag::list && kind != Tag::inline_) return false;
  return contains_any(words_of(std::string(node.attribute("class").value()) + " " + node.attribute("id").value()),
                      names);
}

/// A page's own header holds the site's name and menu; an article's holds its title.
bool is_page_header(pugi::xml_node node) {
  if (std::string_view(node.name()) != "header") return false;
  for (pugi::xml_node up = node.parent(); up.type() == pugi::node_element; up = up.parent()) {
    const std::string_view tag = up.name();
    if (tag == "main" || tag == "article" || tag == "section" || lowered(up.attribute("role").value()) == "main")
      return false;
  }
  return true;
}

class Finder {
 public:
  Finder(const HtmlPage& page, LeftOut& left_out) : nodes_(page.nodes()), body_(page.body()), left_out_(left_out) {}

  Region find() {
    measure();
    drop_boilerplate();
    drop_copies();
    measure();
    const std::uint32_t root = descend(start());
    drop_link_blocks(root);
    return {root, nodes_[root].end};
  }

 private:
  /// Fills measures_ for every node with all that is inside it. Children come after their parents, so one pass from the
  /// end adds each node to its parent.
  void measure() {
    measures_.assign(nodes_.size(), {});
    std::vector<bool> in_link(nodes_.size(), false);
    std::vector<bool> gone(nodes_.size(), false);
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
      const std::uint32_t parent = nodes_[i].parent;
      gone[i] = left_out_[i] || (i > 0 && gone[parent]);
      in_link[i] = i > 0 && in_link[parent];
      if (gone[i]) continue;
      if (nodes_[i].node.type() == pugi::node_element) {
        const std::string_view tag = nodes_[i].node.name();
        if (tag_of(tag) == Tag::none) gone[i] = true;
        if (tag == "button") in_link[i] = true;
        if (tag == "a") {
          const std::string_view href = nodes_[i].node.attribute("href").value();
          in_link[i] = !href.empty() && href.front() != '#';
        }
        continue;
      }
      Measure& own = measures_[i];
      for (const char* c = nodes_[i].node.value(); *c != '\0'; ++c) {
        if (static_cast<unsigned char>(*c) <= ' ') continue;
        own.text += 1;
        if (*c == '.' || *c == ',' || *c == ';') own.sentences += 1;
      }
      if (in_link[i]) own.linked = own.text;
    }
    for (std::size_t i = nodes_.size(); i-- > 1;) {
      Measure& parent = measures_[nodes_[i].parent];
      parent.text += measures_[i].text;
      parent.linked += measures_[i].linked;
      parent.sentences += measures_[i].sentences;
    }
  }

  void drop_boilerplate() {
    const double whole = measures_[body_].plain();
    for (std::uint32_t i = body_ + 1; i < nodes_.size();) {
      if (nodes_[i].node.type() == pugi::node_element && !left_out_[i] &&
          measures_[i].plain() < too_much_to_drop * whole &&
          (is_boilerplate(nodes_[i].node) || is_page_header(nodes_[i].node))) {
        left_out_[i] = true;
      }
      i = left_out_[i] ? nodes_[i].end : i + 1;
    }
  }

  /// The same long text a second time: a copy for another width of screen, of which style sheets show one.
  void drop_copies() {
    constexpr std::uint64_t base = 0x9E3779B97F4A7C15U;
    std::vector<std::uint64_t> prefix(nodes_.size() + 1, 0), power(nodes_.size() + 1, 1);
    std::vector<std::uint32_t> texts(nodes_.size() + 1, 0);  // before each node; power[k] is base to the k
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const bool text = measures_[i].text > 0 && nodes_[i].node.type() == pugi::node_pcdata;
      prefix[i + 1] = text ? prefix[i] * base + std::hash<std::string_view>()(nodes_[i].node.value()) : prefix[i];
      texts[i + 1] = texts[i] + (text ? 1 : 0);
      power[i + 1] = power[i] * base;
    }
    std::unordered_map<std::uint64_t, std::uint32_t> first;
    for (std::uint32_t i = body_ + 1; i < nodes_.size();) {
      if (!left_out_[i] && nodes_[i].node.type() == pugi::node_element && measures_[i].text >= long_text) {
        const std::uint32_t end = nodes_[i].end;
        const std::uint64_t hash = prefix[end] - prefix[i] * power[texts[end] - texts[i]];
        const auto [entry, added] = first.try_emplace(hash, i);
        if (!added && nodes_[entry->second].end <= i) left_out_[i] = true;
      }
      i = left_out_[i] ? nodes_[i].end : i + 1;
    }
  }

  /// The one <main>, or the element with that role, where it holds most of the text.
  [[nodiscard]] std::uint32_t start() const {
    std::uint32_t best = body_;
    for (std::uint32_t i = body_ + 1; i < nodes_.size(); ++i) {
      if (nodes_[i].node.type() != pugi::node_element || left_out_[i]) continue;
      const std::string_view tag = nodes_[i].node.name();
      if (tag != "main" && std::string_view(nodes_[i].node.attribute("role").value()) != "main") continue;
      if (measures_[i].plain() > 0.5 * measures_[body_].plain()) best = i;
    }
    return best;
  }

  [[nodiscard]] std::uint32_t descend(std::uint32_t at) const {
    for (;;) {
      std::uint32_t best = at;
      for (std::uint32_t i = at + 1; i < nodes_[at].end; i = nodes_[i].end) {
        if (nodes_[i].node.type() != pugi::node_element || left_out_[i]) continue;
        const Tag tag = tag_of(nodes_[i].node.name());
        if (tag == Tag::list || tag == Tag::ordered_list || tag == Tag::none) continue;
        if (measures_[i].plain() >= nearly_all * measures_[at].plain() && measures_[i].plain() > 0) best = i;
      }
      if (best == at) return at;
      at = best;
    }
  }

  /// Blocks of links to other pages: language menus, related documents, share buttons.
  void drop_link_blocks(std::uint32_t root) {
    for (std::uint32_t i = root + 1; i < nodes_[root].end;) {
      bool drop = false;
      if (nodes_[i].node.type() == pugi::node_element && !left_out_[i]) {
        const Tag tag = tag_of(nodes_[i].node.name());
        const Measure& own = measures_[i];
        drop = (tag == Tag::list || tag == Tag::block) && own.text > 0 && own.text < short_text &&
               own.linked > mostly_links * own.text && own.sentences < 2 + own.text / 60 && links_in(i) > 2;
      }
      if (drop) left_out_[i] = true;
      i = left_out_[i] ? nodes_[i].end : i + 1;
    }
  }

  [[nodiscard]] int links_in(std::uint32_t index) const {
    int links = 0;
    for (std::uint32_t i = index; i < nodes_[index].end && links < 3; ++i) {
      if (nodes_[i].node.type() == pugi::node_element && std::string_view(nodes_[i].node.name()) == "a") ++links;
    }
    return links;
  }

  const std::vector<HtmlNode>& nodes_;
  std::uint32_t body_;
  LeftOut& left_out_;
  std::vector<Measure> measures_;
};

}  // namespace

Region find_content(const HtmlPage& page, LeftOut& left_out) { return Finder(page, left_out).find(); }

}  // namespace smallprint
