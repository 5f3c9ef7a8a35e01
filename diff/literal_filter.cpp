#include "diff/literal_filter.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace smallprint {
namespace {

constexpr char no_word = 0;  // the sign for all that is no part of a word, the ends of the text among it
constexpr std::size_t most_literals = 250, most_needs = 4;
constexpr std::uint16_t pairs_from = 32 * 32 * 32;

constexpr std::array<char, 256> alphabet = [] {
  std::array<char, 256> signs{};
  for (char c = 0; c < 26; ++c) {
    signs[static_cast<std::size_t>('a' + c)] = signs[static_cast<std::size_t>('A' + c)] = static_cast<char>(c + 1);
  }
  for (std::size_t c = '0'; c <= '9'; ++c) signs[c] = 27;
  signs['_'] = 28;
  return signs;
}();

char sign_of(char c) { return alphabet[static_cast<unsigned char>(c)]; }
bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }

std::uint16_t pair_of(char a, char b) { return static_cast<std::uint16_t>(pairs_from + a * 32 + b); }
std::uint16_t triple_of(char a, char b, char c) { return static_cast<std::uint16_t>((a * 32 + b) * 32 + c); }

using Literals = std::vector<std::string>;  // in the alphabet; one of them is in each match
using Needs = std::vector<Literals>;        // all of them are

/// How much it tells that one of these is there.
std::ptrdiff_t worth(const Literals& literals) {
  std::size_t shortest = 8;
  for (const std::string& one : literals) shortest = std::min(shortest, one.size());
  return static_cast<std::ptrdiff_t>(shortest * 16) - static_cast<std::ptrdiff_t>(literals.size());
}

/// Reads what a pattern asks for. Of what it does not know it says nothing.
class PatternReader {
 public:
  explicit PatternReader(std::string_view pattern) : pattern_(pattern) {}
  Needs read() { return alternatives(pattern_.size(), false, false); }

 private:
  /// To `end`. `opens`, `closes`: a word begins where it begins, ends where it ends, if there is one.
  Needs alternatives(std::size_t end, bool opens, bool closes) {
    Needs only = sequence(end, opens, closes);
    if (at_ == end) return only;
    Literals any;
    bool all = true;
    for (Needs* one = &only;; *one = sequence(end, opens, closes)) {
      const auto best = std::max_element(one->begin(), one->end(),
                                         [](const Literals& a, const Literals& b) { return worth(a) < worth(b); });
      all = all && best != one->end() && any.size() + best->size() <= most_literals;
      if (all) any.insert(any.end(), best->begin(), best->end());
      if (at_ == end) break;
      ++at_;  // the bar
      if (at_ == end) return {};
    }
    return all ? Needs{std::move(any)} : Needs{};
  }

  /// To `end` or to a bar.
  Needs sequence(std::size_t end, bool opens, bool closes) {
    Needs needs;
    std::string run;
    bool boundary = opens;  // just before what comes next, where that is a word
    const auto flush = [&] {
      if (run.size() >= 2 && run.find_first_not_of(no_word) != std::string::npos) needs.push_back({run});
      run.clear();
      boundary = false;
    };
    while (at_ < end && pattern_[at_] != '|') {
      const char c = pattern_[at_];
      if (c == '(') {
        const std::size_t close = closing(at_);
        if (close >= end) return at_ = end, Needs{};
        const std::size_t after = close + 1;
        const bool last = after == end || pattern_[after] == '|';
        const bool ends = last ? closes : pattern_.substr(after, 2) == "\\b";
        const bool begins = boundary && run.empty();
        flush();
        skip_flags();
        Needs inner = alternatives(close, begins, ends);
        at_ = after;
        if (least_times() > 0) std::move(inner.begin(), inner.end(), std::back_inserter(needs));
        continue;
      }
      if (pattern_.substr(at_, 2) == "\\b") {
        at_ += 2;
        if (!run.empty() && run.back() != no_word) {
          run += no_word;
          flush();
        }
        boundary = true;
        continue;
      }
      const int sign = one_sign(end);
      const std::size_t before = at_;
      const std::size_t times = least_times();
      if (sign < 0 || times == 0) {
        flush();
        continue;
      }
      if (run.empty() && boundary && sign != no_word) run += no_word;
      run += static_cast<char>(sign);
      if (at_ != before) flush();
    }
    if (closes && !run.empty() && run.back() != no_word) run += no_word;
    flush();
    return needs;
  }

  /// Passes over one letter, class or escape; its sign in the alphabet, or -1 where it may be several.
  int one_sign(std::size_t end) {
    const char c = pattern_[at_++];
    if (c == '[') return class_sign(end);
    if (c == '^' || c == '$' || c == '.') return -1;
    if (is_high(c)) {
      while (at_ < end && (static_cast<unsigned char>(pattern_[at_]) & 0xC0U) == 0x80) ++at_;
      return -1;
    }
    if (c != '\\' || at_ == end) return sign_of(c);
    const char escaped = pattern_[at_++];
    if (sign_of(escaped) == no_word && !is_high(escaped)) return no_word;  // a mark
    if (escaped == 'x' && at_ < end && pattern_[at_] == '{') {
      at_ = std::min(end, pattern_.find('}', at_) + 1);
    } else if (escaped == 'x') {
      at_ = std::min(end, at_ + 2);
    } else if (escaped == 'Q' || escaped == 'p' || escaped == 'P') {
      at_ = end;  // used nowhere: whatever follows is asked for nothing
    }
    return -1;
  }

