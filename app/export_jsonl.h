// The archive as lines of JSON: one file a kind, one object a line, as docs/export.md and app/export/schema.json say.
#pragma once

#include <string_view>

#include "app/export.h"

namespace smallprint {

/// Writes services, documents, versions, changes, facts and observations (.jsonl) and schema.json into `folder`; what
/// has these names there is replaced, when all is whole. By document; versions by number, observations by time. Memory:
/// one document's rows, one text. Errors: unavailable, and the archive's.
Result<ExportSummary> export_jsonl(const Archive& archive, const std::string& folder, const ExportOptions& options);

/// JSON Schema 2020-12 of the lines: under "$defs" one for each file.
std::string_view export_schema();

}  // namespace smallprint
