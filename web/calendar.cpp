#include "web/calendar.h"

#include <fmt/format.h>

#include "web/text.h"

namespace smallprint {

namespace {

constexpr std::size_t longest_line = 75;  // octets, without CR LF

/// One content line, folded. A line that goes on begins with a space, which counts.
void line(std::string& out, std::string_view content) {
  std::size_t room = longest_line;
  while (content.size() > room) {
    std::size_t end = room;
    while ((static_cast<unsigned char>(content[end]) & 0xC0U) == 0x80U) --end;
    out.append(content.substr(0, end)).append("\r\n ");
    content.remove_prefix(end);
    room = longest_line - 1;
  }
  out.append(content).append("\r\n");
}

/// A value of type TEXT. Tabs are allowed; other control characters are not, and clean_utf8() leaves CR and LF alone.
std::string escaped(std::string_view text) {
  std::string out;
  const std::string clean = clean_utf8(text);
  for (std::size_t i = 0; i < clean.size(); ++i) {
    switch (clean[i]) {
      case '\\': out += "\\\\"; break;
      case ';': out += "\\;"; break;
      case ',': out += "\\,"; break;
      case '\r':
        if (i + 1 == clean.size() || clean[i + 1] != '\n') out += "\\n";
        break;
      case '\n': out += "\\n"; break;
      default: out += clean[i];
    }
  }
  return out;
}

/// A value of type URI: what no address may hold is percent-encoded.
std::string address(std::string_view url) {
  std::string out;
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7F) {
      out += fmt::format("%{:02X}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

std::string basic(Date date) {
  return fmt::format("{:04}{:02}{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string basic(Timestamp time) {
  const std::chrono::hh_mm_ss clock{time - std::chrono::floor<std::chrono::days>(time)};
  return fmt::format("{}T{:02}{:02}{:02}Z", basic(date_of(time)), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

}  // namespace

std::string icalendar(const Calendar& calendar) {
  std::string out;
  line(out, "BEGIN:VCALENDAR");
  line(out, "VERSION:2.0");
  line(out, "PRODID:-//smallprint//smallprint//EN");
  line(out, "CALSCALE:GREGORIAN");
  line(out, "NAME:" + escaped(calendar.name));
  line(out, "X-WR-CALNAME:" + escaped(calendar.name));
  line(out, "URL:" + address(calendar.url));
  line(out, "REFRESH-INTERVAL;VALUE=DURATION:PT12H");
  if (calendar.days.empty()) {
    for (const char* fixed : {"BEGIN:VTIMEZONE", "TZID:UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000",
                              "TZOFFSETFROM:+0000", "TZOFFSETTO:+0000", "END:STANDARD", "END:VTIMEZONE"}) {
      line(out, fixed);
    }
  }
  for (const CalendarDay& day : calendar.days) {
    line(out, "BEGIN:VEVENT");
    line(out, "UID:" + escaped(day.id + "@smallprint"));
    line(out, "DTSTAMP:" + basic(day.altered));
    line(out, "DTSTART;VALUE=DATE:" + basic(day.date));
    line(out, "DTEND;VALUE=DATE:" + basic(Date{std::chrono::sys_days{day.date} + std::chrono::days{1}}));
    line(out, "SUMMARY:" + escaped(day.title));
    if (!day.text.empty()) line(out, "DESCRIPTION:" + escaped(day.text));
    if (!day.url.empty()) line(out, "URL:" + address(day.url));
    line(out, "TRANSP:TRANSPARENT");
    line(out, "END:VEVENT");
  }
  line(out, "END:VCALENDAR");
  return out;
}

}  // namespace smallprint
