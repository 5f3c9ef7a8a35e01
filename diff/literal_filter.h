// What letters a text must have for a pattern to match it: most patterns are told apart from most texts by them, for
// far less than it costs to run the pattern. Internal to diff/.
//
// Method: a pattern's literals that any match contains, as an "and" of "or"s (Cox, "Regular Expression Matching with a
// Trigram Index", 2012); a text's groups of three and of two letters, as a set of bits. Both in a small alphabet:
// letters without case, any digit, and one sign for all that RE2 takes for no part of a word, so that \b is a letter
// too. RE2's own FilteredRE2 does the same for patterns that are all compiled beforehand, which is most of what this
// saves. Threads: both are values. Errors: none; what is not understood of a pattern is asked for nothing.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace smallprint {

/// The groups of letters that stand somewhere in a text. Cost: one pass.
class TextGrams {
 public:
  TextGrams() = default;
  explicit TextGrams(std::string_view text) { read(text); }
  void read(std::string_view text);
  [[nodiscard]] bool has(std::uint16_t gram) const { return (bits_[gram / 64U] >> (gram % 64U) & 1U) != 0; }
  /// The text has a letter that RE2 takes for "s" or "k" in another case: ſ, and the sign for kelvin.
  [[nodiscard]] bool has_odd_cases() const { return odd_cases_; }

 private:
  std::array<std::uint64_t, (32 * 32 * 32 + 32 * 32) / 64> bits_{};
  bool odd_cases_ = false;
};

class LiteralFilter {
 public:
  /// `pattern`: in RE2's syntax, matched without regard to case.
  explicit LiteralFilter(std::string_view pattern);
  /// False: the pattern matches nowhere in the text. Cost: some of the pattern's literals.
  [[nodiscard]] bool may_match(const TextGrams& text) const;

 private:
  /// For each thing that is asked for, the most telling first: the number of literals, one of which is to be there, and
  /// for each of those the number of its groups, and they.
  std::vector<std::uint16_t> needs_;
  std::uint16_t count_ = 0;
};

}  // namespace smallprint
