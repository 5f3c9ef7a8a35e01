#include <doctest/doctest.h>

#include "app/import_ota.h"
#include "tests/support/repository.h"

using namespace smallprint;
using test::Repository;

namespace {

struct Fixture {
  test::TemporaryFolder folder;
  Repository repository{folder.path() / "versions"};
  std::unique_ptr<Archive> archive = open_archive("sqlite:" + (folder.path() / "archive.db").string()).value();
  const RuleSet rules = RuleSet::builtin();

  ImportSummary import(ImportOptions options = {}) {
    auto summary = import_ota(*archive, rules, repository.folder(), options);
    REQUIRE_MESSAGE(summary.ok(), (summary.ok() ? "" : summary.error().message));
    CHECK(summary->failed.empty());
    CHECK(archive->verify(nullptr, nullptr).value().empty());
    return *summary;
  }
  std::string error() { return import_ota(*archive, rules, repository.folder(), {}).error().message; }
  std::uint32_t versions(const DocumentId& id) { return archive->document(id).value().versions; }
  VersionKind kind(const DocumentId& id, std::uint32_t number) { return archive->version(id, number).value().kind; }
};

}  // namespace

TEST_CASE("every recorded version comes in, in order, with its date and commit") {
  Fixture f;
  f.repository.record("Acme/Privacy Policy.md", "# Privacy\n\nWe use your data.\n", 1);
  f.repository.record("Acme/Terms of Service.md", "# Terms\n\nBe kind.\n", 2);
  f.repository.record("Acme/Privacy Policy.md", "# Privacy\n\nWe sell your data.\n", 3);
  const ImportSummary summary = f.import();
  CHECK(summary.commits == 3);
  CHECK(summary.services == 1);
  CHECK(summary.documents == 2);
  CHECK(summary.versions == 3);
  CHECK(f.archive->text("acme/privacy-policy", 1).value() == "# Privacy\n\nWe use your data.\n");
  CHECK(f.archive->text("acme/privacy-policy", 2).value() == "# Privacy\n\nWe sell your data.\n");
  const VersionRow second = f.archive->version("acme/privacy-policy", 2).value();
  CHECK(format_rfc3339(second.observed_at) == "2024-01-03T12:00:00Z");
  const std::string head = f.repository.git({"rev-parse", "HEAD"});
  CHECK(second.source == "ota:" + head.substr(0, 40));
  CHECK(second.kind == VersionKind::substantive);
}

TEST_CASE("a second run adds only what is new") {
  Fixture f;
  f.repository.record("Acme/Privacy Policy.md", "one\n", 1);
  CHECK(f.import().versions == 1);
  CHECK(f.import().versions == 0);
  f.repository.record("Acme/Privacy Policy.md", "two\n", 2);
  f.repository.record("Other/Terms.md", "three\n", 3);
  const ImportSummary summary = f.import();
  CHECK(summary.commits == 2);
  CHECK(summary.versions == 2);
  CHECK(f.versions("acme/privacy-policy") == 2);
  CHECK(f.versions("other/terms") == 1);
}

TEST_CASE("a text recorded later with the same date, or an older one, is not lost to a second run") {
  Fixture f;
  f.repository.record("Acme/Privacy Policy.md", "one\n", 5);
  CHECK(f.import().versions == 1);
  f.repository.record("Acme/Privacy Policy.md", "two\n", 5);
  f.repository.record("Acme/Privacy Policy.md", "three\n", 6);
  CHECK(f.import().versions == 2);
  f.repository.record("Acme/Privacy Policy.md", "four\n", 4);
  CHECK(f.import().versions == 1);
  CHECK(f.import().versions == 0);
  CHECK(f.archive->text("acme/privacy-policy", 2).value() == "two\n");
  CHECK(f.archive->text("acme/privacy-policy", 4).value() == "four\n");
}

TEST_CASE("a run that took only some services hides nothing from the next one") {
  Fixture f;
  f.repository.record("Acme/Privacy Policy.md", "one\n", 1);
  f.repository.record("Beta/Privacy Policy.md", "two\n", 2);
  ImportOptions some;
  some.services = "A*";
  CHECK(f.import(some).versions == 1);
  CHECK(f.import().versions == 1);
  CHECK(f.versions("beta/privacy-policy") == 1);
}

TEST_CASE("a text that comes back is a repeat, and many of them are flapping") {
  Fixture f;
  int day = 1;
  for (int round = 0; round < 6; ++round) {
    f.repository.record("Acme/Privacy Policy.md", "We use data.\n", day++);
    f.repository.record("Acme/Privacy Policy.md", "We use data, and more.\n", day++);
  }
  const ImportSummary summary = f.import();
  CHECK(summary.versions == 12);
  CHECK(summary.repeats == 10);
  CHECK(f.kind("acme/privacy-policy", 2) == VersionKind::substantive);
  CHECK(f.kind("acme/privacy-policy", 3) == VersionKind::restored);
  CHECK(f.archive->version("acme/privacy-policy", 3).value().restored_from == 1);
  CHECK(f.kind("acme/privacy-policy", 12) == VersionKind::flapping);
  CHECK(f.archive->text("acme/privacy-policy", 11).value() == "We use data.\n");
  CHECK(f.archive->changes({}, {}).value().items.size() == 1);
}

