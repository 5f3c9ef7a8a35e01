// A site over a small invented archive, and short ways to ask it.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "server/site.h"
#include "tests/server/fake_archive.h"

namespace smallprint::test {

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return parse_rfc3339("2026-01-02T03:04:05Z").value(); }
};

struct SiteFixture {
  RuleSet rules = RuleSet::builtin();
  FakeArchive archive{rules};
  FixedClock clock;
  Site site{archive, rules, clock, {.public_url = "https://example.org/"}};

  SiteFixture();
  Response get(const std::string& target, std::vector<std::pair<std::string, std::string>> headers = {},
               const std::string& method = "GET") const {
    return site.handle({method, target, std::move(headers)});
  }
  boost::json::value json(const std::string& target) const;
};

std::string header(const Response& response, std::string_view name);
const boost::json::value& member(const boost::json::value& value, std::string_view name);
std::string text(const boost::json::value& value, std::string_view name);

}  // namespace smallprint::test
