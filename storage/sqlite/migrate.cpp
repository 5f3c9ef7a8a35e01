#include "storage/sqlite/migrate.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smallprint_storage/migrations.h"
#include "storage/codec.h"
#include "storage/sqlite/chain_rows.h"
#include "storage/sqlite/clauses.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/layout.h"

namespace smallprint::sqlite {
namespace {

/// The number a migration's name begins with: "migrations/0001_initial.sql" is 1.
int migration_number(std::string_view name) {
  name.remove_prefix(name.rfind('/') + 1);
  int number = 0;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

/// After 0002: a row for each change becomes a list for each version.
void gather_changes(SQLite::Database& database) {
  SQLite::Statement versions(database,
                             "SELECT id, observed_at FROM version WHERE id IN (SELECT version_id FROM change)");
  SQLite::Statement changes(
      database,
      "SELECT kind, cosmetic, reasons, importance, importance_reason, before_index, after_index, lineage_version, "
      "lineage_ordinal, section, before, after, topics FROM change WHERE version_id = ? ORDER BY ordinal");
  SQLite::Statement keep_list(database, "INSERT INTO change_list VALUES (?, ?)");
  SQLite::Statement keep_sums(database, "UPDATE version SET kinds = ?, effects = ? WHERE id = ?");
  SQLite::Statement keep_topic(database, "INSERT INTO version_topic VALUES (?, ?, ?, ?)");
  Encoder encoder;
  while (versions.executeStep()) {
    const std::int64_t version = versions.getColumn(0);
    std::vector<StoredChange> list;
    changes.reset();
    changes.bind(1, version);
    while (changes.executeStep()) {
      const auto small = [&](int column) { return changes.getColumn(column).getUInt(); };
      StoredChange& stored = list.emplace_back();
      Change& change = stored.change;
      change.kind = static_cast<ChangeKind>(small(0));
      change.cosmetic = small(1) != 0;
      change.reasons = CosmeticReasons(static_cast<std::uint16_t>(small(2)));
      change.importance = static_cast<Importance>(small(3));
      change.importance_reason = changes.getColumn(4).getString();
      change.before_index = small(5);
      change.after_index = small(6);
      change.lineage = {small(7), small(8)};
      change.section = split_lines(changes.getColumn(9).getString());
      stored.before = decode_ids(changes.getColumn(10).getString());
      stored.after = decode_ids(changes.getColumn(11).getString());
      change.topics = decode_topics(changes.getColumn(12).getString());
    }
    const ChangeSums sums = sum_up(list);
    const std::string data = encoder.encode(encode_changes(list), {});
    keep_list.reset();
    keep_list.bind(1, version);
    keep_list.bind(2, data.data(), static_cast<int>(data.size()));
    keep_list.exec();
    keep_sums.reset();
    keep_sums.bind(1, sums.kinds);
    keep_sums.bind(2, sums.effects);
    keep_sums.bind(3, version);
    keep_sums.exec();
    for (const auto& [topic, effects] : sums.topics) {
      keep_topic.reset();
      keep_topic.bind(1, topic);
      keep_topic.bind(2, versions.getColumn(1).getInt64());
      keep_topic.bind(3, version);
      keep_topic.bind(4, effects);
      keep_topic.exec();
    }
  }
  versions.reset();
  changes.reset();
  database.exec("DROP TABLE change; DROP TABLE change_topic");
}

/// After 0011: a row for each clause becomes a place in a group; ids stay.
void group_clauses(SQLite::Database& database) {
  {
    SQLite::Statement clauses(database, "SELECT id, body FROM clause ORDER BY id");
    std::optional<ClauseAppender> appender;
    std::int64_t next = 0;
    while (clauses.executeStep()) {
      const std::int64_t id = clauses.getColumn(0).getInt64();
      if (!appender || id != next) {  // where rows are missing a group ends
        if (appender) appender->flush();
        appender.emplace(database, id);
      }
      const std::string body = clauses.getColumn(1).getString();
      Clause clause;
      if (!decode_clause(body, clause)) clause = {};  // damaged before: verify goes on saying so
      appender->add(body, clause.text, word_count(clause.text));
      next = id + 1;
    }
    if (appender) appender->flush();
  }
  database.exec("DROP TABLE clause; DROP TABLE clause_text");
}

}  // namespace

void migrate(SQLite::Database& database, bool read_only) {
  std::vector<migrations::File> files(migrations::files.begin(), migrations::files.end());
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  const int newest = migration_number(files.back().name);
  const auto version = [&database] { return database.execAndGet("PRAGMA user_version").getInt(); };
  if (version() > newest) {
    throw Failure{{ErrorCode::unsupported, "the archive was written by a newer smallprint (schema " +
                                               std::to_string(version()) + ", this program knows " +
                                               std::to_string(newest) + ")"}};
  }
  if (version() == newest) return;
  if (read_only) {
    throw Failure{
        {ErrorCode::unsupported, "the archive has an older schema; open it once for writing to bring it up to date"}};
  }
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  for (const migrations::File& file : files) {
    const int number = migration_number(file.name);
    if (number <= version()) continue;  // also where another process was faster
    database.exec(std::string(file.bytes));
    if (number == 2) gather_changes(database);
    if (number == 8) build_chain(database);
    if (number == 11) group_clauses(database);
    database.exec("PRAGMA user_version = " + std::to_string(number));
  }
  transaction.commit();
}

}  // namespace smallprint::sqlite
