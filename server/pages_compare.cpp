// The web view: services side by side, and how many say what through time.
#include <fmt/format.h>

#include <algorithm>

#include "server/fact_views.h"
#include "server/facts_asked.h"
#include "server/page_endpoints.h"

namespace smallprint::pages {

namespace {

constexpr std::size_t longest_quote = 260;  // bytes
constexpr std::size_t most_turns = 60, few_turns = 8;

ComparePage::Cell cell_of(const ServiceFact& fact, const std::optional<Timestamp>& at) {
  const ServiceRun* run = at ? fact.at(*at) : fact.now();
  if (run == nullptr) return {at ? "No version seen then" : "Not known", "silent", "", "", ""};
  const FactRow& said = run->said;
  ComparePage::Cell cell;
  cell.answer = answer_in_words(said.fact.value);
  cell.tone = tone_of(said.fact.value);
  if (said.fact.evidence.empty()) return cell;
  cell.href = evidence_href(said);
  cell.quote = shortened(said.fact.evidence.front().text, longest_quote);
  cell.since = (run->first_seen ? "at least since " : "since ") + moment(run->since).text;
  return cell;
}

/// "12 of 40"
std::string share(std::size_t said, std::size_t services) { return fmt::format("{} of {}", said, services); }

std::size_t count_of(const Tally& tally, std::string_view value) {
  const auto found = tally.values.find(value);
  return found == tally.values.end() ? 0 : found->second;
}

/// "12 of 40 services now say that …; 3 of 31 did a year before."
std::string in_a_sentence(const FactDefinition& question, const Tally& now, const Tally& before, bool as_of) {
  if (now.services == 0) return "No version of a document that could answer had been seen.";
  const std::string& value = question.values.front();
  const std::size_t said = count_of(now, value);
  std::string out = fmt::format("{} {} {}{} {}", share(said, now.services), now.services == 1 ? "service" : "services",
                                as_of ? "" : "now ",
                                as_of       ? "said"
                                : said == 1 ? "says"
                                            : "say",
                                question.claim);
  const char* when = as_of ? "a year before" : "a year ago";
  if (before.services == 0) return out + fmt::format("; none of them had been seen {}.", when);
  return out + fmt::format("; {} did {}.", share(count_of(before, value), before.services), when);
}

ComparePage::Count count_view(const FactDefinition& question, const Answerers& answerers, const Series& series,
                              bool as_of, bool open, std::size_t turns_shown) {
  ComparePage::Count view;
  view.question = {question.question, "/compare?facts=" + question.id};
  std::vector<Tally> points;
  for (const Timestamp point : series.points) points.push_back(tally(answerers, point));
  view.sentence = in_a_sentence(question, points.back(), points[points.size() - 2], as_of);
  const std::string& first = question.values.front();
  std::vector<std::string> values(question.values.begin() + 1, question.values.end());
  values.emplace_back(unknown_value);
  for (const std::string& value : values) view.answers.push_back(answer_in_words(value));
  view.answers.emplace_back("No version yet");
  std::reverse(points.begin(), points.end());
  for (const Tally& point : points) {
    ComparePage::Count::Point row{moment(point.at),
                                  std::to_string(count_of(point, first)),
                                  std::to_string(point.services),
                                  share(count_of(point, first), point.services),
                                  {}};
    for (const std::string& value : values) row.figures.push_back(std::to_string(count_of(point, value)));
    row.figures.push_back(std::to_string(point.unseen));
    view.points.push_back(std::move(row));
  }
  view.open = open;
  for (const Turn& turn : turns(answerers, series.points.front(), series.points.back() + std::chrono::seconds{1})) {
    if (view.turns.size() == turns_shown) break;
    view.turns.push_back({moment(turn.to->since),
                          {answerers.names.at(turn.service), "/" + turn.service},
                          fmt::format("from “{}” to “{}”", answer_in_words(turn.from->said.fact.value),
                                      answer_in_words(turn.to->said.fact.value)),
                          comparison_path(turn.to->began_in, turn.to->began_with)});
  }
  return view;
}

}  // namespace

Reply compare(Call& call) {
  ComparePage page;
  std::vector<std::string> asked = call.query.slugs("services");
  const std::vector<const FactDefinition*> questions = read_questions(call, false);
  const auto at = read_day(call, "at");
  if (call.query.mistake()) return problem_of(*call.query.mistake());
  if (at) page.at = format_date(date_of(*at));
  std::vector<std::vector<ServiceFact>> columns;
  std::vector<std::string> found;
  for (const std::string& id : asked) {
    const auto row = call.site.archive.service(id);
    if (!row && row.error().code != ErrorCode::not_found) return problem_of(row.error());
    if (!row) {
      page.note += (page.note.empty() ? "Not watched here: " : ", ") + id;
      continue;
    }
    found.push_back(row->id);
    page.services.push_back({row->name, "/" + row->id});
    page.asked += (page.asked.empty() ? "" : ", ") + row->id;
    FactFilter filter;
    filter.service = row->id;
    filter.history = true;
    const auto facts = all_facts(call.site.archive, filter);
    if (!facts) return problem_of(facts.error());
    columns.push_back(service_facts(call.site.rules, *facts));
  }
  for (const FactDefinition* question : questions) {
    if (columns.empty()) break;
    ComparePage::Row row{question->question, {}};
    for (const std::vector<ServiceFact>& column : columns) {
      const auto fact = std::find_if(column.begin(), column.end(), [&](const ServiceFact& one) {
        return one.question == question && one.region.empty();
      });
      row.cells.push_back(fact == column.end() ? ComparePage::Cell{"Not known", "silent", "", "", ""}
                                               : cell_of(*fact, at));
    }
    page.rows.push_back(std::move(row));
  }

  // Of a single service there is nothing to count.
  const bool nobody_known = !asked.empty() && found.empty();
  if (found.size() != 1 && !nobody_known) {
    const Series series = series_back(at.value_or(call.site.clock.now()), 12, 4);
    const auto counted = answerers(call.site.archive, found, questions);
    if (!counted && counted.error().code != ErrorCode::unsupported) return problem_of(counted.error());
    for (std::size_t i = 0; counted && i < questions.size(); ++i) {
      if ((*counted)[i].by_service.empty()) continue;
      page.counts.push_back(count_view(*questions[i], (*counted)[i], series, at.has_value(), i == 0,
                                       questions.size() == 1 ? most_turns
                                       : i == 0              ? few_turns
                                                             : 0));
    }
    if (!counted) page.note = "There are too many documents here to count all services: name those to compare.";
  }

  const auto services = all_services(call.site.archive);
  if (!services) return problem_of(services.error());
  std::string so_far;
  for (const std::string& id : found) so_far += id + ",";
  for (const ServiceRow& row : *services) {
    if (std::find(found.begin(), found.end(), row.id) != found.end()) continue;
    page.known.push_back({row.name, "/compare?services=" + encode_percent(so_far + row.id)});
  }
  Frame top;
  top.title = "Compare services · smallprint";
  top.description = "What services say on the same questions, and how many say so through time.";
  top.canonical = call.base + call.path;
  Answer answer;
  answer.type = "text/html; charset=utf-8";
  answer.body = call.site.pages.html(top, page);
  return answer;
}

}  // namespace smallprint::pages
