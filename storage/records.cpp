#include "storage/records.h"

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

}  // namespace smallprint
