// The web view: front page, services, topics, comparing, searching, status.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "server/fact_views.h"
#include "server/page_endpoints.h"
#include "server/views.h"
#include "storage/presence.h"
#include "web/text.h"

namespace smallprint::pages {

namespace {

Frame frame(const Call& call, std::string title, std::string description) {
  Frame out;
  out.title = std::move(title) + " · smallprint";
  out.description = std::move(description);
  out.canonical = call.base + call.path;
  return out;
}

Answer html(std::string body) {
  Answer answer;
  answer.type = "text/html; charset=utf-8";
  answer.body = std::move(body);
  return answer;
}

std::vector<PageLink> topic_links(const RuleSet& rules) {
  std::vector<PageLink> links;
  for (const Topic& topic : rules.topics()) links.push_back({topic.name, "/topics/" + topic.id});
  return links;
}

/// Stories of the versions that match, the latest day first and within it the most important.
Result<std::vector<StoryView>> stories(const Call& call, const ChangeFilter& filter, const Paging& paging,
                                       std::string* next = nullptr) {
  auto page = call.site.archive.versions(filter, paging);
  if (!page) return page.error();
  most_important_first(page->items);
  std::vector<StoryView> out;
  for (const VersionRow& row : page->items) {
    auto changes = telling_changes(call.site.archive, filter, row, 20);
    if (!changes) return changes.error();
    out.push_back(story_view(call.site.rules, row, std::move(*changes)));
  }
  if (next != nullptr && !page->next.empty()) *next = call.path + call.query.with("cursor", page->next);
  return out;
}

/// The text with the words that were looked for marked, shortened around the first of them.
std::string marked(const std::string& text, const std::string& query) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < query.size();) {
    const std::size_t end = std::min(query.find_first_of(" \"*()^:-+", at), query.size());
    if (end - at >= 2) words.push_back(lower_ascii(std::string_view(query).substr(at, end - at)));
    at = end + 1;
  }
  const std::string lower = lower_ascii(text);
  std::size_t first = std::string::npos;
  for (const std::string& word : words) first = std::min(first, lower.find(word));
  std::size_t begin = 0;
  std::size_t end = text.size();
  if (text.size() > 600) {
    begin = first == std::string::npos || first < 200 ? 0 : first - 200;
    while (begin > 0 && begin < text.size() && text[begin - 1] != ' ' && begin + 60 > first - 200) --begin;
    end = std::min(begin + 600, text.size());
    while (begin < text.size() && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) ++begin;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  }
  std::string out = begin > 0 ? "… " : "";
  std::size_t at = begin;
  while (at < end) {
    std::size_t next = std::string::npos;
    std::size_t length = 0;
    for (const std::string& word : words) {
      const std::size_t found = lower.find(word, at);
      if (found < next) {
        next = found;
        length = word.size();
      }
    }
    if (next == std::string::npos || next + length > end) break;
    out += escape_html(std::string_view(text).substr(at, next - at));
    out += "<mark>" + escape_html(std::string_view(text).substr(next, length)) + "</mark>";
    at = next + length;
  }
  out += escape_html(std::string_view(text).substr(at, end - at));
  return end < text.size() ? out + " …" : out;
}

std::string outcome_in_words(const std::optional<Outcome>& outcome) {
  if (!outcome) return "Not visited yet";
  switch (*outcome) {
    case Outcome::recorded: return "New version";
    case Outcome::unchanged:
    case Outcome::not_modified: return "Unchanged";
    case Outcome::suspect: return "Suspect page";
    case Outcome::failed: return "Failed";
  }
  return "";
}

}  // namespace

Result<std::vector<ServiceRow>> all_services(const Archive& archive) {
  std::vector<ServiceRow> rows;
  Paging paging{.limit = 200, .cursor = {}};
  do {
    auto page = archive.services(paging);
    if (!page) return page.error();
    rows.insert(rows.end(), page->items.begin(), page->items.end());
    paging.cursor = page->next;
  } while (!paging.cursor.empty() && rows.size() < 5000);
  return rows;
}

