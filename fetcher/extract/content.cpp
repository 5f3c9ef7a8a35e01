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
constexpr double long_text = 500;           ///< bytes; so much, letter by letter, is not said twice
constexpr double long_sentence = 80;        ///< bytes of one run of text: prose, not a menu's entry
constexpr double own_prose = 300;           ///< bytes of prose beside the largest child: it is not all of the content
constexpr double prose_share = 0.03;        ///< of the prose: less beside the largest child is a teaser
constexpr double enough_left = 800;         ///< bytes: what must be left of a page without its consent dialog
constexpr std::size_t consent_text = 2500;  ///< bytes; a longer block with a button to accept is no banner
constexpr std::size_t title_text = 160;     ///< bytes; a longer heading is no title
constexpr double mostly_plain = 0.3;        ///< of a text may be links where it is prose
constexpr double date_text = 60;            ///< bytes; a longer text is no mere date
constexpr std::size_t short_text = 600;     ///< bytes; a block of links that is longer is a part of the document

struct Measure {
  double text = 0;       ///< bytes that are seen
  double linked = 0;     ///< of these, in links that leave the page
  double sentences = 0;  ///< characters that end or divide sentences
  double prose = 0;      ///< of the text, in long runs with sentences
  double controls = 0;   ///< buttons and boxes to tick
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

/// What a button of a consent banner says, in lower case.
bool says_consent(std::string_view text) {
  static constexpr std::array<std::string_view, 36> labels{"accept",
                                                           "allow all",
                                                           "allow cookies",
                                                           "allow",
                                                           "agree",
                                                           "i agree",
                                                           "i accept",
                                                           "got it",
                                                           "reject",
                                                           "decline",
                                                           "deny",
                                                           "cookie settings",
                                                           "cookie preferences",
                                                           "cookie-einstellungen",
                                                           "manage cookies",
                                                           "manage preferences",
                                                           "necessary only",
                                                           "only necessary",
                                                           "accepter",
                                                           "tout accepter",
                                                           "refuser",
                                                           "tout refuser",
                                                           "akzeptieren",
                                                           "alle akzeptieren",
                                                           "ablehnen",
                                                           "alle ablehnen",
                                                           "zustimmen",
                                                           "nur notwendige",
                                                           "aceptar",
                                                           "rechazar",
                                                           "accetta",
                                                           "rifiuta",
                                                           "alles accepteren",
                                                           "accepteren",
                                                           "weigeren",
                                                           "aceitar"};
  if (text.size() >= 60) return false;
  return std::any_of(labels.begin(), labels.end(), [&](std::string_view label) {
    // "Accept all", but not "Acceptance of these terms".
    return text.starts_with(label) && (text.size() == label.size() || text[label.size()] == ' ');
  });
}

bool speaks_of_cookies(std::string_view text) {
  static constexpr std::array<std::string_view, 6> subjects{"cookie",  "traceurs",     "tracking technolog",
                                                            "consent", "einwilligung", "consentimiento"};
  return contains_any(text, subjects);
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

  std::vector<Region> find() {
    measure();
    drop_consent();
    drop_boilerplate();
    drop_copies();
    measure();
    const std::uint32_t root = descend(start());
    drop_link_blocks(root);
    std::vector<Region> regions = beginning_before(root);
    regions.push_back({root, nodes_[root].end});
    return regions;
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
        if (is_control(nodes_[i].node)) measures_[i].controls += 1;
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
      if (!in_link[i] && own.text >= long_sentence && own.sentences > 0) own.prose = own.text;
    }
    for (std::size_t i = nodes_.size(); i-- > 1;) {
      Measure& parent = measures_[nodes_[i].parent];
      parent.text += measures_[i].text;
      parent.linked += measures_[i].linked;
      parent.sentences += measures_[i].sentences;
      parent.prose += measures_[i].prose;
      parent.controls += measures_[i].controls;
    }
  }

