// Which sentence of a change tells most on a topic, and of what it speaks: for headlines and excerpts. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diff/rules.h"
#include "model/change.h"

namespace smallprint {

/// A byte range of after_text() (or of before_text(), where the topic is withdrawn), and what the sentence names.
struct TellingSentence {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool before = false;  ///< of the text before
  /// The reader's data that it names, as a headline has them: "personal data", "your content"; the weightiest first.
  std::vector<std::string> data;
  bool with_consent = false;    ///< only if people agree
  bool with_objection = false;  ///< unless people opt out
};

/// Adds to a list of such data, in their order.
void merge_data(const RuleSet& rules, std::vector<std::string>& data, const std::vector<std::string>& more);

/// Nothing where no sentence is read on the topic, as of topics that are only mentioned. Cost: the change's clauses are
/// read anew.
std::optional<TellingSentence> telling_sentence(const RuleSet& rules, const Change& change, std::string_view topic);

}  // namespace smallprint
