// Distinct clauses, once each, in compressed groups: a clause's id is its group's first id and its place in it. What
// was written together is mostly read together.
//
// Threads: as the connection's. Throws Failure (damaged) where a clause is missing or does not decode.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/document.h"
#include "storage/codec.h"

namespace smallprint::sqlite {

class Connection;

/// The encodings of clauses that stand together.
struct ClauseGroup {
  std::int64_t first = 0;
  std::vector<std::string> bodies;
};

/// The groups that a connection decoded last. A group that was written never changes.
class ClauseGroups {
 public:
  /// The group that holds a clause.
  const ClauseGroup& of(Connection& connection, std::int64_t id);
  /// After what was written was taken back.
  void forget() { groups_.clear(); }

 private:
  static constexpr std::size_t most_groups = 32;  ///< of 64 KiB
  std::list<ClauseGroup> groups_;                 ///< latest first
};

Clause read_clause(Connection& connection, std::int64_t id);
/// Its encoding, see model/document.h.
const std::string& clause_body(Connection& connection, std::int64_t id);

/// What clauses are found by: 48 bits of a hash over the encoding. Equal hashes do not prove equal clauses.
std::int64_t short_hash(std::string_view body);
/// The id of the clause with this encoding, where the archive has it.
std::optional<std::int64_t> find_clause(Connection& connection, std::string_view body);

/// Gives new clauses their ids and writes them, some at a time.
class ClauseAppender {
 public:
  /// Ids go on after the last, or from `next_id`, where it is set.
  explicit ClauseAppender(SQLite::Database& database, std::int64_t next_id = 0);
  /// Returns the id. Not to be found before flush().
  std::int64_t add(std::string_view body, std::string_view text, std::size_t words);
  /// Writes what was added. Call it at the end.
  void flush();

 private:
  SQLite::Statement put_hash_, put_words_, put_group_;
  Encoder encoder_;
  std::int64_t first_ = 0;
  std::string packed_, words_;
};

}  // namespace smallprint::sqlite
