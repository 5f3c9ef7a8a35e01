// What a host's name leads to is judged each time a socket is opened, whatever was looked up before.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <string>
#include <vector>

#include "fetcher/net/curl_fetcher.h"
#include "tests/support/raw_origin.h"

namespace smallprint {
namespace {

using test::RawExchange;
using test::RawOrigin;

/// Names that lead to these addresses; the first loopback address alone is allowed.
std::unique_ptr<Fetcher> fetcher_with(std::vector<std::string> resolved) {
  CurlFetcherOptions options;
  options.user_agent = "smallprint-test/1 (+https://example.org)";
  options.allowed_ranges = {"127.0.0.1"};
  options.obey_robots = false;
  options.resolved = std::move(resolved);
  options.limits.connect_timeout = std::chrono::seconds{10};
  auto made = make_curl_fetcher(options);
  REQUIRE(made.ok());
  return std::move(made).value();
}

FetchRequest request_for(const std::string& host, std::uint16_t port) {
  FetchRequest request;
  request.url = fmt::format("http://{}:{}/", host, port);
  return request;
}

void good(const RawExchange& exchange) {
  exchange.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ngood");
}

}  // namespace

TEST_CASE("of a host with good and bad addresses only the good ones are connected to") {
  const RawOrigin origin(good);
  for (const char* addresses :
       {"127.0.0.1", "10.0.0.1,127.0.0.1", "127.0.0.1,10.0.0.1", "10.0.0.1,169.254.169.254,127.0.0.1",
        "[::1],127.0.0.1", "[fd00::1],127.0.0.1", "[64:ff9b::a00:1],127.0.0.1"}) {
    CAPTURE(addresses);
    const auto fetcher = fetcher_with({fmt::format("two.example:{}:{}", origin.port(), addresses)});
    const FetchResult result = fetcher->fetch(request_for("two.example", origin.port()));
    CAPTURE(result.reason);
    CHECK(result.body == "good");
  }
}

TEST_CASE("a name that leads inside alone is refused, in whatever form the address stands") {
  const RawOrigin origin(good);
  struct Row {
    const char *addresses, *reason;
  };
  for (const Row& row : std::vector<Row>{{"10.0.0.1", "private"},
                                         {"127.0.0.2", "loopback"},
                                         {"0.0.0.0", "this network"},
                                         {"100.64.0.1", "carrier-grade NAT"},
                                         {"169.254.169.254", "link-local"},
                                         {"192.88.99.1", "6to4 relay"},
                                         {"[::1]", "loopback"},
                                         {"[::ffff:10.0.0.1]", "private"},
                                         {"[64:ff9b::a00:1]", "private"},
                                         {"[2002:a00:1::1]", "6to4"},
                                         {"[2001:0:a00:1::1]", "Teredo"},
                                         {"[3fff::1]", "documentation"},
                                         {"[fd00::1]", "private"},
                                         {"10.0.0.1,[::1]", ""}}) {
    CAPTURE(row.addresses);
    const auto fetcher = fetcher_with({fmt::format("inside.example:{}:{}", origin.port(), row.addresses)});
    const FetchResult result = fetcher->fetch(request_for("inside.example", origin.port()));
    CAPTURE(result.reason);
    CHECK(name(result.outcome) == "refused");
    CHECK(result.reason.find("the host's address is not public (" + std::string(row.reason)) == 0);
  }
  CHECK(origin.connections() == 0);
}

TEST_CASE("a name that leads elsewhere at its second look-up is judged again") {
  const RawOrigin inside(good);
  const std::uint16_t port = inside.port();
  const RawOrigin origin([port](const RawExchange& exchange) {
    exchange.send(
        fmt::format("HTTP/1.1 302 Found\r\nLocation: http://rebound.example:{}/\r\nConnection: close\r\n"
                    "Content-Length: 0\r\n\r\n",
                    port));
  });
  // The same name, and another answer for the second connection.
  const auto fetcher = fetcher_with(
      {fmt::format("rebound.example:{}:127.0.0.1", origin.port()), fmt::format("rebound.example:{}:127.0.0.2", port)});
  const FetchResult result = fetcher->fetch(request_for("rebound.example", origin.port()));
  CAPTURE(result.reason);
  CHECK(name(result.outcome) == "refused");
  CHECK(result.urls.size() == 2);
  CHECK(origin.connections() == 1);
  CHECK(inside.connections() == 0);
}

}  // namespace smallprint
