// The list of changes by any filter, and full text search.
#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

#include "storage/codec.h"
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

/// Is the character outside ASCII that begins at `at` one that words end at? `size`: its bytes. The index knows no
/// places, so it cannot be asked for what its tokenizer would take for two words; it ends words at what is neither
/// letter nor digit, of which these are the blocks that stand in texts.
bool ends_word(std::string_view text, std::size_t at, std::size_t& size) {
  const auto byte = static_cast<unsigned char>(text[at]);
  size = std::min<std::size_t>(byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1, text.size() - at);
  std::uint32_t code = byte & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) code = code << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  const auto in = [code](std::uint32_t first, std::uint32_t last) { return code >= first && code <= last; };
  const bool latin_letter = code == 0xAA || code == 0xB5 || code == 0xBA || in(0xB2, 0xB3) || code == 0xB9 ||
                            in(0xBC, 0xBE) || (code >= 0xC0 && code != 0xD7 && code != 0xF7);
  return size == 1 || !latin_letter || in(0x2000, 0x206F) || in(0x20A0, 0x20CF) || in(0x2190, 0x245F) ||
         in(0x2500, 0x2775) || in(0x2794, 0x2BFF) || in(0x2E00, 0x2E7F) || in(0x3000, 0x3004) || in(0x3008, 0x3020) ||
         in(0xFE30, 0xFE6F) || in(0xFF00, 0xFF0F) || in(0xFF1A, 0xFF20) || in(0x1F000, 0x1FAFF);
}

/// An FTS5 expression that asks for all words of a text, whatever it holds: each word is quoted.
std::string match_expression(std::string_view text) {
  std::string expression, word;
  std::size_t words = 0;
  const auto flush = [&] {
    if (!word.empty() && words++ < most_words) expression += (expression.empty() ? "\"" : " \"") + word + "\"";
    word.clear();
  };
  for (std::size_t at = 0, size = 1; at < text.size(); at += size) {
    const char c = text[at];
    size = 1;
    const bool part = static_cast<unsigned char>(c) >= 0x80
                          ? !ends_word(text, at, size)
                          : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (part) {
      word.append(text.substr(at, size));
    } else {
      flush();
    }
  }
  flush();
  return expression;
}

