// A Fetcher that answers from a script, and a Clock that is set by hand: visits and schedules without a network.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "fetcher/fetcher.h"
#include "model/clock.h"

namespace smallprint::test {

/// Answers each address with the results queued for it, in order; the last one again and again. An address without any
/// is a network error. Safe from several threads.
class ScriptedFetcher final : public Fetcher {
 public:
  void start(FetchRequest request, Done done) override { done(next(request)); }

  void answer(const std::string& url, FetchResult result) {
    const std::lock_guard lock(mutex_);
    answers_[url].push_back(std::move(result));
  }
  /// From now on the only answer.
  void set(const std::string& url, FetchResult result) {
    const std::lock_guard lock(mutex_);
    answers_[url] = {std::move(result)};
  }
  [[nodiscard]] std::vector<FetchRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  FetchResult next(const FetchRequest& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    FetchResult result;
    result.urls = {request.url};
    auto& queue = answers_[request.url];
    if (queue.empty()) {
      result.reason = "could not resolve host";
      return result;
    }
    result = queue.front();
    if (queue.size() > 1) queue.pop_front();
    if (result.urls.empty()) result.urls = {request.url};
    return result;
  }

  mutable std::mutex mutex_;
  std::map<std::string, std::deque<FetchResult>> answers_;
  std::vector<FetchRequest> requests_;
};

inline FetchResult page(std::string body, std::string etag = {}) {
  FetchResult result;
  result.outcome = FetchOutcome::ok;
  result.status = 200;
  result.headers = {{"content-type", "text/html; charset=utf-8"}};
  if (!etag.empty()) result.headers.emplace_back("etag", std::move(etag));
  result.wire_bytes = body.size();
  result.body = std::move(body);
  return result;
}

inline FetchResult failure(FetchOutcome outcome, int status, std::string reason,
                           std::chrono::seconds retry_after = {}) {
  FetchResult result;
  result.outcome = outcome;
  result.status = status;
  result.reason = std::move(reason);
  result.retry_after = retry_after;
  return result;
}

class SetClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void advance(std::chrono::seconds by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
  }
  void set(Timestamp time) {
    const std::lock_guard lock(mutex_);
    now_ = time;
  }

 private:
  mutable std::mutex mutex_;
  Timestamp now_{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};
};

}  // namespace smallprint::test
