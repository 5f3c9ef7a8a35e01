#include "app/schedule.h"

#include <doctest/doctest.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "server/metrics.h"
#include "tests/app/scripted_fetcher.h"
#include "tests/support/support.h"

using namespace smallprint;
using namespace std::chrono_literals;

namespace {

/// Counts the fetches under way for each host. Answers a little later, on a thread of its own.
class CountingFetcher final : public Fetcher {
 public:
  void start(FetchRequest request, Done done) override {
    const std::lock_guard lock(mutex_);
    const std::string host = host_of(request.url);
    most_at_once_ = std::max(most_at_once_, ++under_way_[host]);
    most_in_all_ = std::max(most_in_all_, ++under_way_in_all_);
    ++asked_[request.url];
    waiting_.emplace_back(std::move(request), std::move(done));
  }
  void status(int status, std::chrono::seconds retry_after) {
    const std::lock_guard lock(mutex_);
    status_ = status;
    retry_after_ = retry_after;
  }
  [[nodiscard]] std::size_t answered() const {
    const std::lock_guard lock(mutex_);
    return answered_;
  }
  [[nodiscard]] std::map<std::string, int> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  [[nodiscard]] int most_at_once() const {
    const std::lock_guard lock(mutex_);
    return most_at_once_;
  }

  [[nodiscard]] int most_in_all() const {
    const std::lock_guard lock(mutex_);
    return most_in_all_;
  }

 private:
  void answer(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(5ms);
      std::vector<std::pair<FetchRequest, Done>> answered;
      FetchResult result;
      {
        const std::lock_guard lock(mutex_);
        answered.swap(waiting_);
        result = test::failure(FetchOutcome::http_error, status_, "status", retry_after_);
        for (const auto& [request, done] : answered) {
          --under_way_[host_of(request.url)];
          --under_way_in_all_;
          ++answered_;
        }
      }
      for (const auto& [request, done] : answered) {
        result.urls = {request.url};
        done(result);
      }
    }
  }

  mutable std::mutex mutex_;
  std::map<std::string, int> under_way_, asked_;
  std::vector<std::pair<FetchRequest, Done>> waiting_;
  int most_at_once_ = 0, under_way_in_all_ = 0, most_in_all_ = 0;
  int status_ = 404;
  std::chrono::seconds retry_after_{0};
  std::size_t answered_ = 0;
  std::jthread thread_{[this](const std::stop_token& stop) { answer(stop); }};
};

Declaration declared(const std::string& service, const std::string& type, const std::string& url) {
  Declaration declaration;
  declaration.id = document_id(service, type);
  declaration.service_name = service;
  declaration.terms_type = type;
  declaration.sources.push_back({url, {}, {}, {}, false});
  return declaration;
}

struct Fixture {
  test::TemporaryFolder folder;
  std::unique_ptr<Archive> archive = open_archive("sqlite:" + (folder.path() / "archive.db").string()).value();
  const RuleSet rules = RuleSet::builtin();
  test::SetClock clock;

  // Made here, before there are workers, the logger is made by one thread; and the tests print no visits.
  Fixture() { spdlog::set_level(spdlog::level::off); }

  template <class Condition>
  static bool soon(Condition condition) {
    for (int i = 0; i < 4000 && !condition(); ++i) std::this_thread::sleep_for(5ms);
    return condition();
  }
  std::optional<Timestamp> next_visit(const DocumentId& id) { return archive->document(id).value().next_visit_at; }
};

}  // namespace

TEST_CASE("the interval follows how a document behaves, within its bounds") {
  const ScheduleOptions options;
  const struct {
    std::chrono::seconds before;
    Outcome outcome;
    bool failed_before;
    std::chrono::seconds after;
  } cases[] = {
      {0h, Outcome::recorded, false, 6h},       {12h, Outcome::recorded, false, 6h},
      {1h, Outcome::recorded, false, 1h},       {12h, Outcome::unchanged, false, 15h},
      {12h, Outcome::not_modified, false, 15h}, {24h * 7, Outcome::unchanged, false, 24h * 7},
      {12h, Outcome::failed, false, 1h},        {1h, Outcome::failed, true, 2h},
      {2h, Outcome::suspect, true, 4h},         {24h * 6, Outcome::failed, true, 24h * 7},
      {24h * 7, Outcome::unchanged, true, 12h}, {4h, Outcome::recorded, true, 12h},
  };
  for (const auto& one : cases) {
    CAPTURE(one.before.count());
    CAPTURE(name(one.outcome));
    CHECK(next_interval(options, one.before, one.outcome, one.failed_before) == one.after);
  }
}

