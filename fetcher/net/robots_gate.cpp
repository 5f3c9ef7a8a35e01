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

void RobotsGate::ask(const Question& question, const Get& get, Answer answer) {
  if (const auto found = known_.find(question.origin);
      found != known_.end() && std::chrono::steady_clock::now() < found->second.until) {
    answer(judge(found->second.rules, question.target));
    return;
  }
  std::string key = question.origin + ' ' + question.proxy;
  std::vector<Waiting>& waiting = asked_[key];
  waiting.push_back({question.target, std::move(answer)});
  if (waiting.size() > 1) return;
  get(question.origin + "/robots.txt", [this, origin = question.origin, key = std::move(key)](FetchResult fetched) {
    const auto all = asked_.extract(key);
    take(origin, std::move(fetched), all.mapped());
  });
}

void RobotsGate::take(const std::string& origin, FetchResult fetched, const std::vector<Waiting>& waiting) {
  const auto now = std::chrono::steady_clock::now();
  const auto found = known_.find(origin);
  std::optional<RobotRules> rules;
  if (const auto text = text_of(fetched)) {
    rules = RobotRules::parse(*text, product_);
    remember(origin, *rules, now + lifetime_);
  } else if (found != known_.end() && !fetched.stopped) {
    rules = found->second.rules;
    remember(origin, *rules, now + std::min<std::chrono::seconds>(lifetime_, before_asking_again));
  }
  RobotsVerdict none;
  if (!rules) {
    none.stopped = fetched.stopped;
    none.retry_after = fetched.retry_after;
    const bool answered = fetched.outcome == FetchOutcome::http_error || fetched.outcome == FetchOutcome::too_large;
    none.outcome = answered ? FetchOutcome::disallowed : fetched.outcome;
    none.reason = fetched.stopped ? fetched.reason : fmt::format("robots.txt cannot be had: {}", fetched.reason);
  }
  for (const Waiting& one : waiting) one.answer(rules ? judge(*rules, one.target) : none);
}

void RobotsGate::remember(const std::string& origin, RobotRules rules, Time until) {
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
