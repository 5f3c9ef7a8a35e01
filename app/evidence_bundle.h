// Checks what /api/v1/documents/…/versions/N/evidence answers, without the archive it came from (docs/evidence.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/catalog.h"
#include "model/result.h"

namespace smallprint {

struct BundleCheck {
  DocumentId document;
  std::uint32_t version = 0;
  std::vector<std::string> findings;  ///< what contradicts itself; empty: nothing does
  std::size_t pages = 0;              ///< the bundle has
};

/// `text` and `pages` are the bytes that came with the bundle, where they did; the first page is that of the first
/// snapshot. Error bad_input: this is no bundle.
Result<BundleCheck> check_bundle(std::string_view json, const std::optional<std::string>& text,
                                 const std::vector<std::string>& pages);

}  // namespace smallprint
