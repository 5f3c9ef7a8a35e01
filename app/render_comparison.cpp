#include "app/render_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "model/fact.h"
#include "web/redline.h"
#include "web/text.h"

namespace smallprint {
namespace {

constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view dim = "\x1b[2m";
constexpr std::string_view removed_color = "\x1b[31;9m";  // red, struck through
constexpr std::string_view added_color = "\x1b[32;1m";    // green, bold
constexpr std::string_view removed_line = "\x1b[31m";
constexpr std::string_view added_line = "\x1b[32m";
constexpr std::string_view plain_color = "\x1b[0m";

std::string_view label(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added: return "added";
    case ChangeKind::removed: return "removed";
    case ChangeKind::edited: return "edited";
    case ChangeKind::moved: return "moved";
    case ChangeKind::moved_and_edited: return "moved and edited";
    case ChangeKind::split: return "split";
    case ChangeKind::merged: return "merged";
  }
  return "";
}

std::string join(const auto& parts, std::string_view separator) {
  std::string out;
  for (const auto& part : parts) {
    if (!out.empty()) out += separator;
    out += part;
  }
  return out;
}

std::string section_path(const Change& change) {
  return change.section.empty() ? "(before the first heading)" : join(change.section, " › ");
}

/// "edited, cosmetic: date, typography" or "edited, importance high, ai-training introduced"
std::string verdict(const Change& change) {
  std::string out(label(change.kind));
  const std::size_t clauses = clause_count(change);
  if (clauses > 1) out += fmt::format(" ({} clauses)", clauses);
  if (change.cosmetic) return out + ", cosmetic: " + join(change.reasons.names(), ", ");
  if (change.importance != Importance::none) out += fmt::format(", importance {}", name(change.importance));
  for (const TopicEffect& topic : change.topics) {
    out += fmt::format(", {}{}", topic.topic == unknown_value ? "topics " : "", topic.topic);
    if (topic.effect != Effect::mentioned) out += fmt::format(" {}", name(topic.effect));
  }
  return out;
}

/// For a terminal: no control character but the newline comes through, C1 ones neither.
std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  const std::string clean = clean_utf8(text);
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const auto c = static_cast<unsigned char>(clean[i]);
    const bool c1 = c == 0xC2 && i + 1 < clean.size() && static_cast<unsigned char>(clean[i + 1]) < 0xA0;
    if (c == '\t') {
      out += " | ";  // between the cells of a table row
    } else if ((c < ' ' && c != '\n') || c == 0x7F || c1) {
      out += "\uFFFD";
      i += c1 ? 1 : 0;
    } else {
      out += clean[i];
    }
  }
  return out;
}

/// The places where the words of `text` begin.
std::vector<std::size_t> word_starts(std::string_view text) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto space = [&](std::size_t at) { return text[at] == ' ' || text[at] == '\n' || text[at] == '\t'; };
    if (!space(i) && (i == 0 || space(i - 1))) starts.push_back(i);
  }
  return starts;
}

/// An unchanged run, its middle left out: `context` words are kept beside each change that it touches.
std::string with_context(std::string_view text, bool change_before, bool change_after, std::size_t context) {
  const std::vector<std::size_t> starts = word_starts(text);
  const std::size_t keep = (change_before ? context : 0) + (change_after ? context : 0);
  if (context == SIZE_MAX || starts.size() <= keep + 2) return std::string(text);
  std::string out;
  if (change_before) out += text.substr(0, starts[context]);
  out += "…";
  if (change_after) {
    out += ' ';
    if (context > 0) out += text.substr(starts[starts.size() - context]);
  }
  return out;
}

std::string redline(const Change& change, const RenderOptions& options) {
  std::string out;
  const std::vector<Word> words = shown_words(change);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Word& word = words[i];
    if (word.op == WordOp::same) {
      const bool whole = words.size() == 1;  // moved: its beginning tells which it is
      out += printable(with_context(word.text, i > 0 || whole, i + 1 < words.size(), options.context));
    } else {
      const bool added = word.op == WordOp::added;
      if (options.color) {
        out += added ? added_color : removed_color;
      } else {
        out += added ? "{+" : "[-";
      }
      out += printable(word.text);
      out += options.color ? plain_color : added ? "+}" : "-]";
    }
  }
  return out;
}

