// What is read from Chromium's log of a page, when a page is whole, and how its visit ends. Values; no browser.
#include "fetcher/net/browser_page.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "fetcher/net/browser_log.h"

namespace smallprint {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

json::value entries(const std::vector<std::pair<std::string, json::object>>& events) {
  json::array all;
  for (const auto& [method, parameters] : events) {
    const json::object message{{"message", {{"method", method}, {"params", parameters}}}, {"webview", "W"}};
    all.push_back({{"level", "INFO"}, {"message", json::serialize(message)}});
  }
  return all;
}

std::pair<std::string, json::object> sent(const std::string& id, const std::string& url, int redirected_with = 0,
                                          const std::string& frame = "W", const std::string& type = "Document") {
  json::object parameters{{"requestId", id},
                          {"loaderId", type == "Document" ? id : "L"},
                          {"frameId", frame},
                          {"type", type},
                          {"request", {{"url", url}}}};
  if (redirected_with != 0) parameters["redirectResponse"] = {{"status", redirected_with}};
  return {"Network.requestWillBeSent", parameters};
}

std::pair<std::string, json::object> received(const std::string& id, int status, const json::object& headers = {},
                                              const std::string& media_type = "text/html") {
  return {"Network.responseReceived",
          {{"requestId", id}, {"response", {{"status", status}, {"mimeType", media_type}, {"headers", headers}}}}};
}

std::pair<std::string, json::object> finished(const std::string& id) {
  return {"Network.loadingFinished", {{"requestId", id}}};
}

std::pair<std::string, json::object> failed(const std::string& id, const std::string& error) {
  return {"Network.loadingFailed", {{"requestId", id}, {"errorText", error}}};
}

PageLog log_of(const std::vector<std::pair<std::string, json::object>>& events) {
  PageLog log("W");
  log.read(entries(events));
  return log;
}

FetchResult ended(const std::vector<std::pair<std::string, json::object>>& events, const PageTraffic& traffic = {}) {
  return result_of(log_of(events).document(), traffic, {});
}

}  // namespace

TEST_CASE("a page's redirects, status and headers stand in the browser's log") {
  const PageLog log = log_of({sent("1", "http://a.example/old"), sent("1", "https://a.example/old", 301),
                              sent("1", "https://a.example/new", 308), sent("1", "https://a.example/new?s=1", 302),
                              received("1", 200, {{"Set-Cookie", "a=1\nb=2"}, {"ETag", "\"x\""}}), finished("1")});
  const MainDocument& document = log.document();
  CHECK(document.urls == std::vector<std::string>{"http://a.example/old", "https://a.example/old",
                                                  "https://a.example/new", "https://a.example/new?s=1"});
  CHECK(document.moved_to == "https://a.example/new");
  CHECK(document.status == 200);
  CHECK(document.media_type == "text/html");
  CHECK(document.ended);
  CHECK(document.headers == std::vector<std::pair<std::string, std::string>>{
                                {"set-cookie", "a=1"}, {"set-cookie", "b=2"}, {"etag", "\"x\""}});
  CHECK(log.under_way() == 0);
}

TEST_CASE("a script that leads to another page makes the chain longer, and is no permanent redirect") {
  const PageLog log = log_of({sent("1", "https://a.example/"),
                              received("1", 200),
                              finished("1"),
                              {"Page.frameStartedNavigating",
                               {{"frameId", "W"},
                                {"loaderId", "2"},
                                {"url", "https://a.example/en"},
                                {"navigationType", "differentDocument"}}},
                              sent("2", "https://a.example/en"),
                              sent("2", "https://a.example/en/", 301),
                              received("2", 200)});
  CHECK(log.document().urls ==
        std::vector<std::string>{"https://a.example/", "https://a.example/en", "https://a.example/en/"});
  CHECK(log.document().moved_to.empty());
  CHECK_FALSE(log.document().ended);
}

TEST_CASE("frames, parts of the page and other windows are not its main document") {
  const PageLog log = log_of(
      {sent("1", "https://a.example/"),
       received("1", 200),
       finished("1"),
       sent("9", "https://ads.example/frame", 0, "FRAME"),
       received("9", 404),
       sent("3", "https://a.example/api", 0, "W", "Fetch"),
       received("3", 500),
       failed("4", "net::ERR_FAILED"),
       sent("5", "https://a.example/events", 0, "W", "EventSource"),
       {"Page.frameStartedNavigating",
        {{"frameId", "W"}, {"loaderId", "7"}, {"url", "https://a.example/#x"}, {"navigationType", "sameDocument"}}},
       {"Page.frameStartedNavigating",
        {{"frameId", "W"}, {"loaderId", "8"}, {"url", "chrome-error://chromewebdata/"}}}});
  CHECK(log.document().urls == std::vector<std::string>{"https://a.example/"});
  CHECK(log.document().status == 200);
  CHECK(log.document().error.empty());
  CHECK(log.under_way() == 2);  // the frame and the call; an event stream stays open for good
}

