// Clauses through time: the runs of versions in which each lineage stood with one text.
#include <algorithm>

#include "storage/codec.h"
#include "storage/sqlite/layout.h"
#include "storage/sqlite/sqlite_archive.h"

namespace smallprint::sqlite {
namespace {

Timestamp at_time(std::int64_t seconds) { return Timestamp{std::chrono::seconds{seconds}}; }

struct Seen {
  Timestamp at{};
  bool says_something_new = false;
};

/// By number, from 1; the place 0 is empty.
std::vector<Seen> versions_until(Connection& connection, std::int64_t document, std::uint32_t number) {
  std::vector<Seen> versions(1);
  auto query = connection.query(
      "SELECT number, observed_at, kind FROM version WHERE document_id = ? AND number <= ? ORDER BY number");
  query.bind(document, number);
  while (query.step()) {
    const auto kind = static_cast<VersionKind>(query.number(2));
    versions.resize(static_cast<std::size_t>(query.number(0)) + 1);
    versions.back() = {at_time(query.number(1)), kind == VersionKind::substantive || kind == VersionKind::cosmetic};
  }
  return versions;
}

/// The versions after `first`, up to `last`, in which the clause moved. Versions that repeat a text or read it anew
/// move nothing. Cost: the changes of those versions in which anything moved.
std::vector<std::uint32_t> moves_of(Connection& connection, std::int64_t document, Lineage lineage, std::uint32_t first,
                                    std::uint32_t last) {
  auto query = connection.query(
      "SELECT v.number, coalesce(s.data, c.data) FROM version v JOIN change_list c ON c.version_id = v.id LEFT JOIN "
      "change_list s ON s.version_id = c.same_as WHERE v.document_id = ? AND "
      "v.number > ? AND v.number <= ? AND v.kinds & ? <> 0 AND v.kind IN (?, ?) ORDER BY v.number");
  query.bind(document, first, last, bit_of(ChangeKind::moved) | bit_of(ChangeKind::moved_and_edited),
             static_cast<int>(VersionKind::substantive), static_cast<int>(VersionKind::cosmetic));
  std::vector<std::uint32_t> moves;
  while (query.step()) {
    const auto number = static_cast<std::uint32_t>(query.number(0));
    std::vector<LayoutEntry> layout;
    const auto bytes = decode_any(query.text(1), {});
    if (!bytes) throw Failure{bytes.error()};
    for (const StoredChange& stored : decode_changes(*bytes)) {
      if (!is_move(stored.change.kind)) continue;
      bool found = stored.change.lineage == lineage;
      if (!found && stored.after.size() > 1) {  // of a section that moved the first clause alone is named
        if (layout.empty()) layout = decode_layout(read_layout(connection, document, number));
        const std::size_t begin = std::min<std::size_t>(stored.change.after_index, layout.size());
        const std::size_t end = std::min(begin + stored.after.size(), layout.size());
        for (std::size_t i = begin; i < end && !found; ++i) found = layout[i].lineage == lineage;
      }
      if (!found) continue;
      moves.push_back(number);
      break;
    }
  }
  return moves;
}

bool same_words(Connection& connection, std::int64_t clause, std::int64_t other) {
  return clause == other || read_clause(connection, clause).text == read_clause(connection, other).text;
}

}  // namespace

Result<std::vector<Archive::ClauseState>> SqliteArchive::clause_history(const DocumentId& document,
                                                                        Lineage lineage) const {
  return guard([&] {
    auto connection = readers_.take();
    const std::int64_t id = document_row_id(*connection, document);
    struct Run {
      std::uint32_t first, last;
      std::int64_t clause;
    };
    std::vector<Run> runs;
    {
      auto query = connection->query(
          "SELECT first_version, coalesce(last_version, 0), clause_id FROM occurrence WHERE document_id = ? AND "
          "lineage_version = ? AND lineage_ordinal = ? ORDER BY first_version");
      query.bind(id, lineage.version, lineage.ordinal);
      while (query.step()) {
        runs.push_back({static_cast<std::uint32_t>(query.number(0)), static_cast<std::uint32_t>(query.number(1)),
                        query.number(2)});
      }
    }
    if (runs.empty())
      throw Failure{{ErrorCode::not_found, "there is no clause " + format_lineage(lineage) + " in '" + document + "'"}};
    const auto time = [&](std::uint32_t number) {
      auto query = connection->query("SELECT observed_at FROM version WHERE document_id = ? AND number = ?");
      return query.bind(id, number).step() ? Timestamp{std::chrono::seconds{query.number(0)}} : Timestamp{};
    };
    std::vector<ClauseState> states;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const Run& run = runs[i];
      Clause clause = read_clause(*connection, run.clause);
      states.push_back({run.first, time(run.first), clause, true, false});
      const bool ends = run.last != 0 && (i + 1 == runs.size() || runs[i + 1].first != run.last + 1);
      if (ends) states.push_back({run.last + 1, time(run.last + 1), std::move(clause), false, false});
    }
    const std::uint32_t last = runs.back().last == 0 ? UINT32_MAX : runs.back().last;
    for (const std::uint32_t number : moves_of(*connection, id, lineage, runs.front().first, last)) {
      const auto next = std::upper_bound(states.begin(), states.end(), number,
                                         [](std::uint32_t at, const ClauseState& state) { return at < state.version; });
      if (next == states.begin()) continue;
      const auto state = next - 1;
      if (!state->present) continue;
      if (state->version == number) {
        state->moved = true;
      } else {
        states.insert(next, {number, time(number), Clause(state->clause), true, true});
      }
    }
    return states;
  });
}

Result<std::vector<ClauseAge>> SqliteArchive::clause_ages(const DocumentId& document, std::uint32_t number) const {
  return guard([&] {
    auto connection = readers_.take();
    const std::int64_t id = document_row_id(*connection, document);
    const std::vector<Seen> versions = versions_until(*connection, id, number);
    if (versions.size() != std::size_t{number} + 1) {
      throw Failure{{ErrorCode::not_found, "there is no version " + std::to_string(number) + " of '" + document + "'"}};
    }
    // The runs that hold the version, each with the runs of the same lineage up to then: both lie together in the key.
    auto query = connection->query(
        "SELECT o.lineage_version, o.lineage_ordinal, o.first_version, o.clause_id FROM occurrence now CROSS JOIN "
        "occurrence o ON o.document_id = now.document_id AND o.lineage_version = now.lineage_version AND "
        "o.lineage_ordinal = now.lineage_ordinal AND o.first_version <= now.first_version WHERE now.document_id = ? "
        "AND now.first_version <= ? AND coalesce(now.last_version, ?) >= ? "
        "ORDER BY now.lineage_version, now.lineage_ordinal, o.first_version");
    query.bind(id, number, number, number);
    std::vector<ClauseAge> ages;
    std::int64_t before = 0;
    while (query.step()) {
      const Lineage lineage{static_cast<std::uint32_t>(query.number(0)), static_cast<std::uint32_t>(query.number(1))};
      const auto version = static_cast<std::uint32_t>(query.number(2));
      if (version > number) throw Failure{{ErrorCode::damaged, "a clause stands in a version that is missing"}};
      const std::int64_t clause = query.number(3);
      if (ages.empty() || ages.back().lineage != lineage) {
        ages.push_back({lineage, versions[version].at, 0, 0, {}});
      } else if (versions[version].says_something_new && !same_words(*connection, before, clause)) {
        ages.back() = {lineage, ages.back().since, ages.back().edits + 1, version, versions[version].at};
      }
      before = clause;
    }
    return ages;
  });
}

}  // namespace smallprint::sqlite
