// Pages that need a browser: which visits ask for one, what is recorded of them, and what happens without one.
#include <doctest/doctest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "app/pipeline.h"
#include "app/schedule.h"
#include "app/visit.h"
#include "tests/app/scripted_fetcher.h"
#include "tests/support/support.h"

using namespace smallprint;
using test::page;

namespace {

const std::string url = "https://www.example.org/privacy";
const std::string shell =
    "<html><head><title>Example</title></head><body><noscript>You need to enable JavaScript to run this app.</noscript>"
    "<main id=\"root\"></main><script src=\"app.js\"></script></body></html>";

std::string policy(const std::string& last = {}) {
  std::string html = "<html><head><title>Privacy Policy</title></head><body><main><h1>Privacy Policy</h1>";
  for (int i = 0; i < 30; ++i) {
    html += "<p>We keep the data that you give us for purpose number " + std::to_string(i) +
            ", and we delete it when that purpose has ended, unless the law asks us to keep it for longer.</p>";
  }
  return html + "<p>" + last + "</p></main></body></html>";
}

/// Plain pages for all, and others for those who run their scripts.
class RenderingFetcher final : public Fetcher {
 public:
  test::ScriptedFetcher plain, browser;
  bool has_browser = true;

  void start(FetchRequest request, Done done) override {
    auto& asked = request.execute_scripts && has_browser ? browser : plain;
    asked.start(std::move(request), std::move(done));
  }
  [[nodiscard]] bool renders() const override { return has_browser; }
};

FetchResult rendered(std::string body) {
  FetchResult result = page(std::move(body), "\"of the shell\"");
  result.headers.emplace_back("x-smallprint-rendered", "chrome/120");
  result.rendered = true;
  return result;
}

struct Fixture {
  test::TemporaryFolder folder;
  std::unique_ptr<Archive> archive = open_archive("sqlite:" + (folder.path() / "archive.db").string()).value();
  const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache{rules};
  RenderingFetcher fetcher;
  test::SetClock clock;
  Declaration declaration;

  explicit Fixture(bool declared = false) {
    declaration.id = "example/privacy-policy";
    declaration.service_name = "Example";
    declaration.terms_type = "Privacy Policy";
    declaration.sources.push_back({url, {std::string("main"), std::string("footer")}, {}, {}, declared});
    REQUIRE(put_declared(*archive, declaration).ok());
  }

