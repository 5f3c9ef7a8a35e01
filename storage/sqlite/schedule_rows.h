// How documents and their schedule are stored: rows of document, schedule, host and worker.
#pragma once

#include <cstdint>

#include "storage/schedule.h"
#include "storage/sqlite/database.h"

namespace smallprint::sqlite {

/// Inserts the document and its service, or updates it; returns its row id. Throws conflict, before it writes, where
/// another service has this slug, and bad_input.
std::int64_t put_document_row(Connection& connection, const NewDocument& document);

/// Throws conflict where the claim was lost; then nothing else of the transaction may stand.
void end_claim_row(Connection& connection, std::int64_t document_id, const NextVisit& next);

}  // namespace smallprint::sqlite
