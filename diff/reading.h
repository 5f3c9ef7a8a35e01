// Reads one clause: which triggers hit, and what its sentences say — who does or must not do what, with what, on which
// condition. The grammar and the rules are data; this is how they are applied. Internal to diff/. Linear in the text.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "diff/analysis.h"
#include "diff/rules_impl.h"
#include "diff/sentences.h"

namespace smallprint {

/// A step of a rule's weight in a statement's: more than what tells sentences apart that the same rule reads mostly is.
constexpr int rule_weight = 4;

/// Reads the sentences of one clause. Borrows the rules and the text. A pattern is matched at most once a sentence.
class Reader {
 public:
  explicit Reader(const RuleSet::Impl& rules);

  /// A clause's text and a sentence in it, with the grams of both.
  struct Place {
    std::string_view clause;
    Sentence where;
    const TextGrams& clause_grams;
    const TextGrams& sentence_grams;
  };
  /// Appends what `rules_to_try` (sorted) read in the sentence.
  void read(const Place& place, bool heading, const std::vector<std::uint16_t>& rules_to_try,
            std::vector<Statement>& out);

 private:
  struct Anchor {
    std::size_t begin, end;
  };
  bool has(PatternId pattern);
  bool near(PatternId pattern);
  [[nodiscard]] bool may_match(PatternId pattern) const;
  [[nodiscard]] bool leans(const Grammar& grammar, Anchor anchor) const;
  bool suits(const Rule& rule, Anchor anchor) const;
  bool denied(const Grammar& grammar, Anchor anchor) const;
  bool binds_reader(const Grammar& grammar, Anchor anchor) const;
  [[nodiscard]] bool is_promise(const Grammar& grammar, Anchor anchor) const;
  [[nodiscard]] bool is_forbidden_item(const Grammar& grammar, Anchor anchor) const;
  [[nodiscard]] bool find(PatternId pattern, std::size_t from, std::size_t to, Anchor& found) const;
  [[nodiscard]] std::string frame(const Rule& rule);
  [[nodiscard]] std::string detail(const Rule& rule) const;
  int weight(const Rule& rule, bool heading, bool open);
  bool read(const Rule& rule, Statement& statement);

  const RuleSet::Impl& rules_;
  std::string_view clause_, sentence_;
  std::size_t sentence_begin_ = 0;  ///< of sentence_ in clause_
  const TextGrams* clause_grams_ = nullptr;
  const TextGrams* sentence_grams_ = nullptr;
  enum class Known : std::uint8_t { nothing, no_match, may_match, match };
  mutable std::vector<Known> known_;  ///< of the sentence, by pattern
};

}  // namespace smallprint