TEST_CASE("a version is of the same kind whether one run brought it or many did") {
  Fixture f;
  for (int day = 1; day <= 12; ++day) {
    f.repository.record("Acme/Privacy Policy.md", day % 2 == 0 ? "We use data.\n" : "We use data, and more.\n", day);
    CHECK(f.import().versions == 1);
  }
  CHECK(f.kind("acme/privacy-policy", 5) == VersionKind::restored);
  CHECK(f.kind("acme/privacy-policy", 6) == VersionKind::flapping);
  CHECK(f.kind("acme/privacy-policy", 12) == VersionKind::flapping);
}

TEST_CASE("after a page that was no policy its clauses are those they were, however many runs brought them") {
  for (const bool at_once : {true, false}) {
    Fixture f;
    const std::string policy = "# Privacy\n\nWe use your data.\n\nYou may leave at any time.\n";
    const std::vector<std::string> texts = {policy, "# Sorry\n\nAn error occurred.\n",
                                            policy + "\nWe train models on what you write.\n"};
    for (std::size_t i = 0; i < texts.size(); ++i) {
      f.repository.record("Acme/Privacy Policy.md", texts[i], static_cast<int>(i) + 1);
      if (!at_once) f.import();
    }
    if (at_once) f.import();
    const auto version = f.archive->clauses("acme/privacy-policy", 3).value();
    CHECK(version.lineages == std::vector<Lineage>{{1, 0}, {1, 1}, {1, 2}, {3, 0}});
    const auto ages = f.archive->clause_ages("acme/privacy-policy", 3).value();
    REQUIRE(ages.size() == 4);
    CHECK(format_rfc3339(ages[1].since) == "2024-01-01T12:00:00Z");
    CHECK(ages[1].edits == 0);
    CHECK(format_rfc3339(ages[3].since) == "2024-01-03T12:00:00Z");
  }
}

TEST_CASE("a file that is deleted and comes back, one that is renamed, and an empty one") {
  Fixture f;
  f.repository.record("Acme/Privacy Policy.md", "one\n", 1);
  f.repository.git({"rm", "--quiet", "Acme/Privacy Policy.md"});
  f.repository.commit("gone", 2);
  f.repository.record("Acme/Privacy Policy.md", "two\n", 3);
  f.repository.git({"mv", "Acme/Privacy Policy.md", "Acme/Privacy Notice.md"});
  f.repository.commit("renamed", 4);
  f.repository.record("Acme/Privacy Notice.md", "", 5);
  f.repository.record("Acme/Privacy Notice.md", " \n\n", 6);
  f.repository.record("Acme/Privacy Notice.md", "three\n", 7);
  const ImportSummary summary = f.import();
  CHECK(summary.empty == 2);
  CHECK(f.versions("acme/privacy-policy") == 2);
  CHECK(f.versions("acme/privacy-notice") == 2);
}

TEST_CASE("merge commits record what neither side had, and nothing twice") {
  Fixture f;
  f.repository.record("Acme/Privacy Policy.md", "one\n", 1);
  f.repository.git({"checkout", "--quiet", "-b", "side"});
  f.repository.record("Beta/Terms.md", "side\n", 2);
  f.repository.git({"checkout", "--quiet", "main"});
  f.repository.record("Acme/Privacy Policy.md", "two\n", 3);
  f.repository.git({"merge", "--quiet", "--no-ff", "--no-commit", "side"});
  test::write_file(f.repository.path() / "Gamma/Terms.md", "merged\n");
  f.repository.commit("merge", 4);
  CHECK(f.import().versions == 4);
  CHECK(f.versions("acme/privacy-policy") == 2);
  CHECK(f.versions("beta/terms") == 1);
  CHECK(f.versions("gamma/terms") == 1);
}

TEST_CASE("after a merge, the latest version is the text that the branch has") {
  Fixture f;
  f.repository.record("Acme/Terms.md", "one\n", 1);
  f.repository.git({"checkout", "--quiet", "-b", "side"});
  f.repository.record("Acme/Terms.md", "side\n", 2);
  f.repository.git({"checkout", "--quiet", "main"});
  f.repository.record("Acme/Terms.md", "main\n", 3);
  f.repository.git({"merge", "--quiet", "--no-ff", "--no-commit", "-X", "theirs", "side"});
  f.repository.commit("merge", 4);
  CHECK(f.import().versions == 4);
  CHECK(f.archive->text("acme/terms", 3).value() == "main\n");
  CHECK(f.archive->text("acme/terms", 4).value() == "side\n");
  CHECK(f.archive->version("acme/terms", 4).value().restored_from == 2);
}