  VisitReport visit(const VisitState& state = {}) {
    clock.advance(std::chrono::hours{12});
    auto report = smallprint::visit({*archive, fetcher, rules, cache, clock}, declaration, state);
    REQUIRE_MESSAGE(report.ok(), (report.ok() ? "" : report.error().message));
    return *report;
  }
};

std::string header(const Snapshot& snapshot, std::string_view name) {
  for (const auto& [key, value] : snapshot.headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

TEST_CASE("a page that shows nothing without its scripts is fetched again by the browser, and recorded as rendered") {
  Fixture f;
  f.fetcher.plain.set(url, page(shell, "\"1\""));
  f.fetcher.browser.answer(url, rendered(policy()));
  const VisitReport one = f.visit();
  CHECK(one.observation.outcome == Outcome::recorded);
  CHECK(one.version == 1);
  CHECK_FALSE(one.wants_browser);
  CHECK(one.state.etag.empty());  // the shell's would hide what its scripts fetch
  CHECK(f.fetcher.browser.requests().front().wait_for == std::vector<std::string>{"main"});
  const auto snapshots = f.archive->snapshots(f.declaration.id, 1).value();
  REQUIRE(snapshots.size() == 1);
  CHECK(snapshots[0].body == policy());
  CHECK(header(snapshots[0], "x-smallprint-rendered") == "chrome/120");

  CHECK(f.visit(one.state).observation.outcome == Outcome::unchanged);
  f.fetcher.browser.set(url, rendered(policy("We may sell your data.")));
  CHECK(f.visit().version == 2);
  CHECK(f.archive->verify(nullptr, nullptr).value().empty());
  CHECK(f.archive->observations(f.declaration.id, {}).value().items.size() == 3);
}

TEST_CASE("a page whose declared part is missing without scripts is fetched again by the browser") {
  Fixture f;
  f.fetcher.plain.set(url, page("<html><body><div id=\"app\"></div></body></html>"));
  f.fetcher.browser.set(url, rendered(policy()));
  CHECK(f.visit().version == 1);
}

TEST_CASE("a page that shows nothing in the browser either is a suspect, asked for twice and no more") {
  Fixture f;
  f.fetcher.plain.set(url, page(shell));
  f.fetcher.browser.set(url, rendered(shell));
  const VisitReport report = f.visit();
  CHECK(report.observation.outcome != Outcome::recorded);
  CHECK(report.observation.reason.find("empty shell") != std::string::npos);
  CHECK(f.fetcher.plain.requests().size() == 1);
  CHECK(f.fetcher.browser.requests().size() == 1);
  CHECK(f.archive->document(f.declaration.id).value().versions == 0);
}

TEST_CASE("without a browser a shell is a shell, and no other failure asks for one") {
  Fixture f;
  f.fetcher.has_browser = false;
  f.fetcher.plain.answer(url, page(shell));
  CHECK(f.visit().observation.reason.find("empty shell") != std::string::npos);
  f.fetcher.has_browser = true;
  f.fetcher.plain.set(url, test::failure(FetchOutcome::http_error, 503, "status 503"));
  CHECK(f.visit().observation.outcome == Outcome::failed);
  f.fetcher.plain.set(url,
                      page("<html><head><title>Just a moment...</title></head><body><main><p>Checking your browser "
                           "before accessing the site.</p></main></body></html>"));
  CHECK(f.visit().observation.outcome == Outcome::suspect);
  CHECK(f.fetcher.browser.requests().empty());
}

TEST_CASE("a document that is declared so goes to the browser at once") {
  Fixture f(true);
  f.fetcher.browser.set(url, rendered(policy()));
  CHECK(f.visit().version == 1);
  CHECK(f.fetcher.plain.requests().empty());
  f.fetcher.browser.set(url, test::failure(FetchOutcome::timeout, 0, "the page did not come in time"));
  CHECK(f.visit().observation.reason == "timeout: the page did not come in time");
}

TEST_CASE("a host that says of itself that a page was rendered is not believed") {
  Fixture f;
  FetchResult lie = page(policy());
  lie.headers.emplace_back("x-smallprint-rendered", "yes");
  f.fetcher.plain.set(url, lie);
  CHECK(f.visit().version == 1);
  CHECK(header(f.archive->snapshots(f.declaration.id, 1).value().at(0), "x-smallprint-rendered").empty());
}

TEST_CASE("among many visits a shell has its turn with the browser, and is told of once") {
  Fixture f;
  f.fetcher.plain.set(url, page(shell));
  f.fetcher.browser.set(url, rendered(policy()));
  std::mutex mutex;
  std::condition_variable told;
  std::vector<VisitReport> reports;
  bool asked = false;
  VisitPipeline pipeline(*f.archive, f.fetcher, f.rules, f.clock, {.host_gap = std::chrono::milliseconds{1}},
                         {.more =
                              [&](std::size_t) {
                                std::vector<VisitJob> jobs;
                                if (!std::exchange(asked, true)) {
                                  DueDocument due;
                                  due.id = f.declaration.id;
                                  jobs.push_back({std::move(due), std::make_shared<const Declaration>(f.declaration)});
                                }
                                return jobs;
                              },
                          .plan = {},
                          .visited =
                              [&](const VisitJob&, const Result<VisitReport>& report) {
                                const std::lock_guard lock(mutex);
                                reports.push_back(report.value());
                                told.notify_all();
                              },
                          .put_off = [](const VisitJob&, std::chrono::seconds) {}});
  pipeline.start();
  {
    std::unique_lock lock(mutex);
    CHECK(told.wait_for(lock, std::chrono::seconds{60}, [&] { return !reports.empty(); }));
  }
  pipeline.stop();
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].version == 1);
  CHECK_FALSE(reports[0].wants_browser);
}
