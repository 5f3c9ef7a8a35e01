// What the archive is asked: filters, pages of lists, and what the answers about itself look like. Values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/catalog.h"
#include "model/change.h"
#include "model/clock.h"

namespace smallprint {

/// A page of a list: `next` is the cursor of the following page, or empty.
template <class T>
struct PageOf {
  std::vector<T> items;
  std::string next;
};

struct Paging {
  std::size_t limit = 50;
  std::string cursor;  ///< opaque; a malformed one is a bad_input
};

/// Filters that are empty do not filter. Lists are newest first.
struct ChangeFilter {
  std::string service;  ///< slug
  DocumentId document;
  std::string terms_type;  ///< slug: "privacy-policy"
  std::string topic;
  std::optional<Effect> effect;
  std::optional<ChangeKind> kind;
  std::optional<Importance> at_least;  ///< this importance or a higher one
  std::optional<bool> cosmetic;
  std::string language;
  std::string region;
  std::optional<Timestamp> since, until;  ///< half-open, by observed_at
  std::string query;                      ///< words that stand in the text before or after
  std::uint32_t version = 0;              ///< with `document`: of this version alone
  bool repeats = false;                   ///< also of versions that restore an earlier text, flap, or read a page anew
};

struct DocumentFilter {
  std::string service;
  std::string terms_type;
  std::string query;  ///< part of the service's name
};

/// Filters that are empty do not filter. Otherwise than by `at` or `history`, what the latest versions say.
struct FactFilter {
  std::string fact, value;
  std::string service;  ///< slug
  DocumentId document;
  std::optional<Timestamp> at = std::nullopt;  ///< what the versions say that stood then
  bool history = false;  ///< every run of versions with one answer, whenever it was; not with `at`
};

struct SearchQuery {
  std::string text;
  std::string service;
  DocumentId document;
  std::optional<Timestamp> at;  ///< as of then; otherwise over all time
};

struct ArchiveStats {
  std::uint64_t services = 0, documents = 0, versions = 0, distinct_texts = 0, clauses = 0, changes = 0, facts = 0,
                observations = 0, snapshots = 0;
  std::uint64_t text_bytes = 0;         ///< as if stored plain
  std::uint64_t text_stored_bytes = 0;  ///< as stored
  std::uint64_t file_bytes = 0;
  /// How the last visit to each document went: outcome, documents. Of those that failed: kind of the reason, documents,
  /// the most frequent first.
  std::vector<std::pair<std::string, std::uint64_t>> last_outcomes, failures;
};

/// One finding of verify(): what is broken and where.
struct Damage {
  std::string what;
  DocumentId document;
  std::uint32_t version = 0;
};

}  // namespace smallprint
