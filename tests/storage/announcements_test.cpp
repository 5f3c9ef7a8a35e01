// Announced terms: what of the dates that versions name is ahead, what was taken back, and what became of it.
#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/storage/support.h"
#include "tests/support/support.h"

using namespace smallprint;
using namespace std::chrono_literals;
using test::version_of;

namespace {

Date date(std::string_view text) { return parse_date(text).value(); }
Timestamp noon(std::string_view text) { return Timestamp{std::chrono::sys_days{date(text)}} + 12h; }

DateRun run(std::string_view since, std::string_view until = {}, bool stamp = false, std::uint32_t version = 1) {
  DateRun out;
  out.stamp = stamp;
  out.since = {1, noon(since)};
  if (!until.empty()) out.until = SeenVersion{2, noon(until)};
  out.version = version;
  return out;
}

/// What one version says of its dates: "" is silent.
struct Says {
  std::string_view seen, announced, effective;
  VersionKind kind = VersionKind::substantive;
};

struct Fixture {
  test::TemporaryFolder folder;
  std::string path = (folder.path() / "archive.db").string();
  std::unique_ptr<Archive> archive = open_archive("sqlite:" + path).value();

  void add(const DocumentId& id, const std::vector<Says>& versions) {
    const std::string service = id.substr(0, id.find('/'));
    REQUIRE(archive->put_document({id, service + " Inc", "Terms of Service", "", {"https://example.org"}}).ok());
    auto writer = archive->write(id).value();
    std::uint32_t number = 0;
    for (const Says& says : versions) {
      const std::string text = "Our terms, version " + std::to_string(++number) + " of " + id + ".";
      auto version = version_of({text}, {{1, 0}}, noon(says.seen));
      version.kind = number == 1 ? VersionKind::first : says.kind;
      const auto fact = [&](const char* question, std::string_view value) {
        Fact out;
        out.fact = question;
        out.value = value.empty() ? "silent" : std::string(value);
        if (!value.empty()) {
          out.evidence = {{text, {}, 0, {1, 0}}};
          out.detail = "https://example.org/preview";
        }
        version.facts.push_back(std::move(out));
      };
      fact("announced_change", says.announced);
      fact("effective_date", says.effective);
      if (!says.effective.empty()) version.effective_date = date(says.effective);
      REQUIRE(writer->add(std::move(version)).ok());
    }
    REQUIRE(writer->commit().ok());
  }
  std::vector<AnnouncementRow> all(const AnnouncementFilter& filter = {}) const {
    return archive->announcements(filter, {}).value().items;
  }
};

}  // namespace

TEST_CASE("a date announces where it lay ahead when it was said, near enough, and was not taken back before it came") {
  const Date day = date("2025-11-03");
  const struct {
    const char* what;
    std::vector<DateRun> runs;
    std::optional<std::size_t> telling;
  } cases[] = {
      {"nothing", {}, {}},
      {"said ahead, and it stands", {run("2025-10-01")}, 0},
      {"said the day before", {run("2025-11-02")}, 0},
      {"said on the day", {run("2025-11-03")}, {}},
      {"said afterwards", {run("2026-01-01")}, {}},
      {"said two years ahead", {run("2023-11-03")}, 0},
      {"said longer ahead than anybody announces", {run("2023-11-02")}, {}},
      {"gone before the date", {run("2025-10-01", "2025-11-02")}, {}},
      {"gone on the date", {run("2025-10-01", "2025-11-03")}, 0},
      {"gone, then said again", {run("2025-09-01", "2025-09-10"), run("2025-10-01")}, 1},
      {"a sentence tells more than a stamp",
       {run("2025-10-01", "2025-11-04", false, 3), run("2025-10-10", {}, true, 9)},
       0},
      {"a stamp stands where the sentence was taken back",
       {run("2025-09-01", "2025-09-10"), run("2025-09-10", {}, true)},
       1},
      {"the latest of two sentences", {run("2025-10-01", "2025-11-09", false, 3), run("2025-10-20", {}, false, 5)}, 1},
  };
  for (const auto& one : cases) {
    INFO(one.what);
    CHECK(telling_run(day, one.runs) == one.telling);
  }
}

TEST_CASE("an announcement is ahead until its day, then due until a version that it brought is seen") {
  AnnouncementRow row;
  row.date = date("2025-11-03");
  CHECK(state_on(date("2025-11-02"), row) == AnnouncementState::ahead);
  CHECK(state_on(date("2025-11-03"), row) == AnnouncementState::due);
  row.brought_by = SeenVersion{2, noon("2025-10-20")};
  CHECK(state_on(date("2025-11-02"), row) == AnnouncementState::ahead);
  CHECK(state_on(date("2025-11-03"), row) == AnnouncementState::fulfilled);
}

