#include "app/schedule.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <random>
#include <stop_token>
#include <thread>

#include "app/tracked.h"
#include "server/metrics.h"

namespace smallprint {
namespace {

using namespace std::chrono;
using Steady = steady_clock::time_point;

constexpr seconds idle_check{30};  ///< how long the archive is left alone when nothing is due
constexpr int beats_in_a_lease = 4;

/// Of this process alone.
std::string worker_name() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

NextDeclaration each_of(const std::vector<Declaration>& declarations) {
  return [&declarations, at = std::size_t{0}]() mutable {
    return at < declarations.size() ? &declarations[at++] : nullptr;
  };
}

/// A page's and a host's words in a line of the log: what could end the value or the line is left out.
std::string quoted(std::string text) {
  std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\x7F'; });
  return text;
}

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

std::chrono::seconds next_interval(const ScheduleOptions& options, std::chrono::seconds before, Outcome outcome,
                                   bool failed_before) {
  seconds next = before.count() > 0 ? before : options.first_interval;
  switch (outcome) {
    case Outcome::recorded: next = failed_before ? options.first_interval : next / 2; break;
    case Outcome::unchanged:
    case Outcome::not_modified: next = failed_before ? options.first_interval : next + next / 4; break;
    case Outcome::suspect:
    case Outcome::failed: next = failed_before ? next * 2 : options.shortest_interval; break;
  }
  return std::clamp(next, options.shortest_interval, options.longest_interval);
}

std::chrono::milliseconds gap_after(const ScheduleOptions& options, const VisitReport& report) {
  return std::max(options.host_gap, std::min(report.crawl_delay, options.longest_crawl_delay));
}

/// A host is free again at a whole second: one more than the gap, since this one has begun. A shorter gap is none.
std::chrono::seconds whole_gap(std::chrono::milliseconds gap) {
  return gap < seconds{1} ? seconds{0} : ceil<seconds>(gap) + seconds{1};
}

/// No visit is planned further ahead: the longest interval with its jitter.
std::chrono::seconds longest_wait(const ScheduleOptions& options) { return options.longest_interval * 5 / 4; }

void log_visit(std::string_view document, const VisitReport& report) {
  const Observation& seen = report.observation;
  spdlog::info("visit document={} outcome={} status={} ms={} bytes={} version={}{}{}{}{}{}", document,
               name(seen.outcome), seen.status, seen.duration.count(), seen.bytes, seen.version,
               seen.reason.empty() ? "" : " reason=\"", quoted(seen.reason), seen.reason.empty() ? "" : "\"",
               seen.moved_to.empty() ? "" : " moved_to=", quoted(seen.moved_to));
}

void count_visit(Metrics& metrics, const VisitReport& report) {
  const Observation& seen = report.observation;
  std::string_view outcome = "failed";
  switch (seen.outcome) {
    case Outcome::recorded: outcome = "changed"; break;
    case Outcome::unchanged: outcome = report.same_bytes ? "same_bytes" : "unchanged"; break;
    case Outcome::not_modified: outcome = "not_modified"; break;
    case Outcome::suspect: outcome = "suspect"; break;
    case Outcome::failed: break;
  }
  const std::string_view reason = seen.outcome == Outcome::failed ? failure_kind(seen) : std::string_view();
  metrics.visited(outcome, reason, duration<double>(seen.duration).count(), seen.bytes);
}

Result<void> put_declared(Archive& archive, const Declaration& declaration) {
  return archive.put_document(tracked_document(declaration).document);
}

struct Scheduler::Impl {
  Archive& archive;
  Fetcher& fetcher;
  const RuleSet& rules;
  const Clock& clock;
  const ScheduleOptions options;
  const std::string name = worker_name();
  std::mutex mutex;  ///< of what is below
  std::condition_variable_any wake;
  std::deque<DueDocument> claimed;
  bool claiming = false;
  std::size_t idle = 0;    ///< workers that have nothing to do
  std::uint64_t news = 0;  ///< counts what a worker that waits has to look at
  Steady claim_again{};    ///< nothing was due: when to ask the archive again
  std::vector<std::jthread> workers;
  std::jthread heart;

  Impl(Archive& a, Fetcher& f, const RuleSet& r, const Clock& c, ScheduleOptions o)
      : archive(a), fetcher(f), rules(r), clock(c), options(std::move(o)) {}

  [[nodiscard]] Worker worker() const { return {name, clock.now(), options.lease}; }

  /// Asks the archive for what is due. Called with the lock held; releases it meanwhile.
  void claim(std::unique_lock<std::mutex>& lock) {
    claiming = true;
    const std::size_t limit = idle;
    lock.unlock();
    auto due = archive.claim_due({worker(), limit, longest_wait(options)});
    const auto next = archive.next_due();
    lock.lock();
    claiming = false;
    if (!due) spdlog::error("schedule error=\"{}\"", due.error().message);
    if (!due || due->size() < limit) {
      const bool known = next.ok() && next.value();
      const seconds wait = known ? std::clamp(*next.value() - clock.now(), seconds{0}, idle_check) : idle_check;
      claim_again = steady_clock::now() + std::max<milliseconds>(wait, milliseconds{20});
    }
    if (due) std::move(due->begin(), due->end(), std::back_inserter(claimed));
    ++news;
    wake.notify_all();
  }

