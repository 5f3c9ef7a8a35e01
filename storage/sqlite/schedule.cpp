// The schedule: what is tracked, whose turn it is, and which workers live.
#include "storage/schedule.h"

#include <algorithm>
#include <optional>

#include "storage/sqlite/layout.h"
#include "storage/sqlite/schedule_rows.h"
#include "storage/sqlite/sqlite_archive.h"

namespace smallprint::sqlite {
namespace {

std::int64_t seconds_of(Timestamp time) { return time.time_since_epoch().count(); }

/// A host's turn comes when it is free and a document of it is due. One that is claimed has none.
void set_turn(Connection& connection, std::int64_t host) {
  connection
      .query(
          "UPDATE host SET next_at = (SELECT max(s.next_visit_at, host.free_at) FROM schedule s WHERE s.host_id = "
          "host.id AND s.tracked = 1 ORDER BY s.next_visit_at LIMIT 1) WHERE id = ? AND worker_id IS NULL")
      .bind(host)
      .run();
}

void free_host(Connection& connection, std::int64_t host, std::int64_t free_at) {
  connection.query("UPDATE host SET worker_id = NULL, document_id = NULL, free_at = ? WHERE id = ?")
      .bind(free_at, host)
      .run();
  set_turn(connection, host);
}

std::int64_t host_row_id(Connection& connection, std::string_view name) {
  const auto find = [&]() -> std::int64_t {
    auto query = connection.query("SELECT id FROM host WHERE name = ?");
    return query.bind(name).step() ? query.number(0) : 0;
  };
  if (const std::int64_t id = find(); id != 0) return id;
  connection.query("INSERT INTO host (name) VALUES (?)").bind(name).run();
  return connection.database().getLastInsertRowid();
}

/// Ends a worker: what it had claimed is due as it was.
void bury(Connection& connection, std::int64_t worker, std::int64_t hosts_free_at) {
  std::vector<std::int64_t> hosts;
  {
    auto query = connection.query("SELECT id FROM host WHERE worker_id = ?");
    query.bind(worker);
    while (query.step()) hosts.push_back(query.number(0));
  }
  for (const std::int64_t host : hosts) free_host(connection, host, hosts_free_at);
  connection.query("DELETE FROM worker WHERE id = ?").bind(worker).run();
}

/// Says that a worker lives, and ends those that are silent; returns its row id.
std::int64_t hear(Connection& connection, const Worker& worker) {
  const std::int64_t now = seconds_of(worker.now);
  connection
      .query("INSERT INTO worker (name, until) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET until = excluded.until")
      .bind(worker.name, seconds_of(worker.now + worker.lease))
      .run();
  std::int64_t self = 0;
  std::vector<std::int64_t> dead;
  {
    auto query = connection.query("SELECT id, name, until FROM worker");
    while (query.step()) {
      const std::int64_t until = query.number(2);
      if (query.text(1) == worker.name) {
        self = query.number(0);
      } else if (until <= now || until > seconds_of(worker.now + longest_lease)) {
        dead.push_back(query.number(0));
      }
    }
  }
  for (const std::int64_t one : dead) bury(connection, one, now);
  return self;
}

/// Of a host whose turn it is, the document that was due first; or one whose visit is planned so far ahead that it was
/// planned by a clock that stood wrong.
std::int64_t first_document(Connection& connection, std::int64_t host, std::int64_t horizon) {
  {
    auto stuck = connection.query(
        "SELECT document_id FROM schedule WHERE host_id = ? AND tracked = 1 AND next_visit_at > ? ORDER BY "
        "next_visit_at DESC LIMIT 1");
    if (stuck.bind(host, horizon).step()) return stuck.number(0);
  }
  auto first = connection.query(
      "SELECT document_id FROM schedule WHERE host_id = ? AND tracked = 1 ORDER BY next_visit_at LIMIT 1");
  return first.bind(host).step() ? first.number(0) : 0;
}

DueDocument read_due(Connection& connection, std::int64_t document) {
  auto query = connection.query(
      "SELECT d.key, s.declaration, s.etag, s.last_modified, s.interval FROM schedule s JOIN document d ON d.id = "
      "s.document_id WHERE s.document_id = ?");
  if (!query.bind(document).step()) throw Failure{{ErrorCode::damaged, "the schedule has a document that is missing"}};
  return {query.text(0), query.text(1), query.text(2), query.text(3), std::chrono::seconds{query.number(4)}, {}};
}

/// Writes what differs from what is tracked, and counts it.
class Tracking {
 public:
  Tracking(const TrackOptions& options, TrackSummary& summary) : options_(options), summary_(summary) {}

