#include "fetcher/extract/html.h"

#include <gumbo.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include "fetcher/extract/html_guard.h"
#include "fetcher/extract/parse_arena.h"

namespace smallprint {
namespace {

constexpr std::size_t max_page = 32U << 20;
constexpr std::size_t max_parse_memory = std::size_t{1} << 30;
constexpr std::chrono::milliseconds max_parse_time{10000};

/// Elements whose content is no text of the page.
bool is_opaque(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_NOSCRIPT:
    case GUMBO_TAG_SVG:
    case GUMBO_TAG_MATH:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_NOFRAMES:
    case GUMBO_TAG_NOEMBED:
    case GUMBO_TAG_OBJECT:
    case GUMBO_TAG_CANVAS:
    case GUMBO_TAG_AUDIO:
    case GUMBO_TAG_VIDEO:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_TEXTAREA:
    case GUMBO_TAG_DATALIST: return true;
    default: return false;
  }
}

std::string unknown_name(const GumboElement& element) {
  GumboStringPiece piece = element.original_tag;
  gumbo_tag_from_original_text(&piece);
  std::string name(piece.data == nullptr ? "" : piece.data, piece.data == nullptr ? 0 : piece.length);
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return name.empty() ? "unknown" : name;
}

pugi::xml_node append_element(pugi::xml_node parent, const GumboElement& element) {
  pugi::xml_node node = parent.append_child(pugi::node_element);
  if (element.tag == GUMBO_TAG_UNKNOWN) {
    node.set_name(unknown_name(element).c_str());
  } else {
    node.set_name(gumbo_normalized_tagname(element.tag));
  }
  for (unsigned i = 0; i < element.attributes.length; ++i) {
    const auto* attribute = static_cast<const GumboAttribute*>(element.attributes.data[i]);
    node.append_attribute(attribute->name).set_value(attribute->value);
  }
  return node;
}

}  // namespace

Result<HtmlPage> HtmlPage::parse(std::string_view utf8) {
  if (utf8.size() > max_page) return Error{ErrorCode::limit, "the page is longer than 32 MB"};
  std::string guarded;
  if (guard_html(utf8, guarded)) utf8 = guarded;
  ParseArena arena(max_parse_memory, max_parse_time);
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = &ParseArena::allocate;
  options.deallocator = &ParseArena::release;
  options.userdata = &arena;
  options.max_errors = 0;
  // Nothing with a destructor is made between here and the parse: longjmp may come back.
  if (setjmp(arena.exit()) != 0) return Error{ErrorCode::limit, "the page needs too much memory or time to parse"};
  const GumboOutput* output = gumbo_parse_with_options(&options, utf8.data(), utf8.size());

  HtmlPage page;
  page.tree_ = std::make_unique<pugi::xml_document>();
  page.nodes_.reserve(utf8.size() / 40 + 16);
  struct Open {
    const GumboVector* children;
    unsigned next;
    std::uint32_t index;
    pugi::xml_node node;
  };
  std::vector<Open> open;
  const auto enter = [&](const GumboNode* source, pugi::xml_node parent, std::uint32_t parent_index) {
    const auto index = static_cast<std::uint32_t>(page.nodes_.size());
    const pugi::xml_node node = append_element(parent, source->v.element);
    page.nodes_.push_back({node, parent_index, index + 1});
    if (source->v.element.tag == GUMBO_TAG_BODY && page.body_ == 0) page.body_ = index;
    if (!is_opaque(source->v.element.tag)) open.push_back({&source->v.element.children, 0, index, node});
  };
  enter(output->root, page.tree_->root(), 0);
  while (!open.empty()) {
    if (open.back().next == open.back().children->length) {
      page.nodes_[open.back().index].end = static_cast<std::uint32_t>(page.nodes_.size());
      open.pop_back();
      continue;
    }
    const auto* child = static_cast<const GumboNode*>(open.back().children->data[open.back().next++]);
    Open parent = open.back();
    switch (child->type) {
      case GUMBO_NODE_ELEMENT:
      case GUMBO_NODE_TEMPLATE: enter(child, parent.node, parent.index); break;
      case GUMBO_NODE_TEXT:
      case GUMBO_NODE_WHITESPACE:
      case GUMBO_NODE_CDATA: {
        const auto index = static_cast<std::uint32_t>(page.nodes_.size());
        pugi::xml_node text = parent.node.append_child(pugi::node_pcdata);
        text.set_value(child->v.text.text);
        page.nodes_.push_back({text, parent.index, index + 1});
        break;
      }
      default: break;
    }
  }
  return page;
}

}  // namespace smallprint
