#include "app/schedule.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <stop_token>
#include <thread>

#include "server/metrics.h"

namespace smallprint {
namespace {

using namespace std::chrono;
using Steady = steady_clock::time_point;

constexpr std::size_t claims_per_worker = 8;
constexpr seconds idle_check{30};  ///< how long the archive is left alone when nothing is due
constexpr seconds patience{60};    ///< for a host longer than this, a document is put off, and others have their turn

/// How polite to be to one host.
struct Host {
  bool busy = false;
  Steady free_at{};
};

/// A claimed document whose turn it is: to be visited, or to be put off because its host asked for time.
struct Turn {
  DueDocument due;
  std::string host;
  std::shared_ptr<const Declaration> declaration;  ///< null: no longer in the catalog
  seconds put_off{0};
};

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
  Archive::NewDocument document{
      declaration.id, declaration.service_name, declaration.terms_type, declaration.region, {}};
  for (const Source& source : sources_at(declaration, Timestamp::max())) document.urls.push_back(source.url);
  return archive.put_document(document);
}

struct Scheduler::Impl {
  Archive& archive;
  Fetcher& fetcher;
  const RuleSet& rules;
  const Clock& clock;
  const ScheduleOptions options;
  std::mutex mutex;  ///< of what is below
  std::map<DocumentId, std::shared_ptr<const Declaration>> declarations;
  std::condition_variable_any wake;
  std::deque<DueDocument> claimed;
  std::map<std::string, Host> hosts;
  bool claiming = false;
  std::uint64_t news = 0;  ///< counts what a worker that waits has to look at
  Steady claim_again{};    ///< nothing was due: when to ask the archive again
  std::vector<std::jthread> workers;

  Impl(Archive& a, Fetcher& f, const RuleSet& r, const Clock& c, ScheduleOptions o)
      : archive(a), fetcher(f), rules(r), clock(c), options(std::move(o)) {}

  /// Null where the document is not in the catalog. Called with the lock held.
  [[nodiscard]] std::shared_ptr<const Declaration> declaration(const DocumentId& id) const {
    const auto found = declarations.find(id);
    return found == declarations.end() ? nullptr : found->second;
  }

  [[nodiscard]] std::string host(const DueDocument& due) const {
    const auto declared = declaration(due.id);
    return declared == nullptr || declared->sources.empty() ? std::string() : host_of(declared->sources.front().url);
  }

  /// The first claimed document whose host may be asked now, and marks the host busy; or one whose host may not be
  /// asked for long. Called with the lock held.
  std::optional<Turn> take(Steady now, Steady& wake_at) {
    for (auto it = claimed.begin(); it != claimed.end(); ++it) {
      const std::string name = host(*it);
      Host& of = hosts[name];
      if (of.busy) continue;
      const auto wait = ceil<seconds>(of.free_at - now);
      if (wait > seconds{0} && wait <= patience) {
        wake_at = std::min(wake_at, of.free_at);
        continue;
      }
      of.busy = wait <= seconds{0};
      Turn turn{*it, name, declaration(it->id), std::max(wait, seconds{0})};
      claimed.erase(it);
      return turn;
    }
    return std::nullopt;
  }

  /// Asks the archive for what is due. Called with the lock held; releases it meanwhile.
  void claim(std::unique_lock<std::mutex>& lock) {
    claiming = true;
    lock.unlock();
    const std::size_t limit = claims_per_worker * options.workers;
    auto due = archive.claim_due(clock.now(), limit, options.lease);
    lock.lock();
    claiming = false;
    if (!due) spdlog::error("schedule error=\"{}\"", due.error().message);
    if (!due || due->empty()) {
      claim_again = steady_clock::now() + idle_check;
    } else {
      for (DueDocument& document : *due) claimed.push_back(std::move(document));
    }
    ++news;
    wake.notify_all();
  }

  void work(const std::stop_token& stop) {
    AnalysisCache cache(rules);
    std::mt19937 random(std::random_device{}());
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      const Steady now = steady_clock::now();
      Steady wake_at = now + idle_check;
      if (const auto turn = take(now, wake_at)) {
        lock.unlock();
        if (turn->put_off > seconds{0}) {
          put_off(turn->due, turn->put_off, turn->due.etag, turn->due.last_modified);
          lock.lock();
          continue;
        }
        const milliseconds gap = visit_due(*turn, cache, random, stop);
        lock.lock();
        hosts[turn->host] = {false, steady_clock::now() + gap};
        ++news;
        wake.notify_all();
      } else if (claimed.size() < options.workers && !claiming && now >= claim_again) {
        claim(lock);
      } else {
        // A copy: the wait keeps a reference to it while the lock is free.
        const Steady until = std::min(wake_at, std::max(claim_again, now + milliseconds{50}));
        wake.wait_until(lock, stop, until, [this, seen = news] { return news != seen; });
      }
    }
  }