  /// Of a class that holds marks alone, none of them more than a byte.
  int class_sign(std::size_t end) {
    const std::size_t begin = at_;
    at_ = class_end(begin);
    if (at_ > end) return at_ = end, -1;
    const std::string_view held = pattern_.substr(begin, at_ - 1 - begin);
    for (std::size_t i = 0; i < held.size(); ++i) {
      const bool range = held[i] == '-' && i > 0 && i + 1 < held.size();
      if (sign_of(held[i]) != no_word || is_high(held[i]) || range || held[i] == '^' || held[i] == '\\' ||
          held[i] == '[') {
        return -1;
      }
    }
    return no_word;
  }

  /// How often what stands before is there at least; passes over the sign for it.
  std::size_t least_times() {
    if (at_ >= pattern_.size()) return 1;
    std::size_t times = 1;
    const char c = pattern_[at_];
    if (c == '?' || c == '*') {
      times = 0;
    } else if (c == '{' && at_ + 1 < pattern_.size() && pattern_[at_ + 1] >= '0' && pattern_[at_ + 1] <= '9') {
      times = pattern_[at_ + 1] == '0' ? 0 : 1;
      at_ = std::min(pattern_.find('}', at_), pattern_.size() - 1);
    } else if (c != '+') {
      return 1;
    }
    ++at_;
    if (at_ < pattern_.size() && pattern_[at_] == '?') ++at_;
    return times;
  }

  /// "(?:", "(?-i:", "(?P<name>", "(".
  void skip_flags() {
    ++at_;
    if (pattern_.substr(at_, 1) != "?") return;
    const std::size_t colon = pattern_.find_first_of(":>)", at_);
    at_ = std::min(colon, pattern_.size());
    if (at_ < pattern_.size() && pattern_[at_] != ')') ++at_;
  }

  /// The place of the bracket that closes the one at `open`; the pattern's size where there is none.
  [[nodiscard]] std::size_t closing(std::size_t open) const {
    std::size_t depth = 0;
    for (std::size_t i = open; i < pattern_.size(); ++i) {
      const char c = pattern_[i];
      if (c == '\\') {
        ++i;
      } else if (c == '[') {
        i = class_end(i + 1) - 1;
      } else if (c == '(') {
        ++depth;
      } else if (c == ')' && --depth == 0) {
        return i;
      }
    }
    return pattern_.size();
  }

  /// Just after the bracket that closes the class whose inside begins at `begin`.
  [[nodiscard]] std::size_t class_end(std::size_t begin) const {
    std::size_t i = begin;
    if (pattern_.substr(i, 1) == "^") ++i;
    if (pattern_.substr(i, 1) == "]") ++i;
    for (; i < pattern_.size() && pattern_[i] != ']'; ++i) {
      if (pattern_[i] == '\\') {
        ++i;
      } else if (pattern_.substr(i, 2) == "[:") {
        i = std::min(pattern_.find(":]", i), pattern_.size() - 1) + 1;
      }
    }
    return std::min(i, pattern_.size()) + 1;
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
};

}  // namespace

void TextGrams::read(std::string_view text) {
  bits_.fill(0);
  odd_cases_ = false;
  const auto add = [this](std::uint16_t gram) { bits_[gram / 64U] |= std::uint64_t{1} << (gram % 64U); };
  char a = no_word, b = no_word;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = sign_of(text[i]);
    add(triple_of(a, b, c));
    add(pair_of(b, c));
    a = b;
    b = c;
    if (is_high(text[i]) && i > 0) {
      odd_cases_ =
          odd_cases_ || (text[i] == '\xBF' && text[i - 1] == '\xC5') || (text[i] == '\xAA' && text[i - 1] == '\x84');
    }
  }
  add(triple_of(a, b, no_word));
  add(pair_of(b, no_word));
}

LiteralFilter::LiteralFilter(std::string_view pattern) {
  Needs needs = PatternReader(pattern).read();
  std::stable_sort(needs.begin(), needs.end(),
                   [](const Literals& a, const Literals& b) { return worth(a) > worth(b); });
  if (needs.size() > most_needs) needs.resize(most_needs);
  for (Literals& literals : needs) {
    std::sort(literals.begin(), literals.end());
    literals.erase(std::unique(literals.begin(), literals.end()), literals.end());
    needs_.push_back(static_cast<std::uint16_t>(literals.size()));
    for (const std::string& one : literals) {
      const std::size_t groups = one.size() == 2 ? 1 : one.size() - 2;
      needs_.push_back(static_cast<std::uint16_t>(groups));
      if (one.size() == 2) needs_.push_back(pair_of(one[0], one[1]));
      for (std::size_t i = 2; i < one.size(); ++i) needs_.push_back(triple_of(one[i - 2], one[i - 1], one[i]));
    }
  }
  count_ = static_cast<std::uint16_t>(needs.size());
}

bool LiteralFilter::may_match(const TextGrams& text) const {
  if (text.has_odd_cases()) return true;
  const std::uint16_t* at = needs_.data();
  for (std::uint16_t need = 0; need < count_; ++need) {
    bool found = false;
    for (std::uint16_t left = *at++; left > 0; --left) {
      const std::uint16_t* const end = at + 1 + *at;
      if (!found) {
        for (++at; at != end && text.has(*at);) ++at;
        found = at == end;
      }
      at = end;
    }
    if (!found) return false;
  }
  return true;
}

}  // namespace smallprint
