// Does a document still stand where it is declared to? Judged by its visits. Values; pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "storage/records.h"

namespace smallprint {

enum class Presence : std::uint8_t {
  there,
  moved,    ///< permanent redirects lead to another address, and it stands there
  missing,  ///< 404 or 410, or permanent redirects to a page that is not the document
  gone      ///< missing for so long that nothing else is to be expected; its history stays
};
std::string_view name(Presence presence);
constexpr std::chrono::days gone_after{14};
/// As of the last visit.
Presence presence(const DocumentRow& row);

/// The page was the document.
bool finds_document(const Observation& observation);
/// The host says that the document is not there: 404 or 410, or a permanent redirect to a page where it does not stand.
bool misses_document(const Observation& observation);

}  // namespace smallprint
