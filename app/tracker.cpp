#include "app/tracker.h"

#include <algorithm>

#include "diff/compare.h"
#include "diff/lineage.h"
#include "fetcher/extract/language.h"
#include "fetcher/extract/markdown.h"

namespace smallprint {
namespace {

constexpr std::size_t most_known = 6;
constexpr std::size_t most_compared = 8;
/// A document flaps when so many of its last versions repeated an earlier one.
constexpr std::size_t recent_versions = 10;
constexpr std::ptrdiff_t flapping_repeats = 3;

/// Do most clauses stand at both ends as they did? Then the language is what it was. Cost: the common ends.
bool mostly_same(const Document& before, const Document& after) {
  const std::size_t most = std::min(before.clauses.size(), after.clauses.size());
  std::size_t begin = 0, end = 0;
  while (begin < most && before.clauses[begin] == after.clauses[begin]) ++begin;
  while (begin + end < most &&
         before.clauses[before.clauses.size() - 1 - end] == after.clauses[after.clauses.size() - 1 - end])
    ++end;
  return 2 * (begin + end) > after.clauses.size();
}

}  // namespace

Tracker::Tracker(std::unique_ptr<DocumentWriter> writer, const RuleSet& rules, AnalysisCache& cache)
    : writer_(std::move(writer)), rules_(rules), cache_(cache) {}

Tracker::Known Tracker::understand(const std::string& sha256, const std::string& markdown, const Document* before) {
  const auto found = std::find_if(known_.begin(), known_.end(), [&](const Known& one) { return one.sha256 == sha256; });
  Known known;
  if (found != known_.end()) {
    known = std::move(*found);
    known_.erase(found);
  } else {
    auto document = std::make_shared<Document>(read_markdown(markdown));
    document->language =
        before != nullptr && mostly_same(*before, *document) ? before->language : detect_language(markdown);
    auto analysis = std::make_shared<const DocumentAnalysis>(analyse(rules_, *document, cache_));
    known = {sha256, std::move(document), std::move(analysis)};
  }
  known_.push_front(known);
  if (known_.size() > most_known) known_.pop_back();
  return known;
}

/// The latest version, from memory or from the archive's clauses.
Tracker::Known Tracker::latest_known() {
  const LatestVersion& latest = *writer_->latest();
  for (const Known& one : known_) {
    if (one.sha256 == latest.text_sha256) return one;
  }
  auto analysis = std::make_shared<const DocumentAnalysis>(analyse(rules_, *latest.document, cache_));
  known_.push_front({latest.text_sha256, latest.document, std::move(analysis)});
  return known_.front();
}

Comparison Tracker::compare_known(const Known& before, const Known& after) {
  for (const Compared& one : compared_) {
    if (one.before == before.sha256 && one.after == after.sha256) return one.comparison;
  }
  Comparison comparison = compare(*before.document, *after.document);
  judge(rules_, *before.document, *before.analysis, *after.document, *after.analysis, comparison);
  compared_.push_front({before.sha256, after.sha256, comparison});
  if (compared_.size() > most_compared) compared_.pop_back();
  return comparison;
}

VersionKind Tracker::kind_of(const NewVersion& version) const {
  if (version.restored_from == 0) return version.comparison.kind;
  const auto repeats = std::count(recent_repeats_.begin(), recent_repeats_.end(), true);
  return repeats >= flapping_repeats ? VersionKind::flapping : VersionKind::restored;
}

Result<std::optional<std::uint32_t>> Tracker::see(SeenText seen) {
  const std::string sha256 = sha256_hex(seen.markdown);
  const LatestVersion* latest = writer_->latest();
  if (latest != nullptr && latest->text_sha256 == sha256) return std::optional<std::uint32_t>{};

  const std::uint32_t number = writer_->versions() + 1;
  std::optional<Known> before;
  if (latest != nullptr) before = latest_known();
  const Known after = understand(sha256, seen.markdown, before ? before->document.get() : nullptr);

  NewVersion version;
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
    version.comparison = compare_known(*before, after);
    version.lineages = std::make_shared<const std::vector<Lineage>>(
        carry_lineage(*latest->lineages, clauses, number, version.comparison));
    version.restored_from = writer_->version_with_text(sha256);
    version.kind = kind_of(version);
  }
  for (Fact& fact : version.facts) {
    for (Evidence& evidence : fact.evidence) evidence.lineage = (*version.lineages)[evidence.clause];
  }

  repeated_ = version.restored_from != 0;
  recent_repeats_.push_front(repeated_);
  if (recent_repeats_.size() > recent_versions) recent_repeats_.pop_back();
  auto added = writer_->add(std::move(version));
  if (!added) return added.error();
  return std::optional<std::uint32_t>{*added};
}

}  // namespace smallprint
