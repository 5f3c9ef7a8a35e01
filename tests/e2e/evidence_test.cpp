// The evidence of a version, checked by those who have no archive: by docs/evidence.md's own lines, and by the program.
#include <doctest/doctest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <string>

#include "tests/e2e/served.h"

using namespace smallprint::test;
namespace json = boost::json;

namespace {

constexpr auto evidence = "/api/v1/documents/guildwren-demo/privacy-policy/versions/5/evidence";

/// The first block of shell in docs/evidence.md.
std::string documented_lines() {
  const std::string page = read_file(source_folder() / "docs/evidence.md");
  const std::size_t begin = page.find("```sh\n") + 6;
  return page.substr(begin, page.find("```", begin) - begin);
}

Finished verify(const std::vector<std::string>& options) {
  std::vector<std::string> command = {smallprint_binary(), "verify"};
  command.insert(command.end(), options.begin(), options.end());
  return run(command);
}

}  // namespace

TEST_CASE("ten documented lines of shell check a version, and fail where a byte is another") {
  const TemporaryFolder folder;
  Served served(folder.path(), {"--demo", "--no-fetch"});
  REQUIRE(served.wait_for_demo());
  const std::string script = documented_lines();
  CHECK(std::count(script.begin(), script.end(), '\n') == 10);
  write_file(folder.path() / "check.sh", script);
  const auto check = [&](const std::string& url) {
    return run({"sh", "-c", R"(cd "$1" && sh check.sh "$2")", "sh", folder.path().string(), url});
  };
  const Finished good = check(served.url(evidence));
  CHECK_MESSAGE(good.status == 0, good.err);
  CHECK(good.out.starts_with("record.txt is what was recorded: entry "));
  CHECK(contains(read_file(folder.path() / "record.txt"), "\nurl https://www.guildwren.example/legal/privacy\n"));

  // The last entry is the one that the status publishes.
  const json::value head = member(served.json("/api/v1/status"), "chain");
  std::string last;
  for (const std::string document : {"privacy-policy", "terms-of-service"}) {
    const auto versions = served.items("/api/v1/documents/guildwren-demo/" + document + "/versions");
    for (std::size_t number = 1; number <= versions.size(); ++number) {
      const json::value entry = member(served.json("/api/v1/documents/guildwren-demo/" + document + "/versions/" +
                                                   std::to_string(number) + "/evidence"),
                                       "chain");
      if (member(entry, "sequence") == member(head, "sequence")) last = text(entry, "hash");
    }
  }
  CHECK(member(head, "sequence") == 12);
  CHECK(last == text(head, "hash"));

  const std::string bundle = served.get(evidence).body;
  const auto check_altered = [&](const std::string& from, const std::string& to) {
    std::string altered = bundle;
    const std::size_t at = altered.find(from);
    REQUIRE(at != std::string::npos);
    altered.replace(at, from.size(), to);
    write_file(folder.path() / "altered.json", altered);
    return check("file://" + (folder.path() / "altered.json").string()).status;
  };
  CHECK(check_altered("{", "{") == 0);
  CHECK(check_altered("\\nstatus 200\\n", "\\nstatus 203\\n") != 0);
  CHECK(check_altered("\"previous\":\"", "\"previous\":\"0") != 0);
  CHECK(check_altered("\"version\":5,", "\"version\":4,") != 0);
  CHECK(check_altered("versions/5?format=markdown", "versions/4?format=markdown") != 0);
  CHECK(check_altered("versions/5/snapshot", "versions/4/snapshot") != 0);
  CHECK(check_altered("versions/5/snapshot", "versions/99/snapshot") != 0);
}

TEST_CASE("verify --bundle finds whatever in a bundle does not fit, without an archive") {
  const TemporaryFolder folder;
  Served served(folder.path(), {"--demo", "--no-fetch"});
  REQUIRE(served.wait_for_demo());
  const std::string bundle = served.get(evidence).body;
  const std::string file = (folder.path() / "bundle.json").string(), words = (folder.path() / "text.md").string(),
                    page = (folder.path() / "page.html").string();
  const std::string versions = "/api/v1/documents/guildwren-demo/privacy-policy/versions/5";
  write_file(file, bundle);
  write_file(words, served.get(versions + "?format=markdown").body);
  write_file(page, served.get(versions + "/snapshot").body);

  const Finished whole = verify({"--bundle", file, "--text", words, "--page", page});
  CHECK(whole.out == "everything is as it was recorded\n");
  CHECK(whole.status == 0);
  const Finished alone = verify({"--bundle", file});
  CHECK(alone.status == 0);
  CHECK(contains(alone.out, "the text was not checked: --text FILE\n0 of 1 pages were checked: --page FILE\n"));

  const Finished swapped = verify({"--bundle", file, "--text", page, "--page", words, "--page", page});
  CHECK(swapped.status == 1);
  CHECK(swapped.out ==
        "guildwren-demo/privacy-policy version 5: the text is another one\n"
        "guildwren-demo/privacy-policy version 5: page 1 is another one\n"
        "guildwren-demo/privacy-policy version 5: page 2 is another one\n3 findings\n");

  const struct {
    const char *from, *to, *finding;
  } rows[] = {
      {"\"version\":5,", "\"version\":6,", "do not say the same, from version on"},
      {"\"observed_at\":\"2024-09-12", "\"observed_at\":\"2024-09-11", "from observed_at on"},
      {"\"source\":\"fetch\"", "\"source\":\"fetcH\"", "from source on"},
      {"\"status\":200,\"headers\"", "\"status\":203,\"headers\"", "from status on"},
      {"[\"https://www.guildwren.example/legal/privacy\"]", "[\"https://www.guildwren.example/legal\"]", "from url on"},
      {"[\"content-type\",\"text/html", "[\"content-type\",\"text/plain", "from header on"},
      {"\"outcome\":\"recorded\"", "\"outcome\":\"unchanged\"", "from visit_outcome on"},
      {"\"visit\":{", "\"visit\":null,\"was\":{", "from page_sha256 on"},
      {"\"previous\":\"", "\"previous\":\"0", "the chain's hash does not follow"},
      {"smallprint-record 1\\n", "smallprint-record 1\\n\\n", "record_sha256 is not the record's"},
      {"\"chain\":{", "\"chain\":null,\"was\":{", "it has no entry in the chain"},
  };
  for (const auto& row : rows) {
    INFO(row.from);
    std::string altered = bundle;
    const std::size_t at = altered.find(row.from);
    REQUIRE(at != std::string::npos);
    altered.replace(at, std::string(row.from).size(), row.to);
    write_file(file, altered);
    const Finished found = verify({"--bundle", file});
    CHECK(found.status == 1);
    CHECK_MESSAGE(contains(found.out, row.finding), found.out);
    const Finished as_json = verify({"--bundle", file, "--json"});
    CHECK(member(json::parse(as_json.out), "damage").as_array().size() >= 1);
  }

  for (const char* none : {"", "{", "[]", "7", "{\"document\":\"../x\"}", "{\"document\":\"a/b\",\"version\":-1}"}) {
    write_file(file, none);
    const Finished refused = verify({"--bundle", file});
    CHECK(refused.status == 1);
    CHECK(contains(refused.err, "this is no bundle"));
  }
  CHECK(contains(verify({"--bundle", (folder.path() / "none.json").string()}).err, "cannot be read"));
  CHECK(verify({"--text", words}).status == 2);
}
