// The list of changes by any filter, and full text search.
#include <algorithm>
#include <map>
#include <set>

#include "storage/sqlite/layout.h"
#include "storage/sqlite/sqlite_archive.h"
#include "storage/sqlite/statement.h"

namespace smallprint::sqlite {
namespace {

/// How many clauses a search ranks; beyond that the words are too common to rank by.
constexpr std::int64_t most_ranked = 4000;
/// How many clauses the filter `q` of changes follows to their changes.
constexpr std::int64_t most_followed = 1000;
constexpr std::size_t most_words = 16;

std::int64_t seconds_of(Timestamp time) { return time.time_since_epoch().count(); }
Timestamp time_of(std::int64_t seconds) { return Timestamp{std::chrono::seconds{seconds}}; }

/// An FTS5 expression that asks for all words of a text, whatever it holds: each word is quoted.
std::string match_expression(std::string_view text) {
  std::string expression, word;
  std::size_t words = 0;
  const auto flush = [&] {
    if (!word.empty() && words++ < most_words) expression += (expression.empty() ? "\"" : " \"") + word + "\"";
    word.clear();
  };
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool part = byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    part ? word.push_back(c) : flush();
  }
  flush();
  return expression;
}

std::vector<std::int64_t> matching_clauses(Connection& connection, std::string_view text, std::int64_t limit,
                                           bool ranked) {
  std::vector<std::pair<double, std::int64_t>> found;
  const std::string expression = match_expression(text);
  if (expression.empty()) return {};
  auto query = connection.query(
      ranked ? "SELECT rowid, CAST(bm25(clause_text) * 1000000 AS INTEGER) FROM clause_text WHERE "
               "clause_text MATCH ? ORDER BY rowid DESC LIMIT ?"
             : "SELECT rowid, 0 FROM clause_text WHERE clause_text MATCH ? ORDER BY rowid DESC LIMIT ?");
  query.bind(expression, limit);
  while (query.step()) found.emplace_back(static_cast<double>(query.number(1)), query.number(0));
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::int64_t> ids;
  ids.reserve(found.size());
  for (const auto& [rank, id] : found) ids.push_back(id);
  return ids;
}

/// The changes in whose text before or after one of the clauses stands.
std::vector<std::int64_t> changes_with(Connection& connection, const std::vector<std::int64_t>& clauses) {
  std::set<std::int64_t> wanted(clauses.begin(), clauses.end());
  std::set<std::pair<std::int64_t, std::int64_t>> versions;  // document, number
  for (const std::int64_t clause : clauses) {
    auto query =
        connection.query("SELECT document_id, first_version, last_version FROM occurrence WHERE clause_id = ?");
    query.bind(clause);
    while (query.step()) {
      versions.emplace(query.number(0), query.number(1));
      if (!query.null(2)) versions.emplace(query.number(0), query.number(2) + 1);
    }
  }
  std::vector<std::int64_t> changes;
  for (const auto& [document, number] : versions) {
    auto query = connection.query(
        "SELECT c.id, c.before, c.after FROM change c WHERE c.version_id = (SELECT id FROM version WHERE document_id = "
        "? AND number = ?)");
    query.bind(document, number);
    while (query.step()) {
      std::vector<std::int64_t> ids = decode_ids(query.text(1));
      for (const std::int64_t id : decode_ids(query.text(2))) ids.push_back(id);
      if (std::any_of(ids.begin(), ids.end(), [&](std::int64_t id) { return wanted.count(id) != 0; })) {
        changes.push_back(query.number(0));
      }
    }
  }
  return changes;
}

std::string json_list(const std::vector<std::int64_t>& ids) {
  std::string text = "[";
  for (const std::int64_t id : ids) text += (text.size() == 1 ? "" : ",") + std::to_string(id);
  return text + "]";
}

constexpr const char* change_columns =
    "SELECT c.id, d.key, s.name, d.terms_type, v.number, c.ordinal, c.observed_at, v.effective_date, v.kind, c.kind, "
    "c.cosmetic, "
    "c.reasons, c.importance, c.importance_reason, c.before_index, c.after_index, c.lineage_version, "
    "c.lineage_ordinal, "
    "c.section, c.before, c.after, c.topics FROM ";
constexpr const char* change_joins =
    " JOIN version v ON v.id = c.version_id JOIN document d ON d.id = c.document_id JOIN service s ON s.id = "
    "c.service_id";

ChangeRow read_change(Connection& connection, const Query& query) {
  const auto small = [&query](int column) { return static_cast<std::uint32_t>(query.number(column)); };
  ChangeRow row;
  row.document = query.text(1);
  row.service_name = query.text(2);
  row.terms_type = query.text(3);
  row.version = small(4);
  row.ordinal = small(5);
  row.observed_at = time_of(query.number(6));
  if (!query.null(7)) row.effective_date = Date{std::chrono::sys_days{std::chrono::days{query.number(7)}}};
  row.version_kind = static_cast<VersionKind>(std::clamp<std::int64_t>(query.number(8), 0, 5));
  Change& change = row.change;
  change.kind = static_cast<ChangeKind>(std::clamp<std::int64_t>(query.number(9), 0, 6));
  change.cosmetic = query.number(10) != 0;
  change.reasons = CosmeticReasons(static_cast<std::uint16_t>(query.number(11)));
  change.importance = static_cast<Importance>(std::clamp<std::int64_t>(query.number(12), 0, 3));
  change.importance_reason = query.text(13);
  change.before_index = small(14);
  change.after_index = small(15);
  change.lineage = {small(16), small(17)};
  change.section = split_lines(query.text(18));
  for (const std::int64_t id : decode_ids(query.text(19))) change.before.push_back(read_clause(connection, id));
  for (const std::int64_t id : decode_ids(query.text(20))) change.after.push_back(read_clause(connection, id));
  change.topics = decode_topics(query.text(21));
  return row;
}

}  // namespace

