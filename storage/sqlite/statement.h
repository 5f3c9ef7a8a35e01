// Builds a SELECT from optional conditions; values are always bound, never part of the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "storage/queries.h"
#include "storage/sqlite/database.h"

namespace smallprint::sqlite {

class Select {
 public:
  explicit Select(std::string head) : text_(std::move(head)) {}
  using Value = std::variant<std::int64_t, std::string>;

  /// `condition` has a ? for each value.
  template <class... Values>
  Select& where(std::string_view condition, Values&&... values) {
    text_ += values_any_ ? " AND " : " WHERE ";
    values_any_ = true;
    text_ += condition;
    (values_.push_back(to_value(values)), ...);
    return *this;
  }
  Select& tail(std::string_view text, std::int64_t value) {
    text_ += text;
    values_.emplace_back(value);
    return *this;
  }
  Query run(Connection& connection) const;

 private:
  static Value to_value(std::string_view text) { return std::string(text); }
  template <class Integer>
  requires std::is_integral_v<Integer>
  static Value to_value(Integer number) { return static_cast<std::int64_t>(number); }
  std::string text_;
  bool values_any_ = false;
  std::vector<Value> values_;
};

/// Cursors are numbers, or a text: opaque to callers. Throw bad_input where a cursor is neither.
struct Cursor {
  std::int64_t first = 0, second = 0, third = 0;
};
std::string format_cursor(Cursor cursor);
Cursor parse_cursor(std::string_view text);

/// Fetches one more than the page holds to know whether there is a next one; cuts it off and sets `next`.
template <class T, class Make>
void finish_page(PageOf<T>& page, std::size_t limit, Make&& cursor_of_last) {
  if (page.items.size() <= limit) return;
  page.items.resize(limit);
  page.next = cursor_of_last(limit - 1);
}

}  // namespace smallprint::sqlite
