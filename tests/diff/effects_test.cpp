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

namespace {

/// What a whole comparison does to AI training: of its changes, the strongest.
std::string on_training(const std::string& before, const std::string& after) {
  const auto effect = judged(before, after).effect("ai-training");
  if (!effect) return "nothing";
  return std::string(name(effect->effect)) + (effect->reason.empty() ? "" : ": " + effect->reason);
}

const std::string ours = "# Policy\nWe run a photo site for people who like photos.\n";
const std::string trains = "We may use your photos to train our AI models.\n";

}  // namespace

TEST_CASE("a training sentence that only looks otherwise, or stands elsewhere or twice, is no news") {
  struct Case {
    const char* what;
    std::string before, after;
  };
  const std::string old_text = ours + trains;
  for (const Case& one : {
           Case{"re-typeset", ours + "We may use your photos to train our \"AI\" models - always.\n",
                ours + "We may use your photos to train our \xe2\x80\x9c"
                       "AI\xe2\x80\x9d models \xe2\x80\x93 always.\n"},
           Case{"a list's number", ours + "4.1 We may use your photos to train our AI models.\n",
                ours + "5.1 We may use your photos to train our AI models.\n"},
           Case{"in other words for the same", old_text, ours + "We use your photos for training our AI models.\n"},
           Case{"renamed product", ours + "We may use your photos to train AI models such as Lumen.\n",
                ours + "We may use your photos to train AI models such as Aurora.\n"},
           Case{"de-duplicated", ours + trains + "# In short\n" + trains, ours + trains},
           Case{"a second copy", ours + trains, ours + trains + "# In short\n" + trains},
           Case{"the whole page twice", ours + trains, ours + trains + ours + trains},
           Case{"moved", ours + "# Use\n" + trains + "# Rights\nYou may leave at any time and take your photos.\n",
                ours + "# Rights\nYou may leave at any time and take your photos.\n# Use\n" + trains},
           Case{"split off its paragraph",
                ours + "We back up your photos every night. We may use your photos to train our AI models.\n",
                ours + "We back up your photos every night.\n\nWe may use your photos to train our AI models.\n"},
       }) {
    CAPTURE(one.what);
    const std::string effect = on_training(one.before, one.after);
    CHECK((effect == "nothing" || effect == "mentioned"));
    // Nor is it, the other way round.
    const std::string back = on_training(one.after, one.before);
    CHECK((back == "nothing" || back == "mentioned"));
  }
}

TEST_CASE("what people must not do introduces nothing, and hides nothing that the service may do") {
  const std::string forbids = "You may not use the photos on this site to train AI models.\n";
  CHECK(on_training(ours, ours + forbids) != "introduced");
  CHECK(on_training(ours, ours + forbids + trains) == "introduced");
  CHECK(on_training(ours + forbids, ours + forbids + trains) == "introduced");
  CHECK(on_training(ours + forbids + trains, ours + forbids) == "withdrawn");
  CHECK(on_training(ours + trains, ours + trains + forbids) != "introduced");
  const std::string fell = on_training(ours + forbids + trains, ours + trains);
  CHECK((fell == "nothing" || fell == "mentioned"));
}

TEST_CASE("introduced and withdrawn are of the whole text, not of the clause that changed") {
  const std::string other = "# Machine learning\nWe use your comments to train our machine learning models.\n";
  // Said elsewhere before: more of it is no introduction, and less no withdrawal.
  CHECK(on_training(ours + other, ours + other + trains) == "extended");
  CHECK(on_training(ours + other + trains, ours + other) == "narrowed");
  CHECK(on_training(ours + trains, ours) == "withdrawn");
  CHECK(on_training(ours, ours + trains) == "introduced");
}

TEST_CASE("a promise broken is a reversal of the highest importance, and a promise kept beside it is none") {
  const std::string promise = "We will not use your photos to train AI models.\n";
  const std::string breach = "We may use your photos to train AI models, unless you opt out.\n";
  const Judged broken = judged(ours + promise, ours + breach);
  CHECK(broken.effect("ai-training")->reason == "reversal");
  const auto telling = std::max_element(broken.comparison.changes.begin(), broken.comparison.changes.end(),
                                        [](const Change& a, const Change& b) { return a.importance < b.importance; });
  CHECK(telling->importance == Importance::high);
  CHECK(telling->importance_reason == "reverses a promise: introduces AI training");
  CHECK(on_training(ours + breach, ours + promise) == "withdrawn: promise not to");
}

TEST_CASE("importance follows from topic, effect, direction and size, and says so in words") {
  struct Case {
    std::string before, after;
    Importance importance;
    const char* reason;
  };
  const std::string sixty_words = [] {
    std::string text;
    for (int i = 0; i < 70; ++i) text += "lamp" + std::to_string(i) + " ";
    return text + "\n";
  }();
  for (const Case& one : {
           Case{ours, ours + trains, Importance::high, "introduces AI training"},
           Case{ours + trains, ours, Importance::medium, "withdraws AI training"},
           Case{ours + trains, ours + "We may use your photos and messages to train our AI models.\n", Importance::high,
                "extends AI training"},
           Case{ours + trains, ours + "With your consent, we may use your photos to train our AI models.\n",
                Importance::medium, "narrows AI training"},
           Case{ours, ours + "We will never train AI models on your photos.\n", Importance::medium,
                "promises no AI training"},
           Case{ours + trains, ours + "We will never train AI models on your photos.\n", Importance::medium,
                "withdraws AI training and promises none"},
           Case{ours, ours + "You may not train AI models on our photos.\n", Importance::medium,
                "speaks of AI for the first time"},
           Case{ours, ours + "Text messages may cost you money.\n", Importance::medium,
                "speaks of private messages for the first time"},
           Case{ours, ours + "We may sell your personal information to marketers.\n", Importance::high,
                "introduces sale of personal data"},
           Case{ours, ours + "If you sell your phone, sign out so that nobody sees your information.\n",
                Importance::low, "adds a clause on sale of personal data"},
           Case{ours, ours + "Lamps are lit at dusk.\n", Importance::low, "adds 5 words"},
           Case{ours, ours + sixty_words, Importance::medium, "adds 70 words"},
           Case{ours + "Lamps are lit - at dusk.\n", ours + "Lamps are lit \xe2\x80\x93 at dusk.\n", Importance::none,
                "cosmetic: typography"},
       }) {
    const Judged result = judged(one.before, one.after);
    REQUIRE_FALSE(result.comparison.changes.empty());
    const Change& change = result.comparison.changes.front();
    CAPTURE(one.reason);
    CHECK(change.importance == one.importance);
    CHECK(change.importance_reason == one.reason);
  }
}
