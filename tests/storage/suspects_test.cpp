// Suspects in the archive, and archives of earlier schemas brought up to date.
#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/storage/support.h"
#include "tests/support/support.h"

using namespace smallprint;
using namespace std::chrono_literals;
using test::version_of;

namespace {

const Timestamp day0{std::chrono::sys_days{std::chrono::year{2024} / 9 / 1}};
const DocumentId acme = "acme/privacy-policy";

struct Fixture {
  test::TemporaryFolder folder;
  std::string path = (folder.path() / "archive.db").string();
  std::unique_ptr<Archive> archive = open_archive("sqlite:" + path).value();

  Fixture() { REQUIRE(archive->put_document({acme, "Acme", "Privacy Policy", "", {"https://acme.example"}}).ok()); }
  /// Stores it and returns its id.
  std::uint64_t put(Suspect suspect) {
    auto writer = archive->write(acme).value();
    REQUIRE(writer->put_suspect(std::move(suspect)).ok());
    REQUIRE(writer->commit().ok());
    return archive->suspects({}, {}).value().items.front().id;
  }
};

Suspect wall() {
  Suspect suspect;
  suspect.reasons = {"bot wall: it says so", "empty shell: only 3 words of text"};
  suspect.may_stay = false;
  suspect.first_at = day0;
  suspect.last_at = day0 + 3h;
  suspect.visits = 2;
  suspect.text = "Are you a robot?\n";
  suspect.text_sha256 = sha256_hex(suspect.text);
  suspect.pages = {{{"https://acme.example", "https://acme.example/wall"},
                    200,
                    {{"content-type", "text/html"}, {"x-empty", ""}},
                    std::string("<p>a\0b</p>", 10)}};
  return suspect;
}

void check_same(const Suspect& a, const Suspect& b) {
  CHECK(a.reasons == b.reasons);
  CHECK(a.may_stay == b.may_stay);
  CHECK(a.first_at == b.first_at);
  CHECK(a.last_at == b.last_at);
  CHECK(a.visits == b.visits);
  CHECK(a.state == b.state);
  CHECK(a.decided_at == b.decided_at);
  CHECK(a.version == b.version);
  CHECK(a.text_sha256 == b.text_sha256);
}

}  // namespace

TEST_CASE("a suspect comes back with its evidence byte for byte, also in another process") {
  Fixture f;
  const std::uint64_t id = f.put(wall());
  const auto reopened = open_archive("sqlite:" + f.path, {.read_only = true}).value();
  const Suspect read = reopened->suspect(id).value();
  check_same(read, wall());
  CHECK(read.document == acme);
  CHECK(read.text == wall().text);
  REQUIRE(read.pages.size() == 1);
  CHECK(read.pages[0].body == wall().pages[0].body);
  CHECK(read.pages[0].urls == wall().pages[0].urls);
  CHECK(read.pages[0].headers == wall().pages[0].headers);
  CHECK(read.pages[0].status == 200);
  const auto missing = reopened->suspect(id + 1);
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().code == ErrorCode::not_found);
}

TEST_CASE("an update replaces the evidence, a decision keeps it") {
  Fixture f;
  Suspect suspect = wall();
  suspect.id = f.put(wall());
  suspect.visits = 3;
  suspect.text = "Other words.\n";
  suspect.text_sha256 = sha256_hex(suspect.text);
  suspect.pages.push_back({{"https://acme.example/2"}, 200, {}, "second"});
  CHECK(f.put(suspect) == suspect.id);
  CHECK(f.archive->suspect(suspect.id).value().pages.size() == 2);
  CHECK(f.archive->suspect(suspect.id).value().text == "Other words.\n");
  suspect.state = SuspectState::rejected;
  suspect.decided_at = day0 + 48h;
  suspect.pages.clear();
  suspect.text.clear();
  f.put(suspect);
  const Suspect decided = f.archive->suspect(suspect.id).value();
  check_same(decided, suspect);
  CHECK(decided.text == "Other words.\n");
  CHECK(decided.pages.size() == 2);
  CHECK(f.archive->verify(nullptr, nullptr).value().empty());
}

TEST_CASE("a writer knows the suspect that waits or was rejected, and no other") {
  for (const SuspectState state : {SuspectState::waiting, SuspectState::accepted, SuspectState::rejected,
                                   SuspectState::stayed, SuspectState::gone}) {
    CAPTURE(name(state));
    Fixture f;
    CHECK(f.archive->write(acme).value()->suspect() == nullptr);
    Suspect suspect = wall();
    suspect.id = f.put(wall());
    suspect.state = state;
    f.put(suspect);
    const auto writer = f.archive->write(acme).value();
    const bool open = state == SuspectState::waiting || state == SuspectState::rejected;
    REQUIRE((writer->suspect() != nullptr) == open);
    if (open) CHECK(writer->suspect()->id == suspect.id);
  }
}

