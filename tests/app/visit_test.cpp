#include "app/visit.h"

#include <doctest/doctest.h>

#include "app/schedule.h"
#include "app/tracker.h"
#include "storage/presence.h"
#include "tests/app/scripted_fetcher.h"
#include "tests/support/support.h"

using namespace smallprint;
using test::failure;
using test::page;

namespace {

const std::string url = "https://www.example.org/privacy";
const std::string more_url = "https://www.example.org/cookies";

/// A policy of invented sentences: enough of them to be taken for a document.
std::string policy(int sentences, const std::string& last = {}) {
  std::string html = "<html><head><title>Privacy Policy</title></head><body><main><h1>Privacy Policy</h1>";
  for (int i = 0; i < sentences; ++i) {
    html += "<p>We keep the data that you give us for purpose number " + std::to_string(i) +
            ", and we delete it when that purpose has ended, unless the law asks us to keep it for longer.</p>";
  }
  return html + "<p>" + last + "</p></main></body></html>";
}

struct Fixture {
  test::TemporaryFolder folder;
  std::unique_ptr<Archive> archive = open_archive("sqlite:" + (folder.path() / "archive.db").string()).value();
  const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache{rules};
  test::ScriptedFetcher fetcher;
  test::SetClock clock;
  Declaration declaration;

  explicit Fixture(std::vector<std::string> urls = {url}) {
    declaration.id = "example/privacy-policy";
    declaration.service_name = "Example";
    declaration.terms_type = "Privacy Policy";
    for (std::string& one : urls) declaration.sources.push_back({std::move(one), {std::string("main")}, {}, {}, false});
    REQUIRE(put_declared(*archive, declaration).ok());
  }

  VisitReport visit(const VisitState& state = {}) {
    clock.advance(std::chrono::hours{12});
    auto report = smallprint::visit({*archive, fetcher, rules, cache, clock}, declaration, state);
    REQUIRE_MESSAGE(report.ok(), (report.ok() ? "" : report.error().message));
    return *report;
  }
  std::uint32_t versions() { return archive->document(declaration.id).value().versions; }
  VersionKind kind(std::uint32_t number) { return archive->version(declaration.id, number).value().kind; }
  std::vector<Observation> observations() { return archive->observations(declaration.id, {}).value().items; }
};

}  // namespace

TEST_CASE("a good page becomes a version with its bytes, the same page none, another one the next") {
  Fixture f;
  const std::string first = policy(30);
  f.fetcher.answer(url, page(first, "\"1\""));
  f.fetcher.answer(url, page(first, "\"1\""));
  f.fetcher.answer(url, page(policy(30, "We may sell your data."), "\"2\""));

  const VisitReport one = f.visit();
  CHECK(one.observation.outcome == Outcome::recorded);
  CHECK(one.version == 1);
  CHECK(one.state.etag == "\"1\"");
  const auto snapshots = f.archive->snapshots(f.declaration.id, 1).value();
  REQUIRE(snapshots.size() == 1);
  CHECK(snapshots[0].body == first);
  CHECK(snapshots[0].urls == std::vector<std::string>{url});

  const VisitReport two = f.visit(one.state);
  CHECK(f.fetcher.requests().back().etag == "\"1\"");
  CHECK(two.observation.outcome == Outcome::unchanged);
  CHECK_FALSE(two.version);
  CHECK(two.observation.version == 1);

  const VisitReport three = f.visit(two.state);
  CHECK(three.version == 2);
  CHECK(f.kind(2) == VersionKind::substantive);
  CHECK(f.archive->version(f.declaration.id, 2).value().observed_at == f.clock.now());
  CHECK(f.archive->version(f.declaration.id, 2).value().language == "en");
  CHECK(f.observations().size() == 3);
  CHECK(f.archive->verify(nullptr, nullptr).value().empty());
}

TEST_CASE("not modified keeps the validators and leaves an observation alone") {
  Fixture f;
  f.fetcher.answer(url, page(policy(30), "\"1\""));
  f.fetcher.answer(url, failure(FetchOutcome::not_modified, 304, ""));
  const VisitReport one = f.visit();
  const VisitReport two = f.visit(one.state);
  CHECK(two.observation.outcome == Outcome::not_modified);
  CHECK(two.observation.status == 304);
  CHECK(two.state.etag == "\"1\"");
  CHECK(f.versions() == 1);
}

