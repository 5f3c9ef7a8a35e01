// Names what a visit's pages were and how they were read, so that the next visit knows the same ones without reading
// them. Pure. Cost: a hash over the bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fetcher/extract/extract.h"
#include "model/catalog.h"

namespace smallprint {

/// Of a document with so many versions, read as this declaration says by this program. What another reading, or another
/// version since, makes of the same bytes is not known.
std::string reading_of(const Declaration& declaration, std::uint32_t versions);

/// Of the bytes and what they were said to be. What a document's last good visit saw is named by the reading and this.
std::string hash_of(const std::vector<Page>& pages);

}  // namespace smallprint
