#include <algorithm>

#include "storage/presence.h"
#include "storage/sqlite/layout.h"
#include "storage/sqlite/observation_rows.h"
#include "storage/sqlite/schedule_rows.h"
#include "storage/sqlite/sqlite_archive.h"
#include "storage/sqlite/statement.h"

namespace smallprint::sqlite {
namespace {

Timestamp time_of(std::int64_t seconds) { return Timestamp{std::chrono::seconds{seconds}}; }
std::int64_t seconds_of(Timestamp time) { return time.time_since_epoch().count(); }

}  // namespace

std::int64_t write_observation(Connection& connection, std::int64_t document_id, const Observation& observation) {
  const std::int64_t at = seconds_of(observation.at);
  const int outcome = static_cast<int>(observation.outcome);
  connection
      .query(
          "INSERT INTO observation (document_id, at, outcome, reason, status, final_url, duration_ms, bytes, version, "
          "moved_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(document_id, at, outcome, observation.reason, observation.status, observation.final_url,
            observation.duration.count(), observation.bytes, observation.version, observation.moved_to)
      .run();
  const std::int64_t id = connection.database().getLastInsertRowid();
  connection.query("UPDATE document SET observed_at = ?, outcome = ?, reason = ? WHERE id = ?")
      .bind(at, outcome, observation.reason, document_id)
      .run();
  // Behind a suspect the next good page is to be read; a failure says nothing of what was read before it.
  const bool read = observation.outcome == Outcome::recorded || observation.outcome == Outcome::unchanged;
  if (read || observation.outcome == Outcome::suspect) {
    connection.query("UPDATE document SET pages_seen = ?1 WHERE id = ?2 AND pages_seen <> ?1")
        .bind(read ? observation.pages_seen : std::string(), document_id)
        .run();
  }
  // What neither shows the document nor that it is not there says nothing of where it stands.
  if (finds_document(observation)) {
    connection
        .query(
            "UPDATE document SET moved_to = ?1, missing_since = NULL WHERE id = ?2 AND (moved_to <> ?1 OR "
            "missing_since IS NOT NULL)")
        .bind(observation.moved_to, document_id)
        .run();
  } else if (misses_document(observation)) {
    connection
        .query(
            "UPDATE document SET moved_to = CASE ?1 WHEN '' THEN moved_to ELSE ?1 END, missing_since = "
            "coalesce(missing_since, ?3) WHERE id = ?2")
        .bind(observation.moved_to, document_id, at)
        .run();
  }
  return id;
}

Result<void> SqliteArchive::observe(const DocumentId& document, const Observation& observation,
                                    const std::optional<NextVisit>& next) {
  return guard([&] {
    in_transaction([&](Connection& connection) {
      const std::int64_t id = document_row_id(connection, document);
      write_observation(connection, id, observation);
      if (next) end_claim_row(connection, id, *next);
    });
  });
}

Result<PageOf<Observation>> SqliteArchive::observations(const DocumentId& document, const Paging& paging) const {
  return guard([&] {
    auto connection = readers_.take();
    const std::int64_t id = document_row_id(*connection, document);
    Select select(
        "SELECT id, at, outcome, reason, status, final_url, duration_ms, bytes, version, moved_to FROM observation");
    select.where("document_id = ?", id);
    if (!paging.cursor.empty()) select.where("id < ?", parse_cursor(paging.cursor).first);
    select.tail(" ORDER BY id DESC LIMIT ?", static_cast<std::int64_t>(paging.limit + 1));
    PageOf<Observation> page;
    std::vector<std::int64_t> ids;
    auto query = select.run(*connection);
    while (query.step()) {
      ids.push_back(query.number(0));
      Observation seen;
      seen.at = time_of(query.number(1));
      seen.outcome = static_cast<Outcome>(std::clamp<std::int64_t>(query.number(2), 0, 4));
      seen.reason = query.text(3);
      seen.status = static_cast<int>(query.number(4));
      seen.final_url = query.text(5);
      seen.duration = std::chrono::milliseconds{query.number(6)};
      seen.bytes = static_cast<std::uint64_t>(query.number(7));
      seen.version = static_cast<std::uint32_t>(query.number(8));
      seen.moved_to = query.text(9);
      page.items.push_back(std::move(seen));
    }
    finish_page(page, paging.limit, [&](std::size_t last) { return format_cursor({ids[last], 0, 0}); });
    return page;
  });
}

}  // namespace smallprint::sqlite
