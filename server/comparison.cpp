#include "server/comparison.h"

#include <fmt/format.h>

#include <algorithm>

#include "diff/analysis.h"
#include "diff/compare.h"
#include "diff/unified.h"
#include "server/views.h"
#include "web/redline.h"

namespace smallprint {

namespace {

/// The lines of one clause in plain_text(), without the newline.
void append_lines(const Clause& clause, std::vector<std::string>& lines) {
  if (clause.kind == ClauseKind::heading) lines.emplace_back();
  std::string text = clause.marker.empty() || clause.kind != ClauseKind::list_item ? "" : clause.marker + " ";
  if (clause.kind == ClauseKind::list_item && clause.level > 1) text.insert(0, 2U * (clause.level - 1U), ' ');
  text += clause.text;
  std::replace(text.begin(), text.end(), '\r', ' ');
  std::string_view rest = text;
  while (true) {
    const std::size_t end = rest.find('\n');
    lines.emplace_back(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

std::variant<ComparedPair, HttpProblem> compare_versions(const Call& call, const DocumentId& document,
                                                         std::string_view from, std::string_view to) {
  const Archive& archive = call.site.archive;
  ComparedPair pair;
  for (const bool after : {false, true}) {
    const auto number = version_number(call, document, after ? to : from);
    if (const HttpProblem* problem = std::get_if<HttpProblem>(&number)) return *problem;
    auto row = archive.version(document, std::get<std::uint32_t>(number));
    if (!row) return problem_of(row.error());
    auto text = archive.clauses(document, row->number);
    if (!text) return problem_of(text.error());
    (after ? pair.to : pair.from) = std::move(*row);
    (after ? pair.after : pair.before) = std::move(text->document);
  }
  pair.of = {
      document, pair.from.number, pair.to.number, pair.from.observed_at, pair.to.observed_at, pair.to.effective_date};
  pair.comparison = compare(pair.before, pair.after);
  AnalysisCache cache(call.site.rules);
  const DocumentAnalysis before = analyse(call.site.rules, pair.before, cache);
  const DocumentAnalysis after = analyse(call.site.rules, pair.after, cache);
  judge(call.site.rules, pair.before, before, pair.after, after, pair.comparison);
  return pair;
}

std::string comparison_markdown(const ComparedPair& pair) {
  std::string out =
      fmt::format("# {} {}: version {} to {}\n\n{} to {}\n", pair.to.service_name, pair.to.terms_type, pair.from.number,
                  pair.to.number, format_rfc3339(pair.from.observed_at), format_rfc3339(pair.to.observed_at));
  for (const Change& change : pair.comparison.changes) {
    std::string section;
    for (const std::string& heading : change.section) section += (section.empty() ? "" : " › ") + heading;
    out += fmt::format("\n## {}{}{}\n\n{}\n", kind_label(change), change.cosmetic ? " (cosmetic)" : "",
                       section.empty() ? "" : ": " + section, redline_markdown(change));
  }
  return out;
}

std::string plain_text(const Document& document) {
  std::vector<std::string> lines;
  for (const Clause& clause : document.clauses) append_lines(clause, lines);
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

std::string unified_text(const ComparedPair& pair) {
  const auto name = [&](const VersionRow& row) {
    return fmt::format("{}/{} {}", pair.of.document, row.number, format_rfc3339(row.observed_at));
  };
  const std::string before_name = name(pair.from);
  const std::string after_name = name(pair.to);
  return unified_diff(plain_text(pair.before), plain_text(pair.after),
                      {.before_name = before_name, .after_name = after_name});
}

}  // namespace smallprint