Reply home(Call& call) {
  HomePage page;
  const auto services = call.site.archive.services({.limit = 200, .cursor = {}});
  if (!services) return problem_of(services.error());
  constexpr std::size_t services_shown = 48;
  for (const ServiceRow& row : services->items) {
    if (page.services.size() < services_shown) page.services.push_back({row.name, "/" + row.id});
  }
  if (services->items.size() > services_shown || !services->next.empty()) page.more_href = "/services";

  const ChangeFilter latest = news({});
  auto recent = stories(call, latest, {.limit = 20, .cursor = {}});
  if (!recent) return problem_of(recent.error());
  ChangeFilter high = latest;
  high.at_least = Importance::high;
  if (!recent->empty()) {
    // What matters most is told first as long as it is news: within two months of the newest version.
    const auto newest = parse_rfc3339(recent->front().when.iso);
    if (newest) high.since = *newest - std::chrono::days(60);
    auto lead = stories(call, high, {.limit = 4, .cursor = {}});
    if (!lead) return problem_of(lead.error());
    page.lead = std::move(*lead);
  }
  for (StoryView& story : *recent) {
    const bool told =
        std::any_of(page.lead.begin(), page.lead.end(), [&](const StoryView& lead) { return lead.href == story.href; });
    if (!told) page.latest.push_back(std::move(story));
  }
  page.topics = topic_links(call.site.rules);
  if (!page.services.empty()) {
    page.archive_summary = fmt::format("It watches {}{} here.", counted(services->items.size(), "service"),
                                       services->next.empty() ? "" : " and more");
  }
  Frame top = frame(call, "What changed in the terms you agreed to",
                    "What changed in user agreements and privacy policies, clause by clause.");
  top.feed = "/feed";
  return html(call.site.pages.html(top, page));
}

Reply services(Call& call) {
  const auto rows = all_services(call.site.archive);
  if (!rows) return problem_of(rows.error());
  std::map<std::string, std::vector<ServicesPage::Item>> letters;
  for (const ServiceRow& row : *rows) {
    const char first = row.id.empty() ? '#' : row.id[0];
    const bool letter = first >= 'a' && first <= 'z';
    const std::string key = letter ? std::string(1, static_cast<char>(first - 'a' + 'A')) : "0–9";
    letters[key].push_back({{row.name, "/" + row.id}, counted(row.documents, "document")});
  }
  ServicesPage page;
  for (auto& [letter, items] : letters) page.letters.push_back({letter, std::move(items)});
  Frame top = frame(call, "Services", "All services whose terms are watched here.");
  top.feed = "/feed";
  return html(call.site.pages.html(top, page));
}

Reply service(Call& call) {
  const auto row = call.site.archive.service(call.capture("service"));
  if (!row) return problem_of(row.error());
  ServicePage page;
  page.name = row->name;
  DocumentFilter documents;
  documents.service = row->id;
  const auto rows = call.site.archive.documents(documents, {.limit = 200, .cursor = {}});
  if (!rows) return problem_of(rows.error());
  for (const DocumentRow& document : rows->items) {
    page.documents.push_back({{document_name(document.terms_type, document.id), "/" + document.id},
                              document.versions == 0 ? "no version yet" : counted(document.versions, "version"),
                              moment(document.latest_version_at)});
  }
  FactFilter facts;
  facts.service = row->id;
  facts.history = true;
  const auto runs = all_facts(call.site.archive, facts);
  if (!runs) return problem_of(runs.error());
  AnswerViews said = service_answers(call.site.rules, *runs);
  page.facts = std::move(said.facts);
  page.silent = std::move(said.silent);
  page.unknown = std::move(said.unknown);
  ChangeFilter filter = news({});
  filter.service = row->id;
  auto told = stories(call, filter, {.limit = 12, .cursor = {}});
  if (!told) return problem_of(told.error());
  page.stories = std::move(*told);
  Frame top = frame(call, row->name, fmt::format("What {} says in its terms, and what changed.", row->name));
  top.path = {{"Services", "/services"}};
  top.feed = "/" + row->id + "/feed";
  return html(call.site.pages.html(top, page));
}