  void put(Connection& connection, const TrackedDocument& tracked, std::int64_t fingerprint) {
    std::int64_t id = 0;
    try {
      id = put_document_row(connection, tracked.document);
    } catch (const Failure& failure) {
      if (failure.error.code != ErrorCode::conflict && failure.error.code != ErrorCode::bad_input) throw;
      summary_.refused.emplace_back(tracked.document.id, failure.error.message);
      return;
    }
    const std::int64_t host = host_row_id(connection, tracked.host);
    const std::optional<Known> known = read(connection, id);
    if (known && known->fingerprint == fingerprint && known->tracked) {  // another process was faster
      ++summary_.unchanged;
      return;
    }
    const bool same = known && (known->fingerprint == fingerprint || known->migrated);
    ++(known && known->tracked ? summary_.altered : summary_.added);
    if (!known) {
      connection
          .query(
              "INSERT INTO schedule (document_id, host_id, tracked, next_visit_at, interval, fingerprint, declaration) "
              "VALUES (?, ?, 1, ?, ?, ?, ?)")
          .bind(id, host, next_turn(), options_.first_interval.count(), fingerprint, blob(tracked.declaration))
          .run();
    } else {
      connection
          .query("UPDATE schedule SET host_id = ?, tracked = 1, fingerprint = ?, declaration = ? WHERE document_id = ?")
          .bind(host, fingerprint, blob(tracked.declaration), id)
          .run();
      if (!same) make_due(connection, id, *known, host);
      if (known->host != host) set_turn(connection, known->host);
    }
    set_turn(connection, host);
  }

 private:
  struct Known {
    std::int64_t host = 0, fingerprint = 0;
    bool tracked = false, migrated = false;
  };

  static std::optional<Known> read(Connection& connection, std::int64_t id) {
    auto query = connection.query(
        "SELECT host_id, fingerprint, tracked, length(declaration) FROM schedule WHERE document_id = ?");
    if (!query.bind(id).step()) return std::nullopt;
    return Known{query.number(0), query.number(1), query.number(2) != 0, query.number(3) == 0};
  }

  /// A visit under way at the same host ends as usual, and another one follows it; at another host it comes to nothing.
  void make_due(Connection& connection, std::int64_t id, const Known& known, std::int64_t host) {
    bool claimed = false;
    {
      auto query = connection.query("SELECT 1 FROM host WHERE id = ? AND document_id = ?");
      claimed = query.bind(known.host, id).step();
    }
    if (claimed && known.host != host) {
      free_host(connection, known.host, seconds_of(options_.now));
      claimed = false;
    }
    connection
        .query("UPDATE schedule SET next_visit_at = ?, etag = '', last_modified = '', again = ? WHERE document_id = ?")
        .bind(next_turn(), claimed, id)
        .run();
  }

  /// For the next one that is due from now on.
  std::int64_t next_turn() {
    const std::uint64_t before = due_++;
    const std::uint64_t wait = before < options_.at_once ? 0 : (before - options_.at_once) / options_.per_second;
    return seconds_of(options_.now) + static_cast<std::int64_t>(wait);
  }

