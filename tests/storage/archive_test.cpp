// The contract of the archive, on SQLite.
#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

#include <array>
#include <barrier>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/storage/support.h"
#include "tests/support/support.h"

using namespace smallprint;
using test::version_of;

namespace {

const Timestamp day0{std::chrono::sys_days{std::chrono::year{2024} / 9 / 1}};
Timestamp day(int number) { return day0 + std::chrono::days{number}; }

struct Fixture {
  test::TemporaryFolder folder;
  std::string url = "sqlite:" + (folder.path() / "archive.db").string();
  std::unique_ptr<Archive> archive = open_archive(url).value();

  std::unique_ptr<DocumentWriter> writer(const DocumentId& id = "acme/privacy-policy",
                                         const std::string& name = "Acme") {
    REQUIRE(archive->put_document({id, name, "Privacy Policy", "", {"https://acme.example/privacy"}}).ok());
    return archive->write(id).value();
  }

  /// Two versions: the first clause stays, the second is edited so as to introduce AI training, a third is added.
  void two_versions() {
    auto write = writer();
    REQUIRE(write->add(version_of({"# Use", "We use your data."}, {{1, 0}, {1, 1}}, day(0))).value() == 1);
    auto second = version_of({"# Use", "We use your data to train models.", "You may opt out."},
                             {{1, 0}, {1, 1}, {2, 0}}, day(5));
    Change edited;
    edited.kind = ChangeKind::edited;
    edited.before_index = edited.after_index = 1;
    edited.before = {test::document_of({"# Use", "We use your data."}).clauses[1]};
    edited.after = {second.document->clauses[1]};
    edited.section = {"Use"};
    edited.importance = Importance::high;
    edited.importance_reason = "introduces AI training";
    edited.topics = {{"ai-training", Effect::introduced, ""}};
    edited.lineage = {1, 1};
    Change added;
    added.kind = ChangeKind::added;
    added.before_index = 2;
    added.after_index = 2;
    added.after = {second.document->clauses[2]};
    added.section = {"Use"};
    added.cosmetic = false;
    added.lineage = {2, 0};
    second.kind = VersionKind::substantive;
    second.effective_date = Date{std::chrono::year{2024} / 9 / 18};
    second.comparison = {VersionKind::substantive, false, {edited, added}};
    second.facts = {{"trains_ai", "yes", "", {{"We use your data to train models.", {"Use"}, 1, {1, 1}}}},
                    {"sells_data", "silent", "", {}}};
    second.snapshots = {{{"https://acme.example/privacy"}, 200, {{"etag", "\"x\""}}, "<p>bytes\0of it</p>"}};
    REQUIRE(write->add(std::move(second)).value() == 2);
    REQUIRE(
        write->observe({day(5), Outcome::recorded, "", 200, "https://acme.example/privacy", {}, 17, 2, {}, {}}).ok());
    REQUIRE(write->commit().ok());
  }
};

}  // namespace

TEST_CASE("versions come back byte for byte, clause for clause") {
  Fixture f;
  f.two_versions();
  CHECK(f.archive->text("acme/privacy-policy", 1).value() == "# Use\n\nWe use your data.\n\n");
  CHECK(f.archive->text("acme/privacy-policy", 2).value() ==
        "# Use\n\nWe use your data to train models.\n\nYou may opt out.\n\n");
  const auto second = f.archive->clauses("acme/privacy-policy", 2).value();
  CHECK(second.document == test::document_of({"# Use", "We use your data to train models.", "You may opt out."}));
  CHECK(second.document.section(2) == std::vector<std::string>{"Use"});
  CHECK(second.lineages == std::vector<Lineage>{{1, 0}, {1, 1}, {2, 0}});
  CHECK(f.archive->text("acme/privacy-policy", 3).error().code == ErrorCode::not_found);
  CHECK(f.archive->clauses("acme/privacy-policy", 0).error().code == ErrorCode::not_found);
  CHECK(f.archive->text("other/privacy-policy", 1).error().code == ErrorCode::not_found);
  CHECK(f.archive->version_at("acme/privacy-policy", day(4)).value() == 1);
  CHECK(f.archive->version_at("acme/privacy-policy", day(5)).value() == 2);
  CHECK(f.archive->version_at("acme/privacy-policy", day(-1)).error().code == ErrorCode::not_found);
  const auto snapshots = f.archive->snapshots("acme/privacy-policy", 2).value();
  REQUIRE(snapshots.size() == 1);
  CHECK(snapshots[0].headers[0].second == "\"x\"");
  CHECK(f.archive->verify(nullptr, nullptr).value().empty());
}

