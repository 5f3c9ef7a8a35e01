// What a host's robots.txt allows our product to fetch. Values; pure.
//
// Source: RFC 9309 (Robots Exclusion Protocol). Any bytes are read; what is no rule is skipped. Cost: parsing one pass
// and a sort, a question one pass over the path for each rule at most.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smallprint {

class RobotRules {
 public:
  /// The rules of the groups that name `product` (lower case), else of those for everyone (`*`).
  static RobotRules parse(std::string_view text, std::string_view product);

  /// `target` is an address's path and query, as requested. The longest rule decides, of two equal ones the one that
  /// allows.
  [[nodiscard]] bool allows(std::string_view target) const;
  /// What the group asks for between two requests; no part of the standard, and sent by many.
  [[nodiscard]] std::optional<std::chrono::milliseconds> crawl_delay() const { return crawl_delay_; }
  /// Memory that the rules take, about.
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Rule {
    std::string pattern;  ///< normalised; `*` stands for any text
    bool whole = false;   ///< it ended with `$`
    bool allow = false;
  };
  static bool matches(const Rule& rule, std::string_view target);
  std::vector<Rule> rules_;  ///< the longest first
  std::optional<std::chrono::milliseconds> crawl_delay_;
};

}  // namespace smallprint