  const TrackOptions& options_;
  TrackSummary& summary_;
  std::uint64_t due_ = 0;
};

}  // namespace

std::int64_t put_document_row(Connection& connection, const NewDocument& document) {
  auto parts = parse_document_id(document.id);
  if (!parts) throw Failure{parts.error()};
  const std::string service(parts->service);
  {
    auto query = connection.query("SELECT name FROM service WHERE slug = ?");
    if (query.bind(service).step() && query.text(0) != document.service_name) {
      throw Failure{{ErrorCode::conflict, "the services '" + query.text(0) + "' and '" + document.service_name +
                                              "' would have the same address '" + service + "'"}};
    }
  }
  connection.query("INSERT OR IGNORE INTO service (slug, name) VALUES (?, ?)")
      .bind(service, document.service_name)
      .run();
  connection
      .query(
          "INSERT INTO document (key, service_id, terms_type, type_slug, region, urls) "
          "VALUES (?, (SELECT id FROM service WHERE slug = ?), ?, ?, ?, ?) "
          "ON CONFLICT(key) DO UPDATE SET terms_type = excluded.terms_type, region = excluded.region, "
          "urls = CASE WHEN excluded.urls = '' THEN urls ELSE excluded.urls END")
      .bind(document.id, service, document.terms_type, parts->terms_type, document.region, join_lines(document.urls))
      .run();
  return document_row_id(connection, document.id);
}

void end_claim_row(Connection& connection, std::int64_t document_id, const NextVisit& next) {
  {
    auto query = connection.query(
        "SELECT 1 FROM host WHERE id = ? AND claims = ? AND document_id = ? AND worker_id IS NOT NULL");
    if (!query.bind(next.claim.host, next.claim.number, document_id).step()) {
      throw Failure{{ErrorCode::conflict, "the visit's claim was lost: it took too long, or is declared otherwise"}};
    }
  }
  connection
      .query(
          "UPDATE schedule SET interval = ?2, next_visit_at = CASE again WHEN 0 THEN ?1 ELSE next_visit_at END, etag = "
          "CASE again WHEN 0 THEN ?3 ELSE '' END, last_modified = CASE again WHEN 0 THEN ?4 ELSE '' END, again = 0 "
          "WHERE document_id = ?5")
      .bind(seconds_of(next.at), next.interval.count(), next.etag, next.last_modified, document_id)
      .run();
  free_host(connection, next.claim.host, seconds_of(next.host_free_at));
}

Result<TrackSummary> SqliteArchive::track(const TrackedDocuments& next, const TrackOptions& options) {
  return guard([&] {
    struct Known {
      std::int64_t fingerprint, document;
      bool tracked, seen;
    };
    std::vector<Known> known;
    {
      auto connection = readers_.take();
      auto query = connection->query("SELECT fingerprint, document_id, tracked FROM schedule ORDER BY fingerprint");
      while (query.step()) known.push_back({query.number(0), query.number(1), query.number(2) != 0, false});
    }
    TrackSummary summary;
    Tracking tracking(options, summary);
    std::vector<std::pair<TrackedDocument, std::int64_t>> differing;
    const auto write = [&] {
      if (differing.empty()) return;
      in_transaction([&](Connection& connection) {
        for (const auto& [tracked, mark] : differing) tracking.put(connection, tracked, mark);
      });
      differing.clear();
    };
    TrackedDocument tracked;
    while (true) {
      const Result<bool> any = next(tracked);
      if (!any) throw Failure{any.error()};
      if (!*any) break;
      const std::int64_t mark = fingerprint(tracked);
      const auto found = std::lower_bound(known.begin(), known.end(), mark,
                                          [](const Known& one, std::int64_t value) { return one.fingerprint < value; });
      if (found != known.end() && found->fingerprint == mark) {
        found->seen = true;
        if (found->tracked) {
          ++summary.unchanged;
          continue;
        }
      }
      differing.emplace_back(std::move(tracked), mark);
      tracked = {};
      if (differing.size() >= tracked_at_once) write();
    }
    write();
    std::erase_if(known, [](const Known& one) { return one.seen || !one.tracked; });
    for (std::size_t begin = 0; begin < known.size(); begin += tracked_at_once) {
      in_transaction([&](Connection& connection) {
        for (std::size_t i = begin; i < std::min(known.size(), begin + tracked_at_once); ++i) {
          // One that was declared otherwise has another fingerprint by now.
          auto dropped = connection.query(
              "UPDATE schedule SET tracked = 0 WHERE document_id = ? AND fingerprint = ? AND tracked = 1 RETURNING "
              "host_id");
          if (!dropped.bind(known[i].document, known[i].fingerprint).step()) continue;
          const std::int64_t host = dropped.number(0);
          dropped.step();
          ++summary.dropped;
          set_turn(connection, host);
        }
      });
    }
    return summary;
  });
}

Result<std::vector<DueDocument>> SqliteArchive::claim_due(const ClaimOptions& options) {
  return guard([&] {
    const std::int64_t now = seconds_of(options.worker.now);
    const std::int64_t horizon = seconds_of(options.worker.now + options.longest);
    return in_transaction(
        [&](Connection& connection) {
          const std::int64_t worker = hear(connection, options.worker);
          std::vector<std::pair<std::int64_t, std::uint64_t>> turns;  // host, claims before
          const auto take = [&](const char* sql, std::int64_t time) {
            auto query = connection.query(sql);
            query.bind(time, options.limit - turns.size());
            while (query.step()) turns.emplace_back(query.number(0), static_cast<std::uint64_t>(query.number(1)));
          };
          take("SELECT id, claims FROM host WHERE next_at <= ? ORDER BY next_at LIMIT ?", now);
          take("SELECT id, claims FROM host WHERE next_at > ? ORDER BY next_at LIMIT ?", horizon);
          std::vector<DueDocument> due;
          for (const auto& [host, claims] : turns) {
            const std::int64_t document = first_document(connection, host, horizon);
            if (document == 0) continue;
            connection.query("UPDATE host SET claims = ?, worker_id = ?, document_id = ?, next_at = NULL WHERE id = ?")
                .bind(claims + 1, worker, document, host)
                .run();
            connection.query("UPDATE schedule SET again = 0 WHERE document_id = ? AND again <> 0").bind(document).run();
            due.push_back(read_due(connection, document));
            due.back().claim = {host, claims + 1};
          }
          return due;
        },
        Gather::no, Readers::miss);
  });
}

Result<void> SqliteArchive::end_claim(const DocumentId& document, const NextVisit& next) {
  return guard([&] {
    in_transaction(
        [&](Connection& connection) { end_claim_row(connection, document_row_id(connection, document), next); });
  });
}

Result<void> SqliteArchive::renew_claims(const Worker& worker) {
  return guard(
      [&] { in_transaction([&](Connection& connection) { hear(connection, worker); }, Gather::no, Readers::miss); });
}

Result<void> SqliteArchive::release_claims(const Worker& worker, Timestamp hosts_free_at) {
  return guard([&] {
    in_transaction(
        [&](Connection& connection) { bury(connection, hear(connection, worker), seconds_of(hosts_free_at)); },
        Gather::no, Readers::miss);
  });
}

Result<std::optional<Timestamp>> SqliteArchive::next_due() const {
  return guard([&]() -> std::optional<Timestamp> {
    auto connection = readers_.take();
    auto query = connection->query("SELECT min(next_at) FROM host WHERE next_at IS NOT NULL");
    if (!query.step() || query.null(0)) return std::nullopt;
    return Timestamp{std::chrono::seconds{query.number(0)}};
  });
}

Result<ScheduleStats> SqliteArchive::schedule_stats(Timestamp now) const {
  return guard([&] {
    auto connection = readers_.take();
    const auto count = [&](const char* sql, std::int64_t until) {
      auto query = connection->query(sql);
      return query.bind(until).step() ? static_cast<std::uint64_t>(query.number(0)) : std::uint64_t{0};
    };
    const char* due = "SELECT count(*) FROM schedule WHERE tracked = 1 AND next_visit_at <= ?";
    ScheduleStats stats;
    stats.tracked = count(due, INT64_MAX);
    stats.due = count(due, seconds_of(now));
    stats.overdue = count(due, seconds_of(now - overdue_after));
    stats.claimed = count("SELECT count(*) FROM host WHERE worker_id IS NOT NULL AND id <= ?", INT64_MAX);
    stats.workers = count("SELECT count(*) FROM worker WHERE until > ?", seconds_of(now));
    return stats;
  });
}

}  // namespace smallprint::sqlite
