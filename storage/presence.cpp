#include "storage/presence.h"

namespace smallprint {

std::string_view name(Presence presence) {
  switch (presence) {
    case Presence::there: return "there";
    case Presence::moved: return "moved";
    case Presence::missing: return "missing";
    case Presence::gone: return "gone";
  }
  return "";
}

Presence presence(const DocumentRow& row) {
  if (!row.missing_since) return row.moved_to.empty() ? Presence::there : Presence::moved;
  const bool long_ago = row.last_observed_at && *row.last_observed_at - *row.missing_since >= gone_after;
  return long_ago ? Presence::gone : Presence::missing;
}

bool finds_document(const Observation& observation) {
  return observation.outcome == Outcome::recorded || observation.outcome == Outcome::unchanged ||
         observation.outcome == Outcome::not_modified;
}

bool misses_document(const Observation& observation) {
  if (observation.outcome != Outcome::failed) return false;
  const bool another_page =
      observation.status == 200 && !observation.moved_to.empty() && observation.reason.starts_with("no_document:");
  return observation.status == 404 || observation.status == 410 || another_page;
}

}  // namespace smallprint
