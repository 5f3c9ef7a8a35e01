// Snapshots that were recorded elsewhere, read again as visits.
#include <doctest/doctest.h>

#include <algorithm>

#include "app/import_ota.h"
#include "tests/app/suspect_pages.h"
#include "tests/support/beside.h"
#include "tests/support/repository.h"

using namespace smallprint;
using test::Repository;
using namespace std::string_literals;

namespace {

const DocumentId policy_id = "acme/privacy-policy";
const std::string policy_file = "Acme/Privacy Policy.html";
const std::string declared = R"({"name": "Acme", "terms": {"Privacy Policy": {"fetch": "https://acme.example/p"}}})";

struct Fixture {
  test::TemporaryFolder folder;
  Repository repository{folder.path() / "snapshots"};
  std::unique_ptr<Archive> archive = open_archive("sqlite:" + (folder.path() / "archive.db").string()).value();
  const RuleSet rules = RuleSet::builtin();
  Catalog catalog;

  explicit Fixture(const std::string& declaration = declared, const std::string& history = {})
      : catalog(read_declaration("Acme.json", declaration, history)) {
    CHECK(catalog.problems.empty());
  }
  ImportSummary import() {
    ImportOptions options;
    options.catalog = catalog;
    auto summary = import_ota(*archive, rules, repository.folder(), options);
    REQUIRE_MESSAGE(summary.ok(), (summary.ok() ? "" : summary.error().message));
    CHECK(summary->failed.empty());
    CHECK(archive->verify(nullptr, nullptr).value().empty());
    return *summary;
  }
  /// Records several pages in one go, a minute apart.
  void record_at(const std::string& path, const std::string& text, const std::string& message, const char* date) {
    test::write_file(repository.path() / path, text);
    repository.git({"add", "--all"});
    repository.git({"commit", "--quiet", "--date", date, "-m", message});
  }
  std::string text(std::uint32_t number) { return archive->text(policy_id, number).value(); }
  VersionRow version(std::uint32_t number) { return archive->version(policy_id, number).value(); }
  std::uint32_t versions() { return archive->document(policy_id).value().versions; }
};

std::string policy(const std::string& last, const std::string& beside = {}) {
  std::string html = test::long_policy(30, last);
  return html.insert(html.rfind("</body>"), "<aside class=\"more\"><p>" + beside + "</p></aside>");
}

}  // namespace

TEST_CASE("recorded pages become versions with their dates, commits and bytes, what says the same becomes none") {
  Fixture f;
  const std::string first = test::long_policy(30), token = test::long_policy(30) + "<!-- nonce 7c1 -->";
  const std::string second = test::long_policy(30, "We sell your data.");
  f.repository.record(policy_file, first, 1);
  f.repository.record(policy_file, token, 2);
  f.repository.record(policy_file, second, 3);
  const ImportSummary summary = f.import();
  CHECK(summary.texts == 3);
  CHECK(summary.versions == 2);
  CHECK(summary.unchanged == 1);
  CHECK(summary.undeclared.empty());
  CHECK(f.text(2).find("We sell your data.") != std::string::npos);
  CHECK(format_rfc3339(f.version(2).observed_at) == "2024-01-03T12:00:00Z");
  CHECK(f.version(2).source == "ota:" + f.repository.git({"rev-parse", "HEAD"}).substr(0, 40));
  const std::vector<Snapshot> kept = f.archive->snapshots(policy_id, 2).value();
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].body == second);
  CHECK(kept[0].urls == std::vector{"https://acme.example/p"s});
  CHECK(f.archive->observations(policy_id, {}).value().items.size() == 3);
}

TEST_CASE("a second run reads only the pages that are new") {
  Fixture f;
  f.repository.record(policy_file, test::long_policy(30), 1);
  CHECK(f.import().versions == 1);
  f.repository.record(policy_file, test::long_policy(30, "We sell your data."), 2);
  const ImportSummary second = f.import();
  CHECK(second.versions == 1);
  CHECK(second.texts == 1);
  CHECK(second.known == 1);
  const ImportSummary third = f.import();
  CHECK(third.versions == 0);
  CHECK(third.texts == 0);
  CHECK(f.versions() == 2);
}

