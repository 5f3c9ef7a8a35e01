#include "diff/cosmetic.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <string>

#include "diff/normal_form.h"
#include "diff/page_frame.h"
#include "diff/tokens.h"
#include "model/page_noise.h"

namespace smallprint {
namespace {
using R = CosmeticReason;

/// The texts' ASCII letters and digits in order are what no rule but those on dates, contacts and addresses takes away.
/// False: they differ, and none of those rules has anything to do.
bool may_be_explained(std::string_view before, std::string_view after, bool at_line_start) {
  for (const std::string_view text : {before, after}) {
    for (const char c : text) {
      if (is_digit(c) || c == '@' || c == '[' || c == '/' || c == '\n' || c == '\xEF') return true;  // EF: ligatures
    }
    if (text.find("www.") != std::string_view::npos) return true;
  }
  if (at_line_start) {
    before.remove_prefix(label_size(before));
    after.remove_prefix(label_size(after));
  }
  const auto skip = [](std::string_view text, std::size_t i) {
    while (i < text.size() && (!is_alnum(text[i]) || static_cast<unsigned char>(text[i]) >= 0x80)) ++i;
    return i;
  };
  std::size_t i = skip(before, 0);
  std::size_t j = skip(after, 0);
  for (; i < before.size() && j < after.size(); i = skip(before, i + 1), j = skip(after, j + 1)) {
    if ((before[i] | 0x20) != (after[j] | 0x20)) return false;
  }
  return i >= before.size() && j >= after.size();
}

/// "identit\uFFFD" for "identité": letters that were read in the wrong encoding stand for any others.
bool is_misread(std::string_view before, std::string_view after) {
  constexpr std::string_view broken = "\xEF\xBF\xBD";
  if ((before.find(broken) == std::string_view::npos) == (after.find(broken) == std::string_view::npos)) return false;
  const auto rest = [](std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (is_alnum(c) && static_cast<unsigned char>(c) < 0x80) out += c;
    }
    return out;
  };
  const std::string left = rest(before);
  return left.size() * 2 >= std::min(before.size(), after.size()) && left == rest(after);
}

/// "owever, no" for "However, no": a sentence whose large first letter was drawn apart.
bool lost_its_initial(std::string_view text, std::string_view whole) {
  if (whole.size() != text.size() + 1) return false;
  const auto at = static_cast<std::size_t>(std::mismatch(text.begin(), text.end(), whole.begin()).first - text.begin());
  const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
  return at + 1 < text.size() && small(text[at]) && small(text[at + 1]) && (at == 0 || ends_sentence(text, at - 1)) &&
         whole[at] >= 'A' && whole[at] <= 'Z' && whole.substr(at + 1) == text.substr(at);
}

/// What a program reads, {"name":"value"}, and no person does: do the texts differ inside of it alone?
bool differs_in_data(std::string_view before, std::string_view after) {
  const std::size_t begin = before.find("{\"");
  if (begin == std::string_view::npos || before.substr(0, begin) != after.substr(0, begin)) return false;
  const auto end_of = [](std::string_view text) { return text.rfind('}') + 1; };
  if (end_of(before) <= begin || end_of(after) <= begin) return false;
  if (before.substr(end_of(before)) != after.substr(end_of(after))) return false;
  const auto is_data = [&](std::string_view text) {
    text = text.substr(begin, end_of(text) - begin);
    std::size_t fields = 0;
    std::size_t spaces = 0;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      fields += text[i] == '"' && text[i + 1] == ':' ? 1 : 0;
      spaces += text[i] == ' ' ? 1 : 0;
    }
    return fields >= 2 && spaces <= 8 * fields && spaces * 10 <= text.size();
  };
  return is_data(before) && is_data(after);
}

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
  // Where a sentence ends in both: the stop may be part of what differs, "1.1." and "1.1".
  const auto ends = [&](std::size_t in_before, std::size_t in_after) {
    return ends_sentence(before, in_before) && ends_sentence(after, in_after);
  };
  while (head > 0 && !ends(head - 1, head - 1)) --head;
  while (tail > 0 && !ends(before.size() - tail, after.size() - tail)) --tail;
  const std::size_t line = before.substr(0, head).rfind('\n') + 1;  // 0 where there is none
  if (head - line <= 16) head = line;                               // the stop may be that of a number: "2. Uses"
  const bool at_line_start = head == 0 || before[head - 1] == '\n';
  before = before.substr(head, before.size() - head - tail);
  after = after.substr(head, after.size() - head - tail);

  if (lost_its_initial(before, after) || lost_its_initial(after, before)) {
    reasons.add(R::typography);
    return reasons;
  }
  if (!may_be_explained(before, after, at_line_start)) return std::nullopt;
  if (is_misread(before, after)) {
    reasons.add(R::typography);
    return reasons;
  }

  // No stamp, number or contact is so long; only a printed address may be.
  constexpr std::size_t longest = 200;
  const auto has_address = [](std::string_view text) {
    return text.find("://") != std::string_view::npos || text.find("www.") != std::string_view::npos;
  };
  const std::size_t apart = std::max(before.size(), after.size()) - std::min(before.size(), after.size());
  if (apart > longest && !has_address(before) && !has_address(after)) return std::nullopt;

  const auto has = [&](auto is_mark) {
    return std::any_of(before.begin(), before.end(), is_mark) || std::any_of(after.begin(), after.end(), is_mark);
  };
  const bool has_digit = has(is_digit);
  for (const R reason : {R::whitespace, R::typography, R::numbering}) reasons.add(reason);
  // Without these marks the others find nothing to take away.
  if (has_address(before) || has_address(after)) reasons.add(R::link_target);
  if (has_digit) reasons.add(R::date);
  if (has_digit || has([](char c) { return c == '@' || c == '['; })) reasons.add(R::contact);
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

