#include "diff/dates.h"

#include <doctest/doctest.h>

#include <string>

#include "diff/analysis.h"
#include "tests/diff/documents.h"

using namespace smallprint;

namespace {

std::string first(std::string_view text) {
  const auto found = find_dates(text);
  return found.empty() ? "" : format_date(found.front().date);
}

}  // namespace

TEST_CASE("dates are read in the formats and languages of terms") {
  for (const char* text :
       {"September 18, 2024", "Sept. 18, 2024", "18 September 2024", "18th of September, 2024", "SEPTEMBER 18 2024",
        "18. September 2024", "18 septembre 2024", "18 de septiembre de 2024", "18 settembre 2024", "18-Sep-2024",
        "2024-09-18", "2024/09/18", "18.09.2024", "18/09/2024", "09/18/2024", "as of September 18, 2024."}) {
    INFO(text);
    CHECK(first(text) == "2024-09-18");
  }
  CHECK(first("1er mars 2025") == "2025-03-01");
  CHECK(first("1. M\u00E4rz 2025") == "2025-03-01");
  CHECK(first("1 f\u00E9vrier 2025") == "2025-02-01");
  CHECK(first("3 ao\u00FBt 2025") == "2025-08-03");
}

TEST_CASE("what is no date is not read as one") {
  for (const char* text : {"", "2024", "September 2024", "31 February 2024", "09/10/2024", "1.2.3", "99.99.9999",
                           "version 2024-13-01", "may 3 people", "1-2-2024-3 x 1850-01-01"}) {
    INFO(text);
    CHECK(first(text) == "");
  }
}

TEST_CASE("a document's dates are those its first clauses stamp it with") {
  const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache(rules);
  const DocumentAnalysis analysis = analyse(
      rules,
      test::lines("# Privacy Policy\nEffective September 18, 2024\nLast updated: 1 August 2024\nWe collect data."),
      cache);
  REQUIRE(analysis.effective_date);
  CHECK(format_date(*analysis.effective_date) == "2024-09-18");
  REQUIRE(analysis.last_updated);
  CHECK(format_date(*analysis.last_updated) == "2024-08-01");
}
