// Brings files that somebody kept into the archive: DIR/<service>/<terms type>/<date>.{html,md,txt,pdf}, each as the
// document stood on that date.
#pragma once

#include <string>

#include "app/import_ota.h"
#include "diff/rules.h"
#include "model/result.h"
#include "storage/archive.h"

namespace smallprint {

/// What a Markdown file says is kept byte for byte; of the others the main content is found by itself, as of a page
/// that nobody declared, and the file is kept as the snapshot. Of each document in the order of the dates; what is no
/// newer than its latest version is passed over, so a second run adds only what is new. The summary's `texts` are
/// files, `failed` names those that could not be read. Errors: bad_input (no such folder, or nothing in it has that
/// form), and the archive's.
Result<ImportSummary> import_files(Archive& archive, const RuleSet& rules, const std::string& folder,
                                   const ImportOptions& options);

}  // namespace smallprint
