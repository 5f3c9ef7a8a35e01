// Copies of an archive that is in use.
#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/storage/support.h"
#include "tests/support/support.h"

using namespace smallprint;
using test::version_of;
namespace fs = std::filesystem;

namespace {

Timestamp day(std::uint32_t number) {
  return Timestamp{std::chrono::sys_days{std::chrono::year{2024} / 9 / 1}} + std::chrono::days{number};
}

struct Fixture {
  test::TemporaryFolder folder;
  std::unique_ptr<Archive> archive = open_archive("sqlite:" + at("archive.db")).value();

  [[nodiscard]] std::string at(const std::string& name) const { return (folder.path() / name).string(); }
  void record(DocumentWriter& writer) const {
    const std::uint32_t number = writer.versions();
    std::vector<std::string> paragraphs;  // some pages each
    std::vector<Lineage> lineages;
    for (std::uint32_t i = 0; i < 60; ++i) {
      paragraphs.push_back("Version " + std::to_string(number) + " keeps paper " + std::to_string(i * (number + 7)) +
                           " in drawer " + std::to_string(i ^ number) + ".");
      lineages.push_back({number + 1, i});
    }
    REQUIRE(writer.add(version_of(paragraphs, lineages, day(number))));
    REQUIRE(writer.commit().ok());
  }
  std::unique_ptr<DocumentWriter> writer() {
    REQUIRE(archive->put_document({"one/terms", "one", "Terms", "", {}}).ok());
    return archive->write("one/terms").value();
  }
};

}  // namespace

TEST_CASE("a copy is the archive as it stood at one moment, while another thread writes") {
  Fixture f;
  auto writer = f.writer();
  for (int i = 0; i < 20; ++i) f.record(*writer);
  std::atomic<bool> stop = false;
  std::thread writing([&] {
    while (!stop) f.record(*writer);
  });
  for (const char* name : {"first.db", "second.db"}) {
    const std::uint32_t before = f.archive->document("one/terms").value().versions;
    std::uint64_t last = 0;
    const auto progress = [](std::uint64_t done, std::uint64_t total, void* context) {
      CHECK(done <= total);
      *static_cast<std::uint64_t*>(context) = done;
    };
    REQUIRE(f.archive->backup(f.at(name), progress, &last).ok());
    const std::uint32_t after = f.archive->document("one/terms").value().versions;
    CHECK(fs::exists(f.at(name)));
    CHECK_FALSE(fs::exists(f.at(name) + ".part"));
    CHECK_FALSE(fs::exists(f.at(name) + "-wal"));
    const auto copy = open_archive("sqlite:" + f.at(name), {.read_only = true}).value();
    const std::uint32_t copied = copy->document("one/terms").value().versions;
    CHECK(copied >= before);
    CHECK(copied <= after);
    CHECK(copy->verify(nullptr, nullptr).value().empty());
    for (std::uint32_t number = 1; number <= copied; ++number) {
      CHECK(copy->text("one/terms", number).value() == f.archive->text("one/terms", number).value());
    }
  }
  stop = true;
  writing.join();
  // It can be written to like any other.
  auto copy = open_archive("sqlite:" + f.at("first.db")).value();
  auto more = copy->write("one/terms").value();
  f.record(*more);
  CHECK(copy->verify(nullptr, nullptr).value().empty());
}

TEST_CASE("a copy replaces no file, and what cannot be written leaves nothing behind") {
  Fixture f;
  auto writer = f.writer();
  f.record(*writer);
  std::ofstream(f.at("mine.txt")) << "mine";
  for (const std::string& path : {f.at("mine.txt"), f.at("archive.db"), f.folder.path().string()}) {
    const auto done = f.archive->backup(path, nullptr, nullptr);
    REQUIRE_FALSE(done.ok());
    CHECK(done.error().code == ErrorCode::conflict);
  }
  CHECK(fs::file_size(f.at("mine.txt")) == 4);
  const auto nowhere = f.archive->backup(f.at("no/such/folder/copy.db"), nullptr, nullptr);
  REQUIRE_FALSE(nowhere.ok());
  CHECK(nowhere.error().code == ErrorCode::unavailable);
  CHECK(nowhere.error().message.find("no/such/folder/copy.db") != std::string::npos);
  // What a killed run left is written anew.
  std::ofstream(f.at("copy.db.part")) << "half a copy";
  CHECK(f.archive->backup(f.at("copy.db"), nullptr, nullptr).ok());
  CHECK(open_archive("sqlite:" + f.at("copy.db")).value()->verify(nullptr, nullptr).value().empty());
  CHECK_FALSE(fs::exists(f.at("copy.db.part")));
}
