// Facts as JSON: of documents, of services, and how many services say what.
#include "server/json.h"
#include "server/json_parts.h"
#include "web/text.h"

namespace smallprint {

namespace json = boost::json;

namespace {

json::object moment_of(std::uint32_t version, Timestamp time) {
  return {{"version", version}, {"observed_at", format_rfc3339(time)}};
}

std::string url_of(const FactRow& row, std::string_view base) {
  std::string url = address(base, row.document);
  if (row.fact.evidence.empty()) return url;
  return url + "/" + std::to_string(row.version) + "#" + clause_anchor(row.fact.evidence.front().clause);
}

/// What a document says, without whose it is and since when.
void add_answer(json::object& out, const FactRow& row) {
  out["value"] = row.fact.value;
  if (!row.fact.detail.empty()) out["detail"] = clean_utf8(row.fact.detail);
  out["document"] = row.document;
  out["evidence"] =
      row.fact.evidence.empty() ? json::value() : json::value(evidence_object(row.fact.evidence.front(), row.version));
  json::array further;
  for (std::size_t i = 1; i < row.fact.evidence.size(); ++i) {
    further.push_back(evidence_object(row.fact.evidence[i], row.version));
  }
  out["further_evidence"] = std::move(further);
}

json::object fact_object(const FactRow& row, std::string_view base) {
  json::object out;
  out["fact"] = row.fact.fact;
  out["service"] = service_of(row.document);
  add_answer(out, row);
  out["since"] = moment_of(row.since_version, row.since);
  out["until"] = row.until ? json::value(moment_of(row.until_version, *row.until)) : json::value();
  out["url"] = url_of(row, base);
  return out;
}

json::object run_object(const ServiceRun& run, std::string_view base) {
  json::object out;
  add_answer(out, run.said);
  json::object since = moment_of(run.began_with, run.since);
  since["document"] = run.began_in;
  out["since"] = std::move(since);
  out["until"] = time_or_null(run.until);
  out["url"] = url_of(run.said, base);
  return out;
}

json::object tally_object(const Tally& one, const FactDefinition& question) {
  json::object values;
  const auto count = [&](std::string_view value) {
    const auto found = one.values.find(value);
    values[value] = found == one.values.end() ? std::size_t{0} : found->second;
  };
  for (const std::string& value : question.values) count(value);
  count(unknown_value);
  return {{"at", format_rfc3339(one.at)},
          {"services", one.services},
          {"values", std::move(values)},
          {"without_version", one.unseen}};
}

}  // namespace

json::object evidence_object(const Evidence& evidence, std::uint32_t version) {
  return {{"text", evidence.text},
          {"section", strings(evidence.section)},
          {"version", version},
          {"clause", format_lineage(evidence.lineage)}};
}

json::array facts_array(const std::vector<FactRow>& runs, std::string_view base, bool history) {
  json::array out;
  std::vector<json::object> before;  // of the question whose runs these are, the oldest first
  for (const FactRow& run : runs) {
    json::object item = fact_object(run, base);
    if (run.until) {
      before.push_back(std::move(item));
      continue;
    }
    if (history) item["history"] = json::array(before.rbegin(), before.rend());
    before.clear();
    out.push_back(std::move(item));
  }
  return out;
}

json::object service_fact_object(const ServiceFact& fact, std::string_view service, std::string_view base,
                                 bool history) {
  json::object out;
  const ServiceRun* now = fact.now();
  if (now != nullptr) {
    out = run_object(*now, base);
  } else {
    out = {{"value", unknown_value},
           {"document", nullptr},
           {"evidence", nullptr},
           {"further_evidence", json::array()},
           {"since", nullptr},
           {"until", nullptr},
           {"url", address(base, service)}};
  }
  out["fact"] = fact.question->id;
  out["service"] = service;
  out["region"] = or_null(fact.region);
  if (history) {
    json::array before;
    for (auto run = fact.runs.rbegin(); run != fact.runs.rend(); ++run) {
      if (run->until) before.push_back(run_object(*run, base));
    }
    out["history"] = std::move(before);
  }
  return out;
}

std::string fact_json(const FactRow& row, std::string_view base) { return json::serialize(fact_object(row, base)); }

std::string service_fact_json(const ServiceFact& fact, std::string_view service, std::string_view base) {
  return json::serialize(service_fact_object(fact, service, base, false));
}

std::string fact_definition_json(const FactDefinition& definition) {
  json::array values = strings(definition.values);
  values.emplace_back(unknown_value);
  return json::serialize(
      json::object{{"id", definition.id}, {"question", definition.question}, {"values", std::move(values)}});
}

std::string series_json(const FactDefinition& question, const std::vector<Tally>& points,
                        const std::vector<Turn>& turns, std::string_view base) {
  json::object out;
  out["fact"] = question.id;
  json::array counted;
  for (const Tally& point : points) counted.push_back(tally_object(point, question));
  out["points"] = std::move(counted);
  json::array told;
  for (const Turn& turn : turns) {
    const ServiceRun& run = *turn.to;
    told.push_back({{"service", turn.service},
                    {"from", turn.from->said.fact.value},
                    {"to", run.said.fact.value},
                    {"document", run.began_in},
                    {"version", run.began_with},
                    {"observed_at", format_rfc3339(run.since)},
                    {"url", address(base, run.began_in + "/" + std::to_string(run.began_with))}});
  }
  out["turns"] = std::move(told);
  return json::serialize(out);
}

}  // namespace smallprint
