// One connection to the SQLite file, with its prepared statements; and the pool that readers take one from.
//
// Threads: a Connection belongs to one thread at a time. Exceptions of SQLiteCpp stop in guard().
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/result.h"
#include "storage/sqlite/clauses.h"

namespace smallprint::sqlite {

/// A prepared statement in use: bound by position from 1, reset and unbound at the end of the scope.
class Query {
 public:
  explicit Query(SQLite::Statement& statement) : statement_(&statement) {}
  Query(Query&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)), next_(other.next_) {}
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  /// Binds in order. A string_view is bound as text; blob() marks bytes.
  struct Blob {
    std::string_view bytes;
  };
  template <class... Values>
  Query& bind(const Values&... values) {
    (bind_one(values), ...);
    return *this;
  }
  bool step() { return statement_->executeStep(); }
  void run() { statement_->exec(); }

  [[nodiscard]] std::int64_t number(int column) const { return statement_->getColumn(column).getInt64(); }
  [[nodiscard]] bool null(int column) const { return statement_->isColumnNull(column); }
  /// Text or bytes, copied.
  [[nodiscard]] std::string text(int column) const { return statement_->getColumn(column).getString(); }

 private:
  void bind_one(std::string_view text);
  void bind_one(Blob bytes);
  void bind_one(std::nullptr_t) { statement_->bind(next_++); }
  template <class Integer>
  requires std::is_integral_v<Integer>
  void bind_one(Integer value) { statement_->bind(next_++, static_cast<std::int64_t>(value)); }

  SQLite::Statement* statement_;
  int next_ = 1;
};

inline Query::Blob blob(std::string_view bytes) { return {bytes}; }

class Connection {
 public:
  Connection(const std::string& path, bool read_only);
  /// The statement for this text, prepared at its first use.
  Query query(std::string_view sql);
  SQLite::Database& database() { return database_; }
  ClauseGroups& clauses() { return clauses_; }

 private:
  SQLite::Database database_;
  ClauseGroups clauses_;
  struct Prepared {
    std::string sql;
    SQLite::Statement statement;
  };
  std::map<std::string_view, std::unique_ptr<Prepared>> statements_;  ///< the key views Prepared::sql
  std::unordered_map<const char*, Prepared*> by_place_;               ///< where a text was last seen: mostly a literal
};

/// Connections for reading; grows to the number of threads that read at once.
class Pool {
 public:
  explicit Pool(std::string path) : path_(std::move(path)) {}
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection) : pool_(pool), connection_(std::move(connection)) {}
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Connection& operator*() { return *connection_; }
    Connection* operator->() { return connection_.get(); }

   private:
    Pool& pool_;
    std::unique_ptr<Connection> connection_;
  };
  Lease take();

 private:
  const std::string path_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

/// Thrown inside this folder only: an Error on its way to guard().
struct Failure {
  Error error;
};

/// Turns what is being thrown into an Error. Call it in a catch (...) block.
Error caught();

/// Runs `work` and turns what it throws into an Error.
template <class Work>
auto guard(Work&& work) -> Result<decltype(work())> {
  try {
    if constexpr (std::is_void_v<decltype(work())>) {
      work();
      return {};
    } else {
      return work();
    }
  } catch (...) {
    return caught();
  }
}

/// Opens or makes the file, sets it up, and brings its schema up to date. Throws.
void prepare_file(const std::string& path, bool read_only);

}  // namespace smallprint::sqlite
