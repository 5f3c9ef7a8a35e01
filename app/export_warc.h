// The pages that versions were read from, as WARC 1.1 (ISO 28500:2017), the format of web archives.
#pragma once

#include "app/export.h"

namespace smallprint {

/// Writes smallprint-00001.warc.gz and following, of some 1 GiB each, into `folder`; those of an earlier run are
/// replaced when all is whole. By document and version, each page as one record, compressed by itself: a `response`
/// where the archive has the headers of the answer, else a `resource`; and a `metadata` record on the version it
/// became. The same pages have the same record ids in each run. Memory: the pages of one version. Counts: "pages",
/// "responses". Errors: unavailable, and the archive's.
Result<ExportSummary> export_warc(const Archive& archive, const std::string& folder, const ExportOptions& options);

}  // namespace smallprint
