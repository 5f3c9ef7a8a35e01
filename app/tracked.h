// A declaration as the schedule keeps it: bytes that come back with each claim, so that whoever visits a document needs
// no catalog in memory.
#pragma once

#include <string>
#include <string_view>

#include "model/catalog.h"
#include "model/result.h"
#include "storage/schedule.h"

namespace smallprint {

/// All of it but how it was declared formerly, and in which file: what neither alters a visit nor is to cause one.
std::string pack(const Declaration& declaration);
/// Error bad_input where the bytes are not what pack() gave, in this version of the program.
Result<Declaration> unpack_declaration(std::string_view packed);

TrackedDocument tracked_document(const Declaration& declaration);

}  // namespace smallprint
