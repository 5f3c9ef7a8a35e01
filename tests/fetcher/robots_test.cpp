#include "fetcher/net/robots.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "fetcher/net/robots_gate.h"

using namespace smallprint;
using namespace std::chrono_literals;

namespace {

bool allows(const std::string& text, const std::string& target) {
  return RobotRules::parse(text, "smallprint").allows(target);
}

/// One rule for everyone.
bool matches(const std::string& pattern, const std::string& target) {
  return !allows("User-agent: *\nDisallow: " + pattern + "\n", target);
}

/// Asks of a path at example.org or another origin, with an answer that comes at once.
template <class Get>
RobotsVerdict ask(RobotsGate& gate, const std::string& origin, const std::string& target, const Get& get) {
  RobotsVerdict verdict;
  verdict.reason = "was not told";
  gate.ask(
      {origin, target, {}}, [&get](const std::string& url, const Fetcher::Done& done) { done(get(url)); },
      [&verdict](const RobotsVerdict& told) { verdict = told; });
  return verdict;
}

}  // namespace

TEST_CASE("robots.txt: a pattern matches from the start of the path, with stars and an end") {
  struct Row {
    const char *pattern, *target;
    bool match;
  };
  for (const Row& row : std::vector<Row>{{"/", "/", true},
                                         {"/", "/terms", true},
                                         {"/terms", "/terms", true},
                                         {"/terms", "/terms/eu", true},
                                         {"/terms", "/termsofuse", true},
                                         {"/terms", "/Terms", false},
                                         {"/terms", "/legal/terms", false},
                                         {"/terms/", "/terms", false},
                                         {"terms", "/terms", false},
                                         {"*", "/terms", true},
                                         {"/*", "/terms", true},
                                         {"*.pdf", "/a/b.pdf?x", true},
                                         {"*.pdf", "/a/b.PDF", false},
                                         {"/*.pdf$", "/a/b.pdf", true},
                                         {"/*.pdf$", "/a/b.pdf?x", false},
                                         {"/*.pdf$", "/a.pdf/b.pdf", true},
                                         {"/$", "/", true},
                                         {"/$", "/terms", false},
                                         {"/terms$", "/terms", true},
                                         {"/terms$", "/terms/", false},
                                         {"/a*b*c", "/a-b-c-d", true},
                                         {"/a*b*c", "/a-c-b", false},
                                         {"/a*b*c$", "/a-b-c-c", true},
                                         {"/a*b*c$", "/a-b-c-d", false},
                                         {"/a*a$", "/a", false},
                                         {"/a**b", "/ab", true},
                                         {"/a*$", "/a", true},
                                         {"/a*$", "/ab", true},
                                         {"/*?", "/a?b", true},
                                         {"/*?", "/a", false},
                                         {"/a$b", "/a$b", true},
                                         {"/a$b", "/a", false},
                                         {"/a%24", "/a$", true},
                                         {"/a%2A", "/a*b", true},
                                         {"/a%2A", "/abb", false}}) {
    CAPTURE(row.pattern);
    CAPTURE(row.target);
    CHECK(matches(row.pattern, row.target) == row.match);
  }
}

TEST_CASE("robots.txt: each spelling of an address is the same address") {
  struct Row {
    const char *pattern, *target;
    bool match;
  };
  for (const Row& row : std::vector<Row>{{"/legal?at=https://example.org", "/legal?at=https://example.org", true},
                                         {"/legal?at=https://example.org", "/legal?at=https%3A%2F%2Fexample.org", true},
                                         {"/legal?at=https%3a%2f%2Fexample.org", "/legal?at=https://example.org", true},
                                         {"/datenschutzerkl\xC3\xA4rung", "/datenschutzerkl%C3%A4rung", true},
                                         {"/datenschutzerkl%c3%a4rung", "/datenschutzerkl%C3%A4rung", true},
                                         {"/datenschutzerkl%C3%A4rung", "/datenschutzerkl\xC3\xA4rung", true},
                                         {"/%74erms", "/terms", true},
                                         {"/terms", "/%74%65rms", true},
                                         {"/a%2Fb", "/a/b", false},
                                         {"/a/b", "/a%2Fb", false},
                                         {"/a%2fb", "/a%2Fb", true},
                                         {"/a b", "/a%20b", true},
                                         {"/a%", "/a%", true},
                                         {"/a%2", "/a%2", true},
                                         {"/a%zz", "/a%zz", true}}) {
    CAPTURE(row.pattern);
    CAPTURE(row.target);
    CHECK(matches(row.pattern, row.target) == row.match);
  }
}

