// When each document is visited: due hosts' turns are claimed from the archive and visited by a few workers, politely:
// one request per host at a time, with a gap between two, longer where robots.txt asks for it. The archive keeps the
// turns, so that all processes that work on it are polite together (storage/schedule.h).
//
// The interval adapts to how often a document changes. A visit that fails is tried again after the shortest interval,
// then twice as long each time; a host's Retry-After, up to the longest interval, holds for all its documents. A visit
// and when the next one is are recorded together: a restart repeats nothing and skips nothing.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string_view>
#include <vector>

#include "app/visit.h"
#include "model/catalog.h"

namespace smallprint {

class Metrics;

struct ScheduleOptions {
  unsigned workers = 2;
  std::chrono::seconds first_interval{std::chrono::hours{12}};
  std::chrono::seconds shortest_interval{std::chrono::hours{1}};
  std::chrono::seconds longest_interval{std::chrono::days{7}};
  std::chrono::milliseconds host_gap{2000};  ///< between the end of a visit and the next one to the same host
  std::chrono::milliseconds longest_crawl_delay{60000};  ///< a host's robots.txt may ask for a longer gap, up to this
  /// What this process has claimed is due again so long after its last sign of life, which it gives four times as
  /// often.
  std::chrono::seconds lease{60};
  /// Told of each visit that left an observation; by the workers, several at a time.
  std::function<void(const VisitReport&)> visited = {};
};

/// The interval after a visit, before jitter. `before` is the interval that led to it; `failed_before` says how the
/// visit before this one went. Pure.
std::chrono::seconds next_interval(const ScheduleOptions& options, std::chrono::seconds before, Outcome outcome,
                                   bool failed_before);

/// How long a host is left alone after a visit: the gap, or what its robots.txt asks for, up to a limit. Pure.
std::chrono::milliseconds gap_after(const ScheduleOptions& options, const VisitReport& report);

/// The next one of a catalog, valid until it is asked again; null at the end.
using NextDeclaration = std::function<const Declaration*()>;

/// Owns its threads. Borrows the rest, which must outlive it.
class Scheduler {
 public:
  Scheduler(Archive& archive, Fetcher& fetcher, const RuleSet& rules, const Clock& clock, ScheduleOptions options);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// Makes the documents those that the archive tracks (Archive::track), and starts the workers. The archive keeps the
  /// declarations; of processes that share it all are to be given the same. `stop` ends it before its end, with error
  /// unavailable.
  Result<void> start(const NextDeclaration& next, const std::stop_token& stop = {});
  Result<void> start(const std::vector<Declaration>& declarations, const std::stop_token& stop = {});
  /// Replaces the declarations while the workers run: what is new or declared otherwise is visited at once, what is
  /// gone no more. One at a time.
  Result<void> declare(const NextDeclaration& next, const std::stop_token& stop = {});
  Result<void> declare(const std::vector<Declaration>& declarations, const std::stop_token& stop = {});
  /// Ends fetches under way, joins, and gives back what was claimed and not visited.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Makes a declaration's document known to the archive.
Result<void> put_declared(Archive& archive, const Declaration& declaration);
/// One structured line in the log for a visit.
void log_visit(std::string_view document, const VisitReport& report);
/// Counts a visit for /metrics.
void count_visit(Metrics& metrics, const VisitReport& report);
/// The host of an http or https address, in lower case; what politeness is counted by.
std::string host_of(std::string_view url);

}  // namespace smallprint