TEST_CASE("whatever stands in the log, it is read without harm") {
  PageLog log("W");
  for (const char* text :
       {"null", "{}", "[1, null, \"x\", {}]", R"([{"message": 1}])", R"([{"message": "no JSON"}])",
        R"([{"message": "{\"message\":{\"method\":\"Network.responseReceived\"}}"}])",
        R"([{"message": "{\"message\":{\"method\":\"Network.requestWillBeSent\",\"params\":{\"request\":7}}}"}])",
        R"([{"message": "[]"}])"}) {
    log.read(json::parse(text));
  }
  CHECK(log.document().urls.empty());
  for (int i = 0; i < 10000; ++i) log.read(entries({sent(std::to_string(i), fmt::format("https://a.example/{}", i))}));
  CHECK(log.document().urls.size() <= 64);
  CHECK(log.under_way() <= 4096);
}

TEST_CASE("a page is whole when nothing has grown for a while, later where more may come") {
  using Look = PageLook;
  const PageWatch::Time begin{};
  struct Step {
    std::chrono::milliseconds at;
    Look look;
    bool settled;
  };
  struct Case {
    const char* name;
    std::vector<Step> steps;
  };
  const Look text{true, 5000, true, 0}, more{true, 9000, true, 0}, busy{true, 5000, true, 2}, shell{true, 20, true, 0},
      loading{true, 20, true, 1}, missing{true, 5000, false, 0}, missing_busy{true, 5000, false, 1},
      parsing{false, 5000, true, 0};
  for (const Case& one : std::vector<Case>{
           {"text", {{0ms, text, false}, {999ms, text, false}, {1000ms, text, true}}},
           {"growing", {{0ms, text, false}, {900ms, more, false}, {1800ms, more, false}, {1900ms, more, true}}},
           {"still being parsed", {{0ms, parsing, false}, {9000ms, parsing, false}, {9001ms, text, false}}},
           {"a poll for ever beside a text", {{0ms, busy, false}, {1999ms, busy, false}, {2000ms, busy, true}}},
           {"a shell", {{0ms, shell, false}, {1999ms, shell, false}, {2000ms, shell, true}}},
           {"a shell that loads", {{0ms, loading, false}, {60000ms, loading, false}}},
           {"without the declared part", {{0ms, missing, false}, {1999ms, missing, false}, {2000ms, missing, true}}},
           {"the declared part on its way", {{0ms, missing_busy, false}, {60000ms, missing_busy, false}}},
           {"text after a while", {{0ms, shell, false}, {1900ms, text, false}, {2900ms, text, true}}}}) {
    CAPTURE(one.name);
    PageWatch watch(1000ms, begin);
    for (const Step& step : one.steps) {
      CAPTURE(step.at.count());
      CHECK(watch.settled(step.look, begin + step.at) == step.settled);
    }
  }
}

