// Where the layers meet: a text that was seen becomes a version, with everything derived from it, in one transaction.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diff/analysis.h"
#include "fetcher/extract/markdown.h"
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
  std::string sha256;        ///< of the text, in hex, where it is known already
  bool reextracted = false;  ///< it differs because we read the page otherwise, not because they changed it
};

/// Tracks one document: compares each text that is seen with the one before and adds a version where it differs.
///
/// The last few distinct texts and comparisons are remembered: a document that swings between texts (two in five of all
/// recorded versions repeat an earlier one) costs no new parse. Threads: one at a time. Borrows rules and cache.
class Tracker {
 public:
  Tracker(std::unique_ptr<DocumentWriter> writer, const RuleSet& rules, AnalysisCache& cache);

  /// The number of the version it became, or nullopt where the text equals the latest version's. Of a text that is
  /// remembered() the hash is enough.
  Result<std::optional<std::uint32_t>> see(SeenText seen);
  /// Is a text with this hash among the last few that were seen?
  [[nodiscard]] bool remembered(std::string_view sha256) const;
  /// Did the version added last repeat an earlier one?
  [[nodiscard]] bool repeated() const { return repeated_; }
  DocumentWriter& writer() { return *writer_; }
  /// Gives the writer away, with what is not committed yet; the tracker is of no further use.
  std::unique_ptr<DocumentWriter> release() { return std::move(writer_); }

 private:
  /// A text as it was understood.
  struct Known {
    std::string sha256;
    std::shared_ptr<const Document> document;
    std::shared_ptr<const DocumentAnalysis> analysis;
  };
  /// Two texts compared and judged.
  struct Compared {
    std::string before, after;  // SHA-256 of the texts
    Comparison comparison;
  };

  Known understand(const std::string& sha256, const std::string& markdown, const Known* before, Comparison& comparison);
  const Known* find_known(const std::string& sha256);
  const Comparison* find_compared(const std::string& before, const std::string& after) const;
  Known latest_known();
  VersionKind kind_of(const NewVersion& version) const;

  std::unique_ptr<DocumentWriter> writer_;
  const RuleSet& rules_;
  AnalysisCache& cache_;
  MarkdownReader reader_;
  std::deque<Known> known_;        ///< latest first
  std::deque<Compared> compared_;  ///< latest first
  bool repeated_ = false;
};

}  // namespace smallprint
