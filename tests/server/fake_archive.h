// An archive in memory for tests of the site: versions are made from documents with the real comparison.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "diff/rules.h"
#include "storage/archive.h"

namespace smallprint::test {

class FakeArchive final : public Archive {
 public:
  explicit FakeArchive(const RuleSet& rules) : rules_(rules) {}

  /// Adds the next version of a document, made of paragraphs; a line that begins with "# " is a heading.
  void add(const DocumentId& id, const std::string& service, const std::string& type, const std::string& day,
           const std::vector<std::string>& lines);
  void add_document(const DocumentId& id, const std::string& service, const std::string& type, const std::string& day,
                    Document document);
  /// What the versions from `since` to `version` say; it still holds where that is the latest one.
  void add_fact(const DocumentId& id, Fact fact, std::uint32_t version, std::uint32_t since);
  /// To be added in the order of their dates.
  void add_announcement(AnnouncementRow row) { announcements_.push_back(std::move(row)); }
  void add_snapshot(const DocumentId& id, std::uint32_t version, Snapshot snapshot);
  /// From now on everything that is read fails.
  void break_down() { broken_ = true; }
  /// For judging what a test expects: the changes of a version as they are stored.
  std::vector<ChangeRow>& changes_of(const DocumentId& id, std::uint32_t version);

  Result<void> put_document(const NewDocument&) override { return read_only(); }
  Result<void> observe(const DocumentId&, const Observation&, const std::optional<NextVisit>&) override {
    return read_only();
  }
  Result<std::unique_ptr<DocumentWriter>> write(const DocumentId&) override { return read_only(); }
  Result<std::optional<std::string>> mark(std::string_view) const override { return read_only(); }
  Result<void> set_mark(std::string_view, std::string_view) override { return read_only(); }
  Result<TrackSummary> track(const TrackedDocuments&, const TrackOptions&) override { return read_only(); }
  Result<std::vector<DueDocument>> claim_due(const ClaimOptions&) override { return read_only(); }
  Result<void> end_claim(const DocumentId&, const NextVisit&) override { return read_only(); }
  Result<void> renew_claims(const Worker&) override { return read_only(); }
  Result<void> release_claims(const Worker&, Timestamp) override { return read_only(); }
  Result<std::optional<Timestamp>> next_due() const override { return read_only(); }
  Result<ScheduleStats> schedule_stats(Timestamp) const override;

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
  Result<PageOf<Suspect>> suspects(const SuspectFilter&, const Paging&) const override { return PageOf<Suspect>{}; }
  Result<Suspect> suspect(std::uint64_t) const override { return gone(); }
  Result<ArchiveStats> stats() const override;
  Result<ChainHead> chain_head() const override;
  Result<ChainEntry> chain_entry(const DocumentId& document, std::uint32_t version) const override;
  Result<std::vector<Damage>> verify(void (*)(std::uint64_t, std::uint64_t, void*), void*) const override {
    return std::vector<Damage>{};
  }
  Result<void> backup(const std::string&, void (*)(std::uint64_t, std::uint64_t, void*), void*) const override {
    return Error{ErrorCode::unsupported, "a fake has no file"};
  }
  Result<std::uint64_t> revision() const override;

 private:
  struct Version {
    VersionRow row;
    Document document;
    std::vector<Lineage> lineages;
    std::vector<ChangeRow> changes;
    std::vector<Snapshot> snapshots;
  };
  static Error read_only() { return {ErrorCode::unsupported, "a fake"}; }
  static Error gone() { return {ErrorCode::unavailable, "broken down, as told"}; }
  const Version* find(const DocumentId& document, std::uint32_t number) const;

  const RuleSet& rules_;
  std::map<DocumentId, std::vector<Version>> documents_;
  std::vector<FactRow> facts_;
  std::vector<AnnouncementRow> announcements_;
  bool broken_ = false;
};

}  // namespace smallprint::test
