// Opening, documents, marks and the schedule: what is read and written outside of versions.
#include "storage/archive.h"

#include <algorithm>
#include <utility>

#include "storage/sqlite/layout.h"
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

std::int64_t seconds_of(Timestamp time) { return time.time_since_epoch().count(); }

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

void SqliteArchive::Transaction::done(Gather gather) {
  const auto now = std::chrono::steady_clock::now();
  const bool full = now - archive_.opened_at_ >= std::min(gather_for, (now - archive_.batch_begun_at_) / 10);
  if (!archive_.batching_ || gather == Gather::no || full) archive_.commit_open();
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

void SqliteArchive::commit_open() {
  writing_->query("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'revision'").run();
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
    transaction.done(Gather::no);
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
  return guard([&] {
    auto parts = parse_document_id(document.id);
    if (!parts) throw Failure{parts.error()};
    const std::string service(parts->service);
    in_transaction([&](Connection& connection) {
      {
        auto query = connection.query("SELECT name FROM service WHERE slug = ?");
        if (query.bind(service).step() && query.text(0) != document.service_name) {
          throw Failure{{ErrorCode::conflict, "the services '" + query.text(0) + "' and '" + document.service_name +
                                                  "' would have the same address '" + service + "'"}};
        }
      }
      connection.query("INSERT OR IGNORE INTO service (slug, name) VALUES (?, ?)")
          .bind(service, document.service_name)
          .run();
      connection
          .query(
              "INSERT INTO document (key, service_id, terms_type, type_slug, region, urls) "
              "VALUES (?, (SELECT id FROM service WHERE slug = ?), ?, ?, ?, ?) "
              "ON CONFLICT(key) DO UPDATE SET terms_type = excluded.terms_type, region = excluded.region, "
              "urls = CASE WHEN excluded.urls = '' THEN urls ELSE excluded.urls END")
          .bind(document.id, service, document.terms_type, parts->terms_type, document.region,
                join_lines(document.urls))
          .run();
    });
  });
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

Result<std::vector<DueDocument>> SqliteArchive::claim_due(Timestamp now, std::size_t limit,
                                                          std::chrono::seconds lease) {
  return guard([&] {
    return in_transaction([&](Connection& connection) {
      std::vector<DueDocument> due;
      std::vector<std::int64_t> ids;
      {
        auto query = connection.query(
            "SELECT id, key, etag, last_modified, interval FROM document WHERE next_visit_at <= ? AND lease_until <= ? "
            "ORDER BY next_visit_at LIMIT ?");
        query.bind(seconds_of(now), seconds_of(now), limit);
        while (query.step()) {
          ids.push_back(query.number(0));
          due.push_back({query.text(1), query.text(2), query.text(3), std::chrono::seconds{query.number(4)}});
        }
      }
      for (const std::int64_t id : ids) {
        connection.query("UPDATE document SET lease_until = ? WHERE id = ?").bind(seconds_of(now + lease), id).run();
      }
      return due;
    });
  });
}

Result<void> SqliteArchive::schedule(const DocumentId& document, Timestamp next_visit, std::chrono::seconds interval,
                                     std::string_view etag, std::string_view last_modified) {
  return guard([&] {
    in_transaction([&](Connection& connection) {
      const std::int64_t id = document_row_id(connection, document);
      connection
          .query(
              "UPDATE document SET next_visit_at = ?, interval = ?, etag = ?, last_modified = ?, lease_until = 0 WHERE "
              "id = ?")
          .bind(seconds_of(next_visit), interval.count(), etag, last_modified, id)
          .run();
    });
  });
}

Result<std::optional<Timestamp>> SqliteArchive::next_due() const {
  return guard([&]() -> std::optional<Timestamp> {
    auto connection = readers_.take();
    auto query = connection->query("SELECT min(next_visit_at) FROM document WHERE next_visit_at IS NOT NULL");
    if (!query.step() || query.null(0)) return std::nullopt;
    return Timestamp{std::chrono::seconds{query.number(0)}};
  });
}

}  // namespace sqlite
}  // namespace smallprint
