// The archive: the one interface behind which SQLite (and later PostgreSQL) keep everything that was seen.
//
// Evidence (snapshots, version texts, observations) is written once and never altered; everything else is derived from
// it. Threads: an Archive may be used from several threads at once; a DocumentWriter belongs to one thread. Errors:
// unavailable (locked, disk full, I/O), damaged (what is stored contradicts itself), not_found, conflict, bad_input. No
// exception leaves this layer.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/announcements.h"
#include "storage/chain.h"
#include "storage/queries.h"
#include "storage/records.h"
#include "storage/schedule.h"
#include "storage/suspects.h"
#include "storage/writer.h"

namespace smallprint {

class Archive {
 public:
  virtual ~Archive() = default;

  // Writing.
  /// Makes the document known, or updates its names and addresses. Error conflict: another service's name has this
  /// slug.
  virtual Result<void> put_document(const NewDocument& document) = 0;
  /// Error conflict: another writer of this document lives in this process. One in another process is found by
  /// commit().
  virtual Result<std::unique_ptr<DocumentWriter>> write(const DocumentId& document) = 0;
  /// A visit that gave no version and concerns no suspect, and where it was claimed, when the next one is: both or
  /// neither. Error conflict: the claim was lost. Cost: none of the document's texts is read.
  virtual Result<void> observe(const DocumentId& document, const Observation& observation,
                               const std::optional<NextVisit>& next = std::nullopt) = 0;
  /// Small marks by name: how far an import came. Written in the same way as everything else: all or nothing.
  virtual Result<std::optional<std::string>> mark(std::string_view name) const = 0;
  virtual Result<void> set_mark(std::string_view name, std::string_view value) = 0;
  /// From here to end_batch() commits of writers may reach the file, and its readers, together, some of them at a time:
  /// for an import, which can be run again. A crash loses the last moment's, and never a part of one. A document is
  /// opened for writing once in a batch. Error of end_batch(), and of each commit() after the loss: what is lost.
  virtual void begin_batch() {}
  virtual Result<void> end_batch() { return {}; }

  // The schedule, see schedule.h.
  /// Makes these the documents that are tracked: those that are new or declared otherwise are known and due from now
  /// on, the others stay as they are, and what is not among them is due no more until it comes back. Some thousand
  /// documents are written at a time. Cost: a hash for each document, and what differs.
  virtual Result<TrackSummary> track(const TrackedDocuments& next, const TrackOptions& options) = 0;
  /// The due hosts' turns, the longest due first, each with its first document. Says that the worker lives, too. Cost:
  /// by the number claimed.
  virtual Result<std::vector<DueDocument>> claim_due(const ClaimOptions& options) = 0;
  /// Ends a claim without a visit. Error conflict: the claim was lost.
  virtual Result<void> end_claim(const DocumentId& document, const NextVisit& next) = 0;
  /// Says that the worker lives, and makes what dead ones had claimed due again.
  virtual Result<void> renew_claims(const Worker& worker) = 0;
  /// Ends a worker and all its claims: the documents are due as they were, their hosts no sooner than this.
  virtual Result<void> release_claims(const Worker& worker, Timestamp hosts_free_at) = 0;
  /// When the next turn of a host is, if there is any.
  virtual Result<std::optional<Timestamp>> next_due() const = 0;
  /// Cost: by the documents tracked, some milliseconds for a hundred thousand.
  virtual Result<ScheduleStats> schedule_stats(Timestamp now) const = 0;

