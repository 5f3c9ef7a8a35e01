#include "storage/announcements.h"

#include <tuple>

namespace smallprint {

std::optional<std::size_t> telling_run(Date date, const std::vector<DateRun>& runs) {
  const std::chrono::sys_days day{date};
  const auto seen_on = [](const SeenVersion& version) {
    return std::chrono::floor<std::chrono::days>(version.observed_at);
  };
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const DateRun& run = runs[i];
    if (seen_on(run.since) >= day || day - seen_on(run.since) > longest_notice) continue;
    if (run.until && seen_on(*run.until) < day) continue;
    const auto telling = [](const DateRun& one) { return std::make_tuple(!one.stamp, one.version); };
    if (!best || telling(run) > telling(runs[*best])) best = i;
  }
  return best;
}

std::string_view name(AnnouncementState state) {
  switch (state) {
    case AnnouncementState::ahead: return "ahead";
    case AnnouncementState::due: return "due";
    case AnnouncementState::fulfilled: return "fulfilled";
  }
  return "";
}

AnnouncementState state_on(Date today, const AnnouncementRow& row) {
  if (row.date > today) return AnnouncementState::ahead;
  return row.brought_by ? AnnouncementState::fulfilled : AnnouncementState::due;
}

}  // namespace smallprint
