// Brings the history that an Open Terms Archive versions repository recorded into the archive: every text of every
// document with its date and commit, in order, once.
//
// Two runs, or a run that was killed and one after it, give the same archive as one. Threads: some work on documents
// side by side; the archive takes their versions one transaction at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "diff/rules.h"
#include "model/result.h"
#include "storage/archive.h"

namespace smallprint {

struct ImportOptions {
  std::string services =
      "*";               ///< glob over folder names; anything but "*" leaves no mark, so a later run sees all again
  std::string branch;    ///< empty: HEAD
  unsigned threads = 0;  ///< 0: as many as the machine has, at most 8
  /// Called from one thread with how many texts are done, of how many.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

struct ImportSummary {
  std::size_t commits = 0;
  std::size_t services = 0;
  std::size_t documents = 0;
  std::uint64_t texts = 0;          ///< recorded texts looked at
  std::uint64_t versions = 0;       ///< added
  std::uint64_t repeats = 0;        ///< of them: equal to an earlier version
  std::uint64_t unchanged = 0;      ///< equal to the one before: no version
  std::uint64_t empty = 0;          ///< without text: no version
  std::uint64_t bytes = 0;          ///< of the texts read
  std::vector<std::string> failed;  ///< documents that could not be imported, with the reason
};

/// Errors: bad_input (no such repository, or not of versions), and the archive's.
Result<ImportSummary> import_ota(Archive& archive, const RuleSet& rules, const std::string& folder,
                                 const ImportOptions& options);

}  // namespace smallprint