  // Reading.
  virtual Result<PageOf<ServiceRow>> services(const Paging& paging) const = 0;
  virtual Result<ServiceRow> service(std::string_view id) const = 0;
  virtual Result<PageOf<DocumentRow>> documents(const DocumentFilter& filter, const Paging& paging) const = 0;
  virtual Result<DocumentRow> document(const DocumentId& id) const = 0;
  /// `filter` as for changes, where it applies to a version: topic, effect and at_least ask whether any of its changes
  /// is so.
  virtual Result<PageOf<VersionRow>> versions(const ChangeFilter& filter, const Paging& paging) const = 0;
  virtual Result<VersionRow> version(const DocumentId& document, std::uint32_t number) const = 0;
  /// The number of the version that stood at a time. not_found before the first.
  virtual Result<std::uint32_t> version_at(const DocumentId& document, Timestamp time) const = 0;
  virtual Result<std::string> text(const DocumentId& document, std::uint32_t number) const = 0;
  struct VersionDocument {
    Document document;
    std::vector<Lineage> lineages;
  };
  virtual Result<VersionDocument> clauses(const DocumentId& document, std::uint32_t number) const = 0;
  /// The versions in which a clause of this lineage first stood, was edited or moved, in order, with the clause as it
  /// then was.
  struct ClauseState {
    std::uint32_t version;
    Timestamp observed_at;
    Clause clause;
    bool present;
    bool moved = false;  ///< it stands elsewhere than in the version before
  };
  virtual Result<std::vector<ClauseState>> clause_history(const DocumentId& document, Lineage lineage) const = 0;
  /// One for each clause of a version, by lineage, as things stood then. Cost: one pass over the clauses that the
  /// document ever had.
  virtual Result<std::vector<ClauseAge>> clause_ages(const DocumentId& document, std::uint32_t number) const = 0;
  virtual Result<PageOf<ChangeRow>> changes(const ChangeFilter& filter, const Paging& paging) const = 0;
  /// What documents say: by document in an order that stays, then by question, then the oldest run first. Cost: the
  /// page asked for, where it is for one service, one document, one question, or one question and its value.
  virtual Result<PageOf<FactRow>> facts(const FactFilter& filter, const Paging& paging) const = 0;
  /// Terms that were announced, by date. Cost: by the dates asked for, not by the
  /// versions there are.
  virtual Result<PageOf<AnnouncementRow>> announcements(const AnnouncementFilter& filter,
                                                        const Paging& paging) const = 0;
  virtual Result<PageOf<ClauseHit>> search(const SearchQuery& query, const Paging& paging) const = 0;
  virtual Result<PageOf<Observation>> observations(const DocumentId& document, const Paging& paging) const = 0;
  virtual Result<std::vector<Snapshot>> snapshots(const DocumentId& document, std::uint32_t version) const = 0;
  /// Newest first, without text and pages.
  virtual Result<PageOf<Suspect>> suspects(const SuspectFilter& filter, const Paging& paging) const = 0;
  /// With text and pages.
  virtual Result<Suspect> suspect(std::uint64_t id) const = 0;
  virtual Result<ArchiveStats> stats() const = 0;
  /// The last entry of the chain: who keeps it can tell later that nothing before it was altered.
  virtual Result<ChainHead> chain_head() const = 0;
  virtual Result<ChainEntry> chain_entry(const DocumentId& document, std::uint32_t version) const = 0;
  /// Walks every hash, chain and reference. `progress` is called with done and total.
  virtual Result<std::vector<Damage>> verify(void (*progress)(std::uint64_t, std::uint64_t, void*),
                                             void* context) const = 0;
  /// Writes a copy of the whole archive, as it stands at one moment, to a new file; others may write meanwhile. The
  /// file appears when it is whole, and opens as an archive. `progress` is called with done and total. Error conflict:
  /// there is such a file; unavailable: it cannot be written.
  virtual Result<void> backup(const std::string& path, void (*progress)(std::uint64_t, std::uint64_t, void*),
                              void* context) const = 0;
  /// Grows with every commit by any process: what caches are keyed by.
  virtual Result<std::uint64_t> revision() const = 0;
};

/// Opens "sqlite:PATH" (made where it does not exist, unless read_only). Error: bad_input for another scheme,
/// unsupported for a schema newer than this program, unavailable, damaged.
struct OpenOptions {
  bool read_only = false;
};
Result<std::unique_ptr<Archive>> open_archive(std::string_view url, const OpenOptions& options = {});

/// Lower-case hex SHA-256: how texts and snapshots are named.
std::string sha256_hex(std::string_view bytes);

}  // namespace smallprint