TEST_CASE("changes are found by every filter, and by no other") {
  Fixture f;
  f.two_versions();
  const auto count = [&](const ChangeFilter& filter) { return f.archive->changes(filter, {}).value().items.size(); };
  ChangeFilter none;
  CHECK(count(none) == 2);
  const auto with = [](auto&& set) {
    ChangeFilter filter;
    set(filter);
    return filter;
  };
  CHECK(count(with([](auto& x) { x.service = "acme"; })) == 2);
  CHECK(count(with([](auto& x) { x.service = "other"; })) == 0);
  CHECK(count(with([](auto& x) { x.document = "acme/privacy-policy"; })) == 2);
  CHECK(count(with([](auto& x) { x.document = "acme/terms"; })) == 0);
  CHECK(count(with([](auto& x) { x.terms_type = "privacy-policy"; })) == 2);
  CHECK(count(with([](auto& x) { x.topic = "ai-training"; })) == 1);
  CHECK(count(with([](auto& x) { x.topic = "ai-training", x.effect = Effect::introduced; })) == 1);
  CHECK(count(with([](auto& x) { x.topic = "ai-training", x.effect = Effect::withdrawn; })) == 0);
  CHECK(count(with([](auto& x) { x.effect = Effect::introduced; })) == 1);
  CHECK(count(with([](auto& x) { x.kind = ChangeKind::added; })) == 1);
  CHECK(count(with([](auto& x) { x.at_least = Importance::high; })) == 1);
  CHECK(count(with([](auto& x) { x.cosmetic = false; })) == 2);
  CHECK(count(with([](auto& x) { x.cosmetic = true; })) == 0);
  CHECK(count(with([](auto& x) { x.language = "fr"; })) == 0);
  CHECK(count(with([](auto& x) { x.region = "eu"; })) == 0);
  CHECK(count(with([](auto& x) { x.since = day(5); })) == 2);
  CHECK(count(with([](auto& x) { x.until = day(5); })) == 0);
  CHECK(count(with([](auto& x) { x.query = "training models"; })) == 1);
  CHECK(count(with([](auto& x) { x.query = "\"OR ) NEAR("; })) == 0);
  CHECK(count(with([](auto& x) { x.document = "acme/privacy-policy", x.version = 1; })) == 0);

  const ChangeRow row = f.archive->changes(with([](auto& x) { x.topic = "ai-training"; }), {}).value().items.at(0);
  CHECK(row.document == "acme/privacy-policy");
  CHECK(row.version == 2);
  CHECK(row.ordinal == 1);
  CHECK(row.effective_date == Date{std::chrono::year{2024} / 9 / 18});
  CHECK(before_text(row.change) == "We use your data.");
  CHECK(after_text(row.change) == "We use your data to train models.");
  CHECK(row.change.section == std::vector<std::string>{"Use"});
  CHECK(row.change.topics.at(0).effect == Effect::introduced);
  CHECK(row.change.importance_reason == "introduces AI training");
}

TEST_CASE("a list of changes is paged without gap or repeat, newest first and in the order of the document") {
  Fixture f;
  f.two_versions();
  Paging paging{1, ""};
  std::vector<std::uint32_t> ordinals;
  do {
    const auto page = f.archive->changes({}, paging).value();
    for (const auto& row : page.items) ordinals.push_back(row.ordinal);
    paging.cursor = page.next;
  } while (!paging.cursor.empty());
  CHECK(ordinals == std::vector<std::uint32_t>{1, 2});
  for (const char* bad : {"x", "1", "1.", ".1", "1.2", "1.2.3.4", "9999999999999999999999.1.1"}) {
    CHECK(f.archive->changes({}, {10, bad}).error().code == ErrorCode::bad_input);
  }
}

