#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <sstream>

#include "app/export_jsonl.h"
#include "storage/hash.h"
#include "tests/app/exported.h"
#include "tests/support/json_schema.h"

using namespace smallprint;
namespace json = boost::json;

namespace {

struct Fixture {
  test::TemporaryFolder folder;
  std::unique_ptr<Archive> archive = test::new_archive(folder.path() / "archive.db");
  std::filesystem::path out = folder.path() / "deep" / "out";

  Fixture() {
    test::Repository repository{folder.path() / "versions"};
    test::record_history(repository);
    test::import_into(*archive, repository.folder());
  }
  ExportSummary write(const ExportOptions& options = {}) {
    auto summary = export_jsonl(*archive, out.string(), options);
    REQUIRE_MESSAGE(summary.ok(), (summary.ok() ? "" : summary.error().message));
    CHECK(summary->failed.empty());
    return *summary;
  }
  /// Each line of a file, valid as the schema beside it says.
  std::vector<json::value> lines(const std::string& name) {
    const json::value described = json::parse(test::read_file(out / "schema.json"));
    const test::Schemas schemas(described);
    std::vector<json::value> all;
    std::istringstream file(test::read_file(out / (name + ".jsonl")));
    for (std::string line; std::getline(file, line);) {
      INFO(line);
      all.push_back(json::parse(line));
      CHECK(schemas.violation(schemas.at("/$defs/" + name), all.back()) == "");
    }
    return all;
  }
};

std::string text(const json::value& line, const char* name) { return json::value_to<std::string>(line.at(name)); }

std::string joined(const std::vector<json::value>& lines, const char* name) {
  std::string all;
  for (const json::value& line : lines) all += text(line, name) + "\n";
  return all;
}

}  // namespace

TEST_CASE("every kind of thing has its file, in order, and every line is as the schema says") {
  Fixture f;
  test::record_visit(*f.archive, "acme/privacy-policy", "New.\n", "2024-03-01");
  test::record_visit(*f.archive, "acme/privacy-policy", "Newer.\n", "2024-03-02");
  const ExportSummary summary = f.write();
  CHECK(summary.files.size() == 7);
  CHECK(summary.versions == 11);
  CHECK(joined(f.lines("services"), "name") == "Acme\nBooking.com\n");
  CHECK(joined(f.lines("documents"), "id") ==
        "acme/privacy-policy\nacme/terms-of-service\nbooking-com/terms-of-service\n");
  CHECK(joined(f.lines("versions"), "id") ==
        "acme/privacy-policy/1\nacme/privacy-policy/2\nacme/privacy-policy/3\nacme/privacy-policy/4\n"
        "acme/privacy-policy/5\nacme/privacy-policy/6\nacme/terms-of-service/1\nacme/terms-of-service/2\n"
        "booking-com/terms-of-service/1\nbooking-com/terms-of-service/2\nbooking-com/terms-of-service/3\n");
  CHECK(joined(f.lines("observations"), "at") == "2024-03-01T00:00:00Z\n2024-03-02T00:00:00Z\n");
  CHECK(joined(f.lines("observations"), "document") == "acme/privacy-policy\nacme/privacy-policy\n");
  CHECK(f.lines("facts").size() > 10);
  CHECK(f.lines("changes").size() > 4);
}

TEST_CASE(
    "an exported version has its text and the hash of it, an exported change its words, also where it is a repeat") {
  Fixture f;
  f.write();
  const auto versions = f.lines("versions");
  REQUIRE(versions.size() == 9);
  for (const json::value& version : versions) CHECK(sha256_hex(text(version, "text")) == text(version, "sha256"));
  CHECK(text(versions[7], "text") == f.archive->text("booking-com/terms-of-service", 2).value());
  std::size_t changes = 0;
  for (const json::value& version : versions) changes += version.at("change_count").to_number<std::size_t>();
  const auto lines = f.lines("changes");
  CHECK(lines.size() == changes);
  CHECK(text(lines[0], "id") == "acme/privacy-policy/2/1");
  CHECK(text(lines[1], "id") == "acme/privacy-policy/3/1");  // version 3 restores version 1
  CHECK(json::serialize(lines[0].at("words")).find("sell") != std::string::npos);
}

TEST_CASE("a text that is no UTF-8 keeps its bytes beside what can be read of it") {
  Fixture f;
  test::record_visit(*f.archive, "acme/cookie-policy", "caf\xE9\n", "2024-03-01");
  f.write();
  const auto lines = f.lines("versions");
  CHECK(text(lines[0], "text") == "caf\xEF\xBF\xBD\n");
  CHECK(text(lines[0], "text_hex") == "636166e90a");
  CHECK(text(lines[0], "sha256") == sha256_hex("caf\xE9\n"));
}

TEST_CASE("lines are taken by document and by time, and the same archive gives the same files") {
  Fixture f;
  test::record_visit(*f.archive, "acme/privacy-policy", "New.\n", "2024-03-01");
  ExportOptions options;
  options.documents = {"*/privacy-policy"};
  options.since = parse_rfc3339("2024-01-05T12:00:00Z").value();
  CHECK(f.write(options).versions == 3);
  CHECK(joined(f.lines("versions"), "document") == "acme/privacy-policy\nacme/privacy-policy\nacme/privacy-policy\n");
  CHECK(joined(f.lines("documents"), "id") == "acme/privacy-policy\n");
  CHECK(joined(f.lines("services"), "id") == "acme\n");
  for (const json::value& fact : f.lines("facts")) CHECK(text(fact, "document") == "acme/privacy-policy");
  CHECK(f.lines("observations").size() == 1);
  options.since = parse_rfc3339("2025-01-01").value();
  f.write(options);
  CHECK(f.lines("observations").empty());

  f.write();
  const std::string first = test::read_file(f.out / "changes.jsonl");
  f.write();
  CHECK(test::read_file(f.out / "changes.jsonl") == first);
}

TEST_CASE("files of an export appear whole or not at all") {
  Fixture f;
  f.write();
  const std::string versions = test::read_file(f.out / "versions.jsonl");
  f.archive = nullptr;
  {
    const auto broken = test::new_archive(f.folder.path() / "other.db");
    test::record_visit(*broken, "acme/privacy-policy", "Other.\n", "2024-03-01");
    std::filesystem::create_directory(f.out / "observations.jsonl.part");  // cannot be opened for writing
    CHECK(export_jsonl(*broken, f.out.string(), {}).error().code == ErrorCode::unavailable);
    CHECK(!export_jsonl(*broken, (f.folder.path() / "archive.db").string(), {}).ok());
  }
  CHECK(test::read_file(f.out / "versions.jsonl") == versions);
  CHECK(!std::filesystem::exists(f.out / "versions.jsonl.part"));
}
