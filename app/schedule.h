// When each document is visited: due documents are claimed from the archive under a lease and visited, many at once and
// politely (app/pipeline.h).
//
// The interval adapts to how often a document changes. A visit that fails is tried again after the shortest interval,
// then twice as long each time; a host's Retry-After, up to the longest interval, holds for all its documents. A
// restart repeats nothing and skips nothing: what is due stands in the archive.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
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
  std::chrono::seconds lease{std::chrono::minutes{30}};
  PipelineOptions visits = {};
  /// Told of each visit that left an observation; by the workers, several at a time.
  std::function<void(const VisitReport&)> visited = {};
};

/// The interval after a visit, before jitter. `before` is the interval that led to it; `failed_before` says how the
/// visit before this one went. Pure.
std::chrono::seconds next_interval(const ScheduleOptions& options, std::chrono::seconds before, Outcome outcome,
                                   bool failed_before);

/// Owns its threads. Borrows the rest, which must outlive it.
class Scheduler {
 public:
  Scheduler(Archive& archive, Fetcher& fetcher, const RuleSet& rules, const Clock& clock, ScheduleOptions options);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// Makes the documents known to the archive, schedules the new ones at once, and starts the workers.
  Result<void> start(std::vector<Declaration> declarations);
  /// Replaces the declarations while the workers run: what is new or declared otherwise is visited at once, what is
  /// gone no more. One at a time.
  Result<void> declare(std::vector<Declaration> declarations);
  /// Ends fetches under way and joins. What was claimed and not visited is due at the next start.
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
