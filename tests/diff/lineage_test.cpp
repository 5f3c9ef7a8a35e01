#include "diff/lineage.h"

#include <doctest/doctest.h>

#include "diff/compare.h"
#include "tests/diff/documents.h"

using namespace smallprint;
using test::lines;

namespace {

std::string carried(const Document& before, const Document& after) {
  Comparison comparison = compare(before, after);
  std::string out;
  for (const Lineage lineage :
       carry_lineage(first_lineage(before.clauses.size(), 1), after.clauses.size(), 2, comparison)) {
    out += format_lineage(lineage) + " ";
  }
  return out;
}

}  // namespace

TEST_CASE("clauses keep their lineage through edits and moves, and new ones get their own") {
  const Document before =
      lines("## First\nWe keep what you upload for a month.\n## Second\nYou may ask us to delete it all.");
  CHECK(carried(before, before) == "c1-0 c1-1 c1-2 c1-3 ");
  CHECK(carried(before,
                lines("## First\nNobody expected this clause.\nWe keep what you upload for a year.\n## Second\nYou may "
                      "ask us to delete it all.")) == "c1-0 c2-0 c1-1 c1-2 c1-3 ");
  CHECK(carried(before,
                lines("## Second\nYou may ask us to delete it all.\n## First\nWe keep what you upload for a month.")) ==
        "c1-2 c1-3 c1-0 c1-1 ");
  CHECK(carried(before, lines("## Second\nYou may ask us to delete it all.")) == "c1-2 c1-3 ");
  CHECK(carried(Document{}, before) == "c2-0 c2-1 c2-2 c2-3 ");
  CHECK(carried(before, Document{}).empty());
}

TEST_CASE("of a split the part most like the old clause keeps its lineage, of a merger the largest part gives it") {
  const Document whole = lines(
      "We delete it after a year. We collect the name and the address that you give us when you sign up for an "
      "account.");
  const Document parts = lines(
      "We delete it after a month.\nWe collect the name and the address that you give us when you sign up for an "
      "account.");
  Comparison split = compare(whole, parts);
  REQUIRE(split.changes.size() == 1);
  REQUIRE(split.changes[0].kind == ChangeKind::split);
  const auto after = carry_lineage({{3, 4}}, 2, 5, split);
  CHECK(after == std::vector<Lineage>{{5, 0}, {3, 4}});
  CHECK(split.changes[0].lineage == Lineage{5, 0});
  Comparison merged = compare(parts, whole);
  CHECK(carry_lineage({{1, 0}, {3, 4}}, 1, 6, merged) == std::vector<Lineage>{{3, 4}});
}

TEST_CASE("a removed clause's change carries the lineage that ended") {
  Comparison comparison = compare(lines("One stays.\nTwo leaves for good."), lines("One stays."));
  carry_lineage({{1, 0}, {1, 1}}, 1, 2, comparison);
  REQUIRE(comparison.changes.size() == 1);
  CHECK(comparison.changes[0].lineage == Lineage{1, 1});
}

TEST_CASE("a clause that comes back takes up the lineage it had, where nobody else has it") {
  const Document error = lines("This page is not available.");
  const Document policy = lines("One.\nTwo is here.\nTwo is here.\nThree was never here.");
  Comparison back = compare(error, policy);
  const auto former = [](std::size_t index) {
    return index == 0  ? std::vector<Lineage>{{1, 0}}
           : index < 3 ? std::vector<Lineage>{{4, 0}, {1, 1}}
                       : std::vector<Lineage>{};
  };
  CHECK(carry_lineage({{5, 0}}, 4, 6, back, former) == std::vector<Lineage>{{1, 0}, {4, 0}, {1, 1}, {6, 0}});

  // Another clause goes on under that lineage: what it once said is said beside it.
  Comparison beside =
      compare(lines("We keep your data for a year."), lines("We keep your data for a year.\nNothing is ever deleted."));
  CHECK(carry_lineage({{1, 0}}, 2, 3, beside, [](std::size_t) {
          return std::vector<Lineage>{{1, 0}};
        }) == std::vector<Lineage>{{1, 0}, {3, 0}});
  CHECK(beside.changes[0].lineage == Lineage{3, 0});
}
