// The demo: an invented company whose documents go through three invented years. A built-in origin serves its pages on
// loopback; the real fetcher, extractor, comparison and archive take them in, at the invented times.
#pragma once

#include "diff/rules.h"
#include "model/result.h"
#include "storage/archive.h"

namespace smallprint {

/// Plays the story into the archive. What is there already is not played again; a run that was killed is finished.
/// Blocking, some seconds at most. Needs no network but loopback.
Result<void> play_demo(Archive& archive, const RuleSet& rules);

}  // namespace smallprint
