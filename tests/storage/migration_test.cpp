// An archive of an earlier schema is brought up to date and says the same as before.
#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

#include "storage/archive.h"
#include "tests/storage/old_schema.h"
#include "tests/storage/support.h"
#include "tests/support/support.h"

using namespace smallprint;

namespace {

/// A document with three versions as schema 1 kept them: the second changed two clauses, the third took them back.
void make_schema_1(const std::string& path) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec(test::migration(1));
  database.exec("PRAGMA user_version = 1");
  database.exec(
      "INSERT INTO service VALUES (7, 'acme', 'Acme');"
      "INSERT INTO document (id, key, service_id, terms_type, type_slug, region, language, urls, versions, first_at, "
      "latest_at) VALUES (9, 'acme/terms', 7, 'Terms', 'terms', '', 'en', '', 3, 1000, 3000);"
      "INSERT INTO blob VALUES (1, x'01', 1, NULL, 0, x'00');");
  std::int64_t id = 0;
  for (const char* text : {"We keep your data.", "We sell your data.", "You may leave."}) {
    Clause clause;
    clause.text = text;
    std::string body;
    encode_clause(clause, body);
    SQLite::Statement insert(database, "INSERT INTO clause VALUES (?, ?, ?)");
    insert.bind(1, ++id);
    insert.bind(2, std::to_string(id));
    insert.bind(3, body.data(), static_cast<int>(body.size()));
    insert.exec();
  }
  const char* versions[] = {
      "(11, 9, 1, 1000, 0, 0, NULL, 'en', '', '', 1, 4, 1, 0, 0, 0, '', '1', x'', 0, x'')",
      "(12, 9, 2, 2000, 1, 0, 19984, 'en', '', '', 1, 7, 2, 2, 1, 3, 'data-sale\tintroduced\t', '1', x'', 0, x'')",
      "(13, 9, 3, 3000, 3, 1, NULL, 'en', '', '', 1, 4, 1, 2, 1, 0, '', '1', x'', 0, x'')"};
  for (const char* row : versions) database.exec(std::string("INSERT INTO version VALUES ") + row);
  const char* changes[] = {
      "(1, 12, 9, 7, 2000, 2, 0, 0, 1, 4, 0, '', 1, 1, 2, 0, 'Rights\nEnding', x'', x'03', '')",
      "(2, 12, 9, 7, 2000, 1, 2, 0, 0, 0, 3, 'sale of data', 0, 0, 1, 0, 'Use', x'01', x'02', "
      "'data-sale\tintroduced\treversal')",
      "(3, 13, 9, 7, 3000, 2, 1, 1, 1, 4, 0, '', 1, 1, 2, 0, '', x'03', x'', '')",
      "(4, 13, 9, 7, 3000, 1, 2, 1, 0, 0, 3, '', 0, 0, 1, 0, 'Use', x'02', x'01', 'data-sale\twithdrawn\t')"};
  for (const char* row : changes) database.exec(std::string("INSERT INTO change VALUES ") + row);
  database.exec("INSERT INTO change_topic VALUES ('data-sale', 2000, 2, 4, 7)");
  const char* facts[] = {"(9, 'sells_data', 1, 2, 1000, 'silent', '', x'')",
                         "(9, 'sells_data', 2, 3, 2000, 'no', '', x'')",
                         "(9, 'sells_data', 3, NULL, 3000, 'silent', '', x'')"};
  for (const char* row : facts) database.exec(std::string("INSERT INTO fact VALUES ") + row);
}

}  // namespace

