// Visits many documents at once: hundreds of fetches are under way, of one host one at a time with a gap between two,
// while a few workers read, compare and record what came.
//
// What to visit is asked for when there is room, and what became of it is told; both by the workers.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/visit.h"
#include "model/catalog.h"
#include "model/result.h"
#include "storage/archive.h"

namespace smallprint {

struct PipelineOptions {
  std::size_t connections = 100;  ///< visits under way at once, from the fetch to the record
  unsigned workers = 2;
  std::chrono::milliseconds host_gap{2000};  ///< between the end of a visit's fetch and the next one to the same host
  std::chrono::milliseconds longest_crawl_delay{60000};  ///< a host's robots.txt may ask for a longer gap, up to this
  std::chrono::seconds longest_retry_after{std::chrono::days{7}};  ///< a host may ask for as much time for all of it
  /// Where a host asks for more time than this its documents are put off, and others have their turn.
  std::chrono::seconds patience{60};
};

struct VisitJob {
  DueDocument due;
  std::shared_ptr<const Declaration> declaration;
  bool by_browser = false;  ///< its pages were fetched, and show next to nothing without their scripts
};

/// How long a host is left alone after a visit: the gap, or what its robots.txt asks for, up to a limit. Pure.
std::chrono::milliseconds gap_after(const PipelineOptions& options, std::chrono::milliseconds crawl_delay);

/// The host of an http or https address, in lower case; what politeness is counted by.
std::string host_of(std::string_view url);

/// Owns its threads. Borrows the rest, which must outlive it.
class VisitPipeline {
 public:
  struct Calls {
    /// What to visit next, about `limit`; nothing: ask again after wake(), or half a minute. One call at a time.
    std::function<std::vector<VisitJob>(std::size_t limit)> more;
    /// When it is visited next, recorded with the visit; from several threads. May be empty.
    std::function<NextVisit(const VisitJob&, const VisitReport&)> plan;
    /// A visit has ended; from several threads. Errors are the archive's, and left no observation.
    std::function<void(const VisitJob&, const Result<VisitReport>&)> visited;
    /// Not visited, and not to be for so long; 0: because of stop(). From several threads.
    std::function<void(const VisitJob&, std::chrono::seconds)> put_off;
  };

  VisitPipeline(Archive& archive, Fetcher& fetcher, const RuleSet& rules, const Clock& clock, PipelineOptions options,
                Calls calls);
  ~VisitPipeline();
  VisitPipeline(const VisitPipeline&) = delete;
  VisitPipeline& operator=(const VisitPipeline&) = delete;

  void start();
  [[nodiscard]] bool is_running() const;
  /// There is more to visit.
  void wake();
  /// Ends the fetches under way, records what was fetched, tells of the rest, and joins.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace smallprint
