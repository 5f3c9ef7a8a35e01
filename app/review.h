// An operator's decision on a suspect page. Each is one transaction; the archive may be in use by a service meanwhile.
#pragma once

#include <cstdint>

#include "diff/analysis.h"
#include "model/clock.h"
#include "model/result.h"
#include "storage/archive.h"

namespace smallprint {

/// Makes the suspect's text a version, with its pages as evidence, dated by the last visit that found it. Returns it as
/// it then is. Errors: not_found; conflict, where it is no longer waiting or rejected, or a version came after it, or
/// it has no text; what the archive says.
Result<Suspect> accept_suspect(Archive& archive, std::uint64_t id, const RuleSet& rules, AnalysisCache& cache,
                               Timestamp now);

/// This text becomes no version, however long it stays. Errors: not_found; conflict, where it is not waiting.
Result<Suspect> reject_suspect(Archive& archive, std::uint64_t id, Timestamp now);

}  // namespace smallprint
