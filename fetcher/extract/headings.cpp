#include "fetcher/extract/headings.h"

#include <algorithm>
#include <cstdint>

#include "fetcher/extract/text.h"

namespace smallprint {
namespace {

constexpr std::size_t max_bytes = 120;
constexpr std::ptrdiff_t max_words = 16;
constexpr std::ptrdiff_t max_words_before_full_stop = 8;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "Last updated: 1 May 2024" is a date stamp, not a title.
bool has_year(std::string_view text) {
  for (std::size_t i = 0; i + 4 <= text.size(); ++i) {
    if ((text[i] == '1' || text[i] == '2') && is_digit(text[i + 1]) && is_digit(text[i + 2]) && is_digit(text[i + 3]) &&
        (i == 0 || !is_digit(text[i - 1])) && (i + 4 == text.size() || !is_digit(text[i + 4]))) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool is_bold_title(std::string_view text, const std::vector<Span>& spans) {
  if (text.size() > max_bytes || spans.empty()) return false;
  std::string_view bold = text;
  while (!bold.empty() && (bold.back() == ':' || bold.back() == ' ')) bold.remove_suffix(1);
  const auto covers = [&](SpanKind kind) {
    return std::any_of(spans.begin(), spans.end(), [&](const Span& span) {
      return span.kind == kind && span.begin == 0 && span.end >= bold.size();
    });
  };
  if (bold.empty() || !covers(SpanKind::strong) || covers(SpanKind::link)) return false;
  const auto words = std::count(text.begin(), text.end(), ' ') + 1;
  const char end = bold.back();
  if (end == '.' && (!is_digit(text.front()) || words > max_words_before_full_stop)) return false;
  if (end == ';' || end == ',' || end == '!' || words > max_words) return false;
  const bool letters = std::any_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
  });
  return letters && !has_year(text);
}

void number_headings(Document& document, const std::vector<ItemHeading>& headings) {
  if (headings.empty()) return;
  const std::string& first = headings.front().marker;
  if (headings.size() == 1 && (first.starts_with("1") || first.starts_with("a") || first.starts_with("i")) &&
      first.size() == 2) {
    return;
  }
  const bool numbered = std::any_of(headings.begin(), headings.end(), [&](const ItemHeading& heading) {
    const std::string& text = document.clauses[heading.clause].text;
    return is_digit(text[0]) || enumerator_length(text) > 0;
  });
  if (numbered) return;
  for (const ItemHeading& heading : headings) {
    Clause& clause = document.clauses[heading.clause];
    clause.text.insert(0, heading.marker + " ");
    const auto shift = static_cast<std::uint32_t>(heading.marker.size() + 1);
    for (Span& span : clause.spans) {
      span.begin += shift;
      span.end += shift;
    }
  }
}

}  // namespace smallprint
