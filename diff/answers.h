// What a service says, from what its documents say: one rule for pages, the API and the evaluation. docs/facts.md says
// it in words. Pure functions over values; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "diff/rules.h"
#include "model/fact.h"

namespace smallprint {

/// Sentences that an answer keeps as its evidence, of a document and of a service.
constexpr std::size_t max_evidence = 12;

/// What a document is, by its terms type.
struct DocumentRole {
  bool agreement = false;   ///< people agree to it; otherwise it tells what is done: a policy, a notice, guidelines
  bool for_others = false;  ///< for developers, businesses, sellers …, or on how people are to behave
};
DocumentRole role_of(std::string_view terms_type);

/// One document's answer to a question. Views: as long as what they are of.
struct DocumentAnswer {
  std::string_view terms_type;
  std::string_view region;  ///< empty: for everybody
  std::string_view value;
};

/// Which of the answers is the service's: of the documents that count, the value that comes first among the question's.
/// Of equal ones the first. Nothing where no document counts. Cost: linear.
std::optional<std::size_t> telling_answer(const FactDefinition& question, const std::vector<DocumentAnswer>& answers);

}  // namespace smallprint