TEST_CASE("whatever goes wrong leaves an observation with its reason, no version, and no validators") {
  struct Case {
    FetchResult result;
    Outcome outcome;
    std::string_view reason;
  };
  const std::string challenge =
      "<html><head><title>Just a moment...</title></head><body><main><p>Checking your browser before accessing the "
      "site. Enable JavaScript and cookies to continue.</p></main></body></html>";
  const Case cases[] = {
      {failure(FetchOutcome::http_error, 404, "status 404"), Outcome::failed, "http_error: status 404"},
      {failure(FetchOutcome::http_error, 503, "status 503"), Outcome::failed, "status 503"},
      {failure(FetchOutcome::timeout, 0, "nothing came for 20 s"), Outcome::failed, "timeout: nothing came for 20 s"},
      {failure(FetchOutcome::refused, 302, "the host's address is not public (loopback)"), Outcome::failed, "loopback"},
      {page("<html><body><p>The text moved elsewhere.</p></body></html>"), Outcome::failed, "main"},
      {page("<html><body><main></main></body></html>"), Outcome::failed, ""},
      {page(""), Outcome::failed, ""},
      {page(challenge), Outcome::suspect, ""},
      {page(policy(5)), Outcome::suspect, "sudden loss of text"},
  };
  for (const Case& bad : cases) {
    CAPTURE(bad.reason);
    CAPTURE(bad.result.body.substr(0, 80));
    Fixture f;
    f.fetcher.answer(url, page(policy(60), "\"1\""));
    f.fetcher.answer(url, bad.result);
    f.fetcher.answer(url, page(policy(60, "We may sell your data."), "\"2\""));
    const VisitReport good = f.visit();
    const VisitReport report = f.visit(good.state);
    CAPTURE(report.observation.reason);
    CHECK(report.observation.outcome != Outcome::recorded);
    if (bad.outcome == Outcome::failed && !bad.reason.empty()) CHECK(report.observation.outcome == Outcome::failed);
    if (bad.outcome == Outcome::suspect) CHECK(report.observation.outcome == Outcome::suspect);
    CHECK(report.observation.status == bad.result.status);
    CHECK_FALSE(report.observation.reason.empty());
    CHECK(report.observation.reason.find(bad.reason) != std::string::npos);
    CHECK_FALSE(report.version);
    CHECK(report.state.etag.empty());
    CHECK(report.observation.version == 1);
    CHECK(f.versions() == 1);
    CHECK(f.visit(report.state).version == 2);  // the next good page is recorded
    CHECK(f.observations().size() == 3);
  }
}

TEST_CASE("a page that comes in another language is suspect") {
  Fixture f;
  f.fetcher.answer(url, page(policy(30)));
  std::string french = "<html><body><main><h1>Politique de confidentialité</h1>";
  for (int i = 0; i < 30; ++i) {
    french += "<p>Nous conservons les données que vous nous confiez pour la finalité numéro " + std::to_string(i) +
              ", et nous les supprimons dès que cette finalité est atteinte, sauf obligation légale contraire.</p>";
  }
  f.fetcher.answer(url, page(french + "</main></body></html>"));
  CHECK(f.visit().version == 1);
  const VisitReport report = f.visit();
  CHECK(report.observation.outcome == Outcome::suspect);
  CHECK(report.observation.reason == "another language: fr, en in the version before");
  CHECK(f.versions() == 1);
}

TEST_CASE("pages that are read one after the other are one document, or none") {
  Fixture f({url, more_url});
  f.fetcher.answer(url, page(policy(20), "\"1\""));
  f.fetcher.answer(more_url, page(policy(12, "Cookies are kept for a year.")));
  f.fetcher.answer(more_url, failure(FetchOutcome::http_error, 500, "status 500"));
  const VisitReport one = f.visit();
  CHECK(one.version == 1);
  const std::string text = f.archive->text(f.declaration.id, 1).value();
  CHECK(text.find("purpose number 3,") < text.find("Cookies are kept for a year."));
  CHECK(f.archive->snapshots(f.declaration.id, 1).value().size() == 2);

  const VisitReport two = f.visit(one.state);
  CHECK(f.fetcher.requests()[2].etag.empty());  // one page not modified says nothing of the other
  CHECK(two.observation.outcome == Outcome::failed);
  CHECK(two.observation.status == 500);
  CHECK(f.versions() == 1);
}