TEST_CASE("an archive of schema 1 keeps its changes, and they are found as before") {
  const test::TemporaryFolder folder;
  const std::string path = (folder.path() / "archive.db").string();
  OpenOptions read_only;
  read_only.read_only = true;
  make_schema_1(path);
  CHECK(open_archive("sqlite:" + path, read_only).error().code == ErrorCode::unsupported);
  const auto archive = open_archive("sqlite:" + path).value();

  const auto news = archive->changes({}, {}).value().items;
  REQUIRE(news.size() == 2);  // what repeats is told on request
  CHECK(news[0].ordinal == 1);
  CHECK(news[0].change.kind == ChangeKind::edited);
  CHECK(before_text(news[0].change) == "We keep your data.");
  CHECK(after_text(news[0].change) == "We sell your data.");
  CHECK(news[0].change.importance == Importance::high);
  CHECK(news[0].change.importance_reason == "sale of data");
  CHECK(news[0].change.section == std::vector<std::string>{"Use"});
  CHECK(news[0].change.topics == std::vector<TopicEffect>{{"data-sale", Effect::introduced, "reversal"}});
  CHECK(news[0].change.lineage == Lineage{1, 0});
  CHECK(news[0].effective_date == Date{std::chrono::year{2024} / 9 / 18});
  CHECK(news[1].change.cosmetic);
  CHECK(news[1].change.reasons.has(CosmeticReason::numbering));
  CHECK(news[1].change.section == std::vector<std::string>{"Rights", "Ending"});

  const auto found = [&](const auto& set) {
    ChangeFilter filter;
    set(filter);
    return archive->changes(filter, {}).value().items.size();
  };
  CHECK(found([](ChangeFilter& filter) {
          filter.service = "acme";
          filter.repeats = true;
        }) == 4);
  CHECK(found([](ChangeFilter& filter) {
          filter.document = "acme/terms";
          filter.kind = ChangeKind::added;
        }) == 1);
  CHECK(found([](ChangeFilter& filter) { filter.topic = "data-sale"; }) == 1);
  CHECK(found([](ChangeFilter& filter) {
          filter.topic = "data-sale";
          filter.effect = Effect::withdrawn;
          filter.repeats = true;
        }) == 1);
  CHECK(archive->stats().value().changes == 4);
  FactFilter history;
  history.history = true;
  const auto runs = archive->facts(history, {}).value().items;
  REQUIRE(runs.size() == 3);
  CHECK(runs[0].until == Timestamp{std::chrono::seconds{2000}});
  CHECK(runs[1].until == Timestamp{std::chrono::seconds{3000}});
  CHECK_FALSE(runs[2].until);
  CHECK(open_archive("sqlite:" + path, read_only).ok());
}

TEST_CASE("an archive of schema 8 keeps when each document is due, until the catalog says what is tracked") {
  const test::TemporaryFolder folder;
  const std::string path = (folder.path() / "archive.db").string();
  {
    SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    test::make_schema(database, 7);
    database.exec(
        "INSERT INTO service VALUES (7, 'acme', 'Acme');"
        "INSERT INTO document (id, key, service_id, terms_type, type_slug, region, urls, next_visit_at, interval, "
        "etag) "
        "VALUES (9, 'acme/terms', 7, 'Terms', 'terms', '', 'https://acme.example/', 5000, 3600, '\"e\"'), "
        "(10, 'acme/privacy', 7, 'Privacy', 'privacy', '', '', NULL, 0, '')");
  }
  const auto archive = open_archive("sqlite:" + path).value();
  CHECK_FALSE(archive->document("acme/terms").value().next_visit_at);
  int left = 2;
  const auto summary = archive->track(
      [&](TrackedDocument& next) -> Result<bool> {
        const std::string type = left == 2 ? "Terms" : "Privacy";
        next = {{document_id("Acme", type), "Acme", type, "", {"https://acme.example/"}}, "acme.example", "main"};
        return left-- > 0;
      },
      {Timestamp{std::chrono::seconds{1000}}});
  CHECK(summary.value().added == 2);
  CHECK(archive->document("acme/terms").value().next_visit_at == Timestamp{std::chrono::seconds{5000}});
  CHECK(archive->document("acme/privacy").value().next_visit_at == Timestamp{std::chrono::seconds{1000}});
  const auto due = archive->claim_due({{"w", Timestamp{std::chrono::seconds{1000}}}, 10}).value();
  REQUIRE(due.size() == 1);
  const Timestamp free_at{std::chrono::seconds{1002}}, next{std::chrono::seconds{9000}};
  REQUIRE(archive->end_claim("acme/privacy", {due[0].claim, next, std::chrono::hours{1}, "", "", free_at}).ok());
  const auto later = archive->claim_due({{"w", Timestamp{std::chrono::seconds{5000}}}, 10}).value();
  REQUIRE(later.size() == 1);
  CHECK(later[0].id == "acme/terms");
  CHECK(later[0].interval == std::chrono::hours{1});
  CHECK(later[0].etag == "\"e\"");
}

