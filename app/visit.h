// One visit to one document: fetch, extract, compare, record. Every visit leaves an observation; only a good page that
// says something new leaves a version.
//
// It has three steps, so that few threads can make hundreds of visits at once (app/pipeline.h): plan_visit() reads what
// is known, fetch_pages() waits for nobody, take_visit() does the work.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/take_pages.h"
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
  std::optional<std::uint32_t> version;  ///< the version that was recorded
  bool fetched = false;                  ///< every page came, or the host said that it did not change
  bool failed_before = false;            ///< the visit before this one failed, or found a suspect
  bool same_bytes = false;               ///< every page came, byte for byte as before, and was not read again
  /// Nothing was recorded: the pages show next to nothing without their scripts, and are to be visited by_browser.
  bool wants_browser = false;
  VisitState state;                          ///< to hand to the next visit
  std::chrono::seconds retry_after{0};       ///< what the host asked for, or 0
  std::chrono::milliseconds crawl_delay{0};  ///< what its robots.txt asked for between two visits, or 0
};

/// Which kind of failure a failed visit was: a name of a FetchOutcome, "no_document" or "gone". A view into its reason.
std::string_view failure_kind(const Observation& observation);

struct VisitPlan {
  std::shared_ptr<const Declaration> declaration;
  VisitState state;
  Timestamp at{};
  bool conditional = false;  ///< what the host last answered was read as it would be now
  bool by_browser = false;   ///< all of its pages, also those that are not declared so
};

/// What came of fetching a declaration's pages: every one, or those before the first that is not there.
struct FetchedPages {
  VisitPlan plan;
  VisitReport report;    ///< as far as it is known
  std::string reason;    ///< of a failure
  bool stopped = false;  ///< the fetcher was, and nothing is known of the page
  VisitedPages visited;
  std::vector<std::shared_ptr<const void>> held;  ///< as in FetchResult
};

Result<VisitPlan> plan_visit(const Archive& archive, const Clock& clock, std::shared_ptr<const Declaration> declaration,
                             VisitState state);
/// Page after page; `done` is called as Fetcher::start() calls it.
void fetch_pages(Fetcher& fetcher, VisitPlan plan, std::function<void(FetchedPages)> done);
/// When a claimed document is visited next, as its visit went; recorded with the observation, both or neither.
using PlanNext = std::function<NextVisit(const VisitReport&)>;

/// Errors are the archive's: whatever the page or the network does is an outcome in the observation. Three exceptions,
/// which leave no observation: unavailable where the fetcher was stopped, internal where a library threw, conflict
/// where the visit's claim was lost meanwhile. Cost: of the same bytes as before a hash and a small transaction; else
/// extraction, and where the text differs, comparison.
Result<VisitReport> take_visit(const VisitContext& context, FetchedPages fetched, const PlanNext& plan_next = {});

/// All three, and waits for the pages.
Result<VisitReport> visit(const VisitContext& context, const Declaration& declaration, const VisitState& state = {});

}  // namespace smallprint
