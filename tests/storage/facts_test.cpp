// What documents say, now, at a time, and through time: the contract of Archive::facts().
#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

#include "tests/storage/support.h"
#include "tests/support/support.h"

using namespace smallprint;
using test::version_of;

namespace {

const Timestamp day0{std::chrono::sys_days{std::chrono::year{2024} / 9 / 1}};
Timestamp day(int number) { return day0 + std::chrono::days{number}; }

struct Fixture {
  test::TemporaryFolder folder;
  std::string path = (folder.path() / "archive.db").string();
  std::unique_ptr<Archive> archive = open_archive("sqlite:" + path).value();
};

/// Four versions, on days 0, 5, 9 and 12, which say this on two questions.
void versions_that_say(Fixture& f, const DocumentId& id, const std::vector<std::string>& trains,
                       const std::vector<std::string>& sells) {
  const std::string name = id.starts_with("acme") ? "Acme" : "Zebra";
  REQUIRE(f.archive->put_document({id, name, id.substr(id.find('/') + 1), "", {"https://acme.example/"}}).ok());
  auto write = f.archive->write(id).value();
  const int days[] = {0, 5, 9, 12};
  for (std::size_t i = 0; i < trains.size(); ++i) {
    const std::string text = id + " " + std::to_string(i);
    auto version = version_of({text}, {{static_cast<std::uint32_t>(i + 1), 0}}, day(days[i]));
    const auto fact = [&](const char* question, const std::string& value) {
      Fact out{question, value, "", {}};
      if (value != "silent") out.evidence = {{text, {}, 0, {static_cast<std::uint32_t>(i + 1), 0}}};
      version.facts.push_back(std::move(out));
    };
    fact("trains_ai", trains[i]);
    fact("sells_data", sells[i]);
    REQUIRE(write->add(std::move(version)).ok());
    REQUIRE(write->commit().ok());  // one at a time: what an earlier commit left is closed by a later one
  }
}

FactFilter history_of(const std::string& fact, const std::string& service = "") {
  FactFilter filter;
  filter.fact = fact;
  filter.service = service;
  filter.history = true;
  return filter;
}

std::vector<std::string> told(const std::vector<FactRow>& rows) {
  std::vector<std::string> out;
  for (const FactRow& row : rows) out.push_back(row.document + " " + row.fact.fact + " " + row.fact.value);
  return out;
}

}  // namespace

TEST_CASE("a question's history has every run of one answer, with the versions it began and ended in") {
  Fixture f;
  versions_that_say(f, "acme/privacy-policy", {"silent", "yes", "yes", "no"}, {"no", "no", "no", "no"});
  const auto runs = f.archive->facts(history_of("trains_ai", "acme"), {}).value().items;
  REQUIRE(runs.size() == 3);
  CHECK(runs[0].fact.value == "silent");
  CHECK(runs[0].fact.evidence.empty());
  CHECK(runs[0].since == day(0));
  CHECK(runs[0].until == day(5));
  CHECK(runs[0].until_version == 2);
  CHECK(runs[0].version == 1);
  CHECK(runs[1].fact.value == "yes");
  CHECK(runs[1].since_version == 2);
  CHECK(runs[1].until_version == 4);
  CHECK(runs[1].until == day(12));
  CHECK(runs[1].version == 3);  // the evidence is the last version's that says so
  CHECK(runs[1].fact.evidence.at(0).text == "acme/privacy-policy 2");
  CHECK(runs[2].fact.value == "no");
  CHECK(runs[2].until_version == 0);
  CHECK_FALSE(runs[2].until);
  CHECK(runs[2].version == 4);
  // Without its history, what the latest version says.
  CHECK(told(f.archive->facts({"trains_ai", "", "", ""}, {}).value().items) ==
        std::vector<std::string>{"acme/privacy-policy trains_ai no"});
  // Of one value, also where it holds no longer.
  FactFilter yes = history_of("trains_ai");
  yes.value = "yes";
  CHECK(f.archive->facts(yes, {}).value().items.at(0).until == day(12));
}

TEST_CASE(
    "an earlier text that comes back within three days takes its answers up again, as if nothing had been between") {
  struct Case {
    VersionKind kind;
    int back;  ///< the day on which the first text comes back, after day 5
    bool one_commit;
    std::vector<std::string> runs;
  };
  const std::string yes = "acme/privacy-policy trains_ai yes", silent = "acme/privacy-policy trains_ai silent";
  for (const Case& one : {Case{VersionKind::restored, 7, false, {yes}}, Case{VersionKind::flapping, 7, true, {yes}},
                          Case{VersionKind::restored, 9, false, {yes, silent, yes}},
                          Case{VersionKind::substantive, 7, false, {yes, silent, yes}}}) {
    Fixture f;
    REQUIRE(f.archive->put_document({"acme/privacy-policy", "Acme", "Privacy Policy", "", {}}).ok());
    auto write = f.archive->write("acme/privacy-policy").value();
    std::uint32_t number = 0;
    const auto add = [&](int on, const char* value, VersionKind kind) {
      const std::string text = std::string("says ") + value + " " + std::to_string(kind == VersionKind::first ? 0 : on);
      auto version = version_of({text}, {{++number, 0}}, day(on));
      version.kind = kind;
      Fact fact{"trains_ai", value, "", {}};
      if (fact.value != "silent") fact.evidence = {{text, {}, 0, {number, 0}}};
      version.facts = {fact};
      REQUIRE(write->add(std::move(version)).ok());
      if (!one.one_commit) REQUIRE(write->commit().ok());
    };
    add(0, "yes", VersionKind::first);
    add(5, "silent", VersionKind::substantive);
    add(one.back, "yes", one.kind);
    if (one.one_commit) REQUIRE(write->commit().ok());
    const auto runs = f.archive->facts(history_of("trains_ai"), {}).value().items;
    CAPTURE(one.back);
    CHECK(told(runs) == one.runs);
    CHECK_FALSE(runs.back().until);
    CHECK(runs.back().since == (one.runs.size() == 1 ? day(0) : day(one.back)));
    CHECK(runs.back().version == 3);
    CHECK(runs.back().fact.evidence.at(0).lineage == Lineage{3, 0});  // the latest version's
    CHECK(f.archive->verify(nullptr, nullptr).value().empty());
  }
}

