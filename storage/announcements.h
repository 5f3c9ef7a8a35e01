// Terms that were announced: what of the dates that a document named is an announcement, what became of it, and how it
// stands on a given day. Values; pure.
//
// Two facts announce. `announced_change`: a sentence says that terms will hold from a date. `effective_date`: the text
// itself says that it holds from a date, and was seen before it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/catalog.h"
#include "model/clock.h"
#include "model/fact.h"

namespace smallprint {

/// Half-open, by the announced date. A day is a UTC day.
struct AnnouncementFilter {
  std::string service;  ///< slug
  std::optional<Date> since, until;
  bool latest_first = false;  ///< otherwise the next first
};

struct SeenVersion {
  std::uint32_t number = 0;
  Timestamp observed_at{};
};

/// An unbroken run of versions in which a document answers one of the two questions with the same date.
struct DateRun {
  bool stamp = false;  ///< of effective_date
  SeenVersion since;
  std::optional<SeenVersion> until;  ///< the first version that says otherwise
  std::uint32_t version = 0;         ///< the last version that says so: the evidence stands there
  std::string link;                  ///< that the sentence names, or empty
  std::optional<Evidence> evidence;
};

struct AnnouncementRow {
  DocumentId document;
  std::string service;  ///< slug
  std::string service_name;
  std::string terms_type;
  Date date{};
  DateRun said;       ///< by which it is shown: the sentence before the stamp, the latest before earlier ones
  SeenVersion first;  ///< that named the date
  /// The version that holds from the date: the first that says so itself, else the first with another meaning that was
  /// seen on the date or later. A cosmetic one, or one that repeats or reads anew what was there, brings nothing.
  std::optional<SeenVersion> brought_by;
};

/// A date further ahead than this, as seen from the version that names it, is a misprint or no announcement of terms.
constexpr std::chrono::days longest_notice{731};

/// Do a document's runs for one date announce it, and by which? Each that was said after the date, or too long before
/// it, says nothing; nor does one that ended before the date: it was taken back. `runs` are in any order.
std::optional<std::size_t> telling_run(Date date, const std::vector<DateRun>& runs);

enum class AnnouncementState : std::uint8_t {
  ahead,
  due,       ///< the date has come, and no version that it brought was seen
  fulfilled  ///< the date has come, and brought_by holds
};
std::string_view name(AnnouncementState state);
AnnouncementState state_on(Date today, const AnnouncementRow& row);

}  // namespace smallprint
