// Writes the versions of one document: prepared in the caller's thread, written in one transaction.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "storage/codec.h"
#include "storage/hash.h"
#include "storage/sqlite/blob_rows.h"
#include "storage/sqlite/layout.h"
#include "storage/sqlite/sqlite_archive.h"
#include "storage/sqlite/suspect_rows.h"

namespace smallprint::sqlite {

class SqliteWriter final : public DocumentWriter {
 public:
  /// Throws not_found, damaged.
  SqliteWriter(SqliteArchive& archive, DocumentId document);
  ~SqliteWriter() override;
  SqliteWriter(const SqliteWriter&) = delete;
  SqliteWriter& operator=(const SqliteWriter&) = delete;

  [[nodiscard]] const LatestVersion* latest() const override { return latest_ ? &*latest_ : nullptr; }
  [[nodiscard]] std::uint32_t version_with_text(std::string_view sha256) const override;
  Result<std::vector<Lineage>> former_lineages(const std::shared_ptr<const Document>& next,
                                               std::size_t clause) override;
  [[nodiscard]] std::uint32_t versions() const override { return versions_; }
  Result<std::uint32_t> add(NewVersion version) override;
  Result<void> observe(Observation observation, std::optional<NextVisit> next) override;
  [[nodiscard]] const Suspect* suspect() const override { return suspect_ ? &*suspect_ : nullptr; }
  Result<void> put_suspect(Suspect suspect) override;
  Result<void> commit() override;
  [[nodiscard]] bool would_wait() const override { return archive_.is_writing(); }

 private:
  /// A clause that is stored, or will be with the next commit.
  struct Ref {
    std::int64_t id = 0;  ///< 0: not known yet
    std::size_t words = 0;
    std::string hash;
    std::string body, text;  ///< until the id is known
  };
  struct Entry {
    std::uint32_t ref = 0;
    Lineage lineage;
  };
  /// The versions that a clause stood in without a break.
  struct Run {
    Entry entry;
    std::uint32_t first = 0, last = 0;  ///< last is 0 while it stands
  };
  /// A lineage that a clause had before it left, and the last version in which it had it.
  struct Left {
    Lineage lineage;
    std::uint32_t last = 0;
  };
  struct StoredFact {
    std::string value, detail, evidence;
    std::uint32_t since = 0;  ///< the version
    bool stale = false;       ///< the archive has its detail and evidence from an earlier version
  };
  struct Pending;

  void load();
  std::uint32_t ref_of(const Clause& clause);
  void lay_out(const NewVersion& version, Pending& pending);
  void write(Connection& connection);
  void write_version(Connection& connection, Pending& pending, std::string& layout, int& layout_depth);
  void write_clauses(Connection& connection);
  void end_run(const Entry& entry, std::uint32_t last);
  void load_left();
  void leave(const std::string& hash, Lineage lineage, std::uint32_t last);
  void write_occurrences(Connection& connection);
  void write_changes(Connection& connection, Pending& pending, std::int64_t version_id);
  std::int64_t version_with_changes(Connection& connection, const Pending& pending, const std::string& data);
  void write_facts(Connection& connection, const Pending& pending);
  std::optional<std::uint32_t> run_taken_up(Connection& connection, const Pending& pending, const std::string& name,
                                            const std::string& value, std::uint32_t between);
  void refresh_fact(Connection& connection, const std::string& name, StoredFact& fact);

  SqliteArchive& archive_;
  const DocumentId document_;
  std::int64_t document_id_ = 0;
  std::int64_t service_id_ = 0;
  std::uint32_t stored_versions_ = 0;
  std::uint32_t versions_ = 0;
  std::optional<LatestVersion> latest_;
  std::vector<Ref> refs_;
  std::unordered_map<std::string, std::uint32_t> ref_by_hash_;
  std::shared_ptr<const Document> next_;                     ///< that former_lineages() was asked about
  std::vector<std::uint32_t> next_refs_;                     ///< of its clauses, where known: hashed once
  std::unordered_map<std::string, std::vector<Left>> left_;  ///< by the clause's hash
  std::uint32_t left_to_load_ = 0;                           ///< the archive may know of more, in versions up to this
  std::vector<Entry> layout_;                                ///< of the latest version
  std::unordered_map<std::string, std::uint32_t> version_by_text_;
  std::vector<std::uint32_t> new_refs_;
  std::vector<Run> runs_;                                    ///< that began since the last commit
  std::unordered_map<std::uint64_t, std::size_t> standing_;  ///< those of them that stand, by lineage
  std::vector<std::pair<Lineage, std::uint32_t>> ended_;     ///< runs that the archive has, and their last version
  std::string stored_layout_;                                ///< encoded, of the latest stored version
  int layout_depth_ = 0;
  std::unordered_map<std::string, StoredFact> facts_;  ///< by fact: of the latest version
  BlobPacker blobs_;                                   ///< of the document's texts and pages
  Encoder encoder_;
  std::vector<Pending> pending_;
  std::vector<Observation> observations_;
  std::optional<NextVisit> next_visit_;
  std::optional<Suspect> suspect_;
  std::optional<PackedSuspect> new_suspect_;
  std::optional<Error> failed_;  ///< the first commit that failed
};

}  // namespace smallprint::sqlite
