#include "app/schedule.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "app/tracked.h"
#include "server/metrics.h"

namespace smallprint {
namespace {

using namespace std::chrono;
using Steady = steady_clock::time_point;

constexpr int beats_in_a_lease = 4;
constexpr seconds longest_sleep{30};  ///< what other processes do may make a turn due

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

/// A host is free again at a whole second: one more than the gap, since this one has begun. A shorter gap is none.
seconds whole_gap(milliseconds gap) { return gap < seconds{1} ? seconds{0} : ceil<seconds>(gap) + seconds{1}; }

/// A page's and a host's words in a line of the log: what could end the value or the line is left out.
std::string quoted(std::string text) {
  std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\x7F'; });
  return text;
}

}  // namespace

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
  const Clock& clock;
  const ScheduleOptions options;
  const std::string name = worker_name();
  std::mutex mutex;  ///< of what is below
  std::condition_variable_any wake;
  Steady turn_at{};  ///< when a host's turn may be due that nobody was told of
  std::mt19937 random{std::random_device{}()};
  VisitPipeline pipeline;
  std::jthread heart;  ///< last: it ends first

  Impl(Archive& a, Fetcher& f, const RuleSet& r, const Clock& c, ScheduleOptions o)
      : archive(a),
        clock(c),
        options(std::move(o)),
        pipeline(a, f, r, c, options.visits,
                 {.more = [this](std::size_t limit) { return claim(limit); },
                  .plan = [this](const VisitJob& job, const VisitReport& report) { return plan(job.due, report); },
                  .visited = [this](const VisitJob& job, const Result<VisitReport>& report) { take(job, report); },
                  .put_off = [this](const VisitJob& job, seconds wait) { put_off(job.due, wait); }}) {}

  [[nodiscard]] Worker worker() const { return {name, clock.now(), options.lease}; }

  std::vector<VisitJob> claim(std::size_t limit) {
    // The longest interval, with its jitter.
    auto due = archive.claim_due({worker(), limit, options.longest_interval * 5 / 4});
    if (!due) spdlog::error("schedule error=\"{}\"", due.error().message);
    std::vector<VisitJob> jobs;
    if (due) {
      for (DueDocument& document : *due) {
        auto declared = unpack_declaration(document.declaration);
        if (!declared) {
          spdlog::error("schedule document={} error=\"{}\"", document.id, declared.error().message);
          put_off(document, options.longest_interval);
        } else {
          document.declaration.clear();
          jobs.push_back({std::move(document), std::make_shared<const Declaration>(std::move(declared).value())});
        }
      }
    }
    // Of the hosts that are not claimed now.
    const auto next = archive.next_due();
    if (next && *next) wake_in(std::max(seconds{1}, **next - clock.now()));
    return jobs;
  }

  NextVisit plan(const DueDocument& due, const VisitReport& report) {
    const seconds interval = next_interval(options, due.interval, report.observation.outcome, report.failed_before);
    const seconds asked_for = std::min(report.retry_after, options.longest_interval);
    const seconds wait = std::max(duration_cast<seconds>(interval * jitter()), asked_for);
    const Timestamp now = clock.now();
    return {due.claim, now + wait, interval, report.state.etag, report.state.last_modified, now + host_gap(report)};
  }

  [[nodiscard]] seconds host_gap(const VisitReport& report) const {
    const seconds asked_for = std::min(report.retry_after, options.longest_interval);
    return std::max(whole_gap(gap_after(options.visits, report.crawl_delay)), asked_for);
  }

  void take(const VisitJob& job, const Result<VisitReport>& report) {
    if (!report) {
      spdlog::error("visit document={} error=\"{}\"", job.due.id, report.error().message);
      put_off(job.due, options.shortest_interval);
      return;
    }
    log_visit(job.due.id, *report);
    if (options.visited) options.visited(*report);
    wake_in(host_gap(*report));
  }

  double jitter() {
    const std::lock_guard lock(mutex);
    return std::uniform_real_distribution(0.9, 1.1)(random);
  }

  /// Ends a claim without a visit. For no time: stop() gives all that is claimed back.
  void put_off(const DueDocument& due, seconds wait) {
    if (wait <= seconds{0}) return;
    const seconds gap = whole_gap(options.visits.host_gap);
    const Timestamp now = clock.now();
    const auto ended =
        archive.end_claim(due.id, {due.claim, now + wait, due.interval, due.etag, due.last_modified, now + gap});
    // A claim that was lost is another worker's by now.
    if (!ended && ended.error().code != ErrorCode::conflict)
      spdlog::error("schedule document={} error=\"{}\"", due.id, ended.error().message);
    wake_in(gap);
  }

  /// Asks for what is due, so much later.
  void wake_in(seconds wait) {
    if (wait <= seconds{0}) return pipeline.wake();
    const std::lock_guard lock(mutex);
    turn_at = std::min(turn_at, steady_clock::now() + std::min(wait, longest_sleep));
    wake.notify_all();
  }

  /// Says that this process lives while its visits last, and tells the pipeline of hosts' turns.
  void beat(const std::stop_token& stop) {
    const auto interval = milliseconds(options.lease) / beats_in_a_lease;
    Steady beat_at = steady_clock::now() + interval;
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      const Steady until = std::min(turn_at, beat_at);
      if (wake.wait_until(lock, stop, until, [&] { return std::min(turn_at, beat_at) < until; })) continue;
      const Steady now = steady_clock::now();
      if (stop.stop_requested() || now < until) continue;
      turn_at = now + longest_sleep;
      lock.unlock();
      if (now >= beat_at) {
        if (auto renewed = archive.renew_claims(worker()); !renewed)
          spdlog::error("schedule error=\"{}\"", renewed.error().message);
        beat_at = now + interval;
      }
      pipeline.wake();
      lock.lock();
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
  const ScheduleOptions& options = impl_->options;
  const auto tracked = impl_->archive.track(
      [&](TrackedDocument& document) -> Result<bool> {
        if (stop.stop_requested()) return Error{ErrorCode::unavailable, "stopped"};
        const Declaration* declaration = next();
        if (declaration != nullptr) document = tracked_document(*declaration);
        return declaration != nullptr;
      },
      {impl_->clock.now(), options.first_interval, options.new_at_once, options.new_per_second});
  if (!tracked) return tracked.error();
  for (const auto& [id, reason] : tracked->refused) spdlog::error("catalog document={} error=\"{}\"", id, reason);
  impl_->pipeline.wake();
  return {};
}

Result<void> Scheduler::start(const NextDeclaration& next, const std::stop_token& stop) {
  if (auto declared = declare(next, stop); !declared) return declared;
  impl_->heart = std::jthread([impl = impl_.get()](const std::stop_token& ended) { impl->beat(ended); });
  impl_->pipeline.start();
  return {};
}

void Scheduler::stop() {
  if (!impl_->pipeline.is_running()) return;
  impl_->pipeline.stop();
  impl_->heart.request_stop();
  impl_->heart.join();
  const Worker self = impl_->worker();
  const Timestamp hosts_free_at = self.now + whole_gap(impl_->options.visits.host_gap);
  if (auto released = impl_->archive.release_claims(self, hosts_free_at); !released)
    spdlog::error("schedule error=\"{}\"", released.error().message);
}

}  // namespace smallprint
