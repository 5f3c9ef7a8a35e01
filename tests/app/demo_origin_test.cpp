// The demo's story and the origin that tells it.
#include "app/demo/origin.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "app/demo/story.h"

using namespace smallprint;

namespace {

class FixedClock final : public Clock {
 public:
  explicit FixedClock(std::string_view time) : now_(parse_rfc3339(time).value()) {}
  [[nodiscard]] Timestamp now() const override { return now_; }

 private:
  Timestamp now_;
};

Story story() {
  auto read = read_story();
  INFO(std::string(read ? "" : read.error().message));
  REQUIRE(read.ok());
  return std::move(read).value();
}

Response get(const Story& story, std::string_view time, std::string target, std::string etag = {}) {
  const FixedClock clock(time);
  Request request;
  request.target = std::move(target);
  if (!etag.empty()) request.headers.emplace_back("if-none-match", std::move(etag));
  return DemoOrigin(story, clock).handle(request);
}

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

TEST_CASE("the story has two documents, in texts that differ, and visits in order of time") {
  const Story told = story();
  REQUIRE(told.documents.size() == 2);
  std::size_t texts = 0;
  for (const StoryDocument& document : told.documents) {
    texts += document.texts.size();
    for (std::size_t i = 1; i < document.texts.size(); ++i) {
      CHECK(document.texts[i - 1].published < document.texts[i].published);
      CHECK(document.texts[i - 1].html != document.texts[i].html);
    }
  }
  CHECK(texts == 12);
  CHECK(std::is_sorted(told.visits.begin(), told.visits.end(),
                       [](const StoryVisit& a, const StoryVisit& b) { return a.at < b.at; }));
}

TEST_CASE("every text of the story is seen by a good visit before the next one is published") {
  const Story told = story();
  for (std::size_t d = 0; d < told.documents.size(); ++d) {
    const auto& texts = told.documents[d].texts;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const bool seen = std::any_of(told.visits.begin(), told.visits.end(), [&](const StoryVisit& visit) {
        return visit.document == d && visit.answer.empty() && visit.at > texts[i].published &&
               (i + 1 == texts.size() || visit.at < texts[i + 1].published);
      });
      INFO(told.documents[d].declaration.id << " " << format_rfc3339(texts[i].published));
      CHECK(seen);
    }
  }
}

TEST_CASE("the origin serves the text that stands at the time of the visit") {
  const Story told = story();
  const struct {
    const char *time, *target, *holds, *lacks;
  } rows[] = {
      {"2023-02-07T00:00:00Z", "/legal/privacy", "recieve", "train"},
      {"2023-09-01T00:00:00Z", "/legal/privacy", "receive", "recieve"},
      {"2024-09-11T23:59:59Z", "/legal/privacy", "Privacy Policy", "AI models"},
      {"2024-09-12T00:00:00Z", "/legal/privacy?x=1", "AI models", "unless you have opted out"},
      {"2026-01-14T00:00:00Z", "/legal/privacy", "unless you have opted out", "We do not use the content"},
      {"2025-04-02T00:00:00Z", "/legal/user-agreement", "User Agreement", "arbitration"},
      {"2025-04-03T00:00:00Z", "/legal/user-agreement", "binding arbitration", "sole discretion"},
      {"2025-10-20T00:00:00Z", "/legal/user-agreement", "sole discretion", "at least 30 days\nbefore"},
  };
  for (const auto& row : rows) {
    INFO(row.time << " " << row.target);
    const Response response = get(told, row.time, row.target);
    CHECK(response.status == 200);
    CHECK(response.body.find(row.holds) != std::string::npos);
    CHECK(response.body.find(row.lacks) == std::string::npos);
    CHECK(response.body.find("{{") == std::string::npos);
    CHECK(response.body.find("<!DOCTYPE html>") == 0);
  }
}

TEST_CASE("the same text is served with new tokens every time, and under one ETag until the site is deployed anew") {
  const Story told = story();
  const Response first = get(told, "2023-10-03T00:00:00Z", "/legal/privacy");
  const Response second = get(told, "2023-11-28T00:00:00Z", "/legal/privacy");
  const Response third = get(told, "2024-01-16T00:00:00Z", "/legal/privacy");
  CHECK(first.body != second.body);
  CHECK(header(first, "etag") == header(second, "etag"));
  CHECK(header(first, "etag") != header(third, "etag"));
  const Response same = get(told, "2023-11-28T00:00:00Z", "/legal/privacy", header(first, "etag"));
  CHECK(same.status == 304);
  CHECK(same.body.empty());
  CHECK(get(told, "2024-01-16T00:00:00Z", "/legal/privacy", header(first, "etag")).status == 200);
}

TEST_CASE("the origin's odd answers come at the times that the story says, and nothing else has an address") {
  const Story told = story();
  std::set<std::string> met;
  for (const StoryVisit& visit : told.visits) {
    const std::string target = told.documents[visit.document].declaration.sources.front().url.substr(demo_site.size());
    const Response response = get(told, format_rfc3339(visit.at), target);
    const int expected = visit.answer == "unavailable" ? 503 : visit.answer == "not-found" ? 404 : 200;
    INFO(format_rfc3339(visit.at) << " " << visit.answer);
    CHECK(response.status == expected);
    CHECK((response.body.find("legal-document") != std::string::npos) == visit.answer.empty());
    met.insert(visit.answer);
  }
  CHECK(met == std::set<std::string>{"", "bot-wall", "not-found", "unavailable"});
  for (const char* target : {"/", "/legal", "/legal/privacy/", "/legal/privacy%00", "", "/../legal/privacy"}) {
    CHECK(get(told, "2024-01-01T00:00:00Z", target).status == 404);
  }
  CHECK(get(told, "2023-02-05T00:00:00Z", "/legal/privacy").status == 404);
}
