// What the running server says to what is not there, to filters that are wrong, and to what no browser would send.
#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "tests/e2e/served.h"

using namespace smallprint::test;
namespace json = boost::json;

namespace {

/// A status below 500, and where it is an error of the API: a problem document that says the same status.
void check_answer(const HttpAnswer& answer) {
  CHECK(answer.status >= 200);
  CHECK(answer.status < 500);
  if (answer.status < 400 || !contains(answer.header("content-type"), "json")) return;
  CHECK(answer.header("content-type").starts_with("application/problem+json"));
  boost::system::error_code error;
  const json::value problem = json::parse(answer.body, error);
  REQUIRE(!error);
  CHECK(member(problem, "status") == answer.status);
  CHECK(!text(problem, "title").empty());
}

}  // namespace

TEST_CASE("a GET for anything that is not there is a 404 problem document") {
  const TemporaryFolder folder;
  Served served(folder.path(), {"--demo", "--no-fetch"});
  REQUIRE(served.wait_for_demo());
  for (const std::string target : {
           "/api",
           "/api/",
           "/api/v1",
           "/api/v2/changes",
           "/api/v1/nothing",
           "/api/v1/services/nobody",
           "/api/v1/documents/nobody/privacy-policy",
           "/api/v1/documents/guildwren-demo",
           "/api/v1/documents/guildwren-demo/cookies",
           "/api/v1/documents/guildwren-demo/privacy-policy@eu",
           "/api/v1/documents/guildwren-demo/privacy-policy/versions/0",
           "/api/v1/documents/guildwren-demo/privacy-policy/versions/8",
           "/api/v1/documents/guildwren-demo/privacy-policy/versions/2001-01-01",
           "/api/v1/documents/guildwren-demo/privacy-policy/versions/8/evidence",
           "/api/v1/documents/guildwren-demo/privacy-policy/clauses/c99-99",
           "/api/v1/documents/guildwren-demo/privacy-policy/nothing",
           "/api/v1/changes/",
           "/api/v1/changes/1",
       }) {
    INFO(target);
    const HttpAnswer answer = served.get(target, {{"Accept", "application/json"}});
    CHECK(answer.status == 404);
    CHECK(answer.header("content-type").starts_with("application/problem+json"));
    check_answer(answer);
  }
  for (const std::string target :
       {"/nobody", "/nobody/privacy-policy", "/guildwren-demo/cookies", "/guildwren-demo/privacy-policy/8",
        "/guildwren-demo/privacy-policy/0", "/guildwren-demo/privacy-policy/1..9", "/topics/nothing",
        "/topics/nothing/feed.atom", "/nobody/feed.atom", "/favicon.nothing", "/.git/config"}) {
    INFO(target);
    CHECK(served.get(target).status == 404);
  }
}

TEST_CASE("a bad filter is a 400 that names it") {
  const TemporaryFolder folder;
  const Served served(folder.path(), {"--demo", "--no-fetch"});
  const struct {
    const char *target, *names;
  } rows[] = {
      {"/api/v1/changes?topic=nothing", "topic"},
      {"/api/v1/changes?effect=nothing", "effect"},
      {"/api/v1/changes?kind=nothing", "kind"},
      {"/api/v1/changes?importance=extreme", "importance"},
      {"/api/v1/changes?cosmetic=maybe", "cosmetic"},
      {"/api/v1/changes?since=yesterday", "since"},
      {"/api/v1/changes?until=2024-02-30", "until"},
      {"/api/v1/changes?document=a%2Fb%2Fc", "document"},
      {"/api/v1/changes?cursor=nonsense", "cursor"},
      {"/api/v1/changes?limit=0", "limit"},
      {"/api/v1/changes?limit=100000", "limit"},
      {"/api/v1/changes?topics=ai-training", "topics"},
      {"/api/v1/changes?topic=ai-training&topic=arbitration", "topic"},
      {"/api/v1/versions?since=2024-13-01", "since"},
      {"/api/v1/facts?fact=nothing", "fact"},
      {"/api/v1/search", "q"},
      {"/api/v1/search?q=a&at=never", "at"},
      {"/api/v1/compare", "services"},
      {"/feed.atom?topic=nothing", "topic"},
      {"/feed.json?importance=9", "importance"},
  };
  for (const auto& row : rows) {
    INFO(row.target);
    const HttpAnswer answer = served.get(row.target);
    INFO(answer.body);
    CHECK(answer.status == 400);
    CHECK(answer.header("content-type").starts_with("application/problem+json"));
    boost::system::error_code error;
    const json::value problem = json::parse(answer.body, error);
    REQUIRE(!error);
    CHECK(contains(text(problem, "detail"), row.names));
    CHECK(text(problem, "parameter") == row.names);
  }
}

