// Files that somebody kept, by service, terms type and date.
#include "app/import_files.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "storage/archive.h"
#include "tests/support/support.h"

using namespace smallprint;

namespace {

struct Fixture {
  test::TemporaryFolder folder;
  std::unique_ptr<Archive> archive = open_archive("sqlite:" + (folder.path() / "archive.db").string()).value();
  RuleSet rules = RuleSet::builtin();

  void keep(const std::string& path, const std::string& text) const {
    const auto file = folder.path() / "kept" / path;
    std::filesystem::create_directories(file.parent_path());
    test::write_file(file, text);
  }
  [[nodiscard]] Result<ImportSummary> import(const ImportOptions& options = {}) const {
    return import_files(*archive, rules, (folder.path() / "kept").string(), options);
  }
};

std::string page(const std::string& said) {
  return "<html><body><nav><a href='/'>Home</a></nav><main><h1>Privacy Policy</h1><p>" + said +
         "</p><p>You may write to us at any time, and we answer within a month of your "
         "letter.</p></main></body></html>";
}

}  // namespace

TEST_CASE("files become versions in the order of their dates, whatever their format") {
  const Fixture f;
  f.keep("Acme/Privacy Policy/2024-03-01.html", page("We sell none of your data to anybody, today or later."));
  f.keep("Acme/Privacy Policy/2023-01-31.md", "# Privacy Policy\n\nWe keep your data.\r\n");
  f.keep("Acme/Privacy Policy/2024-03-01T06-10-13Z.txt", "Privacy Policy\n\nWe sell your data to our partners.\n");
  f.keep("Zebra/Terms of Service/2022-02-02.md", "You may leave.\n");
  const auto first = f.import();
  REQUIRE(first.ok());
  CHECK(first->failed.empty());
  CHECK(first->services == 2);
  CHECK(first->documents == 2);
  CHECK(first->versions == 4);
  const DocumentId id = "acme/privacy-policy";
  CHECK(f.archive->text(id, 1).value() == "# Privacy Policy\n\nWe keep your data.\r\n");
  CHECK(f.archive->snapshots(id, 1).value().empty());
  CHECK(f.archive->text(id, 2).value().find("We sell none of your data") != std::string::npos);
  CHECK(f.archive->text(id, 2).value().find("Home") == std::string::npos);
  CHECK(f.archive->snapshots(id, 2).value().at(0).body ==
        page("We sell none of your data to anybody, today or later."));
  CHECK(f.archive->version(id, 2).value().source == "file:Acme/Privacy Policy/2024-03-01.html");
  CHECK(format_rfc3339(f.archive->version(id, 2).value().observed_at) == "2024-03-01T00:00:00Z");
  CHECK(format_rfc3339(f.archive->version(id, 3).value().observed_at) == "2024-03-01T06:10:13Z");
  CHECK(f.archive->document(id).value().service_name == "Acme");
  CHECK(f.archive->verify(nullptr, nullptr).value().empty());

  f.keep("Acme/Privacy Policy/2025-01-01.md", "# Privacy Policy\n\nWe keep nothing.\n");
  const auto second = f.import();
  REQUIRE(second.ok());
  CHECK(second->versions == 1);
  CHECK(second->known == 4);
}

TEST_CASE("what is no such file is left alone, and what cannot be read is named") {
  const Fixture f;
  f.keep("Acme/Terms/2024-03-01.md", "We keep it.\n");
  f.keep("Acme/Terms/2024-02-30.md", "No such day.\n");
  f.keep("Acme/Terms/latest.md", "No date.\n");
  f.keep("Acme/Terms/2024-03-02.docx", "No such format.\n");
  f.keep("Acme/2024-03-02.md", "No terms type.\n");
  f.keep("Acme/Terms/2024-03-03.md", " \n");
  f.keep("Acme/Terms/2024-03-04.pdf", "no PDF at all");
  f.keep("Acme/Terms/2024-03-05.md", "We keep it.\n");
  f.keep("Other/Terms/2024-03-05.md", "Not asked for.\n");
  ImportOptions options;
  options.services = "Ac*";
  const auto summary = f.import(options);
  REQUIRE(summary.ok());
  CHECK(summary->versions == 1);
  CHECK(summary->empty == 1);
  CHECK(summary->unchanged == 1);
  REQUIRE(summary->failed.size() == 1);
  CHECK(summary->failed[0].starts_with("Acme/Terms/2024-03-04.pdf: "));
  CHECK(f.archive->documents({}, {}).value().items.size() == 1);
}

TEST_CASE("a folder that is missing, or has nothing of that form, is an error") {
  const Fixture f;
  CHECK(f.import().error().code == ErrorCode::bad_input);
  f.keep("readme.md", "Nothing here.\n");
  CHECK(f.import().error().code == ErrorCode::bad_input);
}
