#include "storage/sqlite/clauses.h"

#include <algorithm>

#include "storage/hash.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/layout.h"

namespace smallprint::sqlite {
namespace {

constexpr std::size_t group_bytes = std::size_t{64} << 10;

}  // namespace

const ClauseGroup& ClauseGroups::of(Connection& connection, std::int64_t id) {
  const auto known = std::find_if(groups_.begin(), groups_.end(), [id](const ClauseGroup& group) {
    return id >= group.first && id < group.first + static_cast<std::int64_t>(group.bodies.size());
  });
  if (known != groups_.end()) {
    groups_.splice(groups_.begin(), groups_, known);
    return groups_.front();
  }
  auto query = connection.query("SELECT first, data FROM clause_group WHERE first <= ? ORDER BY first DESC LIMIT 1");
  ClauseGroup group;
  if (query.bind(id).step()) {
    auto bytes = decode_any(query.text(1), {});
    if (bytes) group = {query.number(0), decode_texts(*bytes)};
  }
  if (id >= group.first + static_cast<std::int64_t>(group.bodies.size())) {
    throw Failure{{ErrorCode::damaged, "a clause is missing or does not decode"}};
  }
  groups_.push_front(std::move(group));
  if (groups_.size() > most_groups) groups_.pop_back();
  return groups_.front();
}

const std::string& clause_body(Connection& connection, std::int64_t id) {
  const ClauseGroup& group = connection.clauses().of(connection, id);
  return group.bodies[static_cast<std::size_t>(id - group.first)];
}

Clause read_clause(Connection& connection, std::int64_t id) {
  Clause clause;
  if (!decode_clause(clause_body(connection, id), clause)) {
    throw Failure{{ErrorCode::damaged, "a clause is missing or does not decode"}};
  }
  return clause;
}

std::int64_t short_hash(std::string_view body) {
  const Sha256 hash = sha256(body);
  std::int64_t number = 0;
  for (int i = 0; i < 6; ++i) number = number << 8 | hash[static_cast<std::size_t>(i)];
  return number;
}

std::optional<std::int64_t> find_clause(Connection& connection, std::string_view body) {
  auto query = connection.query("SELECT id FROM clause_hash WHERE hash = ?");
  query.bind(short_hash(body));
  while (query.step()) {
    if (clause_body(connection, query.number(0)) == body) return query.number(0);
  }
  return std::nullopt;
}

ClauseAppender::ClauseAppender(SQLite::Database& database, std::int64_t next_id)
    : put_hash_(database, "INSERT INTO clause_hash VALUES (?, ?)"),
      put_words_(database, "INSERT INTO clause_words (rowid, text) VALUES (?, ?)"),
      put_group_(database, "INSERT INTO clause_group VALUES (?, ?, ?)"),
      first_(next_id) {
  if (next_id != 0) return;
  SQLite::Statement last(database, "SELECT first + length(words) FROM clause_group ORDER BY first DESC LIMIT 1");
  first_ = last.executeStep() ? last.getColumn(0).getInt64() : 1;
}

std::int64_t ClauseAppender::add(std::string_view body, std::string_view text, std::size_t words) {
  const std::int64_t id = first_ + static_cast<std::int64_t>(words_.size());
  words_.push_back(static_cast<char>(std::min<std::size_t>(words, 255)));
  append_text(body, packed_);
  put_hash_.reset();
  put_hash_.bind(1, short_hash(body));
  put_hash_.bind(2, id);
  put_hash_.exec();
  put_words_.reset();
  put_words_.bind(1, id);
  put_words_.bind(2, std::string(text));
  put_words_.exec();
  if (packed_.size() >= group_bytes) flush();
  return id;
}

void ClauseAppender::flush() {
  if (words_.empty()) return;
  const std::string data = encoder_.encode(packed_, {}, Effort::often);
  put_group_.reset();
  put_group_.bind(1, first_);
  put_group_.bind(2, words_.data(), static_cast<int>(words_.size()));
  put_group_.bind(3, data.data(), static_cast<int>(data.size()));
  put_group_.exec();
  first_ += static_cast<std::int64_t>(words_.size());
  words_.clear();
  packed_.clear();
}

}  // namespace smallprint::sqlite
