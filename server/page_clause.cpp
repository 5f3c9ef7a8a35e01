// The web view: one clause through time.
#include <fmt/format.h>

#include <algorithm>

#include "diff/compare.h"
#include "server/page_endpoints.h"
#include "server/views.h"

namespace smallprint::pages {

namespace {

using State = Archive::ClauseState;

constexpr std::size_t most_states = 200;
constexpr std::string_view reworded_label = "Reworded.";
constexpr std::string_view moved_label = "Moved; the same words.";

std::string redline_of(const std::string& before, const std::string& after) {
  Change change;
  change.words = compare_words(before, after);
  return redline_html(change);
}

/// The text alone, unmarked or struck.
std::string whole(WordOp op, const std::string& text) {
  Change change;
  change.words.push_back({op, text});
  return redline_html(change);
}

/// What happened in states[i], told so that nothing is told twice.
void tell(const std::vector<State>& states, std::size_t i, ClausePage::State& view) {
  const State& now = states[i];
  if (!now.present) {
    view.label = "Removed.";
    view.html = whole(WordOp::removed, now.clause.text);
    return;
  }
  if (i == 0) {
    view.label = now.version == 1 ? "In the first copy that we have." : "Added.";
    view.html = whole(WordOp::same, now.clause.text);
    return;
  }
  const State& before = states[i - 1];
  view.quiet = true;
  if (before.present && before.clause.text == now.clause.text) {
    view.label = now.moved ? std::string(moved_label) : "The same words; formatting, links or numbering changed.";
    return;
  }
  const auto earlier =
      std::find_if(states.begin(), states.begin() + static_cast<std::ptrdiff_t>(i),
                   [&](const State& one) { return one.present && one.clause.text == now.clause.text; });
  if (earlier != states.begin() + static_cast<std::ptrdiff_t>(i)) {
    view.label = fmt::format("The same words as on {} again.", moment(earlier->observed_at).text);
    return;
  }
  view.quiet = false;
  view.label = before.present ? std::string(reworded_label) : "Back, in other words.";
  view.html = redline_of(before.clause.text, now.clause.text);
}

/// "First seen on 18 Sep 2024, reworded 2 times. It stands under “2.1 Services”."
std::string summary(const std::vector<State>& states, const std::vector<ClausePage::State>& told,
                    const std::string& section) {
  const auto reworded =
      std::count_if(told.begin(), told.end(), [](const ClausePage::State& one) { return one.label == reworded_label; });
  const auto moved = std::count_if(states.begin(), states.end(), [](const State& state) { return state.moved; });
  const auto times = [](std::ptrdiff_t count) { return count == 1 ? "once" : std::to_string(count) + " times"; };
  const State& first = states.front();
  const State& last = states.back();
  std::string out = first.version == 1 ? "In our first copy, of " : "First seen on ";
  out += moment(first.observed_at).text;
  if (reworded > 0) out += ", reworded " + times(reworded);
  if (moved > 0) out += ", moved " + times(moved);
  if (!last.present) out += ", removed on " + moment(last.observed_at).text;
  if (section.empty()) return out + (last.present ? ". It still stands." : ".");
  return out + (last.present ? ". It stands under “" : ". It stood under “") + section + "”.";
}

/// The headings above the clause where it stood last.
std::string section_of(const Archive& archive, const DocumentId& document, Lineage lineage, const State& state,
                       std::string_view title) {
  const std::uint32_t version = state.present ? state.version : state.version - 1;
  const auto text = archive.clauses(document, version);
  if (!text) return {};
  const auto at = std::find(text->lineages.begin(), text->lineages.end(), lineage);
  if (at == text->lineages.end()) return {};
  return section_name(text->document.section(static_cast<std::size_t>(at - text->lineages.begin())), title);
}

}  // namespace

Reply clause(Call& call) {
  const auto lineage = parse_lineage(call.capture("lineage"));
  if (!lineage) return HttpProblem{404, "Nothing has this address.", {}, {}};
  const Archive& archive = call.site.archive;
  const DocumentId document = call.document();
  const auto states = archive.clause_history(document, *lineage);
  if (!states) return problem_of(states.error());
  if (states->empty()) return HttpProblem{404, "Nothing has this address.", {}, {}};
  const State& last = states->back();
  const auto row = archive.version(document, last.version);
  if (!row) return problem_of(row.error());

  ClausePage page;
  page.name = document_name(row->terms_type, document);
  page.service = row->service_name;
  const std::string here = "/" + document + "/";
  const std::string anchor = "#" + format_lineage(*lineage);
  for (std::size_t i = 0; i < states->size(); ++i) {
    const State& state = (*states)[i];
    ClausePage::State view;
    view.when = moment(state.observed_at);
    view.version = {fmt::format("version {}", state.version),
                    here + std::to_string(state.version) + (state.present ? anchor : "")};
    if (state.version > 1) view.compare_href = fmt::format("{}{}..{}", here, state.version - 1, state.version);
    tell(*states, i, view);
    page.states.push_back(std::move(view));
  }
  page.summary = summary(*states, page.states, section_of(archive, document, *lineage, last, row->title));
  std::reverse(page.states.begin(), page.states.end());
  if (page.states.size() > most_states) page.states.resize(most_states);
  const std::uint32_t stood = last.present ? last.version : last.version - 1;
  page.links = {{last.present ? "Read it in the whole text" : "Read it where it stood last",
                 here + std::to_string(stood) + anchor},
                {"As JSON", "/api/v1/documents/" + document + "/clauses/" + format_lineage(*lineage)}};

  Frame frame;
  const std::string title = fmt::format("{} {}: one clause through time", page.service, page.name);
  frame.title = title + " · smallprint";
  frame.description = page.summary;
  frame.canonical = call.base + call.path;
  frame.path = {{"Services", "/services"},
                {page.service, "/" + document.substr(0, document.find('/'))},
                {page.name, "/" + document}};
  frame.feed = here + "feed";
  Answer answer;
  answer.type = "text/html; charset=utf-8";
  answer.body = call.site.pages.html(frame, page);
  return answer;
}

}  // namespace smallprint::pages
