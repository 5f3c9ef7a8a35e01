// One visit to one document: fetch, extract, compare, record. Every visit leaves an observation; only a good page that
// says something new leaves a version.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "diff/analysis.h"
#include "fetcher/fetcher.h"
#include "model/catalog.h"
#include "model/clock.h"
#include "model/result.h"
#include "storage/archive.h"

namespace smallprint {

/// What a visit works with. Borrowed; archive and fetcher may be shared between threads, the cache may not.
struct VisitContext {
  Archive& archive;
  Fetcher& fetcher;
  const RuleSet& rules;
  AnalysisCache& cache;
  const Clock& clock;
};

/// What the scheduler remembers between visits.
struct VisitState {
  std::string etag, last_modified;  ///< of the last good answer of a document with one source
};

struct VisitReport {
  Observation observation;
  std::optional<std::uint32_t> version;      ///< the version that was recorded
  bool fetched = false;                      ///< every page came, or the host said that it did not change
  bool same_bytes = false;                   ///< every page came, byte for byte as before, and was not read again
  VisitState state;                          ///< to hand to the next visit
  std::chrono::seconds retry_after{0};       ///< what the host asked for, or 0
  std::chrono::milliseconds crawl_delay{0};  ///< what its robots.txt asked for between two visits, or 0
};

/// Which kind of failure a failed visit was: a name of a FetchOutcome, "no_document" or "gone". A view into its reason.
std::string_view failure_kind(const Observation& observation);

/// When a claimed document is visited next, as its visit went: recorded with the observation, both or neither.
using PlanNext = std::function<NextVisit(const VisitReport&)>;

/// Errors are the archive's: whatever the page or the network does is an outcome in the observation. Three exceptions,
/// which leave no observation: unavailable where the fetcher was stopped, internal where a library threw, conflict
/// where the visit's claim was lost meanwhile.
Result<VisitReport> visit(const VisitContext& context, const Declaration& declaration, const VisitState& state = {},
                          const PlanNext& plan_next = {});

}  // namespace smallprint
