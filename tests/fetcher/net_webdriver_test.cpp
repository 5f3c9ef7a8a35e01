// Rendering by a WebDriver that is none of ours, and one that misbehaves: hangs, errors, garbage, sessions that are
// lost.
#include "fetcher/net/webdriver.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <atomic>
#include <boost/json.hpp>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "fetcher/net/browser_page.h"
#include "fetcher/net/browser_session.h"
#include "tests/support/raw_origin.h"

namespace smallprint {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using test::RawExchange;
using test::RawOrigin;

std::string http(std::string_view body, int status = 200) {
  return fmt::format(
      "HTTP/1.1 {} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", status,
      body.size(), body);
}

std::string value(const json::value& value) { return http(json::serialize(json::object{{"value", value}})); }

std::string error(std::string_view kind, std::string_view message = "what happened\n#0 a stack\n#1 trace") {
  return http(json::serialize(json::object{{"value", {{"error", kind}, {"message", message}, {"stacktrace", "#0"}}}}),
              500);
}

std::string log_entry(std::string_view method, const json::object& parameters) {
  return json::serialize(json::object{{"message", {{"method", method}, {"params", parameters}}}});
}

/// A driver whose browser shows one page. `instead` may answer a command in another way, or with nothing: then it
/// hangs.
class FakeDriver {
 public:
  using Instead = std::function<std::optional<std::string>(const std::string& command)>;
  explicit FakeDriver(Instead instead = {})
      : instead_(std::move(instead)), origin_([this](const RawExchange& exchange) { serve(exchange); }) {}

  [[nodiscard]] std::string url() const { return origin_.url(""); }
  [[nodiscard]] std::vector<std::string> commands() const {
    const std::lock_guard lock(mutex_);
    return commands_;
  }
  [[nodiscard]] std::size_t count(std::string_view command) const {
    const auto all = commands();
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), command));
  }
  [[nodiscard]] std::string sent(std::string_view part) const {
    const std::lock_guard lock(mutex_);
    for (const std::string& body : bodies_) {
      if (body.find(part) != std::string::npos) return body;
    }
    return {};
  }

 private:
  void serve(const RawExchange& exchange) {
    std::string request = exchange.request();
    const std::size_t at = request.find("Content-Length: ");
    const std::size_t length = at == std::string::npos ? 0 : std::stoul(request.substr(at + 16));
    while (request.find("\r\n\r\n") == std::string::npos || request.size() < request.find("\r\n\r\n") + 4 + length) {
      const std::string more = exchange.receive();
      if (more.empty()) return;
      request += more;
    }
    const std::string body = request.substr(request.find("\r\n\r\n") + 4);
    std::string command = request.substr(0, request.find(" HTTP/"));
    if (const std::size_t id = command.find("/session/"); id != std::string::npos) {
      command.replace(id, std::min(command.find('/', id + 9), command.size()) - id, "");
    }
    if (body.find("outerHTML") != std::string::npos) command = "take";
    {
      const std::lock_guard lock(mutex_);
      commands_.push_back(command);
      bodies_.push_back(body);
    }
    if (instead_) {
      if (const auto other = instead_(command)) {
        if (other->empty()) return exchange.hang();
        exchange.send(*other);
        return;
      }
    }
    exchange.send(answer(command));
  }

  static std::string answer(const std::string& command) {
    if (command == "POST /session") {
      return value(
          {{"sessionId", "s1"}, {"capabilities", {{"browserName", "chrome"}, {"browserVersion", "120.0.1.2"}}}});
    }
    if (command == "GET /window") return value("W");
    if (command == "GET /window/handles") return value({"W"});
    if (command == "POST /execute/sync") return value({true, 5000, true});
    if (command == "take") return value("<!DOCTYPE html>\n<html><body>the terms</body></html>");
    if (command == "POST /se/log") {
      const json::object sent{{"requestId", "1"},
                              {"loaderId", "1"},
                              {"frameId", "W"},
                              {"type", "Document"},
                              {"request", {{"url", "https://a.example/terms"}}}};
      const json::object received{
          {"requestId", "1"},
          {"response", {{"status", 200}, {"mimeType", "text/html"}, {"headers", {{"ETag", "\"1\""}}}}}};
      return value({{{"message", log_entry("Network.requestWillBeSent", sent)}},
                    {{"message", log_entry("Network.responseReceived", received)}},
                    {{"message", log_entry("Network.loadingFinished", {{"requestId", "1"}})}}});
    }
    return value(nullptr);
  }

  mutable std::mutex mutex_;
  std::vector<std::string> commands_, bodies_;
  Instead instead_;
  RawOrigin origin_;
};