/// Those with the fewest words first, and of them the newest: what is about the words asked for says little else.
void rank(Connection& connection, std::vector<std::int64_t>& ids) {
  std::vector<std::pair<int, std::int64_t>> ranked;
  std::int64_t first = 0;
  std::string words;  // of the group that begins there
  for (const std::int64_t id : ids) {
    if (id < first || id >= first + static_cast<std::int64_t>(words.size())) {
      auto group =
          connection.query("SELECT first, words FROM clause_group WHERE first <= ? ORDER BY first DESC LIMIT 1");
      if (!group.bind(id).step()) continue;
      first = group.number(0);
      words = group.text(1);
    }
    const auto place = static_cast<std::size_t>(id - first);
    ranked.emplace_back(place < words.size() ? static_cast<unsigned char>(words[place]) : 255, id);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  ids.clear();
  for (const auto& [count, id] : ranked) ids.push_back(id);
}

/// The newest clauses that have all words of a text.
std::vector<std::int64_t> matching_clauses(Connection& connection, std::string_view text, std::int64_t limit) {
  std::vector<std::int64_t> ids;
  const std::string expression = match_expression(text);
  if (expression.empty()) return ids;
  auto query =
      connection.query("SELECT rowid FROM clause_words WHERE clause_words MATCH ? ORDER BY rowid DESC LIMIT ?");
  query.bind(expression, limit);
  try {
    while (query.step()) ids.push_back(query.number(0));
  } catch (const SQLite::Exception& error) {
    // A word that the tokenizer takes for several (see ends_word): no clause is found by it.
    if (error.getErrorCode() != SQLITE_ERROR) throw;
    ids.clear();
  }
  return ids;
}

/// The ids of the versions that a clause came in with, or was gone from.
std::vector<std::int64_t> versions_with(Connection& connection, const std::set<std::int64_t>& clauses) {
  std::set<std::int64_t> versions;
  const auto add = [&](std::int64_t document, std::int64_t number) {
    auto query = connection.query("SELECT id FROM version WHERE document_id = ? AND number = ?");
    if (query.bind(document, number).step()) versions.insert(query.number(0));
  };
  for (const std::int64_t clause : clauses) {
    auto query =
        connection.query("SELECT document_id, first_version, last_version FROM occurrence WHERE clause_id = ?");
    query.bind(clause);
    while (query.step()) {
      add(query.number(0), query.number(1));
      if (!query.null(2)) add(query.number(0), query.number(2) + 1);
    }
  }
  return {versions.begin(), versions.end()};
}

std::string json_list(const std::vector<std::int64_t>& ids) {
  std::string text = "[";
  for (const std::int64_t id : ids) text += (text.size() == 1 ? "" : ",") + std::to_string(id);
  return text + "]";
}

/// Versions that may have such changes, newest first, each with its list. What a version says of all its changes keeps
/// the others out; the narrowest way in decides which table comes first (SQLite keeps to it because of CROSS JOIN).
Select versions_that_may(const ChangeFilter& filter) {
  const bool by_topic = !filter.topic.empty();
  const std::string from = by_topic ? "version_topic t CROSS JOIN version v ON v.id = t.version_id" : "version v";
  Select select(
      "SELECT v.id, d.key, s.name, d.terms_type, v.number, v.observed_at, v.effective_date, v.kind, "
      "coalesce(same.data, c.data) FROM " +
      from +
      " JOIN change_list c ON c.version_id = v.id LEFT JOIN change_list same ON same.version_id = c.same_as JOIN "
      "document d ON d.id = v.document_id "
      "JOIN service s ON s.id = d.service_id");
  if (by_topic) {
    select.where("t.topic = ?", filter.topic);
    if (filter.effect) select.where("t.effects & ? <> 0", bit_of(*filter.effect));
  } else if (filter.effect) {
    select.where("v.effects & ? <> 0", bit_of(*filter.effect));
  }
  // A unary plus keeps a condition from being the way in.
  if (!filter.document.empty()) {
    select.where(by_topic ? "+v.document_id = (SELECT id FROM document WHERE key = ?)"
                          : "v.document_id = (SELECT id FROM document WHERE key = ?)",
                 filter.document);
    if (filter.version != 0) select.where("v.number = ?", filter.version);
  } else if (!filter.service.empty()) {
    select.where(by_topic ? "+v.service_id = (SELECT id FROM service WHERE slug = ?)"
                          : "v.service_id = (SELECT id FROM service WHERE slug = ?)",
                 filter.service);
  }
  if (!filter.terms_type.empty()) select.where("d.type_slug = ?", filter.terms_type);
  if (filter.kind) select.where("v.kinds & ? <> 0", bit_of(*filter.kind));
  if (filter.at_least) select.where("v.importance >= ?", static_cast<int>(*filter.at_least));
  // Written out as in version_news, so that this index can serve.
  if (!filter.repeats && filter.version == 0) select.where("v.kind NOT IN (3, 4, 5)");
  if (filter.cosmetic) select.where(*filter.cosmetic ? "v.cosmetic_changes > 0" : "v.changes > v.cosmetic_changes");
  if (!filter.language.empty()) select.where("v.language = ?", filter.language);
  if (!filter.region.empty()) select.where("d.region = ?", filter.region);
  const char* const time = by_topic ? "t.observed_at" : "v.observed_at";
  if (filter.since) select.where(std::string(time) + " >= ?", seconds_of(*filter.since));
  if (filter.until) select.where(std::string(time) + " < ?", seconds_of(*filter.until));
  return select;
}

bool wanted(const ChangeFilter& filter, const std::set<std::int64_t>& clauses, const StoredChange& stored) {
  const Change& change = stored.change;
  if (filter.kind && change.kind != *filter.kind) return false;
  if (filter.cosmetic && change.cosmetic != *filter.cosmetic) return false;
  if (filter.at_least && change.importance < *filter.at_least) return false;
  if (!filter.topic.empty() || filter.effect) {
    const bool topic = std::any_of(change.topics.begin(), change.topics.end(), [&](const TopicEffect& one) {
      return (filter.topic.empty() || one.topic == filter.topic) && (!filter.effect || one.effect == *filter.effect);
    });
    if (!topic) return false;
  }
  if (filter.query.empty()) return true;
  const auto found = [&](std::int64_t id) { return clauses.count(id) != 0; };
  return std::any_of(stored.before.begin(), stored.before.end(), found) ||
         std::any_of(stored.after.begin(), stored.after.end(), found);
}

ChangeRow read_change(Connection& connection, const Query& version, StoredChange&& stored, std::size_t ordinal) {
  ChangeRow row;
  row.document = version.text(1);
  row.service_name = version.text(2);
  row.terms_type = version.text(3);
  row.version = static_cast<std::uint32_t>(version.number(4));
  row.ordinal = static_cast<std::uint32_t>(ordinal);
  row.observed_at = time_of(version.number(5));
  if (!version.null(6)) row.effective_date = Date{std::chrono::sys_days{std::chrono::days{version.number(6)}}};
  row.version_kind = static_cast<VersionKind>(std::clamp<std::int64_t>(version.number(7), 0, 5));
  row.change = std::move(stored.change);
  for (const std::int64_t id : stored.before) row.change.before.push_back(read_clause(connection, id));
  for (const std::int64_t id : stored.after) row.change.after.push_back(read_clause(connection, id));
  return row;
}

std::vector<StoredChange> read_list(const Query& version, int column) {
  const auto bytes = decode_any(version.text(column), {});
  if (!bytes) {
    throw Failure{{ErrorCode::damaged, version.text(1) + ": the changes of version " +
                                           std::to_string(version.number(4)) + " do not decompress"}};
  }
  return decode_changes(*bytes);
}

}  // namespace

