#include "storage/sqlite/database.h"

#include <sqlite3.h>

#include <chrono>
#include <exception>
#include <thread>

#include "storage/sqlite/migrate.h"

namespace smallprint::sqlite {
namespace {

constexpr int busy_timeout_ms = 10'000;

/// A process that was killed while it made the file left a journal, which only a writer may play back.
void recover(const std::string& path) {
  SQLite::Database(path, SQLite::OPEN_READWRITE, busy_timeout_ms).execAndGet("PRAGMA user_version");
}

/// Where another process makes the same file at this moment SQLite says so at once, whatever the timeout.
void use_write_ahead_log(SQLite::Database& database) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds{busy_timeout_ms};
  for (;;) {
    try {
      database.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (const SQLite::Exception& error) {
      if (error.getErrorCode() != SQLITE_BUSY || std::chrono::steady_clock::now() >= until) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
}

}  // namespace

Query::~Query() {
  if (statement_ == nullptr) return;
  statement_->tryReset();
  statement_->clearBindings();
}

void Query::bind_one(std::string_view text) {
  // SQLite copies: the view may end before the statement does. SQLiteCpp's own bind would copy once more.
  statement_->bind(next_++, std::string(text));
}

void Query::bind_one(Blob bytes) {
  statement_->bindNoCopy(next_++, bytes.bytes.empty() ? "" : bytes.bytes.data(), static_cast<int>(bytes.bytes.size()));
}

Connection::Connection(const std::string& path, bool read_only)
    : database_(path, read_only ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
                busy_timeout_ms) {
  database_.exec("PRAGMA cache_size = -32768");
  database_.exec("PRAGMA temp_store = MEMORY");
  if (!read_only) {
    // In WAL mode NORMAL keeps the file consistent through a power cut; what was committed in the last moment before it
    // may be gone, never half there. A killed process loses nothing.
    database_.exec("PRAGMA synchronous = NORMAL");
    // Pages that many transactions of an import touch are brought over once for all of them.
    database_.exec("PRAGMA wal_autocheckpoint = 16384");
    // References are declared, and walked by verify; checking each at every insert would cost a fifth of an import.
    database_.exec("PRAGMA foreign_keys = OFF");
  }
}

Query Connection::query(std::string_view sql) {
  Prepared*& place = by_place_[sql.data()];
  if (place == nullptr || place->sql != sql) {
    const auto known = statements_.find(sql);
    if (known != statements_.end()) {
      place = known->second.get();
    } else {
      std::string text(sql);
      SQLite::Statement statement(database_, text);
      auto prepared = std::make_unique<Prepared>(Prepared{std::move(text), std::move(statement)});
      place = prepared.get();
      statements_.emplace(place->sql, std::move(prepared));
    }
  }
  return Query(place->statement);
}

Pool::Lease::~Lease() {
  const std::lock_guard lock(pool_.mutex_);
  pool_.idle_.push_back(std::move(connection_));
}

Pool::Lease Pool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return {*this, std::move(connection)};
    }
  }
  return {*this, std::make_unique<Connection>(path_, true)};
}

Error caught() {
  try {
    throw;
  } catch (const Failure& failure) {
    return failure.error;
  } catch (const SQLite::Exception& error) {
    switch (error.getErrorCode()) {
      case SQLITE_CORRUPT:
      case SQLITE_NOTADB: return {ErrorCode::damaged, std::string("the archive is damaged: ") + error.what()};
      case SQLITE_CONSTRAINT:
        return {ErrorCode::damaged, std::string("the archive contradicts itself: ") + error.what()};
      case SQLITE_FULL: return {ErrorCode::unavailable, "the archive cannot be written: the disk is full"};
      case SQLITE_READONLY: return {ErrorCode::unavailable, "the archive is read-only"};
      case SQLITE_BUSY:
      case SQLITE_LOCKED: return {ErrorCode::unavailable, "the archive is locked by another process"};
      case SQLITE_CANTOPEN: return {ErrorCode::unavailable, "the archive cannot be opened"};
      default: return {ErrorCode::unavailable, std::string("the archive: ") + error.what()};
    }
  } catch (const std::exception& error) {
    return {ErrorCode::internal, std::string("the archive: ") + error.what()};
  } catch (...) {
    return {ErrorCode::internal, "the archive: unknown failure"};
  }
}

void prepare_file(const std::string& path, bool read_only) {
  try {
    SQLite::Database database(path, read_only ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
                              busy_timeout_ms);
    // Deltas and layouts are some kilobytes each: larger pages keep them out of overflow chains. Of a new file only.
    if (!read_only) {
      database.exec("PRAGMA page_size = 8192");
      use_write_ahead_log(database);
    }
    try {
      migrate(database, read_only);
    } catch (const SQLite::Exception& error) {
      if (!read_only || error.getErrorCode() != SQLITE_READONLY) throw;
      recover(path);
      migrate(database, read_only);
    }
  } catch (const SQLite::Exception& error) {
    if (error.getErrorCode() == SQLITE_CANTOPEN) {
      throw Failure{{ErrorCode::unavailable,
                     "cannot open the archive '" + path +
                         "': " + (read_only ? "there is no such file" : "the folder is missing or not writable")}};
    }
    if (error.getErrorCode() == SQLITE_NOTADB)
      throw Failure{{ErrorCode::damaged, "'" + path + "' is no smallprint archive"}};
    throw;
  }
}

}  // namespace smallprint::sqlite
