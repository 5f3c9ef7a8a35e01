// What a version's changes come to, topic by topic.
#pragma once

#include <vector>

#include "model/change.h"

namespace smallprint {

/// One effect for each topic of the changes, in the order of first mention. What is introduced weighs most, then what
/// is withdrawn; where one change extends what is said and another narrows it, it is `changed`. Cost: linear in
/// changes, times the topics of one version.
std::vector<TopicEffect> sum_of_topics(const std::vector<Change>& changes);

}  // namespace smallprint