struct Rendering {
  std::atomic<bool> stopped{false};
  std::unique_ptr<BrowserSession> session;
  explicit Rendering(const FakeDriver& driver, unsigned pages = 20) {
    BrowserSetting setting;
    setting.webdriver = driver.url();
    setting.guard_host = "127.0.0.1";
    setting.guard.own_user_only = false;
    setting.user_agent = "smallprint-test/1 (+https://example.org)";
    setting.browser.quiet = 0ms;
    setting.browser.call = 2s;
    setting.browser.start = 2s;
    setting.browser.pages = pages;
    session = BrowserSession::make(std::move(setting), stopped).value();
  }
  FetchResult render(const std::string& language = {}) const {
    FetchRequest request;
    request.url = "https://a.example/terms";
    request.accept_language = language;
    request.wait_for = {"#terms"};
    const auto result = session->render(request, nullptr);
    REQUIRE(result.has_value());
    return *result;
  }
};

}  // namespace

TEST_CASE("a page is rendered by a WebDriver, with our name, its language, and through our proxy") {
  const FakeDriver driver;
  {
    const Rendering rendering(driver);
    for (int i = 0; i < 2; ++i) {
      const FetchResult result = rendering.render("de-CH");
      CAPTURE(result.reason);
      CHECK(result.outcome == FetchOutcome::ok);
      CHECK(result.rendered);
      CHECK(result.body == "<!DOCTYPE html>\n<html><body>the terms</body></html>");
      CHECK(result.headers ==
            std::vector<std::pair<std::string, std::string>>{{"etag", "\"1\""},
                                                             {"content-type", "text/html; charset=utf-8"},
                                                             {"x-smallprint-rendered", "chrome/120.0.1.2"}});
    }
    CHECK(driver.count("POST /session") == 1);
  }
  CHECK(driver.commands().back().starts_with("DELETE "));
  const std::string begun = driver.sent("alwaysMatch");
  for (const char* wanted : {"--proxy-server=http://127.0.0.1:", "--proxy-bypass-list=<-loopback>", "--disable-quic",
                             "disable_non_proxied_udp", "MAP * ~NOTFOUND", "\"acceptInsecureCerts\":false"}) {
    CHECK_MESSAGE(begun.find(wanted) != std::string::npos, wanted);
  }
  const std::string named = driver.sent("setUserAgentOverride");
  CHECK(named.find("Chrome/120.0.0.0 Safari/537.36 smallprint-test/1 (+https://example.org)") != std::string::npos);
  CHECK(named.find("\"acceptLanguage\":\"de-CH\"") != std::string::npos);
  CHECK_FALSE(driver.sent("Network.clearBrowserCookies").empty());
  CHECK(driver.sent("#terms").find("\"args\":[[\"#terms\"]]") != std::string::npos);
}

TEST_CASE("a browser makes room for another one after its number of pages") {
  const FakeDriver driver;
  const Rendering rendering(driver, 2);
  for (int i = 0; i < 5; ++i) CHECK(rendering.render().outcome == FetchOutcome::ok);
  CHECK(driver.count("POST /session") == 3);
}

