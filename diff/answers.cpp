#include "diff/answers.h"

#include <algorithm>
#include <array>
#include <string>

namespace smallprint {
namespace {

// Words of terms types, in the Open Terms Archive's list and in names like them.
constexpr std::array agreements = {"terms", "agreement", "conditions", "contract"};
constexpr std::array others = {"developer",  "business",        "commercial",    "seller",         "partner",
                               "controller", "processor",       "advertis",      "affiliate",      "merchant",
                               "enterprise", "law enforcement", "api ",          "ranking",        "warranty",
                               "brand",      "vulnerability",   "vendor",        "supplier",       "applicant",
                               "employee",   "premium partner", "guidelines",    "acceptable use", "copyright",
                               "editorial",  "captioning",      "ad publishing", "imprint",        "code of conduct"};

template <std::size_t N>
bool has_any(const std::string& name, const std::array<const char*, N>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return name.find(word) != std::string::npos; });
}

/// Lower is stronger. What is not read may say anything: it comes before silence, and after every answer.
std::size_t rank_of(const FactDefinition& question, std::string_view value) {
  const std::size_t count = question.values.size();
  if (value == silent_value) return count + 2;
  if (value == unknown_value) return count + 1;
  return static_cast<std::size_t>(std::find(question.values.begin(), question.values.end(), value) -
                                  question.values.begin());
}

}  // namespace

DocumentRole role_of(std::string_view terms_type) {
  std::string name(terms_type);
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return {has_any(name, agreements), has_any(name, others)};
}

std::optional<std::size_t> telling_answer(const FactDefinition& question, const std::vector<DocumentAnswer>& answers) {
  // Documents for everybody before those for one region, those for people before those for others; where a service has
  // none of the former, the latter speak for it.
  const auto distance = [](const DocumentAnswer& one) {
    return (one.region.empty() ? 0 : 1) + (role_of(one.terms_type).for_others ? 2 : 0);
  };
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (question.terms_only && !role_of(answers[i].terms_type).agreement) continue;
    if (!best) {
      best = i;
      continue;
    }
    const int here = distance(answers[i]), there = distance(answers[*best]);
    if (here != there ? here < there : rank_of(question, answers[i].value) < rank_of(question, answers[*best].value)) {
      best = i;
    }
  }
  return best;
}

}  // namespace smallprint