Result<PageOf<ChangeRow>> SqliteArchive::changes(const ChangeFilter& filter, const Paging& paging) const {
  return guard([&] {
    auto connection = readers_.take();
    // The narrowest way in decides which table comes first; SQLite keeps to it because of CROSS JOIN.
    const bool by_topic = !filter.topic.empty();
    std::string head = change_columns;
    head += by_topic ? "change_topic t CROSS JOIN change c ON c.id = t.change_id" : "change c";
    head += change_joins;
    Select select(std::move(head));
    if (by_topic) select.where("t.topic = ?", filter.topic);
    if (by_topic && filter.effect) select.where("t.effect = ?", static_cast<int>(*filter.effect));
    if (!by_topic && filter.effect) {
      select.where("c.id IN (SELECT change_id FROM change_topic WHERE effect = ?)", static_cast<int>(*filter.effect));
    }
    const std::string service =
        !filter.service.empty() ? filter.service : filter.document.substr(0, filter.document.find('/'));
    if (!service.empty()) {
      select.where(by_topic ? "t.service_id = (SELECT id FROM service WHERE slug = ?)"
                            : "c.service_id = (SELECT id FROM service WHERE slug = ?)",
                   service);
    }
    if (!filter.document.empty()) {
      select.where("+c.document_id = (SELECT id FROM document WHERE key = ?)", filter.document);
      if (filter.version != 0) {
        select.where(
            "c.version_id = (SELECT w.id FROM version w JOIN document e ON e.id = w.document_id WHERE e.key = ? AND "
            "w.number = ?)",
            filter.document, filter.version);
      }
    }
    if (!filter.terms_type.empty()) select.where("d.type_slug = ?", filter.terms_type);
    if (filter.kind) select.where("c.kind = ?", static_cast<int>(*filter.kind));
    if (filter.at_least) select.where("c.importance >= ?", static_cast<int>(*filter.at_least));
    // Written out, so that the partial indexes can serve.
    if (filter.cosmetic) select.where(*filter.cosmetic ? "c.cosmetic = 1" : "c.cosmetic = 0");
    if (!filter.repeats && !by_topic && filter.version == 0) select.where("c.repeat = 0");
    if (!filter.language.empty()) select.where("v.language = ?", filter.language);
    if (!filter.region.empty()) select.where("d.region = ?", filter.region);
    if (filter.since) select.where(by_topic ? "t.observed_at >= ?" : "c.observed_at >= ?", seconds_of(*filter.since));
    if (filter.until) select.where(by_topic ? "t.observed_at < ?" : "c.observed_at < ?", seconds_of(*filter.until));
    if (!filter.query.empty()) {
      select.where(
          "c.id IN (SELECT value FROM json_each(?))",
          json_list(changes_with(*connection, matching_clauses(*connection, filter.query, most_followed, false))));
    }
    if (!paging.cursor.empty()) {
      const Cursor cursor = parse_cursor(paging.cursor);
      select.where(by_topic ? "(t.observed_at, t.change_id) < (?, ?)" : "(c.observed_at, c.id) < (?, ?)", cursor.first,
                   cursor.second);
    }
    select.tail(by_topic ? " ORDER BY t.observed_at DESC, t.change_id DESC LIMIT ?"
                         : " ORDER BY c.observed_at DESC, c.id DESC LIMIT ?",
                static_cast<std::int64_t>(paging.limit + 1));

    PageOf<ChangeRow> page;
    std::vector<std::int64_t> ids;
    auto query = select.run(*connection);
    while (query.step()) {
      ids.push_back(query.number(0));
      page.items.push_back(read_change(*connection, query));
    }
    finish_page(page, paging.limit, [&](std::size_t last) {
      return format_cursor({seconds_of(page.items[last].observed_at), ids[last]});
    });
    return page;
  });
}

