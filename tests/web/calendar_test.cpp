#include "web/calendar.h"

#include <doctest/doctest.h>

#include "web/text.h"

using namespace smallprint;

namespace {

CalendarDay day() {
  CalendarDay out;
  out.id = "acme/terms/2025-12-31";
  out.date = parse_date("2025-12-31").value();
  out.altered = parse_rfc3339("2025-11-03T09:08:07Z").value();
  out.title = "Acme";
  out.url = "https://example.org/acme/terms/3#c7";
  return out;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find("\r\n", at);
    REQUIRE(end != std::string::npos);
    out.push_back(text.substr(at, end - at));
    at = end + 2;
  }
  return out;
}

std::string unfolded(std::string text) {
  for (std::size_t fold; (fold = text.find("\r\n ")) != std::string::npos;) text.erase(fold, 3);
  return text;
}

}  // namespace

TEST_CASE("a day is an event of the whole day, the next day excluded") {
  const auto all = lines(icalendar({"Announced", "https://example.org/upcoming.ics", {day()}}));
  CHECK(all == std::vector<std::string>{
                   "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//smallprint//smallprint//EN", "CALSCALE:GREGORIAN",
                   "NAME:Announced", "X-WR-CALNAME:Announced", "URL:https://example.org/upcoming.ics",
                   "REFRESH-INTERVAL;VALUE=DURATION:PT12H", "BEGIN:VEVENT", "UID:acme/terms/2025-12-31@smallprint",
                   "DTSTAMP:20251103T090807Z", "DTSTART;VALUE=DATE:20251231", "DTEND;VALUE=DATE:20260101",
                   "SUMMARY:Acme", "URL:https://example.org/acme/terms/3#c7", "TRANSP:TRANSPARENT", "END:VEVENT",
                   "END:VCALENDAR"});
}

TEST_CASE("a calendar without days still has a component, as it must") {
  const std::string text = icalendar({"Announced", "https://example.org/upcoming.ics", {}});
  CHECK(text.find("BEGIN:VTIMEZONE\r\n") != std::string::npos);
  CHECK(text.find("VEVENT") == std::string::npos);
}

TEST_CASE("texts are escaped, and nothing that they hold begins a line of its own") {
  CalendarDay one = day();
  one.title = "a;b,c\\d\nBEGIN:VEVENT\r\nX:1\rY\x01\xff";
  one.url = "https://example.org/a b\r\nATTACH:x\xC3\xA9";
  const std::string text = unfolded(icalendar({"a,b", "", {one}}));
  CHECK(text.find("\r\nSUMMARY:a\\;b\\,c\\\\d\\nBEGIN:VEVENT\\nX:1\\nY\xEF\xBF\xBD\xEF\xBF\xBD\r\n") !=
        std::string::npos);
  CHECK(text.find("\r\nURL:https://example.org/a%20b%0D%0AATTACH:x%C3%A9\r\n") != std::string::npos);
  CHECK(text.find("\r\nNAME:a\\,b\r\n") != std::string::npos);
}

TEST_CASE("lines are folded at 75 octets, never inside a character, and unfold to what they were") {
  for (const char* letter : {"x", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x93\x85"}) {
    for (std::size_t offset = 0; offset < 80; ++offset) {
      CalendarDay one = day();
      one.title = std::string(offset, '-');
      for (int i = 0; i < 90; ++i) one.title += letter;
      const std::string text = icalendar({"n", "", {one}});
      for (const std::string& line : lines(text)) {
        CHECK(line.size() <= 75);
        CHECK(clean_utf8(line) == line);
      }
      CHECK(unfolded(text).find("\r\nSUMMARY:" + one.title + "\r\n") != std::string::npos);
    }
  }
}
