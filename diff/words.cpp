#include "diff/words.h"

#include <algorithm>
#include <array>

namespace smallprint {
namespace {

constexpr std::uint32_t max_distance = 2048;  // of one script; its trace takes max_distance² / 2 numbers
constexpr std::size_t context = 96;           // bytes of the common ends that are looked at, for sliding
constexpr std::uint32_t max_slide = 64;       // tokens

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t'; }

/// Words that carry a sentence's grammar, not its matter; in the languages that most terms are written in.
constexpr auto stop_words = std::to_array<std::string_view>(
    {"a",    "al",    "als",  "an",   "and",   "any",  "are", "as",   "at",   "au",  "auf",  "aus",  "aux",
     "be",   "bei",   "bij",  "but",  "by",    "can",  "ce",  "che",  "con",  "da",  "das",  "de",   "dei",
     "del",  "della", "dem",  "den",  "der",   "des",  "di",  "die",  "do",   "du",  "e",    "een",  "ein",
     "eine", "einer", "el",   "en",   "er",    "es",   "et",  "for",  "from", "für", "has",  "have", "het",
     "if",   "il",    "im",   "in",   "into",  "is",   "it",  "its",  "la",   "las", "le",   "les",  "lo",
     "los",  "met",   "mit",  "o",    "of",    "on",   "or",  "ou",   "our",  "par", "para", "per",  "por",
     "pour", "que",   "qui",  "se",   "sich",  "so",   "su",  "such", "sur",  "te",  "that", "the",  "their",
     "them", "these", "they", "this", "those", "to",   "u",   "un",   "una",  "und", "une",  "us",   "van",
     "von",  "voor",  "was",  "we",   "which", "with", "y",   "you",  "your", "zu"});

/// How natural a bound the place before token `at` of `tokens` is, from 0 (inside of a word) to 4 (between sentences).
int bound(const std::vector<Token>& tokens, std::string_view text, std::size_t at) {
  if (at == 0 || at == tokens.size()) return 4;
  const std::string_view last = text.substr(tokens[at - 1].begin, tokens[at - 1].end - tokens[at - 1].begin);
  const std::string_view between = text.substr(tokens[at - 1].end, tokens[at].begin - tokens[at - 1].end);
  if (between.find('\n') != std::string_view::npos || between.find('\t') != std::string_view::npos) return 4;
  if (last == "\u3002" || last == "\uFF01" || last == "\uFF1F") return 4;
  if (between.empty()) return 0;
  if (last == "." || last == "!" || last == "?") return 4;
  if (last == ";" || last == ":") return 3;
  if (last == "," || text[tokens[at].begin] == '(') return 2;
  return 1;
}

void emit(std::vector<Word>& out, WordOp op, std::string_view text) {
  if (text.empty()) return;
  if (!out.empty() && out.back().op == op) {
    out.back().text += text;
  } else {
    out.push_back({op, std::string(text)});
  }
}

}  // namespace

bool WordComparer::stop_word(std::uint32_t id) const {
  const std::string_view text = vocabulary_.text(id);
  if (text.size() > 5) return false;
  std::array<char, 5> lower{};
  for (std::size_t i = 0; i < text.size(); ++i) {
    lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
  }
  return std::binary_search(stop_words.begin(), stop_words.end(), std::string_view(lower.data(), text.size()));
}

std::vector<Word> WordComparer::compare(std::string_view before, std::string_view after) {
  std::vector<Word> out;
  if (before == after) {
    emit(out, WordOp::same, before);
    return out;
  }
  if (before.empty() || after.empty()) {
    emit(out, WordOp::removed, before);
    emit(out, WordOp::added, after);
    return out;
  }

  // Cut the common ends off, at white space: no token reaches across it, so the rest has the same tokens.
  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t head = 0;
  while (head < shorter && before[head] == after[head]) ++head;
  std::size_t tail = 0;
  while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) ++tail;
  head = head > context ? head - context : 0;
  while (head > 0 && !is_space(before[head - 1])) --head;
  tail = tail > context ? tail - context : 0;
  while (tail > 0 && !is_space(before[before.size() - tail])) --tail;

