// The properties on recorded versions, and the event that smallprint must get right (DESIGN, opening).
#include <doctest/doctest.h>

#include "fetcher/extract/markdown.h"
#include "tests/diff/documents.h"
#include "tests/diff/properties.h"
#include "tests/support/history.h"
#include "tests/support/support.h"

using namespace smallprint;

TEST_CASE("every property holds on consecutive recorded versions") {
  const auto clone = test::corpus_part("history/versions");
  SMALLPRINT_SKIP_UNLESS(clone, "no recorded history at ../shared/corpus");
  const test::History history(clone->string());
  const std::size_t step = test::long_campaign() ? 1 : 40;
  std::size_t pairs = 0;
  std::size_t bad = 0;
  std::size_t number = 0;
  for (const auto& document : history.documents()) {
    const auto& versions = document.second;
    if (number++ % step != 0) continue;
    // Of a document that swings between two texts, the first dozen swings are enough for a slice.
    const std::size_t count = test::long_campaign() ? versions.size() : std::min<std::size_t>(versions.size(), 12);
    Document before;
    MarkdownReader reader;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string text = history.text(versions[i]);
      Document after = read_markdown(text);
      INFO(document.first << " at " << versions[i].commit);
      REQUIRE(*reader.read(text) == after);
      bad += test::holds(before, after) ? 0U : 1U;
      ++pairs;
      before = std::move(after);
    }
    REQUIRE(bad < 5);
  }
  CHECK(bad == 0);
  CHECK(pairs > 50);
}

TEST_CASE("LinkedIn began to train AI models: an edit in its section, with the phrase in one piece") {
  const auto clone = test::corpus_part("history/versions");
  SMALLPRINT_SKIP_UNLESS(clone, "no recorded history at ../shared/corpus");
  const test::History history(clone->string());
  const auto& versions = history.documents().at("LinkedIn/Privacy Policy.md");
  const auto found = std::find_if(versions.begin(), versions.end(), [](const test::History::Version& version) {
    return version.commit == "a522e19635921263114268510edaff351e61ed24";
  });
  REQUIRE(found != versions.end());
  REQUIRE(found != versions.begin());
  const Comparison comparison = compare(read_markdown(history.text(*(found - 1))), read_markdown(history.text(*found)));
  CHECK(comparison.kind == VersionKind::substantive);
  CHECK(!comparison.truncated);

  const std::string phrase = "develop and train artificial intelligence (AI) models";
  std::size_t times = 0;
  for (const Change& change : comparison.changes) {
    for (const Word& word : change.words) {
      if (word.op != WordOp::added || word.text.find(phrase) == std::string::npos) continue;
      ++times;
      CHECK(change.kind == ChangeKind::edited);
      CHECK(!change.cosmetic);
      REQUIRE(!change.section.empty());
      CHECK(change.section.back() == "2. How We Use Your Data");
    }
  }
  CHECK(times == 1);
  // The stamp is told as what it is.
  const bool stamped = std::any_of(comparison.changes.begin(), comparison.changes.end(), [](const Change& change) {
    return change.reasons.has(CosmeticReason::date) && after_text(change) == "Effective September 18, 2024";
  });
  CHECK(stamped);
}