Reply document(Call& call) {
  const auto row = call.site.archive.document(call.document());
  if (!row) return problem_of(row.error());
  DocumentPage page;
  page.name = document_name(row->terms_type, row->id);
  page.service = row->service_name;
  for (const std::string& url : row->urls) page.sources.push_back({url, url});
  page.summary = row->versions == 0
                     ? "Tracked, but not read yet."
                     : fmt::format("{} of this document since {}, the latest of {}.", counted(row->versions, "version"),
                                   row->first_observed_at ? moment(*row->first_observed_at).text : "",
                                   row->latest_version_at ? moment(*row->latest_version_at).text : "");
  if (row->versions > 0 && call.site.rules.reading(row->language) == Reading::none) {
    page.summary += " " + not_read(row->language);
  }
  if (row->last_outcome && (*row->last_outcome == Outcome::failed || *row->last_outcome == Outcome::suspect)) {
    page.health = "The last visit did not go well: " + row->last_reason + ". What is shown here is the last good text.";
  }
  switch (presence(*row)) {
    case Presence::there: break;
    case Presence::moved: page.health = "The document has moved."; break;
    case Presence::missing:
      page.health = "The document was not found since " + moment(row->missing_since).text +
                    ". What is shown here is the last good text.";
      break;
    case Presence::gone:
      page.health = "The document is gone since " + moment(row->missing_since).text + ". Its history stays here.";
      break;
  }
  if (!row->moved_to.empty()) page.moved_to = {row->moved_to, row->moved_to};
  FactFilter facts;
  facts.document = row->id;
  facts.history = true;
  const auto runs = all_facts(call.site.archive, facts);
  if (!runs) return problem_of(runs.error());
  AnswerViews said = document_answers(call.site.rules, *runs);
  page.facts = std::move(said.facts);
  page.silent = std::move(said.silent);
  page.unknown = std::move(said.unknown);
  ChangeFilter filter;
  filter.document = row->id;
  filter.repeats = true;
  const auto versions = call.site.archive.versions(filter, {.limit = 100, .cursor = call.query.text("cursor")});
  if (!versions) return problem_of(versions.error());
  for (const VersionRow& version : versions->items) page.timeline.push_back(timeline_view(call.site.rules, version));
  if (!versions->next.empty()) page.next_href = call.path + call.query.with("cursor", versions->next);
  Frame top = frame(call, row->service_name + " " + page.name,
                    fmt::format("Every version of the {} of {}, and what changed.", page.name, row->service_name));
  top.path = {{"Services", "/services"}, {row->service_name, "/" + row->service}};
  top.feed = "/" + row->id + "/feed";
  return html(call.site.pages.html(top, page));
}

Reply topic(Call& call) {
  const auto& topics = call.site.rules.topics();
  const std::string& id = call.capture("topic");
  const auto topic = std::find_if(topics.begin(), topics.end(), [&](const Topic& t) { return t.id == id; });
  if (topic == topics.end()) return HttpProblem{404, "Nothing has this address.", {}, {}};
  TopicPage page{topic->name, topic->description, {}, topic_links(call.site.rules), {}};
  ChangeFilter filter = news({});
  filter.topic = id;
  auto told = stories(call, filter, {.limit = 20, .cursor = call.query.text("cursor")}, &page.next_href);
  if (!told) return problem_of(told.error());
  page.stories = std::move(*told);
  Frame top = frame(call, topic->name, "What changed in the terms of all services on this subject.");
  top.feed = "/topics/" + id + "/feed";
  return html(call.site.pages.html(top, page));
}

Reply search(Call& call) {
  SearchPage page;
  SearchQuery query;
  query.text = call.query.text("q");
  query.at = call.query.time("at");
  const std::string cursor = call.query.text("cursor");
  if (call.query.mistake()) return problem_of(*call.query.mistake());
  page.query = query.text;
  if (query.at) page.at = format_date(date_of(*query.at));
  if (query.text.find_first_not_of(' ') != std::string::npos) {
    const auto hits = call.site.archive.search(query, {.limit = 25, .cursor = cursor});
    if (!hits) return problem_of(hits.error());
    for (const ClauseHit& hit : hits->items) {
      SearchPage::Hit view;
      view.document = {hit.service_name + " · " + document_name(hit.terms_type, hit.document), "/" + hit.document};
      view.html = marked(hit.clause.text, query.text);
      view.href = fmt::format("/{}/{}#{}", hit.document, hit.last_version, format_lineage(hit.lineage));
      view.note = fmt::format("{} {}", hit.current ? "In force since" : "No longer there. First seen",
                              moment(hit.first_observed_at).text);
      page.hits.push_back(std::move(view));
    }
    if (!hits->next.empty()) page.next_href = call.path + call.query.with("cursor", hits->next);
    page.summary = page.hits.empty()        ? "No clause has these words."
                   : page.next_href.empty() ? counted(page.hits.size(), "clause") + " found."
                                            : fmt::format("The best {} clauses.", page.hits.size());
  }
  Frame top = frame(call, query.text.empty() ? "Search" : "Search: " + query.text, "Search every clause.");
  top.search = query.text;
  return html(call.site.pages.html(top, page));
}

