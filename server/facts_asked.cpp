#include "server/facts_asked.h"

#include <algorithm>
#include <array>

namespace smallprint {
namespace {

constexpr std::size_t most_points = 120;
constexpr std::size_t steps_otherwise = 4;

/// The same day and time of an earlier month, or the last day of that month.
Timestamp months_before(Timestamp time, int months) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const Date date{day};
  const auto month = date.year() / date.month() - std::chrono::months{months};
  const Date last{month / std::chrono::last};
  const Date moved{month.year(), month.month(), std::min(date.day(), last.day())};
  return Timestamp{std::chrono::sys_days{moved}} + (time - day);
}

/// So that an answer is the same all day.
Timestamp end_of_today(const Call& call) {
  return std::chrono::floor<std::chrono::days>(call.site.clock.now()) + std::chrono::days(1) - std::chrono::seconds(1);
}

}  // namespace

void check_fact(Call& call, std::string_view parameter, const std::string& fact) {
  std::vector<std::string> known;
  for (const FactDefinition& definition : call.site.rules.facts()) known.push_back(definition.id);
  if (std::find(known.begin(), known.end(), fact) == known.end())
    call.query.refuse(parameter, "names what is no fact", known);
}

std::vector<const FactDefinition*> read_questions(Call& call, bool dates) {
  const std::vector<std::string> asked = call.query.slugs("facts");
  for (const std::string& fact : asked) check_fact(call, "facts", fact);
  std::vector<const FactDefinition*> questions;
  for (const FactDefinition& definition : call.site.rules.facts()) {
    if (!dates && definition.is_date()) continue;
    if (asked.empty() || std::find(asked.begin(), asked.end(), definition.id) != asked.end()) {
      questions.push_back(&definition);
    }
  }
  if (questions.empty()) call.query.refuse("facts", "names nothing that is counted: its answers are dates");
  return questions;
}

std::optional<Timestamp> read_day(Call& call, std::string_view name) {
  auto time = call.query.time(name);
  if (time && parse_date(call.query.text(name))) *time += std::chrono::days(1) - std::chrono::seconds(1);
  return time;
}

Series series_back(Timestamp until, int months, std::size_t steps) {
  Series series;
  for (std::size_t i = steps + 1; i-- > 0;) series.points.push_back(months_before(until, months * static_cast<int>(i)));
  return series;
}

Series read_series(Call& call) {
  static constexpr std::array<std::string_view, 3> steps = {"year", "quarter", "month"};
  const std::string step = call.query.one_of("step", steps);
  const int months = step == "month" ? 1 : step == "quarter" ? 3 : 12;
  const auto since = call.query.time("since");
  const Timestamp until = read_day(call, "until").value_or(end_of_today(call));
  if (!since) return series_back(until, months, steps_otherwise);
  if (*since > until) {
    call.query.refuse("since", "is later than until");
    return series_back(until, months, 0);
  }
  std::size_t count = 0;
  while (count <= most_points && months_before(until, months * static_cast<int>(count + 1)) >= *since) ++count;
  if (count >= most_points)
    call.query.refuse("since", "gives more than 120 points; take a longer step or a later date");
  return series_back(until, months, std::min(count, most_points));
}

ServiceFact until(const ServiceFact& fact, const std::optional<Timestamp>& at) {
  ServiceFact out = fact;
  if (!at) return out;
  std::erase_if(out.runs, [&](const ServiceRun& run) { return run.since > *at; });
  if (!out.runs.empty() && out.runs.back().until && *out.runs.back().until > *at) out.runs.back().until.reset();
  return out;
}

}  // namespace smallprint
