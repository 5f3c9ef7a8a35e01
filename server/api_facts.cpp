// /api/v1: what documents say, services side by side, and how many say what through time.
#include <algorithm>

#include "server/api.h"
#include "server/facts_asked.h"
#include "server/json.h"

namespace smallprint::api {

Reply facts(Call& call) {
  FactFilter filter;
  filter.fact = call.query.text("fact");
  filter.service = call.query.slug("service");
  filter.document = call.query.document("document");
  filter.value = call.query.text("value");
  filter.at = read_day(call, "at");
  filter.history = call.query.flag("history").value_or(false);
  if (filter.at && filter.history) call.query.refuse("history", "is not for one time: leave out at");
  if (!filter.fact.empty()) check_fact(call, "fact", filter.fact);
  const Paging paging = read_paging(call.query);
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  const auto page = call.site.archive.facts(filter, paging);
  if (!page) return problem_of(page.error());
  std::vector<std::string> items;
  for (const FactRow& row : page->items) items.push_back(fact_json(row, call.base));
  return call.list(items, page->next);
}

Reply compare(Call& call) {
  const std::vector<std::string> services = call.query.slugs("services");
  if (services.empty()) call.query.refuse("services", "is missing: slugs of services, separated by commas");
  const auto questions = read_questions(call, true);
  const auto at = read_day(call, "at");
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  std::vector<std::string> columns;
  for (const std::string& service : services) {
    const auto row = call.site.archive.service(service);
    if (!row && row.error().code != ErrorCode::not_found) return problem_of(row.error());
    if (!row) continue;
    FactFilter filter;
    filter.service = service;
    filter.history = true;
    const auto rows = all_facts(call.site.archive, filter);
    if (!rows) return problem_of(rows.error());
    const std::vector<ServiceFact> together = service_facts(call.site.rules, *rows);
    std::vector<std::pair<std::string_view, std::string>> by_document, of_service;
    for (const FactDefinition* question : questions) {
      std::vector<std::string> items;
      for (const FactRow& fact : *rows) {
        const bool holds = at ? fact.since <= *at && (!fact.until || *fact.until > *at) : !fact.until;
        if (fact.fact.fact == question->id && holds) items.push_back(fact_json(fact, call.base));
      }
      by_document.emplace_back(question->id, array_json(items));
      for (const ServiceFact& fact : together) {
        if (fact.question->id != question->id || !fact.region.empty()) continue;
        of_service.emplace_back(question->id, service_fact_json(until(fact, at), service, call.base));
      }
    }
    columns.push_back(object_json({{"service", string_json(row->id)},
                                   {"name", string_json(row->name)},
                                   {"answers", object_json(of_service)},
                                   {"facts", object_json(by_document)}}));
  }
  std::vector<std::string> definitions;
  definitions.reserve(questions.size());
  for (const FactDefinition* question : questions) definitions.push_back(fact_definition_json(*question));
  Answer answer;
  answer.body = object_json({{"at", at ? string_json(format_rfc3339(*at)) : "null"},
                             {"facts", array_json(definitions)},
                             {"services", array_json(columns)}});
  return answer;
}

Reply compare_series(Call& call) {
  const std::vector<std::string> services = call.query.slugs("services", 100);
  const auto questions = read_questions(call, false);
  const Series series = read_series(call);
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  const auto asked = answerers(call.site.archive, services, questions);
  if (!asked && asked.error().code == ErrorCode::unsupported) {
    call.query.refuse("services", "is missing: there are too many documents here to look through all of them");
    return problem_of(*call.query.problem());
  }
  if (!asked) return problem_of(asked.error());
  std::vector<std::string> definitions, told;
  std::size_t count = 0;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    definitions.push_back(fact_definition_json(*questions[i]));
    count = std::max(count, (*asked)[i].by_service.size());
    std::vector<Tally> points;
    for (const Timestamp point : series.points) points.push_back(tally((*asked)[i], point));
    const auto moved = turns((*asked)[i], series.points.front(), series.points.back() + std::chrono::seconds{1});
    told.push_back(series_json(*questions[i], points, moved, call.base));
  }
  Answer answer;
  answer.body = object_json(
      {{"services", std::to_string(count)}, {"facts", array_json(definitions)}, {"series", array_json(told)}});
  return answer;
}

}  // namespace smallprint::api
