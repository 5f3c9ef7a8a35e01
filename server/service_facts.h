// What services say, through time: the runs of facts of their documents, put together by the rule of diff/answers.h.
//
// Values; pure but for the two functions that read an archive. Cost: by the runs of the documents concerned.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "diff/rules.h"
#include "storage/archive.h"

namespace smallprint {

/// An unbroken stretch of time in which a service gives one answer.
struct ServiceRun {
  FactRow said;  ///< of the document that tells at its end: the value, its evidence and its address
  Timestamp since{};
  /// The version that began it: the first that says so, or the one by which another document says otherwise no longer.
  DocumentId began_in;
  std::string began_in_type;  ///< "Privacy Policy"
  std::uint32_t began_with = 0;
  bool first_seen = false;         ///< it began when that document was first seen: the service changed nothing
  std::optional<Timestamp> until;  ///< empty: it still holds
};

/// A service's answer to one question; or that of its documents for one region, where they say anything.
struct ServiceFact {
  const FactDefinition* question = nullptr;  ///< borrowed from the rules
  std::string region;                        ///< empty: for everybody
  std::vector<ServiceRun> runs;              ///< the oldest first; none: no document that could answer was seen

  [[nodiscard]] const ServiceRun* at(Timestamp time) const;
  [[nodiscard]] const ServiceRun* now() const { return runs.empty() || runs.back().until ? nullptr : &runs.back(); }
  /// "unknown" where there is no run.
  [[nodiscard]] std::string_view value_now() const;
};

/// `rows`: all runs of the facts of one service's documents. One for each question that is not a date, in the order of
/// the rules, each followed by those of regions.
std::vector<ServiceFact> service_facts(const RuleSet& rules, const std::vector<FactRow>& rows);

/// All pages of a list of facts.
Result<std::vector<FactRow>> all_facts(const Archive& archive, const FactFilter& filter);

/// Services, and what they say on one question through time.
struct Answerers {
  std::map<std::string, ServiceFact> by_service;  ///< by slug
  std::map<std::string, std::string> names;       ///< by slug
};
/// Of the services named, or of all; one for each question. Error: unsupported where all are more documents than can be
/// looked through.
Result<std::vector<Answerers>> answerers(const Archive& archive, const std::vector<std::string>& services,
                                         const std::vector<const FactDefinition*>& questions);

/// How many services gave which answer at a time.
struct Tally {
  Timestamp at{};
  std::map<std::string, std::size_t, std::less<>> values;
  std::size_t services = 0;  ///< that had a version that could answer
  std::size_t unseen = 0;    ///< that had none then
};
Tally tally(const Answerers& answerers, Timestamp at);

/// A service's change from one answer to another.
struct Turn {
  std::string service;
  const ServiceRun* from = nullptr;
  const ServiceRun* to = nullptr;
};
/// Those seen in [since, until), the latest first. That a document is watched from some day on is no change.
std::vector<Turn> turns(const Answerers& answerers, Timestamp since, Timestamp until);

}  // namespace smallprint
