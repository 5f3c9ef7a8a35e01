// Days as a calendar that programs subscribe to: iCalendar (RFC 5545).
//
// Values in, text out; no clock. Every text may hold any bytes.
#pragma once

#include <string>
#include <vector>

#include "model/clock.h"

namespace smallprint {

/// Something that concerns a whole day.
struct CalendarDay {
  std::string id;  ///< the same whenever the same thing is told: what its UID is made of
  Date date{};
  Timestamp altered{};  ///< when what is told of it last altered
  std::string title;
  std::string text;  ///< lines
  std::string url;   ///< absolute
};

struct Calendar {
  std::string name;
  std::string url;  ///< of the calendar itself
  std::vector<CalendarDay> days;
};

/// Lines end in CR LF and are at most 75 octets long, folded between characters. A calendar must have a component: one
/// without days has the time zone that everybody has.
std::string icalendar(const Calendar& calendar);

}  // namespace smallprint
