// Opening, documents and marks: what is read and written outside of versions.
#include "storage/archive.h"

#include <algorithm>
#include <utility>

#include "storage/sqlite/schedule_rows.h"
#include "storage/sqlite/sqlite_archive.h"
#include "storage/sqlite/sqlite_writer.h"

namespace smallprint {

Result<std::unique_ptr<Archive>> open_archive(std::string_view url, const OpenOptions& options) {
  constexpr std::string_view scheme = "sqlite:";
  if (!url.starts_with(scheme) || url.size() == scheme.size()) {
    return Error{ErrorCode::bad_input, "'" + std::string(url) + "' is no archive: use sqlite:PATH"};
  }
  return sqlite::guard([&]() -> std::unique_ptr<Archive> {
    return std::make_unique<sqlite::SqliteArchive>(std::string(url.substr(scheme.size())), options.read_only);
  });
}

namespace sqlite {
namespace {

/// A batch keeps its transaction open so long, and at most a tenth of the time since it began: an import's commits
/// touch the same pages of the indexes over and over.
constexpr std::chrono::steady_clock::duration gather_for = std::chrono::milliseconds{400};

Error lost_batch() {
  return {ErrorCode::unavailable, "what was written in the last moment before the first error is lost: try again"};
}

}  // namespace

SqliteArchive::SqliteArchive(const std::string& path, bool read_only)
    : path_(path), read_only_(read_only), readers_(path) {
  prepare_file(path, read_only);
}

Connection& SqliteArchive::writing() {
  if (read_only_) throw Failure{{ErrorCode::unavailable, "the archive was opened read-only"}};
  if (!writing_) writing_ = std::make_unique<Connection>(path_, false);
  return *writing_;
}

SqliteArchive::Transaction::Transaction(SqliteArchive& archive) : archive_(archive) {
  if (archive_.batch_lost_) throw Failure{lost_batch()};
  SQLite::Database& database = archive_.writing().database();
  if (!archive_.open_) {
    database.exec("BEGIN IMMEDIATE");
    archive_.open_ = true;
    archive_.opened_at_ = std::chrono::steady_clock::now();
  }
  changes_before_ = database.getTotalChanges();
}

void SqliteArchive::Transaction::done(Gather gather, Readers readers) {
  const auto now = std::chrono::steady_clock::now();
  const bool full = now - archive_.opened_at_ >= std::min(gather_for, (now - archive_.batch_begun_at_) / 10);
  if (!archive_.batching_ || gather == Gather::no || full)
    archive_.commit_open(archive_.batching_ ? Readers::see : readers);
  done_ = true;
}

// Work that failed before it wrote anything takes nothing of the batch with it.
SqliteArchive::Transaction::~Transaction() {
  SQLite::Database& database = archive_.writing_->database();
  if (done_ || (archive_.batching_ && database.getTotalChanges() == changes_before_)) return;
  database.tryExec("ROLLBACK");
  archive_.open_ = false;
  archive_.batch_lost_ = archive_.batching_;
}

void SqliteArchive::commit_open(Readers readers) {
  if (readers == Readers::see) {
    writing_->query("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'revision'").run();
  }
  writing_->database().exec("COMMIT");
  open_ = false;
}

void SqliteArchive::begin_batch() {
  const std::lock_guard lock(write_mutex_);
  batching_ = true;
  batch_begun_at_ = std::chrono::steady_clock::now();
}

Result<void> SqliteArchive::end_batch() {
  return guard([&] {
    const std::lock_guard lock(write_mutex_);
    batching_ = false;
    if (std::exchange(batch_lost_, false)) throw Failure{lost_batch()};
    if (!open_) return;
    Transaction transaction(*this);
    transaction.done(Gather::no, Readers::see);
  });
}

Result<std::uint64_t> SqliteArchive::revision() const {
  return guard([&] {
    auto connection = readers_.take();
    auto query = connection->query("SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'revision'");
    return query.step() ? static_cast<std::uint64_t>(query.number(0)) : std::uint64_t{0};
  });
}

Result<void> SqliteArchive::put_document(const NewDocument& document) {
  return guard([&] { in_transaction([&](Connection& connection) { put_document_row(connection, document); }); });
}

Result<std::unique_ptr<DocumentWriter>> SqliteArchive::write(const DocumentId& document) {
  {
    const std::lock_guard lock(writers_mutex_);
    if (!writers_.insert(document).second) {
      return Error{ErrorCode::conflict, document + " is being written already"};
    }
  }
  auto writer =
      guard([&]() -> std::unique_ptr<DocumentWriter> { return std::make_unique<SqliteWriter>(*this, document); });
  if (!writer) release(document);
  return writer;
}

void SqliteArchive::release(const DocumentId& document) {
  const std::lock_guard lock(writers_mutex_);
  writers_.erase(document);
}

Result<std::optional<std::string>> SqliteArchive::mark(std::string_view name) const {
  return guard([&]() -> std::optional<std::string> {
    auto connection = readers_.take();
    auto query = connection->query("SELECT value FROM meta WHERE name = ?");
    if (!query.bind("mark:" + std::string(name)).step()) return std::nullopt;
    return query.text(0);
  });
}

Result<void> SqliteArchive::set_mark(std::string_view name, std::string_view value) {
  return guard([&] {
    in_transaction([&](Connection& connection) {
      connection.query("INSERT OR REPLACE INTO meta VALUES (?, ?)").bind("mark:" + std::string(name), value).run();
    });
  });
}

}  // namespace sqlite
}  // namespace smallprint