TEST_CASE("a page is read as it was declared then, and what that alone changes alarms nobody") {
  Fixture f(R"({"name": "Acme", "terms": {"Privacy Policy": {"fetch": "https://acme.example/p", "select": "main"}}})",
            R"({"Privacy Policy": [
                 {"fetch": "https://acme.example/p", "select": "body", "validUntil": "2024-01-02T12:00:00Z"}]})");
  f.repository.record(policy_file, policy("We keep it.", "We train artificial intelligence models on your content."),
                      1);
  f.repository.record(policy_file, policy("We keep it all.", "We train artificial intelligence models on it."), 2);
  f.repository.record(policy_file, policy("We sell it.", "Read our blog."), 3);
  CHECK(f.import().versions == 4);
  CHECK(f.text(2).find("We train artificial") != std::string::npos);
  CHECK(f.version(3).kind == VersionKind::reextracted);
  CHECK(f.text(3).find("We keep it all.") != std::string::npos);
  CHECK(f.text(3).find("We train artificial") == std::string::npos);
  CHECK(f.version(3).importance == Importance::none);
  CHECK(f.archive->snapshots(policy_id, 3).value().at(0).body == f.archive->snapshots(policy_id, 2).value().at(0).body);
  CHECK(f.version(4).kind == VersionKind::substantive);
  CHECK(f.text(4).find("We sell it.") != std::string::npos);
  CHECK(f.text(4).find("blog") == std::string::npos);
  // Neither the list of changes nor that of versions speaks of it, unless asked for the document's own.
  for (const ChangeRow& change : f.archive->changes({}, {}).value().items) CHECK(change.version != 3);
  for (const VersionRow& row : f.archive->versions({}, {}).value().items) CHECK(row.number != 3);
  ChangeFilter own;
  own.document = policy_id;
  CHECK(f.archive->versions(own, {}).value().items.size() == 4);
  CHECK(f.import().versions == 0);
}

TEST_CASE("a document that is declared at another address is read there, and nothing is said to have changed") {
  Fixture f(R"({"name": "Acme", "terms": {"Privacy Policy": {"fetch": "https://acme.example/new", "select": "main"}}})",
            R"({"Privacy Policy": [
                 {"fetch": "https://acme.example/cookies", "select": "main", "validUntil": "2024-01-01T12:00:00Z"}]})");
  std::string cookies = "<!DOCTYPE html><html><head><title>Cookies</title></head><body><main><h1>Cookies</h1>";
  for (int i = 0; i < 60; ++i)
    cookies += "<p>Cookie " + std::to_string(i) + " remembers which biscuit somebody liked.</p>";
  f.repository.record(policy_file, cookies + "</main></body></html>", 1);
  f.repository.record(policy_file, test::long_policy(30), 2);
  const ImportSummary summary = f.import();
  CHECK(summary.versions == 2);
  CHECK(summary.suspects == 0);
  CHECK(f.version(2).kind == VersionKind::reextracted);
}

TEST_CASE("pages that make one document together are one version, however they were recorded") {
  Fixture f(R"({"name": "Acme", "terms": {"Privacy Policy": {"combine": [
      {"fetch": "https://acme.example/legal/privacy"}, {"fetch": "https://acme.example/legal/cookies.html"}]}}})");
  const auto part = [](const std::string& title, const std::string& last) {
    return test::long_policy(20, title + ": " + last);
  };
  const std::string one = "Acme/Privacy Policy #legal-privacy.html", two = "Acme/Privacy Policy #legal-cookies.html";
  f.record_at(one, part("First part", "one."), "first", "2024-01-01T12:00:00Z");
  f.record_at(two, part("Second part", "two."), "second", "2024-01-01T12:00:40Z");
  f.record_at(two, part("Second part", "three."), "both", "2024-01-05T12:00:00Z");
  f.record_at(one, part("First part", "four."), "both", "2024-01-05T12:01:00Z");
  f.record_at(two, part("Second part", "five."), "one alone", "2024-01-09T12:00:00Z");
  CHECK(f.import().versions == 3);
  CHECK(f.text(1).find("First part: one.") < f.text(1).find("Second part: two."));
  CHECK(f.text(2).find("First part: four.") < f.text(2).find("Second part: three."));
  CHECK(f.text(3).find("First part: four.") < f.text(3).find("Second part: five."));
  CHECK(f.archive->snapshots(policy_id, 3).value().size() == 2);
}

