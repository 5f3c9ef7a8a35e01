// Pages over the network, through the whole way of a visit: what an origin sends in a document's place becomes no
// version, and the next good page is recorded.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "app/schedule.h"
#include "app/visit.h"
#include "fetcher/net/curl_fetcher.h"
#include "tests/app/scripted_fetcher.h"
#include "tests/app/suspect_pages.h"
#include "tests/support/raw_origin.h"
#include "tests/support/support.h"

using namespace smallprint;
using test::RawExchange;
using test::RawOrigin;

namespace {

std::string answer(const std::string& type, const std::string& body, const std::string& more = {}) {
  return fmt::format("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: {}\r\n{}Content-Length: {}\r\n\r\n{}", type,
                     more, body.size(), body);
}

std::string page_saying(const std::string& last) { return test::long_policy(40, last); }

/// An invented sentence with letters beyond ASCII, in two encodings.
const std::string accents_utf8 =
    "Vos donn\xC3\xA9"
    "es sont gard\xC3\xA9"
    "es \xC3\xA0 l'abri, m\xC3\xAAme apr\xC3\xA8s la cl\xC3\xB4ture.";
const std::string accents_1252 =
    "Vos donn\xE9"
    "es sont gard\xE9"
    "es \xE0 l'abri, m\xEAme apr\xE8s la cl\xF4ture.";

/// What the origin does now.
class Stage {
 public:
  void play(RawOrigin::Behaviour behaviour) {
    const std::lock_guard lock(mutex_);
    behaviour_ = std::move(behaviour);
  }
  void send(const std::string& bytes) {
    play([bytes](const RawExchange& exchange) { exchange.send(bytes); });
  }
  void act(const RawExchange& exchange) {
    RawOrigin::Behaviour now;
    {
      const std::lock_guard lock(mutex_);
      now = behaviour_;
    }
    now(exchange);
  }

 private:
  std::mutex mutex_;
  RawOrigin::Behaviour behaviour_;
};

using namespace std::string_literals;
const std::string png = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89"s;

}  // namespace