TEST_CASE("a rendered page's visit ends as a plain one's would") {
  const std::string url = "https://a.example/terms";
  const FetchResult good = ended({sent("1", url),
                                  received("1", 200,
                                           {{"Content-Type", "text/html; charset=iso-8859-1"},
                                            {"Content-Length", "7"},
                                            {"Content-Encoding", "br"},
                                            {"X-Smallprint-Rendered", "a lie"},
                                            {"Server", "x"}}),
                                  finished("1")});
  CHECK(good.outcome == FetchOutcome::ok);
  CHECK(good.rendered);
  CHECK(good.headers == std::vector<std::pair<std::string, std::string>>{{"server", "x"},
                                                                         {"content-type", "text/html; charset=utf-8"}});

  struct Case {
    std::vector<std::pair<std::string, json::object>> events;
    FetchOutcome outcome;
    std::string reason;
  };
  std::vector<std::pair<std::string, json::object>> many{sent("1", url)};
  for (int i = 0; i < 9; ++i) many.push_back(sent("1", fmt::format("{}/{}", url, i), 302));
  for (const Case& one : std::vector<Case>{
           {{sent("1", url), received("1", 404), finished("1")}, FetchOutcome::http_error, "status 404"},
           {{sent("1", url), received("1", 503), failed("1", "net::ERR_HTTP_RESPONSE_CODE_FAILURE")},
            FetchOutcome::http_error,
            "status 503"},
           {{sent("1", url), failed("1", "net::ERR_CERT_DATE_INVALID")},
            FetchOutcome::tls_error,
            "ERR_CERT_DATE_INVALID"},
           {{sent("1", url), failed("1", "net::ERR_SSL_PROTOCOL_ERROR")}, FetchOutcome::tls_error, "ERR_SSL"},
           {{sent("1", url), failed("1", "net::ERR_CONNECTION_RESET")}, FetchOutcome::network_error, "RESET"},
           {{sent("1", url), failed("1", "net::ERR_CONNECTION_TIMED_OUT")}, FetchOutcome::timeout, "TIMED_OUT"},
           {{sent("1", url), failed("1", "net::ERR_UNSAFE_PORT")}, FetchOutcome::refused, "UNSAFE_PORT"},
           {{sent("1", url), received("1", 200), failed("1", "net::ERR_INCOMPLETE_CHUNKED_ENCODING")},
            FetchOutcome::network_error,
            "INCOMPLETE"},
           {{sent("1", url)}, FetchOutcome::timeout, "did not come"},
           {{}, FetchOutcome::timeout, "did not come"},
           {many, FetchOutcome::refused, "more than 8 redirects"}}) {
    CAPTURE(one.reason);
    const FetchResult result = ended(one.events);
    CHECK(result.outcome == one.outcome);
    CHECK(result.reason.find(one.reason) != std::string::npos);
    CHECK_FALSE(result.rendered);
  }
}

TEST_CASE("what the guard proxy refused is refused, and a host cannot pretend to be it") {
  PageTraffic traffic;
  traffic.failures["10.0.0.1:443"] = {FetchOutcome::refused, "the host's address is not public (private)"};
  const FetchResult tunnel =
      ended({sent("1", "https://10.0.0.1/x"), failed("1", "net::ERR_TUNNEL_CONNECTION_FAILED")}, traffic);
  CHECK(tunnel.outcome == FetchOutcome::refused);
  CHECK(tunnel.reason == "the host's address is not public (private)");

  traffic.failures["10.0.0.1:80"] = {FetchOutcome::timeout, "no connection to the host in time"};
  const FetchResult plain =
      ended({sent("1", "http://10.0.0.1/x"), received("1", 504, {{"X-Smallprint-Guard", "1"}}, "text/plain")}, traffic);
  CHECK(plain.outcome == FetchOutcome::timeout);
  CHECK(plain.status == 0);

  // Its main document came; that a part of the page did not is no matter.
  traffic.failures["a.example:443"] = {FetchOutcome::network_error, "a later connection failed"};
  CHECK(ended({sent("1", "https://a.example/x"), received("1", 200)}, traffic).outcome == FetchOutcome::ok);
  const FetchResult liar = ended({sent("1", "https://b.example/x"), received("1", 403, {{"X-Smallprint-Guard", "1"}})});
  CHECK(liar.outcome == FetchOutcome::http_error);

  traffic.exceeded = "more than 9 bytes";
  CHECK(ended({sent("1", "https://a.example/x"), received("1", 200)}, traffic).outcome == FetchOutcome::too_large);
}

TEST_CASE("Retry-After is read in both forms, and what is no page is for a plain fetch") {
  const std::string url = "https://a.example/terms";
  const auto wait = [&](const char* value) {
    return ended({sent("1", url), received("1", 429, {{"Retry-After", value}})}).retry_after;
  };
  CHECK(wait("120") == 120s);
  CHECK(wait("Mon, 01 Jan 2001 00:00:00 GMT") == 0s);
  CHECK(wait("Fri, 01 Jan 2100 00:00:00 GMT") == std::chrono::hours{24 * 365});
  CHECK(wait("-5") == 0s);
  CHECK(wait("soon") == 0s);

  CHECK(is_for_plain_fetch(log_of({sent("1", url), received("1", 200, {}, "application/pdf")}).document()));
  CHECK(is_for_plain_fetch(log_of({sent("1", url), received("1", 200, {}, "text/plain")}).document()));
  CHECK(is_for_plain_fetch(log_of({sent("1", url), received("1", 200), failed("1", "net::ERR_ABORTED")}).document()));
  CHECK_FALSE(is_for_plain_fetch(log_of({sent("1", url), received("1", 200)}).document()));
  CHECK_FALSE(is_for_plain_fetch(log_of({sent("1", url), received("1", 404, {}, "text/plain")}).document()));
}

}  // namespace smallprint