TEST_CASE("what was not committed leaves no suspect") {
  Fixture f;
  {
    auto writer = f.archive->write(acme).value();
    REQUIRE(writer->put_suspect(wall()).ok());
  }
  CHECK(f.archive->suspects({}, {}).value().items.empty());
}

TEST_CASE("suspects are listed newest first, page by page, by state, document and service") {
  Fixture f;
  const DocumentId other = "other/terms-of-service";
  REQUIRE(f.archive->put_document({other, "Other", "Terms of Service", "", {}}).ok());
  std::vector<std::uint64_t> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(f.put(wall()));
    Suspect gone = wall();
    gone.id = ids.back();
    gone.state = i < 4 ? SuspectState::gone : SuspectState::waiting;
    f.put(gone);
  }
  const auto count = [&](SuspectFilter filter) { return f.archive->suspects(filter, {}).value().items.size(); };
  CHECK(count({}) == 5);
  CHECK(count({SuspectState::waiting, "", ""}) == 1);
  CHECK(count({SuspectState::gone, "acme", ""}) == 4);
  CHECK(count({{}, "", acme}) == 5);
  CHECK(count({{}, "other", ""}) == 0);
  std::vector<std::uint64_t> listed;
  std::string cursor;
  do {
    const auto page = f.archive->suspects({}, {2, cursor}).value();
    for (const Suspect& suspect : page.items) listed.push_back(suspect.id);
    cursor = page.next;
  } while (!cursor.empty());
  std::reverse(ids.begin(), ids.end());
  CHECK(listed == ids);
  CHECK_FALSE(f.archive->suspects({}, {2, "nonsense"}).ok());
}

TEST_CASE("verify names a suspect whose bytes were altered") {
  for (const char* harm : {"UPDATE suspect SET size = size + 1", "UPDATE suspect_page SET data = x'00'",
                           "UPDATE suspect_page SET sha256 = zeroblob(32)"}) {
    CAPTURE(harm);
    Fixture f;
    f.put(wall());
    SQLite::Database(f.path, SQLite::OPEN_READWRITE).exec(harm);
    const auto damage = f.archive->verify(nullptr, nullptr).value();
    REQUIRE(damage.size() == 1);
    CHECK(damage[0].what.find("suspect ") == 0);
    CHECK(damage[0].document == acme);
  }
}

TEST_CASE("an archive without suspects is brought up to date with all that it holds") {
  for (const int schema : {1, 2}) {
    CAPTURE(schema);
    const test::TemporaryFolder folder;
    const std::string path = (folder.path() / "old.db").string();
    {
      SQLite::Database old(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
      old.exec(test::read_file(test::source_folder() / "storage/migrations/0001_initial.sql"));
      if (schema == 2) {
        old.exec(test::read_file(test::source_folder() / "storage/migrations/0002_changes_by_version.sql"));
        old.exec("DROP TABLE change; DROP TABLE change_topic");
      }
      old.exec("PRAGMA user_version = " + std::to_string(schema));
      old.exec("INSERT INTO service (slug, name) VALUES ('acme', 'Acme')");
      old.exec(
          "INSERT INTO document (key, service_id, terms_type, type_slug, region, urls, observed_at, outcome, reason) "
          "VALUES ('acme/privacy-policy', 1, 'Privacy Policy', 'privacy-policy', '', 'https://acme.example', "
          "1725148800, "
          "3, 'bot wall: it says so')");
      old.exec(
          "INSERT INTO observation (document_id, at, outcome, reason, status, final_url, duration_ms, bytes, version) "
          "VALUES (1, 1725148800, 3, 'bot wall: it says so', 200, 'https://acme.example', 5, 10, 0)");
    }
    const auto read_only = open_archive("sqlite:" + path, {.read_only = true});
    REQUIRE_FALSE(read_only.ok());
    CHECK(read_only.error().code == ErrorCode::unsupported);

    const auto archive = open_archive("sqlite:" + path).value();
    CHECK(archive->document(acme).value().last_outcome == Outcome::suspect);
    CHECK(archive->observations(acme, {}).value().items.size() == 1);
    CHECK(archive->suspects({}, {}).value().items.empty());
    auto writer = archive->write(acme).value();
    REQUIRE(writer->add(version_of({"# Use", "We use your data."}, {{1, 0}, {1, 1}}, day0)).value() == 1);
    REQUIRE(writer->put_suspect(wall()).ok());
    REQUIRE(writer->commit().ok());
    CHECK(archive->suspects({}, {}).value().items.size() == 1);
    CHECK(archive->verify(nullptr, nullptr).value().empty());
    CHECK(SQLite::Database(path).execAndGet("PRAGMA user_version").getInt() >= 3);
  }
}
