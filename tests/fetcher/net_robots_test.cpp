// robots.txt over the network, before each hop of a visit; and limits that hold for all hops together.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "fetcher/net/curl_fetcher.h"
#include "fetcher/net/robots_gate.h"
#include "server/listener.h"
#include "tests/support/raw_origin.h"

namespace smallprint {
namespace {

using namespace std::chrono_literals;

/// An origin with a robots.txt, which counts what it is asked for.
class Origin {
 public:
  explicit Origin(const Handler& handler) {
    auto listener = Listener::start({.port = 0}, [this, handler](const Request& request) {
      {
        const std::scoped_lock lock(mutex_);
        ++asked_[request.target];
      }
      return handler(request);
    });
    REQUIRE(listener.ok());
    listener_ = std::move(listener).value();
  }
  [[nodiscard]] std::string url(std::string_view target) const {
    return fmt::format("http://127.0.0.1:{}{}", listener_->port(), target);
  }
  [[nodiscard]] int asked(const std::string& target) const {
    const std::scoped_lock lock(mutex_);
    const auto found = asked_.find(target);
    return found == asked_.end() ? 0 : found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, int> asked_;
  std::unique_ptr<Listener> listener_;  // last: its threads end first
};

CurlFetcherOptions options_with(FetchLimits limits = {}) {
  return {limits, "smallprint/1 (+https://example.org)", {"127.0.0.1"}};
}

std::unique_ptr<Fetcher> fetcher(const CurlFetcherOptions& options) {
  auto made = make_curl_fetcher(options);
  REQUIRE(made.ok());
  return std::move(made).value();
}

Response text(std::string body) { return {200, {{"Content-Type", "text/plain"}}, std::move(body)}; }

FetchRequest request_for(std::string url, bool ignore_robots = false) {
  FetchRequest request;
  request.url = std::move(url);
  request.ignore_robots = ignore_robots;
  return request;
}

}  // namespace

TEST_CASE("what robots.txt does not allow is not fetched, unless the operator says so") {
  const Origin origin([](const Request& request) {
    return text(request.target == "/robots.txt"
                    ? "User-agent: smallprint\nDisallow: /private\nCrawl-delay: 7\n\nUser-agent: *\nDisallow: /\n"
                    : "the page");
  });
  const auto one = fetcher(options_with());
  const FetchResult page = one->fetch(request_for(origin.url("/terms?a=b")));
  CHECK(page.body == "the page");
  CHECK(page.crawl_delay == 7s);
  const FetchResult closed = one->fetch(request_for(origin.url("/private/terms")));
  CHECK(name(closed.outcome) == "disallowed");
  CHECK(closed.reason == "robots.txt does not allow /private/terms");
  CHECK(closed.status == 0);
  CHECK(closed.body == "");
  CHECK(closed.urls == std::vector{origin.url("/private/terms")});
  CHECK(origin.asked("/private/terms") == 0);
  CHECK(origin.asked("/robots.txt") == 1);

  CHECK(one->fetch(request_for(origin.url("/private/terms"), true)).body == "the page");
  CurlFetcherOptions free = options_with();
  free.obey_robots = false;
  CHECK(fetcher(free)->fetch(request_for(origin.url("/private/terms"))).body == "the page");
  CHECK(origin.asked("/robots.txt") == 1);
}

TEST_CASE("a redirect leads to no place that robots.txt there does not allow") {
  const Origin other([](const Request& request) {
    return text(request.target == "/robots.txt" ? "User-agent: *\nDisallow: /terms\n" : "the page");
  });
  const Origin origin([&other](const Request& request) -> Response {
    if (request.target == "/robots.txt") return {404, {}, ""};
    return {301, {{"Location", other.url(request.target)}}, ""};
  });
  const auto one = fetcher(options_with());
  const FetchResult closed = one->fetch(request_for(origin.url("/terms")));
  CHECK(name(closed.outcome) == "disallowed");
  CHECK(closed.urls == std::vector{origin.url("/terms"), other.url("/terms")});
  CHECK(other.asked("/terms") == 0);
  CHECK(one->fetch(request_for(origin.url("/open"))).body == "the page");
  CHECK(one->fetch(request_for(origin.url("/robots.txt"))).status == 404);
}

TEST_CASE("robots.txt is followed through redirects, to other places too, and five at most") {
  for (const int redirects : {5, 6}) {
    CAPTURE(redirects);
    const Origin origin([redirects](const Request& request) -> Response {
      if (request.target == "/page") return text("the page");
      const int step = request.target == "/robots.txt" ? 0 : std::stoi(request.target.substr(1));
      if (step == redirects) return text("User-agent: *\nDisallow: /\n");
      return {302, {{"Location", fmt::format("/{}", step + 1)}}, ""};
    });
    const FetchResult result = fetcher(options_with())->fetch(request_for(origin.url("/page")));
    CHECK(name(result.outcome) == (redirects == 5 ? "disallowed" : "ok"));
  }
}

TEST_CASE("robots.txt that fails allows or forbids everything, and one that leads inside forbids it") {
  struct Row {
    const char* what;
    Response answer;
    const char* outcome;
  };
  for (const Row& row : std::vector<Row>{{"404", {404, {}, "User-agent: *\nDisallow: /\n"}, "ok"},
                                         {"410", {410, {}, ""}, "ok"},
                                         {"401", {401, {}, ""}, "ok"},
                                         {"500", {500, {}, ""}, "disallowed"},
                                         {"503", {503, {{"Retry-After", "90"}}, ""}, "disallowed"},
                                         {"inside", {302, {{"Location", "http://10.0.0.1/robots.txt"}}, ""}, "refused"},
                                         {"file", {302, {{"Location", "file:///etc/passwd"}}, ""}, "refused"}}) {
    CAPTURE(row.what);
    const Origin origin(
        [&row](const Request& request) { return request.target == "/robots.txt" ? row.answer : text("the page"); });
    const FetchResult result = fetcher(options_with())->fetch(request_for(origin.url("/page")));
    CHECK(name(result.outcome) == row.outcome);
    CHECK((result.body == "the page") == (result.outcome == FetchOutcome::ok));
    CHECK(origin.asked("/page") == (result.outcome == FetchOutcome::ok ? 1 : 0));
    if (row.answer.status == 503) CHECK(result.retry_after == 90s);
  }
}

TEST_CASE("of robots.txt 500 KiB are read, and the rest is not asked of the host") {
  std::string rules = "User-agent: *\nDisallow: /early\n";
  while (rules.size() < robots_bytes) rules += "# nothing is said in this line, but it takes its room\n";
  rules += "Disallow: /late\n";
  rules.resize(30U << 20U, '#');
  const Origin origin(
      [&rules](const Request& request) { return text(request.target == "/robots.txt" ? rules : "the page"); });
  const auto one = fetcher(options_with());
  CHECK(name(one->fetch(request_for(origin.url("/early"))).outcome) == "disallowed");
  CHECK(name(one->fetch(request_for(origin.url("/late"))).outcome) == "ok");
  CHECK(origin.asked("/robots.txt") == 1);
}

TEST_CASE("robots.txt is asked for anew when its time is over, and not before") {
  const Origin origin([](const Request& request) {
    return text(request.target == "/robots.txt" ? "User-agent: *\nDisallow: /x\n" : "the page");
  });
  CurlFetcherOptions options = options_with();
  for (const bool at_once : {false, true}) {
    if (at_once) options.robots_lifetime = 0s;
    const int before = origin.asked("/robots.txt");
    const auto one = fetcher(options);
    for (int i = 0; i < 3; ++i) CHECK(one->fetch(request_for(origin.url("/page"))).body == "the page");
    CHECK(origin.asked("/robots.txt") - before == (at_once ? 3 : 1));
  }
}

TEST_CASE("robots.txt that does not come ends the visit in its own time") {
  const Origin origin([](const Request& request) {
    if (request.target == "/robots.txt") std::this_thread::sleep_for(600ms);
    return text("the page");
  });
  CurlFetcherOptions options = options_with();
  options.robots_timeout = 200ms;
  const FetchResult result = fetcher(options)->fetch(request_for(origin.url("/page")));
  CHECK(name(result.outcome) == "timeout");
  CHECK(result.reason == "robots.txt cannot be had: more than 0.2 s in all");
  CHECK(origin.asked("/page") == 0);
}

TEST_CASE("limits hold for a chain of redirects as a whole, and the reason names the one that was reached") {
  struct Row {
    const char* what;
    std::size_t body, header;
    std::chrono::milliseconds wait;
    const char *outcome, *reason;
  };
  FetchLimits limits;
  limits.max_wire_bytes = 100000;
  limits.max_body_bytes = 150000;
  limits.max_header_bytes = 10000;
  limits.total_timeout = 1500ms;
  limits.max_redirects = 5;
  for (const Row& row : std::vector<Row>{
           {"all within", 15000, 1000, 0ms, "ok", ""},
           {"bytes", 30000, 0, 0ms, "too_large", "more than 100000 bytes on the wire"},
           {"headers", 0, 3000, 0ms, "too_large", "more than 10000 bytes of headers"},
           {"time", 0, 0, 600ms, "timeout", "more than 1.5 s in all"},
       }) {
    CAPTURE(row.what);
    const Origin origin([&row](const Request& request) -> Response {  // "/4" leads to "/3", … and "/0" is the page
      std::this_thread::sleep_for(row.wait);
      Response response{200, {{"X-Long", std::string(row.header, 'x')}}, std::string(row.body, 'y')};
      const int left = request.target[1] - '0';
      if (left == 0) return response;
      response.status = 302;
      response.headers.emplace_back("Location", fmt::format("/{}", left - 1));
      return response;
    });
    CurlFetcherOptions options = options_with(limits);
    options.obey_robots = false;
    const auto one = fetcher(options);
    const FetchResult chain = one->fetch(request_for(origin.url("/4")));
    CHECK(name(chain.outcome) == row.outcome);
    CHECK(chain.reason == row.reason);
    CHECK(chain.wire_bytes <= limits.max_wire_bytes + 16384);
    CHECK(name(one->fetch(request_for(origin.url("/0"))).outcome) == "ok");  // one hop is within
  }
}

TEST_CASE("a body that is a little longer than the limit, and did not say so, is over it") {
  FetchLimits limits;
  limits.max_wire_bytes = 1000;
  CurlFetcherOptions options = options_with(limits);
  options.obey_robots = false;
  for (const std::size_t size : {std::size_t{1000}, std::size_t{1001}}) {
    const test::RawOrigin origin([size](const test::RawExchange& exchange) {
      exchange.send("HTTP/1.1 200 OK\r\n\r\n" + std::string(size, 'x'));
    });
    CHECK(name(fetcher(options)->fetch(request_for(origin.url("/"))).outcome) == (size == 1000 ? "ok" : "too_large"));
  }
}

}  // namespace smallprint
