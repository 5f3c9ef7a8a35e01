// The words that open rules, looked for all at once. Internal to diff/. Threads: match() from several.
#pragma once

#include <re2/re2.h>
#include <re2/set.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace smallprint {

/// RE2 remembers in its automaton which patterns have matched so far, beside how far each of the others has got. The
/// few that reach over several words ("changes … notice") multiply those states until building them takes most of the
/// time, so they have an automaton of their own: two passes over the text are five times as fast as one. So have the
/// words of other languages than English, which an English text is not searched for.
class TriggerSet {
 public:
  explicit TriggerSet(const re2::RE2::Options& options);

  /// The first added is number 0. Returns what is wrong with the pattern, or an empty text.
  std::string add(const std::string& pattern, bool other_language);
  /// False: they are too large together. After it, nothing is added.
  bool compile();
  /// The numbers of the patterns that are somewhere in the text, in no order; false where none is. `english`: without
  /// those of other languages.
  bool match(std::string_view text, bool english, std::vector<int>& hits) const;

 private:
  struct Part {
    re2::RE2::Set set;
    std::vector<int> numbers;  ///< by index in the set
  };
  static constexpr std::size_t other_languages = 2;
  std::array<Part, 3> parts_;  ///< of fixed words, of those that reach over several, of other languages
  int count_ = 0;
};

}  // namespace smallprint