TEST_CASE("facts are those of the latest version, with since when their value holds") {
  Fixture f;
  f.two_versions();
  const auto facts = f.archive->facts({"trains_ai", "", "acme", ""}, {}).value().items;
  REQUIRE(facts.size() == 1);
  CHECK(facts[0].fact.value == "yes");
  CHECK(facts[0].fact.evidence.at(0).text == "We use your data to train models.");
  CHECK(facts[0].fact.evidence.at(0).lineage == Lineage{1, 1});
  CHECK(facts[0].since_version == 2);
  CHECK(facts[0].since == day(5));

  auto writer = f.archive->write("acme/privacy-policy").value();
  auto third = version_of({"# Use", "We train models with your data."}, {{1, 0}, {1, 1}}, day(9));
  third.facts = {{"trains_ai", "yes", "", {{"We train models with your data.", {"Use"}, 1, {1, 1}}}},
                 {"sells_data", "no", "", {}}};
  REQUIRE(writer->add(std::move(third)).ok());
  REQUIRE(writer->commit().ok());
  const auto later = f.archive->facts({"trains_ai", "yes", "", ""}, {}).value().items;
  REQUIRE(later.size() == 1);
  CHECK(later[0].since_version == 2);
  CHECK(later[0].version == 3);
  CHECK(later[0].fact.evidence.at(0).text == "We train models with your data.");
  CHECK(f.archive->facts({"sells_data", "silent", "", ""}, {}).value().items.empty());
  CHECK(f.archive->facts({"sells_data", "", "", ""}, {}).value().items.at(0).since_version == 3);
}

TEST_CASE("search finds clauses by stemmed words, over all time or as of a date") {
  Fixture f;
  f.two_versions();
  const auto hits = [&](const SearchQuery& query) { return f.archive->search(query, {}).value().items; };
  REQUIRE(hits({"training", "", "", {}}).size() == 1);
  CHECK(hits({"training", "", "", {}})[0].lineage == Lineage{1, 1});
  CHECK(hits({"training", "", "", {}})[0].current);
  CHECK(hits({"training", "", "", day(1)}).empty());
  CHECK(hits({"data", "", "", day(1)}).size() == 1);
  CHECK(hits({"data", "", "", {}}).size() == 2);
  CHECK(hits({"data", "other", "", {}}).empty());
  for (const char* odd : {"", "\"", "a* OR NOT", "NEAR(", "col:x", "'; DROP TABLE clause; --", "\xff\xfe"}) {
    CHECK(f.archive->search({odd, "", "", {}}, {}).ok());
  }
}

TEST_CASE("search takes a text of any script apart into words as the index does, and tells the briefest clause first") {
  Fixture f;
  auto writer = f.writer();
  const std::vector<std::string> said = {
      "The data of a user, who may be anywhere, and of all others besides, is kept.",
      "Les données de l\u2019utilisateur \u2014 et \u00abcelles\u00bb d\u2019autrui.", "User data.",
      "\u5229\u7528\u8005\u306e\u30c7\u30fc\u30bf\u3001\u4fdd\u6301"};
  REQUIRE(writer->add(version_of(said, {{1, 0}, {1, 1}, {1, 2}, {1, 3}}, day(0))).ok());
  REQUIRE(writer->commit().ok());
  const auto found = [&](const std::string& text) {
    std::string ranks;
    for (const auto& hit : f.archive->search({text, "", "", {}}, {}).value().items) {
      ranks += std::to_string(hit.lineage.ordinal);
    }
    return ranks;
  };
  struct Case {
    const char* text;
    const char* ranks;
  };
  for (const Case& one : {Case{"user data", "20"},
                          {"l\u2019utilisateur", "1"},
                          {"\u00abcelles\u00bb\u2014d\u2019autrui", "1"},
                          {"donnees", "1"},
                          {"DONN\u00c9ES", "1"},
                          {"\u5229\u7528\u8005\u306e\u30c7\u30fc\u30bf\u3001", "3"},
                          {"data\u2026", "20"},
                          {"user\u00b7data", "20"},
                          {"celles nobody", ""},
                          {"\u2014", ""},
                          {"data\U0001F600user", "20"},
                          {"data\xff", "20"}}) {
    INFO(one.text);
    CHECK(found(one.text) == one.ranks);
  }
}