TEST_CASE("a merge of very many parents") {
  Fixture f;
  f.repository.record("Acme/Terms.md", "one\n", 1);
  const auto id = [&](std::vector<std::string> arguments) {
    return f.repository.git(std::move(arguments)).substr(0, 40);
  };
  const std::string base = id({"rev-parse", "HEAD"});
  std::vector<std::string> merge = {"commit-tree", "HEAD^{tree}", "-m", "merge"};
  for (int side = 0; side < 100; ++side) {
    f.repository.git({"checkout", "--quiet", "-B", "side", base});
    f.repository.record("Side" + std::to_string(side) + "/Terms.md", std::to_string(side) + "\n", 2);
    merge.insert(merge.end(), {"-p", id({"rev-parse", "HEAD"})});
  }
  f.repository.git({"checkout", "--quiet", "main"});
  f.repository.git({"reset", "--quiet", "--hard", id(merge)});
  CHECK(f.import().versions == 101);
}

TEST_CASE("links, and names that are no UTF-8 or have controls") {
  Fixture f;
  f.repository.record("Acme/README.md", "about\n", 1);
  std::filesystem::create_directories(f.repository.path() / "Acme");
  std::filesystem::create_symlink("../../elsewhere", f.repository.path() / "Acme/Link.md");
  f.repository.commit("a link", 2);
  f.repository.record("Caf\xe9/Terms\x01\n.md", "one\n", 3);
  f.repository.record("Caf\xc3\xa9/Terms.md", "two\n", 4);
  CHECK(f.import().versions == 2);
  CHECK(f.archive->service("caf-e9").value().name == "Caf%E9");
  CHECK(f.archive->document("caf-e9/terms-01-0a").value().terms_type == "Terms%01%0A");
  CHECK(f.archive->service("cafe").value().name == "Caf\xc3\xa9");
}

TEST_CASE("names with signs, quotes and accents, bytes that are no UTF-8, and files that are no texts") {
  Fixture f;
  f.repository.record("C# Corner/Terms \"of\" Use.md", "one\n", 1);
  f.repository.record("Électricité/Conditions d'utilisation.md", "deux\n", 2);
  f.repository.record("Acme/Privacy Policy.md", "caf\xe9 \xff\xfe data\n", 3);
  f.repository.record("README.md", "# About\n", 4);
  f.repository.record("Acme/logo.svg", "<svg/>", 5);
  f.repository.record("deep/er/Terms.md", "too deep\n", 6);
  const ImportSummary summary = f.import();
  CHECK(summary.versions == 3);
  CHECK(f.versions("c-corner/terms-of-use") == 1);
  CHECK(f.versions("electricite/conditions-dutilisation") == 1);
  CHECK(f.archive->text("acme/privacy-policy", 1).value() == "caf\xe9 \xff\xfe data\n");
  CHECK(f.archive->service("electricite").value().name == "Électricité");
}

TEST_CASE("two services, and two documents of one, may have names that look alike") {
  Fixture f;
  f.repository.record("X.com/Terms.md", "one\n", 1);
  f.repository.record("X com/Terms.md", "two\n", 2);
  f.repository.record("X com/TERMS.md", "three\n", 3);
  CHECK(f.import().versions == 3);
  CHECK(f.archive->stats().value().documents == 3);
  f.repository.record("X.com/Terms.md", "four\n", 4);
  CHECK(f.import().versions == 1);
  CHECK(f.archive->stats().value().documents == 3);
}

TEST_CASE("what is no such repository is refused with a sentence that says what it is") {
  Fixture f;
  CHECK(f.error().find("empty") != std::string::npos);
  f.repository.record("README.md", "nothing else\n", 1);
  CHECK(f.error().find("neither of versions nor of snapshots") != std::string::npos);
  f.repository.record("Acme/Privacy Policy.md", "one\n", 3);
  const auto shallow = f.folder.path() / "shallow";
  REQUIRE(
      test::run({"git", "clone", "--quiet", "--depth=1", "file://" + f.repository.folder(), shallow.string()}).status ==
      0);
  CHECK(import_ota(*f.archive, f.rules, shallow.string(), {}).error().message.find("shallow") != std::string::npos);
  CHECK(import_ota(*f.archive, f.rules, (f.folder.path() / "none").string(), {})
            .error()
            .message.find("no git repository") != std::string::npos);
  ImportOptions branch;
  branch.branch = "nowhere";
  CHECK(import_ota(*f.archive, f.rules, f.repository.folder(), branch).error().message.find("nowhere") !=
        std::string::npos);
}