Reply status(Call& call) {
  const auto stats = call.site.archive.stats();
  if (!stats) return problem_of(stats.error());
  StatusPage page;
  const auto figure = [&](const std::string& noun, std::uint64_t value) {
    const std::string text = counted(value, "");
    page.figures.push_back({noun, text.substr(0, text.find(' '))});
  };
  figure("Services", stats->services);
  figure("Documents", stats->documents);
  figure("Versions", stats->versions);
  figure("Distinct texts", stats->distinct_texts);
  figure("Changes", stats->changes);
  figure("Visits", stats->observations);
  for (const auto& [kind, documents] : stats->failures) figure("Failing: " + kind, documents);
  if (const auto catalog = call.site.catalog_health()) {
    for (const CatalogHealth::Problem& problem : catalog->problems) {
      page.problems.push_back({problem.file, problem.message});
    }
  }
  const auto rows = call.site.archive.documents({}, {.limit = 100, .cursor = call.query.text("cursor")});
  if (!rows) return problem_of(rows.error());
  for (const DocumentRow& row : rows->items) {
    const Presence there = presence(row);
    const bool bad =
        row.last_outcome && (*row.last_outcome == Outcome::failed || *row.last_outcome == Outcome::suspect);
    std::string outcome = row.last_observed_at || !row.versions ? outcome_in_words(row.last_outcome) : "Imported";
    if (there == Presence::gone) outcome = "Gone since " + moment(row.missing_since).text;
    if (there == Presence::missing) outcome = "Not found since " + moment(row.missing_since).text;
    if (there == Presence::moved) outcome += ", moved";
    page.rows.push_back({{row.service_name + " " + document_name(row.terms_type, row.id), "/" + row.id},
                         std::move(outcome),
                         bad ? row.last_reason : "",
                         {row.moved_to, row.moved_to},
                         bad ? "bad" : "good",
                         moment(row.last_observed_at),
                         moment(row.next_visit_at)});
  }
  if (!rows->next.empty()) page.next_href = call.path + call.query.with("cursor", rows->next);
  return html(call.site.pages.html(frame(call, "Status", "How the visits to every document went."), page));
}

Reply about(Call& call) {
  AboutPage page;
  page.feeds = {{"All changes in meaning (Atom)", "/feed.atom"},
                {"Only the most important (Atom)", "/feed.atom?importance=high"},
                {"The same as RSS", "/feed.rss"},
                {"The same as JSON Feed", "/feed.json"},
                {"Every feed, as OPML", "/feeds.opml"}};
  Frame top = frame(call, "About", "What smallprint is and how to read it.");
  top.feed = "/feed";
  return html(call.site.pages.html(top, page));
}

std::string error_page(const SiteParts& site, const HttpProblem& problem, std::string_view request_id) {
  ErrorPage page;
  page.status = std::to_string(problem.status);
  page.title = problem.status == 404   ? "There is nothing at this address"
               : problem.status == 400 ? "This request cannot be read"
                                       : "Something went wrong";
  page.detail = problem.parameter ? "“" + problem.parameter->name + "” " + problem.parameter->detail + "."
                : problem.status == 404
                    ? "The service, document or version may not be tracked here, or the address has a typo."
                    : problem.detail;
  page.request_id = request_id;
  Frame top;
  top.title = std::string(status_title(problem.status)) + " · smallprint";
  return site.pages.html(top, page);
}

}  // namespace smallprint::pages
