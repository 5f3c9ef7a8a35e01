#include <doctest/doctest.h>
#include <fmt/core.h>

#include <future>
#include <string>
#include <thread>
#include <vector>

#include "fetcher/net/curl_fetcher.h"
#include "tests/support/raw_origin.h"

namespace smallprint {
namespace {

using test::RawExchange;
using test::RawOrigin;

std::unique_ptr<Fetcher> fetcher_with(FetchLimits limits = {}, std::vector<std::string> allowed = {"127.0.0.1"}) {
  auto fetcher = make_curl_fetcher({limits, "smallprint-test/1 (+https://example.org)", std::move(allowed), false});
  REQUIRE(fetcher.ok());
  return std::move(fetcher).value();
}

FetchLimits small_limits() {
  FetchLimits limits;
  limits.max_body_bytes = 1U << 20;
  limits.max_wire_bytes = 1U << 19;
  limits.max_header_bytes = 32U << 10;
  limits.total_timeout = std::chrono::seconds{3};
  limits.connect_timeout = std::chrono::seconds{2};
  return limits;
}

/// A gzip stream of a few thousand bytes that unpacks to 258 bytes for each of its 13-bit steps (RFC 1951, fixed
/// codes).
std::string gzip_bomb(int steps) {
  std::string bytes("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  unsigned pending = 0;
  int used = 0;
  const auto put = [&](const char* bits) {
    for (; *bits != '\0'; ++bits) {
      pending |= static_cast<unsigned>(*bits - '0') << used;
      if (++used < 8) continue;
      bytes += static_cast<char>(pending);
      pending = 0;
      used = 0;
    }
  };
  put("110");                                            // the last block, fixed codes
  put("10010001");                                       // the literal 'a'
  for (int i = 0; i < steps; ++i) put("1100010100000");  // 258 bytes from one byte before
  put("000000000000000");
  return bytes;
}

std::string answer(std::string_view status_and_headers, std::string_view body = "") {
  return fmt::format("HTTP/1.1 {}\r\n\r\n{}", status_and_headers, body);
}

}  // namespace

TEST_CASE("each way in which an origin fails has its outcome and a reason for people") {
  struct Fault {
    const char* what;
    RawOrigin::Behaviour behaviour;
    FetchOutcome outcome;
    const char* reason;
  };
  const auto sends = [](std::string bytes) {
    return [bytes = std::move(bytes)](const RawExchange& exchange) { exchange.send(bytes); };
  };
  const auto sends_then_resets = [](std::string bytes) {
    return [bytes = std::move(bytes)](const RawExchange& exchange) {
      exchange.send(bytes);
      exchange.reset();
    };
  };
  const auto sends_forever = [](std::string first, std::string again) {
    return [first = std::move(first), again = std::move(again)](const RawExchange& exchange) {
      if (exchange.send(first)) exchange.send_forever(again);
    };
  };
  const auto hangs_after = [](std::string bytes) {
    return [bytes = std::move(bytes)](const RawExchange& exchange) {
      exchange.send(bytes);
      exchange.hang();
    };
  };
  using enum FetchOutcome;
  const std::vector<Fault> faults = {
      {"closes without a word", sends(""), network_error, "Empty reply"},
      {"resets before the answer", sends_then_resets(""), network_error, ""},
      {"resets in the status line", sends_then_resets("HTTP/1."), network_error, ""},
      {"resets in the headers", sends_then_resets("HTTP/1.1 200 OK\r\nContent-Ty"), network_error, ""},
      {"resets in the body", sends_then_resets(answer("200 OK\r\nContent-Length: 100", "abc")), network_error, ""},
      {"body without end", sends_forever(answer("200 OK"), std::string(10000, 'x')), too_large, "more than"},
      {"endless chunks", sends_forever(answer("200 OK\r\nTransfer-Encoding: chunked"), "5\r\nabcde\r\n"), too_large,
       "more than"},
      {"announces too much", sends(answer("200 OK\r\nContent-Length: 99999999")), too_large, "bytes on the wire"},
      {"endless headers", sends_forever("HTTP/1.1 200 OK\r\n", "X-Header: some more of them\r\n"), too_large,
       "bytes of headers"},
      {"one endless header", sends_forever("HTTP/1.1 200 OK\r\nX-Header: ", std::string(1000, 'x')), too_large,
       "header"},
      {"endless interim answers", sends_forever("", "HTTP/1.1 100 Continue\r\n\r\n"), too_large, "bytes of headers"},
      {"shorter than announced", sends(answer("200 OK\r\nContent-Length: 10", "abc")), network_error, "remaining"},
      {"truncated chunk", sends(answer("200 OK\r\nTransfer-Encoding: chunked", "ff\r\nabc")), network_error, ""},
      {"broken chunk size", sends(answer("200 OK\r\nTransfer-Encoding: chunked", "zz\r\nabc\r\n0\r\n\r\n")),
       network_error, ""},
      {"gzip bomb", sends(answer("200 OK\r\nContent-Encoding: gzip", gzip_bomb(20000))), too_large, "bytes of text"},
      {"gzip in gzip in gzip …",
       sends(answer("200 OK\r\nContent-Encoding: gzip, gzip, gzip, gzip, gzip, gzip, gzip", "abc")), network_error, ""},
      {"broken gzip", sends(answer("200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9", "no gzip: ")),
       network_error, ""},
      {"no HTTP", sends("220 mail.example.org ESMTP\r\n"), network_error, "HTTP/0.9"},
      {"no HTTP after that", sends("SSH-2.0-OpenSSH_9.2\r\n"), network_error, "HTTP/0.9"},
      {"slow headers", hangs_after("HTTP/1.1 200 OK\r\nContent-Type: "), timeout, "more than 2 s in all"},
      {"slow body", hangs_after(answer("200 OK\r\nContent-Length: 100", "abc")), timeout, "more than 2 s in all"},
      {"says nothing", hangs_after(""), timeout, "more than 2 s in all"},
      {"a byte now and then",
       [](const RawExchange& exchange) {
         bool there = exchange.send(answer("200 OK\r\nContent-Length: 100000"));
         while (there) {
           std::this_thread::sleep_for(std::chrono::milliseconds{100});
           there = exchange.send("x");
         }
       },
       timeout, "more than 2 s in all"},
      {"204", sends(answer("204 No Content")), http_error, "204"},
      {"304 to no condition", sends(answer("304 Not Modified")), http_error, "304"},
      {"401", sends(answer("401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0")), http_error,
       "401"},
      {"403", sends(answer("403 Forbidden\r\nContent-Length: 4", "wall")), http_error, "403"},
      {"404", sends(answer("404 Not Found\r\nContent-Length: 0")), http_error, "404"},
      {"410", sends(answer("410 Gone\r\nContent-Length: 0")), http_error, "410"},
      {"451", sends(answer("451 Unavailable For Legal Reasons\r\nContent-Length: 0")), http_error, "451"},
      {"500", sends(answer("500 Internal Server Error\r\nContent-Length: 5", "error")), http_error, "500"},
      {"206 unasked", sends(answer("206 Partial Content\r\nContent-Length: 3", "abc")), http_error, "206"},
      {"redirect to nowhere", sends(answer("302 Found\r\nContent-Length: 0")), http_error, "302"},
      {"redirect to itself", sends(answer("302 Found\r\nLocation: /\r\nContent-Length: 0")), refused, "redirects"},
      {"redirect to a file", sends(answer("302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0")), refused,
       "not file"},
      {"redirect to gopher", sends(answer("302 Found\r\nLocation: gopher://127.0.0.1:70/\r\nContent-Length: 0")),
       refused, "not gopher"},
      {"redirect to dict", sends(answer("302 Found\r\nLocation: dict://127.0.0.1/\r\nContent-Length: 0")), refused,
       "not dict"},
      {"redirect inside", sends(answer("302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0")), refused,
       "not public (private)"},
      {"redirect to metadata",
       sends(answer("302 Found\r\nLocation: http://169.254.169.254/latest\r\nContent-Length: 0")), refused,
       "link-local"},
      {"redirect to other loopback", sends(answer("302 Found\r\nLocation: http://127.0.0.2/\r\nContent-Length: 0")),
       refused, "loopback"},
      {"redirect with a password", sends(answer("302 Found\r\nLocation: http://a:b@127.0.0.1/\r\nContent-Length: 0")),
       refused, "user name"},
  };
  FetchLimits limits = small_limits();
  limits.total_timeout = std::chrono::seconds{2};
  const auto fetcher = fetcher_with(limits);
  for (const Fault& fault : faults) {
    CAPTURE(fault.what);
    const RawOrigin origin(fault.behaviour);
    const FetchResult result = fetcher->fetch({origin.url("/"), {}, {}, {}});
    CAPTURE(result.reason);
    CHECK(name(result.outcome) == name(fault.outcome));
    CHECK(result.reason != "");
    CHECK(result.reason.find(fault.reason) != std::string::npos);
    CHECK(result.body == "");
    CHECK(result.urls.front() == origin.url("/"));
  }
  // The same fetcher is as good as new after all of them.
  const RawOrigin good(sends(answer("200 OK\r\nContent-Length: 4", "good")));
  CHECK(fetcher->fetch({good.url("/"), {}, {}, {}}).body == "good");
}

TEST_CASE("addresses that are no place for a page are refused before any connection") {
  const RawOrigin origin([](const RawExchange& exchange) { exchange.send(answer("200 OK", "reached")); });
  const auto fetcher = fetcher_with(small_limits(), {});
  const std::string port = std::to_string(origin.port());
  for (const std::string& url : std::vector<std::string>{origin.url("/"),
                                                         "http://localhost:" + port,
                                                         "http://2130706433:" + port,
                                                         "http://0x7f000001:" + port,
                                                         "http://0x7f.1:" + port,
                                                         "http://0177.0.0.1:" + port,
                                                         "http://127.1:" + port,
                                                         "http://0:" + port,
                                                         "http://0.0.0.0:" + port,
                                                         "http://[::1]:" + port,
                                                         "http://[::ffff:127.0.0.1]:" + port,
                                                         "http://[::ffff:7f00:1]:" + port,
                                                         "http://127.0.0.1:" + port + "\\@example.org/",
                                                         "http://example.org@127.0.0.1:" + port,
                                                         "http://:pw@127.0.0.1:" + port,
                                                         "http://127.0.0.1:" + port + "/a b",
                                                         "http://127.0.0.1:" + port + "/\r\nX: y",
                                                         "file:///etc/passwd",
                                                         "gopher://127.0.0.1:" + port,
                                                         "ftp://127.0.0.1/",
                                                         "javascript:alert(1)",
                                                         "data:text/plain,x",
                                                         "",
                                                         "http://",
                                                         "http://[::1",
                                                         "http://127.0.0.1:99999/",
                                                         std::string("http://127.0.0.1:") + port + std::string(1, '\0'),
                                                         "http://127.0.0.1:" + port + "/" + std::string(9000, 'a')}) {
    CAPTURE(url);
    const FetchResult result = fetcher->fetch({url, {}, {}, {}});
    CAPTURE(result.reason);
    CHECK(name(result.outcome) == name(FetchOutcome::refused));
    CHECK(result.reason != "");
    CHECK(result.status == 0);
  }
  CHECK(origin.connections() == 0);
}

TEST_CASE("a port where nobody listens, and a plain server asked for TLS") {
  std::string gone;
  {
    const RawOrigin origin([](const RawExchange&) {});
    gone = origin.url("/");
  }
  const auto fetcher = fetcher_with(small_limits());
  CHECK(name(fetcher->fetch({gone, {}, {}, {}}).outcome) == "network_error");
  const RawOrigin plain([](const RawExchange& exchange) { exchange.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  const FetchResult result = fetcher->fetch({"https" + plain.url("/").substr(4), {}, {}, {}});
  CAPTURE(result.reason);
  CHECK(name(result.outcome) == "tls_error");
}

TEST_CASE("a host that sends too slowly is given up before the visit's time is over") {
  const RawOrigin origin([](const RawExchange& exchange) {
    exchange.send(answer("200 OK\r\nContent-Length: 100000", "abc"));
    exchange.hang();
  });
  FetchLimits limits;
  limits.total_timeout = std::chrono::seconds{500};
  limits.low_speed_time = std::chrono::seconds{1};
  const FetchResult result = fetcher_with(limits)->fetch({origin.url("/"), {}, {}, {}});
  CHECK(name(result.outcome) == "timeout");
  CHECK(result.reason.find("less than 200 bytes a second for 1 s") != std::string::npos);
}

TEST_CASE("a host that does not begin to answer is given up, however slow an answer may be") {
  const RawOrigin silent([](const RawExchange& exchange) { exchange.hang(); });
  FetchLimits limits;
  limits.first_byte_timeout = std::chrono::seconds{1};
  limits.low_speed_time = std::chrono::seconds{500};
  const FetchResult result = fetcher_with(limits)->fetch({silent.url("/"), {}, {}, {}});
  CHECK(name(result.outcome) == "timeout");
  CHECK(result.reason == "no answer within 1 s");
  CHECK(result.duration < std::chrono::seconds{4});

  // Who answers in the end is waited for, however fast an answer must be.
  const RawOrigin late([](const RawExchange& exchange) {
    std::this_thread::sleep_for(std::chrono::milliseconds{2500});
    exchange.send(answer("200 OK\r\nContent-Length: 4", "late"));
  });
  limits.first_byte_timeout = std::chrono::seconds{20};
  limits.low_speed_time = std::chrono::seconds{1};
  CHECK(fetcher_with(limits)->fetch({late.url("/"), {}, {}, {}}).body == "late");
}

TEST_CASE("a host name that nobody has") {
  FetchLimits limits;
  limits.connect_timeout = limits.total_timeout = std::chrono::seconds{3};
  const FetchResult result = fetcher_with(limits)->fetch({"http://no-such-host.invalid/", {}, {}, {}});
  CAPTURE(result.reason);
  // A machine without a name server learns it by waiting.
  const bool failed = result.outcome == FetchOutcome::network_error || result.outcome == FetchOutcome::timeout;
  CHECK(failed);
  CHECK(result.status == 0);
}

TEST_CASE("stop() ends a hanging fetch, and later ones end at once") {
  const RawOrigin origin([](const RawExchange& exchange) { exchange.hang(); });
  FetchLimits limits;
  limits.total_timeout = std::chrono::seconds{500};
  limits.low_speed_time = std::chrono::seconds{500};
  const auto fetcher = fetcher_with(limits);
  auto fetched = std::async(std::launch::async, [&] { return fetcher->fetch({origin.url("/"), {}, {}, {}}); });
  while (origin.connections() == 0) std::this_thread::sleep_for(std::chrono::milliseconds{5});
  fetcher->stop();
  for (const FetchResult& result : {fetched.get(), fetcher->fetch({origin.url("/"), {}, {}, {}})}) {
    CHECK(name(result.outcome) == "network_error");
    CHECK(result.reason == "stopped");
  }
}

}  // namespace smallprint
