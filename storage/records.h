// What the archive gives back: rows of its lists, as values. What was derived is marked by the type it comes from.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/catalog.h"
#include "model/change.h"
#include "model/clock.h"
#include "model/document.h"
#include "model/fact.h"

namespace smallprint {

struct ServiceRow {
  std::string id;
  std::string name;
  std::uint32_t documents = 0;
};

/// How the last visit went.
enum class Outcome : std::uint8_t { recorded, unchanged, not_modified, suspect, failed };
std::string_view name(Outcome outcome);

struct DocumentRow {
  DocumentId id;
  std::string service;  ///< slug
  std::string service_name;
  std::string terms_type;  ///< "Privacy Policy"
  std::string region;
  std::string language;  ///< of the latest version
  std::vector<std::string> urls;
  std::uint32_t versions = 0;  ///< number of the latest one; 0: none yet
  std::optional<Timestamp> first_observed_at;
  std::optional<Timestamp> latest_version_at;
  std::optional<Timestamp> last_observed_at;
  std::optional<Outcome> last_outcome;
  std::string last_reason;  ///< of the last visit that did not go well, or empty
  std::optional<Timestamp> next_visit_at;
  std::string moved_to;                    ///< where permanent redirects lead, or empty
  std::string pages_seen;                  ///< of the last good visit, as its observation named them
  std::optional<Timestamp> missing_since;  ///< the first of the visits that did not find it; empty: it is there
};

struct VersionRow {
  DocumentId document;
  std::string service_name;
  std::string terms_type;
  std::uint32_t number = 0;
  Timestamp observed_at{};
  VersionKind kind = VersionKind::first;
  std::uint32_t restored_from = 0;  ///< the earlier version with the same text, or 0
  std::optional<Date> effective_date;
  std::string language;
  std::string title;
  std::string source;       ///< "fetch", or "ota:<commit>"
  std::string text_sha256;  ///< hex
  std::uint32_t words = 0;
  std::uint32_t clauses = 0;
  std::uint32_t changes = 0;  ///< of the changes to the version before
  std::uint32_t cosmetic_changes = 0;
  Importance importance = Importance::none;  ///< the highest among its changes
  std::vector<TopicEffect> topics;           ///< sum_of_topics() of its changes
};

struct ChangeRow {
  DocumentId document;
  std::string service_name;
  std::string terms_type;
  std::uint32_t version = 0;
  std::uint32_t ordinal = 0;  ///< from 1, in the order of the new document; part of its address
  Timestamp observed_at{};
  std::optional<Date> effective_date;
  VersionKind version_kind = VersionKind::substantive;
  Change change;  ///< `words` is empty: compare_words() gives it again
};

/// An unbroken run of a document's versions that give one answer to a question. What a page says for a moment breaks no
/// run: where a version that repeats an earlier text (restored, flapping) brings the earlier answer back within
/// `taken_back_within`, that run goes on.
struct FactRow {
  static constexpr std::chrono::days taken_back_within{3};
  DocumentId document;
  std::string service_name;
  std::string terms_type;
  Fact fact;
  std::uint32_t version = 0;        ///< the last version of the run: its evidence stands there
  std::uint32_t since_version = 0;  ///< the first one
  Timestamp since{};
  std::uint32_t until_version = 0;                ///< the one that says otherwise, or 0: it still holds
  std::optional<Timestamp> until = std::nullopt;  ///< when that was seen
};

/// Since when a clause stands, and how often its words were changed since. A version that repeats an earlier text, or
/// reads the same page anew, changes no words: a page that swings between texts is not edited daily.
struct ClauseAge {
  Lineage lineage;
  Timestamp since{};
  std::uint32_t edits = 0;
  std::uint32_t last_edit = 0;  ///< the version of the last edit, or 0
  Timestamp edited_at{};        ///< its time
};

struct ClauseHit {
  DocumentId document;
  std::string service_name;
  std::string terms_type;
  Lineage lineage;
  Clause clause;
  std::uint32_t first_version = 0;  ///< of the latest run of versions that have it
  std::uint32_t last_version = 0;
  Timestamp first_observed_at{};
  bool current = false;  ///< stands in the latest version
};

/// The bytes as fetched. One for each page; a document of several sources has several.
struct Snapshot {
  std::vector<std::string> urls;  ///< the chain: requested, …, final
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct Observation {
  Timestamp at{};
  Outcome outcome = Outcome::failed;
  std::string reason;  ///< for people; empty where all went well
  int status = 0;
  std::string final_url;
  std::chrono::milliseconds duration{0};
  std::uint64_t bytes = 0;
  std::uint32_t version = 0;  ///< the version that stood after this visit, or 0
  std::string moved_to;       ///< where permanent redirects led, or empty
  std::string pages_seen;     ///< names what was read and how; kept of a document's last good visit alone
};

}  // namespace smallprint