namespace {

/// All that a reader is told of a document.
std::string told(const Archive& archive, const DocumentId& id) {
  std::string out;
  const std::uint32_t versions = archive.document(id).value().versions;
  for (std::uint32_t number = 1; number <= versions; ++number) {
    const VersionRow row = archive.version(id, number).value();
    out += std::to_string(number) + " " + std::string(name(row.kind)) + " " + format_rfc3339(row.observed_at) + " " +
           row.text_sha256 + " " + archive.text(id, number).value();
    const auto version = archive.clauses(id, number).value();
    for (std::size_t i = 0; i < version.lineages.size(); ++i) {
      out += format_lineage(version.lineages[i]) + " " + version.document.clauses[i].text + "\n";
    }
    for (const Snapshot& page : archive.snapshots(id, number).value()) out += page.body + "\n";
    for (const ClauseAge& age : archive.clause_ages(id, number).value()) {
      out += format_lineage(age.lineage) + " " + format_rfc3339(age.since) + " " + std::to_string(age.edits) + "\n";
    }
  }
  ChangeFilter filter;
  filter.repeats = true;
  for (const ChangeRow& row : archive.changes(filter, {1000, {}}).value().items) {
    out += std::to_string(row.version) + "/" + std::to_string(row.ordinal) + " " + before_text(row.change) + " > " +
           after_text(row.change) + "\n";
  }
  for (const ClauseHit& hit : archive.search({"train models", {}, {}, {}}, {}).value().items) {
    out += hit.clause.text + " " + format_lineage(hit.lineage) + " " + std::to_string(hit.first_version) + "\n";
  }
  return out;
}

/// A document that is edited and swings back, page and all.
void record_swinging(Archive& archive, const DocumentId& id) {
  REQUIRE(archive.put_document({id, "Acme", "Terms", "", {}}).ok());
  auto writer = archive.write(id).value();
  for (int i = 0; i < 7; ++i) {
    const std::string said = i % 2 == 0 ? "We keep it." : "We train models with it.";
    auto version = test::version_of({"# Use", said, "You may leave."}, {{1, 0}, {1, 1}, {1, 2}},
                                    Timestamp{std::chrono::hours{24 * (i + 1)}});
    version.kind = i == 0 ? VersionKind::first : i == 1 ? VersionKind::substantive : VersionKind::restored;
    version.restored_from = i < 2 ? 0 : static_cast<std::uint32_t>(i - 1);
    version.snapshots = {{{"https://acme.example/"}, 200, {}, "<h1>Use</h1><p>" + said + "</p>"}};
    if (i > 0) {
      Change change;
      change.kind = ChangeKind::edited;
      change.before_index = change.after_index = 1;
      change.before = {writer->latest()->document->clauses[1]};
      change.after = {version.document->clauses[1]};
      change.lineage = {1, 1};
      version.comparison = {VersionKind::substantive, false, {change}};
    }
    REQUIRE(writer->add(std::move(version)).ok());
  }
  REQUIRE(writer->commit().ok());
}

}  // namespace

TEST_CASE("an archive of any schema since the chain began says the same when it is brought up to date") {
  const test::TemporaryFolder folder;
  const std::string today = (folder.path() / "today.db").string();
  std::string expected;
  {
    const auto archive = open_archive("sqlite:" + today).value();
    record_swinging(*archive, "acme/terms");
    expected = told(*archive, "acme/terms");
    CHECK(archive->verify(nullptr, nullptr).value().empty());
  }
  CHECK(expected.find("We train models with it. c1-1 6") != std::string::npos);
  for (int number = 8; number <= 11; ++number) {
    INFO("schema " << number);
    const std::string path = (folder.path() / (std::to_string(number) + ".db")).string();
    if (number < 11) {
      test::copy_as_schema(today, path, number);
    } else {
      std::filesystem::copy_file(today, path);
    }
    const auto archive = open_archive("sqlite:" + path).value();
    CHECK(told(*archive, "acme/terms") == expected);
    const auto damage = archive->verify(nullptr, nullptr).value();
    for (const Damage& one : damage) CHECK_MESSAGE(false, one.what);
    record_swinging(*archive, "zebra/terms");  // and goes on
    CHECK(told(*archive, "acme/terms").find("We train models with it.") != std::string::npos);
  }
}
