// Redirects, conditions, cookies and what a host asks for, against an origin that behaves.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "fetcher/net/curl_fetcher.h"
#include "model/clock.h"
#include "server/listener.h"

namespace smallprint {
namespace {

/// An origin whose handler may look at what it was asked.
class Site {
 public:
  explicit Site(const Handler& handler) {
    auto listener = Listener::start({.port = 0}, [this, handler](const Request& request) {
      {
        const std::scoped_lock lock(mutex_);
        requests_.push_back(request);
      }
      return handler(request);
    });
    REQUIRE(listener.ok());
    listener_ = std::move(listener).value();
  }
  [[nodiscard]] std::string url(std::string_view target) const {
    return fmt::format("http://127.0.0.1:{}{}", listener_->port(), target);
  }
  [[nodiscard]] std::vector<Request> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::unique_ptr<Listener> listener_;  // last: its threads end first
};

Response redirect(std::string to) { return {302, {{"Location", std::move(to)}}, "moved"}; }

std::unique_ptr<Fetcher> fetcher(FetchLimits limits = {}) {
  auto made = make_curl_fetcher({limits, "smallprint-test/1 (+https://example.org)", {"127.0.0.1"}, false});
  REQUIRE(made.ok());
  return std::move(made).value();
}

FetchRequest request_for(std::string url) { return {std::move(url), {}, {}, {}}; }

}  // namespace

TEST_CASE("a chain of redirects is followed to its limit and recorded, each hop") {
  const Site site([](const Request& request) -> Response {  // "/3" leads to "/2", … and "/0" is the page
    const int left = request.target[1] - '0';
    return left == 0 ? Response{200, {}, "the page"} : redirect(fmt::format("/{}", left - 1));
  });
  FetchLimits limits;
  limits.max_redirects = 3;
  const FetchResult within = fetcher(limits)->fetch(request_for(site.url("/3")));
  CHECK(name(within.outcome) == "ok");
  CHECK(within.body == "the page");
  CHECK(within.urls == std::vector{site.url("/3"), site.url("/2"), site.url("/1"), site.url("/0")});
  const FetchResult over = fetcher(limits)->fetch(request_for(site.url("/4")));
  CHECK(name(over.outcome) == "refused");
  CHECK(over.reason == "more than 3 redirects");
  CHECK(over.body == "");
  CHECK(over.urls.size() == 5);
  CHECK(site.requests().size() == 8);  // the fifth was not sent
}

TEST_CASE("where a page moved to is what its first redirects lead to while they are permanent") {
  struct Row {
    std::vector<int> redirects;
    int moved;  ///< to the nth address of the chain; 0: nowhere
  };
  for (const Row& row : std::vector<Row>{{{}, 0},
                                         {{301}, 1},
                                         {{308}, 1},
                                         {{302}, 0},
                                         {{303}, 0},
                                         {{307}, 0},
                                         {{301, 308}, 2},
                                         {{301, 302}, 1},
                                         {{302, 301}, 0},
                                         {{301, 302, 301}, 1}}) {
    const Site site([&row](const Request& request) -> Response {  // "/0" leads to "/1", …
      const auto at = static_cast<std::size_t>(request.target[1] - '0');
      if (at == row.redirects.size()) return {200, {}, "the page"};
      return {row.redirects[at], {{"Location", fmt::format("/{}", at + 1)}}, ""};
    });
    const FetchResult result = fetcher()->fetch(request_for(site.url("/0")));
    CHECK(result.body == "the page");
    CHECK(result.moved_to == (row.moved == 0 ? "" : site.url(fmt::format("/{}", row.moved))));
  }
  // Only an address that may be fetched is one.
  const Site site([](const Request&) -> Response { return {301, {{"Location", "javascript:alert(1)"}}, ""}; });
  CHECK(fetcher()->fetch(request_for(site.url("/"))).moved_to == "");
}

TEST_CASE("relative redirects are resolved as addresses are") {
  struct Row {
    const char *location, *reaches;
  };
  for (const Row& row : std::vector<Row>{{"page", "/a/b/page"},
                                         {"./page", "/a/b/page"},
                                         {"../page", "/a/page"},
                                         {"/page", "/page"},
                                         {"/x/../page", "/page"},
                                         {"?page=1", "/a/b/c?page=1"},
                                         {"/page#part", "/page"}}) {
    CAPTURE(row.location);
    const Site site([&row](const Request& request) -> Response {
      return request.target == "/a/b/c" ? redirect(row.location) : Response{200, {}, request.target};
    });
    const FetchResult result = fetcher()->fetch(request_for(site.url("/a/b/c")));
    CHECK(name(result.outcome) == "ok");
    CHECK(result.body == row.reaches);
  }
}

TEST_CASE("conditions are sent as given, and a 304 is what it says") {
  const Site site([](const Request& request) -> Response {
    const bool same = request.header("if-none-match") == "\"v1\"" ||
                      request.header("if-modified-since") == "Wed, 18 Sep 2024 00:00:00 GMT";
    if (same) return {304, {{"ETag", "\"v1\""}}, ""};
    return {200, {{"ETag", "\"v1\""}}, "text"};
  });
  const auto with = [&site](std::string etag, std::string last_modified) {
    return fetcher()->fetch({site.url("/"), "de", std::move(etag), std::move(last_modified)});
  };
  CHECK(name(with("", "").outcome) == "ok");
  CHECK(name(with("\"v1\"", "").outcome) == "not_modified");
  CHECK(with("\"v1\"", "").body == "");
  CHECK(name(with("", "Wed, 18 Sep 2024 00:00:00 GMT").outcome) == "not_modified");
  CHECK(name(with("\"v0\"", "").outcome) == "ok");
  const Request sent = site.requests().front();
  CHECK(sent.header("accept-language") == "de,*;q=0.1");
  CHECK(sent.header("user-agent") == "smallprint-test/1 (+https://example.org)");
  CHECK(sent.header("accept-encoding").find("gzip") != std::string::npos);
}

TEST_CASE("nothing that a host once said adds a header to a request") {
  const Site site([](const Request&) -> Response { return {200, {}, "text"}; });
  for (const char* bad : {"\"v\"\r\nX-Injected: 1", "\"v\"\nX-Injected: 1", "\"v\"\rX-Injected: 1", "\r\n\r\nGET /2"}) {
    CHECK(name(fetcher()->fetch({site.url("/"), bad, bad, bad}).outcome) == "ok");
  }
  REQUIRE(site.requests().size() == 4);
  for (const Request& request : site.requests()) {
    CHECK(request.header("x-injected").empty());
    CHECK(request.header("if-none-match").empty());
    CHECK(request.header("if-modified-since").empty());
    CHECK(request.header("accept-language").empty());
  }
}

TEST_CASE("cookies are kept from hop to hop of one visit, and none from visit to visit") {
  const Site site([](const Request& request) -> Response {
    if (request.target == "/") return {302, {{"Location", "/page"}, {"Set-Cookie", "seen=1; Path=/"}}, ""};
    return {200, {}, fmt::format("cookie: {}", request.header("cookie"))};
  });
  const auto one = fetcher();
  CHECK(one->fetch(request_for(site.url("/page"))).body == "cookie: ");
  CHECK(one->fetch(request_for(site.url("/"))).body == "cookie: seen=1");
  CHECK(one->fetch(request_for(site.url("/page"))).body == "cookie: ");
}

TEST_CASE("what a host asks for in Retry-After is understood in both forms") {
  struct Row {
    int status;
    std::string value;
    long least, most;
  };
  const std::string date = format_http_date(SystemClock().now() + std::chrono::seconds{3600});
  for (const Row& row : std::vector<Row>{{429, "120", 120, 120},
                                         {503, "0", 0, 0},
                                         {503, date, 3000, 3600},
                                         {429, date, 3000, 3600},
                                         {503, "Wed, 18 Sep 2024 00:00:00 GMT", 0, 0},
                                         {503, "soon", 0, 0},
                                         {503, "-5", 0, 0},
                                         {429, "99999999999999999999999", 0, 366L * 86400}}) {
    CAPTURE(row.value);
    const Site site([&row](const Request&) -> Response { return {row.status, {{"Retry-After", row.value}}, "later"}; });
    const FetchResult result = fetcher()->fetch(request_for(site.url("/")));
    CHECK(name(result.outcome) == "http_error");
    CHECK(result.status == row.status);
    CHECK(result.reason == fmt::format("status {}", row.status));
    CHECK(result.retry_after.count() >= row.least);
    CHECK(result.retry_after.count() <= row.most);
  }
}

}  // namespace smallprint
