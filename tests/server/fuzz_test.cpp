// Whatever is asked, the site answers, and never with a 500.
#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "server/routes.h"
#include "tests/server/site_fixture.h"
#include "tests/support/support.h"

using namespace smallprint;
using namespace smallprint::test;

namespace {

using Random = std::mt19937_64;

const std::string& pick(Random& random, const std::vector<std::string>& list) { return list[random() % list.size()]; }

std::string noise(Random& random) {
  std::string text;
  for (auto n = random() % 12; n-- > 0;) text += static_cast<char>(random() % 256);
  return text;
}

const std::vector<std::string> segments = {"acme",
                                           "ACME",
                                           "zebra",
                                           "nobody",
                                           "privacy-policy",
                                           "privacy-policy@eu",
                                           "terms-of-service",
                                           "1",
                                           "2",
                                           "3",
                                           "0",
                                           "99999999999",
                                           "1..2",
                                           "3..1",
                                           "..",
                                           "1..",
                                           "..2",
                                           "1..2..3",
                                           "latest",
                                           "2024-09-19",
                                           "2024-09-19T06:10:13Z",
                                           "9999-12-31",
                                           "topics",
                                           "ai-training",
                                           "api",
                                           "v1",
                                           "documents",
                                           "versions",
                                           "changes",
                                           "diff",
                                           "evidence",
                                           "snapshot",
                                           "clauses",
                                           "c1-1",
                                           "c99-99",
                                           "feed.atom",
                                           "feed.rss",
                                           "feed.json",
                                           "%2e%2e",
                                           "%00",
                                           "%",
                                           "%ff",
                                           "@",
                                           "search",
                                           "compare",
                                           "openapi.json",
                                           "style-.css",
                                           "-",
                                           "{service}"};

const std::vector<std::string> names = {"service",  "document", "type",    "topic", "effect", "kind",   "importance",
                                        "cosmetic", "language", "region",  "since", "until",  "q",      "limit",
                                        "cursor",   "version",  "repeats", "from",  "to",     "format", "at",
                                        "facts",    "services", "fact",    "value", "source", "x",      ""};

const std::vector<std::string> values = {"acme",
                                         "acme/privacy-policy",
                                         "privacy-policy",
                                         "ai-training",
                                         "introduced",
                                         "edited",
                                         "high",
                                         "true",
                                         "false",
                                         "en",
                                         "eu",
                                         "2024-01-01",
                                         "1",
                                         "2",
                                         "200",
                                         "-1",
                                         "0",
                                         "4294967296",
                                         "%22",
                                         "%00",
                                         "%ff",
                                         "a+b",
                                         "data",
                                         "json",
                                         "markdown",
                                         "text",
                                         "html",
                                         "trains_ai",
                                         "acme,zebra",
                                         ",,,",
                                         "latest",
                                         "",
                                         "%3Cscript%3E",
                                         "'%3B--",
                                         "9999999999999999999999"};

std::string random_target(Random& random) {
  std::string target;
  if (random() % 3 == 0) {  // a real pattern, its captures filled with anything
    for (const char c : routes()[random() % routes().size()].pattern) {
      if (c == '{') target += pick(random, segments) + "\1";
      if (c == '}') {
        target.erase(target.find('\1'), std::string::npos);
      } else if (c != '{') {
        target += c;
      }
    }
  } else {
    for (auto n = random() % 7; n-- > 0;) target += "/" + pick(random, segments);
  }
  if (target.empty() || random() % 50 == 0) target += "/";
  if (random() % 40 == 0) target += noise(random);
  if (random() % 2 == 0) {
    target += "?";
    for (auto n = random() % 5; n-- > 0;) target += pick(random, names) + "=" + pick(random, values) + "&";
    if (random() % 40 == 0) target += noise(random);
  }
  return target;
}

}  // namespace

TEST_CASE("thousands of random requests never make a 500, an unsafe header or a script") {
  const SiteFixture fixture;
  Random random(20240919);
  const std::vector<std::string> accepts = {
      "", "*/*", "text/html", "application/json", "text/markdown;q=0.3, */*;q=0", "text/plain", ";;q=,,,", "image/*"};
  std::map<int, int> statuses;
  const int rounds = long_campaign() ? 200'000 : 6'000;
  for (int round = 0; round < rounds; ++round) {
    const std::string target = random_target(random);
    std::vector<std::pair<std::string, std::string>> headers = {{"accept", pick(random, accepts)}};
    if (random() % 4 == 0) headers.emplace_back("accept-encoding", "gzip");
    if (random() % 4 == 0) headers.emplace_back("if-none-match", random() % 2 == 0 ? "*" : noise(random));
    if (random() % 8 == 0) headers.emplace_back("host", noise(random));
    if (random() % 8 == 0) headers.emplace_back("accept", noise(random));
    const Response response = fixture.get(target, headers, random() % 10 == 0 ? "HEAD" : "GET");
    INFO(target);
    ++statuses[response.status];
    CHECK(response.status < 500);
    const bool page = header(response, "content-type").starts_with("text/html");
    if (page) CHECK(response.body.find("<script") == std::string::npos);
    for (const auto& [name, value] : response.headers) {
      CHECK(value.find_first_of("\r\n") == std::string::npos);
    }
  }
  // The campaign reaches every kind of answer.
  for (const int status : {200, 304, 400, 404}) CHECK(statuses[status] > 50);
}

TEST_CASE("several threads ask at once and get what one gets") {
  const SiteFixture fixture;
  const std::vector<std::string> targets = {
      "/", "/acme/privacy-policy/2", "/feed.atom", "/api/v1/changes", "/metrics", "/nobody"};
  std::vector<std::string> alone;
  for (const std::string& target : targets) alone.push_back(fixture.get(target).body);
  std::atomic<int> different{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int round = 0; round < 40; ++round) {
        for (std::size_t i = 0; i < 4; ++i) {
          if (fixture.get(targets[i]).body != alone[i]) ++different;
        }
        (void)fixture.get(targets[4]);
        (void)fixture.get(targets[5]);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(different == 0);
}
