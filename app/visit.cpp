#include "app/visit.h"

#include <fmt/core.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>
#include <vector>

#include "app/tracker.h"
#include "fetcher/extract/extract.h"
#include "fetcher/extract/language.h"
#include "model/markdown.h"

namespace smallprint {
namespace {

/// Below this share of the words of the version before, a page has lost most of its text.
constexpr double least_share_kept = 0.3;
/// A document shorter than this may well be rewritten shorter still.
constexpr std::size_t long_enough_to_judge = 300;
/// Of fewer words than this the language is a guess.
constexpr std::size_t enough_for_language = 100;

/// What a declaration's pages gave together.
struct Seen {
  Outcome outcome = Outcome::recorded;
  std::string reason;
  bool stopped = false;  ///< the fetcher was, and nothing is known of the page
  Document document;
  std::vector<Snapshot> snapshots;
};

std::string_view header(const FetchResult& result, std::string_view name) {
  for (const auto& [key, value] : result.headers) {
    if (key == name) return value;
  }
  return {};
}

/// Reads one fetched page and adds its clauses to what was seen.
void read_page(FetchResult fetched, const Source& source, Seen& seen) {
  const std::string url = fetched.urls.empty() ? source.url : fetched.urls.back();
  const Page page{url, std::string(header(fetched, "content-type")), std::move(fetched.body)};
  auto extraction = extract(page, source);
  if (!extraction) {
    seen.outcome = Outcome::failed;
    seen.reason = extraction.error().message;
  } else if (!extraction->suspect.empty()) {
    seen.outcome = Outcome::suspect;
    seen.reason = extraction->suspect.front();
  } else {
    auto& clauses = extraction->document.clauses;
    std::move(clauses.begin(), clauses.end(), std::back_inserter(seen.document.clauses));
    seen.snapshots.push_back({std::move(fetched.urls), fetched.status, std::move(fetched.headers), page.body});
  }
}

/// Fetches and reads every page of the declaration, until one is not good.
Seen see_pages(const VisitContext& context, const Declaration& declaration, const VisitState& state,
               VisitReport& report) {
  Seen seen;
  for (const Source& source : declaration.sources) {
    FetchRequest request{source.url, declaration.language, {}, {}};
    if (declaration.sources.size() == 1) {  // of several pages, one that did not change says nothing of the others
      request.etag = state.etag;
      request.last_modified = state.last_modified;
    }
    FetchResult fetched = context.fetcher.fetch(request);
    report.observation.status = fetched.status;
    report.observation.duration += fetched.duration;
    report.observation.bytes += fetched.wire_bytes;
    if (!fetched.urls.empty()) report.observation.final_url = fetched.urls.back();
    report.retry_after = fetched.retry_after;
    seen.stopped = fetched.stopped;
    if (fetched.outcome == FetchOutcome::not_modified) {
      seen.outcome = Outcome::not_modified;
    } else if (fetched.outcome != FetchOutcome::ok) {
      seen.outcome = Outcome::failed;
      seen.reason = fmt::format("{}: {}", name(fetched.outcome), fetched.reason);
    } else {
      report.state = {std::string(header(fetched, "etag")), std::string(header(fetched, "last-modified"))};
      read_page(std::move(fetched), source, seen);
    }
    if (seen.outcome != Outcome::recorded) return seen;
  }
  link_headings(seen.document);
  return seen;
}

/// Judges what was read against the document's own history.
void judge_against_history(const LatestVersion* latest, const std::string& markdown, Seen& seen) {
  const std::size_t words = seen.document.words();
  if (words == 0) {
    seen.outcome = Outcome::failed;
    seen.reason = "the page has no text where the document should stand";
  } else if (latest != nullptr) {
    const std::size_t before = latest->document->words();
    if (before >= long_enough_to_judge && static_cast<double>(words) < least_share_kept * static_cast<double>(before)) {
      seen.outcome = Outcome::suspect;
      seen.reason = fmt::format("sudden loss of text: {} words, {} in the version before", words, before);
    } else if (words >= enough_for_language && before >= enough_for_language && !latest->document->language.empty()) {
      const std::string language = detect_language(markdown);
      if (language.empty() || language == latest->document->language) return;
      seen.outcome = Outcome::suspect;
      seen.reason = fmt::format("another language: {}, {} in the version before", language, latest->document->language);
    }
  }
}

Result<VisitReport> visit_once(const VisitContext& context, const Declaration& declaration, const VisitState& state) {
  VisitReport report;
  report.state = state;
  report.observation.at = context.clock.now();
  Seen seen = see_pages(context, declaration, state, report);
  if (seen.stopped) return Error{ErrorCode::unavailable, "stopped"};

  auto writer = context.archive.write(declaration.id);
  if (!writer) return writer.error();
  Tracker tracker(std::move(writer).value(), context.rules, context.cache);
  DocumentWriter& archive = tracker.writer();

  std::string markdown;
  if (seen.outcome == Outcome::recorded) {
    markdown = render_markdown(seen.document);
    judge_against_history(archive.latest(), markdown, seen);
  }
  if (seen.outcome == Outcome::recorded) {
    auto recorded = tracker.see({report.observation.at, std::move(markdown), "fetch", std::move(seen.snapshots), {}});
    if (!recorded) return recorded.error();
    report.version = *recorded;
    if (!report.version) seen.outcome = Outcome::unchanged;
  }
  // Validators of a page that gave no version must not hide the next good one behind a 304.
  if (seen.outcome == Outcome::failed || seen.outcome == Outcome::suspect) report.state = {};

  report.observation.outcome = seen.outcome;
  report.observation.reason = std::move(seen.reason);
  report.observation.version = archive.versions();
  if (auto observed = archive.observe(report.observation); !observed) return observed.error();
  if (auto committed = archive.commit(); !committed) return committed.error();
  return report;
}

}  // namespace

Result<VisitReport> visit(const VisitContext& context, const Declaration& declaration, const VisitState& state) {
  try {
    return visit_once(context, declaration, state);
  } catch (const std::exception& error) {
    return Error{ErrorCode::internal, declaration.id + ": " + error.what()};
  }
}

}  // namespace smallprint
