// A copy of the whole file as it stood at one moment, by SQLite's online backup.
#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "storage/sqlite/sqlite_archive.h"

namespace smallprint::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr int pages_at_once = 1024;  ///< of 8 KiB: progress moves, and the copy is not slowed

/// One moment of the archive, for as long as it lives: what is written meanwhile is not seen.
class ReadTransaction {
 public:
  explicit ReadTransaction(SQLite::Database& database) : database_(database) {
    database_.exec("BEGIN");
    database_.execAndGet("SELECT count(*) FROM sqlite_schema");  // the moment is that of the first reading
  }
  ~ReadTransaction() { database_.tryExec("ROLLBACK"); }
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

 private:
  SQLite::Database& database_;
};

std::string there_is(const std::string& path) { return "'" + path + "' exists already; a back-up replaces no file"; }

/// A file that is written and not whole yet; removed unless it becomes what it was written for.
class PartialFile {
 public:
  explicit PartialFile(const fs::path& path) : whole_(path), partial_(path.string() + ".part") { remove(); }
  ~PartialFile() { remove(); }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;
  [[nodiscard]] std::string name() const { return partial_.string(); }
  /// Never replaces a file, not even one that was made in this moment.
  void finish() {
    if (::link(partial_.c_str(), whole_.c_str()) == 0) return;
    if (errno == EEXIST) throw Failure{{ErrorCode::conflict, there_is(whole_.string())}};
    std::error_code error;  // a file system without hard links
    fs::rename(partial_, whole_, error);
    if (error) {
      throw Failure{{ErrorCode::unavailable, "cannot write '" + whole_.string() + "': " + error.message()}};
    }
  }

 private:
  void remove() {
    std::error_code ignored;
    for (const char* suffix : {"", "-journal", "-wal", "-shm"}) fs::remove(partial_.string() + suffix, ignored);
  }
  fs::path whole_, partial_;
};

[[noreturn]] void fail_writing(const std::string& path, const SQLite::Exception& error) {
  const int code = error.getErrorCode();
  const char* why = code == SQLITE_CANTOPEN ? "the folder is missing or not writable"
                    : code == SQLITE_FULL   ? "the disk is full"
                                            : error.what();
  throw Failure{{ErrorCode::unavailable, "cannot write '" + path + "': " + why}};
}

}  // namespace

Result<void> SqliteArchive::backup(const std::string& path, void (*progress)(std::uint64_t, std::uint64_t, void*),
                                   void* context) const {
  return guard([&] {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(path, ignored))) {
      throw Failure{{ErrorCode::conflict, there_is(path)}};
    }
    auto reader = readers_.take();
    const ReadTransaction moment(reader->database());
    PartialFile file(path);
    try {
      SQLite::Database copy(file.name(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
      SQLite::Backup copying(copy, reader->database());
      while (copying.executeStep(pages_at_once) != SQLITE_DONE) {
        const auto total = static_cast<std::uint64_t>(copying.getTotalPageCount());
        if (progress != nullptr) {
          progress(total - static_cast<std::uint64_t>(copying.getRemainingPageCount()), total, context);
        }
      }
    } catch (const SQLite::Exception& error) {
      if (error.getErrorCode() == SQLITE_CORRUPT || error.getErrorCode() == SQLITE_NOTADB) throw;
      fail_writing(path, error);
    }
    try {  // one file that needs no other beside it
      SQLite::Database copy(file.name(), SQLite::OPEN_READWRITE);
      copy.execAndGet("PRAGMA journal_mode = DELETE");
    } catch (const SQLite::Exception& error) {
      fail_writing(path, error);
    }
    file.finish();
  });
}

}  // namespace smallprint::sqlite
