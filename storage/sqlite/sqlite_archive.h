// The archive in one SQLite file. Readers take a connection from a pool; writers share one, one transaction at a time.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "storage/archive.h"
#include "storage/sqlite/database.h"

namespace smallprint::sqlite {

class SqliteArchive final : public Archive {
 public:
  /// Throws what prepare_file() throws.
  SqliteArchive(const std::string& path, bool read_only);

  Result<void> put_document(const NewDocument& document) override;
  Result<std::unique_ptr<DocumentWriter>> write(const DocumentId& document) override;
  Result<void> observe(const DocumentId& document, const Observation& observation,
                       const std::optional<NextVisit>& next) override;
  Result<std::optional<std::string>> mark(std::string_view name) const override;
  Result<void> set_mark(std::string_view name, std::string_view value) override;
  void begin_batch() override;
  Result<void> end_batch() override;

  Result<TrackSummary> track(const TrackedDocuments& next, const TrackOptions& options) override;
  Result<std::vector<DueDocument>> claim_due(const ClaimOptions& options) override;
  Result<void> end_claim(const DocumentId& document, const NextVisit& next) override;
  Result<void> renew_claims(const Worker& worker) override;
  Result<void> release_claims(const Worker& worker, Timestamp hosts_free_at) override;
  Result<std::optional<Timestamp>> next_due() const override;
  Result<ScheduleStats> schedule_stats(Timestamp now) const override;

  Result<PageOf<ServiceRow>> services(const Paging& paging) const override;
  Result<ServiceRow> service(std::string_view id) const override;
  Result<PageOf<DocumentRow>> documents(const DocumentFilter& filter, const Paging& paging) const override;
  Result<DocumentRow> document(const DocumentId& id) const override;
  Result<PageOf<VersionRow>> versions(const ChangeFilter& filter, const Paging& paging) const override;
  Result<VersionRow> version(const DocumentId& document, std::uint32_t number) const override;
  Result<std::uint32_t> version_at(const DocumentId& document, Timestamp time) const override;
  Result<std::string> text(const DocumentId& document, std::uint32_t number) const override;
  Result<VersionDocument> clauses(const DocumentId& document, std::uint32_t number) const override;
  Result<std::vector<ClauseState>> clause_history(const DocumentId& document, Lineage lineage) const override;
  Result<std::vector<ClauseAge>> clause_ages(const DocumentId& document, std::uint32_t number) const override;
  Result<PageOf<ChangeRow>> changes(const ChangeFilter& filter, const Paging& paging) const override;
  Result<PageOf<FactRow>> facts(const FactFilter& filter, const Paging& paging) const override;
  Result<PageOf<AnnouncementRow>> announcements(const AnnouncementFilter& filter, const Paging& paging) const override;
  Result<PageOf<ClauseHit>> search(const SearchQuery& query, const Paging& paging) const override;
  Result<PageOf<Observation>> observations(const DocumentId& document, const Paging& paging) const override;
  Result<std::vector<Snapshot>> snapshots(const DocumentId& document, std::uint32_t version) const override;
  Result<PageOf<Suspect>> suspects(const SuspectFilter& filter, const Paging& paging) const override;
  Result<Suspect> suspect(std::uint64_t id) const override;
  Result<ArchiveStats> stats() const override;
  Result<ChainHead> chain_head() const override;
  Result<ChainEntry> chain_entry(const DocumentId& document, std::uint32_t version) const override;
  Result<std::vector<Damage>> verify(void (*progress)(std::uint64_t, std::uint64_t, void*),
                                     void* context) const override;
  Result<void> backup(const std::string& path, void (*progress)(std::uint64_t, std::uint64_t, void*),
                      void* context) const override;
  Result<std::uint64_t> revision() const override;

  // For the writer.
  enum class Gather { no, yes };     ///< may what is written wait for more, while a batch is open?
  enum class Readers { see, miss };  ///< miss: nothing of it is in any answer, and the revision stays
  /// Runs `work(connection)`, all of it or nothing, and counts the revision up. Throws what it throws.
  template <class Work>
  auto in_transaction(Work&& work, Gather gather = Gather::no, Readers readers = Readers::see) {
    const std::lock_guard lock(write_mutex_);
    const Flag flag(is_writing_);
    Transaction transaction(*this);
    if constexpr (std::is_void_v<decltype(work(writing()))>) {
      work(writing());
      transaction.done(gather, readers);
    } else {
      auto result = work(writing());
      transaction.done(gather, readers);
      return result;
    }
  }
  /// Is a transaction under way?
  [[nodiscard]] bool is_writing() const { return is_writing_; }
  void release(const DocumentId& document);
  Pool& readers() const { return readers_; }

 private:
  /// What one piece of work writes: a transaction of its own, or its part of the one that a batch keeps open.
  class Transaction {
   public:
    explicit Transaction(SqliteArchive& archive);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void done(Gather gather, Readers readers);

   private:
    SqliteArchive& archive_;
    int changes_before_ = 0;
    bool done_ = false;
  };

  Connection& writing();
  void commit_open(Readers readers);

  struct Flag {
    explicit Flag(std::atomic<bool>& flag) : flag_(flag) { flag_ = true; }
    ~Flag() { flag_ = false; }
    Flag(const Flag&) = delete;
    Flag& operator=(const Flag&) = delete;
    std::atomic<bool>& flag_;
  };

  const std::string path_;
  const bool read_only_;
  std::mutex write_mutex_;
  std::atomic<bool> is_writing_{false};
  std::unique_ptr<Connection> writing_;
  bool batching_ = false, open_ = false, batch_lost_ = false;  ///< open_: a transaction is
  std::chrono::steady_clock::time_point batch_begun_at_, opened_at_;
  std::mutex writers_mutex_;
  std::set<DocumentId> writers_;
  mutable Pool readers_;  ///< last: readers close before the writer, which then folds the log into the file
};

// What several files of this folder read by.

/// The document's row id. Throws not_found.
std::int64_t document_row_id(Connection& connection, const DocumentId& document);
/// The bytes of a blob, through its bases. Throws damaged.
std::string read_blob(Connection& connection, std::int64_t id);
/// A version's layout, through the versions it is compressed against. Throws not_found, damaged.
std::string read_layout(Connection& connection, std::int64_t document, std::uint32_t number);

}  // namespace smallprint::sqlite
