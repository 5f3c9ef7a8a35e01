// Brings the history that an Open Terms Archive repository recorded into the archive, in order, once, with dates and
// commits: of a versions repository every text of every document; of a snapshots repository every page, read as a visit
// would have read it then.
//
// Two runs, or a run that was killed and one after it, give the same archive as one. Threads: some work on documents
// side by side; the archive takes their versions one transaction at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "diff/rules.h"
#include "fetcher/catalog.h"
#include "model/result.h"
#include "storage/archive.h"

namespace smallprint {

struct ImportOptions {
  std::string services =
      "*";               ///< glob over folder names; anything but "*" leaves no mark, so a later run sees all again
  std::string branch;    ///< empty: HEAD
  unsigned threads = 0;  ///< 0: as many as the machine has, at most 8
  Catalog catalog;       ///< how a snapshots repository's documents are declared, and were
  /// Called from one thread with how many texts or pages are done, of how many.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

struct ImportSummary {
  std::size_t commits = 0;
  std::size_t services = 0;
  std::size_t documents = 0;
  std::uint64_t texts = 0;      ///< recorded texts looked at, or pages
  std::uint64_t versions = 0;   ///< added
  std::uint64_t repeats = 0;    ///< of them: equal to an earlier version
  std::uint64_t unchanged = 0;  ///< equal to the one before: no version
  std::uint64_t empty = 0;      ///< without text: no version
  std::uint64_t bytes = 0;      ///< of the texts or pages read
  // Of pages:
  std::uint64_t known = 0;                       ///< no newer than what the archive has: not read
  std::uint64_t suspects = 0;                    ///< not taken for the document
  std::uint64_t unread = 0;                      ///< the document did not stand where it was declared to
  std::map<std::string, std::uint64_t> reasons;  ///< of the last two, by kind
  std::vector<DocumentId> undeclared;            ///< their main content was found by itself
  std::vector<std::string> failed;               ///< documents that could not be imported, with the reason
};

/// Errors: bad_input (no such repository, or neither of versions nor of snapshots), and the archive's.
Result<ImportSummary> import_ota(Archive& archive, const RuleSet& rules, const std::string& folder,
                                 const ImportOptions& options);

}  // namespace smallprint