TEST_CASE("a clause is followed through its edits") {
  Fixture f;
  f.two_versions();
  const auto history = f.archive->clause_history("acme/privacy-policy", {1, 1}).value();
  REQUIRE(history.size() == 2);
  CHECK(history[0].version == 1);
  CHECK(history[1].clause.text == "We use your data to train models.");
  CHECK(f.archive->clause_history("acme/privacy-policy", {7, 7}).error().code == ErrorCode::not_found);

  auto writer = f.archive->write("acme/privacy-policy").value();
  REQUIRE(writer->add(version_of({"# Use"}, {{1, 0}}, day(9))).ok());
  REQUIRE(writer->commit().ok());
  const auto gone = f.archive->clause_history("acme/privacy-policy", {1, 1}).value();
  REQUIRE(gone.size() == 3);
  CHECK_FALSE(gone[2].present);
  CHECK(gone[2].version == 3);
}

TEST_CASE("a clause is followed through its moves, alone and in a section, as edited where it is edited too") {
  Fixture f;
  auto writer = f.writer();
  REQUIRE(writer->add(version_of({"a", "b", "c", "d"}, {{1, 0}, {1, 1}, {1, 2}, {1, 3}}, day(1))).ok());
  const auto add = [&](const std::vector<std::string>& texts, const std::vector<Lineage>& lineages, int at,
                       ChangeKind kind, std::uint32_t before, std::uint32_t after, std::size_t count) {
    NewVersion version = version_of(texts, lineages, day(at));
    version.kind = VersionKind::cosmetic;
    Change change;
    change.kind = kind;
    change.before_index = before;
    change.after_index = after;
    change.before.resize(count);
    change.after.resize(count);
    change.lineage = lineages[after];
    version.comparison.changes = {change};
    REQUIRE(writer->add(std::move(version)).ok());
  };
  add({"c", "d", "a", "b"}, {{1, 2}, {1, 3}, {1, 0}, {1, 1}}, 2, ChangeKind::moved, 0, 2, 2);
  add({"c", "d", "b", "e"}, {{1, 2}, {1, 3}, {1, 1}, {1, 0}}, 3, ChangeKind::moved_and_edited, 2, 3, 1);
  REQUIRE(writer->commit().ok());
  const auto told = [&](Lineage lineage) {
    std::string out;
    for (const auto& state : f.archive->clause_history("acme/privacy-policy", lineage).value()) {
      out += std::to_string(state.version) + state.clause.text + (state.moved ? " moved, " : ", ");
    }
    return out;
  };
  CHECK(told({1, 0}) == "1a, 2a moved, 3e moved, ");
  CHECK(told({1, 1}) == "1b, 2b moved, ");
  CHECK(told({1, 2}) == "1c, ");
}

TEST_CASE("a writer knows the lineages that a clause had before it left, and so does the next one") {
  Fixture f;
  const auto former = [](DocumentWriter& writer, const std::string& text) {
    std::string out;
    const auto document = std::make_shared<const Document>(test::document_of({text}));
    for (const Lineage lineage : writer.former_lineages(document, 0).value()) {
      out += format_lineage(lineage) + " ";
    }
    return out;
  };
  const auto check = [&](DocumentWriter& writer) {
    CHECK(former(writer, "a") == "c1-0 c2-0 ");  // the one that left last comes first
    CHECK(former(writer, "b") == "c1-1 ");
    CHECK(former(writer, "c") == "c1-1 ");  // what it said before it was edited
    CHECK(former(writer, "e").empty());     // stands
    CHECK(former(writer, "never").empty());
  };
  auto writer = f.writer();
  std::vector<std::pair<std::vector<std::string>, std::vector<Lineage>>> versions = {
      {{"a", "c"}, {{1, 0}, {1, 1}}},
      {{"a", "a", "b"}, {{1, 0}, {2, 0}, {1, 1}}},
      {{"a", "b", "e"}, {{1, 0}, {1, 1}, {3, 0}}},
      {{"e"}, {{3, 0}}}};
  int number = 0;
  for (const auto& [texts, lineages] : versions) {
    auto version = version_of(texts, lineages, day(number++));
    REQUIRE(writer->add(std::move(version)).ok());
    if (number == 2) REQUIRE(writer->commit().ok());
  }
  check(*writer);
  REQUIRE(writer->add(version_of({"e", "a"}, {{3, 0}, {1, 0}}, day(9))).ok());
  REQUIRE(writer->commit().ok());
  REQUIRE(writer->add(version_of({"e"}, {{3, 0}}, day(10))).ok());
  REQUIRE(writer->commit().ok());
  check(*writer);
  writer.reset();
  writer = f.archive->write("acme/privacy-policy").value();
  check(*writer);

  const auto history = f.archive->clause_history("acme/privacy-policy", {1, 0}).value();
  REQUIRE(history.size() == 4);
  CHECK(history[0].version == 1);
  CHECK_FALSE(history[1].present);
  CHECK(history[2].version == 5);
  CHECK_FALSE(history[3].present);
  CHECK(f.archive->verify(nullptr, nullptr).value().empty());
}

