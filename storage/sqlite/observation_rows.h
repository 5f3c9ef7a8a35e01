// How observations are stored, and what a visit alters in its document's row.
#pragma once

#include <cstdint>

#include "storage/records.h"
#include "storage/sqlite/database.h"

namespace smallprint::sqlite {

/// Returns its row id.
std::int64_t write_observation(Connection& connection, std::int64_t document_id, const Observation& observation);

}  // namespace smallprint::sqlite
