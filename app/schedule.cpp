#include "app/schedule.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <random>
#include <utility>

#include "server/metrics.h"

namespace smallprint {
namespace {

using namespace std::chrono;
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
  Archive::NewDocument document{
      declaration.id, declaration.service_name, declaration.terms_type, declaration.region, {}};
  for (const Source& source : sources_at(declaration, Timestamp::max())) document.urls.push_back(source.url);
  return archive.put_document(document);
}

struct Scheduler::Impl {
  Archive& archive;
  const Clock& clock;
  const ScheduleOptions options;
  std::mutex mutex;  ///< of what is below
  std::map<DocumentId, std::shared_ptr<const Declaration>> declarations;
  std::mt19937 random{std::random_device{}()};
  VisitPipeline pipeline;  ///< last: its workers end first

  Impl(Archive& a, Fetcher& f, const RuleSet& r, const Clock& c, ScheduleOptions o)
      : archive(a),
        clock(c),
        options(std::move(o)),
        pipeline(a, f, r, c, options.visits,
                 {.more = [this](std::size_t limit) { return claim(limit); },
                  .visited = [this](const VisitJob& job, const Result<VisitReport>& report) { take(job, report); },
                  .put_off = [this](const VisitJob& job, seconds wait) { put_off(job.due, wait); }}) {}

  /// Null where the document is not in the catalog.
  [[nodiscard]] std::shared_ptr<const Declaration> declaration(const DocumentId& id) {
    const std::lock_guard lock(mutex);
    const auto found = declarations.find(id);
    return found == declarations.end() ? nullptr : found->second;
  }

  std::vector<VisitJob> claim(std::size_t limit) {
    std::vector<VisitJob> jobs;
    while (jobs.empty()) {
      auto due = archive.claim_due(clock.now(), limit, options.lease);
      if (!due) spdlog::error("schedule error=\"{}\"", due.error().message);
      if (!due || due->empty()) break;
      for (DueDocument& document : *due) {
        auto declared = declaration(document.id);
        if (declared == nullptr) {
          document.etag.clear();
          document.last_modified.clear();
          put_off(document, options.longest_interval);
        } else {
          jobs.push_back({std::move(document), std::move(declared)});
        }
      }
    }
    return jobs;
  }

  void take(const VisitJob& job, const Result<VisitReport>& report) {
    const DueDocument& due = job.due;
    if (!report) {
      spdlog::error("visit document={} error=\"{}\"", due.id, report.error().message);
      put_off(due, options.shortest_interval);
      return;
    }
    log_visit(due.id, *report);
    if (options.visited) options.visited(*report);
    const seconds interval = next_interval(options, due.interval, report->observation.outcome, report->failed_before);
    const seconds asked_for = std::min(report->retry_after, options.longest_interval);
    auto wait = std::max(duration_cast<seconds>(interval * jitter()), asked_for);
    if (declared_otherwise(job)) wait = asked_for;
    const auto scheduled =
        archive.schedule(due.id, clock.now() + wait, interval, report->state.etag, report->state.last_modified);
    if (!scheduled) spdlog::error("schedule document={} error=\"{}\"", due.id, scheduled.error().message);
  }

  double jitter() {
    const std::lock_guard lock(mutex);
    return std::uniform_real_distribution(0.9, 1.1)(random);
  }

  /// Was the document declared anew while it was visited?
  bool declared_otherwise(const VisitJob& job) {
    const auto now = declaration(job.due.id);
    return now != nullptr && now != job.declaration;
  }

  /// Makes the document known, and due where it never was, or is new to a running schedule.
  Result<void> admit(const Declaration& declaration, bool running) {
    if (auto put = put_declared(archive, declaration); !put) return put;
    const auto row = archive.document(declaration.id);
    if (!row) return row.error();
    if (row->next_visit_at && !running) return {};
    return archive.schedule(declaration.id, clock.now(), options.first_interval, {}, {});
  }

  void put_off(const DueDocument& due, seconds wait) {
    const auto scheduled = archive.schedule(due.id, clock.now() + wait, due.interval, due.etag, due.last_modified);
    if (!scheduled) spdlog::error("schedule document={} error=\"{}\"", due.id, scheduled.error().message);
  }
};

Scheduler::Scheduler(Archive& archive, Fetcher& fetcher, const RuleSet& rules, const Clock& clock,
                     ScheduleOptions options)
    : impl_(std::make_unique<Impl>(archive, fetcher, rules, clock, std::move(options))) {}

Scheduler::~Scheduler() { stop(); }

Result<void> Scheduler::declare(std::vector<Declaration> declarations) {
  const bool running = impl_->pipeline.is_running();
  std::map<DocumentId, std::shared_ptr<const Declaration>> next;
  for (Declaration& one : declarations) {
    std::shared_ptr<const Declaration> before = impl_->declaration(one.id);
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
  }
  impl_->pipeline.wake();
  return {};
}

Result<void> Scheduler::start(std::vector<Declaration> declarations) {
  if (auto declared = declare(std::move(declarations)); !declared) return declared;
  impl_->pipeline.start();
  return {};
}

void Scheduler::stop() { impl_->pipeline.stop(); }

}  // namespace smallprint
