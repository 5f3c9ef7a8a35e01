// Announced terms: as JSON, as a page, as a calendar.
#include <doctest/doctest.h>

#include "tests/server/site_fixture.h"

using namespace smallprint;
using namespace smallprint::test;
namespace json = boost::json;

namespace {

std::vector<std::string> ids(const json::value& list) {
  std::vector<std::string> out;
  for (const json::value& item : member(list, "items").as_array()) out.push_back(text(item, "id"));
  return out;
}

class MovingClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return time; }
  Timestamp time = parse_rfc3339("2026-01-31T23:59:00Z").value();
};

}  // namespace

TEST_CASE("announced terms are listed by date, with the sentence, the link and what became of them") {
  const SiteFixture fixture;
  const json::value list = fixture.json("/api/v1/upcoming");
  CHECK(ids(list) == std::vector<std::string>{"zebra/terms-of-service/2025-12-20", "acme/privacy-policy@eu/2026-01-01",
                                              "acme/privacy-policy/2026-02-01"});
  const json::array& items = member(list, "items").as_array();
  CHECK(text(items[0], "state") == "due");
  CHECK(member(items[0], "fulfilled_by").is_null());
  CHECK(text(items[1], "state") == "fulfilled");
  CHECK(text(items[1], "fact") == "effective_date");
  CHECK(text(member(items[1], "fulfilled_by"), "url") == "https://example.org/acme/privacy-policy@eu/1");
  CHECK(text(items[2], "state") == "ahead");
  CHECK(text(items[2], "fact") == "announced_change");
  CHECK(text(items[2], "date") == "2026-02-01");
  CHECK(text(items[2], "link") == "https://acme.example/preview?a=1&b=\"2\"");
  CHECK(text(member(items[2], "evidence"), "clause") == "c1-6");
  CHECK(text(member(items[2], "announced"), "observed_at") == "2025-11-11T10:00:00Z");
  CHECK(text(items[2], "url") == "https://example.org/acme/privacy-policy/3#c7");
  CHECK(fixture.get("/acme/privacy-policy/3").body.find("id=\"c7\"") != std::string::npos);
}

TEST_CASE("announced terms are found by service and by date, and older ones are left out unless they are asked for") {
  SiteFixture fixture;
  AnnouncementRow old = fixture.archive.announcements({}, {}).value().items.front();
  old.date = parse_date("2025-12-02").value();
  fixture.archive.add_announcement(old);
  old.date = parse_date("2025-12-03").value();
  fixture.archive.add_announcement(old);
  CHECK(ids(fixture.json("/api/v1/upcoming")).size() == 4);
  CHECK(ids(fixture.json("/api/v1/upcoming?since=2020-01-01")).size() == 5);
  CHECK(ids(fixture.json("/api/v1/upcoming?until=2026-02-01")).size() == 3);
  CHECK(ids(fixture.json("/api/v1/upcoming?since=2026-02-01")).size() == 1);
  CHECK(ids(fixture.json("/api/v1/upcoming?service=zebra&since=2020-01-01")).size() == 3);
  CHECK(fixture.get("/api/v1/upcoming?since=soon").status == 400);
}

TEST_CASE("what is told of announced terms alters with the day, and its tag and its date with it") {
  const SiteFixture fixture;
  MovingClock clock;
  const Site site(fixture.archive, fixture.rules, clock, {.public_url = "https://example.org"});
  const auto get = [&](const std::string& target, const std::string& tag) {
    return site.handle({"GET", target, {{"if-none-match", tag}}});
  };
  const std::string target = "/api/v1/upcoming?service=acme&since=2026-02-01";
  const Response before = get(target, "");
  CHECK(before.body.find("\"ahead\"") != std::string::npos);
  const std::string tag = header(before, "etag");
  const std::string other = header(get("/api/v1/topics", ""), "etag");
  CHECK(get(target, tag).status == 304);
  clock.time += std::chrono::minutes(2);
  const Response after = get(target, tag);
  CHECK(after.status == 200);
  CHECK(after.body.find("\"due\"") != std::string::npos);
  CHECK(header(after, "last-modified") == "Sun, 01 Feb 2026 00:00:00 GMT");
  CHECK(get("/api/v1/topics", other).status == 304);
}

