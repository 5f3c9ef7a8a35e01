// One pattern of the rules. Internal to diff/.
#pragma once

#include <re2/re2.h>

#include <atomic>
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
    if (const re2::RE2* made = made_.load(std::memory_order_acquire)) return *made;
    const std::lock_guard lock(making_);
    if (compiled_ == nullptr) {
      compiled_ = std::make_unique<re2::RE2>(text_, options_);
      made_.store(compiled_.get(), std::memory_order_release);
    }
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
  mutable std::mutex making_;
  mutable std::unique_ptr<re2::RE2> compiled_;
  mutable std::atomic<const re2::RE2*> made_{nullptr};
};

}  // namespace smallprint
