// What documents and services say, over the site: API and pages.
#include <doctest/doctest.h>

#include "tests/server/site_fixture.h"

using namespace smallprint;
using namespace smallprint::test;
namespace json = boost::json;

namespace {

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

const json::value& fact_of(const json::value& holder, std::string_view id) {
  for (const json::value& fact : member(holder, "facts").as_array()) {
    if (text(fact, "fact") == id) return fact;
  }
  static const json::value null;
  return null;
}

}  // namespace

TEST_CASE("a service says what its documents say together, with its evidence, since when, and what it said before") {
  const SiteFixture fixture;
  const json::value acme = fixture.json("/api/v1/services/acme");
  const json::value& trains = fact_of(acme, "trains_ai");
  CHECK(text(trains, "value") == "yes");
  CHECK(text(trains, "document") == "acme/privacy-policy");
  CHECK(member(trains, "region").is_null());
  CHECK(contains(text(member(trains, "evidence"), "text"), "develop and train"));
  CHECK(member(member(trains, "since"), "version") == 2);
  CHECK(text(member(trains, "since"), "document") == "acme/privacy-policy");
  CHECK(member(trains, "until").is_null());
  CHECK(text(trains, "url") == "https://example.org/acme/privacy-policy/3#c5");
  CHECK(member(trains, "history").is_null());
  CHECK(text(fact_of(acme, "sells_data"), "value") == "silent");
  CHECK(member(fact_of(acme, "sells_data"), "evidence").is_null());
  // No agreement is watched that could answer.
  CHECK(text(fact_of(acme, "unilateral_change"), "value") == "unknown");
  CHECK(member(fact_of(acme, "unilateral_change"), "document").is_null());
  CHECK(fact_of(acme, "effective_date").is_null());

  const json::value through_time = fixture.json("/api/v1/services/acme?history=true");
  const json::array& before = member(fact_of(through_time, "trains_ai"), "history").as_array();
  REQUIRE(before.size() == 1);
  CHECK(text(before[0], "value") == "silent");
  CHECK(text(before[0], "until") == "2024-09-19T06:10:13Z");
  CHECK(member(fact_of(through_time, "sells_data"), "history").as_array().empty());
}

TEST_CASE("a document's facts come with their runs before, where they are asked for") {
  const SiteFixture fixture;
  CHECK(member(fact_of(fixture.json("/api/v1/documents/acme/privacy-policy"), "trains_ai"), "history").is_null());
  const json::value document = fixture.json("/api/v1/documents/acme/privacy-policy?history=1");
  CHECK(member(document, "facts").as_array().size() == 2);
  const json::array& before = member(fact_of(document, "trains_ai"), "history").as_array();
  REQUIRE(before.size() == 1);
  CHECK(text(before[0], "value") == "silent");
  CHECK(member(member(before[0], "until"), "version") == 2);
}

TEST_CASE("facts are told through time, and as of a day") {
  const SiteFixture fixture;
  const auto values = [&](const std::string& query) {
    std::string out;
    const json::value list = fixture.json("/api/v1/facts?fact=trains_ai" + query);
    for (const json::value& item : member(list, "items").as_array()) out += text(item, "value") + " ";
    return out;
  };
  CHECK(values("") == "yes silent ");
  CHECK(values("&service=acme") == "yes ");
  CHECK(values("&service=acme&history=true") == "silent yes ");
  CHECK(values("&service=acme&at=2024-09-18") == "silent ");
  CHECK(values("&service=acme&at=2024-09-19") == "yes ");  // a date is its whole day
  CHECK(values("&service=acme&at=2024-09-19T06:10:12Z") == "silent ");
  CHECK(values("&at=1999-01-01") == "");
  CHECK(fixture.get("/api/v1/facts?at=2024-01-01&history=true").status == 400);
  CHECK(fixture.get("/api/v1/services/acme?history=perhaps").status == 400);
}

TEST_CASE("services are compared by their answers, now and as of a day") {
  const SiteFixture fixture;
  const auto answer = [&](const std::string& query) {
    const json::value compared = fixture.json("/api/v1/compare?services=acme&facts=trains_ai" + query);
    return text(member(member(member(compared, "services").as_array().at(0), "answers"), "trains_ai"), "value");
  };
  CHECK(answer("") == "yes");
  CHECK(answer("&at=2024-09-18") == "silent");
  CHECK(answer("&at=1999-01-01") == "unknown");
}

TEST_CASE("how many services say what is told point by point, with who changed") {
  const SiteFixture fixture;
  const json::value counts =
      fixture.json("/api/v1/compare/series?facts=trains_ai&since=2024-01-01&until=2025-12-31&step=year");
  CHECK(member(counts, "services") == 2);
  const json::value& series = member(counts, "series").as_array().at(0);
  const json::array& points = member(series, "points").as_array();
  REQUIRE(points.size() == 2);
  CHECK(text(points[0], "at") == "2024-12-31T23:59:59Z");
  CHECK(member(points[0], "services") == 2);
  CHECK(member(member(points[0], "values"), "yes") == 1);
  CHECK(member(member(points[0], "values"), "silent") == 1);
  CHECK(member(member(points[0], "values"), "unknown") == 0);
  const json::value early =
      fixture.json("/api/v1/compare/series?facts=trains_ai&until=2022-06-30&services=acme,zebra&since=2022-06-01");
  const json::value& point = member(member(early, "series").as_array().at(0), "points").as_array().at(0);
  CHECK(member(point, "services") == 1);
  CHECK(member(point, "without_version") == 1);
  const json::value whole = fixture.json("/api/v1/compare/series?facts=trains_ai&since=2023-01-01&until=2025-12-31");
  const json::array& turns = member(member(whole, "series").as_array().at(0), "turns").as_array();
  REQUIRE(turns.size() == 1);
  CHECK(text(turns[0], "service") == "acme");
  CHECK(text(turns[0], "from") == "silent");
  CHECK(text(turns[0], "to") == "yes");
  CHECK(text(turns[0], "url") == "https://example.org/acme/privacy-policy/2");
  for (const char* bad : {"facts=nothing", "facts=effective_date", "step=day", "since=2025-01-01&until=2024-01-01",
                          "since=1950-01-01&step=month", "services=%20,%2F"}) {
    CAPTURE(bad);
    CHECK(fixture.get(std::string("/api/v1/compare/series?") + bad).status == 400);
  }
}

