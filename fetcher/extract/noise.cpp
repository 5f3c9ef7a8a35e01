#include "fetcher/extract/noise.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "model/page_noise.h"
#include "model/spans.h"

namespace smallprint {
namespace {

constexpr std::size_t longest_line = 240;  ///< bytes of a line of parts
constexpr std::size_t answers_after = 4;   ///< clauses behind a question that may be its answers

using Range = std::pair<std::size_t, std::size_t>;

/// The parts of a line, without what divides them; one part where nothing does.
std::vector<Range> parts_of(std::string_view text) {
  static constexpr std::array<std::string_view, 5> dividers{" · ", " | ", " • ", "·", "•"};
  std::vector<Range> parts{{0, 0}};
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = 0;
    for (const std::string_view divider : dividers) {
      if (length == 0 && text.substr(i).starts_with(divider)) length = divider.size();
    }
    i += std::max<std::size_t>(length, 1);
    if (length != 0) {
      parts.emplace_back(i, i);
    } else {
      parts.back().second = i;
    }
  }
  return parts;
}

void erase(Clause& clause, std::size_t begin, std::size_t end) {
  const auto moved = [&](std::uint32_t at) {
    if (at <= begin) return at;
    return static_cast<std::uint32_t>(at >= end ? at - (end - begin) : begin);
  };
  clause.text.erase(begin, end - begin);
  for (Span& span : clause.spans) {
    span.begin = moved(span.begin);
    span.end = moved(span.end);
  }
}

/// "3 May 2024 · 5 min read · 1,234 views" → "3 May 2024"
void drop_parts(Clause& clause) {
  if (clause.kind != ClauseKind::paragraph || clause.text.size() > longest_line) return;
  const std::vector<Range> parts = parts_of(clause.text);
  if (parts.size() < 2) return;
  std::vector<bool> noise;
  noise.reserve(parts.size());
  for (const auto& [begin, end] : parts) {
    noise.push_back(page_noise(std::string_view(clause.text).substr(begin, end - begin)) >= PageNoise::likely);
  }
  const auto first_kept = static_cast<std::size_t>(std::find(noise.begin(), noise.end(), false) - noise.begin());
  if (first_kept == parts.size() || std::find(noise.begin(), noise.end(), true) == noise.end()) return;
  // Each with the divider before it, or behind it before the first that stays.
  for (std::size_t i = parts.size(); i-- > 0;) {
    if (!noise[i]) continue;
    if (i < first_kept) {
      erase(clause, parts[i].first, parts[i + 1].first);
    } else {
      erase(clause, parts[i - 1].second, parts[i].second);
    }
  }
  normalize_spans(clause.text, clause.spans);
}

}  // namespace

void drop_noise(Document& document) {
  std::vector<bool> noise(document.clauses.size(), false);
  std::size_t left = 0, question = noise.size();
  for (std::size_t i = 0; i < noise.size(); ++i) {
    const Clause& clause = document.clauses[i];
    if (clause.kind != ClauseKind::table_row && clause.kind != ClauseKind::code) {
      switch (page_noise(clause.text)) {
        case PageNoise::certain:
          noise[i] = true;
          question = i;
          break;
        case PageNoise::likely: noise[i] = clause.kind == ClauseKind::paragraph && clause.level == 0; break;
        case PageNoise::answer: noise[i] = question < i && i - question <= answers_after && noise[i - 1]; break;
        case PageNoise::none: break;
      }
    }
    left += noise[i] ? 0 : 1;
  }
  if (left == 0) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < noise.size(); ++i) {
    if (noise[i]) continue;
    if (kept != i) document.clauses[kept] = std::move(document.clauses[i]);
    drop_parts(document.clauses[kept++]);
  }
  document.clauses.resize(kept);
}

}  // namespace smallprint
