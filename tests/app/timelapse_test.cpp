// Years in minutes: an origin on loopback serves the pages of the corpus as they were recorded, each at its time, and
// the schedule runs by a clock that goes on as soon as all that is due was visited.
#include <doctest/doctest.h>
#include <fmt/core.h>
#include <fnmatch.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/replay.h"
#include "app/schedule.h"
#include "fetcher/catalog.h"
#include "fetcher/net/curl_fetcher.h"
#include "server/listener.h"
#include "tests/app/scripted_fetcher.h"
#include "tests/support/support.h"

using namespace smallprint;
using namespace std::chrono_literals;

namespace {

/// Serves what was recorded last, with an ETag; nothing before the first recording.
class RecordedOrigin {
 public:
  RecordedOrigin(const std::string& snapshots, const Catalog& catalog, const std::string& services, const Clock& clock)
      : clock_(clock), repository_(GitRepository::open(snapshots).value()) {
    GitHistory history = repository_.history({}, std::nullopt).value();
    for (RecordedPages& pages : history.snapshots) {
      if (fnmatch(services.c_str(), pages.service.c_str(), 0) != 0) continue;
      const DocumentId id = document_id(pages.service, pages.terms_type);
      const auto declared = std::find_if(catalog.declarations.begin(), catalog.declarations.end(),
                                         [&](const Declaration& one) { return one.id == id; });
      REQUIRE(declared != catalog.declarations.end());
      Declaration& own = declarations_.emplace_back(*declared);
      for (FormerDeclaration& former : own.former) name(former.sources, id);
      name(own.sources, id);
      pages_.emplace(id, std::move(pages));
    }
    listener_ =
        Listener::start({.port = 0, .threads = 1}, [this](const Request& request) { return answer(request); }).value();
  }

  /// The catalog as it was then, of the documents of which something was recorded by then.
  [[nodiscard]] std::vector<Declaration> declared_at(Timestamp time) const {
    std::vector<Declaration> declared;
    for (const Declaration& declaration : declarations_) {
      if (page_at(declaration.id, time) == nullptr) continue;
      Declaration& then = declared.emplace_back(declaration);
      then.sources = sources_at(declaration, time);
      then.former.clear();
    }
    return declared;
  }
  [[nodiscard]] const std::vector<Declaration>& declarations() const { return declarations_; }
  [[nodiscard]] const RecordedPage* page_at(const DocumentId& id, Timestamp time) const {
    const auto& pages = pages_.at(id).pages;
    const auto later = std::upper_bound(pages.begin(), pages.end(), time,
                                        [](Timestamp at, const RecordedPage& page) { return at < page.at; });
    return later == pages.begin() ? nullptr : &*std::prev(later);
  }
  [[nodiscard]] Timestamp first() const {
    Timestamp first = Timestamp::max();
    for (const auto& [id, pages] : pages_) first = std::min(first, pages.pages.front().at);
    return first;
  }
  [[nodiscard]] Timestamp last() const {
    Timestamp last{};
    for (const auto& [id, pages] : pages_) last = std::max(last, pages.pages.back().at);
    return last;
  }
  /// The next document's first page.
  [[nodiscard]] Timestamp next_first(Timestamp after) const {
    Timestamp next = Timestamp::max();
    for (const auto& [id, pages] : pages_) {
      if (pages.pages.front().at > after) next = std::min(next, pages.pages.front().at);
    }
    return next;
  }
  [[nodiscard]] std::string url_of(const std::string& declared) const {
    return fmt::format("http://127.0.0.1:{}/{}", listener_->port(), by_url_.at(declared));
  }

 private:
  /// Two documents may have stood at one address, of which each was recorded by itself: here they have two.
  void name(std::vector<Source>& sources, const DocumentId& id) {
    for (Source& source : sources) {
      source.url += (source.url.find('#') == std::string::npos ? "#" : "-") + id;
      by_url_[source.url] = id;
    }
  }

  Response answer(const Request& request) {
    const RecordedPage* page = page_at(request.target.substr(1), clock_.now());
    if (page == nullptr) return {404, {}, ""};
    const std::string tag = "\"" + to_text(page->blob) + "\"";
    if (request.header("if-none-match") == tag) return {304, {{"etag", tag}}, ""};
    // The engine keeps its pages as UTF-8, whatever charset they came in.
    return {200,
            {{"content-type", page->pdf ? "application/pdf" : "text/html; charset=utf-8"}, {"etag", tag}},
            repository_.blob(page->blob).value()};
  }

  const Clock& clock_;
  GitRepository repository_;
  std::vector<Declaration> declarations_;
  std::map<DocumentId, RecordedPages> pages_;
  std::map<std::string, DocumentId> by_url_;
  std::unique_ptr<Listener> listener_;  ///< last: its thread reads the rest
};

/// Gets the pages from the origin on loopback, and names them by the addresses they have in the world.
class LoopbackFetcher final : public Fetcher {
 public:
  LoopbackFetcher(Fetcher& fetcher, const RecordedOrigin& origin) : fetcher_(fetcher), origin_(origin) {}
  void start(FetchRequest request, Done done) override {
    const std::string url = std::exchange(request.url, origin_.url_of(request.url));
    fetcher_.start(std::move(request), [url, done = std::move(done)](FetchResult result) {
      result.urls = {url};
      done(std::move(result));
    });
  }
  void stop() override { fetcher_.stop(); }

