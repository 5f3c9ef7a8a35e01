#include "app/review.h"

#include <fmt/core.h>

#include <utility>

#include "app/tracker.h"

namespace smallprint {
namespace {

Error conflict(std::uint64_t id, std::string_view why) {
  return {ErrorCode::conflict, fmt::format("suspect {} {}", id, why)};
}

/// The suspect with its evidence and the writer of its document, which holds the two together.
struct Opened {
  Suspect suspect;
  std::unique_ptr<DocumentWriter> writer;
};

Result<Opened> open_for_decision(Archive& archive, std::uint64_t id) {
  auto suspect = archive.suspect(id);
  if (!suspect) return suspect.error();
  auto writer = archive.write(suspect->document);
  if (!writer) return writer.error();
  const Suspect* open = (*writer)->suspect();
  if (open == nullptr || open->id != id) {
    return conflict(id, fmt::format("is not to be decided on: it is {}", name(suspect->state)));
  }
  if (open->visits != suspect->visits || open->state != suspect->state) {
    return conflict(id, "was visited meanwhile; look at it again");
  }
  return Opened{std::move(suspect).value(), std::move(writer).value()};
}

/// What is stored of a decision: the evidence stays as it is.
Suspect decision(const Suspect& suspect, SuspectState state, std::uint32_t version, Timestamp now) {
  Suspect decided = suspect;
  decided.state = state;
  decided.version = version;
  decided.decided_at = now;
  decided.text.clear();
  decided.pages.clear();
  return decided;
}

}  // namespace

Result<Suspect> accept_suspect(Archive& archive, std::uint64_t id, const RuleSet& rules, AnalysisCache& cache,
                               Timestamp now) {
  auto opened = open_for_decision(archive, id);
  if (!opened) return opened.error();
  Suspect& suspect = opened->suspect;
  if (suspect.text.empty()) return conflict(id, "has no text that could be a version");
  const LatestVersion* latest = opened->writer->latest();
  if (latest != nullptr && latest->observed_at > suspect.last_at) return conflict(id, "is older than a version");
  Tracker tracker(std::move(opened->writer), rules, cache);
  auto recorded = tracker.see({suspect.last_at, std::move(suspect.text), "fetch", std::move(suspect.pages), {}});
  if (!recorded) return recorded.error();
  DocumentWriter& writer = tracker.writer();
  Suspect decided = decision(suspect, SuspectState::accepted, writer.versions(), now);
  if (auto put = writer.put_suspect(decided); !put) return put.error();
  if (auto committed = writer.commit(); !committed) return committed.error();
  return decided;
}

Result<Suspect> reject_suspect(Archive& archive, std::uint64_t id, Timestamp now) {
  auto opened = open_for_decision(archive, id);
  if (!opened) return opened.error();
  if (opened->suspect.state != SuspectState::waiting) return conflict(id, "was rejected before");
  Suspect decided = decision(opened->suspect, SuspectState::rejected, 0, now);
  if (auto put = opened->writer->put_suspect(decided); !put) return put.error();
  if (auto committed = opened->writer->commit(); !committed) return committed.error();
  return decided;
}

}  // namespace smallprint