  static bool is_control(pugi::xml_node node) {
    const std::string_view tag = node.name();
    if (tag == "button" || std::string_view(node.attribute("role").value()) == "button") return true;
    if (tag != "input") return false;
    const std::string_view type = node.attribute("type").value();
    return type == "checkbox" || type == "button" || type == "submit";
  }

  /// The text inside a node in lower case, up to `most` bytes.
  [[nodiscard]] std::string text_in(std::uint32_t index, std::size_t most) const {
    std::string text;
    for (std::uint32_t i = index; i < nodes_[index].end && text.size() < most;) {
      if (left_out_[i]) {
        i = nodes_[i].end;
        continue;
      }
      if (nodes_[i].node.type() == pugi::node_pcdata) {
        for (const char* c = nodes_[i].node.value(); *c != '\0' && text.size() < most; ++c) {
          const bool blank = static_cast<unsigned char>(*c) <= ' ';
          if (blank && (text.empty() || text.back() == ' ')) continue;
          text.push_back(blank ? ' ' : *c >= 'A' && *c <= 'Z' ? static_cast<char>(*c + 32) : *c);
        }
      }
      ++i;
    }
    return text;
  }

  /// Banners and dialogs that ask for consent, whatever they are named: a button that says so in a short block that
  /// speaks of cookies; and dialogs with boxes to tick, however long, where enough of the page is left without them.
  void drop_consent() {
    const double whole = measures_[body_].plain();
    for (std::uint32_t i = body_ + 1; i < nodes_.size();) {
      if (nodes_[i].node.type() == pugi::node_element && !left_out_[i]) {
        if (is_consent_dialog(i) && whole - measures_[i].plain() >= enough_left) {
          left_out_[i] = true;
        } else if (is_control(nodes_[i].node) && !opens_section(i) && says_consent(text_in(i, 64))) {
          drop_banner_around(i, whole);
        }
      }
      i = left_out_[i] ? nodes_[i].end : i + 1;
    }
  }

  [[nodiscard]] bool is_consent_dialog(std::uint32_t index) const {
    static constexpr std::array<std::string_view, 10> names{" modal ",  " dialog ",     " popup ",       " overlay ",
                                                            " banner ", " preference ", " preferences ", " consent ",
                                                            " cky ",    " cookiebot "};
    if (measures_[index].controls < 2) return false;
    const pugi::xml_node node = nodes_[index].node;
    const std::string_view role = node.attribute("role").value();
    const std::string words =
        words_of(std::string(node.attribute("class").value()) + " " + node.attribute("id").value());
    if (role != "dialog" && role != "alertdialog" && !contains_any(words, names)) return false;
    return speaks_of_cookies(words) || speaks_of_cookies(text_in(index, 400));
  }

  /// The largest block around a button that is still short, and is about cookies.
  void drop_banner_around(std::uint32_t button, double whole) {
    std::uint32_t banner = 0;
    for (std::uint32_t up = nodes_[button].parent; up > body_; up = nodes_[up].parent) {
      if (measures_[up].text > consent_text || measures_[up].plain() > too_much_to_drop * whole) break;
      const std::string_view tag = nodes_[up].node.name();
      if (tag == "main" || tag == "article") break;
      if (measures_[up].text > 0) banner = up;
    }
    if (banner != 0 && measures_[banner].controls >= 1 && speaks_of_cookies(text_in(banner, consent_text)) &&
        !has_heading_of_document(banner)) {
      left_out_[banner] = true;
    }
  }

  /// Is the button the title of a section that it opens?
  [[nodiscard]] bool opens_section(std::uint32_t button) const {
    const pugi::xml_node node = nodes_[button].node;
    return node.attribute("aria-expanded") || node.attribute("aria-controls") ||
           tag_of(nodes_[nodes_[button].parent].node.name()) == Tag::heading;
  }

