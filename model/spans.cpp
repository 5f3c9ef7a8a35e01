#include "model/spans.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace smallprint {
namespace {

constexpr std::string_view too_many_backticks = "````````````````````````````````";

bool is_white(char c) { return c == ' ' || c == '\t' || c == '\n'; }

bool before(const Span& a, const Span& b) {
  if (a.begin != b.begin) return a.begin < b.begin;
  if (a.end != b.end) return a.end > b.end;
  return a.kind < b.kind;
}

void clip(std::string_view text, Span& span) {
  span.end = std::min(span.end, static_cast<std::uint32_t>(text.size()));
  while (span.begin < span.end && is_white(text[span.begin])) ++span.begin;
  while (span.begin < span.end && is_white(text[span.end - 1])) --span.end;
  if (span.begin > span.end) span.begin = span.end;
}

void split_at_tabs(std::string_view text, std::vector<Span>& spans) {
  const std::size_t count = spans.size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto end = spans[i].end;
    std::size_t tab = text.substr(0, end).find('\t', spans[i].begin);
    if (tab == std::string_view::npos) continue;
    spans[i].end = static_cast<std::uint32_t>(tab);
    while (tab < end) {
      const std::size_t next = std::min<std::size_t>(text.find('\t', tab + 1), end);
      Span piece{static_cast<std::uint32_t>(tab + 1), static_cast<std::uint32_t>(next), spans[i].kind, spans[i].target};
      spans.push_back(std::move(piece));
      tab = next;
    }
  }
  for (Span& span : spans) clip(text, span);
}

bool only_spaces(std::string_view text, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    if (text[i] != ' ') return false;
  }
  return true;
}

}  // namespace

void normalize_spans(std::string_view text, std::vector<Span>& spans) {
  if (spans.empty()) return;
  for (Span& span : spans) clip(text, span);
  if (text.find('\t') != std::string_view::npos) split_at_tabs(text, spans);
  std::erase_if(spans, [&](const Span& span) {
    if (span.begin >= span.end) return true;
    // Markdown's parsers bound the length of a code span's delimiters, which must be longer than any run inside.
    return span.kind == SpanKind::code &&
           text.substr(span.begin, span.end - span.begin).find(too_many_backticks) != std::string_view::npos;
  });
  if (spans.size() < 2) return;
  if (!std::is_sorted(spans.begin(), spans.end(), before)) std::sort(spans.begin(), spans.end(), before);

  constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::array<std::size_t, 4> last{none, none, none, none};  // where the last span of each kind stands
  std::size_t kept = 0;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    std::size_t& previous = last[static_cast<std::size_t>(spans[i].kind)];
    if (previous != none) {
      Span& open = spans[previous];
      if (spans[i].kind == SpanKind::link) {
        if (spans[i].begin < open.end) continue;
      } else if (spans[i].begin <= open.end || only_spaces(text, open.end, spans[i].begin)) {
        open.end = std::max(open.end, spans[i].end);
        continue;
      }
    }
    if (kept != i) spans[kept] = std::move(spans[i]);
    previous = kept++;
  }
  spans.resize(kept);
  if (!std::is_sorted(spans.begin(), spans.end(), before)) std::sort(spans.begin(), spans.end(), before);
}

void drop_whole_strong(std::string_view text, std::vector<Span>& spans) {
  while (!text.empty() && (text.back() == ':' || text.back() == ' ')) text.remove_suffix(1);
  std::erase_if(spans, [&](const Span& span) {
    return span.kind == SpanKind::strong && span.begin == 0 && span.end >= text.size();
  });
}

}  // namespace smallprint
