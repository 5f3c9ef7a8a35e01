// Values as JSON, in the shapes that openapi.json describes (DESIGN §5): one function a shape, finished texts out.
//
// `base` is what absolute addresses begin with: "https://example.org". Texts are UTF-8, as a Document's are. Pure; any
// thread. Cost: linear, and compare_words() for each change that has no words yet.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/change.h"
#include "model/fact.h"
#include "server/catalog_health.h"
#include "server/service_facts.h"
#include "storage/archive.h"

namespace smallprint {

std::string change_json(const ChangeRow& row, std::string_view base);

/// What a comparison is of. For two files there is no document: then its changes carry neither id nor address.
struct ComparedVersions {
  DocumentId document;
  std::uint32_t from = 0, to = 0;
  Timestamp from_observed_at{}, to_observed_at{};
  std::optional<Date> effective_date;  ///< of `to`
};
/// {"kind":…,"truncated":…,"changes":[…]}, and what it is of. Without a base its changes have no address. Where `shown`
/// is given, the others are left out; those that are there keep their ids.
std::string comparison_json(const Comparison& comparison, const ComparedVersions* of = nullptr,
                            std::string_view base = {}, const std::function<bool(const Change&)>& shown = {});

/// With what it says, where `facts` are given, and what it said before.
std::string service_json(const ServiceRow& row, const std::vector<DocumentRow>& documents, std::string_view base,
                         const std::vector<ServiceFact>* facts = nullptr, bool history = false);
std::string document_json(const DocumentRow& row, std::string_view base);
/// With its latest version (where there is one) and its facts. With `history` each has the runs before it.
std::string document_json(const DocumentRow& row, const VersionRow* latest, const std::vector<FactRow>& facts,
                          std::string_view base, bool history = false);
std::string version_json(const VersionRow& row, std::string_view base);
/// With its clauses.
std::string version_json(const VersionRow& row, const Archive::VersionDocument& text, std::string_view base);
/// What proves a version (docs/evidence.md); `entry` null where the archive has lost it.
std::string evidence_json(const VersionRow& row, const std::vector<Snapshot>& snapshots, const ChainEntry* entry,
                          std::string_view base);
/// {"sequence": 12, "hash": …}
std::string chain_json(const ChainHead& head);
std::string clause_history_json(const DocumentId& document, Lineage lineage,
                                const std::vector<Archive::ClauseState>& states, std::string_view base);
std::string observation_json(const Observation& observation);
std::string fact_json(const FactRow& row, std::string_view base);
std::string service_fact_json(const ServiceFact& fact, std::string_view service, std::string_view base);
/// {"fact": …, "points": […], "turns": […]}
std::string series_json(const FactDefinition& question, const std::vector<Tally>& points,
                        const std::vector<Turn>& turns, std::string_view base);
/// `today`: what is ahead and what is past.
std::string announcement_json(const AnnouncementRow& row, Date today, std::string_view base);
std::string fact_definition_json(const FactDefinition& definition);
std::string topic_json(const Topic& topic, std::string_view base);
std::string hit_json(const ClauseHit& hit, std::string_view base);
std::string stats_json(const ArchiveStats& stats);
/// {"documents": 12, "problems": [{"file": …, "message": …, "fatal": true}]}, or null
std::string catalog_json(const CatalogHealth* catalog);
/// How the last visits went: {"outcomes": {"unchanged": 7, …}, "failures": {"disallowed": 1, …}}
std::string last_visits_json(const ArchiveStats& stats);
std::string schedule_json(const ScheduleStats& stats);

/// {"items":[…],"next":URL|null}
std::string list_json(const std::vector<std::string>& items, std::string_view next);
/// {"a":…,"b":…} of finished values.
std::string object_json(const std::vector<std::pair<std::string_view, std::string>>& members);
std::string array_json(const std::vector<std::string>& items);
std::string string_json(std::string_view text);

/// The anchor of a clause in the page of its version: "c7" for the clause at position 6.
std::string clause_anchor(std::uint32_t index);
/// "linkedin/privacy-policy/18#c7": where an announcement is read, without the site's address.
std::string announcement_path(const AnnouncementRow& row);
/// "linkedin/privacy-policy/18#c7": where a change is read, without the site's address.
std::string change_path(const DocumentId& document, std::uint32_t version, const Change& change);

}  // namespace smallprint
