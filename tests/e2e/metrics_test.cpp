// What `fetch` ends with, and what `serve` counts and logs of its visits.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <array>
#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/listener.h"
#include "tests/e2e/served.h"

using namespace smallprint::test;
using smallprint::Listener;
using smallprint::Request;
using smallprint::Response;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

std::string policy(int sentences, const std::string& last, const std::string& comment = {}) {
  std::string html = "<!DOCTYPE html><html><head><title>Privacy Policy</title></head><body><!--" + comment +
                     "--><main><h1>Privacy Policy</h1>";
  for (int i = 0; i < sentences; ++i) {
    html += fmt::format("<p>For purpose {} we keep what you give us, and erase it a year later.</p>", i);
  }
  return html + "<p>" + last + "</p></main></body></html>";
}

/// A host for each document, so that no visit waits for another: the same bytes, other bytes of the same text, another
/// text, hardly any text, and none. What they send besides robots.txt is counted.
struct Hosts {
  std::atomic<int> scene{0};
  std::atomic<int> visits{0};
  std::atomic<std::size_t> sent{0};
  std::vector<std::unique_ptr<Listener>> listeners;

  Hosts() {
    for (int document = 0; document < 5; ++document) {
      auto started = Listener::start({.port = 0}, [this, document](const Request& request) -> Response {
        if (request.target == "/robots.txt") return {404, {}, ""};
        Response response{200, {{"Content-Type", "text/html"}}, body(document)};
        if (document == 4) response.status = 404;
        sent += response.body.size();
        return response;
      });
      REQUIRE(started.ok());
      listeners.push_back(std::move(started).value());
    }
  }
  std::string body(int document) {
    switch (document) {
      case 0: return policy(10, "We sell none of it.");
      case 1: return policy(10, "We sell none of it.", fmt::format("visit {}", ++visits));
      case 2: return policy(10, fmt::format("We sell some of it to {} partners.", scene.load()));
      case 3: return policy(scene == 0 ? 60 : 1, "We sell none of it.");
      default: return "nobody";
    }
  }
};

/// The value of a series, as it is scraped; -1 where it is not there.
double value(const std::string& metrics, const std::string& series) {
  const std::size_t at = metrics.find("\n" + series + " ");
  return at == std::string::npos ? -1 : std::stod(metrics.substr(at + series.size() + 2));
}

}  // namespace

TEST_CASE("fetch ends with a table, and serve counts and logs each of its visits, by outcome and reason") {
  Hosts hosts;
  const TemporaryFolder folder;
  const fs::path catalog = folder.path() / "catalog";
  fs::create_directory(catalog);
  const std::array<const char*, 6> names = {"Same", "Restless", "Changing", "Shrinking", "Missing", "Inside"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string url =
        i < 5 ? fmt::format("http://127.0.0.1:{}/", hosts.listeners[i]->port()) : std::string("http://127.0.0.2:9/");
    write_file(catalog / fmt::format("{}.json", names[i]),
               json::serialize(json::object{{"name", names[i]},
                                            {"terms", {{"Privacy Policy", {{"fetch", url}, {"select", "main"}}}}}}));
  }
  const auto fetch = [&] {
    return run({smallprint_binary(), "--archive", archive_in(folder.path()), "fetch", "--catalog", catalog.string(),
                "--allow-address", "127.0.0.1"});
  };
  CHECK(fetch().out ==
        "     6 visited\n     4 fetched\n     4 changed\n     0 unchanged\n     0 suspect\n     2 failed\n"
        "       1   http_error\n       1   refused\n");
  hosts.scene = 1;
  const Finished second = fetch();
  CHECK(second.status == 0);
  CHECK(second.out ==
        "     6 visited\n     4 fetched\n     1 changed\n     2 unchanged\n     1 suspect\n     2 failed\n"
        "       1   http_error\n       1   refused\n");

  hosts.scene = 2;
  hosts.sent = 0;
  Served served(folder.path(), {"--catalog", catalog.string(), "--allow-address", "127.0.0.1"});
  std::string metrics = served.get("/metrics").body;
  CHECK(value(metrics, R"(smallprint_visits_total{outcome="not_modified",reason=""})") == 0);
  for (int i = 0; i < 600 && value(metrics, "smallprint_visit_seconds_count") < 6; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    metrics = served.get("/metrics").body;
  }
  CAPTURE(metrics);
  for (const char* outcome : {"changed", "same_bytes", "unchanged", "suspect"}) {
    CAPTURE(outcome);
    CHECK(value(metrics, fmt::format(R"(smallprint_visits_total{{outcome="{}",reason=""}})", outcome)) == 1);
  }
  CHECK(value(metrics, R"(smallprint_visits_total{outcome="failed",reason="http_error"})") == 1);
  CHECK(value(metrics, R"(smallprint_visits_total{outcome="failed",reason="refused"})") == 1);
  CHECK(value(metrics, "smallprint_visit_seconds_count") == 6);
  CHECK(value(metrics, R"(smallprint_visit_seconds_bucket{le="120"})") == 6);
  CHECK(value(metrics, "smallprint_visit_bytes_total") == static_cast<double>(hosts.sent));
  CHECK(contains(metrics, "# TYPE smallprint_visit_seconds histogram"));
  CHECK(value(metrics, R"(smallprint_fetches{state="under_way"})") == 0);
  CHECK(value(metrics, R"(smallprint_fetches{state="waiting"})") == 0);
  CHECK(value(metrics, "smallprint_fetch_bytes_held") == 0);

  served.process().signal(15);
  served.process().wait();
  const std::string log = read_file(folder.path() / "serve.log");
  std::size_t lines = 0;
  for (std::size_t at = log.find(" info visit "); at != std::string::npos; at = log.find(" info visit ", at + 1))
    ++lines;
  CHECK(lines == 6);
  for (const char* part :
       {"visit document=same/privacy-policy outcome=unchanged status=200 ms=",
        "document=changing/privacy-policy outcome=recorded status=200",
        "document=shrinking/privacy-policy outcome=suspect status=200",
        "document=missing/privacy-policy outcome=failed status=404", "reason=\"http_error: status 404\""}) {
    CHECK_MESSAGE(contains(log, part), part);
  }
}