TEST_CASE("since when each clause of a version stands, and how often its words were changed") {
  Fixture f;
  auto writer = f.writer();
  const auto add = [&](VersionKind kind, const std::vector<std::string>& paragraphs, std::vector<Lineage> lineages,
                       int at) {
    auto version = version_of(paragraphs, std::move(lineages), day(at));
    version.kind = kind;
    REQUIRE(writer->add(std::move(version)).ok());
  };
  add(VersionKind::first, {"# Use", "We use data."}, {{1, 0}, {1, 1}}, 1);
  add(VersionKind::substantive, {"# Use", "We use all data.", "New."}, {{1, 0}, {1, 1}, {2, 0}}, 2);
  add(VersionKind::restored, {"# Use", "We use data."}, {{1, 0}, {1, 1}}, 3);
  add(VersionKind::flapping, {"# Use", "We use all data.", "Newer."}, {{1, 0}, {1, 1}, {4, 0}}, 4);
  add(VersionKind::cosmetic, {"# Use", "We use all data!", "Newer."}, {{1, 0}, {1, 1}, {4, 0}}, 5);
  // The same words as a heading: no edit of the words.
  add(VersionKind::cosmetic, {"# Use", "# We use all data!", "Newer."}, {{1, 0}, {1, 1}, {4, 0}}, 6);
  REQUIRE(writer->commit().ok());
  const auto told = [&](std::uint32_t number) {
    std::string out;
    const auto ages = f.archive->clause_ages("acme/privacy-policy", number).value();
    for (const ClauseAge& age : ages) {
      out += format_lineage(age.lineage) + " " + format_date(date_of(age.since)) + " " + std::to_string(age.edits) +
             " " + std::to_string(age.last_edit) + "; ";
      CHECK(age.edited_at == (age.last_edit == 0 ? Timestamp{} : day(static_cast<int>(age.last_edit))));
    }
    return out;
  };
  const auto on = [](int at) { return format_date(date_of(day(at))); };
  CHECK(told(1) == "c1-0 " + on(1) + " 0 0; c1-1 " + on(1) + " 0 0; ");
  CHECK(told(2) == "c1-0 " + on(1) + " 0 0; c1-1 " + on(1) + " 1 2; c2-0 " + on(2) + " 0 0; ");
  CHECK(told(3) == "c1-0 " + on(1) + " 0 0; c1-1 " + on(1) + " 1 2; ");
  CHECK(told(4) == "c1-0 " + on(1) + " 0 0; c1-1 " + on(1) + " 1 2; c4-0 " + on(4) + " 0 0; ");
  CHECK(told(5) == "c1-0 " + on(1) + " 0 0; c1-1 " + on(1) + " 2 5; c4-0 " + on(4) + " 0 0; ");
  CHECK(told(6) == told(5));
  CHECK(f.archive->clause_ages("acme/privacy-policy", 7).error().code == ErrorCode::not_found);
  CHECK(f.archive->clause_ages("acme/privacy-policy", 0).value().empty());
  CHECK(f.archive->clause_ages("nobody/privacy-policy", 1).error().code == ErrorCode::not_found);
}