TEST_CASE("a change says in words why it matters") {
  const SiteFixture fixture;
  const json::value changes = fixture.json("/api/v1/changes?topic=ai-training&effect=introduced");
  const json::value& change = member(changes, "items").as_array().at(0);
  CHECK(text(change, "importance") == "high");
  CHECK(text(change, "importance_reason") == "introduces AI training");
}

TEST_CASE(
    "the page of a service shows answers with what was said before, and keeps silence apart from what is not known") {
  const SiteFixture fixture;
  const std::string page = fixture.get("/acme").body;
  const std::size_t facts = page.find("What Acme &amp; Sons says today");
  const std::size_t silent = page.find("Questions its documents are silent on");
  const std::size_t unknown = page.find("Questions that cannot be answered here");
  REQUIRE(facts != std::string::npos);
  REQUIRE(silent != std::string::npos);
  REQUIRE(unknown != std::string::npos);
  CHECK(facts < silent);
  CHECK(silent < unknown);
  CHECK(page.find("Are personal data sold?") > silent);
  CHECK(page.find("Are personal data sold?") < unknown);
  CHECK(page.find("May the service change the terms") > unknown);
  CHECK(contains(page, "What was said before"));
  CHECK(contains(page, "<strong>Not mentioned here</strong> from"));
}

TEST_CASE(
    "the page that compares tells how many services say so, and of those asked for each answer with its sentence") {
  const SiteFixture fixture;
  const std::string all = fixture.get("/compare").body;
  CHECK(
      contains(all,
               "1 of 2 services now says that what people give to them, or what they record about them, may train AI; "
               "1 of 2 did a year ago."));
  CHECK(contains(all, "<meter"));
  CHECK_FALSE(contains(all, "style="));  // the pages' policy forbids it
  const std::string one = fixture.get("/compare?facts=trains_ai").body;
  CHECK(contains(one, "from “Not mentioned here” to “Yes”"));
  const std::string two = fixture.get("/compare?services=acme,zebra,nobody&at=2025-06-01").body;
  CHECK(contains(two, "Not watched here: nobody"));
  CHECK(contains(two, "develop and train artificial intelligence"));
  CHECK(contains(two, "1 of 2 services said that"));
  CHECK(contains(two, "0 of 2 did a year before."));
  CHECK(contains(two, "value=\"2025-06-01\""));
  CHECK(contains(fixture.get("/compare?services=acme&at=1999-01-01").body, "No version seen then"));
}

TEST_CASE("of a text in a language that is not read, the pages say that they do not know what it means") {
  RuleSet rules = RuleSet::builtin();
  FakeArchive archive(rules);
  const FixedClock clock;
  for (const char* text : {"Lamput palavat.", "Lamput palavat aina."}) {
    Document document;
    document.language = "fi";
    document.clauses.push_back({ClauseKind::paragraph, 0, "", text, {}, -1});
    const std::string day = std::string(text).size() < 17 ? "2024-01-01" : "2024-02-01";
    archive.add_document("lamppu/privacy-policy", "Lamppu", "Privacy Policy", day, std::move(document));
  }
  Fact unknown{"trains_ai", "unknown", "", {}};
  archive.add_fact("lamppu/privacy-policy", unknown, 2, 1);
  const Site site(archive, rules, clock, {.public_url = "https://example.org"});
  for (const char* path : {"/lamppu/privacy-policy", "/lamppu/privacy-policy/1..2"}) {
    CAPTURE(path);
    CHECK(contains(site.handle({"GET", path, {}}).body, "its language (fi) is not among those that smallprint reads"));
  }
  CHECK(contains(site.handle({"GET", "/lamppu/privacy-policy", {}}).body, "Not read in this language"));
  const std::string_view said = R"("topics":[{"id":"unknown","effect":"unknown"}])";
  for (const char* path :
       {"/api/v1/documents/lamppu/privacy-policy/versions/2", "/api/v1/versions",
        "/api/v1/documents/lamppu/privacy-policy/diff?from=1&to=2", "/api/v1/changes?topic=unknown"}) {
    CAPTURE(path);
    CHECK(contains(site.handle({"GET", path, {}}).body, said));
  }
  CHECK(contains(site.handle({"GET", "/lamppu/privacy-policy/1..2", {}}).body, "Topics unknown"));
  const SiteFixture english;
  CHECK_FALSE(contains(english.get("/acme/privacy-policy").body, "not among those"));
  CHECK_FALSE(contains(english.get("/api/v1/versions").body, R"("unknown")"));
}
