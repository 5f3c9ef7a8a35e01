// What the server counts about itself, for Prometheus. Safe to use from several threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace smallprint {

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// `endpoint` is a pattern, never a path: the number of series is bounded.
  void answered(std::string_view endpoint, int status, double seconds, std::size_t bytes);
  void archive_revision(double revision);
  /// Text exposition format 0.0.4.
  [[nodiscard]] std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace smallprint