TEST_CASE("robots.txt: the longest rule decides, and of two equal ones the one that allows") {
  struct Row {
    const char *rules, *target;
    bool allowed;
  };
  for (const Row& row : std::vector<Row>{{"Disallow: /\nAllow: /terms", "/terms", true},
                                         {"Disallow: /\nAllow: /terms", "/other", false},
                                         {"Allow: /terms\nDisallow: /", "/terms", true},
                                         {"Allow: /\nDisallow: /terms", "/terms", false},
                                         {"Disallow: /terms\nAllow: /terms", "/terms", true},
                                         {"Allow: /terms\nDisallow: /terms", "/terms", true},
                                         {"Allow: /a\nDisallow: /*.html", "/a.html", false},
                                         {"Allow: /a.html\nDisallow: /*.htm", "/a.html", true},
                                         {"Allow: /$\nDisallow: /", "/", true},
                                         {"Allow: /$\nDisallow: /", "/terms", false},
                                         {"Disallow:", "/terms", true},
                                         {"Disallow: /\nAllow:", "/terms", false},
                                         {"Disallow: /", "/robots.txt", true},
                                         {"Disallow: /robots", "/robots.txt", true},
                                         {"Disallow: /robots", "/robots.txt?x", false}}) {
    CAPTURE(row.rules);
    CAPTURE(row.target);
    CHECK(allows(std::string("User-agent: *\n") + row.rules + "\n", row.target) == row.allowed);
  }
}

