// When each document is visited: due hosts' turns are claimed from the archive (storage/schedule.h) and visited, many
// at once and politely (app/pipeline.h). The archive keeps the turns, so that all processes that work on it are polite
// together.
//
// The interval adapts to how often a document changes. A visit that fails is tried again after the shortest interval,
// then twice as long each time; a host's Retry-After, up to the longest interval, holds for all its documents. A
// visit and when the next one is are recorded together: a restart repeats nothing and skips nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string_view>
#include <vector>

#include "app/pipeline.h"
#include "app/visit.h"
#include "model/catalog.h"

namespace smallprint {

class Metrics;

struct ScheduleOptions {
  std::chrono::seconds first_interval{std::chrono::hours{12}};
  std::chrono::seconds shortest_interval{std::chrono::hours{1}};
  std::chrono::seconds longest_interval{std::chrono::days{7}};
  /// Of new documents so many are visited at once, and the others after them at this rate.
  std::uint32_t new_at_once = 1000, new_per_second = 20;
  /// What this process has claimed is due again so long after its last sign of life, which it gives four times as
  /// often.
  std::chrono::seconds lease{60};
  PipelineOptions visits = {};
  /// Told of each visit that left an observation; by the workers, several at a time.
  std::function<void(const VisitReport&)> visited = {};
};

/// The interval after a visit, before jitter. `before` is the interval that led to it; `failed_before` says how the
/// visit before this one went. Pure.
std::chrono::seconds next_interval(const ScheduleOptions& options, std::chrono::seconds before, Outcome outcome,
                                   bool failed_before);

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

}  // namespace smallprint
