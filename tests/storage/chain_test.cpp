// The chain over all versions: what it covers, what verify() finds, and how older archives get it.
#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "storage/chain.h"
#include "storage/hash.h"
#include "tests/storage/old_schema.h"
#include "tests/storage/support.h"
#include "tests/support/support.h"

using namespace smallprint;

namespace {

constexpr auto key = "acme/terms";

/// Three visits that made versions, one that made none, and a version that an import brought.
struct Fixture {
  test::TemporaryFolder folder;
  std::string path = (folder.path() / "archive.db").string();
  std::unique_ptr<Archive> archive = open_archive("sqlite:" + path).value();

  Fixture() {
    for (int number = 1; number <= 4; ++number) record("acme/terms", number, number < 4);
    record("zebra/terms", 1, true);
  }

  void record(const std::string& id, int number, bool visited) const {
    REQUIRE(archive->put_document({id, id.substr(0, id.find('/')), "Terms", "", {}}).ok());
    auto writer = archive->write(id).value();
    const Timestamp at{std::chrono::sys_days{std::chrono::year{2024} / 9 / number}};
    const std::string text = id + " says " + std::to_string(number) + ".";
    auto version = test::version_of({text}, {{1, 0}}, at);
    if (visited) {
      version.snapshots = {{{"http://acme.example/t", "https://acme.example/t?\xE9"},
                            200,
                            {{"etag", "\"" + std::to_string(number) + "\\\""}, {"x-odd", "a\nb"}},
                            "<p>" + text + "</p>"}};
    }
    REQUIRE(writer->add(std::move(version)).ok());
    if (visited) {
      const auto made = static_cast<std::uint32_t>(number);
      REQUIRE(writer->observe({at, Outcome::recorded, "", 200, "https://acme.example/t", {}, 17, made, {}, {}}).ok());
    }
    REQUIRE(writer->commit().ok());
    REQUIRE(archive->observe(id, {at, Outcome::unchanged, "", 200, "", {}, 17, 1, {}, {}}).ok());
  }

  [[nodiscard]] std::vector<Damage> verify() const { return archive->verify(nullptr, nullptr).value(); }
  [[nodiscard]] std::string told() const {
    std::string out;
    for (const Damage& one : verify()) out += one.document + " " + std::to_string(one.version) + ": " + one.what + "\n";
    return out;
  }
  void execute(const std::string& sql) const {
    SQLite::Database database(path, SQLite::OPEN_READWRITE);
    database.exec("PRAGMA foreign_keys = OFF");
    database.exec(sql);
  }
};

/// A value of a row that the chain covers, and the version that it belongs to.
struct Cell {
  std::string table, column, row;
  std::string document;
  std::uint32_t version = 0;
};

std::vector<Cell> evidence_of(const std::string& path) {
  std::vector<Cell> cells;
  SQLite::Database database(path, SQLite::OPEN_READONLY);
  SQLite::Statement versions(
      database,
      "SELECT v.id, d.key, v.number, v.blob_id, c.observation_id FROM version v JOIN document d ON d.id = "
      "v.document_id JOIN chain c ON c.version_id = v.id");
  while (versions.executeStep()) {
    const std::string id = versions.getColumn(0).getString();
    const auto put = [&](const char* table, const std::string& row, const std::vector<const char*>& columns) {
      for (const char* column : columns)
        cells.push_back({table, column, row, versions.getColumn(1).getString(), versions.getColumn(2).getUInt()});
    };
    put("version", "id = " + id, {"observed_at", "source"});
    put("chain", "version_id = " + id, {"sequence", "record", "hash"});
    put("blob", "id = " + versions.getColumn(3).getString(), {"sha256", "data"});
    SQLite::Statement pages(database, "SELECT blob_id FROM snapshot WHERE version_id = " + id);
    while (pages.executeStep()) {
      put("snapshot", "version_id = " + id, {"status", "urls", "headers"});
      put("blob", "id = " + pages.getColumn(0).getString(), {"sha256", "data"});
    }
    if (!versions.isColumnNull(4))
      put("observation", "id = " + versions.getColumn(4).getString(),
          {"at", "outcome", "status", "final_url", "bytes"});
  }
  return cells;
}

/// Turns one bit of the value over; a second call with the same bit turns it back.
void flip(const SQLite::Database& database, const Cell& cell, std::size_t bit) {
  SQLite::Statement read(database, "SELECT " + cell.column + " FROM " + cell.table + " WHERE " + cell.row);
  REQUIRE(read.executeStep());
  const SQLite::Column value = read.getColumn(0);
  SQLite::Statement write(database, "UPDATE " + cell.table + " SET " + cell.column + " = ? WHERE " + cell.row);
  if (value.isInteger()) {
    write.bind(1, value.getInt64() ^ static_cast<std::int64_t>(1U << bit % 20));
  } else {
    std::string bytes = value.getString();
    REQUIRE(!bytes.empty());
    char& byte = bytes[bit / 8 % bytes.size()];
    byte = static_cast<char>(byte ^ 1 << bit % 8);
    if (value.isBlob()) {
      write.bind(1, bytes.data(), static_cast<int>(bytes.size()));
    } else {
      write.bind(1, bytes);
    }
  }
  read.reset();
  REQUIRE(write.exec() == 1);
}

}  // namespace

