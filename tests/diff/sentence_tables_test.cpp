// What the rules answer from single sentences: tables of invented ones (tests/diff/sentences/, a file a question), and
// a matrix of who uses what to do what to which model, in every mood.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "diff/analysis.h"
#include "tests/diff/documents.h"
#include "tests/support/support.h"

using namespace smallprint;

namespace {

const RuleSet& builtin() {
  static const RuleSet rules = RuleSet::builtin();
  return rules;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
  return text;
}

std::string answer(AnalysisCache& cache, const std::string& fact, const std::string& language,
                   const std::string& text) {
  Document document = test::lines(text);
  document.language = language;
  for (const Fact& one : analyse(builtin(), document, cache).facts) {
    if (one.fact == fact) return one.value;
  }
  return {};
}

/// "value: text" or "value[fr]: text", "\n" between clauses.
struct Row {
  std::string value, language, text;
};

std::vector<Row> rows_of(const std::string& file) {
  std::vector<Row> rows;
  std::istringstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t colon = line.find(": ");
    REQUIRE_MESSAGE(colon != std::string::npos, line);
    Row row{line.substr(0, colon), {}, replaced(line.substr(colon + 2), "\\n", "\n")};
    const std::size_t bracket = row.value.find('[');
    if (bracket != std::string::npos) {
      row.language = row.value.substr(bracket + 1, 2);
      row.value.resize(bracket);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

struct Templates {
  const char* value;
  std::vector<const char*> texts;
  std::vector<const char*> subjects;
};

std::string capital(std::string text) {
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

}  // namespace

TEST_CASE("invented sentences are answered as their tables say") {
  AnalysisCache cache(builtin());
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(test::source_folder() / "tests/diff/sentences")) {
    const std::string fact = entry.path().stem().string();
    const std::vector<Row> rows = rows_of(test::read_file(entry.path()));
    INFO(fact);
    CHECK(rows.size() >= 8);
    CHECK(std::any_of(rows.begin(), rows.end(), [](const Row& row) { return row.value == "silent"; }));
    for (const Row& row : rows) {
      INFO(row.language << " " << row.text);
      CHECK(answer(cache, fact, row.language, row.text) == row.value);
    }
    ++files;
  }
  CHECK(files == 10);
}

TEST_CASE("who trains what on what, and may or must not, is read in every combination") {
  struct Action {
    const char *to, *ing;
    bool of_service;  // "our" model: not what readers are told to leave alone
  };
  const std::vector<Action> actions = {
      {"train our AI models", "training our AI models", true},
      {"train, develop and improve artificial intelligence",
       "training, developing and improving artificial intelligence", false},
      {"fine-tune large language models", "fine-tuning large language models", false},
      {"improve our machine learning algorithms", "improving our machine learning algorithms", true},
      {"develop AI systems", "developing AI systems", false},
      {"retrain our classifiers", "retraining our classifiers", true},
      {"train the neural networks behind the service", "training the neural networks behind the service", false},
      {"build and improve our machine learning models", "building and improving our machine learning models", true},
      {"enhance our AI features", "enhancing our AI features", true},
      {"train our systems", "training our systems", true},
      {"train and test machine-learning models", "training and testing machine-learning models", false},
      {"improve the accuracy of our AI", "improving the accuracy of our AI", true},
      {"develop foundation models", "developing foundation models", false},
  };
  const std::vector<const char*> nouns = {"AI training", "the training of AI models", "machine learning model training",
                                          "the development of artificial intelligence",
                                          "the training and improvement of machine learning algorithms"};
  const std::vector<const char*> data = {"your content",
                                         "usage data",
                                         "your prompts and outputs",
                                         "the photos you upload",
                                         "information we collect about you",
                                         "customer data"};
  const std::vector<Templates> templates = {
      {"yes",
       {"We may use {D} to {I}.", "{D} may be used to {I}.", "{D} will be used for {G}.",
        "We and our affiliates may process {D} to {I}.", "We use {D} for purposes such as {G}.",
        "You agree that we may use {D} to {I}.", "We use {D} for {N}.", "{D} may be used for {N}.",
        "Unless you opt out, we use {D} to {I}.", "We use {D} to provide the service, to keep it safe and to {I}.",
        "How we use your data:\n- {I}", "We use {D} to:\n- answer you\n- {I}",
        "Our legitimate interest in processing {D} is to {I}.", "The Company may analyse {D} in order to {I}."},
       data},
      {"no",
       {"We do not use {D} to {I}.", "{D} will not be used to {I}.", "{D} is not used for {G}.",
        "We don’t use {D} for {N}.", "{D} is never used for {N}.", "We do not, and will not, use {D} to {I}.",
        "We do not use {D} to:\n- {I}"},
       data},
      {"opt_in",
       {"With your consent, we may use {D} to {I}.", "We use {D} to {I} only if you opt in.",
        "We will not use {D} to {I} without your consent.", "We do not use {D} to {I} unless you have opted in.",
        "If you give us permission, {D} may be used to {I}."},
       data},
      {"silent",
       {"You may not use {D} to {I}.", "You agree not to use {D} for {G}.", "You must not access {D} in order to {I}.",
        "Users are not permitted to use {D} to {I}.", "Any use of {D} for {N} is prohibited.",
        "{D} may not be used to {I}.", "You will not:\n- scrape the site\n- use {D} to {I}",
        "Prohibited uses:\n- using {D} to {I}", "You may use {D} to {I}.", "We prohibit the use of {D} for {N}.",
        "No one may use {D} for {G} without our written permission."},
       {"our content", "the Services", "any output of the service", "material on this site", "our API"}},
  };
  AnalysisCache cache(builtin());
  const std::size_t stride = test::long_campaign() ? 1 : 7;
  std::size_t made = 0;
  for (const Templates& mood : templates) {
    for (const std::string text : mood.texts) {
      const bool noun = text.find("{N}") != std::string::npos;
      for (const char* subject : mood.subjects) {
        for (std::size_t i = 0; i < (noun ? nouns.size() : actions.size()); ++i) {
          if (!noun && actions[i].of_service && std::string_view(mood.value) == "silent") continue;
          if (++made % stride != 0) continue;
          std::string sentence = replaced(text, "{D}", subject);
          sentence = replaced(replaced(sentence, "{I}", actions[i].to), "{G}", actions[i].ing);
          sentence = capital(noun ? replaced(sentence, "{N}", nouns[i]) : sentence);
          INFO(sentence);
          CHECK(answer(cache, "trains_ai", {}, sentence) == mood.value);
        }
      }
    }
  }
  CHECK(made > 2000);
}
