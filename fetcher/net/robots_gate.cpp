#include "fetcher/net/robots_gate.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

namespace smallprint {
namespace {

/// Where an older answer stands in for one that cannot be had, how long until the host is asked again.
constexpr std::chrono::minutes before_asking_again{10};
/// More is forgotten, what is asked for anew soonest first: redirects may lead to any number of hosts.
constexpr std::size_t most_bytes = 32U << 20;

/// The text of robots.txt; empty where everything is allowed; none where nothing is known.
std::optional<std::string> text_of(FetchResult& answer) {
  const bool too_many_redirects = answer.outcome == FetchOutcome::refused && answer.urls.size() > robots_redirects + 1;
  if (answer.outcome == FetchOutcome::ok) return std::move(answer.body);
  if (too_many_redirects) return std::string();
  if (answer.outcome == FetchOutcome::http_error && answer.status < 500) return std::string();
  return std::nullopt;
}

}  // namespace

RobotsVerdict RobotsGate::judge(const RobotRules& rules, std::string_view target) {
  RobotsVerdict verdict;
  verdict.crawl_delay = rules.crawl_delay().value_or(std::chrono::milliseconds{0});
  if (rules.allows(target)) return verdict;
  verdict.outcome = FetchOutcome::disallowed;
  verdict.reason = fmt::format("robots.txt does not allow {}", target.substr(0, 200));
  return verdict;
}

RobotsVerdict RobotsGate::ask(const std::string& origin, std::string_view target, const Get& get) {
  const auto now = std::chrono::steady_clock::now();
  std::optional<RobotRules> older;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = known_.find(origin); found != known_.end()) {
      if (now < found->second.until) return judge(found->second.rules, target);
      older = found->second.rules;
    }
  }
  FetchResult answer = get(origin + "/robots.txt");
  if (auto text = text_of(answer)) {
    RobotRules rules = RobotRules::parse(*text, product_);
    RobotsVerdict verdict = judge(rules, target);
    remember(origin, std::move(rules), now + lifetime_);
    return verdict;
  }
  if (older && !answer.stopped) {
    RobotsVerdict verdict = judge(*older, target);
    remember(origin, std::move(*older), now + std::min<std::chrono::seconds>(lifetime_, before_asking_again));
    return verdict;
  }
  RobotsVerdict verdict;
  verdict.stopped = answer.stopped;
  verdict.retry_after = answer.retry_after;
  const bool answered = answer.outcome == FetchOutcome::http_error || answer.outcome == FetchOutcome::too_large;
  verdict.outcome = answered ? FetchOutcome::disallowed : answer.outcome;
  verdict.reason = answer.stopped ? answer.reason : fmt::format("robots.txt cannot be had: {}", answer.reason);
  return verdict;
}

void RobotsGate::remember(const std::string& origin, RobotRules rules, Time until) {
  const std::scoped_lock lock(mutex_);
  Known& known = known_[origin];
  if (known.until != Time{}) bytes_ -= known.rules.bytes() + origin.size();
  bytes_ += rules.bytes() + origin.size();
  known = {std::move(rules), until};
  while (bytes_ > most_bytes && known_.size() > 1) {
    const auto first = std::min_element(known_.begin(), known_.end(),
                                        [](const auto& a, const auto& b) { return a.second.until < b.second.until; });
    bytes_ -= first->second.rules.bytes() + first->first.size();
    known_.erase(first);
  }
}

}  // namespace smallprint
