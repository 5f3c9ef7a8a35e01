// The event that smallprint must get right first: in September 2024 LinkedIn's Privacy Policy began to say that
// personal data may train AI models. From the recorded history, through the import, to the API, the feed and the page.
#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "tests/e2e/served.h"

using namespace smallprint::test;
namespace json = boost::json;

namespace {

const std::string said = "develop and train artificial intelligence (AI) models";
const std::string document = "linkedin/privacy-policy";

void import_history(const std::filesystem::path& repository, const std::filesystem::path& folder) {
  std::vector<std::string> command = {smallprint_binary(), "--archive", archive_in(folder), "import", "ota",
                                      repository.string()};
  if (!long_campaign()) command.insert(command.end(), {"--services", "LinkedIn"});
  const Finished finished = run(command);
  INFO(finished.err);
  REQUIRE(finished.status == 0);
}

/// Is `part` among the words between <ins and </ins>?
bool inserted(const std::string& html, const std::string& part) {
  for (std::size_t open = html.find("<ins"); open != std::string::npos; open = html.find("<ins", open + 1)) {
    if (contains(html.substr(open, html.find("</ins>", open) - open), part)) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("LinkedIn's change of September 2024 is found, dated, explained and shown") {
  const auto repository = corpus_part("history/versions");
  SMALLPRINT_SKIP_UNLESS(repository, "the recorded history is not here (corpus: history/versions)");
  const TemporaryFolder folder;
  import_history(*repository, folder.path());
  const Served served(folder.path(), {"--no-fetch"});

  json::value change;
  for (const std::string& filter : {std::string("&effect=introduced"), std::string()}) {
    const auto rows = served.items("/api/v1/changes?service=linkedin&topic=ai-training" + filter);
    const json::value* oldest = nullptr;
    for (const json::value& row : rows) {
      if (effect_on(row, "ai-training") == "introduced") oldest = &row;  // newest first
    }
    REQUIRE(oldest != nullptr);
    if (!filter.empty()) CHECK(oldest == &rows.back());
    change = *oldest;
    INFO(json::serialize(change));
    CHECK(text(change, "document") == document);
    CHECK(text(change, "observed_at").starts_with("2024-09-19"));
    CHECK(text(change, "effective_date") == "2024-09-18");
    CHECK(text(change, "kind") == "edited");
    CHECK(member(change, "cosmetic") == false);
    CHECK(text(change, "importance") == "high");
    CHECK(contains(joined(change, "section"), "2. How We Use Your Data"));
    CHECK(contains(marked(change, "+"), said));
    std::string before;
    std::string after;
    for (const json::value& word : member(change, "words").as_array()) {
      const std::string mark(word.as_array()[0].as_string());
      const std::string run(word.as_array()[1].as_string());
      if (mark != "+") before += run;
      if (mark != "-") after += run;
    }
    CHECK(before == text(change, "before"));
    CHECK(after == text(change, "after"));
  }
  const std::string version = json::serialize(member(change, "version"));

  SUBCASE("the feeds of the topic have it as an entry, with the redline inside") {
    for (const std::string path :
         {"/feed.atom?service=linkedin&topic=ai-training", "/linkedin/feed.atom?topic=ai-training"}) {
      INFO(path);
      const HttpAnswer atom = served.get(path);
      REQUIRE(atom.status == 200);
      pugi::xml_document feed;
      REQUIRE(feed.load_buffer(atom.body.data(), atom.body.size()));
      bool found = false;
      for (const pugi::xml_node entry : feed.child("feed").children("entry")) {
        if (!std::string(entry.child_value("published")).starts_with("2024-09-19")) continue;
        found = found || inserted(entry.child_value("content"), said);
      }
      CHECK(found);
    }
    const HttpAnswer topic = served.get("/topics/ai-training/feed.atom");
    CHECK(topic.status == 200);
    const json::value feed = served.json("/feed.json?service=linkedin&topic=ai-training");
    bool found = false;
    for (const json::value& item : member(feed, "items").as_array()) {
      found = found ||
              (text(item, "date_published").starts_with("2024-09-19") && inserted(text(item, "content_html"), said));
    }
    CHECK(found);
  }

  SUBCASE("the pages show it, and the change's address leads to it") {
    const std::string url = text(change, "url");
    const std::string path = url.substr(url.find('/', 8));
    CHECK(path.starts_with("/linkedin/privacy-policy/" + version + "#"));
    const HttpAnswer page = served.get(path.substr(0, path.find('#')));
    CHECK(page.status == 200);
    CHECK(contains(page.body, "id=\"" + path.substr(path.find('#') + 1) + "\""));
    const std::string pair = std::to_string(std::stoi(version) - 1) + ".." + version;
    const HttpAnswer comparison = served.get("/linkedin/privacy-policy/" + pair);
    CHECK(comparison.status == 200);
    CHECK(inserted(comparison.body, said));
    for (const char* other : {"/", "/linkedin", "/linkedin/privacy-policy", "/topics/ai-training"}) {
      CHECK(served.get(other).status == 200);
    }
  }

  SUBCASE("the facts say that it trains, with that clause and since when") {
    bool found = false;
    for (const json::value& fact : served.items("/api/v1/facts?service=linkedin&fact=trains_ai")) {
      if (text(fact, "document") != document) continue;
      INFO(json::serialize(fact));
      found = true;
      CHECK(text(fact, "value") == "yes");
      CHECK(contains(text(member(fact, "evidence"), "text"), said));
      CHECK(contains(joined(member(fact, "evidence"), "section"), "2. How We Use Your Data"));
      CHECK(text(member(fact, "since"), "observed_at").starts_with("2024-09-19"));
      CHECK(json::serialize(member(member(fact, "since"), "version")) == version);
    }
    CHECK(found);
  }

  SUBCASE("a second import adds nothing") {
    const json::value before = member(served.json("/api/v1/status"), "archive");
    import_history(*repository, folder.path());
    CHECK(member(member(served.json("/api/v1/status"), "archive"), "versions") == member(before, "versions"));
    CHECK(member(member(served.json("/api/v1/status"), "archive"), "changes") == member(before, "changes"));
  }
}

TEST_CASE("LinkedIn's announcement of September 2025 is listed with its preview and the version that it brought") {
  const auto repository = corpus_part("history/versions");
  SMALLPRINT_SKIP_UNLESS(repository, "the recorded history is not here (corpus: history/versions)");
  const TemporaryFolder folder;
  import_history(*repository, folder.path());
  const Served served(folder.path(), {"--no-fetch"});

  const auto rows = served.items("/api/v1/upcoming?service=linkedin&since=2025-01-01&until=2026-01-01");
  REQUIRE(rows.size() == 1);
  const json::value& row = rows.front();
  INFO(json::serialize(row));
  CHECK(text(row, "id") == document + "/2025-11-03");
  CHECK(text(row, "state") == "fulfilled");
  CHECK(text(row, "fact") == "announced_change");
  CHECK(contains(text(member(row, "evidence"), "text"), "on November 3, 2025"));
  CHECK(contains(text(row, "link"), "/preview/"));
  CHECK(text(member(row, "announced"), "observed_at").starts_with("2025-09-18"));
  CHECK(text(member(row, "fulfilled_by"), "observed_at").starts_with("2025-11-03"));
  // It is past for a year: neither the page nor the calendar tells of it any more.
  CHECK(!contains(served.get("/upcoming").body, "/linkedin/"));
  CHECK(!contains(served.get("/upcoming.ics").body, "linkedin"));
}
