// What documents and services say, as pages show it: plain words, the sentence, since when, and what was said before.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/service_facts.h"
#include "server/views.h"

namespace smallprint {

/// "Yes", "Not mentioned here"
std::string answer_in_words(std::string_view value);
/// CSS word: yes (of what people mind), no, silent, other.
std::string_view tone_of(std::string_view value);
/// Where the sentence of a run stands; without one, the version.
std::string evidence_href(const FactRow& row);

/// The questions by what is known of them.
struct AnswerViews {
  std::vector<FactView> facts, silent, unknown;
};
/// Of one document; `runs`: all of them.
AnswerViews document_answers(const RuleSet& rules, const std::vector<FactRow>& runs);
/// Of a service; with the documents that say otherwise.
AnswerViews service_answers(const RuleSet& rules, const std::vector<FactRow>& runs);

}  // namespace smallprint