/// Each line of it behind `margin`.
std::string indented(std::string_view text, std::string_view margin) {
  std::string out(margin);
  for (const char c : text) {
    out += c;
    if (c == '\n') out += margin;
  }
  return out;
}

/// A clause as it reads, with its marker.
std::string clause_text(const Clause& clause) {
  const bool marked = clause.kind == ClauseKind::list_item && !clause.marker.empty();
  return (marked ? printable(clause.marker) + " " : "") + printable(clause.text);
}

/// Words that say: this clause went, that one came. What only moved, or reads the same, is no such thing.
std::vector<Change> whole_clauses(const Change& change) {
  const std::string before = before_text(change);
  const std::string after = after_text(change);
  std::vector<Change> out;
  const auto put = [&](WordOp op, const std::string& text) {
    if (!text.empty()) out.emplace_back().words.push_back({op, text});
  };
  if (before != after && change.before.size() == change.after.size()) {
    for (std::size_t k = 0; k < change.after.size(); ++k) {
      if (change.before[k] == change.after[k]) continue;
      put(WordOp::removed, change.before[k].text);
      put(WordOp::added, change.after[k].text);
    }
  } else if (before == after) {
    put(WordOp::same, after);
  } else {
    put(WordOp::removed, before);
    put(WordOp::added, after);
  }
  return out;
}

/// A change as the lines of clauses: "  - " before those that went, "  + " before those that came.
std::string clause_lines(const Change& change, const RenderOptions& options) {
  std::string out;
  const auto put = [&](const Clause& clause, std::string_view margin, std::string_view color) {
    if (options.color) out += color;
    out += indented(clause_text(clause), margin);
    if (options.color && !color.empty()) out += plain_color;
    out += '\n';
  };
  if (before_text(change) == after_text(change) && !change.after.empty()) {
    // Where it stands, its beginning tells which it is.
    const std::size_t shown = options.context == SIZE_MAX ? change.after.size() : 1;
    for (std::size_t i = 0; i < std::min(shown, change.after.size()); ++i) put(change.after[i], "    ", "");
    if (shown < change.after.size()) out += fmt::format("    … {} more clauses\n", change.after.size() - shown);
    return out;
  }
  if (change.before.size() == change.after.size()) {
    for (std::size_t k = 0; k < change.after.size(); ++k) {
      if (change.before[k] == change.after[k]) continue;
      put(change.before[k], "  - ", removed_line);
      put(change.after[k], "  + ", added_line);
    }
    return out;
  }
  for (const Clause& clause : change.before) put(clause, "  - ", removed_line);
  for (const Clause& clause : change.after) put(clause, "  + ", added_line);
  return out;
}

bool shown(const Change& change, const RenderOptions& options) { return options.cosmetic || !change.cosmetic; }

}  // namespace

std::string comparison_text(const Comparison& comparison, const Document& after, const RenderOptions& options) {
  const auto styled = [&](std::string_view style, const std::string& text) {
    return options.color ? fmt::format("{}{}{}", style, text, plain_color) : text;
  };
  std::vector<const Change*> changes;
  for (const Change& change : comparison.changes) {
    if (shown(change, options)) changes.push_back(&change);
  }
  // Clauses around a change, none of them twice.
  std::size_t told = 0;
  const auto clauses = [&](std::size_t begin, std::size_t end) {
    std::string lines;
    for (std::size_t i = std::max(begin, told); i < std::min(end, after.clauses.size()); ++i) {
      lines += styled(dim, indented(clause_text(after.clauses[i]), "    ")) + "\n";
    }
    told = std::max(told, end);
    return lines;
  };
  const std::size_t around = options.words ? 0 : options.context;
  std::string out;
  for (std::size_t c = 0; c < changes.size(); ++c) {
    const Change& change = *changes[c];
    const std::size_t begin = change.after_index;
    const std::size_t end = begin + change.after.size();
    out += styled(bold, "@ " + printable(section_path(change))) + "\n";
    out += styled(dim, "  " + verdict(change)) + "\n";
    out += clauses(begin - std::min(begin, around), begin);
    told = std::max(told, end);
    out += options.words ? indented(redline(change, options), "    ") + "\n" : clause_lines(change, options);
    for (const std::string& line : unseen_changes(change)) out += styled(dim, "  " + printable(line)) + "\n";
    const std::size_t next = c + 1 < changes.size() ? changes[c + 1]->after_index : after.clauses.size();
    if (around > 0) out += clauses(end, std::min(next, around > next ? next : end + around));
    out += "\n";
  }
  return out + comparison_summary(comparison, options.left_out) + "\n";
}