TEST_CASE("each version has an entry that binds its record to all before it") {
  const Fixture f;
  std::string previous = chain_start();
  for (std::uint32_t number = 1; number <= 4; ++number) {
    const ChainEntry entry = f.archive->chain_entry(key, number).value();
    CHECK(entry.sequence == number);
    CHECK(entry.previous == previous);
    CHECK(entry.record_sha256 == sha256_hex(entry.record));
    CHECK(entry.hash == sha256_hex(entry.previous + "\n" + entry.record_sha256 + "\n"));
    CHECK(entry.visit.has_value() == (number < 4));
    previous = entry.hash;
  }
  const ChainEntry last = f.archive->chain_entry("zebra/terms", 1).value();
  CHECK(last.previous == previous);
  CHECK(f.archive->chain_head().value().sequence == 5);
  CHECK(f.archive->chain_head().value().hash == last.hash);
  CHECK(f.archive->chain_entry(key, 5).error().code == ErrorCode::not_found);
  CHECK(f.archive->chain_entry("nobody/terms", 1).error().code == ErrorCode::not_found);
  CHECK(f.verify().empty());

  const std::string text = "acme/terms says 2.";
  CHECK(f.archive->chain_entry(key, 2).value().record ==
        "smallprint-record 1\nsequence 2\ndocument acme/terms\nversion 2\nobserved_at 2024-09-02T00:00:00Z\n"
        "source test\ntext_sha256 " +
            sha256_hex(text + "\n\n") +
            "\nvisit_at 2024-09-02T00:00:00Z\nvisit_outcome recorded\nvisit_reason \nvisit_status 200\n"
            "visit_final_url https://acme.example/t\nvisit_duration_ms 0\nvisit_bytes 17\nvisit_moved_to \n"
            "page_sha256 " +
            sha256_hex("<p>" + text + "</p>") +
            "\nstatus 200\nurl http://acme.example/t\nurl https://acme.example/t?\\xe9\n"
            "header etag: \"2\\x5c\"\nheader x-odd: a b\n");
  CHECK(chain_value("header etag: \"2\\x5c\"") == "etag: \"2\\\"");
  CHECK(chain_value("url ?\\xe9") == "?\xE9");
  CHECK(chain_value("visit_reason ").empty());
}