TEST_CASE("every page of a document is fetched through the proxy that its declaration names") {
  Fixture f;
  f.fetcher.set(url, page(policy(30)));
  f.visit();
  CHECK(f.fetcher.requests().back().proxy.empty());
  f.declaration.proxy = "de";
  f.visit();
  CHECK(f.fetcher.requests().back().proxy == "de");
}

TEST_CASE("a page that robots.txt does not allow leaves that reason, and is counted") {
  Fixture f;
  f.fetcher.answer(url, failure(FetchOutcome::disallowed, 0, "robots.txt does not allow /privacy"));
  const VisitReport report = f.visit();
  CHECK(report.observation.outcome == Outcome::failed);
  CHECK(report.observation.reason == "disallowed: robots.txt does not allow /privacy");
  CHECK(f.versions() == 0);
  CHECK_FALSE(f.fetcher.requests().back().ignore_robots);
  const auto stats = f.archive->stats().value();
  CHECK(stats.last_outcomes == std::vector<std::pair<std::string, std::uint64_t>>{{"failed", 1}});
  CHECK(stats.failures == std::vector<std::pair<std::string, std::uint64_t>>{{"disallowed", 1}});

  f.declaration.ignore_robots = true;
  f.fetcher.set(url, page(policy(30)));
  CHECK(f.visit().version == 1);
  CHECK(f.fetcher.requests().back().ignore_robots);
  CHECK(f.archive->stats().value().failures.empty());
}

TEST_CASE("where a document moved to is said as long as it is so, and its versions go on") {
  Fixture f;
  const auto moved = [](FetchResult result) {
    result.urls = {url, more_url};
    result.moved_to = more_url;
    return result;
  };
  f.fetcher.answer(url, page(policy(30)));
  f.fetcher.answer(url, moved(page(policy(30))));
  f.fetcher.answer(url, moved(failure(FetchOutcome::timeout, 0, "slow")));
  f.fetcher.answer(url, moved(page(policy(30, "We may sell your data."))));
  f.fetcher.answer(url, page(policy(30, "We may sell your data.")));
  const auto row = [&] { return f.archive->document(f.declaration.id).value(); };
  f.visit();
  CHECK(presence(row()) == Presence::there);
  const VisitReport report = f.visit();
  CHECK(report.observation.outcome == Outcome::unchanged);
  CHECK(report.observation.moved_to == more_url);
  CHECK(f.observations()[0].moved_to == more_url);
  CHECK(presence(row()) == Presence::moved);
  CHECK(row().moved_to == more_url);
  f.visit();
  CHECK(presence(row()) == Presence::moved);
  CHECK(f.visit().version == 2);
  CHECK(presence(row()) == Presence::moved);
  f.visit();
  CHECK(presence(row()) == Presence::there);
  CHECK(row().moved_to.empty());
}

TEST_CASE("a document that is not found for two weeks is gone, and its history stays") {
  struct Case {
    const char* what;
    FetchResult missing;
    std::string_view moved_to;
  };
  FetchResult elsewhere = page("<html><body><p>Welcome to our new site.</p></body></html>");
  elsewhere.moved_to = more_url;
  FetchResult moved_away = failure(FetchOutcome::http_error, 404, "status 404");
  moved_away.moved_to = more_url;
  const Case cases[] = {{"404", failure(FetchOutcome::http_error, 404, "status 404"), ""},
                        {"410", failure(FetchOutcome::http_error, 410, "status 410"), ""},
                        {"moved, and not found there", moved_away, more_url},
                        {"moved to another page", elsewhere, more_url}};
  for (const Case& one : cases) {
    CAPTURE(one.what);
    Fixture f;
    const auto row = [&] { return f.archive->document(f.declaration.id).value(); };
    f.fetcher.set(url, page(policy(30)));
    f.visit();
    f.fetcher.set(url, one.missing);
    CHECK(f.visit().observation.reason.find("gone") == std::string::npos);
    const auto since = f.clock.now();
    CHECK(presence(row()) == Presence::missing);
    CHECK(row().missing_since == since);
    CHECK(row().moved_to == one.moved_to);
    f.fetcher.set(url, failure(FetchOutcome::timeout, 0, "slow"));  // says nothing of where it is
    f.clock.advance(std::chrono::days{13});
    f.visit();
    CHECK(presence(row()) == Presence::missing);
    f.fetcher.set(url, one.missing);
    const VisitReport gone = f.visit();  // half a day later
    CHECK(gone.observation.outcome == Outcome::failed);
    CHECK(gone.observation.reason.starts_with("gone: nothing else since 2026-03-02T00:00:00Z ("));
    CHECK(presence(row()) == Presence::gone);
    CHECK(row().missing_since == since);
    CHECK(f.versions() == 1);
    CHECK(f.archive->text(f.declaration.id, 1).ok());

    f.fetcher.set(url, page(policy(30)));
    CHECK(f.visit().observation.outcome == Outcome::unchanged);
    CHECK(presence(row()) == Presence::there);
    CHECK_FALSE(row().missing_since);
  }
}

