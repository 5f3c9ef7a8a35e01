// The list of announced terms. What it reads is found by fact_announced, an index of the few dates that lay ahead.
#include "storage/announcements.h"

#include <algorithm>

#include "storage/sqlite/layout.h"
#include "storage/sqlite/sqlite_archive.h"
#include "storage/sqlite/statement.h"

namespace smallprint::sqlite {
namespace {

SeenVersion seen(const Query& query, int number, int time) {
  return {static_cast<std::uint32_t>(query.number(number)), Timestamp{std::chrono::seconds{query.number(time)}}};
}

/// All that the archive has on one date of one document.
struct Group {
  std::int64_t document = 0;
  AnnouncementRow row;
  std::vector<DateRun> runs;
};

// The conditions on `f` are those of the index, word for word: with INDEXED BY the query fails where it does not fit.
constexpr const char* columns =
    "SELECT f.value, f.document_id, d.key, s.slug, s.name, d.terms_type, f.fact, f.since_version, f.since, "
    "f.until_version, coalesce(u.observed_at, 0), coalesce(f.until_version - 1, d.versions), f.detail, f.evidence "
    "FROM fact f INDEXED BY fact_announced CROSS JOIN document d ON d.id = f.document_id "
    "CROSS JOIN service s ON s.id = d.service_id "
    "LEFT JOIN version u ON u.document_id = f.document_id AND u.number = f.until_version";

DateRun read_run(const Query& query) {
  DateRun run;
  run.stamp = query.text(6) == "effective_date";
  run.since = seen(query, 7, 8);
  if (!query.null(9)) run.until = seen(query, 9, 10);
  run.version = static_cast<std::uint32_t>(query.number(11));
  run.link = query.text(12);
  auto evidence = decode_evidence(query.text(13));
  if (!evidence.empty()) run.evidence = std::move(evidence.front());
  return run;
}

std::optional<SeenVersion> brought_by(Connection& connection, std::int64_t document, Date date) {
  auto stamped = connection.query(
      "SELECT since_version, since FROM fact WHERE document_id = ? AND fact = 'effective_date' AND value = ? "
      "ORDER BY since_version LIMIT 1");
  if (stamped.bind(document, format_date(date)).step()) return seen(stamped, 0, 1);
  auto later = connection.query(
      "SELECT number, observed_at FROM version WHERE document_id = ? AND observed_at >= ? AND kind = ? "
      "ORDER BY observed_at, id LIMIT 1");
  const Timestamp begin{std::chrono::sys_days{date}};
  later.bind(document, begin.time_since_epoch().count(), static_cast<int>(VersionKind::substantive));
  if (later.step()) return seen(later, 0, 1);
  return std::nullopt;
}

}  // namespace

Result<PageOf<AnnouncementRow>> SqliteArchive::announcements(const AnnouncementFilter& filter,
                                                             const Paging& paging) const {
  return guard([&] {
    auto connection = readers_.take();
    Select select(columns);
    select.where("f.fact IN ('announced_change', 'effective_date')").where("f.value < ':'");
    select.where("f.value > date(f.since, 'unixepoch')");
    if (filter.since) select.where("f.value >= ?", format_date(*filter.since));
    if (filter.until) select.where("f.value < ?", format_date(*filter.until));
    if (!filter.service.empty()) select.where("s.slug = ?", filter.service);
    if (!paging.cursor.empty()) {
      const Cursor cursor = parse_cursor(paging.cursor);
      const Date last{std::chrono::sys_days{std::chrono::days{std::clamp<std::int64_t>(cursor.first, 0, 50000)}}};
      select.where(filter.latest_first ? "(f.value, f.document_id) < (?, ?)" : "(f.value, f.document_id) > (?, ?)",
                   format_date(last), cursor.second);
    }
    select.tail(filter.latest_first ? " ORDER BY f.value DESC, f.document_id DESC LIMIT ?"
                                    : " ORDER BY f.value, f.document_id LIMIT ?",
                -1);

    PageOf<AnnouncementRow> page;
    std::vector<std::int64_t> ids;
    Group group;
    const auto close = [&] {
      const auto telling = telling_run(group.row.date, group.runs);
      if (!telling) return;
      for (const DateRun& run : group.runs) {
        if (group.row.first.number == 0 || run.since.number < group.row.first.number) group.row.first = run.since;
      }
      group.row.said = std::move(group.runs[*telling]);
      group.row.brought_by = brought_by(*connection, group.document, group.row.date);
      page.items.push_back(std::move(group.row));
      ids.push_back(group.document);
    };
    auto query = select.run(*connection);
    while (page.items.size() <= paging.limit && query.step()) {
      const auto date = parse_date(query.text(0));
      if (!date) throw Failure{{ErrorCode::damaged, query.text(2) + ": a fact that is no date"}};
      if (group.runs.empty() || group.document != query.number(1) || group.row.date != *date) {
        if (!group.runs.empty()) close();
        group = {query.number(1), {query.text(2), query.text(3), query.text(4), query.text(5), *date, {}, {}, {}}, {}};
      }
      group.runs.push_back(read_run(query));
    }
    if (page.items.size() <= paging.limit && !group.runs.empty()) close();
    finish_page(page, paging.limit, [&](std::size_t last) {
      const auto day = std::chrono::sys_days{page.items[last].date}.time_since_epoch().count();
      return format_cursor({day, ids[last], 0});
    });
    return page;
  });
}

}  // namespace smallprint::sqlite