  /// A banner has no first-level heading.
  [[nodiscard]] bool has_heading_of_document(std::uint32_t index) const {
    for (std::uint32_t i = index; i < nodes_[index].end; ++i) {
      if (std::string_view(nodes_[i].node.name()) == "h1") return true;
    }
    return false;
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
      double beside = 0;
      for (std::uint32_t i = at + 1; i < nodes_[at].end; i = nodes_[i].end) {
        if (left_out_[i]) continue;
        const bool element = nodes_[i].node.type() == pugi::node_element;
        const Tag tag = element ? tag_of(nodes_[i].node.name()) : Tag::inline_;
        if (element && tag != Tag::list && tag != Tag::ordered_list && tag != Tag::none && measures_[i].plain() > 0 &&
            measures_[i].plain() >= nearly_all * measures_[at].plain()) {
          best = i;
        } else {
          beside += measures_[i].prose;
        }
      }
      if (best == at || beside >= std::max(own_prose, prose_share * measures_[at].prose)) return at;
      at = best;
    }
  }

  /// What stands before the content and outside of it and is the document's beginning: its title, a date beside it, and
  /// the prose between the title and the content. Nothing where the content has a title of its own.
  [[nodiscard]] std::vector<Region> beginning_before(std::uint32_t root) const {
    std::vector<Region> regions;
    for (std::uint32_t i = root; i < nodes_[root].end; ++i) {
      if (!left_out_[i] && heading_level(i) == 1) return regions;
    }
    std::uint32_t title = 0, date = 0;
    for (std::uint32_t i = body_ + 1; i < root;) {
      const int level = left_out_[i] ? 0 : heading_level(i);
      const bool better = title == 0 || level == 1 || heading_level(title) != 1;
      if (level >= 1 && level <= 3 && better && nodes_[i].end <= root && measures_[i].text > 2 &&
          measures_[i].text < title_text && measures_[i].linked < 0.5 * measures_[i].text) {
        title = i;
      }
      i = left_out_[i] ? nodes_[i].end : i + 1;
    }
    if (title == 0) return regions;
    for (std::uint32_t i = nodes_[title].end; i < root;) {
      if (!left_out_[i] && nodes_[i].end > root) {
        ++i;  // holds the content too
        continue;
      }
      const Measure& own = measures_[i];
      const bool is_prose = own.prose > 0 && own.linked < mostly_plain * own.text;
      if (!left_out_[i] && own.controls == 0 && (is_prose || is_date(i))) regions.push_back({i, nodes_[i].end});
      i = nodes_[i].end;
    }
    // A smaller heading is the title only of a text that begins below it.
    const bool begins =
        std::any_of(regions.begin(), regions.end(), [&](const Region& r) { return measures_[r.begin].prose > 0; });
    if (heading_level(title) != 1 && !begins) return {};
    regions.insert(regions.begin(), {title, nodes_[title].end});
    for (std::uint32_t i = body_ + 1; i < title;) {  // the last text before the title
      if (!left_out_[i] && measures_[i].text > 0 && nodes_[i].end <= title) date = i;
      i = left_out_[i] || is_date(i) ? nodes_[i].end : i + 1;
    }
    if (date != 0 && is_date(date)) regions.insert(regions.begin(), {date, nodes_[date].end});
    return regions;
  }

  [[nodiscard]] int heading_level(std::uint32_t index) const {
    const std::string_view tag = nodes_[index].node.name();
    return tag.size() == 2 && tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6' ? tag[1] - '0' : 0;
  }

  /// A short text with a year in it: "Last updated March 19, 2024".
  [[nodiscard]] bool is_date(std::uint32_t index) const {
    const Measure& own = measures_[index];
    if (own.text < 4 || own.text > date_text || own.linked > 0 || own.controls > 0) return false;
    const std::string text = text_in(index, 2 * static_cast<std::size_t>(date_text));
    std::size_t digits = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
      const bool digit = i < text.size() && text[i] >= '0' && text[i] <= '9';
      if (!digit && digits == 4 && (text[i - 4] == '2' || text[i - 4] == '1')) return true;
      digits = digit ? digits + 1 : 0;
    }
    return false;
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

std::vector<Region> find_content(const HtmlPage& page, LeftOut& left_out) { return Finder(page, left_out).find(); }

}  // namespace smallprint
