#include <doctest/doctest.h>

#include "app/export_ota.h"
#include "tests/app/exported.h"

using namespace smallprint;
using test::Repository;

namespace {

struct Fixture {
  test::TemporaryFolder folder;
  Repository repository{folder.path() / "versions"};
  std::unique_ptr<Archive> archive = test::new_archive(folder.path() / "archive.db");
  std::string out = (folder.path() / "out").string();

  Fixture() {
    test::record_history(repository);
    test::import_into(*archive, repository.folder());
  }
  ExportSummary write(const ExportOptions& options = {}) {
    auto summary = export_ota(*archive, out, options);
    REQUIRE_MESSAGE(summary.ok(), (summary.ok() ? "" : summary.error().message));
    CHECK(summary->failed.empty());
    return *summary;
  }
  std::string git(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"git", "-C", out});
    const test::Finished finished = test::run(arguments);
    CHECK_MESSAGE(finished.status == 0, finished.err);
    return finished.out;
  }
  test::Versions read_again() {
    const auto other = test::new_archive(folder.path() / "again.db");
    test::import_into(*other, out);
    return test::versions_of(*other);
  }
  /// One version more, as a visit would have recorded it.
  void add(const std::string& path, const std::string& text, int day) {
    repository.record(path, text, day);
    test::import_into(*archive, repository.folder());
  }
};

}  // namespace

TEST_CASE("what is exported for Open Terms Archive is imported again with the same texts, dates, numbers and kinds") {
  Fixture f;
  const test::Versions before = test::versions_of(*f.archive);
  REQUIRE(before.size() == 9);
  const ExportSummary summary = f.write();
  CHECK(summary.versions == 9);
  CHECK(summary.documents == 3);
  CHECK(f.read_again() == before);
}

TEST_CASE("an exported history is one line of commits in the order of time, which git finds sound") {
  Fixture f;
  f.write();
  f.git({"fsck", "--strict"});
  CHECK(f.git({"log", "--format=%at"}) ==
        "1704628800\n1704542400\n1704542400\n1704542400\n1704456000\n1704369600\n1704283200\n1704196800\n1704110400\n");
  CHECK(f.git({"log", "--format=%at %cn <%ce>", "-1"}) == "1704628800 smallprint <recorder@smallprint.invalid>\n");
  CHECK(f.git({"log", "--format=%at"}) == f.git({"log", "--format=%ct"}));
  CHECK(f.git({"log", "--format=%s", "--", "Acme"}) ==
        "Record new changes of Acme Terms of Service\nRecord new changes of Acme Privacy Policy\n"
        "Record new changes of Acme Privacy Policy\nRecord new changes of Acme Privacy Policy\n"
        "First record of Acme Terms of Service\nFirst record of Acme Privacy Policy\n");
  CHECK(f.git({"ls-tree", "-r", "--name-only", "HEAD"}) ==
        "Acme/Privacy Policy.md\nAcme/Terms of Service.md\nBooking.com/Terms of Service.md\n");
  CHECK(f.git({"show", "HEAD~3:Booking.com/Terms of Service.md"}) == "# Terms\n\nBe kind.\n");
}

TEST_CASE("an export of nothing new changes nothing, and of something new adds only that") {
  Fixture f;
  f.write();
  const std::string head = f.git({"rev-parse", "HEAD"});
  CHECK(f.write().versions == 0);
  CHECK(f.git({"rev-parse", "HEAD"}) == head);
  f.add("Acme/Privacy Policy.md", "# Privacy\n\nWe sell your data.\n", 9);
  f.add("New/Privacy Policy.md", "# Privacy\n\nHello.\n", 9);
  CHECK(f.write().versions == 2);
  CHECK(f.git({"rev-parse", "HEAD~2"}) == head);
  CHECK(f.read_again() == test::versions_of(*f.archive));
  f.git({"fsck", "--strict"});
}