  before_ = before.substr(head, before.size() - head - tail);
  after_ = after.substr(head, after.size() - head - tail);
  vocabulary_.clear();
  a_.clear();
  b_.clear();
  tokenizer_.tokenize(before_, vocabulary_, a_);
  tokenizer_.tokenize(after_, vocabulary_, b_);

  // One canonical direction, so that swapping the inputs swaps the script and nothing else.
  const bool swapped = a_.size() != b_.size() ? a_.size() > b_.size() : before_ > after_;
  if (match(swapped)) {
    slide();
    drop_islands();
  } else {
    truncated_ = true;
  }
  emit(out, WordOp::same, before.substr(0, head));
  for (Word& word : script(before_, after_)) {
    if (!out.empty() && out.back().op == word.op) {
      out.back().text += word.text;
    } else {
      out.push_back(std::move(word));
    }
  }
  emit(out, WordOp::same, before.substr(before.size() - tail));
  return out;
}

/// Fills blocks_. False where the budget ran out: then only the common ends are blocks.
bool WordComparer::match(bool swapped) {
  const std::vector<Token>& a = swapped ? b_ : a_;
  const std::vector<Token>& b = swapped ? a_ : b_;
  const auto size_a = static_cast<std::int32_t>(a.size());
  const auto size_b = static_cast<std::int32_t>(b.size());
  const auto equal = [&](std::int32_t x, std::int32_t y) {
    return a[static_cast<std::size_t>(x)].id == b[static_cast<std::size_t>(y)].id;
  };
  const std::int32_t shorter = std::min(size_a, size_b);
  std::int32_t head = 0;
  while (head < shorter && equal(head, head)) ++head;
  std::int32_t tail = 0;
  while (tail < shorter - head && equal(size_a - 1 - tail, size_b - 1 - tail)) ++tail;

  const std::int32_t n = size_a - head - tail;
  const std::int32_t m = size_b - head - tail;
  const auto block = [&](std::int32_t x, std::int32_t y, std::int32_t length) {
    Block added{static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y), static_cast<std::uint32_t>(length)};
    if (swapped) std::swap(added.a, added.b);
    blocks_.push_back(added);
  };
  blocks_.clear();

  // Myers' greedy forward pass: furthest_[k] is how far down diagonal k = x - y a path of d edits reaches.
  bool found = n == 0 || m == 0;
  std::int32_t distance = 0;
  if (!found) {
    const std::int32_t limit = std::min<std::int32_t>(n + m, max_distance);
    furthest_.assign(2 * static_cast<std::size_t>(limit) + 3, 0);
    std::int32_t* const reached = furthest_.data() + limit + 1;
    trace_.clear();
    for (std::int32_t d = 0; d <= limit && !found; ++d) {
      distance = d;
      const auto cost = static_cast<std::uint64_t>(d) + 1;
      if (steps_left_ < cost) break;
      steps_left_ -= cost;
      for (std::int32_t k = -d; k <= d; k += 2) {
        std::int32_t x = 0;
        if (d > 0) x = k == -d || (k != d && reached[k - 1] < reached[k + 1]) ? reached[k + 1] : reached[k - 1] + 1;
        std::int32_t y = x - k;
        while (x < n && y < m && equal(head + x, head + y)) {
          ++x;
          ++y;
        }
        reached[k] = x;
        trace_.push_back(x);
        if (x >= n && y >= m) found = true;
        if (found) break;
      }
    }
    if (found) {  // walk back; row d of the trace starts at d (d + 1) / 2
      std::vector<Block> reversed;
      std::int32_t x = n;
      std::int32_t y = m;
      for (std::int32_t d = distance; d >= 0; --d) {
        const std::int32_t k = x - y;
        std::int32_t from_x = 0;
        std::int32_t start_x = 0;  // where the diagonal run begins
        std::int32_t previous_k = 0;
        if (d > 0) {
          const auto row = static_cast<std::size_t>(d - 1) * static_cast<std::size_t>(d) / 2;
          const auto reach = [&](std::int32_t diagonal) {
            return trace_[row + static_cast<std::size_t>((diagonal + d - 1) / 2)];
          };
          const bool down = k == -d || (k != d && reach(k - 1) < reach(k + 1));
          previous_k = down ? k + 1 : k - 1;
          from_x = reach(previous_k);
          start_x = down ? from_x : from_x + 1;
        }
        if (x > start_x) {
          reversed.push_back({static_cast<std::uint32_t>(start_x), static_cast<std::uint32_t>(start_x - k),
                              static_cast<std::uint32_t>(x - start_x)});
        }
        x = from_x;
        y = from_x - previous_k;
      }
      block(0, 0, head);
      for (auto it = reversed.rbegin(); it != reversed.rend(); ++it) {
        block(static_cast<std::int32_t>(it->a) + head, static_cast<std::int32_t>(it->b) + head,
              static_cast<std::int32_t>(it->length));
      }
      block(size_a - tail, size_b - tail, tail);
      return true;
    }
  }
  block(0, 0, head);
  block(size_a - tail, size_b - tail, tail);
  return found;
}