TEST_CASE("a bit that is turned over in evidence or text is found 500 times of 500, and its version named") {
  const Fixture f;
  const std::vector<Cell> cells = evidence_of(f.path);
  REQUIRE(cells.size() > 60);
  SQLite::Database database(f.path, SQLite::OPEN_READWRITE);
  database.exec("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF");
  std::mt19937 random(7);
  for (int tries = 0; tries < 500; ++tries) {
    const Cell& cell = cells[random() % cells.size()];
    const std::size_t bit = random();
    flip(database, cell, bit);
    const auto found = f.verify();
    INFO(cell.table << "." << cell.column << " of " << cell.document << " " << cell.version << ", bit " << bit);
    CHECK(std::any_of(found.begin(), found.end(),
                      [&](const Damage& one) { return one.document == cell.document && one.version == cell.version; }));
    flip(database, cell, bit);
  }
  CHECK(f.told() == "");
}

TEST_CASE("verify tells what is missing from the chain, what it misses, and where it was cut or rewritten") {
  const Fixture f;
  SUBCASE("an entry is gone") {
    f.execute("DELETE FROM chain WHERE sequence = 2");
    CHECK(f.told() ==
          "acme/terms 3: chain entry 3 stands where entry 2 is expected\n"
          "acme/terms 3: chain entry 3 does not follow from the one before\n"
          "acme/terms 2: the version is not in the chain\n");
  }
  SUBCASE("a version is gone, and the document does not know of it any more") {
    f.execute("DELETE FROM version WHERE id = 4; UPDATE document SET versions = 3 WHERE versions = 4");
    CHECK(f.told().find("chain entry 4 is of a version that is missing") != std::string::npos);
  }
  SUBCASE("the visit is gone") {
    f.execute("DELETE FROM observation WHERE id = (SELECT observation_id FROM chain WHERE sequence = 3)");
    CHECK(f.told().find("acme/terms 3: chain entry 3 is of a visit that is missing\n") != std::string::npos);
  }
  SUBCASE("a header is another, and the record was made to fit") {
    f.execute("UPDATE snapshot SET headers = 'etag: none' WHERE version_id = 2");
    const std::string record = f.archive->chain_entry(key, 2).value().record;
    CHECK(f.told() ==
          "acme/terms 2: chain entry 2: the time, addresses, headers, hashes or visit of this version are "
          "not those that were recorded\n");
    f.execute("UPDATE chain SET record = x'" + sha256_hex(record) + "' WHERE sequence = 2");
    CHECK(f.told() == "acme/terms 2: chain entry 2 does not follow from the one before\n");
  }
}

TEST_CASE("an archive of schema 7 gets the same chain, and what was damaged in it stays found") {
  Fixture f;
  const ChainHead head = f.archive->chain_head().value();
  std::string entries, previous;
  for (int id = 1; id <= 5; ++id) {
    const std::string document = id == 5 ? "zebra/terms" : key;
    const std::uint32_t number = id == 5 ? 1 : static_cast<std::uint32_t>(id);
    const auto row = f.archive->version(document, number).value();
    std::string text = previous + "\n" + document + "\n" + std::to_string(number) + "\n" +
                       format_rfc3339(row.observed_at) + "\n" + row.text_sha256 + "\n";
    for (const auto& page : f.archive->snapshots(document, number).value()) text += sha256_hex(page.body) + "\n";
    previous = sha256_hex(text);
    entries += "UPDATE version SET entry = x'" + previous + "' WHERE id = " + std::to_string(id) + ";";
  }
  f.archive.reset();
  const std::string old = (f.folder.path() / "old.db").string();
  test::copy_as_schema(f.path, old, 7);
  f.path = old;
  f.execute(entries);
  bool damaged = false;
  SUBCASE("sound") {}
  SUBCASE("damaged") {
    f.execute("UPDATE version SET observed_at = observed_at + 1 WHERE id = 3");
    damaged = true;
  }
  f.archive = open_archive("sqlite:" + f.path).value();
  CHECK(f.archive->chain_head().value().sequence == 5);
  CHECK((f.archive->chain_head().value().hash == head.hash) == !damaged);
  CHECK(f.told() == (damaged ? "acme/terms 3: chain entry 3: the time, addresses, headers, hashes or visit of this "
                               "version are not those that were recorded\n"
                             : ""));
  f.record("acme/terms", 5, true);
  CHECK(f.archive->chain_entry(key, 5).value().sequence == 6);
}
