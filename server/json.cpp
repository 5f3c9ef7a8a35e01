#include "server/json.h"

#include <boost/json.hpp>

#include "diff/compare.h"
#include "model/fact.h"
#include "server/json_parts.h"
#include "storage/presence.h"
#include "web/text.h"

namespace smallprint {

namespace json = boost::json;

namespace {

json::value date_or_null(const std::optional<Date>& date) {
  return date ? json::value(format_date(*date)) : json::value();
}

json::array topics(const std::vector<TopicEffect>& effects) {
  json::array out;
  for (const TopicEffect& topic : effects) {
    const bool unknown = topic.topic == unknown_value;  // nobody has read the text
    json::object item{{"id", topic.topic}, {"effect", unknown ? unknown_value : name(topic.effect)}};
    if (!topic.reason.empty()) item["reason"] = topic.reason;
    out.push_back(std::move(item));
  }
  return out;
}

json::array words(const Change& change, const std::string& before, const std::string& after) {
  json::array out;
  const auto append = [&](WordOp op, std::string_view text) {
    const char sign = static_cast<char>(op);
    out.push_back(json::array{std::string_view(&sign, 1), text});
  };
  const bool both = change.kind != ChangeKind::added && change.kind != ChangeKind::removed;
  if (!change.words.empty()) {
    for (const Word& word : change.words) append(word.op, word.text);
  } else if (both) {
    for (const Word& word : compare_words(before, after)) append(word.op, word.text);
  } else if (!after.empty()) {
    append(WordOp::added, after);
  } else if (!before.empty()) {
    append(WordOp::removed, before);
  }
  return out;
}

/// What a change is, without where it stands.
void add_change(json::object& out, const Change& change) {
  json::array reasons;
  for (const std::string_view reason : change.reasons.names()) reasons.emplace_back(reason);
  const std::string before = before_text(change);
  const std::string after = after_text(change);
  out["kind"] = name(change.kind);
  out["cosmetic"] = change.cosmetic;
  out["reasons"] = std::move(reasons);
  out["importance"] = name(change.importance);
  out["importance_reason"] = or_null(change.importance_reason);
  out["section"] = strings(change.section);
  out["topics"] = topics(change.topics);
  out["before"] = change.before.empty() ? json::value() : json::value(before);
  out["after"] = change.after.empty() ? json::value() : json::value(after);
  out["words"] = words(change, before, after);
}

json::object document_object(const DocumentRow& row, std::string_view base) {
  json::object out;
  out["id"] = row.id;
  out["service"] = row.service;
  out["service_name"] = row.service_name;
  out["type"] = row.terms_type;
  out["region"] = or_null(row.region);
  out["language"] = or_null(row.language);
  out["sources"] = strings(row.urls);
  out["version_count"] = row.versions;
  out["first_observed_at"] = time_or_null(row.first_observed_at);
  out["latest_version_at"] = time_or_null(row.latest_version_at);
  out["health"] = json::object{{"last_observed_at", time_or_null(row.last_observed_at)},
                               {"outcome", row.last_outcome ? json::value(name(*row.last_outcome)) : json::value()},
                               {"reason", or_null(row.last_reason)},
                               {"next_visit_at", time_or_null(row.next_visit_at)},
                               {"presence", row.last_observed_at ? json::value(name(presence(row))) : json::value()},
                               {"moved_to", or_null(clean_utf8(row.moved_to))},
                               {"missing_since", time_or_null(row.missing_since)}};
  out["url"] = address(base, row.id);
  return out;
}

json::object version_object(const VersionRow& row, std::string_view base) {
  const std::string id = row.document + "/" + std::to_string(row.number);
  json::object out;
  out["id"] = id;
  out["service"] = service_of(row.document);
  out["document"] = row.document;
  out["service_name"] = row.service_name;
  out["type"] = row.terms_type;
  out["version"] = row.number;
  out["observed_at"] = format_rfc3339(row.observed_at);
  out["effective_date"] = date_or_null(row.effective_date);
  out["kind"] = name(row.kind);
  out["restored_from"] = row.restored_from == 0 ? json::value() : json::value(row.restored_from);
  out["language"] = or_null(row.language);
  out["title"] = row.title;
  out["source"] = row.source;
  out["sha256"] = row.text_sha256;
  out["word_count"] = row.words;
  out["clause_count"] = row.clauses;
  out["change_count"] = row.changes;
  out["cosmetic_change_count"] = row.cosmetic_changes;
  out["importance"] = name(row.importance);
  out["topics"] = topics(row.topics);
  out["url"] = address(base, id);
  return out;
}

json::object clause_object(const Clause& clause) {
  json::object out;
  out["kind"] = name(clause.kind);
  out["level"] = clause.level;
  out["marker"] = or_null(clause.marker);
  out["text"] = clause.text;
  return out;
}

json::object observation_object(const Observation& observation) {
  json::object out;
  out["at"] = format_rfc3339(observation.at);
  out["outcome"] = name(observation.outcome);
  out["reason"] = or_null(clean_utf8(observation.reason));
  out["status"] = observation.status == 0 ? json::value() : json::value(observation.status);
  out["final_url"] = or_null(clean_utf8(observation.final_url));
  out["duration_ms"] = observation.duration.count();
  out["bytes"] = observation.bytes;
  out["version"] = observation.version == 0 ? json::value() : json::value(observation.version);
  out["moved_to"] = or_null(clean_utf8(observation.moved_to));
  return out;
}

}  // namespace

std::string clause_anchor(std::uint32_t index) { return "c" + std::to_string(std::uint64_t{index} + 1); }

std::string announcement_path(const AnnouncementRow& row) {
  const std::string anchor = row.said.evidence ? "#" + clause_anchor(row.said.evidence->clause) : "";
  return row.document + "/" + std::to_string(row.said.version) + anchor;
}

std::string change_path(const DocumentId& document, std::uint32_t version, const Change& change) {
  return document + "/" + std::to_string(version) + "#" + clause_anchor(change.after_index);
}

std::string change_json(const ChangeRow& row, std::string_view base) {
  json::object out;
  out["id"] = row.document + "/" + std::to_string(row.version) + "/" + std::to_string(row.ordinal);
  out["service"] = service_of(row.document);
  out["document"] = row.document;
  out["version"] = row.version;
  out["observed_at"] = format_rfc3339(row.observed_at);
  out["effective_date"] = date_or_null(row.effective_date);
  add_change(out, row.change);
  out["url"] = address(base, change_path(row.document, row.version, row.change));
  return json::serialize(out);
}

std::string comparison_json(const Comparison& comparison, const ComparedVersions* of, std::string_view base,
                            const std::function<bool(const Change&)>& shown) {
  json::object out;
  if (of != nullptr) {
    out["document"] = of->document;
    out["from"] = json::object{{"version", of->from}, {"observed_at", format_rfc3339(of->from_observed_at)}};
    out["to"] = json::object{{"version", of->to}, {"observed_at", format_rfc3339(of->to_observed_at)}};
  }
  out["kind"] = name(comparison.kind);
  out["truncated"] = comparison.truncated;
  json::array changes;
  for (std::size_t i = 0; i < comparison.changes.size(); ++i) {
    const Change& change = comparison.changes[i];
    if (shown && !shown(change)) continue;
    json::object item;
    if (of != nullptr) {
      // Neighbours have the change's own id; any other pair names both ends.
      const std::string span =
          of->from + 1 == of->to ? std::to_string(of->to) : std::to_string(of->from) + ".." + std::to_string(of->to);
      item["id"] = of->document + "/" + span + "/" + std::to_string(i + 1);
      item["service"] = service_of(of->document);
      item["document"] = of->document;
      item["version"] = of->to;
      item["observed_at"] = format_rfc3339(of->to_observed_at);
      item["effective_date"] = date_or_null(of->effective_date);
    }
    add_change(item, change);
    if (of != nullptr && !base.empty()) item["url"] = address(base, change_path(of->document, of->to, change));
    changes.push_back(std::move(item));
  }
  out["changes"] = std::move(changes);
  return json::serialize(out);
}

std::string service_json(const ServiceRow& row, const std::vector<DocumentRow>& documents, std::string_view base,
                         const std::vector<ServiceFact>* facts, bool history) {
  json::array items;
  for (const DocumentRow& document : documents) items.push_back(document_object(document, base));
  json::object out;
  out["id"] = row.id;
  out["name"] = row.name;
  out["document_count"] = row.documents;
  out["documents"] = std::move(items);
  if (facts != nullptr) {
    json::array answers;
    for (const ServiceFact& fact : *facts) answers.push_back(service_fact_object(fact, row.id, base, history));
    out["facts"] = std::move(answers);
  }
  out["url"] = address(base, row.id);
  return json::serialize(out);
}

std::string document_json(const DocumentRow& row, std::string_view base) {
  return json::serialize(document_object(row, base));
}

std::string document_json(const DocumentRow& row, const VersionRow* latest, const std::vector<FactRow>& facts,
                          std::string_view base, bool history) {
  json::object out = document_object(row, base);
  out["latest_version"] = latest == nullptr ? json::value() : json::value(version_object(*latest, base));
  out["facts"] = facts_array(facts, base, history);
  return json::serialize(out);
}

std::string version_json(const VersionRow& row, std::string_view base) {
  return json::serialize(version_object(row, base));
}

std::string version_json(const VersionRow& row, const Archive::VersionDocument& text, std::string_view base) {
  json::object out = version_object(row, base);
  json::array clauses;
  for (std::size_t i = 0; i < text.document.clauses.size(); ++i) {
    const Clause& clause = text.document.clauses[i];
    json::object item = clause_object(clause);
    if (i < text.lineages.size()) item["lineage"] = format_lineage(text.lineages[i]);
    item["heading"] = clause.heading < 0 ? json::value() : json::value(clause.heading);
    json::array spans;
    for (const Span& span : clause.spans) {
      static constexpr std::string_view kinds[] = {"strong", "emphasis", "code", "link"};
      json::object entry{
          {"begin", span.begin}, {"end", span.end}, {"kind", kinds[static_cast<std::size_t>(span.kind)]}};
      if (!span.target.empty()) entry["target"] = span.target;
      spans.push_back(std::move(entry));
    }
    item["spans"] = std::move(spans);
    item["url"] = address(
        base, row.document + "/" + std::to_string(row.number) + "#" + clause_anchor(static_cast<std::uint32_t>(i)));
    clauses.push_back(std::move(item));
  }
  out["clauses"] = std::move(clauses);
  return json::serialize(out);
}

std::string evidence_json(const VersionRow& row, const std::vector<Snapshot>& snapshots, const ChainEntry* entry,
                          std::string_view base) {
  const std::string here = "api/v1/documents/" + row.document + "/versions/" + std::to_string(row.number);
  json::object out;
  out["document"] = row.document;
  out["version"] = row.number;
  out["observed_at"] = format_rfc3339(row.observed_at);
  out["source"] = row.source;
  out["text"] = address(base, here + "?format=markdown");
  out["text_sha256"] = row.text_sha256;
  json::array pages;
  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    const Snapshot& snapshot = snapshots[i];
    json::array headers;
    for (const auto& [key, value] : snapshot.headers) {
      headers.push_back(json::array{clean_utf8(key), clean_utf8(value)});
    }
    json::array urls;
    for (const std::string& url : snapshot.urls) urls.emplace_back(clean_utf8(url));
    pages.push_back(json::object{{"urls", std::move(urls)},
                                 {"status", snapshot.status},
                                 {"headers", std::move(headers)},
                                 {"bytes", snapshot.body.size()},
                                 {"sha256", sha256_hex(snapshot.body)},
                                 {"snapshot", address(base, here + "/snapshot?source=" + std::to_string(i + 1))}});
  }
  out["snapshots"] = std::move(pages);
  out["visit"] = entry != nullptr && entry->visit ? json::value(observation_object(*entry->visit)) : json::value();
  out["chain"] = nullptr;
  if (entry != nullptr) {
    out["chain"] = json::object{{"sequence", entry->sequence},
                                {"previous", entry->previous},
                                {"record", entry->record},
                                {"record_sha256", entry->record_sha256},
                                {"hash", entry->hash}};
  }
  return json::serialize(out);
}