/// A pure insertion or deletion may often stand in several places: moves each to the most natural one, and joins two
/// where the words between them can be had behind or before both.
void WordComparer::slide() {
  for (std::size_t i = 0; i + 1 < blocks_.size(); ++i) {
    Block& left = blocks_[i];
    Block& right = blocks_[i + 1];
    const std::uint32_t gap_a = right.a - left.a - left.length;
    const std::uint32_t gap_b = right.b - left.b - left.length;
    if ((gap_a == 0) == (gap_b == 0)) continue;
    const std::vector<Token>& tokens = gap_a == 0 ? b_ : a_;
    const std::string_view text = gap_a == 0 ? after_ : before_;
    const std::uint32_t begin = gap_a == 0 ? left.b + left.length : left.a + left.length;
    const std::uint32_t end = begin + gap_a + gap_b;
    const std::uint32_t most_left = std::min(left.length, max_slide);
    const std::uint32_t most_right = std::min(right.length, max_slide);
    std::uint32_t back = 0;
    while (back < most_left && tokens[begin - 1 - back].id == tokens[end - 1 - back].id) ++back;
    std::uint32_t forth = 0;
    while (forth < most_right && tokens[begin + forth].id == tokens[end + forth].id) ++forth;
    if (back == 0 && forth == 0) continue;

    // Joining: the block between this edit and its neighbour is used up, and the neighbour is of the same kind.
    const auto same_kind = [&](std::size_t l) {
      const std::uint32_t a = blocks_[l + 1].a - blocks_[l].a - blocks_[l].length;
      const std::uint32_t b = blocks_[l + 1].b - blocks_[l].b - blocks_[l].length;
      return gap_a == 0 ? a == 0 && b > 0 : b == 0 && a > 0;
    };
    std::int64_t best = 0;
    int best_score = -1;
    for (std::int64_t shift = -static_cast<std::int64_t>(back); shift <= static_cast<std::int64_t>(forth); ++shift) {
      const auto from = static_cast<std::size_t>(begin + shift);
      const auto to = static_cast<std::size_t>(end + shift);
      int score = 2 * (bound(tokens, text, from) + bound(tokens, text, to)) + 2;
      score += stop_word(tokens[from].id) ? 1 : 0;
      score -= stop_word(tokens[to - 1].id) ? 1 : 0;
      if (i > 0 && shift == -static_cast<std::int64_t>(left.length) && same_kind(i - 1)) score += 100;
      if (i + 2 < blocks_.size() && shift == static_cast<std::int64_t>(right.length) && same_kind(i + 1)) score += 100;
      if (score > best_score) {
        best_score = score;
        best = shift;
      }
    }
    if (best < 0) {
      const auto by = static_cast<std::uint32_t>(-best);
      left.length -= by;
      right.a -= by;
      right.b -= by;
      right.length += by;
      if (left.length == 0 && i > 0) blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(i));
    } else if (best > 0) {
      const auto by = static_cast<std::uint32_t>(best);
      left.length += by;
      right.a += by;
      right.b += by;
      right.length -= by;
      if (right.length == 0 && i + 2 < blocks_.size()) {
        blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
        --i;
      }
    }
  }
}

