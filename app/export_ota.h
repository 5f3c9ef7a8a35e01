// The archive's versions as a git repository in Open Terms Archive's layout: `<Service>/<Terms Type>.md`, one commit a
// version, dated as the version is.
#pragma once

#include "app/export.h"

namespace smallprint {

/// Adds to the bare repository `folder`, or makes it, what it does not have yet; a version is there where its path has
/// a commit of its date. In the order of time, over all documents. Memory: a pack, and some 100 bytes a version. Where
/// a run was interrupted, the next one goes on. Counts: "known" (there already), "unchanged" (the text is the one
/// before, which a commit cannot say). Errors: conflict (the folder holds something else), unavailable, and the
/// archive's.
Result<ExportSummary> export_ota(const Archive& archive, const std::string& folder, const ExportOptions& options);

/// A name as a path's part: what a path cannot have, or a checkout refuses, stands as %2F; never empty.
std::string path_part(std::string_view name);

}  // namespace smallprint