  void work(const std::stop_token& stop) {
    AnalysisCache cache(rules);
    std::mt19937 random(std::random_device{}());
    std::unique_lock lock(mutex);
    ++idle;
    while (!stop.stop_requested()) {
      const Steady now = steady_clock::now();
      if (!claimed.empty()) {
        const DueDocument due = std::move(claimed.front());
        claimed.pop_front();
        --idle;
        lock.unlock();
        const seconds host_free = visit_due(due, cache, random, stop);
        lock.lock();
        ++idle;
        claim_again = std::min(claim_again, steady_clock::now() + host_free);
        ++news;
        wake.notify_all();
      } else if (!claiming && now >= claim_again) {
        claim(lock);
      } else {
        // A copy: the wait keeps a reference to it while the lock is free.
        const Steady until = std::max(claim_again, now + milliseconds{20});
        wake.wait_until(lock, stop, until, [this, seen = news] { return news != seen; });
      }
    }
  }

  /// Returns how long the host is to be left alone.
  seconds visit_due(const DueDocument& due, AnalysisCache& cache, std::mt19937& random, const std::stop_token& stop) {
    const auto declaration = unpack_declaration(due.declaration);
    if (!declaration) {
      spdlog::error("schedule document={} error=\"{}\"", due.id, declaration.error().message);
      return put_off(due, options.longest_interval);
    }
    const auto row = archive.document(due.id);
    const bool failed_before =
        row.ok() && (row->last_outcome == Outcome::failed || row->last_outcome == Outcome::suspect);
    seconds host_free = whole_gap(options.host_gap);
    const auto plan_next = [&](const VisitReport& report) {
      const seconds interval = next_interval(options, due.interval, report.observation.outcome, failed_before);
      const double jitter = std::uniform_real_distribution(0.9, 1.1)(random);
      const seconds asked_for = std::min(report.retry_after, options.longest_interval);
      const seconds wait = std::max(duration_cast<seconds>(interval * jitter), asked_for);
      host_free = std::max(whole_gap(gap_after(options, report)), asked_for);
      const Timestamp now = clock.now();
      return NextVisit{due.claim, now + wait, interval, report.state.etag, report.state.last_modified, now + host_free};
    };
    const VisitContext context{archive, fetcher, rules, cache, clock};
    const auto report = visit(context, *declaration, {due.etag, due.last_modified}, plan_next);
    if (!report && stop.stop_requested()) return host_free;  // stop() gives it back
    if (!report) {
      spdlog::error("visit document={} error=\"{}\"", due.id, report.error().message);
      return put_off(due, options.shortest_interval);
    }
    log_visit(due.id, *report);
    if (options.visited) options.visited(*report);
    return host_free;
  }

  seconds put_off(const DueDocument& due, seconds wait) {
    const seconds host_free = whole_gap(options.host_gap);
    const Timestamp now = clock.now();
    const auto ended =
        archive.end_claim(due.id, {due.claim, now + wait, due.interval, due.etag, due.last_modified, now + host_free});
    // A claim that was lost is another worker's by now.
    if (!ended && ended.error().code != ErrorCode::conflict)
      spdlog::error("schedule document={} error=\"{}\"", due.id, ended.error().message);
    return host_free;
  }

  /// Says that this process lives, while its visits last.
  void beat(const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    while (!wake.wait_for(lock, stop, milliseconds(options.lease) / beats_in_a_lease,
                          [&stop] { return stop.stop_requested(); })) {
      lock.unlock();
      if (auto renewed = archive.renew_claims(worker()); !renewed)
        spdlog::error("schedule error=\"{}\"", renewed.error().message);
      lock.lock();
      claim_again = {};  // what a dead worker had claimed may be due
      ++news;
      wake.notify_all();
    }
  }
};

Scheduler::Scheduler(Archive& archive, Fetcher& fetcher, const RuleSet& rules, const Clock& clock,
                     ScheduleOptions options)
    : impl_(std::make_unique<Impl>(archive, fetcher, rules, clock, std::move(options))) {}

Scheduler::~Scheduler() { stop(); }

Result<void> Scheduler::declare(const std::vector<Declaration>& declarations, const std::stop_token& stop) {
  return declare(each_of(declarations), stop);
}

Result<void> Scheduler::start(const std::vector<Declaration>& declarations, const std::stop_token& stop) {
  return start(each_of(declarations), stop);
}

Result<void> Scheduler::declare(const NextDeclaration& next, const std::stop_token& stop) {
  const auto tracked = impl_->archive.track(
      [&](TrackedDocument& document) -> Result<bool> {
        if (stop.stop_requested()) return Error{ErrorCode::unavailable, "stopped"};
        const Declaration* declaration = next();
        if (declaration != nullptr) document = tracked_document(*declaration);
        return declaration != nullptr;
      },
      {impl_->clock.now(), impl_->options.first_interval});
  if (!tracked) return tracked.error();
  for (const auto& [id, reason] : tracked->refused) spdlog::error("catalog document={} error=\"{}\"", id, reason);
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->claim_again = {};
    ++impl_->news;
  }
  impl_->wake.notify_all();
  return {};
}

Result<void> Scheduler::start(const NextDeclaration& next, const std::stop_token& stop) {
  if (auto declared = declare(next, stop); !declared) return declared;
  impl_->heart = std::jthread([impl = impl_.get()](const std::stop_token& stop) { impl->beat(stop); });
  for (unsigned i = 0; i < impl_->options.workers; ++i) {
    impl_->workers.emplace_back([impl = impl_.get()](const std::stop_token& stop) { impl->work(stop); });
  }
  return {};
}

void Scheduler::stop() {
  const bool running = !impl_->workers.empty();
  for (auto& worker : impl_->workers) worker.request_stop();
  impl_->heart.request_stop();
  impl_->fetcher.stop();
  impl_->wake.notify_all();
  impl_->workers.clear();
  if (!running) return;
  impl_->heart.join();
  const Worker self = impl_->worker();
  if (auto released = impl_->archive.release_claims(self, self.now + whole_gap(impl_->options.host_gap)); !released)
    spdlog::error("schedule error=\"{}\"", released.error().message);
}

}  // namespace smallprint