std::string clause_history_json(const DocumentId& document, Lineage lineage,
                                const std::vector<Archive::ClauseState>& states, std::string_view base) {
  json::object out;
  out["document"] = document;
  out["lineage"] = format_lineage(lineage);
  out["url"] = address(base, document + "/clauses/" + format_lineage(lineage));
  const std::string anchor = "#" + format_lineage(lineage);
  json::array items;
  for (const Archive::ClauseState& state : states) {
    json::object item;
    item["version"] = state.version;
    item["observed_at"] = format_rfc3339(state.observed_at);
    item["present"] = state.present;
    item["moved"] = state.moved;
    item["clause"] = state.present ? json::value(clause_object(state.clause)) : json::value();
    item["url"] = address(base, document + "/" + std::to_string(state.version) + (state.present ? anchor : ""));
    items.push_back(std::move(item));
  }
  out["states"] = std::move(items);
  return json::serialize(out);
}

std::string observation_json(const Observation& observation) {
  return json::serialize(observation_object(observation));
}

std::string announcement_json(const AnnouncementRow& row, Date today, std::string_view base) {
  const AnnouncementState state = state_on(today, row);
  json::object out;
  out["id"] = row.document + "/" + format_date(row.date);
  out["service"] = row.service;
  out["document"] = row.document;
  out["service_name"] = row.service_name;
  out["type"] = row.terms_type;
  out["date"] = format_date(row.date);
  out["state"] = name(state);
  out["fact"] = row.said.stamp ? "effective_date" : "announced_change";
  out["evidence"] =
      row.said.evidence ? json::value(evidence_object(*row.said.evidence, row.said.version)) : json::value();
  out["link"] = or_null(clean_utf8(row.said.link));
  out["announced"] =
      json::object{{"version", row.first.number}, {"observed_at", format_rfc3339(row.first.observed_at)}};
  if (state == AnnouncementState::fulfilled) {
    const std::string number = std::to_string(row.brought_by->number);
    out["fulfilled_by"] = json::object{{"version", row.brought_by->number},
                                       {"observed_at", format_rfc3339(row.brought_by->observed_at)},
                                       {"url", address(base, row.document + "/" + number)}};
  } else {
    out["fulfilled_by"] = nullptr;
  }
  out["url"] = address(base, announcement_path(row));
  return json::serialize(out);
}

