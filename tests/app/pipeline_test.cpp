#include "app/pipeline.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "app/schedule.h"
#include "tests/app/scripted_fetcher.h"
#include "tests/support/support.h"

using namespace smallprint;
using namespace std::chrono_literals;

namespace {

/// Holds what it is asked for until somebody says what came of it.
class HeldFetcher final : public Fetcher {
 public:
  void start(FetchRequest request, Done done) override {
    const std::lock_guard lock(mutex_);
    held_.emplace_back(std::move(request.url), std::move(done));
    most_ = std::max(most_, held_.size());
    came_.notify_all();
  }
  void stop() override {
    FetchResult result = test::failure(FetchOutcome::network_error, 0, "stopped");
    result.stopped = true;
    answer_all(result);
  }
  /// Waits until so many are held.
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    came_.wait_for(lock, 60s, [&] { return held_.size() >= count; });
    std::vector<std::string> urls;
    for (const auto& [url, done] : held_) urls.push_back(url);
    std::sort(urls.begin(), urls.end());
    return urls;
  }
  void answer_all(const FetchResult& result) {
    std::vector<std::pair<std::string, Done>> held;
    {
      const std::lock_guard lock(mutex_);
      held.swap(held_);
    }
    for (const auto& [url, done] : held) {
      FetchResult one = result;
      one.urls = {url};
      done(std::move(one));
    }
  }
  [[nodiscard]] std::size_t most() const {
    const std::lock_guard lock(mutex_);
    return most_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::pair<std::string, Done>> held_;
  std::size_t most_ = 0;
};

/// A list of documents, and what the pipeline says of them.
struct Fixture {
  test::TemporaryFolder folder;
  std::unique_ptr<Archive> archive = open_archive("sqlite:" + (folder.path() / "archive.db").string()).value();
  const RuleSet rules = RuleSet::builtin();
  test::SetClock clock;
  HeldFetcher fetcher;

  std::mutex mutex;  ///< of what is below
  std::condition_variable ended;
  std::vector<VisitJob> jobs;
  std::vector<DocumentId> visited;
  std::map<DocumentId, std::chrono::seconds> put_off;

  void add(const std::string& host, int documents) {
    for (int i = 0; i < documents; ++i) {
      Declaration declaration;
      declaration.service_name = host;
      declaration.terms_type = fmt::format("Terms {}", i);
      declaration.id = document_id(host, declaration.terms_type);
      declaration.sources.push_back({fmt::format("https://{}.example/{}", host, i), {}, {}, {}, false});
      REQUIRE(put_declared(*archive, declaration).ok());
      VisitJob job;
      job.due.id = declaration.id;
      job.declaration = std::make_shared<const Declaration>(std::move(declaration));
      const std::lock_guard lock(mutex);
      jobs.push_back(std::move(job));
    }
  }
  VisitPipeline::Calls calls() {
    VisitPipeline::Calls calls;
    calls.more = [this](std::size_t) {
      const std::lock_guard lock(mutex);
      return std::exchange(jobs, {});
    };
    calls.visited = [this](const VisitJob& job, const Result<VisitReport>& report) {
      const std::lock_guard lock(mutex);
      if (report) visited.push_back(job.due.id);
      ended.notify_all();
    };
    calls.put_off = [this](const VisitJob& job, std::chrono::seconds wait) {
      const std::lock_guard lock(mutex);
      put_off[job.due.id] = wait;
      ended.notify_all();
    };
    return calls;
  }
  VisitPipeline pipeline(PipelineOptions options) { return {*archive, fetcher, rules, clock, options, calls()}; }
  void wait_for(std::size_t visits, std::size_t others) {
    std::unique_lock lock(mutex);
    ended.wait_for(lock, 60s, [&] { return visited.size() == visits && put_off.size() == others; });
    CHECK(visited.size() == visits);
    CHECK(put_off.size() == others);
  }
};

const FetchResult not_found = test::failure(FetchOutcome::http_error, 404, "status 404");

}  // namespace

TEST_CASE("one worker has the pages of many hosts under way at once, of one host one") {
  Fixture f;
  for (int host = 0; host < 40; ++host) f.add(fmt::format("h{}", host), 3);
  VisitPipeline pipeline = f.pipeline({.connections = 100, .workers = 1, .host_gap = 0ms});
  pipeline.start();
  for (int round = 1; round <= 3; ++round) {
    std::vector<std::string> hosts;
    for (const std::string& url : f.fetcher.wait_for(40)) hosts.push_back(host_of(url));
    CHECK(hosts.size() == 40);
    CHECK(std::unique(hosts.begin(), hosts.end()) == hosts.end());
    f.fetcher.answer_all(not_found);
  }
  f.wait_for(120, 0);
  CHECK(f.fetcher.most() == 40);
}

TEST_CASE("no more visits are under way than there are connections, from the fetch to the record") {
  Fixture f;
  for (int host = 0; host < 12; ++host) f.add(fmt::format("h{}", host), 1);
  VisitPipeline pipeline = f.pipeline({.connections = 4, .workers = 2, .host_gap = 0ms});
  pipeline.start();
  for (int round = 1; round <= 3; ++round) {
    CHECK(f.fetcher.wait_for(4).size() == 4);
    f.fetcher.answer_all(not_found);
  }
  f.wait_for(12, 0);
  CHECK(f.fetcher.most() == 4);
}

TEST_CASE("a host that asks for time keeps all its documents waiting, briefly, or has them put off") {
  for (const auto& [asked, put_off] : std::vector<std::pair<std::chrono::seconds, std::size_t>>{{1s, 0}, {1h, 2}}) {
    Fixture f;
    f.add("busy", 3);
    f.add("other", 1);
    VisitPipeline pipeline = f.pipeline({.connections = 10, .workers = 1, .host_gap = 0ms});
    pipeline.start();
    CHECK(f.fetcher.wait_for(2) == std::vector<std::string>{"https://busy.example/0", "https://other.example/0"});
    f.fetcher.answer_all(test::failure(FetchOutcome::http_error, 429, "status 429", asked));
    if (put_off == 0) {
      for (const char* next : {"https://busy.example/1", "https://busy.example/2"}) {
        CHECK(f.fetcher.wait_for(1) == std::vector<std::string>{next});
        f.fetcher.answer_all(not_found);
      }
    }
    f.wait_for(4 - put_off, put_off);
    for (const auto& [id, wait] : f.put_off) {
      CHECK(wait <= asked);
      CHECK(wait > asked - 30min);
    }
  }
}

TEST_CASE("stop() records what was fetched, and gives back the rest") {
  Fixture f;
  f.add("one", 3);
  f.add("two", 1);
  VisitPipeline pipeline = f.pipeline({.connections = 10, .workers = 1, .host_gap = 1h});
  pipeline.start();
  CHECK(f.fetcher.wait_for(2).size() == 2);
  f.fetcher.answer_all(not_found);
  f.wait_for(2, 2);  // the gap is longer than anybody waits
  {
    const std::lock_guard lock(f.mutex);
    f.put_off.clear();
  }
  f.add("three", 2);
  pipeline.wake();
  CHECK(f.fetcher.wait_for(1).size() == 1);
  pipeline.stop();
  f.wait_for(2, 2);
  for (const auto& [id, wait] : f.put_off) CHECK(wait == 0s);
}
