// Scoring the rules against labelled items: a small invented repository, read from git.
#include "app/evaluation.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "tests/support/repository.h"
#include "tests/support/support.h"

using namespace smallprint;

namespace {

const std::string base =
    "# Privacy Policy\n\nWe keep the harbour's lamps lit and write down which lamp burns when.\n\n"
    "We show you personalised ads, chosen by what you looked at before.\n\n"
    "You may ask us for a copy of what we have written down about you, and we answer within a month.\n";

/// Versions of two documents of one invented service.
struct Harbour {
  test::TemporaryFolder folder;
  test::Repository repository{folder.path() / "texts"};
  std::vector<std::string> commits;
  TextRepositories repositories;

  explicit Harbour(const std::string& collection = "") {
    const std::string trains = "\nWe may use your photos to train our AI models.\n";
    std::string typeset = base;
    typeset.replace(typeset.find('\''), 1, "\xe2\x80\x99");
    for (const std::string& text :
         {base, base + trains, base + "\nWe may use your photos and messages to train our AI models.\n", base,
          base + "\nYou may not use our photos to train AI models.\n", base + "\nLamps are lit at dusk.\n", typeset,
          std::string("Loading …\n")}) {
      record("Harbour/Privacy Policy.md", text);
    }
    record("Harbour/Terms of Service.md",
           "# Terms\n\nWe may change these terms at any time at our sole discretion.\n\nAll disputes will be resolved "
           "by binding arbitration.\n");
    repositories.emplace(collection, TextRepository::open(repository.folder()).value());
  }
  void record(const std::string& path, const std::string& text) {
    repository.record(path, text, static_cast<int>(commits.size()) + 1);
    std::string commit = repository.git({"rev-parse", "HEAD"});
    commit.erase(commit.find_last_not_of(" \n") + 1);
    commits.push_back(commit);
  }
  /// An item on the policy between two of its versions.
  std::string item(const std::string& id, std::size_t before, std::size_t after, const std::string& more = "") const {
    return fmt::format(
        R"({{"id":"{}","collection":"sea","service":"Harbour","terms_type":"Privacy Policy","date":"2024-01-02",)"
        R"("path":"Harbour/Privacy Policy.md","old_commit":"{}","new_commit":"{}"{}}})"
        "\n",
        id, commits[before], commits[after], more);
  }
};

std::vector<Prediction> predicted(const Harbour& harbour, EvalKind kind, const std::string& items) {
  static const RuleSet rules = RuleSet::builtin();
  return predict(kind, items, harbour.repositories, rules, [](std::size_t, std::size_t) {}).value();
}

}  // namespace

TEST_CASE("a version's label follows from its effects on AI training, and its evidence stands in the text") {
  const Harbour harbour;
  struct Case {
    std::size_t before, after;
    const char *label, *evidence;
  };
  for (const Case& one : {Case{0, 1, "introduces", "We may use your photos to train our AI models."},
                          Case{1, 2, "modifies", "We may use your photos and messages to train our AI models."},
                          Case{2, 3, "removes", "We may use your photos and messages to train our AI models."},
                          Case{0, 4, "ai_mention_only", "You may not use our photos to train AI models."},
                          Case{0, 5, "none", nullptr}, Case{0, 0, "none", nullptr}}) {
    const auto predictions = predicted(harbour, EvalKind::changes, harbour.item("x", one.before, one.after));
    REQUIRE(predictions.size() == 1);
    INFO(one.before << " to " << one.after);
    CHECK(predictions[0].predicted == one.label);
    CHECK(predictions[0].expected.empty());
    REQUIRE(predictions[0].evidence.size() == (one.evidence == nullptr ? 0U : 1U));
    if (one.evidence != nullptr) CHECK(predictions[0].evidence[0] == one.evidence);
  }
}

TEST_CASE("a pair of versions is cosmetic, substantive or a failure of the extraction") {
  const Harbour harbour;
  const auto label = [&](std::size_t before, std::size_t after) {
    return predicted(harbour, EvalKind::noise, harbour.item("x", before, after)).at(0);
  };
  CHECK(label(0, 6).predicted == "cosmetic");
  CHECK(label(0, 5).predicted == "substantive");
  CHECK(label(0, 5).evidence == std::vector<std::string>{"Lamps are lit at dusk."});
  CHECK(label(0, 7).predicted == "extraction_failure");
  CHECK(label(7, 0).predicted == "extraction_failure");
}