TEST_CASE("status and metrics tell how much of the schedule is due, and the status alters with the minute") {
  const SiteFixture fixture;
  MovingClock clock;
  const Site site(fixture.archive, fixture.rules, clock, {});
  const auto get = [&](const std::string& target, const std::string& tag) {
    return site.handle({"GET", target, {{"if-none-match", tag}}});
  };
  const Response status = get("/api/v1/status", "");
  const json::value schedule = member(json::parse(status.body), "schedule");
  CHECK(member(schedule, "tracked") == fixture.archive.schedule_stats(clock.time).value().tracked);
  CHECK(member(schedule, "due") == 2);
  CHECK(member(schedule, "overdue") == 1);
  const std::string metrics = get("/metrics", "").body;
  for (const char* line : {"smallprint_schedule_documents{state=\"due\"} 2", "smallprint_workers 0"}) {
    CHECK_MESSAGE(metrics.find(line) != std::string::npos, line);
  }
  const std::string tag = header(status, "etag");
  CHECK(get("/api/v1/status", tag).status == 304);
  clock.time += std::chrono::minutes(1);
  CHECK(get("/api/v1/status", tag).status == 200);
}

TEST_CASE("the page tells what is ahead before what came due, with the sentence as text and the link only to the web") {
  SiteFixture fixture;
  AnnouncementRow trap = fixture.archive.announcements({}, {}).value().items.back();
  trap.date = parse_date("2026-03-01").value();
  trap.said.link = "javascript:alert(1)";
  fixture.archive.add_announcement(trap);
  const std::string html = fixture.get("/upcoming").body;
  const auto at = [&](std::string_view part) {
    const std::size_t found = html.find(part);
    INFO(part);
    CHECK(found != std::string::npos);
    return found;
  };
  CHECK(at(">1 Feb 2026<") < at(">1 Mar 2026<"));
  CHECK(at(">1 Mar 2026<") < at("Came due lately"));
  CHECK(at("Came due lately") < at(">1 Jan 2026<"));
  CHECK(at(">1 Jan 2026<") < at(">20 Dec 2025<"));
  at("href=\"/acme/privacy-policy/3#c7\"");
  at("see &lt;what&gt; changes");
  at("href=\"https://acme.example/preview?a=1&amp;b=&quot;2&quot;\"");
  at("A change is announced");
  at("no new version seen since");
  at("href=\"/acme/privacy-policy@eu/1\">Version 1<");
  at("href=\"/upcoming.ics\"");
  CHECK(html.find("javascript:") == std::string::npos);
  CHECK(fixture.get("/").body.find("href=\"/upcoming\"") != std::string::npos);
}

TEST_CASE("a page without announcements says so") {
  const SiteFixture fixture;
  MovingClock clock;
  clock.time = parse_rfc3339("2030-01-01T00:00:00Z").value();
  const Site site(fixture.archive, fixture.rules, clock, {});
  const std::string html = site.handle({"GET", "/upcoming", {}}).body;
  CHECK(html.find("No text that is watched here announces terms for a day to come") != std::string::npos);
  CHECK(html.find("Came due lately") == std::string::npos);
}

TEST_CASE("the calendar has a day for each announcement, under an id that stays, and a tag that pollers send back") {
  const SiteFixture fixture;
  const Response response = fixture.get("/upcoming.ics");
  CHECK(header(response, "content-type") == "text/calendar; charset=utf-8");
  CHECK(header(response, "access-control-allow-origin") == "*");
  CHECK(fixture.get("/upcoming.ics", {{"if-none-match", header(response, "etag")}}).status == 304);
  std::string unfolded = response.body;
  for (std::size_t fold; (fold = unfolded.find("\r\n ")) != std::string::npos;) unfolded.erase(fold, 3);
  const auto has = [&](std::string_view line) {
    INFO(line);
    CHECK(unfolded.find("\r\n" + std::string(line) + "\r\n") != std::string::npos);
  };
  has("UID:acme/privacy-policy/2026-02-01@smallprint");
  has("DTSTART;VALUE=DATE:20260201");
  has("DTSTAMP:20251111T100000Z");
  has("SUMMARY:Acme & Sons: a change of terms is announced (Privacy Policy)");
  has("URL:https://example.org/acme/privacy-policy/3#c7");
  has("DESCRIPTION:“We’re updating our policy on February 1\\, 2026\\; see <what> changes\\, \\\\ or "
      "leave.”\\nIt links to https://acme.example/preview?a=1&b=\"2\"\\n");
  // In force since yesterday: told then.
  has("UID:acme/privacy-policy@eu/2026-01-01@smallprint");
  has("DTSTAMP:20260101T000000Z");
  has("SUMMARY:Acme & Sons: the new Privacy Policy (EU) takes effect");
  CHECK(fixture.get("/upcoming.ics?service=zebra").body.find("acme") == std::string::npos);
  CHECK(fixture.get("/upcoming.ics?color=red").status == 400);
}