TEST_CASE("what a WebDriver does wrong ends the visit with a reason, and the next page is rendered") {
  struct Case {
    std::string command, answer;  // empty: it hangs
    FetchOutcome outcome;
    std::string reason;
  };
  const std::string deep(100000, '[');
  for (const Case& one : std::vector<Case>{
           {"POST /session", error("session not created"), FetchOutcome::network_error, "what happened"},
           {"POST /session", http("<html>a portal</html>"), FetchOutcome::network_error, "no WebDriver"},
           {"POST /session", http(""), FetchOutcome::network_error, "no WebDriver"},
           {"POST /session", http(deep), FetchOutcome::network_error, "no WebDriver"},
           {"POST /session", value("s1"), FetchOutcome::network_error, "begins no session"},
           {"POST /session", value({{"sessionId", "../../shutdown?"}, {"capabilities", json::object()}}),
            FetchOutcome::network_error, "begins no session"},
           {"POST /session", "SSH-2.0-OpenSSH_9.2\r\n", FetchOutcome::network_error, "driver"},
           {"POST /session", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", FetchOutcome::network_error, "driver"},
           {"GET /window", value(7), FetchOutcome::network_error, "names no window"},
           {"POST /goog/cdp/execute", error("unknown command"), FetchOutcome::network_error, "what happened"},
           {"POST /url", "", FetchOutcome::timeout, "did not answer within 2 s"},
           {"POST /url", error("invalid session id"), FetchOutcome::network_error, "what happened"},
           {"POST /se/log", error("unknown command"), FetchOutcome::network_error, "what happened"},
           {"POST /execute/sync", "", FetchOutcome::timeout, "did not answer within 2 s"},
           {"POST /execute/sync", error("no such window"), FetchOutcome::network_error, "what happened"},
           {"take", error("javascript error"), FetchOutcome::network_error, "what happened"},
           {"take", value(nullptr), FetchOutcome::network_error, "gives no page"},
           {"take", value(999999999), FetchOutcome::too_large, "more than 20971520 bytes"}}) {
    CAPTURE(one.command);
    CAPTURE(one.reason);
    std::atomic<bool> wrong{true};
    const FakeDriver driver([&](const std::string& command) -> std::optional<std::string> {
      if (!wrong || command != one.command) return std::nullopt;
      wrong = false;
      return one.answer;
    });
    const Rendering rendering(driver);
    const FetchResult result = rendering.render();
    CHECK(result.outcome == one.outcome);
    CHECK(result.reason.find(one.reason) != std::string::npos);
    CHECK(result.reason.find("stack") == std::string::npos);
    CHECK(result.body.empty());
    CHECK_FALSE(result.stopped);
    const FetchResult next = rendering.render();
    CAPTURE(next.reason);
    CHECK(next.outcome == FetchOutcome::ok);
  }
}

TEST_CASE("a script that a page's own change interrupts is run again") {
  std::atomic<int> interrupted{3};
  const FakeDriver driver([&](const std::string& command) -> std::optional<std::string> {
    if (command != "POST /execute/sync" || interrupted-- <= 0) return std::nullopt;
    return error("javascript error", "execution context was destroyed");
  });
  const Rendering rendering(driver);
  CHECK(rendering.render().outcome == FetchOutcome::ok);
}

TEST_CASE("a rendering that is stopped ends at once, and says so") {
  std::atomic<bool> hanging{false};
  const FakeDriver driver([&](const std::string& command) -> std::optional<std::string> {
    if (command != "POST /execute/sync") return std::nullopt;
    hanging = true;
    return "";
  });
  Rendering rendering(driver);
  std::thread stopper([&] {
    while (!hanging) std::this_thread::yield();
    rendering.stopped = true;
  });
  const FetchResult result = rendering.render();
  stopper.join();
  CHECK(result.stopped);
  CHECK(result.reason == "stopped");
  CHECK(result.outcome == FetchOutcome::network_error);
}

TEST_CASE("a WebDriver's address is one, without user name and password") {
  CHECK(parse_webdriver("http://127.0.0.1:9515").value() == "http://127.0.0.1:9515");
  CHECK(parse_webdriver("https://grid.internal/wd/hub/").value() == "https://grid.internal/wd/hub");
  for (const char* text : {"", "grid:4444", "ftp://grid/", "http://", "http://user:secret@grid:4444", "http://grid/?a",
                           "http://grid/#a"}) {
    CAPTURE(text);
    const auto parsed = parse_webdriver(text);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().message.find("secret") == std::string::npos);
  }
}

}  // namespace smallprint
