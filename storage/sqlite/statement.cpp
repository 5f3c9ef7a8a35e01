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

std::string format_cursor(Cursor cursor) {
  return std::to_string(cursor.first) + "." + std::to_string(cursor.second) + "." + std::to_string(cursor.third);
}

Cursor parse_cursor(std::string_view text) {
  Cursor cursor;
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto take = [&](std::int64_t& number) {
    const auto taken = std::from_chars(at, end, number);
    at = taken.ptr;
    return taken.ec == std::errc{};
  };
  const auto dot = [&] { return at != end && *at++ == '.'; };
  if (take(cursor.first) && dot() && take(cursor.second) && dot() && take(cursor.third) && at == end) return cursor;
  throw Failure{{ErrorCode::bad_input, "the cursor is not one that this archive gave"}};
}

}  // namespace smallprint::sqlite
