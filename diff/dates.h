// Dates as terms print them, in the languages of the corpus. Pure; any bytes; linear.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "model/clock.h"

namespace smallprint {

struct FoundDate {
  Date date;
  std::size_t begin = 0;  ///< byte range in the text
  std::size_t end = 0;
};

/// Dates in order: "September 18, 2024", "18th of September 2024", "Sept 18 2024", "18. September 2024",
/// "1er mars 2025", "1º de enero de 2026", "2024-09-18", "2024/09/18", "18.09.2024", "18/09/2024" (day first, unless
/// only month first makes a date; 09/10/2024 is ambiguous and left out). Years 1990 to 2099. A day that the calendar
/// does not have is no date.
std::vector<FoundDate> find_dates(std::string_view text);

}  // namespace smallprint
