#include "fetcher/extract/tags.h"

#include <algorithm>
#include <array>

namespace smallprint {
namespace {

struct Entry {
  std::string_view name;
  Tag tag;
};

constexpr auto table = [] {
  std::array<Entry, 72> entries{{
      {"address", Tag::block},    {"article", Tag::block}, {"aside", Tag::block},     {"blockquote", Tag::quote},
      {"body", Tag::block},       {"caption", Tag::block}, {"center", Tag::block},    {"dd", Tag::block},
      {"details", Tag::block},    {"dialog", Tag::block},  {"dir", Tag::list},        {"div", Tag::block},
      {"dl", Tag::block},         {"dt", Tag::block},      {"fieldset", Tag::block},  {"figcaption", Tag::block},
      {"figure", Tag::block},     {"footer", Tag::block},  {"form", Tag::block},      {"h1", Tag::heading},
      {"h2", Tag::heading},       {"h3", Tag::heading},    {"h4", Tag::heading},      {"h5", Tag::heading},
      {"h6", Tag::heading},       {"header", Tag::block},  {"hgroup", Tag::block},    {"hr", Tag::block},
      {"html", Tag::block},       {"legend", Tag::block},  {"li", Tag::item},         {"main", Tag::block},
      {"menu", Tag::list},        {"nav", Tag::block},     {"ol", Tag::ordered_list}, {"p", Tag::block},
      {"pre", Tag::preformatted}, {"section", Tag::block}, {"summary", Tag::summary}, {"table", Tag::table},
      {"tbody", Tag::block},      {"td", Tag::cell},       {"tfoot", Tag::block},     {"th", Tag::header_cell},
      {"thead", Tag::table_head}, {"tr", Tag::row},        {"ul", Tag::list},         {"search", Tag::block},
      {"b", Tag::strong},         {"strong", Tag::strong}, {"i", Tag::emphasis},      {"em", Tag::emphasis},
      {"cite", Tag::emphasis},    {"dfn", Tag::emphasis},  {"code", Tag::code},       {"kbd", Tag::code},
      {"samp", Tag::code},        {"tt", Tag::code},       {"a", Tag::link},          {"br", Tag::line_break},
      {"q", Tag::quotation},      {"head", Tag::none},     {"input", Tag::none},      {"select", Tag::none},
      {"textarea", Tag::none},    {"script", Tag::none},   {"style", Tag::none},      {"template", Tag::none},
      {"noscript", Tag::none},    {"svg", Tag::none},      {"img", Tag::none},        {"iframe", Tag::none},
  }};
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}();

}  // namespace

Tag tag_of(std::string_view name) {
  const auto* found = std::lower_bound(table.begin(), table.end(), name,
                                       [](const Entry& entry, std::string_view n) { return entry.name < n; });
  return found != table.end() && found->name == name ? found->tag : Tag::inline_;
}

}  // namespace smallprint
