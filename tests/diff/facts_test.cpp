// Facts of whole documents, with the sentence that says so.
#include <doctest/doctest.h>

#include <string>

#include "diff/analysis.h"
#include "tests/diff/documents.h"

using namespace smallprint;

namespace {

DocumentAnalysis analysed(const Document& document) {
  static const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache(rules);
  return analyse(rules, document, cache);
}

Fact fact(const std::string& text, const std::string& id) {
  for (const Fact& one : analysed(test::lines(text)).facts) {
    if (one.fact == id) return one;
  }
  return {};
}

}  // namespace

TEST_CASE("a document that says nothing is silent on every question, without evidence") {
  const DocumentAnalysis analysis = analysed(test::lines("# Terms\nBe kind.\n"));
  REQUIRE(analysis.facts.size() == 12);
  for (const Fact& one : analysis.facts) {
    CHECK(one.value == "silent");
    CHECK(one.evidence.empty());
  }
}

TEST_CASE("evidence is the sentence, verbatim, with its section and clause") {
  const std::string text =
      "# Policy\n## How we use data\nHello there. We may use your posts to train AI models. Bye.\n";
  const Fact trains = fact(text, "trains_ai");
  CHECK(trains.value == "yes");
  REQUIRE(trains.evidence.size() == 1);
  CHECK(trains.evidence[0].text == "We may use your posts to train AI models.");
  CHECK(trains.evidence[0].clause == 2);
  CHECK(trains.evidence[0].section == std::vector<std::string>{"Policy", "How we use data"});
}

TEST_CASE("the sentence that says the practice itself is the first evidence") {
  struct Case {
    const char *text, *fact, *first;
  };
  for (const Case& one : {
           Case{"You can opt out of targeted advertising in your settings. This practice is known as interest-based "
                "advertising. We share your activity with partners to show you personalised ads.",
                "ads_targeting", "We share your activity with partners to show you personalised ads."},
           Case{
               "We measure how effective our tailored ads are. Bellweather uses your viewing history for tailored ads.",
               "ads_targeting", "Bellweather uses your viewing history for tailored ads."},
           Case{"This section describes how we use data for personalised ads. We use your age for personalised ads.",
                "ads_targeting", "We use your age for personalised ads."},
           Case{"# Arbitration Agreement\nThe arbitrator shall decide fees and costs. You and we agree that any "
                "dispute will be "
                "resolved by binding arbitration.",
                "arbitration_or_class_waiver",
                "You and we agree that any dispute will be resolved by binding arbitration."},
           Case{"Your continued use after we change these terms means that you accept them. We may change these terms "
                "at "
                "any time.",
                "unilateral_change", "We may change these terms at any time."},
           Case{"See the section on safeguards for data that we use to train AI models. We may use your posts to train "
                "AI "
                "models, and to keep the records of what was used, by whom, for which of our many products, and since "
                "when "
                "it has been in them.",
                "trains_ai",
                "We may use your posts to train AI models, and to keep the records of what was used, by whom, for "
                "which of "
                "our many products, and since when it has been in them."},
       }) {
    INFO(one.text);
    const Fact said = fact(one.text, one.fact);
    REQUIRE(said.evidence.size() > 1);
    CHECK(said.evidence[0].text == one.first);
  }
}

TEST_CASE("where courts and class actions are given up, each is said before either is said again") {
  const Fact said = fact(
      "You and we agree that all disputes will be resolved by arbitration.\n"
      "You and we agree that claims will be settled by arbitration.\nNeither you nor we will take part in a class "
      "action.\n",
      "arbitration_or_class_waiver");
  REQUIRE(said.evidence.size() == 3);
  CHECK(said.detail == "arbitration, class action");
  CHECK(fact("You and we agree to binding arbitration.\nArbitration is final. Neither you nor we will take part in a "
             "class-action.\nYou waive your right to a class action.\n",
             "arbitration_or_class_waiver")
            .detail == "binding arbitration, class-action");
  CHECK(said.evidence[1].text == "Neither you nor we will take part in a class action.");
}

TEST_CASE("evidence that stands twice in a document is shown once") {
  const Fact said = fact("We show you personalised ads.\nBe kind.\nWe show you personalised ads.\n", "ads_targeting");
  CHECK(said.evidence.size() == 1);
}

