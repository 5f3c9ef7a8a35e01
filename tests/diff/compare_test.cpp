#include "diff/compare.h"

#include <doctest/doctest.h>

#include "tests/diff/documents.h"
#include "tests/diff/properties.h"
#include "tests/support/support.h"

using namespace smallprint;
using test::holds;
using test::lines;
using test::summary;

TEST_CASE("every property holds on all pairs of short clause lists over three letters") {
  const std::size_t longest = test::long_campaign() ? 5 : 4;
  std::vector<Document> all;
  std::vector<std::string> texts = {""};
  for (std::size_t length = 0; length <= longest; ++length) {
    std::vector<std::string> longer;
    for (const std::string& text : texts) {
      std::string joined;
      for (const char c : text) joined += std::string(1, c) + "\n";
      all.push_back(lines(joined));
      for (const char c : {'a', 'b', 'c'}) longer.push_back(text + c);
    }
    texts = std::move(longer);
  }
  std::size_t bad = 0;
  for (const Document& before : all) {
    for (const Document& after : all) bad += holds(before, after) ? 0U : 1U;
    if (bad > 3) break;
  }
  CHECK(bad == 0);
}

TEST_CASE("an edited clause is told with the heading above it") {
  const auto c =
      compare(lines("# Policy\n## 1. What\nWe collect what you post here.\n## 2. How We Use Data\nWe use the data "
                    "that we have about you to provide our service."),
              lines("# Policy\n## 1. What\nWe collect what you post here.\n## 2. How We Use Data\nWe may use your "
                    "personal data to train models and to provide our service."));
  REQUIRE(summary(c) == "edited 4+1>4+1\n");
  CHECK(c.kind == VersionKind::substantive);
  CHECK(c.changes[0].section == std::vector<std::string>{"Policy", "2. How We Use Data"});
}

TEST_CASE("added and removed clauses stand where they stand, one change each") {
  const Document before = lines("One stays here.\nTwo goes away soon.\nThree stays as well.");
  const Document after = lines("One stays here.\nThree stays as well.\nA clause nobody knew.\nAnd yet another thing.");
  const auto c = compare(before, after);
  CHECK(summary(c) == "removed 1+1>1+0\nadded 3+0>2+1\nadded 3+0>3+1\n");
  CHECK(c.kind == VersionKind::substantive);
}

TEST_CASE("a section that moved whole is one change") {
  const std::string a =
      "## Sharing\nWe share your photographs with our printing partners.\n- the printer's name and address\n- "
      "the file\n";
  const std::string b =
      "## Keeping\nWe keep your photographs for as long as your account lives.\nThen we delete all of them "
      "within a month.\nBackups follow after another month has gone by, at the latest.\nLogs are kept for a "
      "year in every case.\n";
  const auto c =
      compare(lines("# Policy\n" + a + b + "The end of it."), lines("# Policy\n" + b + a + "The end of it."));
  REQUIRE(summary(c) == "moved 1+4>6+4 order\n");
  CHECK(c.kind == VersionKind::cosmetic);
}

TEST_CASE("a list in another order is cosmetic, an item under another introduction is not") {
  const auto order = compare(lines("## More\nRead on:\n- Cookies\n- Privacy\n- Terms\nThe end."),
                             lines("## More\nRead on:\n- Terms\n- Cookies\n- Privacy\nThe end."));
  CHECK(summary(order) == "moved 4+1>2+1 order\n");
  const auto meaning =
      compare(lines("## Data\nWe collect:\n- your location\n- names\nWe never collect:\n- faces\n- keys"),
              lines("## Data\nWe collect:\n- names\nWe never collect:\n- faces\n- your location\n- keys"));
  CHECK(meaning.kind == VersionKind::substantive);
}

TEST_CASE("what moved and was edited is one change, not a removal and an addition") {
  const auto c = compare(lines("## A\nWe store the pictures that you upload on servers in Iceland and Norway.\n## "
                               "B\nAn answer comes within two "
                               "days of asking.\n## C\nSomething else entirely stands here for good."),
                         lines("## A\n## B\nAn answer comes within two days of asking.\n## C\nSomething else entirely "
                               "stands here for good.\nWe "
                               "store the pictures that you upload on servers in Iceland and Canada."));
  CHECK(summary(c) == "moved_and_edited 1+1>5+1\n");
}

TEST_CASE("a clause cut in two is split, two made one are merged") {
  const Document whole = lines(
      "## Use\nWe collect the name that you give us at sign-up. We also collect the address of your "
      "device when it connects.\nLast words.");
  const Document parts = lines(
      "## Use\nWe collect the name that you give us at sign-up.\nWe also collect the address of your "
      "device when it connects.\nLast words.");
  const auto split = compare(whole, parts);
  CHECK(summary(split) == "split 1+1>1+2 formatting\n");
  const auto merged = compare(parts, whole);
  CHECK(summary(merged) == "merged 1+2>1+1 formatting\n");
  CHECK(split.kind == VersionKind::cosmetic);
}