std::string comparison_markdown(const Comparison& comparison, std::string_view title, const RenderOptions& options) {
  const auto escaped = [](std::string_view text) {
    Change unchanged;
    unchanged.words.push_back({WordOp::same, std::string(text)});
    return redline_markdown(unchanged);
  };
  std::string out = fmt::format("# {}\n\n{}\n", escaped(title), comparison_summary(comparison, options.left_out));
  for (const Change& change : comparison.changes) {
    if (!shown(change, options)) continue;
    out += fmt::format("\n## {}\n\n*{}*\n", escaped(section_path(change)), verdict(change));
    for (const Change& part : options.words ? std::vector<Change>{change} : whole_clauses(change)) {
      out += fmt::format("\n{}\n", redline_markdown(part));
    }
    for (const std::string& line : unseen_changes(change)) out += fmt::format("\n- {}\n", escaped(line));
  }
  return out;
}

std::string comparison_html(const Comparison& comparison, std::string_view title, const RenderOptions& options) {
  std::string out = fmt::format("<section class=\"comparison\">\n<h1>{}</h1>\n<p>{}</p>\n", escape_html(title),
                                escape_html(comparison_summary(comparison, options.left_out)));
  for (const Change& change : comparison.changes) {
    if (!shown(change, options)) continue;
    out += fmt::format("<article class=\"change {}{}\">\n<h2>{}</h2>\n<p class=\"verdict\">{}</p>\n", name(change.kind),
                       change.cosmetic ? " cosmetic" : "", escape_html(section_path(change)),
                       escape_html(verdict(change)));
    for (const Change& part : options.words ? std::vector<Change>{change} : whole_clauses(change)) {
      out += fmt::format("<p class=\"redline\">{}</p>\n", redline_html(part));
    }
    for (const std::string& line : unseen_changes(change))
      out += fmt::format("<p class=\"verdict\">{}</p>\n", escape_html(line));
    out += "</article>\n";
  }
  return out + "</section>\n";
}

std::string comparison_summary(const Comparison& comparison, std::size_t left_out) {
  std::array<std::size_t, 7> kinds{};
  std::map<std::string_view, std::size_t> reasons;
  std::size_t substantive = 0;
  std::size_t cosmetic = 0;
  for (const Change& change : comparison.changes) {
    if (change.cosmetic) {
      ++cosmetic;
      for (const std::string_view reason : change.reasons.names()) ++reasons[reason];
    } else {
      ++substantive;
      ++kinds[static_cast<std::size_t>(change.kind)];
    }
  }
  const std::string others =
      left_out == 0 ? "" : fmt::format("; {} other{} not shown", left_out, left_out == 1 ? "" : "s");
  if (comparison.changes.empty()) return left_out == 0 ? "No changes." : "No such change" + others + ".";
  std::vector<std::string> of_kind;
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    if (kinds[k] > 0) of_kind.push_back(fmt::format("{} {}", kinds[k], label(static_cast<ChangeKind>(k))));
  }
  std::vector<std::string> of_reason;
  of_reason.reserve(reasons.size());
  for (const auto& [reason, count] : reasons) of_reason.push_back(fmt::format("{} {}", count, reason));
  std::string out = substantive == 0 ? "No change of substance"
                                     : fmt::format("{} change{} of substance ({})", substantive,
                                                   substantive == 1 ? "" : "s", join(of_kind, ", "));
  if (cosmetic > 0) out += fmt::format(", {} cosmetic ({})", cosmetic, join(of_reason, ", "));
  out += others;
  if (comparison.truncated) out += "; too different to compare in full: coarser than usual";
  return out + ".";
}

}  // namespace smallprint
