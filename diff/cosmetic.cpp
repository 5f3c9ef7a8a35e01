#include "diff/cosmetic.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <string>

#include "diff/normal_form.h"
#include "diff/tokens.h"

namespace smallprint {
namespace {
using R = CosmeticReason;

/// The smallest set of reasons that explains all that differs between the texts; nothing where none does.
std::optional<CosmeticReasons> explain(std::string_view before, std::string_view after, bool several) {
  CosmeticReasons reasons;
  if (before == after) return reasons;
  // Only the sentences in which they differ: no rule looks further.
  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t head = 0;
  while (head < shorter && before[head] == after[head]) ++head;
  std::size_t tail = 0;
  while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) ++tail;
  while (head > 0 && !ends_sentence(before, head - 1)) --head;
  while (tail > 0 && !ends_sentence(before, before.size() - tail)) --tail;
  const std::size_t line = before.substr(0, head).rfind('\n') + 1;  // 0 where there is none
  if (head - line <= 16) head = line;                               // the stop may be that of a number: "2. Uses"
  const bool at_line_start = head == 0 || before[head - 1] == '\n';
  before = before.substr(head, before.size() - head - tail);
  after = after.substr(head, after.size() - head - tail);

  // No stamp, number or contact is so long; only a printed address may be.
  constexpr std::size_t longest = 200;
  const auto has_address = [](std::string_view text) {
    return text.find("://") != std::string_view::npos || text.find("www.") != std::string_view::npos;
  };
  const std::size_t apart = std::max(before.size(), after.size()) - std::min(before.size(), after.size());
  if (apart > longest && !has_address(before) && !has_address(after)) return std::nullopt;

  for (const R reason : {R::whitespace, R::typography, R::numbering, R::link_target, R::date, R::contact}) {
    reasons.add(reason);
  }
  if (several) reasons.add(R::formatting);
  const auto equal = [&](CosmeticReasons ignored) {
    return normal(before, at_line_start, ignored) == normal(after, at_line_start, ignored);
  };
  if (!equal(reasons)) return std::nullopt;
  for (const R reason :
       {R::contact, R::date, R::link_target, R::numbering, R::typography, R::whitespace, R::formatting}) {
    const CosmeticReasons fewer(static_cast<std::uint16_t>(reasons.bits() & ~static_cast<unsigned>(reason)));
    if (reasons.has(reason) && equal(fewer)) reasons = fewer;
  }
  return reasons;
}

// --- spans, kinds, navigation ---

/// What differs in formatting and links where the words are the same, or nearly so.
void explain_spans(const Clause& before, const Clause& after, CosmeticReasons& reasons) {
  if (before.spans == after.spans) return;
  const bool exact = before.text == after.text;
  const auto pick = [&](const Clause& clause, bool links) {
    std::vector<Span> spans;
    for (const Span& span : clause.spans) {
      if ((span.kind == SpanKind::link) != links) continue;
      spans.push_back(exact ? span : Span{0, 0, span.kind, span.target});
    }
    return spans;
  };
  if (pick(before, true) != pick(after, true)) reasons.add(R::link_target);
  if (pick(before, false) != pick(after, false)) reasons.add(R::formatting);
}

void explain_form(const Clause& before, const Clause& after, CosmeticReasons& reasons) {
  if (before.kind != after.kind || before.level != after.level) reasons.add(R::formatting);
  if (before.marker != after.marker) {
    const bool numbers = before.marker.size() > 1 && after.marker.size() > 1 && before.kind == ClauseKind::list_item &&
                         after.kind == ClauseKind::list_item;
    reasons.add(numbers ? R::numbering : R::formatting);
  }
}

/// An entry of the table of contents: nothing but links to places in the same document.
bool is_contents_entry(const Clause& clause) {
  std::size_t linked = 0;
  for (const Span& span : clause.spans) {
    if (span.kind != SpanKind::link) continue;
    if (!span.target.starts_with('#')) return false;
    linked += span.end - span.begin;
  }
  return linked > 0 && linked + label_size(clause.text) + 4 >= clause.text.size();
}

bool is_navigation(const Clause& clause) {
  constexpr auto phrases = std::to_array<std::string_view>({"back to top",
                                                            "top of page",
                                                            "return to top",
                                                            "back to the top",
                                                            "go to top",
                                                            "top",
                                                            "back",
                                                            "next",
                                                            "previous",
                                                            "print",
                                                            "print this page",
                                                            "share",
                                                            "share this page",
                                                            "download",
                                                            "download pdf",
                                                            "download as pdf",
                                                            "menu",
                                                            "home",
                                                            "search",
                                                            "skip to main content",
                                                            "skip to content",
                                                            "table of contents",
                                                            "contents",
                                                            "on this page",
                                                            "in this article",
                                                            "expand all",
                                                            "collapse all",
                                                            "show more",
                                                            "show less",
                                                            "read more",
                                                            "learn more",
                                                            "close",
                                                            "nach oben",
                                                            "zurück",
                                                            "drucken",
                                                            "haut de page",
                                                            "retour en haut",
                                                            "imprimer",
                                                            "volver arriba",
                                                            "torna su"});
  if (is_contents_entry(clause)) return true;
  if (clause.text.size() > 40) return false;
  std::string text = in_plain_type(clause.text);
  const auto ascii_letter = [](char c) { return c >= 'a' && c <= 'z'; };  // arrows and bullets around are left out
  while (!text.empty() && !ascii_letter(text.back())) text.pop_back();
  std::size_t begin = 0;
  while (begin < text.size() && !ascii_letter(text[begin])) ++begin;
  const std::string_view words = std::string_view(text).substr(begin);
  return std::find(phrases.begin(), phrases.end(), words) != phrases.end();
}

/// Why a whole clause may come or go without a change of meaning.
CosmeticReasons explain_alone(const Clause& clause) {
  CosmeticReasons reasons;
  if (std::none_of(clause.text.begin(), clause.text.end(), is_alnum)) {
    reasons.add(R::formatting);  // a line of asterisks
  } else if (is_date_stamp(clause.text)) {
    reasons.add(R::date);
  } else if (is_navigation(clause)) {
    reasons.add(R::navigation);
  }
  return reasons;
}

}  // namespace

