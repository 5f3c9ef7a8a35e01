#include "model/topic_effects.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace smallprint;

TEST_CASE("what changes come to on a topic is the heaviest, and changed where they point both ways") {
  struct Row {
    std::vector<Effect> effects;  // of one topic, change by change
    Effect sum;
  };
  using E = Effect;
  const std::vector<Row> rows = {
      {{E::mentioned}, E::mentioned},
      {{E::mentioned, E::extended}, E::extended},
      {{E::narrowed, E::narrowed}, E::narrowed},
      {{E::extended, E::narrowed}, E::changed},
      {{E::narrowed, E::mentioned, E::extended}, E::changed},
      {{E::extended, E::narrowed, E::extended}, E::changed},
      {{E::changed, E::extended}, E::changed},
      {{E::narrowed, E::withdrawn}, E::withdrawn},
      {{E::introduced, E::narrowed}, E::introduced},
      {{E::withdrawn, E::introduced}, E::introduced},
  };
  for (const Row& row : rows) {
    std::vector<Change> changes;
    for (const Effect effect : row.effects) {
      Change change;
      change.topics = {{"arbitration", effect, {}}};
      changes.push_back(change);
    }
    const auto sum = sum_of_topics(changes);
    REQUIRE(sum.size() == 1);
    CAPTURE(static_cast<int>(row.effects.front()));
    CHECK(sum.front().effect == row.sum);
  }
}

TEST_CASE("topics are summed each by itself, in the order of first mention, with the reason of what weighs") {
  Change first, second;
  first.topics = {{"opt-out", Effect::extended, {}}, {"ai-training", Effect::mentioned, {}}};
  second.topics = {{"ai-training", Effect::introduced, "reversal"}};
  const auto sum = sum_of_topics({first, second});
  CHECK(sum ==
        std::vector<TopicEffect>{{"opt-out", Effect::extended, {}}, {"ai-training", Effect::introduced, "reversal"}});
  CHECK(sum_of_topics({}).empty());
}
