// The edit script between two texts, by words, cleaned up so that a person reads phrases.
//
// Method: common ends are cut off bytewise; Myers' greedy O(ND) algorithm on token ids (E. Myers, "An O(ND) Difference
// Algorithm and Its Variations", 1986), under a step budget; then small islands of agreement between two edits are
// given up, and pure insertions and deletions slide to the nearest natural bound. Not thread safe: one for each thread
// at a time; reuse it, it keeps its buffers.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "diff/tokens.h"
#include "model/change.h"

namespace smallprint {

class WordComparer {
 public:
  /// Joining `same` and `removed` gives `before`, `same` and `added` gives `after`, exactly; a removed run stands
  /// before the added one it is replaced by. Swapping the inputs swaps removed and added.
  std::vector<Word> compare(std::string_view before, std::string_view after);

  /// Steps that all calls together may still take; below what one call needs, its script is one removed and one added
  /// run between the common ends.
  [[nodiscard]] bool truncated() const { return truncated_; }

 private:
  /// Tokens [a, a + length) of the one side agree with [b, b + length) of the other.
  struct Block {
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    std::uint32_t length = 0;
  };
  bool match(bool swapped);
  void drop_islands();
  void slide();
  [[nodiscard]] std::vector<Word> script(std::string_view before, std::string_view after) const;
  [[nodiscard]] bool stop_word(std::uint32_t id) const;

  Tokenizer tokenizer_;
  Vocabulary vocabulary_;
  std::vector<Token> a_, b_;
  std::vector<Block> blocks_;  // in order, with empty ones at both ends
  std::vector<std::int32_t> furthest_, trace_;
  std::string_view before_, after_;
  std::uint64_t steps_left_ = 40'000'000;
  bool truncated_ = false;
};

}  // namespace smallprint
