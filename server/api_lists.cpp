// /api/v1: lists across documents.
#include "server/api.h"
#include "server/json.h"

namespace smallprint::api {

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
