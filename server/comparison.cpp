#include "server/comparison.h"

#include <fmt/format.h>

#include <algorithm>

#include "diff/analysis.h"
#include "diff/compare.h"
#include "diff/lineage.h"
#include "web/redline.h"

namespace smallprint {

namespace {

std::string_view label(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added: return "Added";
    case ChangeKind::removed: return "Removed";
    case ChangeKind::edited: return "Reworded";
    case ChangeKind::moved: return "Moved";
    case ChangeKind::moved_and_edited: return "Moved and reworded";
    case ChangeKind::split: return "Split";
    case ChangeKind::merged: return "Merged";
  }
  return "Changed";
}

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

struct PatchLine {
  char sign;  // ' ', '-', '+'
  std::string text;
};

void append(std::vector<PatchLine>& lines, char sign, const Clause& clause) {
  std::vector<std::string> texts;
  append_lines(clause, texts);
  for (std::string& text : texts) lines.push_back({sign, std::move(text)});
}

/// Which clauses of a side are part of a change.
std::vector<bool> touched(std::size_t clauses, const Comparison& comparison, bool after) {
  std::vector<bool> marks(clauses, false);
  for (const Change& change : comparison.changes) {
    const std::size_t begin = after ? change.after_index : change.before_index;
    const std::size_t count = (after ? change.after : change.before).size();
    for (std::size_t i = begin; i < std::min(begin + count, clauses); ++i) marks[i] = true;
  }
  return marks;
}

/// Both texts as one sequence of kept, removed and added lines. A clause in no change stands on both sides, in order;
/// what moved is removed in one place and added in the other, as every unified diff has it.
std::vector<PatchLine> patch_lines(const ComparedPair& pair) {
  const auto& before = pair.before.clauses;
  const auto& after = pair.after.clauses;
  const std::vector<bool> gone = touched(before.size(), pair.comparison, false);
  const std::vector<bool> come = touched(after.size(), pair.comparison, true);
  std::vector<PatchLine> lines;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < before.size() || j < after.size()) {
    if (i < before.size() && gone[i]) {
      append(lines, '-', before[i++]);
    } else if (j < after.size() && come[j]) {
      append(lines, '+', after[j++]);
    } else if (i < before.size() && j < after.size() && before[i].text == after[j].text) {
      append(lines, ' ', after[j++]);
      ++i;
    } else if (i < before.size()) {
      append(lines, '-', before[i++]);
    } else {
      append(lines, '+', after[j++]);
    }
  }
  return lines;
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
    out += fmt::format("\n## {}{}{}\n\n{}\n", label(change.kind), change.cosmetic ? " (cosmetic)" : "",
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
  constexpr std::size_t context = 3;
  const std::vector<PatchLine> lines = patch_lines(pair);
  std::string out;
  std::size_t old_line = 1;
  std::size_t new_line = 1;
  std::size_t at = 0;  // up to here all is written or skipped
  while (at < lines.size()) {
    std::size_t first = at;
    while (first < lines.size() && lines[first].sign == ' ') ++first;
    if (first == lines.size()) break;
    const std::size_t begin = std::max(at, first - std::min(first, context));
    old_line += begin - at;
    new_line += begin - at;
    // The hunk goes on as long as less than two contexts of kept lines lie between changes.
    std::size_t last = first;
    for (std::size_t i = first; i < lines.size() && i - last <= 2 * context; ++i) {
      if (lines[i].sign != ' ') last = i;
    }
    const std::size_t end = std::min(last + 1 + context, lines.size());
    std::size_t old_count = 0;
    std::size_t new_count = 0;
    std::string body;
    for (std::size_t i = begin; i < end; ++i) {
      if (lines[i].sign != '+') ++old_count;
      if (lines[i].sign != '-') ++new_count;
      body += lines[i].sign + lines[i].text + "\n";
    }
    // A range without lines is numbered by the line before it.
    out += fmt::format("@@ -{},{} +{},{} @@\n", old_count == 0 ? old_line - 1 : old_line, old_count,
                       new_count == 0 ? new_line - 1 : new_line, new_count);
    out += body;
    old_line += old_count;
    new_line += new_count;
    at = end;
  }
  if (out.empty()) return out;
  return fmt::format("--- {}/{}\t{}\n+++ {}/{}\t{}\n", pair.of.document, pair.from.number,
                     format_rfc3339(pair.from.observed_at), pair.of.document, pair.to.number,
                     format_rfc3339(pair.to.observed_at)) +
         out;
}

}  // namespace smallprint
