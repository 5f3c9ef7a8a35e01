#include <algorithm>

#include "storage/sqlite/layout.h"
#include "storage/sqlite/sqlite_archive.h"
#include "storage/sqlite/statement.h"
#include "storage/sqlite/suspect_rows.h"

namespace smallprint::sqlite {
namespace {

Timestamp time_of(std::int64_t seconds) { return Timestamp{std::chrono::seconds{seconds}}; }
std::int64_t seconds_of(Timestamp time) { return time.time_since_epoch().count(); }

constexpr const char* columns =
    "SELECT x.id, d.key, x.state, x.reasons, x.may_stay, x.first_at, x.last_at, x.visits, x.decided_at, x.version, "
    "x.sha256, x.size, x.text FROM suspect x JOIN document d ON d.id = x.document_id";

Suspect read_row(const Query& query) {
  Suspect suspect;
  suspect.id = static_cast<std::uint64_t>(query.number(0));
  suspect.document = query.text(1);
  suspect.state = static_cast<SuspectState>(std::clamp<std::int64_t>(query.number(2), 0, 4));
  suspect.reasons = split_lines(query.text(3));
  suspect.may_stay = query.number(4) != 0;
  suspect.first_at = time_of(query.number(5));
  suspect.last_at = time_of(query.number(6));
  suspect.visits = static_cast<std::uint32_t>(query.number(7));
  if (!query.null(8)) suspect.decided_at = time_of(query.number(8));
  suspect.version = static_cast<std::uint32_t>(query.number(9));
  suspect.text_sha256 = to_hex(query.text(10));
  return suspect;
}

PackedSuspect::Bytes packed_bytes(std::string_view bytes, Encoder& encoder) {
  return {sha256(bytes), bytes.size(), encoder.encode(bytes, {})};
}

/// The bytes in the three columns from `column`: hash, size, data. Throws damaged.
std::string unpack(const Query& query, int column) {
  auto bytes = decode(query.text(column + 2), {}, static_cast<std::size_t>(query.number(column + 1)));
  if (!bytes) throw Failure{bytes.error()};
  if (std::string(view(sha256(*bytes))) != query.text(column)) {
    throw Failure{{ErrorCode::damaged, "a suspect's bytes are not what their hash says"}};
  }
  return std::move(bytes).value();
}

void write_pages(Connection& connection, std::int64_t id, const PackedSuspect& packed) {
  connection.query("DELETE FROM suspect_page WHERE suspect_id = ?").bind(id).run();
  for (std::size_t i = 0; i < packed.bodies.size(); ++i) {
    const Snapshot& page = packed.suspect.pages[i];
    const PackedSuspect::Bytes& body = packed.bodies[i];
    std::vector<std::string> headers;
    for (const auto& [name, value] : page.headers) headers.push_back(name + ": " + value);
    connection.query("INSERT INTO suspect_page VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(id, i, page.status, join_lines(page.urls), join_lines(headers), blob(view(body.sha256)), body.size,
              blob(body.data))
        .run();
  }
}

}  // namespace

PackedSuspect pack(Suspect suspect, Encoder& encoder) {
  PackedSuspect packed;
  packed.text = packed_bytes(suspect.text, encoder);
  suspect.text.clear();
  for (Snapshot& page : suspect.pages) {
    packed.bodies.push_back(packed_bytes(page.body, encoder));
    page.body.clear();
  }
  packed.suspect = std::move(suspect);
  return packed;
}

void write_suspect(Connection& connection, std::int64_t document_id, const PackedSuspect& packed) {
  const Suspect& suspect = packed.suspect;
  auto id = static_cast<std::int64_t>(suspect.id);
  if (id == 0) {
    auto insert = connection.query(
        "INSERT INTO suspect (document_id, first_at, state, reasons, may_stay, last_at, visits, decided_at, version, "
        "sha256, size, text) VALUES (?, ?, 0, '', 0, 0, 0, NULL, 0, x'', 0, x'')");
    insert.bind(document_id, seconds_of(suspect.first_at)).run();
    id = connection.database().getLastInsertRowid();
  }
  auto update = connection.query(
      "UPDATE suspect SET state = ?, reasons = ?, may_stay = ?, last_at = ?, visits = ?, version = ?, decided_at = ? "
      "WHERE id = ? AND document_id = ? AND (state = 0 OR ? <> 0)");
  update.bind(static_cast<int>(suspect.state), join_lines(suspect.reasons), suspect.may_stay,
              seconds_of(suspect.last_at), suspect.visits, suspect.version);
  suspect.decided_at ? update.bind(seconds_of(*suspect.decided_at)) : update.bind(nullptr);
  update.bind(id, document_id, static_cast<int>(suspect.state)).run();
  if (connection.database().getChanges() != 1) {
    throw Failure{{ErrorCode::conflict, "suspect " + std::to_string(id) + " was decided on meanwhile"}};
  }
  if (packed.bodies.empty()) return;  // a decision: the evidence stays as it is
  connection.query("UPDATE suspect SET sha256 = ?, size = ?, text = ? WHERE id = ?")
      .bind(blob(view(packed.text.sha256)), packed.text.size, blob(packed.text.data), id)
      .run();
  write_pages(connection, id, packed);
}

std::optional<Suspect> open_suspect(Connection& connection, std::int64_t document_id) {
  auto query = connection.query(std::string(columns) + " WHERE x.document_id = ? ORDER BY x.id DESC LIMIT 1");
  if (!query.bind(document_id).step()) return std::nullopt;
  Suspect newest = read_row(query);
  const bool open = newest.state == SuspectState::waiting || newest.state == SuspectState::rejected;
  return open ? std::optional(std::move(newest)) : std::nullopt;
}

void check_suspects(Connection& connection, std::vector<Damage>& damage) {
  const auto check = [&damage](Query query, const char* what) {
    while (query.step()) {
      try {
        unpack(query, 2);
      } catch (const Failure&) {
        damage.push_back({"suspect " + std::to_string(query.number(0)) + ": " + what, query.text(1), 0});
      }
    }
  };
  check(connection.query(
            "SELECT x.id, d.key, x.sha256, x.size, x.text FROM suspect x JOIN document d ON d.id = x.document_id"),
        "its text is damaged");
  check(connection.query(
            "SELECT x.id, d.key, p.sha256, p.size, p.data FROM suspect_page p JOIN suspect x ON x.id = p.suspect_id "
            "JOIN document d ON d.id = x.document_id"),
        "the bytes of a page are damaged");
}

Result<PageOf<Suspect>> SqliteArchive::suspects(const SuspectFilter& filter, const Paging& paging) const {
  return guard([&] {
    auto connection = readers_.take();
    Select select(columns);
    if (!paging.cursor.empty()) select.where("x.id < ?", parse_cursor(paging.cursor).first);
    if (filter.state) select.where("x.state = ?", static_cast<int>(*filter.state));
    if (!filter.document.empty()) select.where("d.key = ?", filter.document);
    if (!filter.service.empty()) select.where("d.service_id = (SELECT id FROM service WHERE slug = ?)", filter.service);
    select.tail(" ORDER BY x.id DESC LIMIT ?", static_cast<std::int64_t>(paging.limit + 1));
    PageOf<Suspect> page;
    auto query = select.run(*connection);
    while (query.step()) page.items.push_back(read_row(query));
    finish_page(page, paging.limit, [&](std::size_t last) {
      return format_cursor({static_cast<std::int64_t>(page.items[last].id), 0});
    });
    return page;
  });
}

Result<Suspect> SqliteArchive::suspect(std::uint64_t id) const {
  return guard([&] {
    auto connection = readers_.take();
    const auto row = static_cast<std::int64_t>(id);
    Suspect suspect;
    {
      auto query = connection->query(std::string(columns) + " WHERE x.id = ?");
      if (!query.bind(row).step()) {
        throw Failure{{ErrorCode::not_found, "there is no suspect " + std::to_string(id)}};
      }
      suspect = read_row(query);
      suspect.text = unpack(query, 10);
    }
    auto query = connection->query(
        "SELECT status, urls, headers, sha256, size, data FROM suspect_page WHERE suspect_id = ? ORDER BY ordinal");
    query.bind(row);
    while (query.step()) {
      Snapshot page;
      page.status = static_cast<int>(query.number(0));
      page.urls = split_lines(query.text(1));
      page.headers = split_headers(query.text(2));
      page.body = unpack(query, 3);
      suspect.pages.push_back(std::move(page));
    }
    return suspect;
  });
}

}  // namespace smallprint::sqlite
