#include "model/clock.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace smallprint {
namespace {

using namespace std::chrono;

constexpr std::array<const char*, 12> month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<const char*, 7> weekday_names = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

template <class... Args>
std::string print(const char* format, Args... args) {
  std::array<char, 64> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), format, args...);
  return {buffer.data(), static_cast<std::size_t>(length)};
}

/// Reads exactly `digits` decimal digits and drops them from `text`.
bool take_number(std::string_view& text, std::size_t digits, unsigned& value) {
  if (text.size() < digits) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc{} || end != text.data() + digits) return false;
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

bool take_date(std::string_view& text, Date& date) {
  unsigned y = 0, m = 0, d = 0;
  if (!take_number(text, 4, y) || !take(text, "-") || !take_number(text, 2, m) || !take(text, "-") ||
      !take_number(text, 2, d)) {
    return false;
  }
  date = Date{year{static_cast<int>(y)}, month{m}, day{d}};
  return date.ok();
}

}  // namespace

Timestamp SystemClock::now() const { return floor<seconds>(system_clock::now()); }

std::string format_rfc3339(Timestamp time) {
  const auto day_start = floor<days>(time);
  const hh_mm_ss clock{time - day_start};
  return format_date(Date{day_start}) + print("T%02d:%02d:%02dZ", static_cast<int>(clock.hours().count()),
                                              static_cast<int>(clock.minutes().count()),
                                              static_cast<int>(clock.seconds().count()));
}

std::string format_http_date(Timestamp time) {
  const auto day_start = floor<days>(time);
  const Date date{day_start};
  const hh_mm_ss clock{time - day_start};
  return print("%s, %02u %s %04d %02d:%02d:%02d GMT", weekday_names[weekday{day_start}.c_encoding()],
               static_cast<unsigned>(date.day()), month_names[static_cast<unsigned>(date.month()) - 1],
               static_cast<int>(date.year()), static_cast<int>(clock.hours().count()),
               static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
}

std::string format_date(Date date) {
  return print("%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
               static_cast<unsigned>(date.day()));
}

std::string format_date_for_people(Date date) {
  return print("%u %s %d", static_cast<unsigned>(date.day()), month_names[static_cast<unsigned>(date.month()) - 1],
               static_cast<int>(date.year()));
}

Result<Date> parse_date(std::string_view text) {
  std::string_view rest = text;
  Date date;
  if (!take_date(rest, date) || !rest.empty()) {
    return Error{ErrorCode::bad_input, "'" + std::string(text) + "' is not a date like 2024-09-18"};
  }
  return date;
}

Result<Timestamp> parse_rfc3339(std::string_view text) {
  const Error error{ErrorCode::bad_input,
                    "'" + std::string(text) + "' is not a time like 2024-09-18 or 2024-09-18T06:10:13Z"};
  std::string_view rest = text;
  Date date;
  if (!take_date(rest, date)) return error;
  Timestamp time{sys_days{date}};
  if (rest.empty()) return time;

  unsigned h = 0, m = 0, s = 0;
  if (!take(rest, "Tt ") || !take_number(rest, 2, h) || !take(rest, ":") || !take_number(rest, 2, m) ||
      !take(rest, ":") || !take_number(rest, 2, s) || h > 23 || m > 59 || s > 60) {
    return error;
  }
  time += hours{h} + minutes{m} + seconds{s};
  if (take(rest, ".")) {  // fractions of a second are allowed, and dropped
    const std::size_t digits = rest.find_first_not_of("0123456789");
    if (digits == 0 || digits == std::string_view::npos) return error;
    rest.remove_prefix(digits);
  }
  if (take(rest, "Zz")) return rest.empty() ? Result<Timestamp>{time} : error;

  const bool east = !rest.empty() && rest.front() == '+';
  if (!take(rest, "+-") || !take_number(rest, 2, h) || !take(rest, ":") || !take_number(rest, 2, m) || h > 23 ||
      m > 59 || !rest.empty()) {
    return error;
  }
  const auto offset = hours{h} + minutes{m};
  return east ? time - offset : time + offset;
}

}  // namespace smallprint