TEST_CASE("a stance is what the policy and the terms say together, question by question") {
  const Harbour harbour;
  const std::string item = fmt::format(
      R"({{"id":"s","service":"Harbour","terms_type":"Privacy Policy + Terms of Service","date":"2024-01-09",)"
      R"("new_commit":"{}","privacy_policy_path":"Harbour/Privacy Policy.md","terms_path":"Harbour/Terms of Service.md",)"
      R"("terms_new_commit":"{}","facts":{{"trains_ai":{{"value":"yes","evidence":"We may use your photos to train our AI models."}},)"
      R"("unilateral_change":{{"value":"no","evidence":null}}}}}})",
      harbour.commits[1], harbour.commits.back());
  const auto answers = predicted(harbour, EvalKind::stance, item);
  std::map<std::string, const Prediction*> by_question;
  for (const Prediction& one : answers) by_question[one.question] = &one;
  CHECK(by_question.count("effective_date") == 0);
  CHECK(by_question.at("trains_ai")->predicted == "yes");
  CHECK(by_question.at("trains_ai")->expected == "yes");
  CHECK(by_question.at("ads_targeting")->predicted == "yes");
  CHECK(by_question.at("arbitration_or_class_waiver")->predicted == "yes");
  CHECK(by_question.at("unilateral_change")->predicted == "yes");
  CHECK(by_question.at("unilateral_change")->expected == "no");
  CHECK(by_question.at("sells_data")->predicted == "silent");
  CHECK(by_question.at("sells_data")->expected.empty());
  const Scores trains = score(answers, "trains_ai", true, true);
  CHECK(trains.right == 1);
  CHECK(trains.same_evidence == 1);
  CHECK(score(answers, "unilateral_change", true, true).right == 0);
}

TEST_CASE("what is wrong with an item is told with its line, and with the collection that no repository serves") {
  const Harbour harbour("sea");
  static const RuleSet rules = RuleSet::builtin();
  const auto error = [&](const std::string& items) {
    const auto result = predict(EvalKind::changes, items, harbour.repositories, rules, [](std::size_t, std::size_t) {});
    REQUIRE_FALSE(result);
    return result.error().message;
  };
  CHECK(predicted(harbour, EvalKind::changes, harbour.item("x", 0, 1)).at(0).predicted == "introduces");
  CHECK(error("\n" + harbour.item("x", 0, 1) + "[1]\n").find("line 3 is not a JSON object") != std::string::npos);
  std::string elsewhere = harbour.item("x", 0, 1);
  elsewhere.replace(elsewhere.find("\"sea\""), 5, "\"sky\"");
  CHECK(error(elsewhere).find("line 1: no --repo for the collection 'sky'") != std::string::npos);
  std::string unknown = harbour.item("x", 0, 1);
  unknown.replace(unknown.find(harbour.commits[0]), 8, "00000000");
  CHECK(error(unknown).find("line 1: there is no") != std::string::npos);
}

TEST_CASE("precision, recall and F1 are those of each class, with and without artefacts and doubtful items") {
  const auto item = [](const char* expected, const char* predicted, bool artefact = false, bool doubtful = false) {
    Prediction one;
    one.expected = expected;
    one.predicted = predicted;
    one.artefact = artefact;
    one.doubtful = doubtful;
    return one;
  };
  const std::vector<Prediction> predictions = {
      item("introduces", "introduces"),
      item("introduces", "none", true),
      item("introduces", "introduces"),
      item("none", "introduces", false, true),
      item("none", "none"),
      item("", "introduces"),
  };
  const auto of = [](const Scores& scores, const std::string& name) {
    for (const ClassScore& one : scores.classes) {
      if (one.name == name) return one;
    }
    return ClassScore{};
  };
  const Scores all = score(predictions, "", true, true);
  CHECK(all.items == 5);
  CHECK(all.right == 3);
  CHECK(of(all, "introduces").precision() == doctest::Approx(2.0 / 3));
  CHECK(of(all, "introduces").recall() == doctest::Approx(2.0 / 3));
  CHECK(of(all, "introduces").f1() == doctest::Approx(2.0 / 3));
  CHECK(of(all, "none").precision() == doctest::Approx(0.5));
  CHECK(all.confusion.at({"introduces", "none"}) == 1);
  CHECK(all.confusion.at({"none", "introduces"}) == 1);
  const Scores without_artefacts = score(predictions, "", false, true);
  CHECK(without_artefacts.items == 4);
  CHECK(of(without_artefacts, "introduces").recall() == doctest::Approx(1));
  const Scores without_doubtful = score(predictions, "", true, false);
  CHECK(without_doubtful.items == 4);
  CHECK(of(without_doubtful, "introduces").precision() == doctest::Approx(1));
  CHECK(score(predictions, "", false, false).accuracy() == doctest::Approx(1));
  CHECK(score({}, "", true, true).accuracy() == 0);
}

TEST_CASE("two quotations overlap by six words in a row, or where one is within the other") {
  CHECK(overlaps("We may use your photos to train models.", "as said, we may use your photos to train"));
  CHECK(overlaps("train models", "We may train models."));
  CHECK_FALSE(overlaps("We may use your photos to sell lamps.", "We may use your photos for nothing else."));
  CHECK_FALSE(overlaps("", "We may."));
}
