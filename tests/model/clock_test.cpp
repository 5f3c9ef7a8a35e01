#include <doctest/doctest.h>

#include "model/clock.h"

using namespace smallprint;

TEST_CASE("a time is written and read back as RFC 3339") {
  const Timestamp time{std::chrono::seconds{1726726213}};
  CHECK(format_rfc3339(time) == "2024-09-19T06:10:13Z");
  CHECK(parse_rfc3339("2024-09-19T06:10:13Z").value() == time);
  CHECK(parse_rfc3339("2024-09-19T08:10:13.250+02:00").value() == time);
  CHECK(parse_rfc3339("2024-09-19").value() == Timestamp{std::chrono::seconds{1726704000}});
  CHECK(format_http_date(time) == "Thu, 19 Sep 2024 06:10:13 GMT");
  CHECK(format_date_for_people(date_of(time)) == "19 Sep 2024");
}

TEST_CASE("what is no time is refused with a message that shows it") {
  for (const char* bad :
       {"", "2024", "2024-13-01", "2023-02-29", "2024-09-19T25:00:00Z", "2024-09-19T06:10:13",
        "2024-09-19T06:10:13+2:00", "2024-09-19 ", "20240919", "2024-09-19T06:10:13.Z", "yesterday"}) {
    CAPTURE(bad);
    const auto result = parse_rfc3339(bad);
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().code == ErrorCode::bad_input);
  }
  CHECK_FALSE(parse_date("2023-02-29").ok());
  CHECK(parse_date("2024-02-29").ok());
}