TEST_CASE("robots.txt: our groups count, else everyone's, and nobody else's") {
  struct Row {
    const char* text;
    bool allowed;  ///< of /a
  };
  const std::vector<Row> rows = {
      {"", true},
      {"User-agent: smallprint\nDisallow: /", false},
      {"User-Agent: SmallPrint\nDISALLOW: /", false},
      {"user-agent:smallprint/2.0 (of ours)\ndisallow:/", false},
      {"User-agent: smallprint-news\nDisallow: /", true},
      {"User-agent: small\nDisallow: /", true},
      {"User-agent: smallprinter\nDisallow: /", true},
      {"User-agent: other\nDisallow: /", true},
      {"User-agent: *\nDisallow: /\n\nUser-agent: smallprint\nAllow: /", true},
      {"User-agent: smallprint\nAllow: /\n\nUser-agent: *\nDisallow: /", true},
      {"User-agent: smallprint\n\nUser-agent: *\nDisallow: /", false},            // one group for both
      {"User-agent: smallprint\nDisallow:\n\nUser-agent: *\nDisallow: /", true},  // ours forbids nothing
      {"User-agent: other\nUser-agent: smallprint\nDisallow: /", false},
      {"User-agent: smallprint\nUser-agent: other\nDisallow: /", false},
      {"User-agent: other\nDisallow: /\nUser-agent: smallprint\nDisallow: /b", true},
      {"User-agent: smallprint\nDisallow: /b\n\nUser-agent: other\nDisallow: /\n\nUser-agent: smallprint\nDisallow: /a",
       false},                                                      // both of our groups
      {"Disallow: /\nUser-agent: smallprint\nDisallow: /b", true},  // a rule of nobody's
      {"User-agent: *\nSitemap: https://example.org/map.xml\nDisallow: /", false},
      {"User-agent: *\nDisallow: /b\nSitemap: https://example.org/map.xml\nDisallow: /a", false},
      {"User-agent: smallprint\nSitemap: /x\nUser-agent: other\nDisallow: /", false},
      {"\xEF\xBB\xBFUser-agent: *\r\nDisallow: /\r\n", false},
      {"User-agent: *\rDisallow: /\r", false},
      {"  User-agent \t: * # everyone\n\t Disallow : /a # not this\n", false},
      {"User-agent: *\n#Disallow: /\n", true},
      {"User-agent: *\nDisallow /\nDissallow: /\nNoindex: /\n", true},
      {"User-agent: *foo\nDisallow: /\n", true},
      {"<!DOCTYPE html><html><body>Not found: /</body></html>", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(allows(row.text, "/a") == row.allowed);
  }
}

TEST_CASE("robots.txt: a delay is read where it is a number") {
  const auto delay = [](const std::string& value) {
    return RobotRules::parse("User-agent: *\nCrawl-delay: " + value + "\nDisallow: /a\n", "smallprint").crawl_delay();
  };
  CHECK(delay("10") == 10s);
  CHECK(delay("0.5") == 500ms);
  CHECK(delay("0") == 0ms);
  CHECK(delay("1e9") == 86400s);
  for (const char* bad : {"", "-1", "soon", "nan", "10s", "1 2"}) {
    CAPTURE(bad);
    CHECK_FALSE(delay(bad));
  }
  const std::string both = "User-agent: smallprint\nCrawl-delay: 3\nDisallow:\n\nUser-agent: *\nCrawl-delay: 30\n";
  CHECK(RobotRules::parse(both, "smallprint").crawl_delay() == 3s);
  CHECK(RobotRules::parse(both, "other").crawl_delay() == 30s);
}

TEST_CASE("robots.txt: any bytes are read, and a star costs no more than a pass") {
  std::mt19937 random(7);
  const std::vector<std::string> pieces = {"User-agent:", "Disallow:", "Allow:", "*",  "$",    "/",
                                           "smallprint",  "\n",        "\r",     "%2", "%2F",  "#",
                                           "\xFF",        ":",         " ",      "a",  "?x=/", std::string(1, '\0')};
  for (int round = 0; round < 2000; ++round) {
    std::string text = round % 2 == 0 ? "User-agent: *\n" : "";
    for (auto i = random() % 60; i > 0; --i) text += pieces[random() % pieces.size()];
    const RobotRules rules = RobotRules::parse(text, "smallprint");
    std::string target = "/";
    for (auto i = random() % 10; i > 0; --i) target += pieces[random() % pieces.size()];
    (void)rules.allows(target);
    CHECK(rules.allows("/robots.txt"));
  }
  std::string stars;
  for (int i = 0; i < 100000; ++i) stars += "*a";
  CHECK_FALSE(matches("/" + stars + "b$", "/" + std::string(8000, 'a')));
}

TEST_CASE("robots.txt: an answer is asked for once, and failing goes as the RFC says") {
  struct Row {
    const char* what;
    FetchOutcome outcome;
    int status;
    const char* allowed;  ///< how a visit to /a goes on
  };
  using enum FetchOutcome;
  for (const Row& row : std::vector<Row>{{"404", http_error, 404, "ok"},
                                         {"403", http_error, 403, "ok"},
                                         {"429", http_error, 429, "ok"},
                                         {"204", http_error, 204, "ok"},
                                         {"302 to nowhere", http_error, 302, "ok"},
                                         {"500", http_error, 500, "disallowed"},
                                         {"503", http_error, 503, "disallowed"},
                                         {"no such host", network_error, 0, "network_error"},
                                         {"bad TLS", tls_error, 0, "tls_error"},
                                         {"slow", timeout, 0, "timeout"},
                                         {"inside", refused, 302, "refused"},
                                         {"endless", too_large, 200, "disallowed"}}) {
    CAPTURE(row.what);
    RobotsGate gate("smallprint", 1h);
    const auto get = [&row](const std::string& url) {
      FetchResult result;
      result.urls = {url, url};
      result.outcome = row.outcome;
      result.status = row.status;
      result.reason = "it fails";
      return result;
    };
    const RobotsVerdict verdict = ask(gate, "https://example.org", "/a", get);
    CHECK(name(verdict.outcome) == row.allowed);
    CHECK(verdict.reason.empty() == (verdict.outcome == ok));
  }

  RobotsGate gate("smallprint", 1h);
  int asked = 0;
  const auto get = [&asked](const std::string& url) {
    CHECK(url == "https://example.org/robots.txt");
    ++asked;
    FetchResult result;
    result.outcome = ok;
    result.body = "User-agent: *\nDisallow: /a\nCrawl-delay: 4\n";
    return result;
  };
  for (int i = 0; i < 3; ++i) {
    CHECK(name(ask(gate, "https://example.org", "/a?b", get).outcome) == "disallowed");
    CHECK(name(ask(gate, "https://example.org", "/b", get).outcome) == "ok");
    CHECK(ask(gate, "https://example.org", "/b", get).crawl_delay == 4s);
  }
  CHECK(asked == 1);
}

TEST_CASE("robots.txt: who asks while the answer is on its way is told with it, by proxy") {
  RobotsGate gate("smallprint", 1h);
  std::vector<Fetcher::Done> asked;
  const RobotsGate::Get get = [&asked](const std::string&, Fetcher::Done done) { asked.push_back(std::move(done)); };
  std::vector<std::string> told;
  const auto ask_for = [&](const std::string& target, const std::string& proxy) {
    gate.ask({"https://example.org", target, proxy}, get,
             [&told, target](const RobotsVerdict& verdict) { told.push_back(target + ' ' + verdict.reason); });
  };
  for (const char* target : {"/a", "/b"}) ask_for(target, "");
  ask_for("/c", "socks5h://192.0.2.1:1080");
  REQUIRE(asked.size() == 2);
  CHECK(told.empty());
  FetchResult failed;
  failed.outcome = FetchOutcome::timeout;
  failed.reason = "slow";
  asked[0](failed);
  CHECK(told == std::vector<std::string>{"/a robots.txt cannot be had: slow", "/b robots.txt cannot be had: slow"});
  FetchResult good;
  good.outcome = FetchOutcome::ok;
  asked[1](good);
  REQUIRE(told.size() == 3);
  CHECK(told[2] == "/c ");
  ask_for("/d", "");  // known now, however it was asked for
  CHECK(told.back() == "/d ");
  CHECK(asked.size() == 2);
}

TEST_CASE("robots.txt: after more than five redirects everything is allowed") {
  RobotsGate gate("smallprint", 1h);
  const auto get = [](const std::string& url) {
    FetchResult result;
    result.urls.assign(7, url);
    result.outcome = FetchOutcome::refused;
    result.status = 302;
    return result;
  };
  CHECK(name(ask(gate, "https://example.org", "/a", get).outcome) == "ok");
}

TEST_CASE("robots.txt: what was known stands where it cannot be had any more") {
  RobotsGate gate("smallprint", 0s);  // asked for anew each time
  const auto good = [](const std::string&) {
    FetchResult result;
    result.outcome = FetchOutcome::ok;
    result.body = "User-agent: *\nDisallow: /a\n";
    return result;
  };
  const auto bad = [](const std::string&) {
    FetchResult result;
    result.outcome = FetchOutcome::http_error;
    result.status = 503;
    result.retry_after = std::chrono::seconds{120};
    return result;
  };
  CHECK(ask(gate, "https://example.org", "/b", bad).retry_after == 120s);
  CHECK(name(ask(gate, "https://example.org", "/b", bad).outcome) == "disallowed");
  CHECK(name(ask(gate, "https://example.org", "/b", good).outcome) == "ok");
  CHECK(name(ask(gate, "https://example.org", "/b", bad).outcome) == "ok");
  CHECK(name(ask(gate, "https://example.org", "/a", bad).outcome) == "disallowed");
  CHECK(name(ask(gate, "https://other.example", "/b", bad).outcome) == "disallowed");
}

TEST_CASE("robots.txt: any number of hosts takes a bounded memory, and the others are still judged") {
  RobotsGate gate("smallprint", 1h);
  int asked = 0;
  const auto get = [&asked](const std::string&) {
    ++asked;
    FetchResult result;
    result.outcome = FetchOutcome::ok;
    result.body = "User-agent: *\nDisallow: /a\n";
    for (int i = 0; i < 20000; ++i) result.body += "Disallow: /some-longer-path\n";
    return result;
  };
  for (int i = 0; i < 60; ++i) {
    const std::string host = "https://h" + std::to_string(i) + ".example";
    CHECK(name(ask(gate, host, "/a", get).outcome) == "disallowed");
    CHECK(name(ask(gate, host, "/b", get).outcome) == "ok");
  }
  CHECK(asked == 60);
  CHECK(name(ask(gate, "https://h0.example", "/b", get).outcome) == "ok");
  CHECK(asked == 61);  // the oldest was forgotten
}