TEST_CASE("the questions are answered from what the sentences say") {
  struct Case {
    const char *text, *fact, *value;
  };
  for (const Case& one : {
           Case{"We do not use your files to train AI.", "trains_ai", "no"},
           Case{"With your consent, we use your recordings to train our models.", "trains_ai", "opt_in"},
           Case{"You may not use our content to train AI.", "trains_ai", "silent"},
           Case{"You can opt out of AI model training in your settings.", "ai_opt_out", "offered"},
           Case{"We do not use your private messages to train AI.", "private_messages_for_ai", "excluded"},
           Case{"We may use your posts to train AI models, except if you live in the European Union.", "regions_exempt",
                "exempt"},
           Case{"We do not sell your personal data.", "sells_data", "no"},
           Case{"We show you personalised ads.", "ads_targeting", "yes"},
           Case{"We show you non-personalised ads.", "ads_targeting", "silent"},
           Case{"Cookies measure how well our advertising works.", "ads_targeting", "silent"},
           Case{"We may change the content of our site without notice.", "unilateral_change", "silent"},
           Case{"You may not bring a claim as a class action.", "arbitration_or_class_waiver", "yes"},
           Case{"You will not be required to waive class actions.", "arbitration_or_class_waiver", "silent"},
           Case{"We may change, add or remove parts of these terms at any time.", "unilateral_change", "yes"},
           Case{"The service is offered subject to acceptance without modification of these terms.",
                "unilateral_change", "silent"},
           Case{"You waive your right to join a class action.", "arbitration_or_class_waiver", "yes"},
           Case{"You waive your right to a jury trial.", "arbitration_or_class_waiver", "silent"},
           Case{"Under the Data Privacy Framework you may invoke binding arbitration.", "arbitration_or_class_waiver",
                "silent"},
           Case{"Our providers do not use your files to train their AI models.", "trains_ai", "silent"},
           Case{"Our providers do not use your files to train their AI models.", "ai_third_parties", "no"},
           Case{"You agree not to: (a) copy the site. (b) use the content for training AI models.", "trains_ai",
                "silent"},
           Case{"You shall not use the content\n- in the development of generative AI programs", "trains_ai", "silent"},
           Case{"The exchange may use your browsing data to improve their services. This includes conducting machine "
                "learning.",
                "trains_ai", "silent"},
           Case{"The exchange may use your browsing data to improve their services. This includes conducting machine "
                "learning.",
                "ai_third_parties", "yes"},
           Case{"This includes using posts to prevent fraud and improve AI models.", "trains_ai", "yes"},
           Case{"We may change these terms at any time at our sole discretion.", "unilateral_change", "yes"},
           Case{"We will notify you by email before we make changes to these terms.", "unilateral_change", "no"},
       }) {
    INFO(one.text);
    CHECK(fact(one.text, one.fact).value == one.value);
  }
}

TEST_CASE("exempt regions are named, and the link of an opt-out") {
  CHECK(fact("We do not train our AI models on data of members in the EU, the UK or Switzerland.", "regions_exempt")
            .detail == "EU, UK, Switzerland");
  CHECK(fact("We do not train our AI models on data of members in Australia.\nWe do not train our AI models on data of "
             "members in the U.S.\n",
             "regions_exempt")
            .detail == "Australia, U.S.");
  CHECK(fact("You can opt out of AI model training under Settings > Privacy.", "ai_opt_out").detail.find("Settings") !=
        std::string::npos);
  Document document = test::lines("You can opt out of AI model training here.");
  document.clauses[0].spans.push_back({37, 41, SpanKind::link, "https://example.org/opt-out"});
  for (const Fact& one : analysed(document).facts) {
    if (one.fact == "ai_opt_out") CHECK(one.detail == "https://example.org/opt-out");
  }
}

TEST_CASE("a document in a language without rules has no topics, and is unknown on every question, not silent") {
  Document document = test::lines("We may use your posts to train AI models.");
  document.language = "fi";
  const DocumentAnalysis analysis = analysed(document);
  for (const Fact& one : analysis.facts) {
    CHECK(one.value == "unknown");
    CHECK(one.evidence.empty());
  }
  CHECK(analysis.clauses.at(0)->topics.empty());
}

TEST_CASE("in a language that is read in part, the questions without a rule in it are unknown and the others silent") {
  static const RuleSet rules = RuleSet::builtin();
  CHECK(rules.reading("en") == Reading::full);
  CHECK(rules.reading("") == Reading::full);
  CHECK(rules.reading("de") == Reading::part);
  CHECK(rules.reading("fi") == Reading::none);
  Document document = test::lines("Wir verkaufen Lampen.");
  document.language = "de";
  const DocumentAnalysis analysis = analysed(document);
  const auto value = [&](const std::string& id) {
    for (const Fact& one : analysis.facts) {
      if (one.fact == id) return one.value;
    }
    return std::string();
  };
  for (const char* read : {"trains_ai", "ai_opt_out", "private_messages_for_ai", "ads_targeting", "sells_data",
                           "arbitration_or_class_waiver", "unilateral_change", "effective_date", "announced_change"}) {
    CAPTURE(read);
    CHECK(value(read) == "silent");
  }
  for (const char* not_read : {"regions_exempt", "ai_third_parties", "ai_past_data"}) {
    CAPTURE(not_read);
    CHECK(value(not_read) == "unknown");
  }
}
