// How much memory bodies may take, from the first byte that comes in until whoever took the page has let it go; and the
// bell that wakes the fetcher's thread. Both are shared: a page may outlive the fetcher. Safe from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

namespace smallprint {

/// Wakes a thread that waits for `fd()` to become readable.
class Doorbell {
 public:
  Doorbell();
  ~Doorbell();
  Doorbell(const Doorbell&) = delete;
  Doorbell& operator=(const Doorbell&) = delete;
  void ring() const;
  /// Takes all the ringing there was.
  void answer() const;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

class ByteBudget {
 public:
  using Time = std::chrono::steady_clock::time_point;
  ByteBudget(std::uint64_t limit, std::shared_ptr<const Doorbell> bell) : limit_(limit), bell_(std::move(bell)) {}
  [[nodiscard]] std::uint64_t used() const { return used_.load(); }
  [[nodiscard]] bool is_spent() const { return used_.load() >= limit_; }
  void take(std::uint64_t bytes) { used_ += bytes; }
  /// Rings where it had been spent.
  void give_back(std::uint64_t bytes);
  /// When that last happened.
  [[nodiscard]] Time given_back_at() const { return given_back_at_.load(); }

 private:
  const std::uint64_t limit_;
  std::atomic<std::uint64_t> used_{0};
  std::atomic<Time> given_back_at_{Time{}};
  std::shared_ptr<const Doorbell> bell_;
};

/// What one body has taken, given back at its end. One thread at a time.
class HeldBytes {
 public:
  explicit HeldBytes(std::shared_ptr<ByteBudget> budget) : budget_(std::move(budget)) {}
  ~HeldBytes() { clear(); }
  HeldBytes(const HeldBytes&) = delete;
  HeldBytes& operator=(const HeldBytes&) = delete;
  void add(std::uint64_t bytes) {
    budget_->take(bytes);
    bytes_ += bytes;
  }
  void clear() {
    budget_->give_back(bytes_);
    bytes_ = 0;
  }

 private:
  std::shared_ptr<ByteBudget> budget_;
  std::uint64_t bytes_ = 0;
};

}  // namespace smallprint
