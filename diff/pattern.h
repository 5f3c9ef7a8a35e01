// One pattern of the rules. Internal to diff/.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "diff/literal_filter.h"

namespace smallprint {

/// A pattern as it is written. It is compiled where a text is first met that has the letters it needs: most of them are
/// not asked for by most texts. Safe to share between threads.
class Pattern {
 public:
  Pattern(std::string text, const re2::RE2::Options& options)
      : text_(std::move(text)), options_(options), filter_(text_) {}
  [[nodiscard]] const re2::RE2& compiled() const {
    std::call_once(once_, [this] { compiled_ = std::make_unique<re2::RE2>(text_, options_); });
    return *compiled_;
  }
  /// False: it matches nowhere in the text that these are of.
  [[nodiscard]] bool may_match(const TextGrams& grams) const { return filter_.may_match(grams); }
  /// Does it match somewhere in `text`, whose grams these are?
  [[nodiscard]] bool matches(std::string_view text, const TextGrams& grams) const {
    return may_match(grams) && re2::RE2::PartialMatch(text, compiled());
  }
  [[nodiscard]] const std::string& pattern() const { return text_; }

 private:
  std::string text_;
  re2::RE2::Options options_;
  LiteralFilter filter_;
  mutable std::once_flag once_;
  mutable std::unique_ptr<re2::RE2> compiled_;
};

}  // namespace smallprint