/// Why a whole clause may come or go without a change of meaning.
CosmeticReasons explain_alone(const Clause& clause) {
  CosmeticReasons reasons;
  if (std::none_of(clause.text.begin(), clause.text.end(), is_alnum)) {
    reasons.add(R::formatting);  // a line of asterisks
  } else if (is_date_stamp(clause.text)) {
    reasons.add(R::date);
  } else if (is_navigation(clause) || is_announcement(clause.text) || page_noise(clause.text) == PageNoise::certain ||
             (clause.kind == ClauseKind::paragraph && page_noise(clause.text) == PageNoise::likely)) {
    reasons.add(R::navigation);
  }
  return reasons;
}

CosmeticReasons explain_alone(const std::vector<Clause>& clauses) {
  CosmeticReasons reasons;
  for (const Clause& clause : clauses) {
    const CosmeticReasons one = explain_alone(clause);
    if (one.empty()) return {};
    reasons.add(one);
  }
  return reasons;
}

}  // namespace

bool is_date_stamp(std::string_view text) {
  if (text.size() > 400 || std::none_of(text.begin(), text.end(), is_digit)) return false;
  // A copyright's line names its owner.
  if (text.find("\u00A9") != std::string_view::npos || text.find("opyright") != std::string_view::npos) return false;
  std::size_t other_words = 0;
  const std::string rest = without_stamp_dates(text, &other_words);
  return other_words == 0 && rest.find(any_date) != std::string::npos;
}

CosmeticReasons why_cosmetic(const Change& change, bool same_place) {
  CosmeticReasons reasons;
  if (change.before.empty() || change.after.empty()) {
    return explain_alone(change.before.empty() ? change.after : change.before);
  }
  if (is_move(change.kind)) {
    // What a list or table lists is said by what stands above it.
    const ClauseKind kind = change.before.front().kind;
    if (!same_place && (kind == ClauseKind::list_item || kind == ClauseKind::table_row)) return {};
    reasons.add(R::order);
  }
  if (change.kind == ChangeKind::moved) return reasons;

  const bool several = change.before.size() != change.after.size();
  std::optional<CosmeticReasons> explained;
  if (several) {
    explained = explain(before_text(change), after_text(change), several);
  } else {
    explained = explain(change.before.front().text, change.after.front().text, several);
  }
  if (!explained && !several && differs_in_data(change.before.front().text, change.after.front().text)) {
    reasons.add(R::formatting);
    return reasons;
  }
  if (!explained) {
    // What may come and may go may also take the other's place.
    for (const std::vector<Clause>* side : {&change.before, &change.after}) {
      const CosmeticReasons alone = explain_alone(*side);
      if (!alone.has(R::navigation)) return {};
      reasons.add(alone);
    }
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
