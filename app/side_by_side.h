// Runs the same work in several threads, and reports while it runs.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <thread>
#include <vector>

namespace smallprint {

/// Calls `work` once in each of so many threads (0: as many as the machine has, at most 8) and returns when all are
/// done; meanwhile, and once more then, calls `report` in the caller's thread. Neither may throw.
inline void side_by_side(unsigned threads, const std::function<void()>& work, const std::function<void()>& report) {
  if (threads == 0) threads = std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
  std::vector<std::jthread> workers;
  std::atomic<unsigned> running{threads};
  for (unsigned i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      work();
      --running;
    });
  }
  while (running > 0) {
    report();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  workers.clear();
  report();
}

}  // namespace smallprint
