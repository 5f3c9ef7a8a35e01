// The words that open rules. Internal to diff/. Threads: match() from several.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "diff/pattern.h"

namespace smallprint {

/// Each trigger is looked for by itself, where the text has the letters that it needs: next to none of those that do
/// not match. (One automaton for all of them remembers which have matched so far beside how far each has got, and takes
/// most of its time to make new states.) The words of other languages than English are not looked for in an English
/// text.
class TriggerSet {
 public:
  /// The first added is number 0.
  void add(std::unique_ptr<Pattern> pattern, bool other_language);
  /// The numbers of the patterns that are somewhere in the text, whose grams these are, in order; false where none is.
  /// `english`: without those of other languages.
  bool match(std::string_view text, const TextGrams& grams, bool english, std::vector<int>& hits) const;
  [[nodiscard]] const Pattern& pattern(std::size_t number) const { return *triggers_[number].pattern; }

 private:
  struct Trigger {
    std::unique_ptr<Pattern> pattern;
    bool other_language = false;
  };
  std::vector<Trigger> triggers_;
};

}  // namespace smallprint