  /// Returns how long the host is to be left alone.
  milliseconds visit_due(const Turn& turn, AnalysisCache& cache, std::mt19937& random, const std::stop_token& stop) {
    const DueDocument& due = turn.due;
    if (turn.declaration == nullptr) {
      put_off(due, options.longest_interval, {}, {});
      return options.host_gap;
    }
    const auto row = archive.document(due.id);
    const bool failed_before =
        row.ok() && (row->last_outcome == Outcome::failed || row->last_outcome == Outcome::suspect);
    const VisitContext context{archive, fetcher, rules, cache, clock};
    const auto report = visit(context, *turn.declaration, {due.etag, due.last_modified});
    if (!report && stop.stop_requested()) {  // due again at the next start
      put_off(due, seconds{0}, due.etag, due.last_modified);
      return options.host_gap;
    }
    if (!report) {
      spdlog::error("visit document={} error=\"{}\"", due.id, report.error().message);
      put_off(due, options.shortest_interval, due.etag, due.last_modified);
      return options.host_gap;
    }
    log_visit(due.id, *report);
    if (options.visited) options.visited(*report);
    const seconds interval = next_interval(options, due.interval, report->observation.outcome, failed_before);
    const double jitter = std::uniform_real_distribution(0.9, 1.1)(random);
    const seconds asked_for = std::min(report->retry_after, options.longest_interval);
    auto wait = std::max(duration_cast<seconds>(interval * jitter), asked_for);
    if (declared_otherwise(turn)) wait = asked_for;
    const auto scheduled =
        archive.schedule(due.id, clock.now() + wait, interval, report->state.etag, report->state.last_modified);
    if (!scheduled) spdlog::error("schedule document={} error=\"{}\"", due.id, scheduled.error().message);
    return std::max<milliseconds>(gap_after(options, *report), asked_for);
  }

  /// Was the document declared anew while it was visited?
  bool declared_otherwise(const Turn& turn) {
    const std::lock_guard lock(mutex);
    const auto now = declaration(turn.due.id);
    return now != nullptr && now != turn.declaration;
  }

  /// Makes the document known, and due where it never was, or is new to a running schedule.
  Result<void> admit(const Declaration& declaration, bool running) {
    if (auto put = put_declared(archive, declaration); !put) return put;
    const auto row = archive.document(declaration.id);
    if (!row) return row.error();
    if (row->next_visit_at && !running) return {};
    return archive.schedule(declaration.id, clock.now(), options.first_interval, {}, {});
  }

  void put_off(const DueDocument& due, seconds wait, std::string_view etag, std::string_view last_modified) {
    const auto scheduled = archive.schedule(due.id, clock.now() + wait, due.interval, etag, last_modified);
    if (!scheduled) spdlog::error("schedule document={} error=\"{}\"", due.id, scheduled.error().message);
  }
};

Scheduler::Scheduler(Archive& archive, Fetcher& fetcher, const RuleSet& rules, const Clock& clock,
                     ScheduleOptions options)
    : impl_(std::make_unique<Impl>(archive, fetcher, rules, clock, std::move(options))) {}

Scheduler::~Scheduler() { stop(); }

Result<void> Scheduler::declare(std::vector<Declaration> declarations) {
  const bool running = !impl_->workers.empty();
  std::map<DocumentId, std::shared_ptr<const Declaration>> next;
  for (Declaration& one : declarations) {
    std::shared_ptr<const Declaration> before;
    {
      const std::lock_guard lock(impl_->mutex);
      before = impl_->declaration(one.id);
    }
    if (before != nullptr && *before == one) {
      next.emplace(one.id, std::move(before));
      continue;
    }
    if (auto admitted = impl_->admit(one, running); !admitted) {
      if (admitted.error().code != ErrorCode::conflict) return admitted;
      spdlog::error("catalog file={} error=\"{}\"", one.file, admitted.error().message);
      continue;
    }
    DocumentId id = one.id;
    next.emplace(std::move(id), std::make_shared<const Declaration>(std::move(one)));
  }
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->declarations = std::move(next);
    impl_->claim_again = {};
    ++impl_->news;
  }
  impl_->wake.notify_all();
  return {};
}

Result<void> Scheduler::start(std::vector<Declaration> declarations) {
  if (auto declared = declare(std::move(declarations)); !declared) return declared;
  for (unsigned i = 0; i < impl_->options.workers; ++i) {
    impl_->workers.emplace_back([impl = impl_.get()](const std::stop_token& stop) { impl->work(stop); });
  }
  return {};
}

void Scheduler::stop() {
  for (auto& worker : impl_->workers) worker.request_stop();
  impl_->fetcher.stop();
  impl_->wake.notify_all();
  impl_->workers.clear();
}

}  // namespace smallprint
