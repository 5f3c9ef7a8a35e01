// What a service says, from what its documents say.
#include "diff/answers.h"

#include <doctest/doctest.h>

using namespace smallprint;

namespace {

const FactDefinition trains{"trains_ai", "?", {"yes", "opt_in", "no", "silent"}, false};
const FactDefinition changes{"unilateral_change", "?", {"yes", "no", "silent"}, true};

std::string telling(const FactDefinition& question, const std::vector<DocumentAnswer>& answers) {
  const auto index = telling_answer(question, answers);
  return index ? std::string(answers[*index].terms_type) + ": " + std::string(answers[*index].value) : "none";
}

}  // namespace

TEST_CASE("a terms type tells whether people agree to the document, and whether it is for others") {
  struct Case {
    const char* type;
    bool agreement, for_others;
  };
  for (const Case& one : {Case{"Terms of Service", true, false}, Case{"User Agreement", true, false},
                          Case{"General Conditions of Sale", true, false}, Case{"Privacy Policy", false, false},
                          Case{"Trackers Policy", false, false}, Case{"Community Guidelines", false, true},
                          Case{"Developer Terms", true, true}, Case{"Commercial Terms", true, true},
                          Case{"Data Processor Agreement", true, true}, Case{"Business Privacy Policy", false, true},
                          Case{"Law Enforcement Guidelines", false, true}, Case{"", false, false}}) {
    CAPTURE(one.type);
    CHECK(role_of(one.type).agreement == one.agreement);
    CHECK(role_of(one.type).for_others == one.for_others);
  }
}

TEST_CASE("a service says the strongest of what its documents say, and silence is the weakest") {
  struct Case {
    std::vector<DocumentAnswer> answers;
    const char* telling;
  };
  for (const Case& one : std::vector<Case>{
           {{}, "none"},
           {{{"Privacy Policy", "", "silent"}}, "Privacy Policy: silent"},
           {{{"Privacy Policy", "", "no"}, {"Terms of Service", "", "yes"}}, "Terms of Service: yes"},
           {{{"Privacy Policy", "", "opt_in"}, {"Terms of Service", "", "silent"}}, "Privacy Policy: opt_in"},
           {{{"Privacy Policy", "", "yes"}, {"Terms of Service", "", "yes"}}, "Privacy Policy: yes"},
           // What is not read may say anything, so silence elsewhere is not the service's.
           {{{"Terms of Service", "", "silent"}, {"Privacy Policy", "", "unknown"}}, "Privacy Policy: unknown"},
           {{{"Privacy Policy", "", "unknown"}, {"Terms of Service", "", "no"}}, "Terms of Service: no"},
           // Of one region, or for others: only where there is nothing else.
           {{{"Privacy Policy", "eu", "yes"}, {"Privacy Policy", "", "silent"}}, "Privacy Policy: silent"},
           {{{"Privacy Policy", "eu", "no"}, {"Privacy Policy", "us", "yes"}}, "Privacy Policy: yes"},
           {{{"Developer Terms", "", "yes"}, {"Terms of Service", "", "no"}}, "Terms of Service: no"},
           {{{"Developer Terms", "", "yes"}}, "Developer Terms: yes"},
           {{{"Commercial Terms", "", "yes"}, {"Privacy Policy", "de", "silent"}}, "Privacy Policy: silent"},
       }) {
    CHECK(telling(trains, one.answers) == one.telling);
  }
}

TEST_CASE("a question on the agreement is answered by what people agree to, whatever a policy says of itself") {
  CHECK(telling(changes, {{"Privacy Policy", "", "yes"}, {"Terms of Service", "", "no"}}) == "Terms of Service: no");
  CHECK(telling(changes, {{"Privacy Policy", "", "yes"}}) == "none");
}
