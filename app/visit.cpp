#include "app/visit.h"

#include <fmt/core.h>

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "app/pages_seen.h"
#include "app/take_pages.h"
#include "app/tracker.h"
#include "storage/presence.h"

namespace smallprint {
namespace {

/// What came of fetching a declaration's pages.
struct Fetched {
  Outcome outcome = Outcome::recorded;
  std::string reason;
  bool stopped = false;  ///< the fetcher was, and nothing is known of the page
  VisitedPages visited;
};

std::string_view header(const FetchResult& result, std::string_view name) {
  for (const auto& [key, value] : result.headers) {
    if (key == name) return value;
  }
  return {};
}

/// Fetches every page of the declaration, until one is not there. `known` says whether what the host last answered was
/// read as it would be now.
Fetched fetch_pages(const VisitContext& context, const Declaration& declaration, const VisitState& state, bool known,
                    VisitReport& report) {
  Fetched seen;
  for (const Source& source : declaration.sources) {
    FetchRequest request{source.url, declaration.language, {}, {}, declaration.ignore_robots, declaration.proxy};
    // Of several pages, one that did not change says nothing of the others.
    if (known && declaration.sources.size() == 1) {
      request.etag = state.etag;
      request.last_modified = state.last_modified;
    }
    FetchResult fetched = context.fetcher.fetch(request);
    report.observation.status = fetched.status;
    report.observation.duration += fetched.duration;
    report.observation.bytes += fetched.wire_bytes;
    if (!fetched.urls.empty()) report.observation.final_url = fetched.urls.back();
    if (report.observation.moved_to.empty()) report.observation.moved_to = fetched.moved_to;
    report.retry_after = fetched.retry_after;
    report.crawl_delay = std::max(report.crawl_delay, fetched.crawl_delay);
    seen.stopped = fetched.stopped;
    if (fetched.outcome == FetchOutcome::not_modified) {
      seen.outcome = Outcome::not_modified;
    } else if (fetched.outcome != FetchOutcome::ok) {
      seen.outcome = Outcome::failed;
      seen.reason = fmt::format("{}: {}", name(fetched.outcome), fetched.reason);
    } else {
      report.state = {std::string(header(fetched, "etag")), std::string(header(fetched, "last-modified"))};
      const std::string url = fetched.urls.empty() ? source.url : fetched.urls.back();
      seen.visited.pages.push_back({url, std::string(header(fetched, "content-type")), std::move(fetched.body)});
      seen.visited.snapshots.push_back({std::move(fetched.urls), fetched.status, std::move(fetched.headers), {}});
    }
    if (seen.outcome != Outcome::recorded) return seen;
  }
  return seen;
}

/// A document that was missing for long is no accident of its host any more.
void say_if_gone(DocumentRow row, Observation& observation) {
  if (!misses_document(observation) || !row.missing_since) return;
  row.last_observed_at = observation.at;
  if (presence(row) != Presence::gone) return;
  observation.reason =
      fmt::format("gone: nothing else since {} ({})", format_rfc3339(*row.missing_since), observation.reason);
}

Result<VisitReport> visit_once(const VisitContext& context, const Declaration& declaration, const VisitState& state,
                               const PlanNext& plan_next) {
  const auto row = context.archive.document(declaration.id);
  if (!row) return row.error();
  VisitReport report;
  report.state = state;
  Observation& observation = report.observation;
  observation.at = context.clock.now();
  const std::string reading = reading_of(declaration, row->versions);
  Fetched seen = fetch_pages(context, declaration, state, row->pages_seen.starts_with(reading), report);
  if (seen.stopped) return Error{ErrorCode::unavailable, "stopped"};
  report.fetched = seen.outcome != Outcome::failed;

  std::string pages;
  if (seen.outcome == Outcome::recorded) {
    pages = hash_of(seen.visited.pages);
    // The same bytes, read in the same way, say what they said.
    report.same_bytes = row->pages_seen == reading + pages;
    if (report.same_bytes) seen.outcome = Outcome::unchanged;
  }
  // Only what is read asks for a writer, which reads the latest version.
  std::optional<Tracker> tracker;
  observation.version = row->versions;
  if (seen.outcome == Outcome::recorded) {
    auto writer = context.archive.write(declaration.id);
    if (!writer) return writer.error();
    tracker.emplace(std::move(writer).value(), context.rules, context.cache);
    seen.visited.at = observation.at;
    seen.visited.read_otherwise = !row->pages_seen.empty() && !row->pages_seen.starts_with(reading);
    auto taken = take_pages(context.archive, declaration, *tracker, std::move(seen.visited));
    if (!taken) return taken.error();
    seen.outcome = taken->outcome;
    seen.reason = std::move(taken->reason);
    report.version = taken->version;
    observation.version = tracker->writer().versions();
  }
  // Validators of a page that gave no version must not hide the next good one behind a 304.
  if (seen.outcome == Outcome::failed || seen.outcome == Outcome::suspect) report.state = {};

  observation.outcome = seen.outcome;
  observation.reason = std::move(seen.reason);
  observation.pages_seen = reading_of(declaration, observation.version) + pages;
  say_if_gone(*row, observation);
  std::optional<NextVisit> next;
  if (plan_next) next = plan_next(report);
  if (!tracker) {
    if (auto observed = context.archive.observe(declaration.id, observation, next); !observed) return observed.error();
    return report;
  }
  if (auto observed = tracker->writer().observe(observation, std::move(next)); !observed) return observed.error();
  if (auto committed = tracker->writer().commit(); !committed) return committed.error();
  return report;
}

}  // namespace

std::string_view failure_kind(const Observation& observation) {
  return std::string_view(observation.reason).substr(0, observation.reason.find(':'));
}

Result<VisitReport> visit(const VisitContext& context, const Declaration& declaration, const VisitState& state,
                          const PlanNext& plan_next) {
  try {
    return visit_once(context, declaration, state, plan_next);
  } catch (const std::exception& error) {
    return Error{ErrorCode::internal, declaration.id + ": " + error.what()};
  }
}

}  // namespace smallprint
