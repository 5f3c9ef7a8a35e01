// `smallprint export` as it is installed: beside a running service, and over an archive that is damaged.
#include <doctest/doctest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <string>

#include "tests/e2e/served.h"

using namespace smallprint::test;
namespace json = boost::json;

namespace {

struct Exported {
  Finished finished;
  json::value summary;
};

Exported export_to(const std::string& format, const TemporaryFolder& folder) {
  Exported exported{run({smallprint_binary(), "--archive", archive_in(folder.path()), "export", format,
                         (folder.path() / format).string(), "--json"}),
                    {}};
  INFO(exported.finished.err);
  boost::system::error_code failed;
  exported.summary = json::parse(exported.finished.out, failed);
  REQUIRE(!failed);
  return exported;
}

std::size_t lines(const std::filesystem::path& file) {
  const std::string text = read_file(file);
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("an archive is exported in every format while it is served") {
  const TemporaryFolder folder;
  Served served(folder.path(), {"--demo", "--no-fetch"});
  REQUIRE(served.wait_for_demo());
  for (const std::string format : {"ota", "jsonl", "warc"}) {
    INFO(format);
    const Exported exported = export_to(format, folder);
    CHECK(exported.finished.status == 0);
    CHECK(exported.finished.err.empty());
    CHECK(member(exported.summary, "versions") == 12);
    CHECK(member(exported.summary, "documents") == 2);
    CHECK(member(exported.summary, "failed").as_array().empty());
  }
  CHECK(lines(folder.path() / "jsonl" / "versions.jsonl") == 12);
  CHECK(lines(folder.path() / "jsonl" / "observations.jsonl") == 46);
  CHECK(run({"git", "-C", (folder.path() / "ota").string(), "rev-list", "--count", "HEAD"}).out == "12\n");
}

TEST_CASE("what an export cannot read of a damaged archive it names, writes the rest, and exits 1") {
  SMALLPRINT_SKIP_UNLESS(run({"sqlite3", "--version"}).status == 0, "the sqlite3 shell is not installed");
  const TemporaryFolder folder;
  {
    Served served(folder.path(), {"--demo", "--no-fetch"});
    REQUIRE(served.wait_for_demo());
  }
  // The last of a chain, so that nothing else leans on it.
  const std::string last =
      "(SELECT v.id FROM version v JOIN document d ON d.id = v.document_id "
      "WHERE d.key = 'guildwren-demo/privacy-policy' ORDER BY number DESC LIMIT 1)";
  const Finished broken =
      run({"sqlite3", (folder.path() / "archive.db").string(),
           "UPDATE blob SET data = x'00' WHERE id IN (SELECT blob_id FROM version WHERE id = " + last +
               " UNION SELECT blob_id FROM snapshot WHERE version_id = " + last + ")"});
  REQUIRE_MESSAGE(broken.status == 0, broken.err);
  for (const std::string format : {"ota", "jsonl", "warc"}) {
    INFO(format);
    const Exported exported = export_to(format, folder);
    CHECK(exported.finished.status == 1);
    const json::array& failed = member(exported.summary, "failed").as_array();
    REQUIRE(failed.size() == 1);
    CHECK(contains(failed[0].as_string(), "guildwren-demo/privacy-policy@7"));
    CHECK(member(exported.summary, "versions") == (format == "jsonl" ? 12 : 11));
  }
  const Finished for_people = run({smallprint_binary(), "--archive", archive_in(folder.path()), "export", "warc",
                                   (folder.path() / "again").string()});
  CHECK(for_people.status == 1);
  CHECK(contains(for_people.err, "smallprint: not exported: guildwren-demo/privacy-policy@7: "));
  CHECK(contains(for_people.out, "11 versions of 2 documents written, 11 pages, 11 responses"));
}
