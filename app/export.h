// What the exports have in common: which documents and versions they take, and what they tell of themselves.
//
// Every export streams: what it holds in memory does not grow with the texts. Threads: one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/clock.h"
#include "model/result.h"
#include "storage/archive.h"

namespace smallprint {

struct ExportOptions {
  /// Globs over document ids ("linkedin/*"), or over services' where there is no '/' in one; empty: all.
  std::vector<std::string> documents;
  std::optional<Timestamp> since;  ///< only what was seen then and later
  /// Called with how much is done, of how much; units are the export's own.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

struct ExportSummary {
  std::uint64_t documents = 0;  ///< that the filter takes
  std::uint64_t versions = 0;   ///< written
  std::uint64_t bytes = 0;      ///< of content, before compression
  std::vector<std::string> files;
  std::vector<std::string> failed;  ///< what could not be read from the archive, with the reason; the rest was written
  std::vector<std::pair<const char*, std::uint64_t>> counts;  ///< what else there is to count, by name
};

/// Calls `take` for each document that the filter takes, by id. Ends with the first error.
Result<void> each_document(const Archive& archive, const ExportOptions& options,
                           const std::function<Result<void>(const DocumentRow&)>& take);

/// Calls `take` for each version of a document that the filter takes, by number. Ends with the first error.
Result<void> each_version(const Archive& archive, const DocumentRow& document, const ExportOptions& options,
                          const std::function<Result<void>(const VersionRow&)>& take);

/// How many versions all documents have that the filter takes; without regard to `since`.
Result<std::uint64_t> count_versions(const Archive& archive, const ExportOptions& options);

}  // namespace smallprint