TEST_CASE("what the engine noted in the commit says where a page is from, whatever its file is called") {
  Fixture f(R"({"name": "Acme", "terms": {"Privacy Policy": {"combine": [
      {"fetch": "https://acme.example/a"}, {"fetch": "https://acme.example/b"}]}}})");
  const auto message = [](const char* url) {
    return "Record\n\nX-fetcher: htmlOnly\nX-source-document-location: "s + url;
  };
  f.record_at("Acme/Privacy Policy #zwei.html", test::long_policy(20, "Second."), message("https://acme.example/b"),
              "2024-01-01T12:00:00Z");
  f.record_at("Acme/Privacy Policy #eins.html", test::long_policy(20, "First."), message("https://acme.example/a"),
              "2024-01-01T12:00:30Z");
  CHECK(f.import().versions == 1);
  CHECK(f.text(1).find("First.") < f.text(1).find("Second."));
}

TEST_CASE("a document that nobody declares is found by itself, and named") {
  Fixture f;
  f.repository.record("Other/Terms of Service.html", test::long_policy(30), 1);
  f.repository.record(policy_file, test::long_policy(30), 1);
  const ImportSummary summary = f.import();
  CHECK(summary.versions == 2);
  CHECK(summary.undeclared == std::vector<DocumentId>{"other/terms-of-service"});
  CHECK(f.archive->document("other/terms-of-service").value().versions == 1);
}

TEST_CASE("a document whose declaration is history alone is read by it") {
  Fixture f(declared, R"({"Terms of Service": [
      {"fetch": "https://acme.example/t", "select": "main", "validUntil": "2024-02-01T00:00:00Z"}]})");
  CHECK(f.catalog.ended.size() == 1);
  f.repository.record("Acme/Terms of Service.html", test::long_policy(30), 1);
  CHECK(f.import().undeclared.empty());
  CHECK(f.archive->document("acme/terms-of-service").value().urls == std::vector{"https://acme.example/t"s});
}

TEST_CASE("a recorded wall is no version, and the document goes on after it") {
  Fixture f;
  f.repository.record(policy_file, test::long_policy(30), 1);
  int day = 2;
  for (const test::InventedPage& page : test::suspect_pages()) f.repository.record(policy_file, page.html, day++);
  f.repository.record(policy_file, test::long_policy(30), day++);
  f.repository.record(policy_file, test::long_policy(30, "We sell your data."), day++);
  const ImportSummary summary = f.import();
  CHECK(summary.versions == 2);
  CHECK(summary.suspects + summary.unread == test::suspect_pages().size());
  CHECK_FALSE(summary.reasons.empty());
}

TEST_CASE("of the pages of the corpus, fetched twice a day for years, no more is recorded than was changed") {
  const auto snapshots = test::corpus_part("demo/snapshots"), versions = test::corpus_part("demo/versions"),
             declarations = test::corpus_part("demo/declarations");
  SMALLPRINT_SKIP_UNLESS(snapshots && versions && declarations, "needs the corpus");
  test::TemporaryFolder folder;
  const auto tree = folder.path() / "declarations";
  REQUIRE(test::run({"git", "clone", "--quiet", declarations->string(), tree.string()}).status == 0);
  const auto archive = open_archive("sqlite:" + (folder.path() / "archive.db").string()).value();
  ImportOptions options;
  options.catalog = read_catalog((tree / "declarations").string()).value();
  if (!test::long_campaign()) options.services = "UptimeRobot";
  const RuleSet rules = RuleSet::builtin();
  const ImportSummary summary = import_ota(*archive, rules, snapshots->string(), options).value();
  CHECK(summary.failed.empty());
  CHECK(summary.undeclared.empty());
  CHECK(summary.texts > 200);
  std::size_t theirs = 0, ours = 0;
  for (const test::Beside& row : test::versions_beside(*archive, versions->string())) {
    CAPTURE(row.document);
    CAPTURE(format_rfc3339(row.at));
    CAPTURE(row.note);
    CHECK_FALSE(row.missing);
    theirs += row.theirs ? 1 : 0;
    ours += row.number != 0 && !row.later ? 1 : 0;
  }
  CHECK(theirs > 0);
  CHECK(ours <= theirs);
}
