// CSS selectors over a page: Selectors Level 3, and of Level 4 :is, :where, :not() and :has() with lists,
// :nth-child(… of …) and the flags of attribute selectors. https://www.w3.org/TR/selectors-4/
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "fetcher/extract/html.h"
#include "model/result.h"

namespace smallprint {

namespace css {
struct SelectorList;
}

/// Compiled once, used on any page from any thread.
class Selector {
 public:
  /// Error: bad_input, with the byte position where it stops being a selector.
  static Result<Selector> compile(std::string_view text);

  /// The elements that match, as indexes into page.nodes(), in document order. Error: limit, where the selector needs
  /// more than a fixed number of steps on this page.
  [[nodiscard]] Result<std::vector<std::uint32_t>> select(const HtmlPage& page) const;

 private:
  explicit Selector(std::shared_ptr<const css::SelectorList> list) : list_(std::move(list)) {}
  std::shared_ptr<const css::SelectorList> list_;
};

}  // namespace smallprint
