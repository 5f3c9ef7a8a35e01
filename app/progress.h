// A progress bar on a terminal, plain lines elsewhere. On standard error, so that results can be piped.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace smallprint {

/// Threads: one at a time.
class Progress {
 public:
  /// `total` 0: not known yet.
  Progress(std::string_view what, std::uint64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void set_total(std::uint64_t total);
  void step(std::uint64_t by = 1);
  void set(std::uint64_t done);
  /// A line of its own, above the bar.
  void line(std::string_view text);
  /// Draws the bar full, once, and ends it.
  void finish();

 private:
  void draw(bool always);
  std::string what_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  bool terminal_;
  bool finished_ = false;
  std::chrono::steady_clock::time_point drawn_{};
  std::chrono::steady_clock::time_point started_;
};

}  // namespace smallprint
