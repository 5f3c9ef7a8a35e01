// How entries of the chain are stored, and read from the rows that they cover. Throws what SQLite throws.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>

#include "storage/chain.h"
#include "storage/sqlite/database.h"

namespace smallprint::sqlite {

/// Makes records from rows, with statements prepared once. `database` must outlive it.
class RecordReader {
 public:
  explicit RecordReader(const SQLite::Database& database);
  /// The record of a version as its rows are now; `observation` 0 for none. What is missing is empty in it.
  ChainRecord read(std::int64_t version, std::uint64_t sequence, std::int64_t observation);

 private:
  SQLite::Statement version_, pages_, visit_;
};

/// What is to be appended: row ids, and the record without its sequence.
struct NewEntry {
  std::int64_t version = 0, observation = 0;  ///< 0: no visit made it
  ChainRecord record;
};
void append_entry(Connection& connection, NewEntry& entry);

/// In a migration: builds the chain over the versions there are. One whose old entry does not follow from it gets a
/// record of zeros: what was damaged before stays found.
void build_chain(SQLite::Database& database);

}  // namespace smallprint::sqlite