 private:
  Fetcher& fetcher_;
  const RecordedOrigin& origin_;
};

std::vector<Observation> visits_of(const Archive& archive, const DocumentId& id) {
  std::vector<Observation> all;
  for (Paging paging{500, {}};;) {
    auto page = archive.observations(id, paging).value();
    std::move(page.items.begin(), page.items.end(), std::back_inserter(all));
    if (page.next.empty()) break;
    paging.cursor = page.next;
  }
  std::reverse(all.begin(), all.end());
  return all;
}

/// The versions, one a line.
std::string versions_of(const Archive& archive, const DocumentId& id) {
  std::string lines;
  ChangeFilter filter;
  filter.document = id;
  for (Paging paging{500, {}};;) {
    const auto page = archive.versions(filter, paging).value();
    for (const VersionRow& row : page.items) {
      lines += fmt::format("{} {} {} {} {}\n", row.number, format_rfc3339(row.observed_at), name(row.kind),
                           row.restored_from, row.text_sha256);
    }
    if (page.next.empty()) return lines;
    paging.cursor = page.next;
  }
}

/// How a visit went; that nothing changed may be said by the host, or seen.
std::string_view in_short(Outcome outcome) {
  return outcome == Outcome::not_modified ? name(Outcome::unchanged) : name(outcome);
}

}  // namespace

TEST_CASE("the schedule, run through the recorded years, records what a replay of the same pages does") {
  const auto snapshots = test::corpus_part("demo/snapshots"), clone = test::corpus_part("demo/declarations");
  SMALLPRINT_SKIP_UNLESS(snapshots && clone, "needs the corpus");
  spdlog::set_level(spdlog::level::off);
  test::TemporaryFolder folder;
  const auto tree = folder.path() / "declarations";
  REQUIRE(test::run({"git", "clone", "--quiet", clone->string(), tree.string()}).status == 0);
  const Catalog catalog = read_catalog((tree / "declarations").string()).value();
  test::SetClock clock;
  const RecordedOrigin origin(snapshots->string(), catalog, test::long_campaign() ? "*" : "UptimeRobot", clock);
  CurlFetcherOptions options;
  options.allowed_ranges = {"127.0.0.1"};
  options.obey_robots = false;
  const auto curl = make_curl_fetcher(options).value();
  LoopbackFetcher fetcher(*curl, origin);
  const auto archive = open_archive("sqlite:" + (folder.path() / "scheduled.db").string()).value();
  const RuleSet rules = RuleSet::builtin();

  const Timestamp end = test::long_campaign() ? origin.last() : origin.first() + std::chrono::days{120};
  // As often as the pages were recorded, so that hardly one is passed over.
  ScheduleOptions schedule{.visits = {.workers = 2, .host_gap = 0ms}};
  schedule.longest_interval = 12h;
  clock.set(origin.first());
  {
    Scheduler scheduler(*archive, fetcher, rules, clock, schedule);
    REQUIRE(scheduler.start(origin.declared_at(clock.now())).ok());
    while (clock.now() < end) {
      const auto idle = [&] { return archive->schedule_stats(clock.now()).value().due == 0; };
      for (int i = 0; i < 60000 && !idle(); ++i) std::this_thread::sleep_for(1ms);
      REQUIRE(idle());
      const auto due = archive->next_due().value();
      REQUIRE(due);
      clock.set(std::min(*due, origin.next_first(clock.now())));
      REQUIRE(scheduler.declare(origin.declared_at(clock.now())).ok());
    }
  }

  const auto replayed = open_archive("sqlite:" + (folder.path() / "replayed.db").string()).value();
  auto repository = GitRepository::open(snapshots->string()).value();
  AnalysisCache cache(rules);
  std::size_t visits = 0, versions = 0, suspects = 0, repeated = 0;
  for (const Declaration& declaration : origin.declarations()) {
    CAPTURE(declaration.id);
    const auto seen = visits_of(*archive, declaration.id);
    RecordedPages pages{declaration.service_name, declaration.terms_type, {}};
    for (const Observation& visit : seen) {
      pages.pages.push_back(*origin.page_at(declaration.id, visit.at));
      pages.pages.back().url.clear();
      repeated += visit.outcome == Outcome::not_modified ? 1 : 0;
      pages.pages.back().at = visit.at;
    }
    REQUIRE(put_declared(*replayed, declaration).ok());
    REQUIRE(replay(*replayed, repository, pages, declaration, rules, cache, [](std::uint64_t) {}).ok());

    CHECK(versions_of(*archive, declaration.id) == versions_of(*replayed, declaration.id));
    const auto expected = visits_of(*replayed, declaration.id);
    REQUIRE(seen.size() == expected.size());
    for (std::size_t i = 0; i < seen.size(); ++i) {
      CAPTURE(format_rfc3339(seen[i].at));
      CAPTURE(seen[i].reason);
      CHECK(in_short(seen[i].outcome) == in_short(expected[i].outcome));
      // None came later than the longest interval with its jitter, nor before the shortest but where it was declared
      // anew.
      if (i > 0) CHECK(seen[i].at - seen[i - 1].at <= schedule.longest_interval * 9 / 8);
    }
    visits += seen.size();
    versions += archive->document(declaration.id).value().versions;
  }
  for (Paging paging{500, {}};;) {
    const auto page = archive->suspects({}, paging).value();
    for (const Suspect& suspect : page.items) {
      CAPTURE(suspect.document);
      CAPTURE(format_rfc3339(suspect.first_at));
      suspects += suspect.visits;
      // What became a version by staying was held back for three visits at most.
      if (suspect.state == SuspectState::stayed) CHECK(suspect.visits <= 3);
    }
    if (page.next.empty()) break;
    paging.cursor = page.next;
  }
  MESSAGE(visits << " visits, " << repeated << " answered by 304; " << versions << " versions, " << suspects
                 << " suspect visits");
  CHECK(visits > 40);
  CHECK(versions > 0);
  CHECK(archive->verify(nullptr, nullptr).value().empty());
}
