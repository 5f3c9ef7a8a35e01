// Fetching through a proxy: HTTP and SOCKS5, with what is still judged where the proxy resolves names in our place.
#include "fetcher/net/proxy.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <mutex>
#include <string>
#include <vector>

#include "fetcher/net/address.h"
#include "fetcher/net/curl_fetcher.h"
#include "tests/support/raw_origin.h"

namespace smallprint {
namespace {

using test::RawExchange;
using test::RawOrigin;

/// What a proxy was sent, one text for each message.
class Seen {
 public:
  void add(std::string text) {
    const std::lock_guard lock(mutex_);
    all_.push_back(std::move(text));
  }
  [[nodiscard]] std::vector<std::string> all() const {
    const std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> all_;
};

std::string page(std::string_view body) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", body.size(), body);
}

/// An HTTP proxy behind which every host has the same page.
RawOrigin::Behaviour http_proxy(Seen& seen) {
  return [&seen](const RawExchange& exchange) {
    seen.add(exchange.request());
    exchange.send(page("through the proxy"));
  };
}

/// A SOCKS5 proxy (RFC 1928, 1929) that asks for a password where `with_password`.
RawOrigin::Behaviour socks_proxy(Seen& seen, bool with_password) {
  return [&seen, with_password](const RawExchange& exchange) {
    seen.add(exchange.request());
    exchange.send(with_password ? std::string_view("\x05\x02", 2) : std::string_view("\x05\x00", 2));
    if (with_password) {
      seen.add(exchange.receive());
      exchange.send({"\x01\x00", 2});
    }
    seen.add(exchange.receive());
    exchange.send({"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", 10});
    seen.add(exchange.receive());
    exchange.send(page("through the proxy"));
  };
}

std::unique_ptr<Fetcher> fetcher_through(const std::vector<std::string>& proxies, const std::string& credentials = {},
                                         std::vector<std::string> allowed = {}, bool obey_robots = false) {
  CurlFetcherOptions options;
  options.user_agent = "smallprint-test/1 (+https://example.org)";
  options.allowed_ranges = std::move(allowed);
  options.obey_robots = obey_robots;
  options.limits.total_timeout = options.limits.connect_timeout = std::chrono::seconds{5};
  for (const std::string& text : proxies) options.proxies.push_back(parse_proxy(text).value());
  REQUIRE(add_proxy_credentials(options.proxies, credentials).ok());
  auto made = make_curl_fetcher(options);
  REQUIRE(made.ok());
  return std::move(made).value();
}

std::string at(const std::string& scheme, const RawOrigin& proxy) {
  return fmt::format("{}://127.0.0.1:{}", scheme, proxy.port());
}

FetchRequest request_for(std::string url, std::string proxy = {}) {
  FetchRequest request;
  request.url = std::move(url);
  request.proxy = std::move(proxy);
  return request;
}

}  // namespace

TEST_CASE("an HTTP proxy is asked for the page and for robots.txt, with its credentials, and resolves the name") {
  Seen seen;
  const RawOrigin proxy(http_proxy(seen));
  const auto fetcher = fetcher_through({at("http", proxy)}, "reader:open sesame\n", {}, true);
  const FetchResult result = fetcher->fetch(request_for("http://policy.example/privacy?full"));
  CAPTURE(result.reason);
  CHECK(result.body == "through the proxy");
  CHECK(result.urls == std::vector<std::string>{"http://policy.example/privacy?full"});
  const auto all = seen.all();
  REQUIRE(all.size() == 2);
  CHECK(all[0].starts_with("GET http://policy.example/robots.txt HTTP/1.1\r\n"));
  CHECK(all[1].starts_with("GET http://policy.example/privacy?full HTTP/1.1\r\n"));
  for (const std::string& one : all) {
    CHECK(one.find("Proxy-Authorization: Basic cmVhZGVyOm9wZW4gc2VzYW1l\r\n") != std::string::npos);
  }
}

TEST_CASE("of https an HTTP proxy sees the host's name, and the credentials do not go further") {
  Seen seen;
  const RawOrigin proxy([&seen](const RawExchange& exchange) {
    seen.add(exchange.request());
    exchange.send("HTTP/1.1 200 Connected\r\nX-Of-The-Proxy: yes\r\n\r\n");
    seen.add(exchange.receive());
    exchange.send("no TLS");
  });
  const FetchResult result =
      fetcher_through({at("http", proxy)}, "reader:secret")->fetch(request_for("https://policy.example/privacy"));
  CAPTURE(result.reason);
  CHECK(name(result.outcome) == "tls_error");
  CHECK(result.headers.empty());
  const auto all = seen.all();
  REQUIRE(all.size() == 2);
  CHECK(all[0].starts_with("CONNECT policy.example:443 HTTP/1.1\r\n"));
  CHECK(all[0].find("Proxy-Authorization: Basic ") != std::string::npos);
  CHECK(all[0].find("/privacy") == std::string::npos);
  CHECK(all[1].starts_with("\x16\x03"));  // the beginning of TLS
}

TEST_CASE("a SOCKS5 proxy is given the host's name, and the credentials where it asks for them") {
  for (const bool with_password : {false, true}) {
    for (const std::string scheme : {"socks5", "socks5h"}) {
      CAPTURE(with_password);
      CAPTURE(scheme);
      Seen seen;
      const RawOrigin proxy(socks_proxy(seen, with_password));
      const auto fetcher = fetcher_through({at(scheme, proxy)}, with_password ? "reader:secret" : "");
      const FetchResult result = fetcher->fetch(request_for("http://policy.example/privacy"));
      CAPTURE(result.reason);
      CHECK(result.body == "through the proxy");
      const auto all = seen.all();
      REQUIRE(all.size() == (with_password ? 4 : 3));
      if (with_password) CHECK(all[1] == "\x01\x06reader\x06secret");
      const std::string& connect = all[with_password ? 2 : 1];
      CHECK(connect == std::string("\x05\x01\x00\x03\x0e", 5) + "policy.example" + std::string("\0\x50", 2));
      CHECK(all.back().starts_with("GET /privacy HTTP/1.1\r\nHost: policy.example\r\n"));
      CHECK(all.back().find("roxy") == std::string::npos);
    }
  }
}

TEST_CASE("no proxy is asked for what is inside, in whatever form it is written") {
  Seen seen;
  const RawOrigin http(http_proxy(seen));
  const RawOrigin socks(socks_proxy(seen, false));
  for (const std::string& proxy : {at("http", http), at("socks5", socks)}) {
    const auto fetcher = fetcher_through({proxy});
    for (const std::string host : {"127.0.0.1",
                                   "10.1.2.3",
                                   "192.168.0.1",
                                   "169.254.169.254",
                                   "100.64.0.1",
                                   "0.0.0.0",
                                   "0",
                                   "2130706433",
                                   "0x7f000001",
                                   "0x7f.1",
                                   "0177.0.0.1",
                                   "127.1",
                                   "127.0.0.1.",
                                   "[::1]",
                                   "[::ffff:127.0.0.1]",
                                   "[fe80::1]",
                                   "[fd00::1]",
                                   "[64:ff9b::a00:1]",
                                   "[2002:7f00:1::]",
                                   "localhost",
                                   "LocalHost",
                                   "localhost.",
                                   "a.localhost",
                                   "%31%32%37.0.0.1",
                                   "%6cocalhost",
                                   "\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1",
                                   "127\xE3\x80\x82"
                                   "0.0.1",
                                   "\xE2\x93\x9B\xE2\x93\x9E"
                                   "calhost",
                                   "intranet",
                                   "printer.local",
                                   "metadata.google.internal",
                                   "nas.home.arpa",
                                   "a.0x7f",
                                   "example.1"}) {
      CAPTURE(host);
      for (const char* scheme : {"http", "https"}) {
        const FetchResult result = fetcher->fetch(request_for(fmt::format("{}://{}/", scheme, host)));
        CAPTURE(result.reason);
        CHECK(name(result.outcome) == "refused");
        CHECK(result.reason != "");
      }
    }
  }
  CHECK(http.connections() == 0);
  CHECK(socks.connections() == 0);
}

TEST_CASE("through a proxy, too, a redirect to the inside is refused, and what the operator allows is fetched") {
  Seen seen;
  const RawOrigin proxy([&seen](const RawExchange& exchange) {
    seen.add(exchange.request());
    const bool inside = exchange.request().starts_with("GET http://10.");
    exchange.send(inside ? page("inside")
                         : "HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n");
  });
  const FetchResult refused = fetcher_through({at("http", proxy)})->fetch(request_for("http://policy.example/"));
  CHECK(name(refused.outcome) == "refused");
  CHECK(refused.reason == "the host is not public (private)");
  CHECK(seen.all().size() == 1);
  const auto allowing = fetcher_through({at("http", proxy)}, {}, {"10.0.0.0/8"});
  CHECK(allowing->fetch(request_for("http://policy.example/")).body == "inside");
}

TEST_CASE("a request names its proxy, or none, and the address of a proxy is no door to what is beside it") {
  Seen one_seen, two_seen, direct_seen;
  const RawOrigin one(http_proxy(one_seen)), two(http_proxy(two_seen)), direct(http_proxy(direct_seen));
  const auto fetcher = fetcher_through({at("http", one), "de=" + at("http", two)}, "de=a:b", {});
  CHECK(fetcher->fetch(request_for("http://policy.example/")).body == "through the proxy");
  CHECK(one_seen.all().size() == 1);
  CHECK(one_seen.all()[0].find("Proxy-Authorization") == std::string::npos);
  CHECK(fetcher->fetch(request_for("http://policy.example/", "de")).body == "through the proxy");
  REQUIRE(two_seen.all().size() == 1);
  CHECK(two_seen.all()[0].find("Proxy-Authorization: Basic YTpi\r\n") != std::string::npos);
  const FetchResult unknown = fetcher->fetch(request_for("http://policy.example/", "fr"));
  CHECK(name(unknown.outcome) == "refused");
  CHECK(unknown.reason == "no proxy is named 'fr'");
  const FetchResult beside = fetcher->fetch(request_for(direct.url("/"), "direct"));
  CHECK(name(beside.outcome) == "refused");
  CHECK(direct.connections() == 0);
  const auto allowing = fetcher_through({at("http", one)}, {}, {"127.0.0.1"});
  CHECK(allowing->fetch(request_for(direct.url("/"), "direct")).body == "through the proxy");
  CHECK(direct_seen.all()[0].starts_with("GET / HTTP/1.1\r\n"));
  CHECK(one_seen.all().size() == 1);
}

TEST_CASE("a proxy that is not there, or refuses, fails the visit with a reason that tells no password") {
  std::string gone;
  {
    const RawOrigin closed([](const RawExchange&) {});
    gone = at("http", closed);
  }
  const RawOrigin refusing([](const RawExchange& exchange) {
    exchange.send("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
  });
  for (const std::string& proxy : {gone, at("http", refusing), at("socks5", refusing)}) {
    CAPTURE(proxy);
    for (const char* url : {"http://policy.example/", "https://policy.example/"}) {
      const FetchResult result = fetcher_through({proxy}, "reader:secret")->fetch(request_for(url));
      CAPTURE(result.reason);
      CHECK(result.outcome != FetchOutcome::ok);
      CHECK(result.outcome != FetchOutcome::refused);
      CHECK(result.reason != "");
      CHECK(result.reason.find("secret") == std::string::npos);
    }
  }
}

TEST_CASE("a proxy is an address with a port and no credentials, and what is wrong is not repeated") {
  CHECK(parse_proxy("http://proxy.example:3128").value().url == "http://proxy.example:3128");
  CHECK(parse_proxy("socks5://[::1]:1080/").value().url == "socks5h://[::1]:1080");
  CHECK(parse_proxy("de=socks5h://10.0.0.5:1080").value().name == "de");
  for (const std::string text :
       {"", "proxy.example:3128", "http://proxy.example", "http://proxy.example:0", "http://proxy.example:99999",
        "http://reader:secret@proxy.example:3128", "http://secret@proxy.example:3128", "ftp://proxy.example:3128",
        "socks4://proxy.example:1", "http://proxy.example:3128/secret", "http://proxy.example:3128?secret",
        "http://:3128", "direct=http://proxy.example:3128", "De=http://proxy.example:3128"}) {
    CAPTURE(text);
    const auto proxy = parse_proxy(text);
    REQUIRE(!proxy.ok());
    CHECK(proxy.error().message.find("secret") == std::string::npos);
  }
  std::vector<Proxy> proxies = {parse_proxy("http://a.example:1").value(),
                                parse_proxy("de=http://b.example:1").value()};
  CHECK(add_proxy_credentials(proxies, "reader:a:b=c\r\n\nde=leser: geheim\n").ok());
  CHECK(proxies[0].user == "reader");
  CHECK(proxies[0].password == "a:b=c");
  CHECK(proxies[1].user == "leser");
  CHECK(proxies[1].password == " geheim");
  for (const char* lines : {"secret", ":secret", "fr=reader:secret"}) {
    const auto added = add_proxy_credentials(proxies, lines);
    REQUIRE(!added.ok());
    CHECK(added.error().message.find("secret") == std::string::npos);
  }
}

}  // namespace smallprint
