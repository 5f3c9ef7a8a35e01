// Where the layers meet: a text that was seen becomes a version, with everything derived from it, in one transaction.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diff/analysis.h"
#include "model/clock.h"
#include "model/document.h"
#include "model/result.h"
#include "storage/archive.h"

namespace smallprint {

/// A text as it was seen: the Markdown that is kept, and where it came from.
struct SeenText {
  Timestamp observed_at{};
  std::string markdown;
  std::string source;  ///< "fetch", "ota:<commit>"
  std::vector<Snapshot> snapshots;
};

/// Tracks one document: compares each text that is seen with the one before and adds a version where it differs.
/// Keeps the latest version's analysis in memory, so a run of versions costs each text one parse.
/// Threads: one at a time. Borrows rules and cache.
class Tracker {
 public:
  Tracker(std::unique_ptr<DocumentWriter> writer, const RuleSet& rules, AnalysisCache& cache);

  /// The number of the version it became, or nullopt where the text equals the latest version's.
  Result<std::optional<std::uint32_t>> see(SeenText seen);
  DocumentWriter& writer() { return *writer_; }

 private:
  struct State {
    std::shared_ptr<const Document> document;
    DocumentAnalysis analysis;
  };
  std::unique_ptr<DocumentWriter> writer_;
  const RuleSet& rules_;
  AnalysisCache& cache_;
  std::optional<State> latest_;  ///< of writer_->latest(), computed when first needed
};

}  // namespace smallprint
