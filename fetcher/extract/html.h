// A page of HTML as a browser's parser reads it: gumbo parses, a pugixml tree holds it, a flat list orders it.
#pragma once

#include <cstdint>
#include <memory>
#include <pugixml.hpp>
#include <string_view>
#include <vector>

#include "model/result.h"

namespace smallprint {

/// A node of the page. Nodes are in document order, so that [index, end) is a node with all that is inside it: nothing
/// that walks a page needs recursion.
struct HtmlNode {
  pugi::xml_node node;  ///< an element or text
  std::uint32_t parent = 0;
  std::uint32_t end = 0;
};

/// Owns its tree; immutable once parsed, so threads may share it.
class HtmlPage {
 public:
  /// `utf8` is valid UTF-8. What is never text (scripts, styles, templates, vector graphics) is left out, but the
  /// elements themselves are there. Error: limit, for a page that needs more memory, time or depth than is allowed.
  static Result<HtmlPage> parse(std::string_view utf8);

  /// nodes()[0] is the document's root element.
  [[nodiscard]] const std::vector<HtmlNode>& nodes() const { return nodes_; }
  /// The index of the body, or of the root where there is none.
  [[nodiscard]] std::uint32_t body() const { return body_; }

 private:
  HtmlPage() = default;
  std::unique_ptr<pugi::xml_document> tree_;
  std::vector<HtmlNode> nodes_;
  std::uint32_t body_ = 0;
};

}  // namespace smallprint