TEST_CASE("what an origin sends in a document's place becomes no version, and the next good page does") {
  struct Fault {
    const char* what;
    RawOrigin::Behaviour behaviour;
    Outcome outcome;
    const char* reason;
  };
  const auto sends = [](std::string bytes) -> RawOrigin::Behaviour {
    return [bytes = std::move(bytes)](const RawExchange& exchange) { exchange.send(bytes); };
  };
  const std::string shell =
      "<html><head><title>Example</title><script src=\"/app.js\"></script></head><body><div id=\"root\"></div>"
      "<noscript>You need to enable JavaScript to run this app.</noscript></body></html>";
  const std::string cookie_wall =
      "<html><head><title>Before you continue</title></head><body><main><h1>Before you continue</h1>"
      "<p>We use cookies and data to deliver and maintain our services. If you choose to accept all, we will also use "
      "cookies to show personalised advertising.</p><button>Accept all</button><button>Reject all</button></main>"
      "</body></html>";
  const std::string whole = page_saying("It is the first text.");
  const std::vector<Fault> faults = {
      {"an image", sends(answer("image/png", png)), Outcome::failed, "no_document: cannot read content type"},
      {"an image that is called HTML", sends(answer("text/html", png)), Outcome::failed, "no_document"},
      {"an archive", sends(answer("application/zip", "PK\3\4 and so on")), Outcome::failed,
       "no_document: cannot read content type"},
      {"JSON", sends(answer("application/json", "{\"error\":\"try again\"}")), Outcome::failed,
       "no_document: cannot read content type"},
      {"a broken PDF", sends(answer("application/pdf", "%PDF-1.7\n1 0 obj\n<<")), Outcome::failed, "no_document"},
      {"nothing", sends(answer("text/html", "")), Outcome::failed, "no_document"},
      {"a JavaScript shell", sends(answer("text/html", shell)), Outcome::failed,
       "no_document: select \"main\" matches nothing; empty shell"},
      {"a cookie wall", sends(answer("text/html", cookie_wall)), Outcome::suspect, "consent page"},
      {"half of the page", sends(answer("text/html", whole.substr(0, whole.size() / 5))), Outcome::suspect,
       "sudden loss of text"},
      {"a wall of redirects, whatever the cookie",
       sends(
           "HTTP/1.1 302 Found\r\nConnection: close\r\nSet-Cookie: seen=1\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
       Outcome::failed, "refused: more than"},
      {"a login", sends("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"), Outcome::failed,
       "http_error: status 401"},
      {"a reset", [](const RawExchange& exchange) { exchange.reset(); }, Outcome::failed, "network_error"},
  };

  Stage stage;
  const RawOrigin origin([&stage](const RawExchange& exchange) { stage.act(exchange); });
  CurlFetcherOptions options;
  options.user_agent = "smallprint-test/1 (+https://example.org)";
  options.allowed_ranges = {"127.0.0.1"};
  options.obey_robots = false;
  const auto fetcher = make_curl_fetcher(options).value();
  const test::TemporaryFolder folder;
  const auto archive = open_archive("sqlite:" + (folder.path() / "archive.db").string()).value();
  const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache(rules);
  test::SetClock clock;
  const auto visit_now = [&](const Declaration& declaration) {
    clock.advance(std::chrono::hours{12});
    return visit({*archive, *fetcher, rules, cache, clock}, declaration).value();
  };

  for (const Fault& fault : faults) {
    CAPTURE(fault.what);
    Declaration declaration;
    declaration.service_name = fmt::format("Service {}", &fault - faults.data());
    declaration.id = fmt::format("service-{}/privacy-policy", &fault - faults.data());
    declaration.terms_type = "Privacy Policy";
    declaration.sources.push_back({origin.url("/"), {std::string("main")}, {}, {}, false});
    REQUIRE(put_declared(*archive, declaration).ok());

    stage.send(answer("text/html; charset=utf-8", whole));
    REQUIRE(visit_now(declaration).version == 1);
    stage.play(fault.behaviour);
    const VisitReport report = visit_now(declaration);
    CAPTURE(report.observation.reason);
    CHECK(name(report.observation.outcome) == name(fault.outcome));
    CHECK(report.observation.reason.starts_with(fault.reason));
    CHECK_FALSE(report.version);
    CHECK(archive->document(declaration.id).value().versions == 1);
    stage.send(answer("text/html; charset=utf-8", page_saying("It is the second text.")));
    CHECK(visit_now(declaration).version == 2);
  }
  CHECK(archive->verify(nullptr, nullptr).value().empty());
  CHECK(fetcher->load().bytes == 0);
}

TEST_CASE("a page that is shown to who keeps a cookie is had, and one in another encoding than it says is read") {
  Stage stage;
  const RawOrigin origin([&stage](const RawExchange& exchange) { stage.act(exchange); });
  CurlFetcherOptions options;
  options.user_agent = "smallprint-test/1 (+https://example.org)";
  options.allowed_ranges = {"127.0.0.1"};
  options.obey_robots = false;
  const auto fetcher = make_curl_fetcher(options).value();
  const test::TemporaryFolder folder;
  const auto archive = open_archive("sqlite:" + (folder.path() / "archive.db").string()).value();
  const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache(rules);
  test::SetClock clock;
  Declaration declaration;
  declaration.service_name = "Example";
  declaration.id = "example/privacy-policy";
  declaration.terms_type = "Privacy Policy";
  declaration.sources.push_back({origin.url("/"), {std::string("main")}, {}, {}, false});
  REQUIRE(put_declared(*archive, declaration).ok());
  const auto visit_now = [&] {
    clock.advance(std::chrono::hours{12});
    return visit({*archive, *fetcher, rules, cache, clock}, declaration).value();
  };

  const std::string page = page_saying(accents_utf8);
  stage.play([&page](const RawExchange& exchange) {
    if (exchange.request().find("Cookie: agreed=1") != std::string::npos) {
      exchange.send(answer("text/html; charset=utf-8", page));
    } else {
      exchange.send(
          "HTTP/1.1 302 Found\r\nConnection: close\r\nSet-Cookie: agreed=1; Path=/\r\nLocation: /\r\n"
          "Content-Length: 0\r\n\r\n");
    }
  });
  CHECK(visit_now().version == 1);
  for (const auto& [type, body] :
       std::vector<std::pair<std::string, std::string>>{{"text/html; charset=utf-8", page_saying(accents_1252)},
                                                        {"text/html; charset=windows-1252", page_saying(accents_1252)},
                                                        {"text/html; charset=iso-8859-1", page},
                                                        {"text/html; charset=no-such-thing", page},
                                                        {"text/html", page}}) {
    CAPTURE(type);
    stage.send(answer(type, body));
    const VisitReport report = visit_now();
    CAPTURE(report.observation.reason);
    CHECK(name(report.observation.outcome) == "unchanged");
  }
  CHECK(archive->document(declaration.id).value().versions == 1);
}
