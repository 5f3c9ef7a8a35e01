// Asks robots.txt whether an address may be fetched, and remembers each authority's answer (RFC 9309, 2.3 and 2.4).
//
// Redirects are followed, five at most. An answer of 4xx allows everything; 5xx, or none at all, forbids everything,
// unless an older answer is known. Whoever asks while an answer is on its way is told with it. Owned by the fetcher;
// one thread, which never waits.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

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
  using Answer = std::function<void(const RobotsVerdict&)>;
  /// Fetches an address, and calls once with what came, now or later.
  using Get = std::function<void(const std::string& url, std::function<void(FetchResult)>)>;

  /// `product` is our product token in lower case; an answer is asked for anew after `lifetime`.
  RobotsGate(std::string product, std::chrono::seconds lifetime) : product_(std::move(product)), lifetime_(lifetime) {}

  struct Question {
    std::string origin;  ///< "https://www.example.org:8443"
    std::string target;  ///< path and query
    std::string proxy;   ///< through which `get` goes, or empty
  };
  /// `get` fetches robots.txt where it is not known. `answer` is called once: before ask() returns, or by `get`.
  void ask(const Question& question, const Get& get, Answer answer);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Known {
    RobotRules rules;
    Time until{};
  };
  struct Waiting {
    std::string target;
    Answer answer;
  };
  static RobotsVerdict judge(const RobotRules& rules, std::string_view target);
  void take(const std::string& origin, FetchResult fetched, const std::vector<Waiting>& waiting);
  void remember(const std::string& origin, RobotRules rules, Time until);

  const std::string product_;
  const std::chrono::seconds lifetime_;
  std::map<std::string, Known> known_;
  std::map<std::string, std::vector<Waiting>> asked_;  ///< by origin and proxy
  std::size_t bytes_ = 0;                              ///< of what is known
};

}  // namespace smallprint
