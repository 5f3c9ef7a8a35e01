// What Open Terms Archive recorded of the same pages, beside what the archive has: for tests and benchmarks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/git_history.h"
#include "diff/compare.h"
#include "fetcher/extract/markdown.h"
#include "storage/archive.h"

namespace smallprint::test {

/// One moment at which either of the two has a version.
struct Beside {
  DocumentId document;
  Timestamp at{};
  std::uint32_t number = 0;  ///< ours, or 0
  VersionKind kind = VersionKind::first;
  bool theirs = false;
  bool later = false;    ///< after the last that they recorded of anything
  bool unread = false;   ///< we have none because the document did not stand where it is declared to
  bool missing = false;  ///< theirs differs in substance from the one before, and we have none
  std::string note;      ///< of theirs without ours: why; of ours: what changed
};

inline std::string reasons_of(const Comparison& comparison) {
  CosmeticReasons all;
  std::size_t substantive = 0;
  for (const Change& change : comparison.changes) {
    all.add(change.reasons);
    substantive += change.cosmetic ? 0 : 1;
  }
  if (comparison.changes.empty()) return "no difference in what is said";
  if (substantive > 0)
    return std::to_string(substantive) + " of " + std::to_string(comparison.changes.size()) + " changes of substance";
  std::string text = "cosmetic:";
  for (const std::string_view name : all.names()) text += " " + std::string(name);
  return text;
}

/// Throws std::runtime_error where either cannot be read.
inline std::vector<Beside> versions_beside(const Archive& archive, const std::string& versions_clone) {
  auto repository = GitRepository::open(versions_clone).value();
  const GitHistory history = repository.history({}, std::nullopt).value();
  Timestamp end{};
  for (const RecordedDocument& document : history.documents) end = std::max(end, document.texts.back().at);

  std::vector<Beside> all;
  for (const RecordedDocument& document : history.documents) {
    const DocumentId id = document_id(document.service, document.terms_type);
    if (!archive.document(id)) continue;
    std::map<Timestamp, Beside> rows;
    std::map<Timestamp, Outcome> visits;
    for (Paging paging{500, {}};;) {
      const auto page = archive.observations(id, paging).value();
      for (const Observation& observation : page.items) visits[observation.at] = observation.outcome;
      if (page.next.empty()) break;
      paging.cursor = page.next;
    }
    ChangeFilter filter;
    filter.document = id;
    for (Paging paging{500, {}};;) {
      const auto page = archive.versions(filter, paging).value();
      for (const VersionRow& version : page.items) {
        Beside& row = rows[version.observed_at];
        row = {id, version.observed_at, version.number, version.kind, false, version.observed_at > end, false, false,
               {}};
        row.note =
            std::to_string(version.changes) + " changes, " + std::to_string(version.cosmetic_changes) + " cosmetic";
      }
      if (page.next.empty()) break;
      paging.cursor = page.next;
    }
    Document before;
    for (const RecordedText& text : document.texts) {
      Document after = read_markdown(repository.blob(text.blob).value());
      Beside& row = rows[text.at];
      row.document = id;
      row.at = text.at;
      row.theirs = true;
      if (row.number == 0) {
        const Comparison comparison = compare(before, after);
        const auto visit = visits.find(text.at);
        const bool fetched = visit != visits.end();
        row.unread = fetched && visit->second == Outcome::failed;
        row.missing = fetched && !row.unread && comparison.kind == VersionKind::substantive;
        row.note = reasons_of(comparison);
        if (!fetched) row.note += "; they read an earlier page anew";
        if (row.unread) row.note += "; the declaration finds no document in that page";
      }
      before = std::move(after);
    }
    for (auto& [at, row] : rows) all.push_back(std::move(row));
  }
  return all;
}

}  // namespace smallprint::test