TEST_CASE("what was not committed is not there, and a second writer has to wait") {
  Fixture f;
  {
    auto writer = f.writer();
    CHECK(f.archive->write("acme/privacy-policy").error().code == ErrorCode::conflict);
    REQUIRE(writer->add(version_of({"a"}, {{1, 0}}, day(0))).ok());
  }
  CHECK(f.archive->document("acme/privacy-policy").value().versions == 0);
  auto writer = f.archive->write("acme/privacy-policy").value();
  CHECK(writer->latest() == nullptr);
  REQUIRE(writer->add(version_of({"a"}, {{1, 0}}, day(0))).ok());
  CHECK(writer->latest()->number == 1);

  // Another process that writes the same document meanwhile is found at the commit.
  auto other = open_archive(f.url).value();
  auto rival = other->write("acme/privacy-policy").value();
  REQUIRE(rival->add(version_of({"b"}, {{1, 0}}, day(0))).ok());
  REQUIRE(rival->commit().ok());
  CHECK(writer->commit().error().code == ErrorCode::conflict);
  CHECK(f.archive->text("acme/privacy-policy", 1).value() == "b\n\n");
  CHECK(f.archive->verify(nullptr, nullptr).value().empty());
}

TEST_CASE("a writer goes on where the archive stands, and knows the texts that were") {
  Fixture f;
  f.two_versions();
  const auto archive = open_archive(f.url).value();
  auto writer = archive->write("acme/privacy-policy");
  REQUIRE(writer.ok());
  CHECK((*writer)->versions() == 2);
  CHECK(*(*writer)->latest()->document ==
        test::document_of({"# Use", "We use your data to train models.", "You may opt out."}));
  CHECK((*writer)->version_with_text(sha256_hex("# Use\n\nWe use your data.\n\n")) == 1);
  CHECK((*writer)->version_with_text(sha256_hex("never")) == 0);
}