TEST_CASE("the host of an address is what politeness is counted by") {
  CHECK(host_of("https://WWW.Example.org/a/b?c") == "www.example.org");
  CHECK(host_of("http://example.org:8080") == "example.org:8080");
  CHECK(host_of("https://example.org?x") == "example.org");
  CHECK(host_of("").empty());
}

TEST_CASE("a host's robots.txt may ask for a longer gap, up to a minute, and never for a shorter one") {
  const PipelineOptions options;
  for (const auto& [asked, gap] : std::vector<std::pair<std::chrono::milliseconds, std::chrono::milliseconds>>{
           {0s, 2s}, {500ms, 2s}, {2500ms, 2500ms}, {60s, 60s}, {24h, 60s}}) {
    CHECK(gap_after(options, asked) == gap);
  }
}

TEST_CASE("declarations that change while the schedule runs are visited at once, the others when they are due") {
  Fixture f;
  test::ScriptedFetcher fetcher;
  const std::string a = "https://a.example/1", b = "https://b.example/1", c = "https://c.example/1";
  const Declaration one = declared("A", "Terms", a), two = declared("B", "Terms", b), three = declared("C", "Terms", c);
  Scheduler scheduler(*f.archive, fetcher, f.rules, f.clock, {.visits = {.workers = 2, .host_gap = 1ms}});
  REQUIRE(scheduler.start({one, two}).ok());
  const auto asked = [&] {
    std::map<std::string, int> times;
    for (const FetchRequest& request : fetcher.requests()) ++times[request.url];
    return times;
  };
  using Times = std::map<std::string, int>;
  REQUIRE(Fixture::soon([&] { return asked() == Times{{a, 1}, {b, 1}}; }));
  const auto recorded = [&](const Declaration& declaration, std::size_t visits) {
    return Fixture::soon([&] { return f.archive->observations(declaration.id, {}).value().items.size() == visits; });
  };
  REQUIRE(recorded(one, 1));
  REQUIRE(recorded(two, 1));

  Declaration changed = two;
  changed.sources[0].select = {std::string("main")};
  REQUIRE(scheduler.declare({one, changed, three}).ok());
  CHECK(Fixture::soon([&] { return asked() == Times{{a, 1}, {b, 2}, {c, 1}}; }));
  REQUIRE(recorded(two, 2));
  REQUIRE(recorded(three, 1));

  REQUIRE(scheduler.declare({one, three}).ok());  // the second is tracked no more
  f.clock.advance(std::chrono::hours{30});
  REQUIRE(scheduler.declare({one, three}).ok());
  CHECK(Fixture::soon([&] { return asked() == Times{{a, 2}, {b, 2}, {c, 2}}; }));
  CHECK_FALSE(f.next_visit(two.id));
  REQUIRE(scheduler.declare({one, changed, three}).ok());  // and now it is again
  CHECK(Fixture::soon([&] { return asked() == Times{{a, 2}, {b, 3}, {c, 2}}; }));
}

TEST_CASE("each visit of the schedule is told to whoever counts, and counted by how it went") {
  Fixture f;
  test::ScriptedFetcher fetcher;
  FetchResult same;
  same.outcome = FetchOutcome::not_modified;
  same.status = 304;
  same.duration = 700ms;
  same.wire_bytes = 12;
  fetcher.answer("https://a.example/", same);
  fetcher.answer("https://b.example/", test::failure(FetchOutcome::too_large, 200, "more: than that"));
  Metrics metrics;
  std::atomic<int> visits{0};
  ScheduleOptions options{.visits = {.workers = 2, .host_gap = 1ms}};
  options.visited = [&](const VisitReport& report) {
    count_visit(metrics, report);
    ++visits;
  };
  {
    Scheduler scheduler(*f.archive, fetcher, f.rules, f.clock, options);
    REQUIRE(scheduler
                .start({declared("A", "Privacy Policy", "https://a.example/"),
                        declared("B", "Privacy Policy", "https://b.example/")})
                .ok());
    CHECK(Fixture::soon([&] { return visits == 2; }));
  }
  const std::string text = metrics.text();
  CAPTURE(text);
  for (const char* line :
       {R"(smallprint_visits_total{outcome="not_modified",reason=""} 1)",
        R"(smallprint_visits_total{outcome="failed",reason="too_large"} 1)",
        R"(smallprint_visits_total{outcome="changed",reason=""} 0)", "smallprint_visit_bytes_total 12",
        R"(smallprint_visit_seconds_bucket{le="0.5"} 1)", R"(smallprint_visit_seconds_bucket{le="1"} 2)"}) {
    CHECK_MESSAGE(text.find(line) != std::string::npos, line);
  }
}