TEST_CASE("what documents said is told as of a time, from the second on in which a version was seen") {
  Fixture f;
  versions_that_say(f, "acme/privacy-policy", {"silent", "yes", "yes", "no"}, {"no", "no", "no", "no"});
  const auto at = [&](Timestamp time) {
    FactFilter filter;
    filter.fact = "trains_ai";
    filter.at = time;
    return told(f.archive->facts(filter, {}).value().items);
  };
  CHECK(at(day(-1)).empty());  // no version: neither yes nor silent
  CHECK(at(day(0)) == std::vector<std::string>{"acme/privacy-policy trains_ai silent"});
  CHECK(at(day(5) - std::chrono::seconds{1}) == std::vector<std::string>{"acme/privacy-policy trains_ai silent"});
  CHECK(at(day(5)) == std::vector<std::string>{"acme/privacy-policy trains_ai yes"});
  CHECK(at(day(11)) == std::vector<std::string>{"acme/privacy-policy trains_ai yes"});
  CHECK(at(day(40)) == std::vector<std::string>{"acme/privacy-policy trains_ai no"});
}

TEST_CASE("facts are paged by every filter without gap or repeat") {
  Fixture f;
  versions_that_say(f, "zebra/terms", {"yes", "silent", "yes", "yes"}, {"no", "silent", "no", "silent"});
  versions_that_say(f, "acme/privacy-policy", {"silent", "yes", "no", "yes"}, {"silent", "silent", "silent", "no"});
  versions_that_say(f, "acme/terms", {"yes"}, {"silent"});
  std::vector<FactFilter> filters(2);
  filters[1].history = true;
  for (const char* fact : {"", "trains_ai"}) {
    for (const char* value : {"", "yes", "silent"}) {
      for (const char* service : {"", "acme", "nobody"}) {
        for (const bool history : {false, true}) {
          FactFilter filter;
          filter.fact = fact;
          filter.value = value;
          filter.service = service;
          filter.history = history;
          filters.push_back(filter);
          filter.document = "acme/terms";
          filters.push_back(filter);
          if (!history) {
            filter.document.clear();
            filter.at = day(6);
            filters.push_back(filter);
          }
        }
      }
    }
  }
  for (const FactFilter& filter : filters) {
    INFO(filter.fact << " " << filter.value << " " << filter.service << " " << filter.document);
    const auto whole = f.archive->facts(filter, {200, ""}).value();
    CHECK(whole.next.empty());
    for (const FactRow& row : whole.items) {
      CHECK((filter.fact.empty() || row.fact.fact == filter.fact));
      CHECK((filter.value.empty() || row.fact.value == filter.value));
      CHECK((filter.service.empty() || row.document.starts_with(filter.service + "/")));
      CHECK((filter.document.empty() || row.document == filter.document));
    }
    std::vector<FactRow> paged;
    Paging paging{1, ""};
    do {
      const auto page = f.archive->facts(filter, paging).value();
      paged.insert(paged.end(), page.items.begin(), page.items.end());
      paging.cursor = page.next;
    } while (!paging.cursor.empty() && paged.size() < 100);
    CHECK(told(paged) == told(whole.items));
  }
  FactFilter all;
  all.history = true;
  CHECK(f.archive->facts(all, {}).value().items.size() == 15);
  for (const char* bad :
       {"x", "1", "1|", "|trains_ai|", "1|trains_ai|x", "-1|trains_ai|1", "1||99999999999999999999"}) {
    CHECK(f.archive->facts(all, {10, bad}).error().code == ErrorCode::bad_input);
  }
}

TEST_CASE("facts are read by an index of one question's values, or by the key, and are not sorted") {
  Fixture f;
  versions_that_say(f, "acme/terms", {"yes"}, {"silent"});
  SQLite::Database database(f.path, SQLite::OPEN_READONLY);
  const auto plan = [&](const std::string& tail) {
    std::string out;
    SQLite::Statement explain(database,
                              "EXPLAIN QUERY PLAN SELECT f.value FROM fact f CROSS JOIN document d ON d.id = "
                              "f.document_id WHERE " +
                                  tail + " LIMIT 51");
    while (explain.executeStep()) out += explain.getColumn(3).getString() + "\n";
    return out;
  };
  const std::string by_value = plan(
      "f.fact = 'trains_ai' AND f.value = 'yes' AND (f.document_id, f.since_version) > (1, 1) ORDER BY f.document_id, "
      "f.since_version");
  CHECK(by_value.find("fact_value (fact=? AND value=? AND (document_id,since_version)>") != std::string::npos);
  CHECK(by_value.find("TEMP B-TREE") == std::string::npos);
  const std::string by_key = plan(
      "+f.fact = 'trains_ai' AND (f.document_id, f.fact, f.since_version) > (1, 'a', 1) ORDER BY f.document_id, "
      "f.fact, f.since_version");
  CHECK(by_key.find("PRIMARY KEY") != std::string::npos);
  CHECK(by_key.find("TEMP B-TREE") == std::string::npos);
}