/// Gives up agreement that only cuts a phrase in pieces: a few grammatical words, or fewer words than half of what is
/// edited on either side. Between two pure insertions, or deletions, the words between are what stayed: they are kept,
/// and only a comma between two phrases is given up.
void WordComparer::drop_islands() {
  std::vector<Block> kept;
  kept.reserve(blocks_.size());
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    kept.push_back(blocks_[i]);
    const bool last = i + 1 == blocks_.size();
    while (!last && kept.size() > 1) {
      const Block& island = kept.back();
      const Block& left = kept[kept.size() - 2];
      const Block& right = blocks_[i + 1];
      const std::uint32_t removed_left = island.a - left.a - left.length;
      const std::uint32_t added_left = island.b - left.b - left.length;
      const std::uint32_t removed_right = right.a - island.a - island.length;
      const std::uint32_t added_right = right.b - island.b - island.length;
      const std::uint32_t around = std::min(std::max(removed_left, added_left), std::max(removed_right, added_right));
      const bool pure = (removed_left == 0 && removed_right == 0) || (added_left == 0 && added_right == 0);
      bool grammatical = island.length <= 3;
      bool marks = island.length <= 2;  // punctuation only
      for (std::uint32_t t = 0; t < island.length && (grammatical || marks); ++t) {
        const Token& token = a_[island.a + t];
        grammatical = grammatical && (!token.word || stop_word(token.id));
        marks = marks && !token.word;
      }
      if (around == 0 || (pure && !(marks && around > 1))) break;
      if (!grammatical && island.length * 2 > around) break;
      kept.pop_back();
    }
  }
  blocks_ = std::move(kept);
}

std::vector<Word> WordComparer::script(std::string_view before, std::string_view after) const {
  std::vector<Word> out;
  std::size_t done_a = 0;
  std::size_t done_b = 0;
  // What stands between two words that agree. White space that both share at the ends stays outside of the edit.
  const auto between = [&](std::size_t end_a, std::size_t end_b) {
    std::string_view a = before.substr(done_a, end_a - done_a);
    std::string_view b = after.substr(done_b, end_b - done_b);
    done_a = end_a;
    done_b = end_b;
    std::size_t lead = a == b ? a.size() : 0;
    while (lead < a.size() && lead < b.size() && a[lead] == b[lead] && is_space(a[lead])) ++lead;
    emit(out, WordOp::same, a.substr(0, lead));
    a.remove_prefix(lead);
    b.remove_prefix(lead);
    std::size_t trail = 0;
    while (trail < a.size() && trail < b.size() && a[a.size() - 1 - trail] == b[b.size() - 1 - trail] &&
           is_space(a[a.size() - 1 - trail])) {
      ++trail;
    }
    emit(out, WordOp::removed, a.substr(0, a.size() - trail));
    emit(out, WordOp::added, b.substr(0, b.size() - trail));
    emit(out, WordOp::same, a.substr(a.size() - trail));
  };
  for (const Block& block : blocks_) {
    for (std::uint32_t i = 0; i < block.length;) {
      const Token& a = a_[block.a + i];
      const Token& b = b_[block.b + i];
      between(a.begin, b.begin);
      // As many words at once as have the same white space between them.
      std::uint32_t last = i;
      while (last + 1 < block.length &&
             a_[block.a + last + 1].begin - a.begin == b_[block.b + last + 1].begin - b.begin) {
        ++last;
      }
      std::uint32_t end = a_[block.a + last].end;
      if (before.substr(a.begin, end - a.begin) != after.substr(b.begin, end - a.begin)) {
        last = i;
        end = a.end;
      }
      emit(out, WordOp::same, before.substr(a.begin, end - a.begin));
      done_a = end;
      done_b = b.begin + (end - a.begin);
      i = last + 1;
    }
  }
  between(before.size(), after.size());
  return out;
}

}  // namespace smallprint
