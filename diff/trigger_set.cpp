#include "diff/trigger_set.h"

#include <utility>

namespace smallprint {

void TriggerSet::add(std::unique_ptr<Pattern> pattern, bool other_language) {
  triggers_.push_back({std::move(pattern), other_language});
}

bool TriggerSet::match(std::string_view text, const TextGrams& grams, bool english, std::vector<int>& hits) const {
  hits.clear();
  for (std::size_t i = 0; i < triggers_.size(); ++i) {
    const Trigger& trigger = triggers_[i];
    if (english && trigger.other_language) continue;
    if (trigger.pattern->matches(text, grams)) hits.push_back(static_cast<int>(i));
  }
  return !hits.empty();
}

}  // namespace smallprint
