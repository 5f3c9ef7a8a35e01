// Announced terms: as JSON, as a page, as a calendar.
#include <fmt/format.h>

#include <algorithm>

#include "server/api.h"
#include "server/feed_endpoints.h"
#include "server/json.h"
#include "server/page_endpoints.h"
#include "server/views.h"
#include "web/calendar.h"

namespace smallprint {

namespace {

/// How long an announcement stays listed after its day, so that one sees what became of it.
constexpr std::chrono::days told_afterwards{30};
constexpr std::size_t most_days_of_calendar = 1000;

Date today_of(const Call& call) { return date_of(call.site.clock.now()); }
Date day_after(Date day, std::chrono::days days) { return Date{std::chrono::sys_days{day} + days}; }

bool is_web_address(std::string_view link) { return link.starts_with("https://") || link.starts_with("http://"); }

/// Where its version is the text that says so, the announcement is of the text itself.
bool of_itself(const AnnouncementRow& row) {
  return row.said.stamp || (row.brought_by && row.brought_by->number <= row.said.version);
}

std::string label(const AnnouncementRow& row, AnnouncementState state) {
  switch (state) {
    case AnnouncementState::ahead:
      return of_itself(row) ? "The published text holds from this day" : "A change is announced";
    case AnnouncementState::due: return "A change was announced, and no new version seen since";
    case AnnouncementState::fulfilled:
      return of_itself(row) ? "The published text holds" : "A change was announced, and a new version seen";
  }
  return "";
}

UpcomingPage::Item item_view(const AnnouncementRow& row, Date today) {
  const AnnouncementState state = state_on(today, row);
  UpcomingPage::Item item;
  item.date = moment(std::optional<Date>(row.date));
  item.seen = moment(row.first.observed_at);
  item.document = {row.service_name + " · " + document_name(row.terms_type, row.document), "/" + row.document};
  item.label = label(row, state);
  if (row.said.evidence) item.quote = row.said.evidence->text;
  item.href = "/" + announcement_path(row);
  if (is_web_address(row.said.link)) item.link = {row.said.link, row.said.link};
  if (row.brought_by && (of_itself(row) || state == AnnouncementState::fulfilled)) {
    const std::uint32_t number = row.brought_by->number;
    item.brought = {fmt::format("{} {}", number > 1 ? "What changed in version" : "Version", number),
                    comparison_path(row.document, number)};
  }
  return item;
}

CalendarDay day_view(const AnnouncementRow& row, Date today, const std::string& base) {
  CalendarDay day;
  day.id = row.document + "/" + format_date(row.date);
  day.date = row.date;
  day.altered = std::max(row.first.observed_at, row.said.since.observed_at);
  if (row.brought_by) day.altered = std::max(day.altered, row.brought_by->observed_at);
  const std::string name = document_name(row.terms_type, row.document);
  day.title = of_itself(row) ? fmt::format("{}: the new {} takes effect", row.service_name, name)
                             : fmt::format("{}: a change of terms is announced ({})", row.service_name, name);
  if (row.said.evidence) day.text = "“" + row.said.evidence->text + "”\n";
  if (is_web_address(row.said.link)) day.text += "It links to " + row.said.link + "\n";
  if (row.brought_by && state_on(today, row) == AnnouncementState::fulfilled) {
    day.altered = std::max<Timestamp>(day.altered, std::chrono::sys_days{row.date});
    day.text += fmt::format("Version {}: {}{}\n", row.brought_by->number, base,
                            comparison_path(row.document, row.brought_by->number));
  }
  day.url = base + "/" + announcement_path(row);
  return day;
}

}  // namespace

Reply api::upcoming(Call& call) {
  const Date today = today_of(call);
  AnnouncementFilter filter;
  filter.service = call.query.slug("service");
  filter.since = day_after(today, -told_afterwards);
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

Reply pages::upcoming(Call& call) {
  const Date today = today_of(call);
  UpcomingPage page;
  page.days = std::to_string(told_afterwards.count());
  AnnouncementFilter filter;
  filter.since = day_after(today, std::chrono::days{1});
  const std::string cursor = call.query.text("cursor");
  const auto ahead = call.site.archive.announcements(filter, {.limit = 100, .cursor = cursor});
  if (!ahead) return problem_of(ahead.error());
  for (const AnnouncementRow& row : ahead->items) page.ahead.push_back(item_view(row, today));
  if (!ahead->next.empty()) page.next_href = call.path + call.query.with("cursor", ahead->next);
  if (cursor.empty()) {
    filter.until = filter.since;
    filter.since = day_after(today, -told_afterwards);
    filter.latest_first = true;
    const auto past = call.site.archive.announcements(filter, {.limit = 100, .cursor = {}});
    if (!past) return problem_of(past.error());
    for (const AnnouncementRow& row : past->items) page.past.push_back(item_view(row, today));
  }
  Frame frame;
  frame.title = "Announced terms · smallprint";
  frame.description = "Terms that were announced for a day to come, and what became of them.";
  frame.canonical = call.base + call.path;
  Answer answer;
  answer.type = "text/html; charset=utf-8";
  answer.body = call.site.pages.html(frame, page);
  return answer;
}

Reply feeds::calendar(Call& call) {
  const Date today = today_of(call);
  AnnouncementFilter filter;
  filter.service = call.query.slug("service");
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  filter.since = day_after(today, -told_afterwards);
  Calendar calendar;
  calendar.name = "Announced terms";
  calendar.url = call.base + call.path + call.query.with({}, {});
  Paging paging{.limit = 200, .cursor = {}};
  do {
    const auto page = call.site.archive.announcements(filter, paging);
    if (!page) return problem_of(page.error());
    for (const AnnouncementRow& row : page->items) calendar.days.push_back(day_view(row, today, call.base));
    paging.cursor = page->next;
  } while (!paging.cursor.empty() && calendar.days.size() < most_days_of_calendar);
  Answer answer;
  answer.type = "text/calendar; charset=utf-8";
  answer.body = icalendar(calendar);
  return answer;
}

}  // namespace smallprint
