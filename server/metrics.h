// What the server counts about itself, for Prometheus. Safe to use from several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "storage/schedule.h"

namespace smallprint {

/// What is fetched at this moment.
struct FetchingNow {
  std::size_t visits = 0, waiting = 0;
  std::uint64_t bytes = 0;  ///< of bodies in memory
};

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// `endpoint` is a pattern, never a path: the number of series is bounded.
  void answered(std::string_view endpoint, int status, double seconds, std::size_t bytes);
  /// A visit to a document. `outcome` and `reason` (of what failed, else empty) are names out of short lists.
  void visited(std::string_view outcome, std::string_view reason, double seconds, std::uint64_t bytes);
  void archive_revision(double revision);
  void schedule(const ScheduleStats& stats);
  /// Who is asked what is fetched, for each text(). Before the first of them.
  void fetching_from(std::function<FetchingNow()> source);
  /// Text exposition format 0.0.4.
  [[nodiscard]] std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace smallprint