Result<PageOf<ClauseHit>> SqliteArchive::search(const SearchQuery& search, const Paging& paging) const {
  return guard([&] {
    auto connection = readers_.take();
    const std::size_t skip =
        paging.cursor.empty() ? 0
                              : static_cast<std::size_t>(std::max<std::int64_t>(0, parse_cursor(paging.cursor).first));
    PageOf<ClauseHit> page;
    std::size_t seen = 0;
    std::map<std::int64_t, std::int64_t> version_then;  // by document: the version that stood at the time asked for
    for (const std::int64_t id : matching_clauses(*connection, search.text, most_ranked, true)) {
      Select select(
          "SELECT o.document_id, d.key, s.name, d.terms_type, o.lineage_version, o.lineage_ordinal, o.first_version, "
          "coalesce(o.last_version, d.versions), o.last_version IS NULL, v.observed_at FROM occurrence o "
          "JOIN document d ON d.id = o.document_id JOIN service s ON s.id = d.service_id "
          "JOIN version v ON v.document_id = o.document_id AND v.number = o.first_version");
      select.where("o.clause_id = ?", id);
      if (!search.service.empty()) select.where("s.slug = ?", search.service);
      if (!search.document.empty()) select.where("d.key = ?", search.document);
      select.tail(" ORDER BY o.document_id, o.first_version DESC LIMIT ?", 1000);
      std::set<std::pair<std::int64_t, Lineage>> told;
      auto query = select.run(*connection);
      while (query.step()) {
        const Lineage lineage{static_cast<std::uint32_t>(query.number(4)), static_cast<std::uint32_t>(query.number(5))};
        if (search.at) {
          auto [then, unknown] = version_then.try_emplace(query.number(0), 0);
          if (unknown) {
            auto at = connection->query(
                "SELECT coalesce(max(number), 0) FROM version WHERE document_id = ? AND observed_at <= ?");
            if (at.bind(query.number(0), seconds_of(*search.at)).step()) then->second = at.number(0);
          }
          if (then->second < query.number(6) || then->second > query.number(7)) continue;
        }
        if (!told.emplace(query.number(0), lineage).second) continue;
        if (seen++ < skip) continue;
        if (page.items.size() == paging.limit) {
          page.next = format_cursor({static_cast<std::int64_t>(skip + paging.limit), 0});
          return page;
        }
        ClauseHit hit;
        hit.document = query.text(1);
        hit.service_name = query.text(2);
        hit.terms_type = query.text(3);
        hit.lineage = lineage;
        hit.clause = read_clause(*connection, id);
        hit.first_version = static_cast<std::uint32_t>(query.number(6));
        hit.last_version = static_cast<std::uint32_t>(query.number(7));
        hit.current = query.number(8) != 0;
        hit.first_observed_at = time_of(query.number(9));
        page.items.push_back(std::move(hit));
      }
    }
    return page;
  });
}

}  // namespace smallprint::sqlite
