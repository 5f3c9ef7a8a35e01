// What writers commit while a batch is open.
#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

#include "tests/storage/support.h"
#include "tests/support/support.h"

using namespace smallprint;
using test::version_of;

namespace {

struct Fixture {
  test::TemporaryFolder folder;
  std::string path = (folder.path() / "archive.db").string();
  std::unique_ptr<Archive> archive = open_archive("sqlite:" + path).value();

  std::unique_ptr<DocumentWriter> writer(const DocumentId& id) {
    REQUIRE(archive->put_document({id, id.substr(0, id.find('/')), "Terms", "", {}}).ok());
    return archive->write(id).value();
  }
  [[nodiscard]] std::uint32_t versions(const DocumentId& id) const {
    return open_archive("sqlite:" + path).value()->document(id).value().versions;
  }
};

Timestamp day(int number) {
  return Timestamp{std::chrono::sys_days{std::chrono::year{2024} / 9 / 1}} + std::chrono::days{number};
}

Result<void> record(DocumentWriter& writer, const std::string& text) {
  const int number = static_cast<int>(writer.versions());
  auto added = writer.add(version_of({text}, {{1, 0}}, day(number)));
  if (!added) return added.error();
  return writer.commit();
}

}  // namespace

TEST_CASE("a batch's commits are all there at its end") {
  Fixture f;
  auto one = f.writer("one/terms"), two = f.writer("two/terms");
  const std::uint64_t before = f.archive->revision().value();
  f.archive->begin_batch();
  for (int i = 0; i < 20; ++i) {
    REQUIRE(record(*one, "One says " + std::to_string(i)).ok());
    REQUIRE(record(*two, "Two says " + std::to_string(i)).ok());
  }
  REQUIRE(f.archive->end_batch().ok());
  CHECK(f.versions("one/terms") == 20);
  CHECK(f.versions("two/terms") == 20);
  CHECK(f.archive->revision().value() > before);
  CHECK(f.archive->verify(nullptr, nullptr).value().empty());
  REQUIRE(record(*one, "One says more").ok());
  CHECK(f.versions("one/terms") == 21);
}

TEST_CASE("a batch in which nothing was written ends") {
  Fixture f;
  f.archive->begin_batch();
  CHECK(f.archive->end_batch().ok());
  CHECK(f.archive->end_batch().ok());
}

TEST_CASE("a batch that is not ended loses what was not written yet, and nothing else") {
  Fixture f;
  {
    auto one = f.writer("one/terms");
    REQUIRE(record(*one, "One says").ok());
    f.archive->begin_batch();
    REQUIRE(record(*one, "One says more").ok());
  }
  f.archive.reset();
  const std::uint32_t versions = f.versions("one/terms");
  CHECK(versions >= 1);
  CHECK(open_archive("sqlite:" + f.path).value()->verify(nullptr, nullptr).value().empty());
}

TEST_CASE("a mark set during a batch stands with all that was written before it") {
  Fixture f;
  auto one = f.writer("one/terms");
  f.archive->begin_batch();
  REQUIRE(record(*one, "One says").ok());
  REQUIRE(f.archive->set_mark("here", "1").ok());
  CHECK(f.versions("one/terms") == 1);
  CHECK(f.archive->mark("here").value() == "1");
  REQUIRE(f.archive->end_batch().ok());
}

TEST_CASE("a commit that is refused before it writes takes nothing of the batch with it") {
  Fixture f;
  auto one = f.writer("one/terms"), two = f.writer("two/terms");
  auto other = open_archive("sqlite:" + f.path).value();
  REQUIRE(record(*other->write("two/terms").value(), "Another process was first").ok());
  f.archive->begin_batch();
  REQUIRE(record(*one, "One says").ok());
  CHECK(record(*two, "Two says").error().code == ErrorCode::conflict);
  REQUIRE(record(*one, "One says more").ok());
  REQUIRE(f.archive->end_batch().ok());
  CHECK(f.versions("one/terms") == 2);
  CHECK(f.versions("two/terms") == 1);
}

TEST_CASE("a commit that fails half way is told to all who wrote in the batch, and the archive is as before") {
  Fixture f;
  auto one = f.writer("one/terms"), two = f.writer("two/terms"), three = f.writer("three/terms");
  REQUIRE(record(*one, "One says").ok());
  SQLite::Database(f.path, SQLite::OPEN_READWRITE)
      .exec(
          "CREATE TRIGGER full BEFORE INSERT ON version WHEN new.document_id = 2 "
          "BEGIN SELECT RAISE(ABORT, 'no room'); END");
  f.archive->begin_batch();
  REQUIRE(record(*one, "One says more").ok());
  const auto failed = record(*two, "Two says");
  REQUIRE_FALSE(failed.ok());
  CHECK(failed.error().message.find("no room") != std::string::npos);
  for (DocumentWriter* writer : {one.get(), three.get()}) {
    const auto later = record(*writer, "Said later");
    REQUIRE_FALSE(later.ok());
    CHECK(later.error().message.find("lost") != std::string::npos);
  }
  CHECK_FALSE(f.archive->end_batch().ok());
  CHECK(f.versions("one/terms") >= 1);
  CHECK(f.versions("two/terms") == 0);
  CHECK(f.archive->verify(nullptr, nullptr).value().empty());

  // The archive is usable again, by writers who read what stands.
  one.reset();
  auto again = f.archive->write("one/terms").value();
  CHECK(record(*again, "One says again").ok());
}