TEST_CASE("no input makes a 500") {
  const TemporaryFolder folder;
  Served served(folder.path(), {"--demo", "--no-fetch"});
  REQUIRE(served.wait_for_demo());

  const std::vector<std::string> paths = {"/",
                                          "/services",
                                          "/guildwren-demo",
                                          "/guildwren-demo/privacy-policy",
                                          "/guildwren-demo/privacy-policy/5",
                                          "/guildwren-demo/privacy-policy/4..5",
                                          "/topics/ai-training",
                                          "/search",
                                          "/status",
                                          "/compare",
                                          "/feed.atom",
                                          "/feed.json",
                                          "/api/v1/services",
                                          "/api/v1/changes",
                                          "/api/v1/versions",
                                          "/api/v1/facts",
                                          "/api/v1/search",
                                          "/api/v1/compare",
                                          "/api/v1/topics",
                                          "/api/v1/status",
                                          "/api/v1/documents/guildwren-demo/privacy-policy",
                                          "/api/v1/documents/guildwren-demo/privacy-policy/versions/5",
                                          "/api/v1/documents/guildwren-demo/privacy-policy/diff"};
  const std::vector<std::string> tails = {"?",
                                          "?=",
                                          "?&&&",
                                          "?q",
                                          "?q=%",
                                          "?q=%zz",
                                          "?q=%00",
                                          "?q=%ff%fe",
                                          "?q=\"",
                                          "?q=%22%22%22",
                                          "?q=NEAR(",
                                          "?q=a+AND",
                                          "?q=*",
                                          "?q=-",
                                          "?q=a%20OR",
                                          "?q='%3B%20DROP%20TABLE%20versions%3B--",
                                          "?service=%27%20OR%201=1--",
                                          "?from=1&to=99999999999999999999",
                                          "?from=-1&to=5",
                                          "?from=5&to=5",
                                          "?from=2024-09-12&to=latest",
                                          "?from=x&to=y",
                                          "?limit=-1",
                                          "?limit=1e9",
                                          "?limit=99999999999999999999",
                                          "?cursor=AAAA",
                                          "?cursor=%00",
                                          "?cursor=0",
                                          "?since=9999-12-31",
                                          "?since=0000-00-00",
                                          "?since=-1",
                                          "?until=292277026596-12-04",
                                          "?format=exe",
                                          "?format=json%00",
                                          "?topic=%F0%9F%98%80",
                                          "?<script>alert(1)</script>",
                                          "?%3Cscript%3E=1",
                                          "?services=a,b,,,c&facts=,",
                                          "/",
                                          "//",
                                          "/..",
                                          "/../../../../etc/passwd",
                                          "/%2e%2e/%2e%2e/etc/passwd",
                                          "/%00",
                                          "/%",
                                          "/%ff",
                                          "/0",
                                          "/-1",
                                          "/5..4",
                                          "/..5",
                                          "/4..",
                                          "/4..5..6",
                                          "/99999999999999999999",
                                          "/1..99999999999999999999",
                                          "/latest",
                                          "/2024-09-12",
                                          "/2024-02-30",
                                          "/versions/latest",
                                          "/feed.atom",
                                          "/@",
                                          "/privacy-policy@",
                                          "/;",
                                          "/\"",
                                          "/<b>",
                                          "/\xC3\xA9",
                                          "#fragment"};
  std::size_t asked = 0;
  for (const std::string& path : paths) {
    for (const std::string& tail : tails) {
      const HttpAnswer answer = served.get(path + tail);
      INFO(path << tail);
      check_answer(answer);
      // A problem may name the parameter as it came: in JSON, which no browser takes for a page.
      if (contains(answer.body, "<script>alert(1)")) {
        CHECK(contains(answer.header("content-type"), "json"));
        CHECK(answer.header("x-content-type-options") == "nosniff");
      }
      ++asked;
    }
  }
  for (const std::string& path : {"/" + std::string(7000, 'a'), "/api/v1/changes?q=" + std::string(7000, '%'),
                                  "/api/v1/search?q=" + std::string(5000, '"'), "/" + std::string(3000, '/'),
                                  "/api/v1/compare?services=" + std::string(6000, ',')}) {
    check_answer(served.get(path));
    ++asked;
  }
  CHECK(asked > 400);

  // Requests that are none: refused, or the connection is closed; the server goes on.
  for (const std::string& bytes :
       {std::string("\r\n\r\n"), std::string("GET\r\n\r\n"), std::string("GET / HTTP/9.9\r\n\r\n"),
        std::string("POST /api/v1/changes HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"),
        std::string("DELETE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"),
        std::string("GET http://elsewhere.example/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: \"<x>\r\nConnection: close\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: a\r\nX: ") + std::string(200'000, 'x') + "\r\nConnection: close\r\n\r\n",
        std::string("GET /") + '\0' + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        std::string(1000, '\xff') + "\r\n\r\n"}) {
    INFO(bytes.substr(0, 60));
    CHECK(http_send(served.port(), bytes).status < 500);
  }
  CHECK(served.get("/healthz").status == 200);
}