TEST_CASE(
    "an export that was interrupted before its branch moved is continued by the next, which writes nothing twice") {
  Fixture f;
  f.write();
  const std::string head = f.git({"rev-parse", "HEAD"}), objects = f.git({"count-objects", "-v"});
  f.git({"update-ref", "-d", "refs/heads/main"});
  CHECK(f.write().versions == 9);
  CHECK(f.git({"rev-parse", "HEAD"}) == head);
  CHECK(f.git({"count-objects", "-v"}) == objects);
}

TEST_CASE("a version that was found later than it is dated is added by the next export, and read in its place") {
  Fixture f;
  ExportOptions late;
  late.since = parse_rfc3339("2024-01-05").value();
  CHECK(f.write(late).versions == 5);
  CHECK(f.write().versions == 4);
  CHECK(f.read_again() == test::versions_of(*f.archive));
}

TEST_CASE("an export takes the documents and the time that it is asked for") {
  Fixture f;
  ExportOptions options;
  options.documents = {"book*"};
  options.since = parse_rfc3339("2024-01-06T12:00:00Z").value();
  CHECK(f.write(options).versions == 2);
  CHECK(f.git({"log", "--format=%s"}) ==
        "Record new changes of Booking.com Terms of Service\nFirst record of Booking.com Terms of Service\n");
  f.out += "2";
  options.documents = {"acme/p*", "*/terms-of-service"};
  options.since = {};
  CHECK(f.write(options).documents == 3);
}

TEST_CASE("an export never touches a folder that holds something else") {
  Fixture f;
  const std::string head = f.repository.git({"rev-parse", "HEAD"});
  for (const std::string& other :
       {f.repository.folder(), f.repository.folder() + "/.git", f.repository.folder() + "/Acme"}) {
    const auto refused = export_ota(*f.archive, other, {});
    REQUIRE(!refused.ok());
    CHECK(refused.error().code == ErrorCode::conflict);
  }
  CHECK(f.repository.git({"rev-parse", "HEAD"}) == head);
  CHECK(f.repository.git({"status", "--porcelain"}).empty());
  test::write_file(f.folder.path() / "file", "mine");
  CHECK(!export_ota(*f.archive, (f.folder.path() / "file").string(), {}).ok());
  CHECK(test::read_file(f.folder.path() / "file") == "mine");
}

TEST_CASE("documents of one name in several regions have files of their own") {
  Fixture f;
  for (const std::string region : {"eu", "us"}) {
    test::record_visit(*f.archive, "acme/privacy-policy@" + region, "In the " + region + ".\n", "2024-02-01");
  }
  f.write();
  CHECK(f.git({"show", "HEAD:Acme/Privacy Policy@eu.md"}) == "In the eu.\n");
  CHECK(f.git({"show", "HEAD:Acme/Privacy Policy@us.md"}) == "In the us.\n");
}

TEST_CASE("a name becomes no other path than its own") {
  CHECK(path_part("Booking.com") == "Booking.com");
  CHECK(path_part("\xC3\x89lectricit\xC3\xA9: 100%") == "\xC3\x89lectricit\xC3\xA9: 100%");
  CHECK(path_part("AC/DC") == "AC%2FDC");
  CHECK(path_part("..") == "%2E.");
  CHECK(path_part(".GIT") == "%2EGIT");
  CHECK(path_part("Git~1") == "%47it~1");
  CHECK(path_part("README") == "%52EADME");
  CHECK(path_part("a\\b\nc") == "a%5Cb%0Ac");
  CHECK(path_part("") == "%");
}

TEST_CASE("a real history comes back from an export as it was") {
  const auto clone = test::corpus_part("history/versions");
  SMALLPRINT_SKIP_UNLESS(clone, "no corpus beside the checkout");
  const test::TemporaryFolder folder;
  const auto archive = test::new_archive(folder.path() / "a.db");
  test::import_into(*archive, clone->string(), test::long_campaign() ? "*" : "[DL]*");
  const test::Versions before = test::versions_of(*archive);
  REQUIRE(before.size() > 500);
  const std::string out = (folder.path() / "out").string();
  const auto written = export_ota(*archive, out, {});
  REQUIRE(written.ok());
  CHECK(written->versions == before.size());
  const auto again = test::new_archive(folder.path() / "b.db");
  test::import_into(*again, out);
  CHECK((test::versions_of(*again) == before));
}