TEST_CASE("a paragraph that is broken into lines is split to its last word") {
  const std::string rest = "\nWe keep orders of buyers and sellers apart.\nBuyers may return goods.";
  const auto c = compare(
      lines("The site lets sellers offer their goods and services to private and to professional buyers." + rest),
      lines("The site lets sellers offer their goods\nand services to private and to professional\nbuyers." + rest));
  CHECK(summary(c) == "split 0+1>0+3 formatting\n");
  const auto last = compare(lines("Goods may be sent back within fourteen days of the day of receipt." + rest),
                            lines("Goods may be sent back within fourteen days of the day of\nreceipt." + rest));
  CHECK(summary(last) == "split 0+1>0+2 formatting\n");
}

TEST_CASE("a long paragraph that became a line for every few words is one split") {
  test::Writer writer(3);
  const std::string first = writer.paragraph(12);
  const std::string second = writer.paragraph(12);
  const auto broken = [](std::string text) {
    std::size_t words = 0;
    for (char& c : text) {
      if (c == ' ' && ++words % 6 == 0) c = '\n';
    }
    return text;
  };
  const auto c = compare(lines(first + "\n" + second), lines(broken(first) + "\n" + broken(second)));
  REQUIRE(c.changes.size() == 2);
  CHECK(c.changes[0].kind == ChangeKind::split);
  CHECK(c.changes[0].after.size() > 16);
  CHECK(c.kind == VersionKind::cosmetic);
}

TEST_CASE("list items in a row that are formatted otherwise are one change") {
  const auto c = compare(lines("Rules:\n1. Be kind to all of the others here.\n2. Pay your bills in time.\nThe end."),
                         lines("Rules:\n- Be kind to all of the others here.\n- Pay your bills in time.\nThe end."));
  REQUIRE(c.changes.size() == 1);
  CHECK(c.changes[0].after.size() == 2);
  CHECK(c.kind == VersionKind::cosmetic);
}

TEST_CASE("a renumbered list is cosmetic around the item that came in") {
  const auto c =
      compare(lines("1. Be kind to all others.\n2. Pay your bills in time.\n3. Tell us when you move."),
              lines("1. Be kind to all others.\n2. Never share a password.\n3. Pay your bills in time.\n4. Tell us "
                    "when you move."));
  CHECK(summary(c) == "added 1+0>1+1\nedited 1+2>2+2 numbering\n");
}

TEST_CASE("a text that is numbered anew is one cosmetic change, with what stands unchanged between the numbers") {
  const std::string head = "# Terms\nThese terms bind both you and us from today.\n";
  const auto c = compare(lines(head + "## 1. Uses\nUse it with care.\n## 2. Fees\nPay in time.\n## 3. End\nIt ends."),
                         lines(head + "## 2. Uses\nUse it with care.\n## 3. Fees\nPay in time.\n## 4. End\nIt ends."));
  REQUIRE(summary(c) == "edited 2+5>2+5 numbering\n");
  CHECK(c.kind == VersionKind::cosmetic);
  CHECK(clause_count(c.changes[0]) == 3);
  CHECK(c.changes[0].words.front() == Word{WordOp::removed, "1"});
}

TEST_CASE("a reference to another clause is no numbering, and parts the change of numbers") {
  const auto c =
      compare(lines("## 1. Uses\nUse it as clause 3 allows you to.\n## 2. Fees\nPay in time.\n## 3. End\nIt ends."),
              lines("## 2. Uses\nUse it as clause 4 allows you to.\n## 3. Fees\nPay in time.\n## 4. End\nIt ends."));
  CHECK(summary(c) == "edited 0+1>0+1 numbering\nedited 1+1>1+1\nedited 2+3>2+3 numbering\n");
  CHECK(c.kind == VersionKind::substantive);
}

TEST_CASE("a section that moved and has another number is one change, and what is numbered anew around it another") {
  const std::string keep =
      "Keeping\nWe keep your photographs for as long as your account lives.\nThen we delete all of them within a "
      "month.\nBackups follow after another month has gone by, at the latest.\nLogs are kept for a year in every "
      "case.\n";
  const std::string fees =
      "Fees\nPay for each month before it begins, by card or by transfer.\nNothing is paid back.\n";
  const std::string share = "Sharing\nWe share your photographs with our printing partners.\n- the file\n";
  const auto c = compare(lines("## 1. " + share + "## 2. " + keep + "## 3. " + fees + "## 4. The end of it"),
                         lines("## 1. " + keep + "## 2. " + fees + "## 3. " + share + "## 4. The end of it"));
  CHECK(summary(c) == "edited 3+6>0+6 numbering\nmoved_and_edited 0+3>8+3 numbering order\n");
  CHECK(c.kind == VersionKind::cosmetic);
}

TEST_CASE("a comparison that does not fit the document is refused") {
  const Document before = lines("One clause.\nAnother clause.");
  const Document after = lines("One clause.\nAnother sentence entirely, much longer.\nMore.");
  const Comparison c = compare(before, after);
  CHECK(apply(before, c).ok());
  CHECK(!apply(after, c).ok());
  CHECK(!apply(Document{}, c).ok());
  CHECK(!revert(before, c).ok());
  Comparison broken = c;
  REQUIRE(!broken.changes.empty());
  broken.changes.front().after_index = 4'000'000'000U;
  const auto result = apply(before, broken);
  REQUIRE(!result.ok());
  CHECK(result.error().code == ErrorCode::bad_input);
}

