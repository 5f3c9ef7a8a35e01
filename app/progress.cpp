#include "app/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace smallprint {
namespace {

using namespace std::chrono;
constexpr int bar_width = 30;
constexpr milliseconds redraw_every{100};
constexpr const char* clear_line = "\r\x1b[K";

}  // namespace

Progress::Progress(std::string_view what, std::uint64_t total)
    : what_(what), total_(total), terminal_(isatty(STDERR_FILENO) == 1), started_(steady_clock::now()) {}

Progress::~Progress() {
  if (terminal_ && !finished_) fmt::print(stderr, "\n");
}

void Progress::set_total(std::uint64_t total) { total_ = total; }

void Progress::step(std::uint64_t by) { set(done_ + by); }

void Progress::set(std::uint64_t done) {
  done_ = done;
  draw(false);
}

void Progress::line(std::string_view text) {
  fmt::print(stderr, "{}{}\n", terminal_ ? clear_line : "", text);
  draw(true);
}

void Progress::finish() {
  finished_ = true;
  if (!terminal_) return;
  draw(true);
  fmt::print(stderr, "\n");
}

void Progress::draw(bool always) {
  if (!terminal_) return;
  const auto now = steady_clock::now();
  if (!always && now - drawn_ < redraw_every) return;
  drawn_ = now;
  const double share = total_ == 0 ? 0.0 : std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
  const int full = static_cast<int>(share * bar_width);
  const auto elapsed = duration_cast<seconds>(now - started_).count();
  std::string left;
  if (share > 0.02 && !finished_) {
    left = fmt::format("  {} s left", std::lround(static_cast<double>(elapsed) * (1 - share) / share));
  }
  fmt::print(stderr, "{}{} [{}{}] {}/{}{}", clear_line, what_, std::string(static_cast<std::size_t>(full), '#'),
             std::string(static_cast<std::size_t>(bar_width - full), '.'), done_, total_, left);
  std::fflush(stderr);
}

}  // namespace smallprint
