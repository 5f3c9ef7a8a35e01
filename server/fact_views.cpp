#include "server/fact_views.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "diff/answers.h"
#include "server/json.h"

namespace smallprint {
namespace {

bool is_web_address(std::string_view text) {
  return (text.starts_with("https://") || text.starts_with("http://")) && text.find(' ') == std::string_view::npos;
}

PageLink document_link(const FactRow& row) { return {document_name(row.terms_type, row.document), "/" + row.document}; }

PageLink version_link(const FactRow& row) {
  return {fmt::format("{}, version {}", document_name(row.terms_type, row.document), row.version), evidence_href(row)};
}

/// The answer and its sentence; since when is told by whoever asks.
FactView answer_view(const FactDefinition& question, const FactRow& row) {
  FactView view;
  view.question = question.question;
  view.answer = answer_in_words(row.fact.value);
  view.tone = tone_of(row.fact.value);
  if (is_web_address(row.fact.detail)) {
    view.detail_link = {row.fact.detail, row.fact.detail};
  } else {
    view.detail = row.fact.detail;
  }
  view.document = document_link(row);
  if (!row.fact.evidence.empty()) {
    const Evidence& evidence = row.fact.evidence.front();
    view.quote = evidence.text;
    view.section = evidence.section.empty() ? "" : evidence.section.back();
    view.href = evidence_href(row);
  }
  return view;
}

void add_since(FactView& view, bool first_seen, std::uint32_t version, Timestamp since) {
  // What stood in the first copy may have stood there before.
  view.since_text = first_seen ? "since our first copy of" : "since";
  view.since = moment(since);
  view.version = fmt::format("version {}", version);
}

void place(AnswerViews& out, std::string_view value, FactView view) {
  (value == silent_value ? out.silent : value == unknown_value ? out.unknown : out.facts).push_back(std::move(view));
}

}  // namespace

std::string answer_in_words(std::string_view value) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 11> words = {
      {{"yes", "Yes"},
       {"no", "No"},
       {"opt_in", "Only if you agree"},
       {"silent", "Not mentioned here"},
       {"offered", "Yes, it is offered"},
       {"not_offered", "No, it is not offered"},
       {"included", "Yes, included"},
       {"excluded", "No, left out"},
       {"exempt", "Yes, some are exempt"},
       {"limited", "Within limits"},
       {"unknown", "Not known"}}};
  for (const auto& [key, text] : words) {
    if (key == value) return std::string(text);
  }
  if (const auto date = parse_date(value)) return format_date_for_people(*date);
  std::string text(value);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string_view tone_of(std::string_view value) {
  if (value == silent_value || value == unknown_value) return "silent";
  if (value == "yes" || value == "included" || value == "not_offered") return "yes";
  if (value == "no" || value == "excluded" || value == "offered" || value == "opt_in") return "no";
  return "other";
}

std::string evidence_href(const FactRow& row) {
  const std::string version = fmt::format("/{}/{}", row.document, row.version);
  return row.fact.evidence.empty() ? version : version + "#" + clause_anchor(row.fact.evidence.front().clause);
}

AnswerViews document_answers(const RuleSet& rules, const std::vector<FactRow>& runs) {
  AnswerViews out;
  for (const FactDefinition& question : rules.facts()) {
    std::vector<const FactRow*> of_question;  // the oldest first
    for (const FactRow& run : runs) {
      if (run.fact.fact == question.id) of_question.push_back(&run);
    }
    if (of_question.empty() || of_question.back()->until) continue;
    const FactRow& now = *of_question.back();
    FactView view = answer_view(question, now);
    add_since(view, now.since_version <= 1, now.since_version, now.since);
    for (std::size_t i = of_question.size() - 1; i-- > 0 && !question.is_date();) {
      const FactRow& run = *of_question[i];
      view.before.push_back({answer_in_words(run.fact.value), moment(run.since), moment(run.until), version_link(run)});
    }
    place(out, now.fact.value, std::move(view));
  }
  return out;
}

AnswerViews service_answers(const RuleSet& rules, const std::vector<FactRow>& runs) {
  AnswerViews out;
  for (const ServiceFact& fact : service_facts(rules, runs)) {
    if (!fact.region.empty()) continue;  // told beside the answer for everybody, where it is another
    const ServiceRun* now = fact.now();
    if (now == nullptr) {
      FactView view;
      view.question = fact.question->question;
      view.answer = answer_in_words(unknown_value);
      view.tone = tone_of(unknown_value);
      out.unknown.push_back(std::move(view));
      continue;
    }
    FactView view = answer_view(*fact.question, now->said);
    add_since(view, now->first_seen, now->began_with, now->since);
    if (now->began_in != now->said.document) {
      view.version += " of the " + document_name(now->began_in_type, now->began_in);
    }
    for (const FactRow& run : runs) {
      const DocumentRole role = role_of(run.terms_type);
      if (role.for_others || (fact.question->terms_only && !role.agreement)) continue;
      const bool differs = run.fact.fact == fact.question->id && !run.until && !run.fact.evidence.empty() &&
                           run.fact.value != now->said.fact.value;
      if (differs) view.others.push_back({document_link(run), answer_in_words(run.fact.value), evidence_href(run)});
    }
    for (auto run = fact.runs.rbegin(); run != fact.runs.rend(); ++run) {
      if (!run->until) continue;
      view.before.push_back(
          {answer_in_words(run->said.fact.value), moment(run->since), moment(run->until), version_link(run->said)});
    }
    place(out, now->said.fact.value, std::move(view));
  }
  return out;
}

}  // namespace smallprint
