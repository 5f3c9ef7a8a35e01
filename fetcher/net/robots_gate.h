// Asks robots.txt whether an address may be fetched, and remembers each authority's answer (RFC 9309, 2.3 and 2.4).
//
// Redirects are followed, five at most. An answer of 4xx allows everything; 5xx, or none at all, forbids everything,
// unless an older answer is known. Owned by the fetcher; safe from several threads, which do not wait for each other.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "fetcher/fetcher.h"
#include "fetcher/net/robots.h"

namespace smallprint {

constexpr std::size_t robots_bytes = 500U << 10;  ///< of a longer file the rest is not read
constexpr int robots_redirects = 5;

/// What robots.txt says of one address.
struct RobotsVerdict {
  FetchOutcome outcome = FetchOutcome::ok;  ///< ok: it may be fetched; else how the visit ends
  std::string reason;
  bool stopped = false;
  std::chrono::milliseconds crawl_delay{0};
  std::chrono::seconds retry_after{0};
};

class RobotsGate {
 public:
  using Get = std::function<FetchResult(const std::string& url)>;

  /// `product` is our product token in lower case; an answer is asked for anew after `lifetime`.
  RobotsGate(std::string product, std::chrono::seconds lifetime) : product_(std::move(product)), lifetime_(lifetime) {}

  /// `origin` is "https://www.example.org:8443", `target` path and query. `get` fetches robots.txt where it is not
  /// known; no lock is held meanwhile.
  RobotsVerdict ask(const std::string& origin, std::string_view target, const Get& get);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Known {
    RobotRules rules;
    Time until{};
  };
  static RobotsVerdict judge(const RobotRules& rules, std::string_view target);
  void remember(const std::string& origin, RobotRules rules, Time until);

  const std::string product_;
  const std::chrono::seconds lifetime_;
  std::mutex mutex_;
  std::map<std::string, Known> known_;
  std::size_t bytes_ = 0;  ///< of what is known
};

}  // namespace smallprint
