// The demo from the start of an empty archive, read back over HTTP, by feed and in a browser.
#include <doctest/doctest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <csignal>
#include <pugixml.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/e2e/served.h"

using namespace smallprint::test;
namespace json = boost::json;

namespace {

const std::string policy = "/api/v1/documents/guildwren-demo/privacy-policy";
const std::string agreement = "/api/v1/documents/guildwren-demo/terms-of-service";

/// Oldest first.
std::vector<json::value> oldest_first(std::vector<json::value> rows) {
  std::reverse(rows.begin(), rows.end());
  return rows;
}

json::value fact_of(const Served& served, const std::string& document, const std::string& fact) {
  const auto rows = served.items("/api/v1/facts?document=guildwren-demo/" + document + "&fact=" + fact);
  INFO(document << " " << fact);
  REQUIRE(rows.size() == 1);
  return rows.front();
}

std::string evidence_text(const json::value& fact) { return text(member(fact, "evidence"), "text"); }

/// The changes of one version.
std::vector<json::value> changes_of(const Served& served, const std::string& document, int version) {
  return served.items("/api/v1/changes?document=guildwren-demo/" + document + "&version=" + std::to_string(version));
}

/// The only change whose text before or after has `part`.
json::value change_with(const std::vector<json::value>& changes, const std::string& part) {
  std::vector<json::value> found;
  for (const json::value& change : changes) {
    if (contains(text(change, "before"), part) || contains(text(change, "after"), part)) found.push_back(change);
  }
  INFO(part);
  REQUIRE(found.size() == 1);
  return found.front();
}

}  // namespace

TEST_CASE("the demo plays three years into an empty archive, and every text of the story is one version") {
  const TemporaryFolder folder;
  Served served(folder.path(), {"--demo", "--no-fetch"});
  const auto took = served.wait_for_demo();
  REQUIRE(took);
  MESSAGE("the demo was complete after " << took->count() << " ms");

  const struct {
    const char *observed, *kind;
  } policy_versions[] = {{"2023-02-07", "first"},      {"2023-05-13", "cosmetic"},    {"2023-08-19", nullptr},
                         {"2024-03-09", "cosmetic"},   {"2024-09-12", "substantive"}, {"2025-06-18", "substantive"},
                         {"2026-01-14", "substantive"}},
    agreement_versions[] = {{"2023-02-07", "first"},
                            {"2023-10-21", "cosmetic"},
                            {"2024-09-12", "substantive"},
                            {"2025-04-04", "substantive"},
                            {"2025-10-20", "substantive"}};
  const auto check = [&](const std::string& document, const auto& expected) {
    const auto versions = oldest_first(served.items(document + "/versions"));
    REQUIRE(versions.size() == std::size(expected));
    for (std::size_t i = 0; i < versions.size(); ++i) {
      INFO(document << " " << expected[i].observed);
      CHECK(text(versions[i], "observed_at").starts_with(expected[i].observed));
      if (expected[i].kind != nullptr) CHECK(text(versions[i], "kind") == expected[i].kind);
      if (text(versions[i], "kind") == "cosmetic") CHECK(text(versions[i], "importance") == "none");
      CHECK(text(versions[i], "source") == "fetch");
    }
  };
  check(policy, policy_versions);
  check(agreement, agreement_versions);

  // The archive names the documents by the addresses they have in the story, not by the origin on loopback.
  CHECK(joined(served.json(policy), "sources") == "https://www.guildwren.example/legal/privacy");
  const json::value evidence = served.json(policy + "/versions/5/evidence");
  const json::value& snapshots = member(evidence, "snapshots");
  REQUIRE(snapshots.is_array());
  REQUIRE(snapshots.get_array().size() == 1);
  CHECK(joined(snapshots.get_array()[0], "urls") == "https://www.guildwren.example/legal/privacy");
}

