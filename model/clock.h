// Time as smallprint stores and shows it: UTC seconds, RFC 3339, and civil dates; and the Clock seam for tests.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "model/result.h"

namespace smallprint {

using Timestamp = std::chrono::sys_seconds;
using Date = std::chrono::year_month_day;

/// Where "now" comes from. Implementations are safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override;
};

/// "2024-09-19T06:10:13Z"
std::string format_rfc3339(Timestamp time);
/// "Thu, 19 Sep 2024 06:10:13 GMT", for HTTP and RSS
std::string format_http_date(Timestamp time);
/// "2024-09-18"
std::string format_date(Date date);
/// "18 Sep 2024"
std::string format_date_for_people(Date date);
/// RFC 3339 with any offset, or a date alone (midnight UTC). Error: bad_input.
Result<Timestamp> parse_rfc3339(std::string_view text);
/// "2024-09-18". Error: bad_input, also for a day that the calendar does not have.
Result<Date> parse_date(std::string_view text);

inline Date date_of(Timestamp time) { return Date{std::chrono::floor<std::chrono::days>(time)}; }

}  // namespace smallprint