TEST_CASE("a hundred versions by random edits come back, whatever their chains look like") {
  Fixture f;
  std::mt19937 random(1);
  std::vector<std::string> paragraphs;
  std::vector<Lineage> lineages;
  std::vector<std::string> texts;
  std::vector<Document> documents;
  auto writer = f.writer();
  for (std::uint32_t number = 1; number <= 100; ++number) {
    std::uint32_t ordinal = 0;
    for (int edits = 0; edits < 3; ++edits) {
      const std::size_t at = paragraphs.empty() ? 0 : random() % paragraphs.size();
      if (paragraphs.size() < 5 || random() % 3 != 0) {
        paragraphs.insert(paragraphs.begin() + static_cast<std::ptrdiff_t>(at),
                          "Clause " + std::to_string(random()) + std::string(200, 'x'));
        lineages.insert(lineages.begin() + static_cast<std::ptrdiff_t>(at), Lineage{number, ordinal++});
      } else {
        paragraphs.erase(paragraphs.begin() + static_cast<std::ptrdiff_t>(at));
        lineages.erase(lineages.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
    texts.push_back(test::text_of(paragraphs));
    documents.push_back(test::document_of(paragraphs));
    REQUIRE(writer->add(version_of(paragraphs, lineages, day(static_cast<int>(number)))).value() == number);
    if (number % 7 == 0) REQUIRE(writer->commit().ok());
    if (number == 50) {
      REQUIRE(writer->commit().ok());
      writer.reset();
      writer = f.archive->write("acme/privacy-policy").value();
    }
  }
  REQUIRE(writer->commit().ok());
  for (std::uint32_t number = 1; number <= 100; ++number) {
    REQUIRE(f.archive->text("acme/privacy-policy", number).value() == texts[number - 1]);
    REQUIRE(f.archive->clauses("acme/privacy-policy", number).value().document == documents[number - 1]);
  }
  CHECK(f.archive->verify(nullptr, nullptr).value().empty());
  const auto stats = f.archive->stats().value();
  CHECK(stats.versions == 100);
  CHECK(stats.text_stored_bytes * 4 < stats.text_bytes);
}

TEST_CASE("two services of one address are a conflict") {
  Fixture f;
  REQUIRE(f.archive->put_document({"x-com/terms", "X.com", "Terms", "", {}}).ok());
  CHECK(f.archive->put_document({"x-com/terms", "X com", "Terms", "", {}}).error().code == ErrorCode::conflict);
  CHECK(f.archive->put_document({"X/terms", "X", "Terms", "", {}}).error().code == ErrorCode::bad_input);
}

TEST_CASE("marks and the revision") {
  Fixture f;
  CHECK_FALSE(f.archive->mark("import").value().has_value());
  const auto before = f.archive->revision().value();
  REQUIRE(f.archive->set_mark("import", "abc").ok());
  CHECK(f.archive->mark("import").value() == "abc");
  CHECK(f.archive->revision().value() > before);
}

TEST_CASE("what is no archive is refused with a sentence that says so") {
  test::TemporaryFolder folder;
  const auto message = [](const std::string& url, OpenOptions options = {}) {
    const auto archive = open_archive(url, options);
    REQUIRE_FALSE(archive.ok());
    return archive.error().message;
  };
  CHECK(message("mysql:x").find("sqlite:PATH") != std::string::npos);
  CHECK(message("sqlite:").find("sqlite:PATH") != std::string::npos);
  CHECK(message("sqlite:" + (folder.path() / "none.db").string(), {.read_only = true}).find("no such file") !=
        std::string::npos);
  CHECK(message("sqlite:" + (folder.path() / "no" / "folder.db").string()).find("cannot open") != std::string::npos);
  test::write_file(folder.path() / "text.db", std::string(4096, 'x'));
  CHECK(message("sqlite:" + (folder.path() / "text.db").string()).find("no smallprint archive") != std::string::npos);
}

TEST_CASE("what a killed process left is taken up by who only reads") {
  Fixture f;
  f.two_versions();
  const auto left = f.folder.path() / "left";
  std::filesystem::create_directory(left);
  const auto take = [&](const std::string& name, const std::string& to) {
    std::filesystem::copy_file(f.folder.path() / name, left / to);
  };

  // Committed, and not yet folded into the file.
  REQUIRE(std::filesystem::file_size(f.folder.path() / "archive.db-wal") > 0);
  take("archive.db", "a.db");
  take("archive.db-wal", "a.db-wal");
  const auto archive = open_archive("sqlite:" + (left / "a.db").string(), {true});
  REQUIRE_MESSAGE(archive.ok(), (archive.ok() ? "" : archive.error().message));
  CHECK((*archive)->document("acme/privacy-policy").value().versions == 2);

  // The file itself was being made.
  SQLite::Database fresh((f.folder.path() / "fresh.db").string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  fresh.exec("PRAGMA cache_size = 1; CREATE TABLE t (x)");
  fresh.exec("BEGIN");
  for (int i = 0; i < 100; ++i) fresh.exec("INSERT INTO t VALUES (zeroblob(5000))");
  take("fresh.db", "b.db");
  take("fresh.db-journal", "b.db-journal");
  const auto begun = open_archive("sqlite:" + (left / "b.db").string(), {true});
  REQUIRE_FALSE(begun.ok());
  CHECK(begun.error().code == ErrorCode::unsupported);
}

TEST_CASE("an archive that several make at the same moment is made once, and opens for all of them") {
  const test::TemporaryFolder folder;
  for (int round = 0; round < 20; ++round) {
    const std::string url = "sqlite:" + (folder.path() / (std::to_string(round) + ".db")).string();
    std::array<std::string, 4> errors;
    std::barrier begin(static_cast<std::ptrdiff_t>(errors.size()));
    std::vector<std::thread> makers;
    for (std::string& error : errors) {
      makers.emplace_back([&] {
        begin.arrive_and_wait();
        if (const auto archive = open_archive(url); !archive) error = archive.error().message;
      });
    }
    for (std::thread& maker : makers) maker.join();
    for (const std::string& error : errors) CHECK(error == "");
  }
}

TEST_CASE("readers go on while a writer writes") {
  Fixture f;
  f.two_versions();
  std::jthread reader([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      REQUIRE(f.archive->changes({}, {}).ok());
      REQUIRE(f.archive->search({"data", "", "", {}}, {}).ok());
    }
  });
  auto writer = f.archive->write("acme/privacy-policy").value();
  for (int i = 0; i < 30; ++i) {
    REQUIRE(writer->add(version_of({"# Use", "Text " + std::to_string(i)}, {{1, 0}, {1, 1}}, day(10 + i))).ok());
    REQUIRE(writer->commit().ok());
  }
}
