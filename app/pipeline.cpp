#include "app/pipeline.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

namespace smallprint {
namespace {

using namespace std::chrono;
using Steady = steady_clock::time_point;

constexpr seconds idle_check{30};  ///< how long nobody is asked for more when there was nothing

/// How polite to be to one host, and what waits for it.
struct Host {
  std::deque<VisitJob> waiting;
  bool busy = false;
  Steady free_at{};  ///< when it may be asked again
};

struct PutOff {
  VisitJob job;
  seconds wait;
};

}  // namespace

std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  std::string host(url);
  std::transform(host.begin(), host.end(), host.begin(),
                 [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c); });
  return host;
}

milliseconds gap_after(const PipelineOptions& options, milliseconds crawl_delay) {
  return std::max(options.host_gap, std::min(crawl_delay, options.longest_crawl_delay));
}

struct VisitPipeline::Impl {
  Archive& archive;
  Fetcher& fetcher;
  const RuleSet& rules;
  const Clock& clock;
  const PipelineOptions options;
  const Calls calls;

  std::mutex mutex;  ///< of what is below
  std::condition_variable wake;
  bool stopping = false;
  std::map<std::string, Host> hosts;                      ///< that are asked, waited for, or are to be left alone
  std::set<std::pair<Steady, std::string>> turns;         ///< of the hosts that are not busy
  std::deque<std::pair<VisitJob, FetchedPages>> fetched;  ///< to be read
  std::deque<PutOff> put_off;                             ///< to be told of
  std::size_t waiting = 0;                                ///< in all hosts' queues
  std::size_t under_way = 0;                              ///< from the fetch to the record
  bool asking = false;
  Steady ask_again{};
  std::uint64_t wakes = 0;  ///< calls of wake()
  std::vector<std::jthread> workers;

  Impl(Archive& a, Fetcher& f, const RuleSet& r, const Clock& c, PipelineOptions o, Calls k)
      : archive(a), fetcher(f), rules(r), clock(c), options(o), calls(std::move(k)) {}

  static std::string host_name(const VisitJob& job) {
    const auto& sources = job.declaration->sources;
    return sources.empty() ? std::string() : host_of(sources.front().url);
  }

  /// All below is called with the lock held, unless it says otherwise.

  void add(VisitJob job, Steady now) {
    std::string name = host_name(job);
    const auto [at, fresh] = hosts.try_emplace(name);
    Host& host = at->second;
    if (fresh) turns.emplace(host.free_at, std::move(name));
    if (host.free_at > now + options.patience) {
      put_off.push_back({std::move(job), ceil<seconds>(host.free_at - now)});
      return;
    }
    host.waiting.push_back(std::move(job));
    ++waiting;
  }

  /// The next document whose host may be asked now, and marks the host busy.
  std::optional<VisitJob> take_turn(Steady now) {
    while (!turns.empty() && turns.begin()->first <= now) {
      const auto at = hosts.find(turns.begin()->second);
      turns.erase(turns.begin());
      Host& host = at->second;
      if (host.waiting.empty()) {  // it has been left alone for as long as it asked for
        hosts.erase(at);
        continue;
      }
      VisitJob job = std::move(host.waiting.front());
      host.waiting.pop_front();
      --waiting;
      host.busy = true;
      ++under_way;
      return job;
    }
    return std::nullopt;
  }

  /// The fetch is over: the host is left alone for a while, with all its documents.
  void leave_host(const std::string& name, const VisitReport& report) {
    const Steady now = steady_clock::now();
    Host& host = hosts.at(name);
    host.busy = false;
    const auto asked_for = std::min(report.retry_after, options.longest_retry_after);
    host.free_at = now + std::max<milliseconds>(gap_after(options, report.crawl_delay), asked_for);
    turns.emplace(host.free_at, name);
    if (host.free_at <= now + options.patience) return;
    std::deque<VisitJob> others = std::exchange(host.waiting, {});
    waiting -= others.size();
    for (VisitJob& other : others) add(std::move(other), now);
  }

  /// Without the lock.
  void begin(const VisitJob& job) {
    const std::string name = host_name(job);
    auto plan = plan_visit(archive, clock, job.declaration, {job.due.etag, job.due.last_modified});
    if (!plan) {
      calls.visited(job, plan.error());
      const std::lock_guard lock(mutex);
      leave_host(name, {});
      --under_way;
      wake.notify_all();
      return;
    }
    plan->by_browser = job.by_browser;
    fetch_pages(fetcher, std::move(plan).value(), [this, job, name](FetchedPages pages) {
      const std::lock_guard lock(mutex);
      leave_host(name, pages.report);
      fetched.emplace_back(job, std::move(pages));
      wake.notify_all();  // with the lock: whoever waits for the last one may end all this
    });
  }

