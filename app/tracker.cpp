#include "app/tracker.h"

#include <algorithm>

#include "diff/compare.h"
#include "diff/lineage.h"
#include "fetcher/extract/language.h"
#include "fetcher/extract/markdown.h"

namespace smallprint {
namespace {

constexpr std::size_t most_known = 4;
constexpr std::size_t most_compared = 8;
/// A document flaps when so many of its last ten versions repeated an earlier one.
constexpr std::size_t flapping_repeats = 3;

/// Are most of the new document's clauses the old one's? Then the language is what it was.
bool mostly_same(const Comparison& comparison, const Document& after) {
  std::size_t changed = 0;
  for (const Change& change : comparison.changes) changed += change.after.size();
  return 2 * changed < after.clauses.size();
}

}  // namespace

Tracker::Tracker(std::unique_ptr<DocumentWriter> writer, const RuleSet& rules, AnalysisCache& cache)
    : writer_(std::move(writer)), rules_(rules), cache_(cache) {}

/// The latest version, from memory or from the archive's clauses.
Tracker::Known Tracker::latest_known() {
  const LatestVersion& latest = *writer_->latest();
  if (const Known* known = find_known(latest.text_sha256)) return *known;
  auto analysis = std::make_shared<const DocumentAnalysis>(analyse(rules_, *latest.document, cache_));
  known_.push_front({latest.text_sha256, latest.document, std::move(analysis)});
  return known_.front();
}

const Tracker::Known* Tracker::find_known(const std::string& sha256) {
  const auto found = std::find_if(known_.begin(), known_.end(), [&](const Known& one) { return one.sha256 == sha256; });
  if (found == known_.end()) return nullptr;
  std::rotate(known_.begin(), found, found + 1);  // latest first
  return &known_.front();
}

bool Tracker::remembered(std::string_view sha256) const {
  return std::any_of(known_.begin(), known_.end(), [&](const Known& one) { return one.sha256 == sha256; });
}

const Comparison* Tracker::find_compared(const std::string& before, const std::string& after) const {
  for (const Compared& one : compared_) {
    if (one.before == before && one.after == after) return &one.comparison;
  }
  return nullptr;
}

/// Parses, compares and analyses a text; all but what is remembered. The comparison is empty where nothing was before.
Tracker::Known Tracker::understand(const std::string& sha256, const std::string& markdown, const Known* before,
                                   Comparison& comparison) {
  Known after;
  if (const Known* known = find_known(sha256)) after = *known;
  const bool parsed = after.document != nullptr;
  std::shared_ptr<Document> fresh;
  if (!parsed) after = {sha256, fresh = reader_.read(markdown), nullptr};

  const Comparison* compared = before == nullptr ? nullptr : find_compared(before->sha256, sha256);
  if (compared != nullptr) {
    comparison = *compared;
  } else if (before != nullptr) {
    comparison = compare(*before->document, *after.document);
  }
  if (!parsed) {
    const bool as_before = before != nullptr && mostly_same(comparison, *fresh);
    fresh->language = as_before ? before->document->language : detect_language(markdown);
    after.analysis = std::make_shared<const DocumentAnalysis>(analyse(rules_, *fresh, cache_));
    known_.push_front(after);
    if (known_.size() > most_known) known_.pop_back();
  }
  if (before != nullptr && compared == nullptr) {
    judge(rules_, *before->document, *before->analysis, *after.document, *after.analysis, comparison);
    // Only a document that has repeated itself is likely to be compared in the same way again.
    if (writer_->latest()->repeats.any()) {
      compared_.push_front({before->sha256, sha256, comparison});
      if (compared_.size() > most_compared) compared_.pop_back();
    }
  }
  return after;
}

VersionKind Tracker::kind_of(const NewVersion& version) const {
  if (version.restored_from == 0) return version.comparison.kind;
  return writer_->latest()->repeats.count() >= flapping_repeats ? VersionKind::flapping : VersionKind::restored;
}

Result<std::optional<std::uint32_t>> Tracker::see(SeenText seen) {
  const std::string sha256 = seen.sha256.empty() ? sha256_hex(seen.markdown) : std::move(seen.sha256);
  const LatestVersion* latest = writer_->latest();
  if (latest != nullptr && latest->text_sha256 == sha256) return std::optional<std::uint32_t>{};

  const std::uint32_t number = writer_->versions() + 1;
  std::optional<Known> before;
  if (latest != nullptr) before = latest_known();
  NewVersion version;
  const Known after = understand(sha256, seen.markdown, before ? &*before : nullptr, version.comparison);
  version.observed_at = seen.observed_at;
  version.source = std::move(seen.source);
  version.snapshots = std::move(seen.snapshots);
  version.rules_version = rules_.version();
  version.text = std::move(seen.markdown);
  version.text_sha256 = sha256;
  version.document = after.document;
  version.effective_date = after.analysis->effective_date;
  version.facts = after.analysis->facts;
  const std::size_t clauses = after.document->clauses.size();
  if (!before) {
    version.kind = VersionKind::first;
    version.lineages = std::make_shared<const std::vector<Lineage>>(first_lineage(clauses, number));
  } else {
    std::optional<Error> failed;
    const FormerLineages former = [&](std::size_t index) {
      auto lineages = writer_->former_lineages(after.document, index);
      if (!lineages) failed = lineages.error();
      return lineages ? std::move(lineages).value() : std::vector<Lineage>{};
    };
    version.lineages = std::make_shared<const std::vector<Lineage>>(
        carry_lineage(*latest->lineages, clauses, number, version.comparison, former));
    if (failed) return *failed;
    version.restored_from = writer_->version_with_text(sha256);
    version.kind = kind_of(version);
    if (seen.reextracted) {
      version.kind = VersionKind::reextracted;
      for (Change& change : version.comparison.changes) {
        change.importance = Importance::none;
        change.importance_reason = "the page is read otherwise; they did not change it";
      }
    }
  }
  for (Fact& fact : version.facts) {
    for (Evidence& evidence : fact.evidence) evidence.lineage = (*version.lineages)[evidence.clause];
  }

  repeated_ = version.restored_from != 0;
  auto added = writer_->add(std::move(version));
  if (!added) return added.error();
  return std::optional<std::uint32_t>{*added};
}

}  // namespace smallprint
