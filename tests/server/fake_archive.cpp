#include "tests/server/fake_archive.h"

#include <algorithm>
#include <charconv>

#include "diff/analysis.h"
#include "diff/compare.h"
#include "diff/lineage.h"

namespace smallprint::test {

namespace {

std::string service_of(const DocumentId& id) { return id.substr(0, id.find('/')); }

std::string type_of(const DocumentId& id) {
  const std::string type = id.substr(id.find('/') + 1);
  return type.substr(0, type.find('@'));
}

/// A page of a list: the cursor is a position.
template <class T>
Result<PageOf<T>> paged(const std::vector<T>& all, const Paging& paging) {
  std::size_t begin = 0;
  if (!paging.cursor.empty()) {
    const char* end = paging.cursor.data() + paging.cursor.size();
    const auto [at, error] = std::from_chars(paging.cursor.data(), end, begin);
    if (error != std::errc() || at != end || begin > all.size()) return Error{ErrorCode::bad_input, "no cursor"};
  }
  const std::size_t end = std::min(begin + paging.limit, all.size());
  PageOf<T> page;
  page.items.assign(all.begin() + static_cast<std::ptrdiff_t>(begin), all.begin() + static_cast<std::ptrdiff_t>(end));
  if (end < all.size()) page.next = std::to_string(end);
  return page;
}

bool fits(const ChangeFilter& filter, const ChangeRow& row) {
  const Change& change = row.change;
  const auto on_topic = [&](const TopicEffect& topic) {
    return (filter.topic.empty() || topic.topic == filter.topic) && (!filter.effect || topic.effect == *filter.effect);
  };
  if ((!filter.topic.empty() || filter.effect) && std::none_of(change.topics.begin(), change.topics.end(), on_topic)) {
    return false;
  }
  return (filter.service.empty() || service_of(row.document) == filter.service) &&
         (filter.document.empty() || row.document == filter.document) &&
         (filter.terms_type.empty() || type_of(row.document) == filter.terms_type) &&
         (filter.version == 0 || row.version == filter.version) && (!filter.kind || change.kind == *filter.kind) &&
         (!filter.at_least || change.importance >= *filter.at_least) &&
         (!filter.cosmetic || change.cosmetic == *filter.cosmetic) &&
         (!filter.since || row.observed_at >= *filter.since) && (!filter.until || row.observed_at < *filter.until) &&
         (filter.query.empty() || (before_text(change) + after_text(change)).find(filter.query) != std::string::npos);
}

}  // namespace

void FakeArchive::add(const DocumentId& id, const std::string& service, const std::string& type, const std::string& day,
                      const std::vector<std::string>& lines) {
  Document document;
  for (const std::string& line : lines) {
    Clause clause;
    const bool heading = line.starts_with("# ");
    clause.kind = heading ? ClauseKind::heading : ClauseKind::paragraph;
    clause.level = heading ? 2 : 0;
    clause.text = heading ? line.substr(2) : line;
    document.clauses.push_back(std::move(clause));
  }
  link_headings(document);
  add_document(id, service, type, day, std::move(document));
}

void FakeArchive::add_document(const DocumentId& id, const std::string& service, const std::string& type,
                               const std::string& day, Document document) {
  auto& versions = documents_[id];
  Version version;
  VersionRow& row = version.row;
  row.document = id;
  row.service_name = service;
  row.terms_type = type;
  row.number = static_cast<std::uint32_t>(versions.size() + 1);
  row.observed_at = parse_rfc3339(day).value();
  row.language = document.language.empty() ? "en" : document.language;
  row.title = document.title;
  row.source = "fetch";
  row.words = static_cast<std::uint32_t>(document.words());
  row.clauses = static_cast<std::uint32_t>(document.clauses.size());
  version.lineages = first_lineage(document.clauses.size(), row.number);
  if (!versions.empty()) {
    Comparison comparison = compare(versions.back().document, document);
    AnalysisCache cache(rules_);
    judge(rules_, versions.back().document, analyse(rules_, versions.back().document, cache), document,
          analyse(rules_, document, cache), comparison);
    version.lineages = carry_lineage(versions.back().lineages, document.clauses.size(), row.number, comparison);
    row.kind = comparison.kind;
    for (Change& change : comparison.changes) {
      ++row.changes;
      row.cosmetic_changes += change.cosmetic ? 1 : 0;
      row.importance = std::max(row.importance, change.importance);
      for (const TopicEffect& topic : change.topics) row.topics.push_back(topic);
      change.words.clear();
      version.changes.push_back(
          {id, service, type, row.number, row.changes, row.observed_at, std::nullopt, row.kind, std::move(change)});
    }
  }
  version.document = std::move(document);
  row.text_sha256 = std::string(56, 'a') + std::to_string(10000000 + row.number);
  versions.push_back(std::move(version));
}

void FakeArchive::add_fact(const DocumentId& id, Fact fact, std::uint32_t version, std::uint32_t since) {
  const std::vector<Version>& versions = documents_.at(id);
  FactRow row{id,    versions.front().row.service_name,     versions.front().row.terms_type, std::move(fact), version,
              since, versions.at(since - 1).row.observed_at};
  if (version < versions.size()) {
    row.until_version = version + 1;
    row.until = versions.at(version).row.observed_at;
  }
  facts_.push_back(std::move(row));
}

void FakeArchive::add_snapshot(const DocumentId& id, std::uint32_t version, Snapshot snapshot) {
  documents_.at(id).at(version - 1).snapshots.push_back(std::move(snapshot));
}

std::vector<ChangeRow>& FakeArchive::changes_of(const DocumentId& id, std::uint32_t version) {
  return documents_.at(id).at(version - 1).changes;
}

const FakeArchive::Version* FakeArchive::find(const DocumentId& document, std::uint32_t number) const {
  const auto found = documents_.find(document);
  if (found == documents_.end() || number == 0 || number > found->second.size()) return nullptr;
  return &found->second[number - 1];
}

Result<PageOf<ServiceRow>> FakeArchive::services(const Paging& paging) const {
  if (broken_) return gone();
  std::vector<ServiceRow> rows;
  for (const auto& [id, versions] : documents_) {
    if (rows.empty() || rows.back().id != service_of(id)) {
      rows.push_back({service_of(id), versions.front().row.service_name, 0});
    }
    ++rows.back().documents;
  }
  return paged(rows, paging);
}

Result<ServiceRow> FakeArchive::service(std::string_view id) const {
  const auto rows = services({.limit = 1000, .cursor = {}});
  if (!rows) return rows.error();
  for (const ServiceRow& row : rows->items) {
    if (row.id == id) return row;
  }
  return Error{ErrorCode::not_found, "no such service"};
}

Result<DocumentRow> FakeArchive::document(const DocumentId& id) const {
  if (broken_) return gone();
  const auto found = documents_.find(id);
  if (found == documents_.end()) return Error{ErrorCode::not_found, "no such document"};
  const auto& versions = found->second;
  DocumentRow row;
  row.id = id;
  row.service = service_of(id);
  row.service_name = versions.front().row.service_name;
  row.terms_type = versions.front().row.terms_type;
  row.language = versions.back().row.language;
  row.urls = {"https://" + row.service + ".example/terms"};
  row.versions = static_cast<std::uint32_t>(versions.size());
  row.first_observed_at = versions.front().row.observed_at;
  row.latest_version_at = row.last_observed_at = versions.back().row.observed_at;
  row.last_outcome = Outcome::recorded;
  return row;
}

Result<PageOf<DocumentRow>> FakeArchive::documents(const DocumentFilter& filter, const Paging& paging) const {
  std::vector<DocumentRow> rows;
  for (const auto& [id, versions] : documents_) {
    if (!filter.service.empty() && service_of(id) != filter.service) continue;
    if (!filter.terms_type.empty() && type_of(id) != filter.terms_type) continue;
    auto row = document(id);
    if (!row) return row.error();
    rows.push_back(std::move(*row));
  }
  return paged(rows, paging);
}

Result<PageOf<VersionRow>> FakeArchive::versions(const ChangeFilter& filter, const Paging& paging) const {
  if (broken_) return gone();
  std::vector<VersionRow> rows;
  const bool about_changes = !filter.topic.empty() || filter.effect || filter.kind || filter.at_least ||
                             filter.cosmetic || !filter.query.empty();
  for (const auto& [id, versions] : documents_) {
    for (const Version& version : versions) {
      ChangeRow whole{id, {}, {}, version.row.number, 0, version.row.observed_at, {}, version.row.kind, {}};
      const bool fit = about_changes ? std::any_of(version.changes.begin(), version.changes.end(),
                                                   [&](const ChangeRow& row) { return fits(filter, row); })
                                     : fits(filter, whole);
      if (fit) rows.push_back(version.row);
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [](const VersionRow& a, const VersionRow& b) {
    return std::tie(a.observed_at, a.number) > std::tie(b.observed_at, b.number);
  });
  return paged(rows, paging);
}

Result<VersionRow> FakeArchive::version(const DocumentId& document, std::uint32_t number) const {
  if (broken_) return gone();
  const Version* found = find(document, number);
  if (found == nullptr) return Error{ErrorCode::not_found, "no such version"};
  return found->row;
}

Result<std::uint32_t> FakeArchive::version_at(const DocumentId& document, Timestamp time) const {
  if (broken_) return gone();
  std::uint32_t number = 0;
  while (const Version* next = find(document, number + 1)) {
    if (next->row.observed_at > time) break;
    ++number;
  }
  if (number == 0) return Error{ErrorCode::not_found, "not yet"};
  return number;
}

Result<std::string> FakeArchive::text(const DocumentId& document, std::uint32_t number) const {
  if (broken_) return gone();
  const Version* found = find(document, number);
  if (found == nullptr) return Error{ErrorCode::not_found, "no such version"};
  std::string text;
  for (const Clause& clause : found->document.clauses) {
    text += (clause.kind == ClauseKind::heading ? "## " : "") + clause.text + "\n\n";
  }
  return text;
}

Result<Archive::VersionDocument> FakeArchive::clauses(const DocumentId& document, std::uint32_t number) const {
  if (broken_) return gone();
  const Version* found = find(document, number);
  if (found == nullptr) return Error{ErrorCode::not_found, "no such version"};
  return VersionDocument{found->document, found->lineages};
}

Result<std::vector<Archive::ClauseState>> FakeArchive::clause_history(const DocumentId& document,
                                                                      Lineage lineage) const {
  std::vector<ClauseState> states;
  for (std::uint32_t number = 1; const Version* version = find(document, number); ++number) {
    const auto at = std::find(version->lineages.begin(), version->lineages.end(), lineage);
    if (at == version->lineages.end()) {
      if (!states.empty() && states.back().present) {
        states.push_back({number, version->row.observed_at, states.back().clause, false, false});
      }
      continue;
    }
    const Clause& clause = version->document.clauses[static_cast<std::size_t>(at - version->lineages.begin())];
    if (states.empty() || !(states.back().clause == clause)) {
      states.push_back({number, version->row.observed_at, clause, true, false});
    }
  }
  if (states.empty()) return Error{ErrorCode::not_found, "no such clause"};
  return states;
}

Result<std::vector<ClauseAge>> FakeArchive::clause_ages(const DocumentId& document, std::uint32_t number) const {
  if (broken_) return gone();
  const Version* version = find(document, number);
  if (version == nullptr) return Error{ErrorCode::not_found, "no such version"};
  std::vector<ClauseAge> ages;
  for (const Lineage lineage : version->lineages) {
    const auto states = clause_history(document, lineage);
    ClauseAge age{lineage, states->front().observed_at, 0, 0, {}};
    for (std::size_t i = 1; i < states->size() && (*states)[i].version <= number; ++i) {
      if ((*states)[i].clause.text == (*states)[i - 1].clause.text) continue;
      age = {lineage, age.since, age.edits + 1, (*states)[i].version, (*states)[i].observed_at};
    }
    ages.push_back(age);
  }
  std::sort(ages.begin(), ages.end(), [](const ClauseAge& a, const ClauseAge& b) { return a.lineage < b.lineage; });
  return ages;
}

Result<PageOf<ChangeRow>> FakeArchive::changes(const ChangeFilter& filter, const Paging& paging) const {
  if (broken_) return gone();
  std::vector<ChangeRow> rows;
  for (const auto& [id, versions] : documents_) {
    for (const Version& version : versions) {
      for (const ChangeRow& row : version.changes) {
        if (fits(filter, row)) rows.push_back(row);
      }
    }
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const ChangeRow& a, const ChangeRow& b) { return a.observed_at > b.observed_at; });
  return paged(rows, paging);
}

Result<PageOf<FactRow>> FakeArchive::facts(const FactFilter& filter, const Paging& paging) const {
  if (broken_) return gone();
  std::vector<FactRow> rows;
  for (const FactRow& row : facts_) {
    if ((filter.fact.empty() || row.fact.fact == filter.fact) &&
        (filter.value.empty() || row.fact.value == filter.value) &&
        (filter.service.empty() || service_of(row.document) == filter.service) &&
        (filter.document.empty() || row.document == filter.document) &&
        (filter.history ||
         (filter.at ? row.since <= *filter.at && (!row.until || *row.until > *filter.at) : !row.until))) {
      rows.push_back(row);
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [](const FactRow& a, const FactRow& b) {
    return std::tie(a.document, a.fact.fact, a.since_version) < std::tie(b.document, b.fact.fact, b.since_version);
  });
  return paged(rows, paging);
}

Result<PageOf<AnnouncementRow>> FakeArchive::announcements(const AnnouncementFilter& filter,
                                                           const Paging& paging) const {
  if (broken_) return gone();
  std::vector<AnnouncementRow> rows;
  for (const AnnouncementRow& row : announcements_) {
    if ((filter.service.empty() || row.service == filter.service) && (!filter.since || row.date >= *filter.since) &&
        (!filter.until || row.date < *filter.until)) {
      rows.push_back(row);
    }
  }
  if (filter.latest_first) std::reverse(rows.begin(), rows.end());
  return paged(rows, paging);
}

Result<PageOf<ClauseHit>> FakeArchive::search(const SearchQuery& query, const Paging& paging) const {
  if (broken_) return gone();
  std::vector<ClauseHit> hits;
  for (const auto& [id, versions] : documents_) {
    const Version& version = versions.back();
    for (std::size_t i = 0; i < version.document.clauses.size(); ++i) {
      const Clause& clause = version.document.clauses[i];
      if (clause.text.find(query.text) == std::string::npos) continue;
      hits.push_back({id, version.row.service_name, version.row.terms_type, version.lineages[i], clause,
                      version.lineages[i].version, version.row.number, version.row.observed_at, true});
    }
  }
  return paged(hits, paging);
}

Result<PageOf<Observation>> FakeArchive::observations(const DocumentId& document, const Paging& paging) const {
  std::vector<Observation> rows;
  for (std::uint32_t number = 1; const Version* version = find(document, number); ++number) {
    Observation row;
    row.at = version->row.observed_at;
    row.outcome = Outcome::recorded;
    row.status = 200;
    row.version = number;
    rows.insert(rows.begin(), row);
  }
  return paged(rows, paging);
}

Result<std::vector<Snapshot>> FakeArchive::snapshots(const DocumentId& document, std::uint32_t version) const {
  const Version* found = find(document, version);
  if (found == nullptr) return Error{ErrorCode::not_found, "no such version"};
  return found->snapshots;
}

Result<ChainHead> FakeArchive::chain_head() const {
  if (broken_) return gone();
  return ChainHead{7, std::string(64, 'a')};
}

Result<ChainEntry> FakeArchive::chain_entry(const DocumentId& document, std::uint32_t number) const {
  const Version* found = find(document, number);
  if (found == nullptr) return Error{ErrorCode::not_found, "no such version"};
  ChainRecord record;
  record.sequence = number;
  record.document = document;
  record.version = number;
  record.observed_at = found->row.observed_at;
  record.source = found->row.source;
  record.text_sha256 = found->row.text_sha256;
  for (const Snapshot& snapshot : found->snapshots)
    record.pages.push_back({sha256_hex(snapshot.body), snapshot.status, "", ""});
  ChainEntry entry;
  entry.sequence = number;
  entry.previous = chain_start();
  entry.record = chain_text(record);
  entry.record_sha256 = sha256_hex(entry.record);
  entry.hash = chain_hash(entry.previous, entry.record_sha256);
  return entry;
}

Result<ArchiveStats> FakeArchive::stats() const {
  if (broken_) return gone();
  ArchiveStats stats;
  stats.documents = documents_.size();
  return stats;
}

Result<ScheduleStats> FakeArchive::schedule_stats(Timestamp) const {
  if (broken_) return gone();
  ScheduleStats stats;
  stats.tracked = documents_.size();
  stats.due = 2;
  stats.overdue = 1;
  return stats;
}

Result<std::uint64_t> FakeArchive::revision() const {
  if (broken_) return gone();
  std::uint64_t count = 1;
  for (const auto& [id, versions] : documents_) count += versions.size();
  return count;
}

}  // namespace smallprint::test