TEST_CASE("every due document is visited once, and no host is asked twice at the same time") {
  Fixture f;
  CountingFetcher fetcher;
  std::vector<Declaration> declarations;
  for (int host = 0; host < 3; ++host) {
    for (int type = 0; type < 6; ++type) {
      const std::string name = "Host" + std::to_string(host);
      declarations.push_back(
          declared(name, "Terms " + std::to_string(type), "https://" + name + ".example/" + std::to_string(type)));
    }
  }
  {
    Scheduler scheduler(*f.archive, fetcher, f.rules, f.clock, {.visits = {.workers = 3, .host_gap = 1ms}});
    REQUIRE(scheduler.start(declarations).ok());
    CHECK(Fixture::soon([&] { return fetcher.answered() == declarations.size(); }));
  }
  CHECK(fetcher.asked().size() == declarations.size());
  for (const auto& [url, times] : fetcher.asked()) CHECK_MESSAGE(times == 1, url);
  CHECK(fetcher.most_at_once() == 1);
  for (const Declaration& declaration : declarations) {
    const auto observed = f.archive->observations(declaration.id, {}).value().items;
    REQUIRE(observed.size() == 1);
    CHECK(observed[0].outcome == Outcome::failed);
    // A failure is tried again after the shortest interval, give or take a tenth.
    REQUIRE(f.next_visit(declaration.id));
    CHECK(*f.next_visit(declaration.id) >= f.clock.now() + 54min);
    CHECK(*f.next_visit(declaration.id) <= f.clock.now() + 66min);
  }

  // A restart repeats nothing that is not due again.
  const std::size_t before = fetcher.answered();
  Scheduler again(*f.archive, fetcher, f.rules, f.clock, {.visits = {.workers = 2, .host_gap = 1ms}});
  REQUIRE(again.start(declarations).ok());
  std::this_thread::sleep_for(100ms);
  again.stop();
  CHECK(fetcher.answered() == before);
}

TEST_CASE(
    "a host that asks for time is left alone with all its documents, and for no longer than the longest interval") {
  struct Case {
    std::chrono::seconds asked, at_least, at_most;
  };
  for (const Case& one : {Case{6h, 6h, 7h}, Case{std::chrono::years{200}, 24h * 7, 24h * 8}}) {
    Fixture f;
    CountingFetcher fetcher;
    fetcher.status(429, one.asked);
    std::vector<Declaration> declarations;
    for (int type = 0; type < 8; ++type) {
      declarations.push_back(
          declared("Busy", "Terms " + std::to_string(type), "https://busy.example/" + std::to_string(type)));
    }
    declarations.push_back(declared("Other", "Terms", "https://other.example/"));
    Scheduler scheduler(*f.archive, fetcher, f.rules, f.clock, {.visits = {.workers = 2, .host_gap = 1ms}});
    REQUIRE(scheduler.start(declarations).ok());
    // The first answer holds for all of the host's documents; another host's have their turn.
    CHECK(Fixture::soon([&] { return f.archive->next_due().value() >= f.clock.now() + one.at_least - 1min; }));
    CHECK(f.archive->next_due().value() <= f.clock.now() + one.at_most);
    scheduler.stop();
    CHECK(fetcher.answered() == 2);
  }
}

TEST_CASE("stop() is prompt, and what it interrupted is due at the next start without a trace") {
  /// Answers nothing until it is stopped, as a slow host does.
  class HangingFetcher final : public Fetcher {
   public:
    void start(FetchRequest request, Done done) override {
      const std::lock_guard lock(mutex_);
      waiting_.emplace_back(std::move(request), std::move(done));
      ++started;
    }
    void stop() override {
      const std::lock_guard lock(mutex_);
      for (const auto& [request, done] : waiting_) {
        FetchResult result = test::failure(FetchOutcome::network_error, 0, "stopped");
        result.stopped = true;
        result.urls = {request.url};
        done(result);
      }
      waiting_.clear();
    }
    std::atomic<int> started{0};

   private:
    std::mutex mutex_;
    std::vector<std::pair<FetchRequest, Done>> waiting_;
  };
  Fixture f;
  HangingFetcher fetcher;
  const Declaration declaration = declared("Slow", "Terms", "https://slow.example/");
  Scheduler scheduler(*f.archive, fetcher, f.rules, f.clock, {});
  REQUIRE(scheduler.start({declaration}).ok());
  REQUIRE(Fixture::soon([&] { return fetcher.started.load() == 1; }));
  scheduler.stop();
  CHECK(f.archive->observations(declaration.id, {}).value().items.empty());
  CHECK(f.archive->claim_due({{"next", f.clock.now() + 3s}}).value().size() == 1);
}
