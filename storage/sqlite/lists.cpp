// Lists of services, documents, versions and facts.
#include <algorithm>

#include "storage/hash.h"
#include "storage/sqlite/layout.h"
#include "storage/sqlite/sqlite_archive.h"
#include "storage/sqlite/statement.h"

namespace smallprint::sqlite {
namespace {

Timestamp time_of(std::int64_t seconds) { return Timestamp{std::chrono::seconds{seconds}}; }
std::int64_t seconds_of(Timestamp time) { return time.time_since_epoch().count(); }

std::optional<Timestamp> optional_time(const Query& query, int column) {
  if (query.null(column)) return std::nullopt;
  return time_of(query.number(column));
}

constexpr const char* document_columns =
    "SELECT d.key, s.slug, s.name, d.terms_type, d.region, d.language, d.urls, d.versions, d.first_at, d.latest_at, "
    "d.observed_at, d.outcome, d.reason, n.next_visit_at, d.moved_to, d.missing_since, d.pages_seen FROM document d "
    "JOIN service s "
    "ON s.id = d.service_id LEFT JOIN schedule n ON n.document_id = d.id AND n.tracked = 1";

DocumentRow read_document(const Query& query) {
  DocumentRow row;
  row.id = query.text(0);
  row.service = query.text(1);
  row.service_name = query.text(2);
  row.terms_type = query.text(3);
  row.region = query.text(4);
  row.language = query.text(5);
  row.urls = split_lines(query.text(6));
  row.versions = static_cast<std::uint32_t>(query.number(7));
  row.first_observed_at = optional_time(query, 8);
  row.latest_version_at = optional_time(query, 9);
  row.last_observed_at = optional_time(query, 10);
  if (!query.null(11)) row.last_outcome = static_cast<Outcome>(std::clamp<std::int64_t>(query.number(11), 0, 4));
  row.last_reason = query.text(12);
  row.next_visit_at = optional_time(query, 13);
  row.moved_to = query.text(14);
  row.missing_since = optional_time(query, 15);
  row.pages_seen = query.text(16);
  return row;
}

constexpr const char* version_columns =
    "SELECT d.key, s.name, d.terms_type, v.number, v.observed_at, v.kind, v.restored_from, v.effective_date, "
    "v.language, "
    "v.title, v.source, b.sha256, v.words, v.clauses, v.changes, v.cosmetic_changes, v.importance, v.topics, v.id "
    "FROM version v JOIN document d ON d.id = v.document_id JOIN service s ON s.id = d.service_id "
    "JOIN blob b ON b.id = v.blob_id";

VersionRow read_version(const Query& query) {
  VersionRow row;
  row.document = query.text(0);
  row.service_name = query.text(1);
  row.terms_type = query.text(2);
  row.number = static_cast<std::uint32_t>(query.number(3));
  row.observed_at = time_of(query.number(4));
  row.kind = static_cast<VersionKind>(std::clamp<std::int64_t>(query.number(5), 0, 5));
  row.restored_from = static_cast<std::uint32_t>(query.number(6));
  if (!query.null(7)) row.effective_date = Date{std::chrono::sys_days{std::chrono::days{query.number(7)}}};
  row.language = query.text(8);
  row.title = query.text(9);
  row.source = query.text(10);
  row.text_sha256 = to_hex(query.text(11));
  row.words = static_cast<std::uint32_t>(query.number(12));
  row.clauses = static_cast<std::uint32_t>(query.number(13));
  row.changes = static_cast<std::uint32_t>(query.number(14));
  row.cosmetic_changes = static_cast<std::uint32_t>(query.number(15));
  row.importance = static_cast<Importance>(std::clamp<std::int64_t>(query.number(16), 0, 3));
  row.topics = decode_topics(query.text(17));
  return row;
}

}  // namespace

Result<PageOf<ServiceRow>> SqliteArchive::services(const Paging& paging) const {
  return guard([&] {
    auto connection = readers_.take();
    // The cursor is the last slug: the order is by slug, and slugs have no other meaning.
    auto query = connection->query(
        "SELECT s.slug, s.name, (SELECT count(*) FROM document d WHERE d.service_id = s.id) FROM service s "
        "WHERE s.slug > ? ORDER BY s.slug LIMIT ?");
    query.bind(paging.cursor, paging.limit + 1);
    PageOf<ServiceRow> page;
    while (query.step())
      page.items.push_back({query.text(0), query.text(1), static_cast<std::uint32_t>(query.number(2))});
    finish_page(page, paging.limit, [&](std::size_t last) { return page.items[last].id; });
    return page;
  });
}

Result<ServiceRow> SqliteArchive::service(std::string_view id) const {
  return guard([&] {
    auto connection = readers_.take();
    auto query = connection->query(
        "SELECT s.slug, s.name, (SELECT count(*) FROM document d WHERE d.service_id = s.id) FROM service s WHERE "
        "s.slug = ?");
    if (!query.bind(id).step()) throw Failure{{ErrorCode::not_found, "there is no service '" + std::string(id) + "'"}};
    return ServiceRow{query.text(0), query.text(1), static_cast<std::uint32_t>(query.number(2))};
  });
}

Result<PageOf<DocumentRow>> SqliteArchive::documents(const DocumentFilter& filter, const Paging& paging) const {
  return guard([&] {
    auto connection = readers_.take();
    Select select(document_columns);
    select.where("d.key > ?", paging.cursor);
    if (!filter.service.empty()) select.where("s.slug = ?", filter.service);
    if (!filter.terms_type.empty()) select.where("d.type_slug = ?", filter.terms_type);
    if (!filter.query.empty()) select.where("instr(lower(s.name), lower(?)) > 0", filter.query);
    select.tail(" ORDER BY d.key LIMIT ?", static_cast<std::int64_t>(paging.limit + 1));
    PageOf<DocumentRow> page;
    auto query = select.run(*connection);
    while (query.step()) page.items.push_back(read_document(query));
    finish_page(page, paging.limit, [&](std::size_t last) { return page.items[last].id; });
    return page;
  });
}

Result<DocumentRow> SqliteArchive::document(const DocumentId& id) const {
  return guard([&] {
    auto connection = readers_.take();
    auto query = connection->query(std::string(document_columns) + " WHERE d.key = ?");
    if (!query.bind(id).step()) throw Failure{{ErrorCode::not_found, "there is no document '" + id + "'"}};
    return read_document(query);
  });
}

Result<PageOf<VersionRow>> SqliteArchive::versions(const ChangeFilter& filter, const Paging& paging) const {
  return guard([&] {
    auto connection = readers_.take();
    Select select(version_columns);
    if (!filter.service.empty()) select.where("s.slug = ?", filter.service);
    if (!filter.document.empty())
      select.where("v.document_id = (SELECT id FROM document WHERE key = ?)", filter.document);
    if (!filter.terms_type.empty()) select.where("d.type_slug = ?", filter.terms_type);
    if (!filter.language.empty()) select.where("v.language = ?", filter.language);
    if (!filter.region.empty()) select.where("d.region = ?", filter.region);
    if (filter.version != 0) select.where("v.number = ?", filter.version);
    if (filter.since) select.where("v.observed_at >= ?", seconds_of(*filter.since));
    if (filter.until) select.where("v.observed_at < ?", seconds_of(*filter.until));
    if (filter.at_least) select.where("v.importance >= ?", static_cast<int>(*filter.at_least));
    if (filter.cosmetic) {
      select.where(*filter.cosmetic ? "v.kind = ?" : "v.kind <> ?", static_cast<int>(VersionKind::cosmetic));
    }
    if (!filter.repeats && filter.document.empty()) {
      select.where("v.kind NOT IN (?, ?, ?)", static_cast<int>(VersionKind::restored),
                   static_cast<int>(VersionKind::reextracted), static_cast<int>(VersionKind::flapping));
    }
    if (!filter.topic.empty()) {
      select.where("v.id IN (SELECT version_id FROM version_topic WHERE topic = ? AND effects & ? <> 0)", filter.topic,
                   filter.effect ? bit_of(*filter.effect) : ~0U);
    } else if (filter.effect) {
      select.where("v.effects & ? <> 0", bit_of(*filter.effect));
    }
    if (filter.kind) select.where("v.kinds & ? <> 0", bit_of(*filter.kind));
    if (!paging.cursor.empty()) {
      const Cursor cursor = parse_cursor(paging.cursor);
      select.where("(v.observed_at, v.id) < (?, ?)", cursor.first, cursor.second);
    }
    select.tail(" ORDER BY v.observed_at DESC, v.id DESC LIMIT ?", static_cast<std::int64_t>(paging.limit + 1));
    PageOf<VersionRow> page;
    std::vector<std::int64_t> ids;
    auto query = select.run(*connection);
    while (query.step()) {
      page.items.push_back(read_version(query));
      ids.push_back(query.number(18));
    }
    finish_page(page, paging.limit, [&](std::size_t last) {
      return format_cursor({seconds_of(page.items[last].observed_at), ids[last], 0});
    });
    return page;
  });
}

Result<VersionRow> SqliteArchive::version(const DocumentId& document, std::uint32_t number) const {
  return guard([&] {
    auto connection = readers_.take();
    auto query = connection->query(std::string(version_columns) + " WHERE d.key = ? AND v.number = ?");
    if (!query.bind(document, number).step()) {
      throw Failure{{ErrorCode::not_found, "there is no version " + std::to_string(number) + " of '" + document + "'"}};
    }
    return read_version(query);
  });
}

Result<std::uint32_t> SqliteArchive::version_at(const DocumentId& document, Timestamp time) const {
  return guard([&] {
    auto connection = readers_.take();
    const std::int64_t id = document_row_id(*connection, document);
    auto query = connection->query("SELECT max(number) FROM version WHERE document_id = ? AND observed_at <= ?");
    if (!query.bind(id, seconds_of(time)).step() || query.null(0)) {
      throw Failure{{ErrorCode::not_found, "'" + document + "' has no version as old as " + format_rfc3339(time)}};
    }
    return static_cast<std::uint32_t>(query.number(0));
  });
}

Result<ArchiveStats> SqliteArchive::stats() const {
  return guard([&] {
    auto connection = readers_.take();
    const auto count = [&](const char* sql) {
      auto query = connection->query(sql);
      return query.step() ? static_cast<std::uint64_t>(query.number(0)) : std::uint64_t{0};
    };
    ArchiveStats stats;
    stats.services = count("SELECT count(*) FROM service");
    stats.documents = count("SELECT count(*) FROM document");
    stats.versions = count("SELECT count(*) FROM version");
    stats.distinct_texts = count("SELECT count(DISTINCT blob_id) FROM version");
    stats.clauses = count("SELECT count(*) FROM clause_hash");
    stats.changes = count("SELECT coalesce(sum(changes), 0) FROM version");
    stats.facts = count("SELECT count(*) FROM fact WHERE until_version IS NULL");
    stats.observations = count("SELECT count(*) FROM observation");
    stats.snapshots = count("SELECT count(*) FROM snapshot");
    stats.text_bytes = count("SELECT coalesce(sum(b.size), 0) FROM version v JOIN blob b ON b.id = v.blob_id");
    stats.text_stored_bytes =
        count("SELECT coalesce(sum(length(data)), 0) FROM blob WHERE id IN (SELECT blob_id FROM version)");
    stats.file_bytes = count("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()");
    auto outcomes = connection->query(
        "SELECT outcome, count(*) FROM document WHERE outcome IS NOT NULL GROUP BY outcome ORDER BY outcome");
    while (outcomes.step()) {
      const auto outcome = static_cast<Outcome>(std::clamp<std::int64_t>(outcomes.number(0), 0, 4));
      stats.last_outcomes.emplace_back(name(outcome), static_cast<std::uint64_t>(outcomes.number(1)));
    }
    auto failures = connection->query(
        "SELECT substr(reason, 1, instr(reason || ':', ':') - 1) AS kind, count(*) FROM document WHERE outcome = ? "
        "GROUP BY kind ORDER BY count(*) DESC, kind LIMIT 50");
    failures.bind(static_cast<int>(Outcome::failed));
    while (failures.step()) {
      stats.failures.emplace_back(failures.text(0), static_cast<std::uint64_t>(failures.number(1)));
    }
    return stats;
  });
}

}  // namespace smallprint::sqlite
