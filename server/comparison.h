// Any two versions of a document compared and judged, and the result as Markdown and as a unified patch.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "model/change.h"
#include "server/call.h"
#include "server/json.h"

namespace smallprint {

struct ComparedPair {
  ComparedVersions of;
  VersionRow from, to;
  Document before, after;
  Comparison comparison;  ///< with topics, importance and lineage
};

/// `from` and `to` as version_number() takes them. Cost: two documents read, compared and analysed.
std::variant<ComparedPair, HttpProblem> compare_versions(const Call& call, const DocumentId& document,
                                                         std::string_view from, std::string_view to);

/// The changes by section, as Markdown with ~~removed~~ and **added** words.
std::string comparison_markdown(const ComparedPair& pair);

/// A document as plain text: one clause a line (code may have several), headings with a blank line above.
std::string plain_text(const Document& document);

/// A unified diff between the plain texts of both versions, which `patch` accepts.
std::string unified_text(const ComparedPair& pair);

}  // namespace smallprint
