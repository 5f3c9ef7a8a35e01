// /api/v1: lists across documents.
#include <algorithm>
#include <map>

#include "server/api.h"
#include "server/json.h"

namespace smallprint::api {

namespace {

std::vector<std::string> fact_ids(const RuleSet& rules) {
  std::vector<std::string> ids;
  for (const FactDefinition& definition : rules.facts()) ids.push_back(definition.id);
  return ids;
}

bool contains(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

Reply changes(Call& call) {
  const ChangeFilter filter = read_change_filter(call.query, call.site.rules);
  const Paging paging = read_paging(call.query);
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  const auto page = call.site.archive.changes(filter, paging);
  if (!page) return problem_of(page.error());
  std::vector<std::string> items;
  for (const ChangeRow& row : page->items) items.push_back(change_json(row, call.base));
  return call.list(items, page->next);
}

Reply versions(Call& call) {
  const ChangeFilter filter = read_change_filter(call.query, call.site.rules);
  const Paging paging = read_paging(call.query);
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  const auto page = call.site.archive.versions(filter, paging);
  if (!page) return problem_of(page.error());
  std::vector<std::string> items;
  for (const VersionRow& row : page->items) items.push_back(version_json(row, call.base));
  return call.list(items, page->next);
}

Reply facts(Call& call) {
  Archive::FactFilter filter;
  filter.fact = call.query.text("fact");
  filter.service = call.query.slug("service");
  filter.document = call.query.document("document");
  filter.value = call.query.text("value");
  const std::vector<std::string> known = fact_ids(call.site.rules);
  if (!filter.fact.empty() && !contains(known, filter.fact)) call.query.refuse("fact", "is no fact", known);
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
  std::vector<std::string> asked = call.query.slugs("facts");
  const std::vector<std::string> known = fact_ids(call.site.rules);
  if (services.empty()) call.query.refuse("services", "is missing: slugs of services, separated by commas");
  for (const std::string& fact : asked) {
    if (!contains(known, fact)) call.query.refuse("facts", "names what is no fact", known);
  }
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  if (asked.empty()) asked = known;
  std::vector<std::string> columns;
  for (const std::string& service : services) {
    const auto row = call.site.archive.service(service);
    if (!row && row.error().code != ErrorCode::not_found) return problem_of(row.error());
    if (!row) continue;
    Archive::FactFilter filter;
    filter.service = service;
    const auto page = call.site.archive.facts(filter, {.limit = 200, .cursor = {}});
    if (!page) return problem_of(page.error());
    std::map<std::string, std::vector<std::string>> by_fact;
    for (const FactRow& fact : page->items) by_fact[fact.fact.fact].push_back(fact_json(fact, call.base));
    std::vector<std::pair<std::string_view, std::string>> members;
    members.reserve(asked.size());
    for (const std::string& fact : asked) members.emplace_back(fact, array_json(by_fact[fact]));
    columns.push_back(object_json(
        {{"service", string_json(row->id)}, {"name", string_json(row->name)}, {"facts", object_json(members)}}));
  }
  std::vector<std::string> definitions;
  for (const FactDefinition& definition : call.site.rules.facts()) {
    if (contains(asked, definition.id)) definitions.push_back(fact_definition_json(definition));
  }
  Answer answer;
  answer.body = object_json({{"facts", array_json(definitions)}, {"services", array_json(columns)}});
  return answer;
}

Reply search(Call& call) {
  SearchQuery search;
  search.text = call.query.text("q");
  search.service = call.query.slug("service");
  search.document = call.query.document("document");
  search.at = call.query.time("at");
  if (search.text.find_first_not_of(' ') == std::string::npos) call.query.refuse("q", "is missing: words to look for");
  const Paging paging = read_paging(call.query);
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  const auto page = call.site.archive.search(search, paging);
  if (!page) return problem_of(page.error());
  std::vector<std::string> items;
  for (const ClauseHit& hit : page->items) items.push_back(hit_json(hit, call.base));
  return call.list(items, page->next);
}

Reply topics(Call& call) {
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  std::vector<std::string> items;
  for (const Topic& topic : call.site.rules.topics()) items.push_back(topic_json(topic, call.base));
  return call.list(items, {});
}

Reply status(Call& call) {
  const Paging paging = read_paging(call.query);
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  const auto stats = call.site.archive.stats();
  if (!stats) return problem_of(stats.error());
  const auto revision = call.site.archive.revision();
  if (!revision) return problem_of(revision.error());
  const auto head = call.site.archive.chain_head();
  if (!head) return problem_of(head.error());
  const auto schedule = call.site.archive.schedule_stats(call.site.clock.now());
  if (!schedule) return problem_of(schedule.error());
  const auto page = call.site.archive.documents({}, paging);
  if (!page) return problem_of(page.error());
  std::vector<std::string> items;
  for (const DocumentRow& row : page->items) items.push_back(document_json(row, call.base));
  Answer answer = call.list(items, page->next);
  answer.body = object_json({{"archive", stats_json(*stats)},
                             {"chain", chain_json(*head)},
                             {"catalog", catalog_json(call.site.catalog_health().get())},
                             {"last_visits", last_visits_json(*stats)},
                             {"schedule", schedule_json(*schedule)},
                             {"revision", std::to_string(*revision)},
                             {"rules", string_json(call.site.rules.version())},
                             {"items", array_json(items)},
                             {"next", answer.next.empty() ? "null" : string_json(answer.next)}});
  return answer;
}

}  // namespace smallprint::api