TEST_CASE("announced terms are listed by date with their sentence, their link and the version that they brought") {
  Fixture f;
  f.add("acme/terms", {{"2025-01-01", "", "2024-12-24"}, {"2025-10-01", "2025-11-03", "2024-12-24"}});
  f.add("brook/terms", {{"2025-10-05", "2025-11-03", ""},
                        {"2025-11-04", "2025-11-03", "", VersionKind::cosmetic},
                        {"2025-11-06", "", ""}});
  f.add("cone/terms", {{"2025-10-01", "2025-11-10", ""}, {"2025-10-20", "", "2025-11-10"}, {"2025-12-01", "", ""}});
  f.add("dune/terms", {{"2025-10-01", "2025-11-20", ""}, {"2025-10-08", "2025-12-01", ""}});
  f.add("east/terms", {{"2025-10-01", "2020-01-01", "2025-10-01"}});
  const auto rows = f.all();
  REQUIRE(rows.size() == 4);

  CHECK(rows[0].document == "acme/terms");
  CHECK(rows[0].service == "acme");
  CHECK(rows[0].service_name == "acme Inc");
  CHECK(rows[0].terms_type == "Terms of Service");
  CHECK(rows[0].date == date("2025-11-03"));
  CHECK(!rows[0].said.stamp);
  CHECK(rows[0].said.version == 2);
  CHECK(rows[0].said.link == "https://example.org/preview");
  REQUIRE(rows[0].said.evidence);
  CHECK(rows[0].said.evidence->text == "Our terms, version 2 of acme/terms.");
  CHECK(rows[0].first.number == 2);
  CHECK(rows[0].first.observed_at == noon("2025-10-01"));
  CHECK(!rows[0].brought_by);

  // The cosmetic version of the day after brings nothing.
  CHECK(rows[1].document == "brook/terms");
  REQUIRE(rows[1].brought_by);
  CHECK(rows[1].brought_by->number == 3);
  CHECK(rows[1].brought_by->observed_at == noon("2025-11-06"));
  CHECK(rows[1].said.version == 2);

  // Published ahead of its day: the text that says so itself is what the announcement brought.
  CHECK(rows[2].document == "cone/terms");
  CHECK(rows[2].said.stamp);
  CHECK(rows[2].said.version == 2);
  CHECK(rows[2].first.number == 1);
  REQUIRE(rows[2].brought_by);
  CHECK(rows[2].brought_by->number == 2);

  // Put off: the first date was taken back.
  CHECK(rows[3].document == "dune/terms");
  CHECK(rows[3].date == date("2025-12-01"));
}

TEST_CASE("announced terms are found by date and service, and page by page without loss") {
  Fixture f;
  for (const char* name : {"acme", "brook", "cone", "dune", "east"}) {
    f.add(std::string(name) + "/terms", {{"2025-10-01", "2025-11-03", "2025-11-03"}});
    f.add(std::string(name) + "/privacy", {{"2025-10-01", "", "2025-11-05"}});
  }
  CHECK(f.all().size() == 10);
  AnnouncementFilter filter;
  filter.since = date("2025-11-04");
  CHECK(f.all(filter).size() == 5);
  filter.until = date("2025-11-05");
  CHECK(f.all(filter).empty());
  filter = {};
  filter.until = date("2025-11-05");
  CHECK(f.all(filter).size() == 5);
  filter.service = "cone";
  CHECK(f.all(filter).size() == 1);

  const auto listed = [&](bool latest_first) {
    AnnouncementFilter every;
    every.latest_first = latest_first;
    std::vector<std::string> rows;
    Paging paging{.limit = 3, .cursor = {}};
    do {
      const auto page = f.archive->announcements(every, paging).value();
      CHECK(page.items.size() <= 3);
      for (const AnnouncementRow& row : page.items) rows.push_back(format_date(row.date) + " " + row.document);
      paging.cursor = page.next;
    } while (!paging.cursor.empty() && rows.size() < 50);
    return rows;
  };
  std::vector<std::string> seen = listed(true);
  std::reverse(seen.begin(), seen.end());
  CHECK(seen == listed(false));
  REQUIRE(seen.size() == 10);
  CHECK(std::is_sorted(seen.begin(), seen.begin() + 5));
  CHECK(seen[4] == "2025-11-03 east/terms");
  CHECK(seen[9] == "2025-11-05 east/privacy");
  CHECK(f.archive->announcements({}, {.limit = 3, .cursor = "no cursor"}).error().code == ErrorCode::bad_input);
}

TEST_CASE("announced terms are read by an index of the dates that lay ahead, not by all facts or versions") {
  Fixture f;
  f.add("acme/terms", {{"2025-10-01", "2025-11-03", "2024-12-24"}});
  f.archive.reset();
  SQLite::Database database(f.path);
  CHECK(database.execAndGet("SELECT count(*) FROM fact WHERE value <> 'silent'").getInt() == 2);
  // Of the two dates one lay ahead: the index holds that alone.
  CHECK(database
            .execAndGet("SELECT count(*) FROM fact INDEXED BY fact_announced WHERE fact IN ('announced_change', "
                        "'effective_date') AND value < ':' AND value > date(since, 'unixepoch')")
            .getInt() == 1);
}
