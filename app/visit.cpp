#include "app/visit.h"

#include <fmt/core.h>

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "app/page_judgement.h"
#include "app/pages_seen.h"
#include "app/tracker.h"
#include "fetcher/extract/extract.h"
#include "fetcher/extract/language.h"
#include "model/markdown.h"
#include "storage/presence.h"

namespace smallprint {
namespace {

/// A suspect that may stay becomes a version when so many visits in a row, over so long, have found it.
constexpr std::uint32_t visits_to_stay = 3;
constexpr std::chrono::hours time_to_stay{24};
/// Of so many documents of the service it is asked whether the text is theirs.
constexpr std::size_t most_siblings = 20;

/// What a declaration's pages gave together.
struct Seen {
  Outcome outcome = Outcome::recorded;
  std::string reason;
  bool stopped = false;  ///< the fetcher was, and nothing is known of the page
  Document document;
  std::vector<Page> fetched;
  std::vector<PageRead> pages;
  std::vector<Snapshot> snapshots;
};

std::string_view header(const FetchResult& result, std::string_view name) {
  for (const auto& [key, value] : result.headers) {
    if (key == name) return value;
  }
  return {};
}

/// Fetches every page of the declaration, until one is not there. `known` says whether what the host last answered was
/// read as it would be now.
Seen fetch_pages(const VisitContext& context, const Declaration& declaration, const VisitState& state, bool known,
                 VisitReport& report) {
  Seen seen;
  for (const Source& source : declaration.sources) {
    FetchRequest request{source.url, declaration.language, {}, {}, declaration.ignore_robots};
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
      seen.fetched.push_back({url, std::string(header(fetched, "content-type")), std::move(fetched.body)});
      seen.snapshots.push_back({std::move(fetched.urls), fetched.status, std::move(fetched.headers), {}});
    }
    if (seen.outcome != Outcome::recorded) return seen;
  }
  return seen;
}

/// Reads what was fetched, page after page, until one cannot be read.
void read_pages(const Declaration& declaration, Seen& seen) {
  for (std::size_t i = 0; i < seen.fetched.size(); ++i) {
    auto extraction = extract(seen.fetched[i], declaration.sources[i]);
    if (!extraction) {
      seen.outcome = Outcome::failed;
      seen.reason = "no_document: " + extraction.error().message;
      return;
    }
    const auto& clauses = extraction->document.clauses;
    seen.document.clauses.insert(seen.document.clauses.end(), clauses.begin(), clauses.end());
    seen.pages.push_back({std::move(extraction->document), std::move(extraction->suspect)});
    seen.snapshots[i].body = std::move(seen.fetched[i].body);
  }
  link_headings(seen.document);
}

/// The latest versions of the service's other documents. What cannot be read is left out: it only sharpens a judgement.
std::vector<SiblingText> siblings_of(const Archive& archive, const DocumentId& id) {
  std::vector<SiblingText> siblings;
  const auto parts = parse_document_id(id);
  if (!parts) return siblings;
  DocumentFilter filter;
  filter.service = std::string(parts->service);
  const auto documents = archive.documents(filter, {most_siblings, {}});
  if (!documents) return siblings;
  for (const DocumentRow& row : documents->items) {
    if (row.id == id || row.versions == 0) continue;
    if (auto text = archive.clauses(row.id, row.versions)) siblings.push_back({row.id, std::move(text->document)});
  }
  return siblings;
}

/// What becomes of a page that is not taken for the document. True where it has stayed, and is to be recorded.
Result<bool> keep_suspect(DocumentWriter& writer, Timestamp now, const PageJudgement& judgement,
                          const std::string& markdown, Seen& seen) {
  const std::string sha256 = sha256_hex(markdown);
  const Suspect* open = writer.suspect();
  Suspect suspect;
  if (open != nullptr && open->state == SuspectState::rejected && open->text_sha256 == sha256) {
    suspect = *open;
    suspect.reasons = judgement.reasons;
    suspect.reasons.insert(suspect.reasons.begin(), "rejected by an operator");
  } else {
    if (open != nullptr && open->state == SuspectState::waiting) suspect = *open;
    if (suspect.visits == 0 || suspect.may_stay != judgement.may_stay) {  // another stretch of visits begins
      suspect.first_at = now;
      suspect.visits = 0;
    }
    suspect.reasons = judgement.reasons;
    suspect.may_stay = judgement.may_stay;
    suspect.text = markdown;
    suspect.text_sha256 = sha256;
    suspect.pages = seen.snapshots;
  }
  suspect.last_at = now;
  ++suspect.visits;
  seen.reason = suspect.reasons.front();
  const bool stayed = suspect.state == SuspectState::waiting && suspect.may_stay && !markdown.empty() &&
                      suspect.visits >= visits_to_stay && now - suspect.first_at >= time_to_stay;
  if (stayed) {
    suspect.state = SuspectState::stayed;
    suspect.decided_at = now;
    suspect.version = writer.versions() + 1;
  }
  if (auto put = writer.put_suspect(std::move(suspect)); !put) return put.error();
  return stayed;
}

/// The document is back: what waited in its place does so no longer.
Result<void> close_suspect(DocumentWriter& writer, Timestamp now) {
  if (writer.suspect() == nullptr || writer.suspect()->state != SuspectState::waiting) return {};
  Suspect gone = *writer.suspect();
  gone.state = SuspectState::gone;
  gone.decided_at = now;
  return writer.put_suspect(std::move(gone));
}

/// Judges what was read; what is no suspect, or has stayed, is recorded.
Result<void> take_pages(const VisitContext& context, const DocumentId& id, Tracker& tracker, Seen& seen,
                        VisitReport& report) {
  DocumentWriter& writer = tracker.writer();
  std::string markdown = render_markdown(seen.document);
  const std::string sha256 = sha256_hex(markdown);
  const LatestVersion* latest = writer.latest();
  PageJudgement judgement;
  if (latest == nullptr || latest->text_sha256 != sha256) {
    seen.document.language = detect_language(markdown);
    const PageHistory history{latest == nullptr ? nullptr : latest->document.get(),
                              writer.version_with_text(sha256) != 0, [&] { return siblings_of(context.archive, id); }};
    judgement = judge_page(seen.pages, seen.document, history);
  }
  const Timestamp now = report.observation.at;
  if (!judgement.reasons.empty()) {
    seen.outcome = Outcome::suspect;
    auto stayed = keep_suspect(writer, now, judgement, markdown, seen);
    if (!stayed) return stayed.error();
    if (!*stayed) return {};
    seen.outcome = Outcome::recorded;
    seen.reason.clear();
  } else if (seen.document.clauses.empty()) {
    seen.outcome = Outcome::failed;
    seen.reason = "no_document: the page has no text where the document should stand";
    return {};
  } else if (auto closed = close_suspect(writer, now); !closed) {
    return closed;
  }
  auto recorded = tracker.see({now, std::move(markdown), "fetch", std::move(seen.snapshots), {}});
  if (!recorded) return recorded.error();
  report.version = *recorded;
  if (!report.version) seen.outcome = Outcome::unchanged;
  return {};
}

/// A document that was missing for long is no accident of its host any more.
void say_if_gone(DocumentRow row, Observation& observation) {
  if (!misses_document(observation) || !row.missing_since) return;
  row.last_observed_at = observation.at;
  if (presence(row) != Presence::gone) return;
  observation.reason =
      fmt::format("gone: nothing else since {} ({})", format_rfc3339(*row.missing_since), observation.reason);
}

Result<VisitReport> visit_once(const VisitContext& context, const Declaration& declaration, const VisitState& state) {
  const auto row = context.archive.document(declaration.id);
  if (!row) return row.error();
  VisitReport report;
  report.state = state;
  Observation& observation = report.observation;
  observation.at = context.clock.now();
  const std::string reading = reading_of(declaration, row->versions);
  Seen seen = fetch_pages(context, declaration, state, row->pages_seen.starts_with(reading), report);
  if (seen.stopped) return Error{ErrorCode::unavailable, "stopped"};
  report.fetched = seen.outcome != Outcome::failed;

  std::string pages;
  if (seen.outcome == Outcome::recorded) {
    pages = hash_of(seen.fetched);
    if (row->pages_seen == reading + pages) {  // the same bytes, read in the same way, say what they said
      seen.outcome = Outcome::unchanged;
    } else {
      read_pages(declaration, seen);
    }
  }
  // Only what was read asks for a writer, which reads the latest version.
  std::optional<Tracker> tracker;
  observation.version = row->versions;
  if (seen.outcome == Outcome::recorded) {
    auto writer = context.archive.write(declaration.id);
    if (!writer) return writer.error();
    tracker.emplace(std::move(writer).value(), context.rules, context.cache);
    if (auto taken = take_pages(context, declaration.id, *tracker, seen, report); !taken) return taken.error();
    observation.version = tracker->writer().versions();
  }
  // Validators of a page that gave no version must not hide the next good one behind a 304.
  if (seen.outcome == Outcome::failed || seen.outcome == Outcome::suspect) report.state = {};

  observation.outcome = seen.outcome;
  observation.reason = std::move(seen.reason);
  observation.pages_seen = reading_of(declaration, observation.version) + pages;
  say_if_gone(*row, observation);
  if (!tracker) {
    if (auto observed = context.archive.observe(declaration.id, observation); !observed) return observed.error();
    return report;
  }
  if (auto observed = tracker->writer().observe(observation); !observed) return observed.error();
  if (auto committed = tracker->writer().commit(); !committed) return committed.error();
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
