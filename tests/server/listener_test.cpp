#include "server/listener.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/http_client.h"

namespace smallprint {
namespace {

constexpr std::size_t large = 8U << 20;

/// Answers with what it was asked; some targets misbehave.
Response echo(const Request& request) {
  if (request.target == "/throw") throw std::runtime_error("a secret detail");
  if (request.target == "/throw-int") throw 7;  // NOLINT(hicpp-exception-baseclass): what a handler must never do
  if (request.target == "/large") return {200, {{"Content-Type", "text/plain"}}, std::string(large, 'x')};
  if (request.target == "/none") return {304, {{"ETag", "\"1\""}}, "not to be sent"};
  return {200,
          {{"Content-Type", "text/plain"}},
          fmt::format("{} {} {}", request.method, request.target, request.header("x-word"))};
}

std::unique_ptr<Listener> listening(ListenOptions options = {}, const Handler& handler = echo) {
  options.port = 0;
  auto listener = Listener::start(options, handler);
  REQUIRE(listener.ok());
  return std::move(listener).value();
}

/// A connection that is kept open.
class Connection {
 public:
  explicit Connection(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval timeout{20, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Connection() { close(fd_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// Reads until what was read contains `text`; empty where the connection ends before.
  [[nodiscard]] std::string until(std::string_view text) {
    while (pending_.find(text) == std::string::npos) {
      if (!more()) return {};
    }
    const std::size_t end = pending_.find(text) + text.size();
    std::string read = pending_.substr(0, end);
    pending_.erase(0, end);
    return read;
  }
  /// The rest, to the end of the connection; throws where it does not end.
  [[nodiscard]] std::string rest() {
    while (more()) {
    }
    return std::exchange(pending_, {});
  }

 private:
  bool more() {
    std::array<char, 65536> buffer{};
    const ssize_t count = recv(fd_, buffer.data(), buffer.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) throw std::runtime_error("nothing came for 20 s");
    if (count <= 0) return false;
    pending_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
  }

  int fd_;
  bool connected_ = false;
  std::string pending_;
};

bool says(const std::string& answer, int status) { return answer.starts_with(fmt::format("HTTP/1.1 {} ", status)); }

}  // namespace

TEST_CASE("a connection is kept alive from request to request, and ends where the client says so") {
  const auto listener = listening();
  Connection client(listener->port());
  client.send("GET /one HTTP/1.1\r\nHost: a\r\nX-Word: first\r\n\r\n");
  CHECK(says(client.until("GET /one first"), 200));
  client.send("GET /two HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(says(client.until("GET /two "), 200));
  client.send("GET /three HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string last = client.rest();
  CHECK(says(last, 200));
  CHECK(last.ends_with("GET /three "));
}

TEST_CASE("requests sent in one go are answered in their order") {
  const auto listener = listening();
  Connection client(listener->port());
  std::string requests;
  for (int i = 0; i < 20; ++i) requests += fmt::format("GET /p{} HTTP/1.1\r\nHost: a\r\nX-Word: .\r\n\r\n", i);
  client.send(requests);
  for (int i = 0; i < 20; ++i) CHECK(says(client.until(fmt::format("GET /p{} .", i)), 200));
}

TEST_CASE("a HEAD has the length of the GET and no body, and the connection stays usable") {
  const auto listener = listening();
  Connection client(listener->port());
  client.send("HEAD /large HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string head = client.until("\r\n\r\n");
  CHECK(says(head, 200));
  CHECK(head.find(fmt::format("Content-Length: {}\r\n", large)) != std::string::npos);
  client.send("GET /none HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string not_modified = client.until("\r\n\r\n");
  CHECK(says(not_modified, 304));
  client.send("GET /after HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(says(client.rest(), 200));
}

TEST_CASE("what is no request is answered with a problem document, or with nothing at all") {
  const auto listener = listening({.idle_timeout = std::chrono::seconds{2}});
  struct Row {
    const char* what;
    std::string bytes;
    int status;
  };
  for (const Row& row : std::vector<Row>{
           {"garbage", "\x16\x03\x01 garbage\r\n\r\n", 400},
           {"no version", "GET /\r\n\r\n", 400},
           {"another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n", 400},
           {"a line feed in a name", "GET / HTTP/1.1\r\nHo st: a\r\n\r\n", 400},
           {"a bad length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
           {"two lengths", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
           {"a bad chunk", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
           {"long header", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(200000, 'x') + "\r\n\r\n", 431},
           {"long target", "GET /" + std::string(100000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 431},
           {"announced long body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999\r\n\r\n", 413},
           {"long body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" + std::string(500000, 'x'),
            413},
           {"long chunked body",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7a120\r\n" + std::string(500000, 'x'),
            413},
           {"nothing", "", 0},
           {"half a header", "GET / HTTP/1.1\r\nHost: a", 0},
           {"half a body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc", 0},
       }) {
    CAPTURE(row.what);
    Connection client(listener->port());
    client.send(row.bytes);
    const std::string answer = client.rest();  // ends by itself: the server closes
    if (row.status == 0) {
      CHECK(answer == "");
    } else {
      CHECK(says(answer, row.status));
      CHECK(answer.find("application/problem+json") != std::string::npos);
      CHECK(answer.find(fmt::format("\"status\":{}", row.status)) != std::string::npos);
    }
  }
  CHECK(test::http_get(listener->port(), "/alive").status == 200);
}

TEST_CASE("a client that sends its header byte by byte is let go after the idle time, however busy it is") {
  const auto listener = listening({.idle_timeout = std::chrono::seconds{1}});
  const Connection other(listener->port());
  Connection client(listener->port());
  const std::jthread slow([&client](const std::stop_token& stop) {
    for (const char c : std::string("GET / HTTP/1.1\r\nX: ") + std::string(10000, 'x')) {
      if (stop.stop_requested()) return;
      client.send(std::string(1, c));
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
  });
  CHECK(client.rest() == "");
}

TEST_CASE("clients that go away in the middle of a large answer do no harm") {
  const auto listener = listening();
  for (int i = 0; i < 10; ++i) {
    Connection client(listener->port());
    client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\nGET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(says(client.until("xxxx"), 200));
  }
  CHECK(test::http_get(listener->port(), "/large").body.size() == large);
}

TEST_CASE("thirty clients at once each get their own answers") {
  const auto listener = listening();
  std::vector<std::future<int>> clients;
  for (int number = 0; number < 30; ++number) {
    clients.push_back(std::async(std::launch::async, [port = listener->port(), number] {
      int right = 0;
      Connection client(port);
      for (int i = 0; i < 20; ++i) {
        const std::string target = fmt::format("/c{}/{}", number, i);
        client.send(fmt::format("GET {} HTTP/1.1\r\nHost: a\r\nX-Word: w{}.\r\n\r\n", target, number));
        right += says(client.until(fmt::format("GET {} w{}.", target, number)), 200) ? 1 : 0;
      }
      return right;
    }));
  }
  for (auto& client : clients) CHECK(client.get() == 20);
}

TEST_CASE("more connections than allowed are answered with 503, and served again once others have gone") {
  const auto listener = listening({.max_connections = 3});
  {
    std::vector<std::unique_ptr<Connection>> kept;
    for (int i = 0; i < 3; ++i) {
      kept.push_back(std::make_unique<Connection>(listener->port()));
      kept.back()->send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      CHECK(says(kept.back()->until("GET / "), 200));
    }
    CHECK(test::http_get(listener->port(), "/").status == 503);
  }
  int status = 503;
  for (int i = 0; i < 200 && status == 503; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
    status = test::http_get(listener->port(), "/").status;
  }
  CHECK(status == 200);
}

TEST_CASE("a handler that throws makes a 500 that tells nothing") {
  const auto listener = listening();
  for (const char* target : {"/throw", "/throw-int"}) {
    const test::HttpAnswer answer = test::http_get(listener->port(), target);
    CHECK(answer.status == 500);
    CHECK(answer.header("content-type") == "application/problem+json");
    CHECK(answer.body.find("secret") == std::string::npos);
  }
}

TEST_CASE("an address that cannot be listened on is an error that says where and why") {
  const auto first = listening();
  const auto second = Listener::start({.port = first->port()}, echo);
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code == ErrorCode::unavailable);
  CHECK(second.error().message == fmt::format("cannot listen on 127.0.0.1:{}: Address already in use", first->port()));
  const auto elsewhere = Listener::start({.host = "203.0.113.1", .port = 0}, echo);
  REQUIRE_FALSE(elsewhere.ok());
  CHECK(elsewhere.error().message.starts_with("cannot listen on 203.0.113.1:0: "));
  CHECK_FALSE(Listener::start({.host = "no.such.host.invalid", .port = 0}, echo).ok());
}

TEST_CASE("stop() returns while connections are open, ends them, and frees the port") {
  auto listener = listening();
  const std::uint16_t port = listener->port();
  Connection idle(port);
  Connection half(port);
  half.send("GET / HTTP/1.1\r\n");
  Connection reading(port);
  reading.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(says(reading.until("xxxx"), 200));
  listener->stop();
  listener->stop();  // again is nothing
  listener.reset();
  CHECK(idle.rest() == "");
  CHECK(half.rest() == "");
  CHECK(reading.rest().size() < large);
  CHECK_FALSE(Connection(port).connected());
  CHECK(Listener::start({.port = port}, echo).ok());
}

TEST_CASE("stop() lets an answer under way finish") {
  std::promise<void> called;
  std::promise<void> go;
  auto listener = listening({}, [&called, future = go.get_future().share()](const Request&) -> Response {
    called.set_value();
    future.wait();
    return {200, {}, "finished"};
  });
  Connection client(listener->port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  called.get_future().wait();
  std::jthread stopping([&listener] { listener->stop(); });
  go.set_value();
  CHECK(client.rest().ends_with("finished"));
}

}  // namespace smallprint