Result<PageOf<ChangeRow>> SqliteArchive::changes(const ChangeFilter& filter, const Paging& paging) const {
  return guard([&] {
    auto connection = readers_.take();
    const bool by_topic = !filter.topic.empty();
    Select select = versions_that_may(filter);
    std::set<std::int64_t> clauses;
    if (!filter.query.empty()) {
      const auto matching = matching_clauses(*connection, filter.query, most_followed);
      clauses.insert(matching.begin(), matching.end());
      select.where("v.id IN (SELECT value FROM json_each(?))", json_list(versions_with(*connection, clauses)));
    }
    Cursor after;
    if (!paging.cursor.empty()) {
      after = parse_cursor(paging.cursor);
      select.where(by_topic ? "(t.observed_at, t.version_id) <= (?, ?)" : "(v.observed_at, v.id) <= (?, ?)",
                   after.first, after.second);
    }
    select.tail(by_topic ? " ORDER BY t.observed_at DESC, t.version_id DESC LIMIT ?"
                         : " ORDER BY v.observed_at DESC, v.id DESC LIMIT ?",
                -1);

    PageOf<ChangeRow> page;
    std::vector<Cursor> places;
    auto query = select.run(*connection);
    while (page.items.size() <= paging.limit && query.step()) {
      const std::int64_t version = query.number(0);
      std::vector<StoredChange> list = read_list(query, 8);
      const auto first = version == after.second ? static_cast<std::size_t>(std::max<std::int64_t>(after.third, 0)) : 0;
      for (std::size_t i = first; i < list.size() && page.items.size() <= paging.limit; ++i) {
        if (!wanted(filter, clauses, list[i])) continue;
        places.push_back({query.number(5), version, static_cast<std::int64_t>(i + 1)});
        page.items.push_back(read_change(*connection, query, std::move(list[i]), i + 1));
      }
    }
    finish_page(page, paging.limit, [&](std::size_t last) { return format_cursor(places[last]); });
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
    std::vector<std::int64_t> matching = matching_clauses(*connection, search.text, most_ranked);
    rank(*connection, matching);
    for (const std::int64_t id : matching) {
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
          page.next = format_cursor({static_cast<std::int64_t>(skip + paging.limit), 0, 0});
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