std::string topic_json(const Topic& topic, std::string_view base) {
  return json::serialize(json::object{{"id", topic.id},
                                      {"name", topic.name},
                                      {"description", topic.description},
                                      {"taxonomies", json::object{{"opp_115", strings(topic.opp_115)},
                                                                  {"tosdr", strings(topic.tosdr)},
                                                                  {"claudette", strings(topic.claudette)}}},
                                      {"url", address(base, "topics/" + topic.id)}});
}

std::string hit_json(const ClauseHit& hit, std::string_view base) {
  json::object out;
  out["service"] = service_of(hit.document);
  out["document"] = hit.document;
  out["service_name"] = hit.service_name;
  out["type"] = hit.terms_type;
  out["lineage"] = format_lineage(hit.lineage);
  out["text"] = hit.clause.text;
  out["first_version"] = hit.first_version;
  out["last_version"] = hit.last_version;
  out["first_observed_at"] = format_rfc3339(hit.first_observed_at);
  out["current"] = hit.current;
  out["url"] = address(base, hit.document + "/" + std::to_string(hit.last_version) + "#" + format_lineage(hit.lineage));
  return json::serialize(out);
}

std::string stats_json(const ArchiveStats& stats) {
  return json::serialize(json::object{{"services", stats.services},
                                      {"documents", stats.documents},
                                      {"versions", stats.versions},
                                      {"distinct_texts", stats.distinct_texts},
                                      {"clauses", stats.clauses},
                                      {"changes", stats.changes},
                                      {"facts", stats.facts},
                                      {"observations", stats.observations},
                                      {"snapshots", stats.snapshots},
                                      {"text_bytes", stats.text_bytes},
                                      {"text_stored_bytes", stats.text_stored_bytes},
                                      {"file_bytes", stats.file_bytes}});
}

