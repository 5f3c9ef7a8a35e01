#include "app/tracker.h"

#include "diff/compare.h"
#include "diff/lineage.h"
#include "fetcher/extract/markdown.h"

namespace smallprint {

Tracker::Tracker(std::unique_ptr<DocumentWriter> writer, const RuleSet& rules, AnalysisCache& cache)
    : writer_(std::move(writer)), rules_(rules), cache_(cache) {}

Result<std::optional<std::uint32_t>> Tracker::see(SeenText seen) {
  const std::string sha256 = sha256_hex(seen.markdown);
  const LatestVersion* latest = writer_->latest();
  if (latest != nullptr && latest->text_sha256 == sha256) return std::optional<std::uint32_t>{};

  const std::uint32_t number = writer_->versions() + 1;
  NewVersion version;
  version.observed_at = seen.observed_at;
  version.source = std::move(seen.source);
  version.snapshots = std::move(seen.snapshots);
  version.rules_version = rules_.version();
  auto document = std::make_shared<const Document>(read_markdown(seen.markdown));
  version.text = std::move(seen.markdown);
  version.text_sha256 = sha256;
  DocumentAnalysis analysis = analyse(rules_, *document, cache_);

  if (latest == nullptr) {
    version.kind = VersionKind::first;
    version.lineages = std::make_shared<const std::vector<Lineage>>(first_lineage(document->clauses.size(), number));
  } else {
    if (!latest_) latest_ = State{latest->document, analyse(rules_, *latest->document, cache_)};
    version.comparison = compare(*latest_->document, *document);
    judge(rules_, *latest_->document, latest_->analysis, *document, analysis, version.comparison);
    version.lineages = std::make_shared<const std::vector<Lineage>>(
        carry_lineage(*latest->lineages, document->clauses.size(), number, version.comparison));
    version.kind = version.comparison.kind;
    version.restored_from = writer_->version_with_text(sha256);
    if (version.restored_from != 0) version.kind = VersionKind::restored;
  }
  version.effective_date = analysis.effective_date;
  version.facts = analysis.facts;
  for (Fact& fact : version.facts) {
    for (Evidence& evidence : fact.evidence) evidence.lineage = (*version.lineages)[evidence.clause];
  }

  version.document = document;
  latest_ = State{std::move(document), std::move(analysis)};
  auto added = writer_->add(std::move(version));
  if (!added) return added.error();
  return std::optional<std::uint32_t>{*added};
}

}  // namespace smallprint