TEST_CASE("what goes wrong otherwise makes no document missing") {
  for (const FetchResult& bad :
       {failure(FetchOutcome::http_error, 403, "status 403"), failure(FetchOutcome::http_error, 500, "status 500"),
        failure(FetchOutcome::timeout, 0, "slow"), failure(FetchOutcome::disallowed, 0, "robots.txt"),
        page("<html><body><p>The selector finds nothing here.</p></body></html>")}) {
    CAPTURE(bad.reason);
    Fixture f;
    f.fetcher.set(url, page(policy(30)));
    f.visit();
    f.fetcher.set(url, bad);
    f.visit();
    CHECK(presence(f.archive->document(f.declaration.id).value()) == Presence::there);
  }
}

TEST_CASE("the same bytes are not read again, unless the declaration or the versions are others than then") {
  Fixture f;
  f.fetcher.set(url, page(policy(30), "\"1\""));
  const VisitReport first = f.visit();
  CHECK(first.version == 1);
  {
    const auto writer = f.archive->write(f.declaration.id).value();  // nobody else can have one meanwhile
    const VisitReport again = f.visit();
    CHECK(again.fetched);
    CHECK(again.observation.outcome == Outcome::unchanged);
    CHECK(again.observation.version == 1);
    f.fetcher.set(url, failure(FetchOutcome::not_modified, 304, ""));
    CHECK(f.visit(again.state).observation.outcome == Outcome::not_modified);
    f.fetcher.set(url, failure(FetchOutcome::timeout, 0, "slow"));
    CHECK_FALSE(f.visit().fetched);
    f.fetcher.set(url, page(policy(30, "We may sell your data.")));
    CHECK_FALSE(visit({*f.archive, f.fetcher, f.rules, f.cache, f.clock}, f.declaration).ok());
    f.fetcher.set(url, page(policy(30), "\"1\""));
    CHECK(f.visit().observation.outcome == Outcome::unchanged);
  }
  // Another selector: what the host says of its page is not asked, and the page is read.
  const Declaration before = f.declaration;
  f.declaration.sources[0].select = {std::string("article")};
  const VisitReport other = f.visit(first.state);
  CHECK(f.fetcher.requests().back().etag.empty());
  CHECK(other.observation.reason.starts_with("no_document:"));
  f.declaration = before;
  CHECK(f.visit(first.state).observation.outcome == Outcome::unchanged);
  CHECK(f.fetcher.requests().back().etag == "\"1\"");
  f.declaration.sources[0].select = {std::string("h1")};
  CHECK(f.visit().observation.outcome == Outcome::suspect);
  CHECK(f.archive->document(f.declaration.id).value().pages_seen.empty());
  f.declaration = before;
  CHECK(f.visit().observation.outcome == Outcome::unchanged);
  CHECK(f.archive->suspects({}, {}).value().items.at(0).state == SuspectState::gone);

  // Another version came in between: the same bytes say something new again.
  {
    auto writer = f.archive->write(f.declaration.id).value();
    Tracker tracker(std::move(writer), f.rules, f.cache);
    f.clock.advance(std::chrono::hours{1});
    REQUIRE(tracker.see({f.clock.now(), "# Privacy Policy\n\nWe keep nothing.\n", "ota:1", {}, {}}).ok());
    REQUIRE(tracker.writer().commit().ok());
  }
  CHECK(f.visit().version == 3);
  CHECK(f.kind(3) == VersionKind::restored);
}

