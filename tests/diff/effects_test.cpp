// judge(): effects on the level of the document, and importance.
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>

#include "diff/analysis.h"
#include "diff/compare.h"
#include "tests/diff/documents.h"

using namespace smallprint;

namespace {

struct Judged {
  Comparison comparison;
  /// The strongest effect on a topic among the changes.
  std::optional<TopicEffect> effect(const std::string& topic) const {
    std::optional<TopicEffect> best;
    for (const Change& change : comparison.changes) {
      for (const TopicEffect& one : change.topics) {
        if (one.topic == topic && (!best || one.effect > best->effect)) best = one;
      }
    }
    return best;
  }
};

Judged judged(const std::string& before, const std::string& after) {
  static const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache(rules);
  const Document old_document = test::lines(before), new_document = test::lines(after);
  Judged result{compare(old_document, new_document)};
  judge(rules, old_document, analyse(rules, old_document, cache), new_document, analyse(rules, new_document, cache),
        result.comparison);
  return result;
}

const std::string intro = "# Policy\nWe run a photo site for people who like photos.\n";

}  // namespace

TEST_CASE("what nothing said before is introduced, and of high importance where the topic is") {
  const Judged result = judged(intro, intro + "We may use your photos to train our AI models.\n");
  REQUIRE(result.effect("ai-training"));
  CHECK(result.effect("ai-training")->effect == Effect::introduced);
  CHECK(result.comparison.changes.front().importance == Importance::high);
  CHECK(result.comparison.changes.front().importance_reason == "introduces AI training");
}

TEST_CASE("a second copy of what stands already is only mentioned") {
  const std::string says = "We may use your photos to train our AI models.\n";
  const Judged result = judged(intro + says, intro + says + "# Summary\n" + says);
  REQUIRE(result.effect("ai-training"));
  CHECK(result.effect("ai-training")->effect == Effect::mentioned);
}

TEST_CASE("a promise that is broken is a reversal") {
  const Judged result = judged(intro + "We do not use your photos to train AI models.\n",
                               intro + "We may use your photos to train AI models, unless you opt out.\n");
  REQUIRE(result.effect("ai-training"));
  CHECK(result.effect("ai-training")->effect == Effect::introduced);
  CHECK(result.effect("ai-training")->reason == "reversal");
}

TEST_CASE("what nothing says any more is withdrawn") {
  const Judged result = judged(intro + "We may use your photos to train AI models.\n", intro);
  REQUIRE(result.effect("ai-training"));
  CHECK(result.effect("ai-training")->effect == Effect::withdrawn);
}

TEST_CASE("more data extends, a condition narrows") {
  const std::string base = intro + "We may use your photos to train our AI models.\n";
  CHECK(judged(base, intro + "We may use your photos and messages to train our AI models.\n")
            .effect("ai-training")
            ->effect == Effect::extended);
  CHECK(judged(base, intro + "We may use your photos to train our AI models, and you can opt out of this.\n")
            .effect("ai-training")
            ->effect == Effect::narrowed);
}

TEST_CASE("a promise that becomes a permission is a reversal, also where the text permitted other things before") {
  const std::string base = intro + "We may use your photos to train our AI models.\n\n";
  const Judged result =
      judged(base + "We do not use your private messages to train AI models.\n",
             base + "We may also use your private messages to train AI models, unless you opt out.\n");
  REQUIRE(result.effect("ai-training"));
  CHECK(result.effect("ai-training")->effect == Effect::introduced);
  CHECK(result.effect("ai-training")->reason == "reversal");
  const auto features = result.effect("ai-features");
  CHECK((!features || features->effect == Effect::mentioned));
}

TEST_CASE("a rule for users or a promise introduces no AI training") {
  for (const char* says : {"You may not use our photos to train AI models.\n",
                           "We do not use your photos to train AI models.\n", "AI features are provided as is.\n"}) {
    const Judged result = judged(intro, intro + says);
    INFO(says);
    const auto effect = result.effect("ai-training");
    CHECK((!effect || effect->effect == Effect::mentioned));
    REQUIRE(result.effect("ai-features"));
    CHECK(result.effect("ai-features")->effect == Effect::introduced);
  }
}

TEST_CASE("an arbitration clause is introduced") {
  const Judged result = judged(intro, intro + "All disputes will be resolved by binding arbitration.\n");
  REQUIRE(result.effect("arbitration"));
  CHECK(result.effect("arbitration")->effect == Effect::introduced);
  CHECK(result.comparison.changes.front().importance == Importance::high);
}