TEST_CASE("what is only cosmetic in the demo says why, and the mended typo alarms nobody") {
  const TemporaryFolder folder;
  Served served(folder.path(), {"--demo", "--no-fetch"});
  REQUIRE(served.wait_for_demo());

  const struct {
    const char* document;
    int version;
    std::set<std::string> may, must;
  } rows[] = {
      {"privacy-policy", 2, {"date"}, {"date"}},
      {"privacy-policy", 4, {"order", "numbering"}, {"order", "numbering"}},
      {"terms-of-service", 2, {"numbering"}, {"numbering"}},
  };
  for (const auto& row : rows) {
    INFO(row.document << " " << row.version);
    std::set<std::string> met;
    const auto changes = changes_of(served, row.document, row.version);
    CHECK(!changes.empty());
    for (const json::value& change : changes) {
      INFO(json::serialize(change));
      CHECK(member(change, "cosmetic") == true);
      for (const json::value& reason : member(change, "reasons").as_array()) met.emplace(reason.as_string());
    }
    for (const std::string& reason : row.must) CHECK(met.count(reason) == 1);
    for (const std::string& reason : met) CHECK(row.may.count(reason) == 1);
  }

  const auto mended = changes_of(served, "privacy-policy", 3);
  const json::value typo = change_with(mended, "recieve");
  CHECK(contains(marked(typo, "-"), "recieve"));
  CHECK(contains(marked(typo, "+"), "receive"));
  for (const json::value& change : mended) {
    const std::string importance = text(change, "importance");
    INFO(json::serialize(change));
    CHECK((importance == "none" || importance == "low"));
    CHECK(effect_on(change, "ai-training").empty());
  }
}

TEST_CASE("the demo's changes say what they introduce") {
  const TemporaryFolder folder;
  Served served(folder.path(), {"--demo", "--no-fetch"});
  REQUIRE(served.wait_for_demo());

  const auto introduced =
      oldest_first(served.items("/api/v1/changes?service=guildwren-demo&topic=ai-training&effect=introduced"));
  REQUIRE(!introduced.empty());
  const json::value& first = introduced.front();
  CHECK(text(first, "document") == "guildwren-demo/privacy-policy");
  CHECK(text(first, "observed_at").starts_with("2024-09-12"));
  CHECK(text(first, "effective_date") == "2024-09-16");
  CHECK(text(first, "importance") == "high");
  for (const json::value& change : introduced) CHECK(text(change, "document") == "guildwren-demo/privacy-policy");

  const auto policy_five = changes_of(served, "privacy-policy", 5);
  const json::value edited = change_with(policy_five, "We use the information that we have about you");
  CHECK(text(edited, "kind") == "edited");
  CHECK(joined(edited, "section") == "Privacy Policy > 4. How We Use Your Information");
  CHECK(contains(marked(edited, "+"), "develop and train the artificial intelligence (AI) models"));
  const json::value messages = change_with(policy_five, "private messages");
  CHECK(text(messages, "kind") == "added");
  CHECK(joined(messages, "section") == "Privacy Policy > 4. How We Use Your Information > 4.1 Training of AI models");

  // The promise that is broken.
  const json::value broken = change_with(changes_of(served, "privacy-policy", 7), "private messages");
  CHECK(text(broken, "observed_at").starts_with("2026-01-14"));
  CHECK(text(broken, "kind") == "edited");
  CHECK(text(broken, "importance") == "high");
  CHECK(contains(marked(broken, "-"), "do not"));
  CHECK(!effect_on(broken, "ai-training").empty());

  // That users may not train on what the service generates is no training by the service.
  for (const json::value& change : changes_of(served, "terms-of-service", 3)) {
    INFO(json::serialize(change));
    CHECK(effect_on(change, "ai-training") != "introduced");
  }
  const auto arbitration = served.items("/api/v1/changes?service=guildwren-demo&topic=arbitration&effect=introduced");
  REQUIRE(!arbitration.empty());
  for (const json::value& change : arbitration)
    CHECK(text(change, "id").starts_with("guildwren-demo/terms-of-service/4/"));
}

