#include "storage/sqlite/chain_rows.h"

#include <algorithm>
#include <map>
#include <utility>

#include "storage/hash.h"
#include "storage/sqlite/sqlite_archive.h"

namespace smallprint::sqlite {
namespace {

std::string hex_of(const SQLite::Column& column) {
  return to_hex({static_cast<const char*>(column.getBlob()), static_cast<std::size_t>(column.getBytes())});
}

void bind_hex(SQLite::Statement& statement, int index, const std::string& hex) {
  std::string bytes;
  from_hex(hex, bytes);
  statement.bind(index, bytes.data(), static_cast<int>(bytes.size()));
}

Timestamp time_of(std::int64_t seconds) { return Timestamp{std::chrono::seconds{seconds}}; }

/// How entries were made up to schema 7.
std::string old_entry(const std::string& previous, const ChainRecord& record) {
  std::string text = previous + "\n" + record.document + "\n" + std::to_string(record.version) + "\n" +
                     format_rfc3339(record.observed_at) + "\n" + record.text_sha256 + "\n";
  for (const ChainRecord::Page& page : record.pages) text += page.sha256 + "\n";
  return sha256_hex(text);
}

}  // namespace

RecordReader::RecordReader(const SQLite::Database& database)
    : version_(
          database,
          "SELECT d.key, v.number, v.observed_at, v.source, b.sha256 FROM version v LEFT JOIN document d ON d.id = "
          "v.document_id LEFT JOIN blob b ON b.id = v.blob_id WHERE v.id = ?"),
      pages_(database,
             "SELECT b.sha256, s.status, s.urls, s.headers FROM snapshot s LEFT JOIN blob b ON b.id = s.blob_id WHERE "
             "s.version_id = ? ORDER BY s.ordinal"),
      visit_(database,
             "SELECT at, outcome, reason, status, final_url, duration_ms, bytes, moved_to, version FROM observation "
             "WHERE id = ?") {}

ChainRecord RecordReader::read(std::int64_t version, std::uint64_t sequence, std::int64_t observation) {
  ChainRecord record;
  record.sequence = sequence;
  version_.reset();
  version_.bind(1, version);
  if (version_.executeStep()) {
    record.document = version_.getColumn(0).getString();
    record.version = version_.getColumn(1).getUInt();
    record.observed_at = time_of(version_.getColumn(2).getInt64());
    record.source = version_.getColumn(3).getString();
    record.text_sha256 = hex_of(version_.getColumn(4));
  }
  version_.reset();
  pages_.reset();
  pages_.bind(1, version);
  while (pages_.executeStep()) {
    record.pages.push_back({hex_of(pages_.getColumn(0)), pages_.getColumn(1).getInt(), pages_.getColumn(2).getString(),
                            pages_.getColumn(3).getString()});
  }
  pages_.reset();
  if (observation == 0) return record;
  visit_.reset();
  visit_.bind(1, observation);
  if (visit_.executeStep()) {
    Observation& visit = record.visit.emplace();
    visit.at = time_of(visit_.getColumn(0).getInt64());
    visit.outcome = static_cast<Outcome>(std::clamp(visit_.getColumn(1).getInt(), 0, 4));
    visit.reason = visit_.getColumn(2).getString();
    visit.status = visit_.getColumn(3).getInt();
    visit.final_url = visit_.getColumn(4).getString();
    visit.duration = std::chrono::milliseconds{visit_.getColumn(5).getInt64()};
    visit.bytes = static_cast<std::uint64_t>(visit_.getColumn(6).getInt64());
    visit.moved_to = visit_.getColumn(7).getString();
    visit.version = visit_.getColumn(8).getUInt();
  }
  visit_.reset();
  return record;
}

void append_entry(Connection& connection, NewEntry& entry) {
  std::string before = chain_start(), hash;
  {
    auto query = connection.query("SELECT sequence, hash FROM chain ORDER BY version_id DESC LIMIT 1");
    if (query.step()) {
      entry.record.sequence = static_cast<std::uint64_t>(query.number(0));
      before = to_hex(query.text(1));
    }
  }
  ++entry.record.sequence;
  const Sha256 record = sha256(chain_text(entry.record));
  from_hex(chain_hash(before, to_hex(view(record))), hash);
  auto insert = connection.query("INSERT INTO chain VALUES (?, ?, ?, ?, ?)");
  insert.bind(entry.version, entry.record.sequence);
  entry.observation == 0 ? insert.bind(nullptr) : insert.bind(entry.observation);
  insert.bind(blob(view(record)), blob(hash)).run();
}

void build_chain(SQLite::Database& database) {
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> visits;  // by document and version
  {
    SQLite::Statement recorded(database,
                               "SELECT document_id, version, min(id) FROM observation WHERE outcome = 0 GROUP BY 1, 2");
    while (recorded.executeStep()) {
      visits[{recorded.getColumn(0).getInt64(), recorded.getColumn(1).getInt64()}] = recorded.getColumn(2).getInt64();
    }
  }
  {
    RecordReader reader(database);
    SQLite::Statement insert(database, "INSERT INTO chain VALUES (?, ?, ?, ?, ?)");
    SQLite::Statement versions(database, "SELECT id, document_id, number, entry FROM version ORDER BY id");
    std::uint64_t sequence = 0;
    std::string previous, hash = chain_start();
    while (versions.executeStep()) {
      const std::int64_t id = versions.getColumn(0).getInt64();
      const auto visit = visits.find({versions.getColumn(1).getInt64(), versions.getColumn(2).getInt64()});
      const std::int64_t observation = visit == visits.end() ? 0 : visit->second;
      const ChainRecord record = reader.read(id, ++sequence, observation);
      const std::string stored = hex_of(versions.getColumn(3));
      const bool sound = old_entry(previous, record) == stored;
      const std::string sha256 = sound ? sha256_hex(chain_text(record)) : chain_start();
      hash = chain_hash(hash, sha256);
      insert.reset();
      insert.clearBindings();
      insert.bind(1, id);
      insert.bind(2, static_cast<std::int64_t>(sequence));
      if (observation != 0) insert.bind(3, observation);
      bind_hex(insert, 4, sha256);
      bind_hex(insert, 5, hash);
      insert.exec();
      previous = stored;
    }
  }
  database.exec("ALTER TABLE version DROP COLUMN entry");
}

Result<ChainHead> SqliteArchive::chain_head() const {
  return guard([&] {
    auto connection = readers_.take();
    auto query = connection->query("SELECT sequence, hash FROM chain ORDER BY version_id DESC LIMIT 1");
    if (!query.step()) return ChainHead{0, chain_start()};
    return ChainHead{static_cast<std::uint64_t>(query.number(0)), to_hex(query.text(1))};
  });
}

Result<ChainEntry> SqliteArchive::chain_entry(const DocumentId& document, std::uint32_t version) const {
  return guard([&] {
    auto connection = readers_.take();
    const SQLite::Transaction one_moment(connection->database());
    ChainEntry entry;
    std::int64_t id = 0, observation = 0;
    {
      auto query = connection->query(
          "SELECT c.version_id, c.sequence, c.observation_id, c.record, c.hash, (SELECT hash FROM chain p WHERE "
          "p.version_id < c.version_id ORDER BY p.version_id DESC LIMIT 1) FROM chain c JOIN version v ON v.id = "
          "c.version_id JOIN document d ON d.id = v.document_id WHERE d.key = ? AND v.number = ?");
      if (!query.bind(document, version).step())
        throw Failure{{ErrorCode::not_found,
                       "version " + std::to_string(version) + " of '" + document + "' is not in the chain"}};
      id = query.number(0);
      entry.sequence = static_cast<std::uint64_t>(query.number(1));
      observation = query.null(2) ? 0 : query.number(2);
      entry.record_sha256 = to_hex(query.text(3));
      entry.hash = to_hex(query.text(4));
      entry.previous = query.null(5) ? chain_start() : to_hex(query.text(5));
    }
    ChainRecord record = RecordReader(connection->database()).read(id, entry.sequence, observation);
    entry.record = chain_text(record);
    entry.visit = std::move(record.visit);
    return entry;
  });
}

}  // namespace smallprint::sqlite
