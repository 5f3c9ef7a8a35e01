// How much a change matters, and why, in words for people. Internal to diff/.
#pragma once

#include "diff/rules_impl.h"
#include "model/change.h"

namespace smallprint {

/// Sets importance and importance_reason from the kind, the effects on topics and the size. Cosmetic changes are none.
void weigh(const RuleSet::Impl& rules, Change& change);

}  // namespace smallprint