TEST_CASE("every property holds on random documents with planted operations, and the plants are found again") {
  struct Count {
    int planted = 0;
    int found = 0;
  };
  Count moves;
  Count splits;
  Count merges;
  Count edits;
  const std::uint32_t rounds = test::long_campaign() ? 600 : 60;
  for (std::uint32_t seed = 0; seed < rounds; ++seed) {
    test::Writer writer(seed + 1);
    Document before = writer.document(40 + writer.below(60));
    Document after = before;
    // Each plant keeps away from the others, so that each has one right answer.
    std::vector<std::size_t> places;
    for (std::size_t i = 2; i + 3 < after.clauses.size(); i += 5) places.push_back(i);
    struct Plant {
      ChangeKind kind;
      std::string text;
    };
    std::vector<Plant> plants;
    std::vector<Clause> result;
    std::vector<std::pair<std::size_t, Clause>> carried;  // moved clauses on their way, and where from
    std::size_t next = 0;
    for (std::size_t i = 0; i < after.clauses.size(); ++i) {
      Clause clause = after.clauses[i];
      const bool here = next < places.size() && places[next] == i;
      if (here) ++next;
      const bool paragraph = clause.kind == ClauseKind::paragraph;
      const std::uint32_t what = here ? writer.below(6) : 5;
      if (what == 0 && paragraph && i + 14 < after.clauses.size()) {
        plants.push_back({ChangeKind::moved, clause.text});
        carried.emplace_back(i, clause);
        continue;
      }
      if (what == 1 && paragraph) {
        const std::size_t cut = clause.text.find(". ", clause.text.size() / 4);
        if (cut != std::string::npos) {
          plants.push_back({ChangeKind::split, clause.text});
          Clause first = clause;
          first.text = clause.text.substr(0, cut + 1);
          clause.text = clause.text.substr(cut + 2);
          result.push_back(first);
        }
      } else if (what == 2 && paragraph && i + 1 < after.clauses.size() &&
                 after.clauses[i + 1].kind == ClauseKind::paragraph) {
        plants.push_back({ChangeKind::merged, clause.text});
        clause.text += " " + after.clauses[i + 1].text;
        ++i;
      } else if (what == 3 && paragraph) {
        plants.push_back({ChangeKind::edited, clause.text});
        const std::size_t word = clause.text.find(' ', clause.text.size() / 2);
        clause.text.insert(word == std::string::npos ? 0 : word, " " + writer.word() + " " + writer.word());
      } else if (what == 4) {
        Clause added;
        added.text = writer.paragraph(2);
        result.push_back(added);
      }
      result.push_back(clause);
      if (!carried.empty() && i >= carried.front().first + 12) {  // past more text than itself
        result.push_back(carried.front().second);
        carried.erase(carried.begin());
      }
    }
    for (const auto& [from, clause] : carried) result.push_back(clause);
    after.clauses = std::move(result);
    link_headings(after);

    REQUIRE(holds(before, after));
    const Comparison comparison = compare(before, after);
    for (const Plant& plant : plants) {
      Count& count = plant.kind == ChangeKind::moved    ? moves
                     : plant.kind == ChangeKind::split  ? splits
                     : plant.kind == ChangeKind::merged ? merges
                                                        : edits;
      ++count.planted;
      for (const Change& change : comparison.changes) {
        const bool has = std::any_of(change.before.begin(), change.before.end(),
                                     [&](const Clause& clause) { return clause.text == plant.text; });
        if (has && change.kind == plant.kind) ++count.found;
      }
    }
  }
  MESSAGE("moves " << moves.found << "/" << moves.planted << ", splits " << splits.found << "/" << splits.planted
                   << ", merges " << merges.found << "/" << merges.planted << ", edits " << edits.found << "/"
                   << edits.planted);
  CHECK(moves.planted > 50);
  CHECK(moves.found * 100 >= moves.planted * 98);
  CHECK(splits.planted > 50);
  CHECK(splits.found * 100 >= splits.planted * 95);
  CHECK(merges.planted > 30);
  CHECK(merges.found * 100 >= merges.planted * 95);
  CHECK(edits.found * 100 >= edits.planted * 98);
}

TEST_CASE("hostile documents end in a right answer, said to be cut short") {
  Document before;
  Document after;
  for (int i = 0; i < 6000; ++i) {  // a few clauses over and over, in another order: nothing is unique
    before.clauses.push_back({ClauseKind::paragraph, 0, "", "clause " + std::to_string(i * 7 % 5), {}, -1});
    after.clauses.push_back({ClauseKind::paragraph, 0, "", "clause " + std::to_string(i * i % 5), {}, -1});
  }
  const Comparison c = compare(before, after);
  CHECK(c.truncated);
  const auto applied = apply(before, c);
  REQUIRE(applied.ok());
  CHECK(*applied == after);
}
