// docs/taxonomy.md against the rules: one mapping, told twice.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "diff/rules.h"
#include "tests/support/support.h"

using namespace smallprint;

namespace {

std::string cell(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : "; ") + name;
  return out.empty() ? "–" : out;
}

}  // namespace

TEST_CASE("docs/taxonomy.md maps every topic as the rules do, in their order") {
  const RuleSet rules = RuleSet::builtin();
  std::vector<std::string> told, expected;
  std::ifstream in(test::source_folder() / "docs/taxonomy.md");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("| ") && !line.starts_with("| topic ")) told.push_back(line);
  }
  for (const Topic& topic : rules.topics()) {
    expected.push_back("| " + topic.id + " | " + cell(topic.opp_115) + " | " + cell(topic.tosdr) + " | " +
                       cell(topic.claudette) + " |");
  }
  CHECK(told == expected);
}

TEST_CASE("what a topic is mapped to is spelled as its vocabulary spells it, and what is meant for it is used") {
  const std::set<std::string> opp_115 = {"First Party Collection/Use",
                                         "Third Party Sharing/Collection",
                                         "User Choice/Control",
                                         "User Access, Edit and Deletion",
                                         "Data Retention",
                                         "Data Security",
                                         "Policy Change",
                                         "Do Not Track",
                                         "International and Specific Audiences",
                                         "Other"};
  // Its eighth, "Contract by using", is no subject that changes.
  const std::set<std::string> claudette = {
      "Limitation of liability", "Unilateral termination", "Unilateral change", "Content removal",
      "Choice of law",           "Jurisdiction",           "Arbitration"};
  std::set<std::string> used_opp_115, used_claudette;
  const RuleSet rules = RuleSet::builtin();
  for (const Topic& topic : rules.topics()) {
    used_opp_115.insert(topic.opp_115.begin(), topic.opp_115.end());
    used_claudette.insert(topic.claudette.begin(), topic.claudette.end());
  }
  CHECK(used_opp_115 == opp_115);
  CHECK(used_claudette == claudette);
}
