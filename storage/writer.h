// How versions come into the archive: one writer for each document, all or nothing.
#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.h"
#include "storage/records.h"
#include "storage/schedule.h"
#include "storage/suspects.h"

namespace smallprint {

/// A version to record, with everything derived from it. The document's previous version is the writer's latest().
struct NewVersion {
  Timestamp observed_at{};
  VersionKind kind = VersionKind::first;
  std::uint32_t restored_from = 0;
  std::string source;
  std::string text;         ///< Markdown, byte for byte as it is to be kept
  std::string text_sha256;  ///< of it: sha256_hex(text)
  std::shared_ptr<const Document> document;
  std::shared_ptr<const std::vector<Lineage>> lineages;  ///< one for each clause
  Comparison comparison;                                 ///< to the previous version; empty for the first
  std::vector<Fact> facts;
  std::optional<Date> effective_date;
  std::string rules_version;
  std::vector<Snapshot> snapshots;  ///< empty for an import of texts
};

/// What a writer has to know of the latest version.
struct LatestVersion {
  std::uint32_t number = 0;
  Timestamp observed_at{};
  std::string text_sha256;
  std::string source;
  std::shared_ptr<const Document> document;
  std::shared_ptr<const std::vector<Lineage>> lineages;
  std::bitset<10> repeats;  ///< of the last ten versions, this one first: which repeated an earlier text
};

/// Writes the versions of one document, in order. CPU work (hashing, deltas, encoding) is done in the caller's thread
/// by add(); commit() writes all that was added, in one transaction: all of it or nothing. Destroyed without commit():
/// nothing. While it lives, no other writer of the same document exists; the archive must outlive it.
class DocumentWriter {
 public:
  virtual ~DocumentWriter() = default;
  /// Including what was added and not committed yet. Null where there is no version.
  [[nodiscard]] virtual const LatestVersion* latest() const = 0;
  /// The newest version of this document with exactly this text (SHA-256, hex), or 0.
  [[nodiscard]] virtual std::uint32_t version_with_text(std::string_view sha256) const = 0;
  /// The lineages under which a clause of the document's next version has stood, exactly as it is, before it left; the
  /// latest first.
  virtual Result<std::vector<Lineage>> former_lineages(const std::shared_ptr<const Document>& next,
                                                       std::size_t clause) = 0;
  /// How many versions are recorded and added.
  [[nodiscard]] virtual std::uint32_t versions() const = 0;
  /// Returns the number it will have.
  virtual Result<std::uint32_t> add(NewVersion version) = 0;
  /// And where the visit was claimed, when the next one is: at most one before each commit.
  virtual Result<void> observe(Observation observation, std::optional<NextVisit> next = std::nullopt) = 0;
  /// The document's newest suspect, without text and pages, where it is waiting or rejected; otherwise null.
  [[nodiscard]] virtual const Suspect* suspect() const = 0;
  /// Stores a suspect, or what became of the one with its id; text and pages replace the stored ones unless `pages` is
  /// empty. At most one before each commit.
  virtual Result<void> put_suspect(Suspect suspect) = 0;
  /// Error conflict: another process recorded a version meanwhile, or the visit's claim was lost. After an error the
  /// writer is of no further use.
  virtual Result<void> commit() = 0;
  /// Is another writer committing, so that commit() would wait for it? A hint: it may be done, or begin, meanwhile.
  [[nodiscard]] virtual bool would_wait() const { return false; }
};

}  // namespace smallprint
