#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "app/command.h"
#include "app/evaluation.h"

namespace smallprint {
namespace {

namespace json = boost::json;

struct EvalOptions {
  std::string kind, items, predictions;
  std::vector<std::string> repositories;
};

std::vector<std::string> questions_of(const std::vector<Prediction>& predictions) {
  std::vector<std::string> questions;
  for (const Prediction& one : predictions) {
    if (one.expected.empty()) continue;
    if (std::find(questions.begin(), questions.end(), one.question) == questions.end()) {
      questions.push_back(one.question);
    }
  }
  return questions;
}

struct Cut {
  const char* name;
  bool artefacts, doubtful;
};
constexpr Cut all_items{"all", true, true};
constexpr Cut cuts[] = {
    all_items, {"without artefacts", false, true}, {"without doubtful", true, false}, {"without either", false, false}};

/// Those that leave out what another one has not left out already.
std::vector<Cut> cuts_of(const std::vector<Prediction>& predictions, const std::string& question) {
  const auto any = [&](auto&& has) {
    return std::any_of(predictions.begin(), predictions.end(), [&](const Prediction& one) {
      return one.question == question && !one.expected.empty() && has(one);
    });
  };
  const bool artefacts = any([](const Prediction& one) { return one.artefact; });
  const bool doubtful = any([](const Prediction& one) { return one.doubtful; });
  std::vector<Cut> told;
  for (const Cut& cut : cuts) {
    if ((cut.artefacts || artefacts) && (cut.doubtful || doubtful)) told.push_back(cut);
  }
  return told;
}

void print_scores(const Scores& scores, const std::string& question, const char* cut) {
  fmt::print("{}{}{}: {} of {} right, accuracy {:.3f}", question, question.empty() ? "" : ", ", cut, scores.right,
             scores.items, scores.accuracy());
  if (scores.with_evidence != 0) {
    fmt::print(", evidence overlaps in {} of {}", scores.same_evidence, scores.with_evidence);
  }
  fmt::print("\n");
  for (const ClassScore& one : scores.classes) {
    fmt::print("  {:<20} precision {:.3f}  recall {:.3f}  F1 {:.3f}  ({} labelled, {} predicted)\n", one.name,
               one.precision(), one.recall(), one.f1(), one.expected, one.predicted);
  }
}

void print_confusion(const Scores& scores) {
  for (const auto& [pair, count] : scores.confusion) {
    if (pair.first != pair.second) fmt::print("  {} called {}: {}\n", pair.first, pair.second, count);
  }
}

void print_misses(const std::vector<Prediction>& predictions, const std::string& question) {
  for (const Prediction& one : predictions) {
    if (one.question != question || one.expected.empty() || one.expected == one.predicted) continue;
    fmt::print("  miss: {}{}{} [{}]: labelled {}, called {}\n", one.title, one.artefact ? " (artefact)" : "",
               one.doubtful ? " (doubtful)" : "", one.id, one.expected, one.predicted);
    for (const std::string& text : one.expected_evidence) fmt::print("    labelled: {}\n", text);
    for (const std::string& text : one.evidence) fmt::print("    read:     {}\n", text);
  }
}

json::object to_json(const Scores& scores) {
  json::array classes, confusion;
  for (const ClassScore& one : scores.classes) {
    classes.push_back({{"class", one.name},
                       {"precision", one.precision()},
                       {"recall", one.recall()},
                       {"f1", one.f1()},
                       {"labelled", one.expected},
                       {"predicted", one.predicted}});
  }
  for (const auto& [pair, count] : scores.confusion) {
    confusion.push_back({{"labelled", pair.first}, {"predicted", pair.second}, {"items", count}});
  }
  return {{"items", scores.items},
          {"right", scores.right},
          {"accuracy", scores.accuracy()},
          {"evidence_compared", scores.with_evidence},
          {"evidence_overlaps", scores.same_evidence},
          {"classes", classes},
          {"confusion", confusion}};
}

json::array texts(const std::vector<std::string>& list) {
  json::array result;
  for (const std::string& text : list) result.emplace_back(text);
  return result;
}

void print_json(const std::vector<Prediction>& predictions) {
  json::array results, misses;
  for (const std::string& question : questions_of(predictions)) {
    for (const Cut& cut : cuts) {
      json::object one = to_json(score(predictions, question, cut.artefacts, cut.doubtful));
      one["question"] = question;
      one["cut"] = cut.name;
      results.push_back(std::move(one));
    }
  }
  for (const Prediction& one : predictions) {
    if (one.expected.empty() || one.expected == one.predicted) continue;
    misses.push_back({{"id", one.id},
                      {"question", one.question},
                      {"labelled", one.expected},
                      {"predicted", one.predicted},
                      {"evidence", texts(one.evidence)},
                      {"labelled_evidence", texts(one.expected_evidence)}});
  }
  fmt::print("{}\n", json::serialize(json::object{{"scores", results}, {"misses", misses}}));
}

// One line an item; for stance, predicted and evidence are objects by fact.
std::string prediction_lines(const std::vector<Prediction>& predictions) {
  std::string lines;
  for (std::size_t i = 0; i < predictions.size();) {
    json::object line{{"id", predictions[i].id}};
    if (predictions[i].question.empty()) {
      line["predicted"] = predictions[i].predicted;
      line["evidence"] = texts(predictions[i].evidence);
      ++i;
    } else {
      json::object predicted, evidence;
      const std::string id = predictions[i].id;
      for (; i < predictions.size() && predictions[i].id == id; ++i) {
        predicted[predictions[i].question] = predictions[i].predicted;
        evidence[predictions[i].question] = texts(predictions[i].evidence);
      }
      line["predicted"] = std::move(predicted);
      line["evidence"] = std::move(evidence);
    }
    lines += json::serialize(line) + "\n";
  }
  return lines;
}

Result<TextRepositories> open_all(const std::vector<std::string>& repositories) {
  TextRepositories opened;
  for (const std::string& argument : repositories) {
    const std::size_t equals = argument.find('=');
    const std::string collection = equals == std::string::npos ? "" : argument.substr(0, equals);
    auto repository = TextRepository::open(equals == std::string::npos ? argument : argument.substr(equals + 1));
    if (!repository) return repository.error();
    opened.insert_or_assign(collection, std::move(*repository));
  }
  return opened;
}

int run(const EvalOptions& options, bool as_json) {
  std::ifstream in(options.items, std::ios::binary);
  if (!in) return report({ErrorCode::not_found, "cannot read '" + options.items + "'"});
  const std::string items{std::istreambuf_iterator<char>(in), {}};
  const auto repositories = open_all(options.repositories);
  if (!repositories) return report(repositories.error());
  const RuleSet rules = RuleSet::builtin();
  const EvalKind kind = options.kind == "changes"  ? EvalKind::changes
                        : options.kind == "stance" ? EvalKind::stance
                                                   : EvalKind::noise;
  const auto predictions = predict(kind, items, *repositories, rules, [](std::size_t, std::size_t) {});
  if (!predictions) return report(predictions.error());
  if (!options.predictions.empty()) {
    std::ofstream out(options.predictions, std::ios::binary);
    out << prediction_lines(*predictions);
    if (!out.flush()) return report({ErrorCode::unavailable, "cannot write '" + options.predictions + "'"});
  }
  if (as_json) {
    print_json(*predictions);
    return exit_ok;
  }
  const std::vector<std::string> questions = questions_of(*predictions);
  if (questions.empty()) fmt::print("No item carries a label: nothing is scored.\n");
  for (const std::string& question : questions) {
    for (const Cut& cut : cuts_of(*predictions, question)) {
      print_scores(score(*predictions, question, cut.artefacts, cut.doubtful), question, cut.name);
    }
    print_confusion(score(*predictions, question, true, true));
    print_misses(*predictions, question);
  }
  return exit_ok;
}

}  // namespace

void add_eval_command(CLI::App& app, Settings& settings, int& status) {
  auto options = std::make_shared<EvalOptions>();
  CLI::App* command = app.add_subcommand("eval", "Score the rules against labelled items");
  command
      ->add_option("kind", options->kind,
                   "changes, stance or noise; noise takes the items of changes too, by their change_kind")
      ->required()
      ->check(CLI::IsMember({"changes", "stance", "noise"}));
  command->add_option("items", options->items, "Items, one JSON object a line")->required();
  command->add_option("--repo", options->repositories, "[COLLECTION=]DIR: the git repository with the texts")
      ->required();
  command->add_option("--predictions", options->predictions, "Write {id, predicted, evidence} a line to this file");
  command->add_flag("--json", settings.json, "Print JSON");
  command->callback([options, &settings, &status] { status = run(*options, settings.json); });
}

}  // namespace smallprint