std::string chain_json(const ChainHead& head) {
  return json::serialize(json::object{{"sequence", head.sequence}, {"hash", head.hash}});
}

std::string catalog_json(const CatalogHealth* catalog) {
  if (catalog == nullptr) return "null";
  json::array problems;
  for (const CatalogHealth::Problem& problem : catalog->problems) {
    problems.push_back(json::object{
        {"file", clean_utf8(problem.file)}, {"message", clean_utf8(problem.message)}, {"fatal", problem.fatal}});
  }
  return json::serialize(json::object{{"documents", catalog->documents}, {"problems", std::move(problems)}});
}

std::string last_visits_json(const ArchiveStats& stats) {
  json::object outcomes, failures;
  for (const auto& [outcome, documents] : stats.last_outcomes) outcomes[outcome] = documents;
  for (const auto& [kind, documents] : stats.failures) failures[kind] = documents;
  return json::serialize(json::object{{"outcomes", std::move(outcomes)}, {"failures", std::move(failures)}});
}

std::string schedule_json(const ScheduleStats& stats) {
  return json::serialize(json::object{{"tracked", stats.tracked},
                                      {"due", stats.due},
                                      {"overdue", stats.overdue},
                                      {"claimed", stats.claimed},
                                      {"workers", stats.workers}});
}

std::string array_json(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) {
    if (out.size() > 1) out += ',';
    out += item;
  }
  return out + ']';
}

std::string list_json(const std::vector<std::string>& items, std::string_view next) {
  return R"({"items":)" + array_json(items) + R"(,"next":)" + (next.empty() ? "null" : string_json(next)) + '}';
}

std::string object_json(const std::vector<std::pair<std::string_view, std::string>>& members) {
  std::string out = "{";
  for (const auto& [key, value] : members) {
    if (out.size() > 1) out += ',';
    out += string_json(key) + ':' + value;
  }
  return out + '}';
}

std::string string_json(std::string_view text) { return json::serialize(json::value(text)); }

}  // namespace smallprint
