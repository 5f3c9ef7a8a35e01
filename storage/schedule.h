// The schedule: which documents are tracked, when each is due, and who visits it now. Values; the archive keeps it.
//
// What is claimed is a host's turn: of one host at most one document is claimed at a time, however many processes work,
// and the host's next turn comes no sooner than the last visit asked for. So politeness holds across processes, and a
// host with ten thousand due documents has as many turns as one with a single document.
//
// A claim belongs to a worker, a process that says again and again that it lives. What a worker that fell silent had
// claimed is due again; what it still brings of it is refused as a conflict, so that no visit is recorded twice.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "model/catalog.h"
#include "model/clock.h"
#include "model/result.h"

namespace smallprint {

struct NewDocument {
  DocumentId id;
  std::string service_name, terms_type, region;
  std::vector<std::string> urls;
};

/// A document that the catalog declares.
struct TrackedDocument {
  NewDocument document;
  std::string host;         ///< what politeness is counted by
  std::string declaration;  ///< opaque bytes, which come back with each claim
};

/// Fills in the next document to track; false at the end. An error ends the tracking with it, and nothing is dropped.
using TrackedDocuments = std::function<Result<bool>(TrackedDocument&)>;

struct TrackOptions {
  Timestamp now{};
  std::chrono::seconds first_interval{std::chrono::hours{12}};
  /// Of the documents that are due because they are new or declared otherwise, so many are due at once, and the others
  /// after them at this rate: a large catalog is spread over time.
  std::uint32_t at_once = 1000, per_second = 20;
};

/// What became of a catalog.
struct TrackSummary {
  std::uint64_t added = 0, altered = 0, unchanged = 0, dropped = 0;
  std::vector<std::pair<DocumentId, std::string>> refused;  ///< with the reason: two services of one address
};

/// A process that visits. All processes' clocks are to agree within a part of the lease.
struct Worker {
  std::string name;  ///< of this process alone: made anew when it starts
  Timestamp now{};
  std::chrono::seconds lease{60};  ///< after so long without a word it counts as dead
};

struct ClaimOptions {
  Worker worker;
  std::size_t limit = 100;
  /// No visit is ever planned further ahead than this: one that is was planned by a clock that stood wrong, and is due.
  std::chrono::seconds longest{std::chrono::days{9}};
};

/// Whose turn it is; what the archive knows a claim by.
struct Claim {
  std::int64_t host = 0;
  std::uint64_t number = 0;
};

/// A document whose visit was claimed.
struct DueDocument {
  DocumentId id;
  std::string declaration;
  std::string etag, last_modified;  ///< of the last good answer of its first source
  std::chrono::seconds interval{0};
  Claim claim;
};

/// How a claim ends.
struct NextVisit {
  Claim claim;
  Timestamp at{};                    ///< of a document that was declared otherwise meanwhile: at once instead
  std::chrono::seconds interval{0};  ///< that led to it
  std::string etag, last_modified;
  Timestamp host_free_at{};  ///< the host's next turn comes no sooner
};

constexpr std::chrono::hours overdue_after{1};

struct ScheduleStats {
  std::uint64_t tracked = 0;
  std::uint64_t due = 0;      ///< those whose time has come, with those being visited
  std::uint64_t overdue = 0;  ///< due for more than overdue_after
  std::uint64_t claimed = 0;
  std::uint64_t workers = 0;
};

// What all back ends have in common.

/// Names all that is declared of a document. A million have no two alike but by a chance of one in ten millions; then
/// one of the two would miss a change of its declaration.
std::int64_t fingerprint(const TrackedDocument& tracked);
constexpr std::size_t tracked_at_once = 2000;  ///< documents written in one transaction
/// A worker that says it lives for longer than this was heard by a clock that stood wrong.
constexpr std::chrono::hours longest_lease{1};

}  // namespace smallprint