TEST_CASE("the demo's facts are answered with the sentence that says so, and since when") {
  const TemporaryFolder folder;
  Served served(folder.path(), {"--demo", "--no-fetch"});
  REQUIRE(served.wait_for_demo());

  const struct {
    const char *document, *fact, *value, *evidence, *detail;
    int since;
  } rows[] = {
      {"privacy-policy", "trains_ai", "yes", "AI", "", 5},
      {"privacy-policy", "ai_opt_out", "offered", "opt", "Improve Guildwren AI", 5},
      {"privacy-policy", "private_messages_for_ai", "included", "may also use the content of your private messages", "",
       7},
      {"privacy-policy", "regions_exempt", nullptr, "Switzerland", "", 5},
      {"privacy-policy", "ai_third_parties", "yes", "affiliates, which may use it to train AI models", "", 6},
      {"privacy-policy", "ai_past_data", "included", "content that you posted before", "", 6},
      {"privacy-policy", "ads_targeting", "yes", "advertising", "", 1},
      {"privacy-policy", "sells_data", "no", "We do not sell your personal information.", "", 1},
      {"privacy-policy", "unilateral_change", "no", "30 days", "", 1},
      {"terms-of-service", "trains_ai", "silent", "", "", 1},
      {"terms-of-service", "arbitration_or_class_waiver", "yes", "", "", 4},
      {"terms-of-service", "unilateral_change", "yes", "posting", "", 5},
  };
  for (const auto& row : rows) {
    INFO(row.document << " " << row.fact);
    const json::value fact = fact_of(served, row.document, row.fact);
    INFO(json::serialize(fact));
    if (row.value != nullptr) CHECK(text(fact, "value") == row.value);
    CHECK(contains(evidence_text(fact), row.evidence));
    CHECK(contains(text(fact, "detail"), row.detail));
    CHECK(member(member(fact, "since"), "version") == row.since);
  }
  const std::string regions = json::serialize(fact_of(served, "privacy-policy", "regions_exempt"));
  CHECK(!contains(regions, "\"value\":\"silent\""));

  // What was said before the promise was broken stands in the sixth version.
  const HttpAnswer sixth = served.get(policy + "/versions/6?format=text");
  CHECK(contains(sixth.body, "We do not use the content of your private messages to train AI models."));
}

TEST_CASE("a bot wall, an error and a missing page leave observations with reasons, and no version") {
  const TemporaryFolder folder;
  Served served(folder.path(), {"--demo", "--no-fetch"});
  REQUIRE(served.wait_for_demo());

  const struct {
    std::string document, day, outcome;
    int status;
  } rows[] = {
      {policy, "2024-11-05", "suspect", 200},      {agreement, "2024-11-05", "suspect", 200},
      {policy, "2025-01-21", "failed", 503},       {agreement, "2025-01-21", "failed", 503},
      {policy, "2025-05-06", "failed", 404},       {policy, "2024-11-06", "unchanged", 200},
      {policy, "2023-03-14", "not_modified", 304}, {policy, "2024-09-12", "recorded", 200},
  };
  for (const auto& row : rows) {
    INFO(row.document << " " << row.day);
    const auto observations = served.items(row.document + "/observations");
    const auto found = std::find_if(observations.begin(), observations.end(),
                                    [&](const json::value& each) { return text(each, "at").starts_with(row.day); });
    REQUIRE(found != observations.end());
    INFO(json::serialize(*found));
    CHECK(text(*found, "outcome") == row.outcome);
    CHECK(member(*found, "status") == row.status);
    CHECK(text(*found, "final_url").starts_with("https://www.guildwren.example/legal/"));
    CHECK(text(*found, "reason").empty() == (row.outcome != "suspect" && row.outcome != "failed"));
    if (row.outcome == "recorded") continue;
    for (const json::value& version : served.items(row.document + "/versions")) {
      CHECK(!text(version, "observed_at").starts_with(row.day));
    }
  }
  CHECK(served.items(policy + "/observations").size() == 26);
  CHECK(served.items(agreement + "/observations").size() == 20);
}