bool is_date_stamp(std::string_view text) {
  if (text.size() > 400 || std::none_of(text.begin(), text.end(), is_digit)) return false;
  std::size_t other_words = 0;
  const std::string rest = without_stamp_dates(text, &other_words);
  return other_words == 0 && rest.find(any_date) != std::string::npos;
}

CosmeticReasons why_cosmetic(const Change& change, bool same_place) {
  CosmeticReasons reasons;
  if (change.before.empty() || change.after.empty()) {
    for (const Clause& clause : change.before.empty() ? change.after : change.before) {
      const CosmeticReasons one = explain_alone(clause);
      if (one.empty()) return {};
      reasons.add(one);
    }
    return reasons;
  }
  const bool moved = change.kind == ChangeKind::moved || change.kind == ChangeKind::moved_and_edited;
  if (moved) {
    // What a list or table lists is said by what stands above it.
    const ClauseKind kind = change.before.front().kind;
    if (!same_place && (kind == ClauseKind::list_item || kind == ClauseKind::table_row)) return {};
    reasons.add(R::order);
  }
  if (change.kind == ChangeKind::moved) return reasons;

  const bool several = change.before.size() != change.after.size();
  const auto explained = explain(before_text(change), after_text(change), several);
  if (!explained) {
    const bool navigation =
        !several && is_contents_entry(change.before.front()) && is_contents_entry(change.after.front());
    if (!navigation) return {};
    reasons.add(R::navigation);
    return reasons;
  }
  reasons.add(*explained);
  if (several) {
    reasons.add(R::formatting);
  } else {
    explain_spans(change.before.front(), change.after.front(), reasons);
    explain_form(change.before.front(), change.after.front(), reasons);
  }
  return reasons;
}

}  // namespace smallprint
