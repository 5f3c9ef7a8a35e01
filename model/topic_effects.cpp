#include "model/topic_effects.h"

#include <algorithm>

namespace smallprint {
namespace {

int strength(Effect effect) {
  switch (effect) {
    case Effect::mentioned: return 0;
    case Effect::narrowed:
    case Effect::extended: return 1;
    case Effect::changed: return 2;
    case Effect::withdrawn: return 3;
    case Effect::introduced: return 4;
  }
  return 0;
}

}  // namespace

std::vector<TopicEffect> sum_of_topics(const std::vector<Change>& changes) {
  std::vector<TopicEffect> sum;
  for (const Change& change : changes) {
    for (const TopicEffect& topic : change.topics) {
      const auto same = std::find_if(sum.begin(), sum.end(), [&](const auto& one) { return one.topic == topic.topic; });
      if (same == sum.end()) {
        sum.push_back(topic);
        continue;
      }
      const int more = strength(topic.effect) - strength(same->effect);
      if (more > 0) *same = topic;
      if (more == 0 && topic.effect != same->effect) *same = {topic.topic, Effect::changed, {}};
    }
  }
  return sum;
}

}  // namespace smallprint
