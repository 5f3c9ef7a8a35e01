// What requests on facts ask for: questions, and points in time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/call.h"
#include "server/service_facts.h"

namespace smallprint {

/// Refuses the parameter where there is no such question.
void check_fact(Call& call, std::string_view parameter, const std::string& fact);

/// `facts`: those named, or all of them; those whose answers are dates only with `dates`.
std::vector<const FactDefinition*> read_questions(Call& call, bool dates);

/// A time; a date means its whole day.
std::optional<Timestamp> read_day(Call& call, std::string_view name);

/// Points in time, the oldest first, a step apart; the last one is where it was asked to end. At least one.
struct Series {
  std::vector<Timestamp> points;
};
/// `since`, `until` and `step` (year, quarter or month). Otherwise until now, by the year, four years back.
Series read_series(Call& call);
/// The points that lie so many steps of so many months before a time.
Series series_back(Timestamp until, int months, std::size_t steps);

/// The fact as it stood at a time: later runs are left out, and what held then holds.
ServiceFact until(const ServiceFact& fact, const std::optional<Timestamp>& at);

}  // namespace smallprint
