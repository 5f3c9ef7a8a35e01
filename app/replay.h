// Reads recorded pages again, each as if it had just been fetched when it was recorded: the same judgement of suspects,
// the same versions, the same evidence as of a visit. What was declared at each time says how.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "app/git_history.h"
#include "diff/analysis.h"
#include "model/catalog.h"
#include "model/result.h"
#include "storage/archive.h"

namespace smallprint {

struct ReplayCounts {
  std::uint64_t pages = 0;      ///< recorded pages read
  std::uint64_t known = 0;      ///< not read: no newer than the document's last visit in the archive
  std::uint64_t visits = 0;     ///< of them, taken together where a document has several
  std::uint64_t versions = 0;   ///< added
  std::uint64_t repeats = 0;    ///< of them: equal to an earlier version
  std::uint64_t unchanged = 0;  ///< visits that said what the one before said
  std::uint64_t suspects = 0;
  std::uint64_t failed = 0;
  std::uint64_t bytes = 0;                       ///< of the pages read
  std::map<std::string, std::uint64_t> reasons;  ///< of suspects and failures, up to the first colon
};

/// Adds to a document that the archive knows as `declaration.id`. Without sources, current or former, each page's main
/// content is found by itself. Commits as it goes: a run that was killed is continued by the next. `done` is called
/// with the number of pages that were read or passed over since the last call. Errors: the archive's, damaged (the
/// repository), internal (a library threw).
Result<ReplayCounts> replay(Archive& archive, const GitRepository& repository, const RecordedPages& recorded,
                            const Declaration& declaration, const RuleSet& rules, AnalysisCache& cache,
                            const std::function<void(std::uint64_t)>& done);

}  // namespace smallprint
