// An archive as an earlier program would have left it: the earlier schema, made by its own migrations, with the rows of
// an archive of today as far as it has room for them.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "model/document.h"
#include "storage/archive.h"
#include "storage/codec.h"
#include "storage/sqlite/layout.h"
#include "tests/support/support.h"

namespace smallprint::test {

/// The SQL of the migration with this number.
inline std::string migration(int number) {
  for (const auto& entry : std::filesystem::directory_iterator(source_folder() / "storage/migrations")) {
    if (std::stoi(entry.path().filename().string()) == number) return read_file(entry.path());
  }
  return {};
}

/// The empty schema, with what migrations leave to code done for no rows.
inline void make_schema(SQLite::Database& database, int number) {
  for (int i = 1; i <= number; ++i) {
    database.exec(migration(i));
    if (i == 2) database.exec("DROP TABLE change; DROP TABLE change_topic");
    if (i == 8) database.exec("ALTER TABLE version DROP COLUMN entry");
  }
  database.exec("PRAGMA user_version = " + std::to_string(number));
}

/// From schema 2 on.
inline void copy_as_schema(const std::string& today, const std::string& path, int number) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  make_schema(database, number);
  database.exec("DELETE FROM meta; ATTACH '" + today + "' AS today");
  std::vector<std::string> tables;
  SQLite::Statement both(database,
                         "SELECT m.name FROM main.sqlite_schema m JOIN today.sqlite_schema t ON t.name = m.name AND "
                         "t.type = 'table' WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE "
                         "'clause_%'");
  while (both.executeStep()) tables.push_back(both.getColumn(0).getString());
  for (const std::string& table : tables) {
    std::set<std::string> there;
    SQLite::Statement known(database, "SELECT name FROM pragma_table_info('" + table + "', 'today')");
    while (known.executeStep()) there.insert(known.getColumn(0).getString());
    std::string into, from;
    SQLite::Statement columns(
        database, "SELECT name, \"notnull\" AND dflt_value IS NULL FROM pragma_table_info('" + table + "', 'main')");
    while (columns.executeStep()) {
      const std::string name = columns.getColumn(0).getString();
      const bool has = there.count(name) != 0;
      if (!has && columns.getColumn(1).getInt() == 0) continue;
      into += (into.empty() ? "" : ", ") + name;
      const std::string lists =
          "coalesce((SELECT s.data FROM today.change_list s WHERE s.version_id = x.same_as), data)";
      from += (from.empty() ? "" : ", ") + (!has ? "x''" : table == "change_list" && name == "data" ? lists : name);
    }
    database.exec("INSERT INTO main." + table + " (" + into + ") SELECT " + from + " FROM today." + table + " x");
  }
  SQLite::Statement groups(database, "SELECT first, data FROM today.clause_group");
  SQLite::Statement put(database, "INSERT INTO main.clause VALUES (?, ?, ?)");
  while (groups.executeStep()) {
    std::int64_t id = groups.getColumn(0).getInt64();
    for (const std::string& body : sqlite::decode_texts(decode_any(groups.getColumn(1).getString(), {}).value())) {
      std::string hash;
      for (std::size_t i = 0; i < 16; ++i) {
        hash += static_cast<char>(std::stoi(sha256_hex(body).substr(2 * i, 2), nullptr, 16));
      }
      put.reset();
      put.bind(1, id++);
      put.bind(2, hash.data(), static_cast<int>(hash.size()));
      put.bind(3, body.data(), static_cast<int>(body.size()));
      put.exec();
    }
  }
}

}  // namespace smallprint::test
