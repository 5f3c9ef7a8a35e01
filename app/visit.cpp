#include "app/visit.h"

#include <fmt/core.h>

#include <algorithm>
#include <exception>
#include <future>
#include <utility>

#include "app/pages_seen.h"
#include "app/tracker.h"
#include "storage/presence.h"

namespace smallprint {
namespace {

std::string_view header(const FetchResult& result, std::string_view name) {
  for (const auto& [key, value] : result.headers) {
    if (key == name) return value;
  }
  return {};
}

/// Takes what came of one page; false where it is the last.
bool take_page(FetchedPages& seen, const Source& source, FetchResult fetched) {
  VisitReport& report = seen.report;
  Observation& observation = report.observation;
  observation.status = fetched.status;
  observation.duration += fetched.duration;
  observation.bytes += fetched.wire_bytes;
  if (!fetched.urls.empty()) observation.final_url = fetched.urls.back();
  if (observation.moved_to.empty()) observation.moved_to = fetched.moved_to;
  report.retry_after = fetched.retry_after;
  report.crawl_delay = std::max(report.crawl_delay, fetched.crawl_delay);
  seen.stopped = fetched.stopped;
  if (fetched.outcome == FetchOutcome::not_modified) {
    observation.outcome = Outcome::not_modified;
    return false;
  }
  if (fetched.outcome != FetchOutcome::ok) {
    observation.outcome = Outcome::failed;
    seen.reason = fmt::format("{}: {}", name(fetched.outcome), fetched.reason);
    return false;
  }
  // A page whose bytes did not change may show another text: its scripts fetch it.
  if (!fetched.rendered) {
    report.state = {std::string(header(fetched, "etag")), std::string(header(fetched, "last-modified"))};
    std::erase_if(fetched.headers, [](const auto& one) { return one.first.starts_with("x-smallprint-"); });
  } else {
    report.state = {};
  }
  const std::string url = fetched.urls.empty() ? source.url : fetched.urls.back();
  seen.visited.pages.push_back({url, std::string(header(fetched, "content-type")), std::move(fetched.body)});
  seen.visited.snapshots.push_back({std::move(fetched.urls), fetched.status, std::move(fetched.headers), {}});
  seen.held.push_back(std::move(fetched.held));
  return true;
}

/// What a browser waits for: the first place that the declaration selects.
std::vector<std::string> waited_for(const Source& source) {
  if (source.select.empty()) return {};
  const Selection& first = source.select.front();
  if (const auto* selector = std::get_if<std::string>(&first)) return {*selector};
  const auto& range = std::get<SelectorRange>(first);
  std::vector<std::string> selectors;
  for (const std::string* one : {&range.start_before, &range.start_after, &range.end_before, &range.end_after}) {
    if (!one->empty()) selectors.push_back(*one);
  }
  return selectors;
}

/// Fetches one page of the declaration, then the others.
void fetch_next(Fetcher& fetcher, const std::shared_ptr<FetchedPages>& seen, std::function<void(FetchedPages)> done) {
  const Declaration& declaration = *seen->plan.declaration;
  const std::size_t next = seen->visited.pages.size();
  if (next == declaration.sources.size()) return done(std::move(*seen));
  const Source& source = declaration.sources[next];
  FetchRequest request{source.url, declaration.language, {}, {}, declaration.ignore_robots, declaration.proxy};
  request.execute_scripts = source.execute_client_scripts || seen->plan.by_browser;
  if (request.execute_scripts) request.wait_for = waited_for(source);
  // Of several pages, one that did not change says nothing of the others.
  if (seen->plan.conditional && declaration.sources.size() == 1) {
    request.etag = seen->plan.state.etag;
    request.last_modified = seen->plan.state.last_modified;
  }
  fetcher.start(std::move(request), [&fetcher, seen, &source, done = std::move(done)](FetchResult fetched) {
    if (take_page(*seen, source, std::move(fetched))) {
      fetch_next(fetcher, seen, done);
    } else {
      done(std::move(*seen));
    }
  });
}

/// A document that was missing for long is no accident of its host any more.
void say_if_gone(DocumentRow row, Observation& observation) {
  if (!misses_document(observation) || !row.missing_since) return;
  row.last_observed_at = observation.at;
  if (presence(row) != Presence::gone) return;
  observation.reason =
      fmt::format("gone: nothing else since {} ({})", format_rfc3339(*row.missing_since), observation.reason);
}

Result<VisitReport> take_fetched(const VisitContext& context, FetchedPages seen, const PlanNext& plan_next) {
  if (seen.stopped) return Error{ErrorCode::unavailable, "stopped"};
  const Declaration& declaration = *seen.plan.declaration;
  const auto row = context.archive.document(declaration.id);
  if (!row) return row.error();
  VisitReport report = std::move(seen.report);
  Observation& observation = report.observation;
  report.fetched = observation.outcome != Outcome::failed;
  report.failed_before = row->last_outcome == Outcome::failed || row->last_outcome == Outcome::suspect;

  const std::string reading = reading_of(declaration, row->versions);
  std::string pages;
  if (observation.outcome == Outcome::recorded) {
    pages = hash_of(seen.visited.pages);
    // The same bytes, read in the same way, say what they said.
    report.same_bytes = row->pages_seen == reading + pages;
    if (report.same_bytes) observation.outcome = Outcome::unchanged;
  }
  // Only what is read asks for a writer, which reads the latest version.
  std::optional<Tracker> tracker;
  observation.version = row->versions;
  if (observation.outcome == Outcome::recorded) {
    auto writer = context.archive.write(declaration.id);
    if (!writer) return writer.error();
    tracker.emplace(std::move(writer).value(), context.rules, context.cache);
    seen.visited.at = observation.at;
    seen.visited.read_otherwise = !row->pages_seen.empty() && !row->pages_seen.starts_with(reading);
    auto taken = take_pages(context.archive, declaration, *tracker, std::move(seen.visited));
    if (!taken) return taken.error();
    if (taken->shell && !seen.plan.by_browser && context.fetcher.renders()) {
      report.wants_browser = true;
      return report;
    }
    observation.outcome = taken->outcome;
    seen.reason = std::move(taken->reason);
    report.version = taken->version;
    observation.version = tracker->writer().versions();
  }
  // Validators of a page that gave no version must not hide the next good one behind a 304.
  if (observation.outcome == Outcome::failed || observation.outcome == Outcome::suspect) report.state = {};

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

Result<VisitPlan> plan_visit(const Archive& archive, const Clock& clock, std::shared_ptr<const Declaration> declaration,
                             VisitState state) {
  const auto row = archive.document(declaration->id);
  if (!row) return row.error();
  const bool conditional = row->pages_seen.starts_with(reading_of(*declaration, row->versions));
  return VisitPlan{std::move(declaration), std::move(state), clock.now(), conditional};
}

void fetch_pages(Fetcher& fetcher, VisitPlan plan, std::function<void(FetchedPages)> done) {
  const auto seen = std::make_shared<FetchedPages>();
  seen->report.observation.outcome = Outcome::recorded;
  seen->report.observation.at = plan.at;
  seen->report.state = plan.state;
  seen->plan = std::move(plan);
  fetch_next(fetcher, seen, std::move(done));
}

Result<VisitReport> take_visit(const VisitContext& context, FetchedPages fetched, const PlanNext& plan_next) {
  const DocumentId id = fetched.plan.declaration->id;
  try {
    return take_fetched(context, std::move(fetched), plan_next);
  } catch (const std::exception& error) {
    return Error{ErrorCode::internal, id + ": " + error.what()};
  }
}

Result<VisitReport> visit(const VisitContext& context, const Declaration& declaration, const VisitState& state) {
  const std::shared_ptr<const Declaration> borrowed(std::shared_ptr<void>(), &declaration);
  for (bool by_browser : {false, true}) {
    auto plan = plan_visit(context.archive, context.clock, borrowed, state);
    if (!plan) return plan.error();
    plan->by_browser = by_browser;
    const auto promise = std::make_shared<std::promise<FetchedPages>>();
    auto fetched = promise->get_future();
    fetch_pages(context.fetcher, std::move(plan).value(),
                [promise](FetchedPages pages) { promise->set_value(std::move(pages)); });
    auto report = take_visit(context, fetched.get());
    if (!report || !report->wants_browser) return report;
  }
  return Error{ErrorCode::internal, declaration.id + ": a browser's pages ask for a browser"};
}

}  // namespace smallprint
