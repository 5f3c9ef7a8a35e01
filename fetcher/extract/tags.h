// What the elements of HTML mean for the text of a page.
#pragma once

#include <cstdint>
#include <string_view>

namespace smallprint {

enum class Tag : std::uint8_t {
  inline_,  ///< and every element that is not known
  block,
  heading,
  ordered_list,
  list,
  item,
  quote,
  table,
  table_head,
  row,
  cell,
  header_cell,
  preformatted,
  code,
  strong,
  emphasis,
  link,
  line_break,
  summary,
  quotation,
  none  ///< never text: form controls, head
};

Tag tag_of(std::string_view name);

}  // namespace smallprint
