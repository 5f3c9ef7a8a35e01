// Announced terms: as JSON.
#include "server/api.h"
#include "server/json.h"

namespace smallprint {

namespace {

/// How long an announcement stays listed after its day, so that one sees what became of it.
constexpr std::chrono::days told_afterwards{30};

Date days_before(Date day, std::chrono::days days) { return Date{std::chrono::sys_days{day} - days}; }

}  // namespace

Reply api::upcoming(Call& call) {
  const Date today = date_of(call.site.clock.now());
  AnnouncementFilter filter;
  filter.service = call.query.slug("service");
  filter.since = days_before(today, told_afterwards);
  if (const auto since = call.query.time("since")) filter.since = date_of(*since);
  if (const auto until = call.query.time("until")) filter.until = date_of(*until);
  const Paging paging = read_paging(call.query);
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  const auto page = call.site.archive.announcements(filter, paging);
  if (!page) return problem_of(page.error());
  std::vector<std::string> items;
  for (const AnnouncementRow& row : page->items) items.push_back(announcement_json(row, today, call.base));
  return call.list(items, page->next);
}

}  // namespace smallprint
