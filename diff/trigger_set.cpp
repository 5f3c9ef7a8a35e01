#include "diff/trigger_set.h"

namespace smallprint {
namespace {

// "[^.;]*?" and "(?:\w+ ){0,4}?" stand for words between.
bool reaches_over_words(const std::string& pattern) {
  return pattern.find("[^") != std::string::npos || pattern.find('{') != std::string::npos;
}

}  // namespace

TriggerSet::TriggerSet(const re2::RE2::Options& options)
    : parts_{{{re2::RE2::Set(options, re2::RE2::UNANCHORED), {}},
              {re2::RE2::Set(options, re2::RE2::UNANCHORED), {}},
              {re2::RE2::Set(options, re2::RE2::UNANCHORED), {}}}} {}

std::string TriggerSet::add(const std::string& pattern, bool other_language) {
  Part& part = parts_[other_language ? other_languages : reaches_over_words(pattern) ? 1 : 0];
  std::string error;
  if (part.set.Add(pattern, &error) < 0) return error;
  part.numbers.push_back(count_++);
  return {};
}

bool TriggerSet::compile() {
  bool compiled = true;
  for (Part& part : parts_) compiled = part.set.Compile() && compiled;
  return compiled;
}

bool TriggerSet::match(std::string_view text, bool english, std::vector<int>& hits) const {
  hits.clear();
  std::vector<int> of_part;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    if (part.numbers.empty() || (english && i == other_languages) || !part.set.Match(text, &of_part)) continue;
    for (const int index : of_part) hits.push_back(part.numbers[static_cast<std::size_t>(index)]);
  }
  return !hits.empty();
}

}  // namespace smallprint
