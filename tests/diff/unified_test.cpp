// Patches are judged by who reads them: patch(1).
#include "diff/unified.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "model/markdown.h"
#include "tests/diff/documents.h"
#include "tests/support/support.h"

using namespace smallprint;

namespace {

/// What patch(1) makes of `before`; says what it complained of.
std::string patched(const std::string& before, const std::string& patch) {
  const test::TemporaryFolder folder;
  const std::string file = (folder.path() / "text").string();
  test::write_file(file, before);
  // --fuzz=0: every hunk must fit exactly where it says.
  const test::Finished finished = test::run({"patch", "--silent", "--fuzz=0", "--no-backup-if-mismatch", file}, patch);
  CHECK(finished.out + finished.err == "");
  CHECK(finished.status == 0);
  return std::filesystem::exists(file) ? test::read_file(file) : "";
}

}  // namespace

TEST_CASE("a unified diff has the form that everybody reads") {
  CHECK(unified_diff("a\nb\nc\nd\ne\nf\ng\nh\ni\n", "a\nb\nc\nd\nE\nf\ng\nh\ni\n",
                     {.before_name = "x", .after_name = "y"}) ==
        "--- x\n+++ y\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n");
  CHECK(unified_diff("a\n", "a\n").empty());
  CHECK(unified_diff("", "a\n", {.before_name = "x", .after_name = "y"}) == "--- x\n+++ y\n@@ -0,0 +1,1 @@\n+a\n");
  CHECK(unified_diff("a\n", "a", {.before_name = "x", .after_name = "y"}) ==
        "--- x\n+++ y\n@@ -1,1 +1,1 @@\n-a\n+a\n\\ No newline at end of file\n");
  CHECK(unified_diff("a\nb\nc\n", "a\nB\nc\n", {.before_name = "x", .after_name = "y", .context = 0}) ==
        "--- x\n+++ y\n@@ -2,1 +2,1 @@\n-b\n+B\n");
}

TEST_CASE("a unified diff names files so that no name can pass for a line of the patch") {
  const std::string patch = unified_diff("a\n", "b\n", {.before_name = "x\n+++ y\t\"", .after_name = "a b"});
  CHECK(patch.starts_with("--- \"x\\012+++ y\\011\\\"\"\n+++ a b\t\n@@ "));
  CHECK(patched("a\n", patch) == "b\n");
}

TEST_CASE("a unified diff is as short as it can be where lines repeat") {
  const std::string patch = unified_diff("x\n\ny\n\nx\n\ny\n\n", "x\n\ny\n\ny\n\n");
  CHECK(std::count(patch.begin(), patch.end(), '-') == 3 + 1 + 2);  // in ---, in the range, and two lines
}

TEST_CASE("patch(1) makes the new text of the old one, byte for byte") {
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {"", "a\n"},
      {"a\n", ""},
      {"a", "b"},
      {"a", "a\n"},
      {"a\n", "a"},
      {"\n\n\n", "\n\n"},
      {"--- a\n+++ b\n@@ -1 +1 @@\n", "--- a\n+++ c\n@@ -1 +1 @@\n-x\n"},
      {"a\r\nb\r\n", "a\r\nc\r\n"},
      {"\\ No newline at end of file\nb\n", "\\ No newline at end of file\nc"},
      {"Index: x\ndiff\n", "Index: y\ndiff\n"},
  };
  for (const auto& [before, after] : pairs) {
    for (const std::size_t context : {std::size_t{0}, std::size_t{1}, std::size_t{3}, SIZE_MAX}) {
      INFO("before: " << before << "after: " << after << "context: " << context);
      CHECK(patched(before, unified_diff(before, after, {.context = context})) == after);
    }
  }
}

TEST_CASE("patch(1) accepts the diff of random texts of few different lines") {
  test::Writer writer(7);
  for (int round = 0; round < (test::long_campaign() ? 3000 : 150); ++round) {
    const auto text = [&] {
      std::string out;
      for (std::uint32_t i = 0, n = writer.below(40); i < n; ++i)
        out += std::string(1, "abcd\n"[writer.below(5)]) + "\n";
      if (writer.below(4) == 0 && !out.empty()) out.pop_back();
      return out;
    };
    const std::string before = text();
    const std::string after = text();
    INFO("before: " << before << "\nafter: " << after);
    CHECK(patched(before, unified_diff(before, after, {.context = writer.below(5)})) == after);
  }
}

TEST_CASE("a unified diff of texts with nothing in common, and of many equal lines, ends and holds") {
  std::string before;
  std::string after;
  for (int i = 0; i < 60'000; ++i) {
    before += std::to_string(i % 3) + "\n";
    after += std::to_string(i * 7 % 5 % 3 + (i % 4 == 0 ? 1 : 0)) + "\n";
  }
  CHECK(patched(before, unified_diff(before, after)) == after);
  std::string other;
  for (int i = 0; i < 60'000; ++i) other += "line " + std::to_string(i) + "\n\n";
  CHECK(patched(before, unified_diff(before, other)) == other);
}

TEST_CASE("patch(1) makes one CommonMark rendering of another, for random documents and what edits make of them") {
  test::Writer writer(11);
  for (int round = 0; round < (test::long_campaign() ? 500 : 30); ++round) {
    Document before = writer.document(5 + writer.below(60));
    Document after = before;
    for (std::uint32_t i = 0, n = 1 + writer.below(12); i < n && !after.clauses.empty(); ++i) {
      const auto at = after.clauses.begin() + writer.below(static_cast<std::uint32_t>(after.clauses.size()));
      switch (writer.below(4)) {
        case 0: after.clauses.erase(at); break;
        case 1: at->text += " " + writer.sentence(5); break;
        case 2: std::rotate(after.clauses.begin(), at, after.clauses.end()); break;
        default:
          after.clauses.insert(at, {ClauseKind::code, 0, "", writer.word() + "\n" + writer.word(), {}, -1});
          break;
      }
    }
    link_headings(after);
    const std::string old_text = render_markdown(before);
    const std::string new_text = render_markdown(after);
    CHECK(patched(old_text, unified_diff(old_text, new_text)) == new_text);
  }
}
