// The proxy that a browser is made to use: what it forwards, and what no page gets through it.
#include "fetcher/net/guard_proxy.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "fetcher/net/proxied_request.h"
#include "tests/support/raw_origin.h"
#include "tests/support/support.h"

namespace smallprint {
namespace {

using test::RawExchange;
using test::RawOrigin;

std::unique_ptr<GuardProxy> guard_proxy(const std::vector<std::string>& allowed = {}) {
  GuardProxyOptions options;
  options.guard = AddressGuard::make(allowed).value();
  auto started = GuardProxy::start(options);
  REQUIRE(started.ok());
  return std::move(started).value();
}

/// A connection to the proxy, as a browser makes one.
class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{30, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    REQUIRE(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  ~Client() { ::close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(std::string_view bytes) const { (void)::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  /// Until there is `part` in it, or the end.
  [[nodiscard]] std::string read(std::string_view until = {}) const {
    std::string all;
    std::array<char, 4096> buffer{};
    while (until.empty() || all.find(until) == std::string::npos) {
      const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
      if (got <= 0) break;
      all.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return all;
  }

 private:
  int fd_;
};

std::string ask(const GuardProxy& proxy, std::string_view request) {
  const Client client(proxy.port());
  client.send(request);
  return client.read();
}

std::string get(std::string_view authority, std::string_view path = "/") {
  return fmt::format("GET http://{}{} HTTP/1.1\r\nHost: {}\r\nProxy-Connection: keep-alive\r\n\r\n", authority, path,
                     authority);
}

std::string connect_to(std::string_view authority) {
  return fmt::format("CONNECT {} HTTP/1.1\r\nHost: {}\r\n\r\n", authority, authority);
}

std::string page(std::string_view body) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
}

}  // namespace

TEST_CASE("the guard proxy forwards a plain request as one of its own, and the answer as it comes") {
  std::string seen;
  const RawOrigin origin([&seen](const RawExchange& exchange) {
    seen = exchange.request();
    exchange.send(page("terms"));
  });
  const auto proxy = guard_proxy({"127.0.0.1"});
  proxy->open({});
  const std::string answer = ask(*proxy, get(fmt::format("127.0.0.1:{}", origin.port()), "/policy?full"));
  CHECK(answer == page("terms"));
  const PageTraffic traffic = proxy->close();
  CHECK(seen ==
        fmt::format("GET /policy?full HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", origin.port()));
  CHECK(traffic.bytes == answer.size());
  CHECK(traffic.connections == 1);
  CHECK(traffic.failures.empty());
}

TEST_CASE("the guard proxy carries a tunnel's bytes both ways") {
  const RawOrigin origin([](const RawExchange& exchange) { exchange.send("heard " + exchange.request()); });
  const auto proxy = guard_proxy({"127.0.0.1"});
  proxy->open({});
  const Client client(proxy->port());
  client.send(connect_to(fmt::format("127.0.0.1:{}", origin.port())));
  CHECK(client.read("\r\n\r\n") == "HTTP/1.1 200 Connection established\r\n\r\n");
  client.send("GET hello\r\n\r\n");
  CHECK(client.read() == "heard GET hello\r\n\r\n");
}

TEST_CASE("no page reaches an inside address through the guard proxy, by name or number, plain or tunnelled") {
  const RawOrigin inside([](const RawExchange& exchange) { exchange.send(page("a secret")); });
  const auto proxy = guard_proxy();
  for (const char* host : {"127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "017700000001", "0.0.0.0",
                           "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]"}) {
    const std::string authority = fmt::format("{}:{}", host, inside.port());
    for (const std::string& request : {get(authority), connect_to(authority)}) {
      CAPTURE(request);
      proxy->open({});
      const std::string answer = ask(*proxy, request);
      CHECK(answer.starts_with("HTTP/1.1 403 Forbidden\r\n"));
      const PageTraffic traffic = proxy->close();
      REQUIRE(traffic.failures.count(authority) == 1);
      CHECK(traffic.failures.at(authority).outcome == FetchOutcome::refused);
      CHECK(traffic.failures.at(authority).reason.find("not public") != std::string::npos);
    }
  }
  for (const char* authority :
       {"10.0.0.1:80", "192.168.1.1:443", "169.254.169.254:80", "100.64.0.1:8080", "[fd00::1]:80"}) {
    CAPTURE(authority);
    proxy->open({});
    CHECK(ask(*proxy, connect_to(authority)).starts_with("HTTP/1.1 403 Forbidden\r\n"));
    proxy->close();
  }
  CHECK(inside.connections() == 0);
}

TEST_CASE("the guard proxy opens no port that is not the web's, nor its own") {
  const auto proxy = guard_proxy({"127.0.0.0/8"});
  for (const int port : {1, 22, 25, 110, 445, 1023, 2049, 6000, 6667, 10080}) {
    CAPTURE(port);
    CHECK_FALSE(refusal_of_port(static_cast<std::uint16_t>(port)).empty());
    proxy->open({});
    CHECK(ask(*proxy, connect_to(fmt::format("127.0.0.1:{}", port))).starts_with("HTTP/1.1 403 Forbidden\r\n"));
    CHECK(proxy->close().connections == 0);
  }
  for (const int port : {80, 443, 1024, 8080, 8443, 65535}) {
    CHECK(refusal_of_port(static_cast<std::uint16_t>(port)).empty());
  }
  proxy->open({});
  CHECK(ask(*proxy, get(fmt::format("127.0.0.1:{}", proxy->port()))).starts_with("HTTP/1.1 403 Forbidden\r\n"));
}

TEST_CASE("the guard proxy answers only while a page is open, and what was open ends with the page") {
  const RawOrigin origin([](const RawExchange& exchange) { exchange.hang(); });
  const auto proxy = guard_proxy({"127.0.0.1"});
  const std::string authority = fmt::format("127.0.0.1:{}", origin.port());
  CHECK(ask(*proxy, connect_to(authority)).empty());
  proxy->open({});
  const Client client(proxy->port());
  client.send(connect_to(authority));
  CHECK(client.read("\r\n\r\n").starts_with("HTTP/1.1 200"));
  proxy->close();
  CHECK(client.read().empty());
  CHECK(ask(*proxy, connect_to(authority)).empty());
  // The origin counts a connection when it takes it, which may be after the proxy has it.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (origin.connections() == 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  CHECK(origin.connections() == 1);
}

TEST_CASE("the guard proxy answers no program of another user") {
  SMALLPRINT_SKIP_UNLESS(::geteuid() == 0, "only root can become another user");
  const RawOrigin origin([](const RawExchange& exchange) { exchange.send(page("terms")); });
  const auto proxy = guard_proxy({"127.0.0.1"});
  proxy->open({});
  const std::string request = get(fmt::format("127.0.0.1:{}", origin.port()));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(proxy->port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (const uid_t user : {uid_t{0}, uid_t{65534}}) {
    const pid_t child = ::fork();
    if (child == 0) {  // only system calls: this process has threads
      char byte = 0;
      const bool other = user == 0 || ::setuid(user) == 0;
      const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
      const bool sent = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                        ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) > 0;
      ::_exit(!other ? 2 : sent && ::recv(fd, &byte, 1, 0) == 1 ? 1 : 0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == (user == 0 ? 1 : 0));
  }
}

TEST_CASE("the guard proxy counts what a page loads, and ends it beyond its bounds") {
  const RawOrigin origin([](const RawExchange& exchange) { exchange.send_forever(std::string(4096, 'x')); });
  const auto proxy = guard_proxy({"127.0.0.1"});
  PageBounds bounds;
  bounds.max_bytes = 100000;
  proxy->open(bounds);
  const std::string request = get(fmt::format("127.0.0.1:{}", origin.port()));
  CHECK(ask(*proxy, request).size() <= 100000);
  CHECK(proxy->traffic().exceeded == "more than 100000 bytes with everything that the page loads");
  CHECK(ask(*proxy, request).starts_with("HTTP/1.1 403 Forbidden\r\n"));
  CHECK(proxy->close().exceeded.find("100000") != std::string::npos);

  bounds.max_connections = 0;
  proxy->open(bounds);
  CHECK(ask(*proxy, request).starts_with("HTTP/1.1 403 Forbidden\r\n"));
  CHECK(proxy->close().exceeded == "more than 0 connections for one page");
}

TEST_CASE("the guard proxy says which host cannot be reached, and forgets it when it can") {
  std::uint16_t free_port = 0;
  {
    free_port = RawOrigin([](const RawExchange&) {}).port();
  }
  const auto proxy = guard_proxy({"127.0.0.1"});
  const std::string authority = fmt::format("127.0.0.1:{}", free_port);
  proxy->open({});
  CHECK(ask(*proxy, get(authority)).starts_with("HTTP/1.1 502 Bad Gateway\r\n"));
  const PageTraffic traffic = proxy->close();
  REQUIRE(traffic.failures.count(authority) == 1);
  CHECK(traffic.failures.at(authority).outcome == FetchOutcome::network_error);
}

TEST_CASE("a second request on a connection does not reach the first one's host") {
  std::vector<std::string> seen;
  auto origin = std::make_unique<RawOrigin>([&seen](const RawExchange& exchange) {
    seen.push_back(exchange.request());
    exchange.send(page("first"));
    seen.push_back(exchange.receive());
  });
  const auto proxy = guard_proxy({"127.0.0.1"});
  proxy->open({});
  {
    const Client client(proxy->port());
    const std::string request = get(fmt::format("127.0.0.1:{}", origin->port()));
    client.send(request);
    CHECK(client.read("first") == page("first"));
    client.send(get("other.example"));
    CHECK(client.read().empty());
  }
  // A request that the browser gives up ends the connection to the host as well.
  proxy->close();
  // Its thread ends here: what it saw is whole.
  origin.reset();
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].starts_with("GET / HTTP/1.1\r\n"));
  CHECK(seen[1].empty());
}

TEST_CASE("what is no request of a browser's to a proxy is refused, whatever it is") {
  const auto proxy = guard_proxy({"127.0.0.1"});
  for (const char* request :
       {"GET / HTTP/1.1\r\n\r\n", "GET https://a.example/ HTTP/1.1\r\n\r\n", "GET ftp://a.example/ HTTP/1.1\r\n\r\n",
        "GET http://user@a.example/ HTTP/1.1\r\n\r\n", "GET http://a.example:0/ HTTP/1.1\r\n\r\n",
        "GET http://a.example:99999/ HTTP/1.1\r\n\r\n", "GET http:///path HTTP/1.1\r\n\r\n",
        "CONNECT a.example HTTP/1.1\r\n\r\n", "CONNECT a.example:x HTTP/1.1\r\n\r\n",
        "CONNECT http://a.example:443 HTTP/1.1\r\n\r\n", "CONNECT a.example:443 HTTP/2\r\n\r\n", "\r\n\r\n",
        "\x16\x03\x01\r\n\r\n", "POST http://a.example/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST http://a.example/ HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST http://a.example/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET http://a.example/ HTTP/1.1\r\nno colon\r\n\r\n"}) {
    CAPTURE(request);
    CHECK_FALSE(read_proxied_request(request, nullptr).ok());
    proxy->open({});
    CHECK(ask(*proxy, request).starts_with("HTTP/1.1 400 Bad Request\r\n"));
    CHECK(proxy->close().connections == 0);
  }
  proxy->open({});
  CHECK(ask(*proxy, "GET http://a.example/" + std::string(100000, 'a')).starts_with("HTTP/1.1 400 Bad Request\r\n"));
}

TEST_CASE("a plain request is written anew for its host, and for the operator's proxy with its credentials") {
  const std::string head =
      "POST http://Policy.Example:8080/a?b HTTP/1.1\r\nHost: other.example\r\nProxy-Connection: keep-alive\r\n"
      "Proxy-Authorization: Basic c3RvbGVu\r\nAccept: */*\r\nContent-Length: 5\r\n\r\n";
  const auto direct = read_proxied_request(head, nullptr);
  REQUIRE(direct.ok());
  CHECK(direct->authority() == "policy.example:8080");
  CHECK(direct->body_bytes == 5);
  CHECK(direct->head ==
        "POST /a?b HTTP/1.1\r\nHost: policy.example:8080\r\nAccept: */*\r\nContent-Length: 5\r\nConnection: "
        "close\r\n\r\n");
  const Proxy through{"", "http://127.0.0.1:3128", "reader", "open sesame"};
  const auto proxied = read_proxied_request(head, &through);
  REQUIRE(proxied.ok());
  CHECK(proxied->head.starts_with("POST http://policy.example:8080/a?b HTTP/1.1\r\n"));
  CHECK(proxied->head.find("Proxy-Authorization: Basic cmVhZGVyOm9wZW4gc2VzYW1l\r\n") != std::string::npos);
  CHECK(proxied->head.find("c3RvbGVu") == std::string::npos);

  CHECK(authority_of("https://Policy.Example/a:b") == "policy.example:443");
  CHECK(authority_of("http://[fd00::1]:81/") == "[fd00::1]:81");
  CHECK(authority_of("http://[fd00::1]/") == "[fd00::1]:80");
  CHECK(authority_of("chrome-error://chromewebdata/").empty());
}

TEST_CASE("with an outgoing proxy everything of a page goes on through it, and inside names are still refused") {
  std::vector<std::string> seen;
  const RawOrigin outgoing([&seen](const RawExchange& exchange) {
    std::string request = exchange.request();
    if (!request.starts_with("GET ")) {
      while (request.find("\r\n\r\n") == std::string::npos) request += exchange.receive();
      seen.push_back(request);
      exchange.send("HTTP/1.1 200 Connected\r\n\r\n");
      exchange.send("through the tunnel");
      return;
    }
    seen.push_back(request);
    exchange.send(page("through the proxy"));
  });
  const Proxy through{"", fmt::format("http://127.0.0.1:{}", outgoing.port()), "reader", "open sesame"};
  const auto proxy = guard_proxy();
  PageBounds bounds;
  bounds.proxy = &through;
  proxy->open(bounds);
  CHECK(ask(*proxy, get("policy.example", "/privacy")) == page("through the proxy"));
  const Client client(proxy->port());
  client.send(connect_to("policy.example:443"));
  CHECK(client.read("tunnel") == "HTTP/1.1 200 Connection established\r\n\r\nthrough the tunnel");
  for (const char* inside : {"localhost:443", "127.0.0.1:443", "10.0.0.1:443", "router.local:443", "2130706433:443"}) {
    CAPTURE(inside);
    CHECK(ask(*proxy, connect_to(inside)).starts_with("HTTP/1.1 403 Forbidden\r\n"));
  }
  proxy->close();
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].starts_with("GET http://policy.example/privacy HTTP/1.1\r\n"));
  CHECK(seen[1].starts_with("CONNECT policy.example:443 HTTP/1.1\r\n"));
  for (const std::string& one : seen) {
    CHECK(one.find("Proxy-Authorization: Basic cmVhZGVyOm9wZW4gc2VzYW1l\r\n") != std::string::npos);
  }
}

}  // namespace smallprint