TEST_CASE("the demo's feeds parse and carry the redline") {
  const TemporaryFolder folder;
  Served served(folder.path(), {"--demo", "--no-fetch"});
  REQUIRE(served.wait_for_demo());
  const std::string filter = "?service=guildwren-demo&topic=ai-training";
  const std::string inserted = "develop and train the artificial intelligence (AI) models";

  for (const std::string& path :
       {"/feed.atom" + filter, std::string("/topics/ai-training/feed.atom"), std::string("/guildwren-demo/feed.atom"),
        std::string("/guildwren-demo/privacy-policy/feed.atom")}) {
    INFO(path);
    const HttpAnswer atom = served.get(path);
    REQUIRE(atom.status == 200);
    CHECK(atom.header("content-type").starts_with("application/atom+xml"));
    pugi::xml_document document;
    REQUIRE(document.load_buffer(atom.body.data(), atom.body.size()));
    bool found = false;
    for (const pugi::xml_node entry : document.child("feed").children("entry")) {
      CHECK(*entry.child_value("id") != '\0');
      const std::string content = entry.child_value("content");
      found = found || (contains(content, "<ins") && contains(content, inserted));
    }
    CHECK(found);
  }

  const HttpAnswer rss = served.get("/feed.rss" + filter);
  REQUIRE(rss.status == 200);
  pugi::xml_document document;
  REQUIRE(document.load_buffer(rss.body.data(), rss.body.size()));
  bool found = false;
  for (const pugi::xml_node item : document.child("rss").child("channel").children("item")) {
    found = found || contains(item.child_value("description"), inserted);
  }
  CHECK(found);

  const json::value feed = served.json("/feed.json" + filter);
  found = false;
  for (const json::value& item : member(feed, "items").as_array()) {
    found = found || contains(text(item, "content_html"), inserted);
  }
  CHECK(found);
  CHECK(served.get("/feed.atom?topic=nonsense").status == 400);
}

TEST_CASE("a browser shows the inserted words of the demo as inserted") {
  SMALLPRINT_SKIP_UNLESS(!chromium().empty(), "no chromium is installed");
  const TemporaryFolder folder;
  Served served(folder.path(), {"--demo", "--no-fetch"});
  REQUIRE(served.wait_for_demo());

  // Headless Chromium serialises the DOM as XML-like HTML; the words are looked for inside the <ins> elements.
  const std::string dom = dump_dom(served.url("/guildwren-demo/privacy-policy/4..5"));
  bool found = false;
  for (std::size_t open = dom.find("<ins"); open != std::string::npos; open = dom.find("<ins", open + 1)) {
    const std::string run = dom.substr(open, dom.find("</ins>", open) - open);
    found = found || contains(run, "develop and train the artificial intelligence (AI) models");
  }
  CHECK(found);
  for (const auto& [width, height] : {std::pair{1280, 900}, std::pair{390, 844}}) {
    const std::string png = screenshot(served.url("/guildwren-demo/privacy-policy/4..5"), width, height);
    CHECK(png.starts_with("\x89PNG"));
    CHECK(png.size() > 10'000);  // a blank page of this size takes less
  }
  CHECK(contains(dump_dom(served.url("/")), "Guildwren"));
}

TEST_CASE("a restart shows the demo at once and records nothing twice, SIGTERM ends the program well") {
  const TemporaryFolder folder;
  json::value before;
  {
    Served served(folder.path(), {"--demo", "--no-fetch"});
    REQUIRE(served.wait_for_demo());
    before = member(served.json("/api/v1/status"), "archive");
    served.process().signal(SIGTERM);
    CHECK(served.process().wait() == 0);
  }
  {
    Served served(folder.path(), {"--demo", "--no-fetch"});
    const json::value at_once = member(served.json("/api/v1/status"), "archive");
    CHECK(member(at_once, "versions") == member(before, "versions"));
    REQUIRE(served.wait_for_demo());
    const json::value after = member(served.json("/api/v1/status"), "archive");
    for (const char* count : {"versions", "observations", "changes", "snapshots"}) {
      INFO(count);
      CHECK(member(after, count).is_number());
      CHECK(member(after, count) == member(before, count));
    }
    served.process().signal(SIGINT);
    CHECK(served.process().wait() == 0);
  }
  const Served replica(folder.path(), {"--no-fetch"});
  const json::value later = member(replica.json("/api/v1/status"), "archive");
  CHECK(member(later, "observations") == member(before, "observations"));
}

TEST_CASE("a demo that was killed in the middle is finished by the next start") {
  const TemporaryFolder folder;
  {
    Served served(folder.path(), {"--demo", "--no-fetch"});
    // Somewhere after the first version and before the last.
    for (int i = 0; i < 500 && served.get(policy + "/versions/1").status != 200; ++i) {
    }
    served.process().signal(SIGKILL);
    served.process().wait();
  }
  Served served(folder.path(), {"--demo", "--no-fetch"});
  REQUIRE(served.wait_for_demo());
  CHECK(served.items(policy + "/versions").size() == 7);
  CHECK(served.items(agreement + "/versions").size() == 5);
  CHECK(served.items(policy + "/observations").size() == 26);
  CHECK(served.items(agreement + "/observations").size() == 20);
}
