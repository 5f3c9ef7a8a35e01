#include "server/feed_endpoints.h"

#include <fmt/format.h>

#include <algorithm>

#include "server/views.h"
#include "web/feeds.h"
#include "web/text.h"

namespace smallprint::feeds {

namespace {

constexpr std::uint32_t entries_shown = 30;
constexpr std::size_t changes_shown = 10;

/// What a captured part of the path means is a filter too.
void apply_place(const Call& call, ChangeFilter& filter) {
  for (const auto& [name, value] : call.captures) {
    if (name == "service") filter.service = value;
    if (name == "topic") filter.topic = value;
    if (name == "type") filter.document = call.document();
  }
}

std::string entry_html(const Call& call, const VersionRow& row, const std::vector<ChangeRow>& changes) {
  std::string out;
  for (const ChangeRow& change : changes) {
    const ChangeView view = change_view(call.site.rules, row.document, row.number, change.change, row.title,
                                        {.text_markers = false, .context = 600, .most = 4000});
    out += fmt::format("<h3>{}{}</h3>", escape_html(view.label),
                       view.section.empty() ? "" : ": " + escape_html(view.section));
    if (!view.why.empty()) out += "<p>" + escape_html(view.why) + "</p>";
    out += "<blockquote><p>" + view.html + "</p></blockquote>";
    out += fmt::format("<p><a href=\"{}\">In the whole text</a></p>", escape_html(call.base + view.href));
  }
  const std::uint32_t meaning = row.changes - std::min(row.changes, row.cosmetic_changes);
  out += fmt::format("<p><a href=\"{}\">{}</a></p>", escape_html(call.base + comparison_path(row)),
                     meaning > changes.size() ? "All " + counted(meaning, "change") : "The whole comparison");
  return out;
}

std::variant<Feed, HttpProblem> make_feed(Call& call) {
  ChangeFilter filter = news(read_change_filter(call.query, call.site.rules));
  const Paging paging = read_paging(call.query, entries_shown);
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  apply_place(call, filter);
  const RuleSet& rules = call.site.rules;
  const HttpProblem nowhere{404, "Nothing has this address.", {}, {}};
  Feed feed;
  feed.title = "smallprint: what changed";
  std::string page = call.path.substr(0, call.path.rfind('/'));
  for (const auto& [name, value] : call.captures) {
    if (name == "topic") {
      const auto topic = std::find_if(rules.topics().begin(), rules.topics().end(),
                                      [&id = value](const Topic& t) { return t.id == id; });
      if (topic == rules.topics().end()) return nowhere;
      feed.title = "smallprint: " + topic->name;
    } else if (name == "service") {
      const auto row = call.site.archive.service(value);
      if (!row) return problem_of(row.error());
      feed.title = "smallprint: " + row->name;
    } else if (name == "type") {
      const auto row = call.site.archive.document(call.document());
      if (!row) return problem_of(row.error());
      feed.title += " " + document_name(row->terms_type, row->id);
    }
  }
  feed.description = "What changed in the terms, clause by clause.";
  feed.url = call.base + call.path + call.query.with({}, {});
  feed.page = call.base + (page.empty() ? "/" : page);
  auto versions = call.site.archive.versions(filter, paging);
  if (!versions) return problem_of(versions.error());
  most_important_first(versions->items);
  for (const VersionRow& row : versions->items) {
    const auto changes = telling_changes(call.site.archive, filter, row, changes_shown);
    if (!changes) return problem_of(changes.error());
    FeedEntry entry;
    entry.url = call.base + comparison_path(row);
    entry.title = headline(rules, row, *changes);
    const std::string name = document_name(row.terms_type, row.document);
    if (entry.title.find(name) == std::string::npos) entry.title += " (" + name + ")";
    entry.html = entry_html(call, row, *changes);
    const std::uint32_t meaning = row.changes - std::min(row.changes, row.cosmetic_changes);
    const std::string more = also(rules, *changes);
    entry.summary = fmt::format("{}{}{} in meaning in version {} of the {}{}, importance {}.", more,
                                more.empty() ? "" : " ", counted(meaning, "change"), row.number, name,
                                row.effective_date ? ", in force " + moment(row.effective_date).text : "",
                                smallprint::name(row.importance));
    entry.published = row.observed_at;
    entry.author = row.service_name;
    for (const TopicEffect& topic : row.topics) entry.categories.push_back(topic.topic);
    feed.updated = std::max(feed.updated, row.observed_at);
    feed.entries.push_back(std::move(entry));
  }
  return feed;
}

Reply written(Call& call, const char* type, std::string (*write)(const Feed&)) {
  auto feed = make_feed(call);
  if (HttpProblem* problem = std::get_if<HttpProblem>(&feed)) return std::move(*problem);
  Answer answer;
  answer.type = type;
  answer.body = write(std::get<Feed>(feed));
  return answer;
}

}  // namespace

Reply atom(Call& call) { return written(call, "application/atom+xml; charset=utf-8", atom_feed); }
Reply rss(Call& call) { return written(call, "application/rss+xml; charset=utf-8", rss_feed); }
Reply json(Call& call) { return written(call, "application/feed+json", json_feed); }

Reply opml(Call& call) {
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  std::vector<OpmlItem> items = {{"All changes in meaning", call.base + "/feed.atom", call.base + "/"}};
  for (const Topic& topic : call.site.rules.topics()) {
    const std::string page = call.base + "/topics/" + topic.id;
    items.push_back({topic.name, page + "/feed.atom", page});
  }
  Paging paging{.limit = 200, .cursor = {}};
  do {
    const auto services = call.site.archive.services(paging);
    if (!services) return problem_of(services.error());
    for (const ServiceRow& row : services->items) {
      const std::string page = call.base + "/" + row.id;
      items.push_back({row.name, page + "/feed.atom", page});
    }
    paging.cursor = services->next;
  } while (!paging.cursor.empty() && items.size() < 5000);
  Answer answer;
  answer.type = "text/x-opml; charset=utf-8";
  answer.body = smallprint::opml("smallprint", items);
  return answer;
}

}  // namespace smallprint::feeds
