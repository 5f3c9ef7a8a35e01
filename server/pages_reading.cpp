// The web view: one whole version, and a comparison of two.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "model/topic_effects.h"
#include "server/json.h"
#include "server/page_endpoints.h"
#include "server/views.h"
#include "web/text.h"

namespace smallprint::pages {

namespace {

/// Text with its formatting. Spans are sorted and may nest or overlap: each is opened and closed between the same two
/// cuts of the text, so what comes out is always well nested.
std::string formatted(const Clause& clause) {
  const std::string_view text = clause.text;
  std::set<std::size_t> cuts = {0, text.size()};
  for (const Span& span : clause.spans) {
    if (span.kind == SpanKind::link) continue;
    cuts.insert(std::min<std::size_t>(span.begin, text.size()));
    cuts.insert(std::min<std::size_t>(span.end, text.size()));
  }
  const auto within = [&](std::size_t at, SpanKind kind) {
    return std::any_of(clause.spans.begin(), clause.spans.end(),
                       [&](const Span& s) { return s.kind == kind && s.begin <= at && at < s.end; });
  };
  std::string out;
  for (auto cut = cuts.begin(); std::next(cut) != cuts.end(); ++cut) {
    std::string piece;
    for (const char c : escape_html(text.substr(*cut, *std::next(cut) - *cut))) {
      if (c == '\t') {
        piece += " · ";
      } else {
        piece += c;
      }
    }
    const bool heading = clause.kind == ClauseKind::heading;
    if (!heading && within(*cut, SpanKind::code)) piece = "<code>" + piece + "</code>";
    if (!heading && within(*cut, SpanKind::emphasis)) piece = "<em>" + piece + "</em>";
    if (!heading && within(*cut, SpanKind::strong)) piece = "<strong>" + piece + "</strong>";
    out += piece;
  }
  return out;
}

/// All changes of one version by position.
Result<std::vector<ChangeRow>> changes_of(const Archive& archive, const VersionRow& row) {
  ChangeFilter filter;
  filter.document = row.document;
  filter.version = row.number;
  filter.repeats = true;
  std::vector<ChangeRow> rows;
  Paging paging{.limit = 200, .cursor = {}};
  do {
    auto page = archive.changes(filter, paging);
    if (!page) return page.error();
    std::move(page->items.begin(), page->items.end(), std::back_inserter(rows));
    paging.cursor = page->next;
  } while (!paging.cursor.empty() && rows.size() < 4000);
  return rows;
}

Frame frame(const Call& call, const VersionRow& row, std::string title, std::string description) {
  Frame out;
  const std::string service = row.document.substr(0, row.document.find('/'));
  out.title = std::move(title) + " · smallprint";
  out.description = std::move(description);
  out.canonical = call.base + call.path;
  out.path = {{"Services", "/services"},
              {row.service_name, "/" + service},
              {document_name(row.terms_type, row.document), "/" + row.document}};
  out.feed = "/" + row.document + "/feed";
  return out;
}

Answer html(std::string body) {
  Answer answer;
  answer.type = "text/html; charset=utf-8";
  answer.body = std::move(body);
  return answer;
}

std::string times(std::uint32_t number) { return number == 1 ? "once" : std::to_string(number) + " times"; }

std::string how_it_changed(const Change& change) {
  switch (change.kind) {
    case ChangeKind::added: return "New in this version";
    case ChangeKind::moved: return "Moved in this version";
    default: return change.cosmetic ? "" : "Reworded in this version";
  }
}

/// "since 18 Sep 2024, edited 2 times"; what stood in the first copy may be older.
std::string age_in_words(const ClauseAge& age) {
  std::string out = (age.lineage.version == 1 ? "at least since " : "since ") + moment(age.since).text;
  if (age.edits > 0) out += ", edited " + times(age.edits);
  return out;
}

/// Groups what stands under the same headings, in order.
void place(std::vector<ComparisonPage::Section>& sections, std::string name, ChangeView view) {
  if (sections.empty() || sections.back().name != name) sections.push_back({std::move(name), {}});
  sections.back().changes.push_back(std::move(view));
}

}  // namespace

Reply version(Call& call) {
  const std::string& named = call.capture("version");
  const std::size_t dots = named.find("..");
  if (dots != std::string::npos) {
    auto compared = compare_versions(call, call.document(), named.substr(0, dots), named.substr(dots + 2));
    if (HttpProblem* problem = std::get_if<HttpProblem>(&compared)) return std::move(*problem);
    return comparison_of(call, std::get<ComparedPair>(compared));
  }
  const auto number = version_number(call, call.document(), named);
  if (const HttpProblem* problem = std::get_if<HttpProblem>(&number)) return *problem;
  const auto row = call.site.archive.version(call.document(), std::get<std::uint32_t>(number));
  if (!row) return problem_of(row.error());
  return version_of(call, *row);
}

Reply version_of(Call& call, const VersionRow& row) {
  const Archive& archive = call.site.archive;
  const auto text = archive.clauses(row.document, row.number);
  if (!text) return problem_of(text.error());
  const auto document = archive.document(row.document);
  if (!document) return problem_of(document.error());
  auto changes = changes_of(archive, row);
  if (!changes) return problem_of(changes.error());

  const auto ages = archive.clause_ages(row.document, row.number);
  if (!ages) return problem_of(ages.error());
  const std::vector<Clause>& clauses = text->document.clauses;
  std::map<std::size_t, const Change*> marks;
  std::map<std::size_t, std::vector<const Change*>> removed;
  for (const ChangeRow& change : *changes) {
    if (change.change.kind == ChangeKind::removed) {
      removed[std::min<std::size_t>(change.change.after_index, clauses.size())].push_back(&change.change);
      continue;
    }
    for (std::size_t i = 0; i < change.change.after.size(); ++i) marks[change.change.after_index + i] = &change.change;
  }

  VersionPage page;
  page.name = document_name(row.terms_type, row.document);
  page.service = row.service_name;
  page.number = std::to_string(row.number);
  page.when = moment(row.observed_at);
  page.effective = moment(row.effective_date);
  page.summary = counted(row.words, "word") + " in " + counted(row.clauses, "clause") + ".";
  if (row.kind == VersionKind::restored) {
    page.kind_note = fmt::format("The same text as version {}.", row.restored_from);
  } else if (row.kind == VersionKind::reextracted) {
    page.kind_note = "Read anew: what differs from the version before is how we read the page, not what it says.";
  }
  const std::string here = "/" + row.document + "/";
  const std::string api = "/api/v1/documents/" + row.document + "/versions/" + page.number;
  if (row.number > 1) {
    page.links.push_back({"What changed in this version", comparison_path(row)});
    page.links.push_back({"Version before", here + std::to_string(row.number - 1)});
  }
  if (row.number < document->versions) {
    page.links.push_back({"Next version", here + std::to_string(row.number + 1)});
    page.links.push_back({"What changed since", fmt::format("{}{}..{}", here, row.number, document->versions)});
  }
  page.links.push_back({"Markdown", api + "?format=markdown"});
  page.links.push_back({"Evidence", api + "/evidence"});

  std::string last_note;
  for (std::size_t i = 0; i <= clauses.size(); ++i) {
    ClauseView view;
    view.anchor = clause_anchor(static_cast<std::uint32_t>(i));
    if (const auto gone = removed.find(i); gone != removed.end()) {
      for (const Change* change : gone->second) {
        view.removed_before.push_back(change_view(call.site.rules, row.document, row.number, *change, row.title));
      }
    }
    if (i == clauses.size()) {  // the place after the last clause, where something may have been removed
      if (!view.removed_before.empty()) {
        view.kind = "end";
        page.clauses.push_back(std::move(view));
      }
      break;
    }
    const Clause& clause = clauses[i];
    view.kind = name(clause.kind);
    view.level = clause.level;
    view.marker = clause.kind == ClauseKind::list_item ? (clause.marker == "-" ? "•" : clause.marker) : "";
    view.html = formatted(clause);
    if (clause.kind == ClauseKind::heading && clause.level <= 3 && clauses.size() > 12) {
      page.contents.push_back({clause.text, "#" + view.anchor});
    }
    if (const auto mark = marks.find(i); mark != marks.end() && !mark->second->cosmetic) {
      view.mark_text = how_it_changed(*mark->second);
      view.mark = mark->second->kind == ChangeKind::added ? "added" : "edited";
    }
    if (i < text->lineages.size()) {
      view.lineage = format_lineage(text->lineages[i]);
      const auto age = std::lower_bound(ages->begin(), ages->end(), text->lineages[i],
                                        [](const ClauseAge& one, Lineage lineage) { return one.lineage < lineage; });
      if (age != ages->end() && age->lineage == text->lineages[i]) {
        view.note = age_in_words(*age);
        view.note_href = here + "clauses/" + view.lineage;
        // A note like the one above it steps back, so that the margin stays calm.
        view.note_again = view.note == last_note && view.mark.empty();
        last_note = view.note;
      }
    }
    page.clauses.push_back(std::move(view));
  }
  if (page.contents.size() < 3) page.contents.clear();
  const std::string title = row.service_name + " " + page.name + ", version " + page.number;
  return html(call.site.pages.html(
      frame(call, row, title, fmt::format("The whole text of {} as seen {}.", title, page.when.text)), page));
}

Reply comparison_of(Call& call, const ComparedPair& pair) {
  const VersionRow& to = pair.to;
  ComparisonPage page;
  page.name = document_name(to.terms_type, to.document);
  page.service = to.service_name;
  page.from = std::to_string(pair.from.number);
  page.to = std::to_string(to.number);
  page.from_link = {"version " + page.from, "/" + to.document + "/" + page.from};
  page.to_link = {"version " + page.to, "/" + to.document + "/" + page.to};
  page.from_when = moment(pair.from.observed_at);
  page.to_when = moment(to.observed_at);
  page.effective = moment(to.effective_date);
  if (pair.comparison.truncated) {
    page.note = "These texts have so little in common that the comparison was cut short: it is right, but coarse.";
  }
  if (!pair.from.language.empty() && !to.language.empty() && pair.from.language != to.language) {
    page.note =
        "The two texts are in different languages: every clause is told as removed and added, whether or not it says "
        "the same.";
  }
  if (call.site.rules.reading(to.language) == Reading::none) {
    page.note += (page.note.empty() ? "" : " ") + not_read(to.language);
  }
  // What weighs most, down to what changes little of what is said.
  Importance most = Importance::medium;
  for (const Change& change : pair.comparison.changes) most = std::max(most, change.importance);
  std::size_t training = 0;  // highlights on it, which come first
  std::size_t cosmetic = 0;
  for (const Change& change : pair.comparison.changes) {
    // Of what alters no meaning, what is marked and a little around it says enough.
    const RedlineOptions options{.context = change.cosmetic ? 240U : 0U};
    ChangeView view = change_view(call.site.rules, to.document, to.number, change, to.title, options);
    view.anchor = "d" + std::to_string(&change - pair.comparison.changes.data() + 1);
    const bool told = std::any_of(page.highlights.begin(), page.highlights.end(),
                                  [&](const ComparisonPage::Highlight& h) { return h.why.text == view.why; });
    if (change.importance == most && !view.why.empty() && !told && page.highlights.size() < 8) {
      const std::size_t place = is_on_training(change) ? training++ : page.highlights.size();
      page.highlights.insert(page.highlights.begin() + static_cast<std::ptrdiff_t>(place),
                             {{view.why, "#" + view.anchor}, view.section});
    }
    std::string section = view.section;
    if (change.cosmetic) {
      ++cosmetic;
      place(page.cosmetic, std::move(section), std::move(view));
      continue;
    }
    place(page.sections, std::move(section), std::move(view));
  }
  std::vector<TopicEffect> topics = sum_of_topics(pair.comparison.changes);
  std::sort(topics.begin(), topics.end(), [](const TopicEffect& a, const TopicEffect& b) { return a.topic < b.topic; });
  for (const TopicEffect& effect : topics) {
    if (is_told(effect)) page.topics.push_back(topic_view(call.site.rules, effect));
  }
  const std::size_t meaning = pair.comparison.changes.size() - cosmetic;
  page.summary = meaning == 0 ? "" : counted(meaning, "change") + " in meaning.";
  page.cosmetic_summary = counted(cosmetic, "change") + " that " + (cosmetic == 1 ? "alters" : "alter") + " no meaning";
  const std::string api = fmt::format("/api/v1/documents/{}/diff?from={}&to={}", to.document, page.from, page.to);
  page.links = {{"Whole text", page.to_link.href},
                {"As JSON", api},
                {"As Markdown", api + "&format=markdown"},
                {"As a patch", api + "&format=text"}};
  const std::string title = fmt::format("{} {}: version {} to {}", to.service_name, page.name, page.from, page.to);
  return html(call.site.pages.html(frame(call, to, title, "What changed, clause by clause."), page));
}

}  // namespace smallprint::pages