  /// Takes one of the things that are to be done, and does it. False where there is none.
  bool do_one(std::unique_lock<std::mutex>& lock, AnalysisCache& cache, Steady now) {
    if (!stopping && under_way < options.connections) {
      if (const auto job = take_turn(now)) {
        lock.unlock();
        begin(*job);
        lock.lock();
        return true;
      }
    }
    if (!put_off.empty()) {
      const PutOff one = std::move(put_off.front());
      put_off.pop_front();
      lock.unlock();
      calls.put_off(one.job, one.wait);
      lock.lock();
      return true;
    }
    if (wants_more(now)) {
      ask(lock);
      return true;
    }
    if (fetched.empty()) return false;
    auto [job, pages] = std::move(fetched.front());
    fetched.pop_front();
    lock.unlock();
    bool again = false;
    if (pages.stopped) {
      calls.put_off(job, seconds{0});
    } else {
      const auto plan = [this, &one = job](const VisitReport& report) { return calls.plan(one, report); };
      const auto report = take_visit({archive, fetcher, rules, cache, clock}, std::move(pages),
                                     calls.plan ? PlanNext(plan) : PlanNext());
      again = report && report->wants_browser;
      if (!again) calls.visited(job, report);
    }
    lock.lock();
    if (again) visit_by_browser(std::move(job));
    --under_way;
    wake.notify_all();
    return true;
  }

  /// In its host's turn, as any other visit.
  void visit_by_browser(VisitJob job) {
    job.by_browser = true;
    if (stopping) {
      put_off.push_back({std::move(job), seconds{0}});
    } else {
      add(std::move(job), steady_clock::now());
    }
  }

  [[nodiscard]] bool wants_more(Steady now) const {
    return !stopping && !asking && now >= ask_again && waiting < options.connections;
  }

  void ask(std::unique_lock<std::mutex>& lock) {
    asking = true;
    const std::uint64_t before = wakes;
    lock.unlock();
    auto jobs = calls.more(options.connections);
    lock.lock();
    asking = false;
    const Steady now = steady_clock::now();
    ask_again = jobs.empty() && wakes == before ? now + idle_check : Steady{};
    for (VisitJob& job : jobs) add(std::move(job), now);
    wake.notify_all();
  }

  void work() {
    AnalysisCache cache(rules);
    std::unique_lock lock(mutex);
    while (!stopping || under_way > 0 || !put_off.empty()) {
      const Steady now = steady_clock::now();
      if (do_one(lock, cache, now)) continue;
      Steady until = ask_again > now ? ask_again : now + idle_check;
      if (!turns.empty() && turns.begin()->first > now) until = std::min(until, turns.begin()->first);
      wake.wait_until(lock, until);
    }
    wake.notify_all();
  }

  /// What waits is told of by the workers.
  void put_all_off() {
    for (auto& [name, host] : hosts) {
      for (VisitJob& job : host.waiting) put_off.push_back({std::move(job), seconds{0}});
      host.waiting.clear();
    }
    waiting = 0;
  }
};

VisitPipeline::VisitPipeline(Archive& archive, Fetcher& fetcher, const RuleSet& rules, const Clock& clock,
                             PipelineOptions options, Calls calls)
    : impl_(std::make_unique<Impl>(archive, fetcher, rules, clock, options, std::move(calls))) {}

VisitPipeline::~VisitPipeline() { stop(); }

void VisitPipeline::start() {
  for (unsigned i = 0; i < impl_->options.workers; ++i) {
    impl_->workers.emplace_back([impl = impl_.get()] { impl->work(); });
  }
}

bool VisitPipeline::is_running() const { return !impl_->workers.empty(); }

void VisitPipeline::wake() {
  const std::lock_guard lock(impl_->mutex);
  impl_->ask_again = {};
  ++impl_->wakes;
  impl_->wake.notify_all();
}

void VisitPipeline::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    // Before the fetches end: a host that is left now would have its others wait as if it had been asked.
    if (is_running()) impl_->put_all_off();
    impl_->wake.notify_all();
  }
  impl_->fetcher.stop();
  impl_->workers.clear();
}

}  // namespace smallprint
