#include "storage/records.h"

#include "storage/suspects.h"

namespace smallprint {

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::recorded: return "recorded";
    case Outcome::unchanged: return "unchanged";
    case Outcome::not_modified: return "not_modified";
    case Outcome::suspect: return "suspect";
    case Outcome::failed: return "failed";
  }
  return "";
}

std::string_view name(SuspectState state) {
  switch (state) {
    case SuspectState::waiting: return "waiting";
    case SuspectState::accepted: return "accepted";
    case SuspectState::rejected: return "rejected";
    case SuspectState::stayed: return "stayed";
    case SuspectState::gone: return "gone";
  }
  return "";
}

}  // namespace smallprint
