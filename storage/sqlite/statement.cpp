#include "storage/sqlite/statement.h"

#include <charconv>

namespace smallprint::sqlite {

Query Select::run(Connection& connection) const {
  struct Binder {
    Query& query;
    void operator()(std::int64_t number) const { query.bind(number); }
    void operator()(const std::string& text) const { query.bind(text); }
  };
  Query query = connection.query(text_);
  for (const Value& value : values_) std::visit(Binder{query}, value);
  return query;
}

std::string format_cursor(Cursor cursor) { return std::to_string(cursor.first) + "." + std::to_string(cursor.second); }

Cursor parse_cursor(std::string_view text) {
  Cursor cursor;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, cursor.first);
  if (first.ec == std::errc{} && first.ptr != end && *first.ptr == '.') {
    const auto second = std::from_chars(first.ptr + 1, end, cursor.second);
    if (second.ec == std::errc{} && second.ptr == end) return cursor;
  }
  throw Failure{{ErrorCode::bad_input, "the cursor is not one that this archive gave"}};
}

}  // namespace smallprint::sqlite