TEST_CASE("bytes that are said to be of another type, or come from another address, are read again") {
  Fixture f;
  FetchResult good = page(policy(30));
  f.fetcher.set(url, good);
  f.visit();
  const std::string seen = f.archive->document(f.declaration.id).value().pages_seen;
  CHECK_FALSE(seen.empty());
  f.visit();
  CHECK(f.archive->document(f.declaration.id).value().pages_seen == seen);
  FetchResult other = good;
  other.headers = {{"content-type", "text/html; charset=iso-8859-1"}};
  FetchResult elsewhere = good;
  elsewhere.urls = {url, more_url};
  for (const FetchResult& result : {other, elsewhere}) {
    f.fetcher.set(url, result);
    CHECK(f.visit().observation.outcome == Outcome::unchanged);
    CHECK(f.archive->document(f.declaration.id).value().pages_seen != seen);
  }
}

TEST_CASE("a visit that was stopped leaves nothing behind") {
  Fixture f;
  FetchResult stopped = failure(FetchOutcome::network_error, 0, "stopped");
  stopped.stopped = true;
  f.fetcher.answer(url, stopped);
  const auto report = visit({*f.archive, f.fetcher, f.rules, f.cache, f.clock}, f.declaration);
  REQUIRE_FALSE(report.ok());
  CHECK(report.error().code == ErrorCode::unavailable);
  CHECK(f.observations().empty());
}

TEST_CASE("a document that swings between two texts is flapping, also when each visit opens the archive anew") {
  Fixture f;
  const std::string one = policy(30);
  const std::string other = policy(30, "We may sell your data.");
  for (int i = 0; i < 4; ++i) {
    f.fetcher.answer(url, page(one));
    f.fetcher.answer(url, page(other));
  }
  for (int i = 0; i < 8; ++i) f.visit();
  CHECK(f.versions() == 8);
  CHECK(f.kind(2) == VersionKind::substantive);
  CHECK(f.kind(3) == VersionKind::restored);
  CHECK(f.kind(5) == VersionKind::restored);
  for (const std::uint32_t number : {6U, 7U, 8U}) CHECK(f.kind(number) == VersionKind::flapping);
  CHECK(f.archive->version(f.declaration.id, 8).value().restored_from == 6);
}

TEST_CASE("what a new declaration leaves out is not what they withdrew") {
  Fixture f;
  const auto with_box = [](std::string html) {
    return html.insert(html.rfind("</main>"), "<div class=\"box\"><p>We train models on what you write.</p></div>");
  };
  f.fetcher.answer(url, page(with_box(policy(30))));
  f.visit();
  f.declaration.sources[0].remove.emplace_back(std::string(".box"));
  SUBCASE("the page is as it was") {
    f.visit();
    CHECK(f.versions() == 2);
  }
  SUBCASE("they changed the page as well: two versions, and the second is theirs alone") {
    f.fetcher.set(url, page(with_box(policy(30, "We may sell your data."))));
    const VisitReport report = f.visit();
    CHECK(report.version == 3);
    CHECK(f.kind(3) == VersionKind::substantive);
    const auto changes = f.archive->changes({}, {}).value().items;
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].version == 3);
    CHECK(after_text(changes[0].change) == "We may sell your data.");
  }
  SUBCASE("they changed the page so that the old one cannot be read in the new way") {
    f.declaration.sources[0].select = {std::string("article")};
    std::string html = policy(30, "We may sell your data.");
    for (const char* tag : {"<main>", "</main>"}) {
      html.replace(html.find(tag), std::string(tag).size(), tag[1] == '/' ? "</article>" : "<article>");
    }
    f.fetcher.set(url, page(html));
    f.visit();
    CHECK(f.versions() == 2);
    CHECK(f.kind(2) == VersionKind::substantive);
    return;
  }
  CHECK(f.kind(2) == VersionKind::reextracted);
  CHECK(f.archive->text(f.declaration.id, 2).value().find("train") == std::string::npos);
  CHECK(f.archive->version(f.declaration.id, 2).value().importance == Importance::none);
  const std::uint32_t versions = f.versions();
  f.visit();
  CHECK(f.versions() == versions);
  CHECK(f.archive->verify(nullptr, nullptr).value().empty());
}
