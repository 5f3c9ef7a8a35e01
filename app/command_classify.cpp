#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "app/command.h"
#include "diff/analysis.h"
#include "fetcher/extract/extract.h"
#include "fetcher/extract/language.h"
#include "fetcher/extract/markdown.h"
#include "model/markdown.h"

namespace smallprint {
namespace {

namespace json = boost::json;

// HTML goes through extraction with its main content found by itself; everything else is read as Markdown.
Result<Document> read_document(const std::string& file, std::string text) {
  const bool html = file.ends_with(".html") || file.ends_with(".htm");
  Document document;
  if (html) {
    auto extraction = extract({"file:///" + file, "text/html", std::move(text)}, Source{});
    if (!extraction) return extraction.error();
    document = std::move(extraction->document);
  } else {
    document = read_markdown(text);
  }
  if (document.language.empty()) document.language = detect_language(render_markdown(document));
  return document;
}

struct TopicCount {
  std::string topic;
  std::size_t clauses = 0;
};

/// In how many clauses each topic stands; of a text in a language that is not read, all are of an unknown one.
std::vector<TopicCount> count_topics(const RuleSet& rules, const Document& document, const DocumentAnalysis& analysis) {
  if (rules.reading(document.language) == Reading::none) {
    return {{std::string(unknown_value), document.clauses.size()}};
  }
  std::vector<TopicCount> counts;
  for (std::size_t topic = 0; topic < rules.topics().size(); ++topic) {
    std::size_t clauses = 0;
    for (const ClauseAnalysisPtr& clause : analysis.clauses) clauses += clause->topic_bits >> topic & 1U;
    if (clauses != 0) counts.push_back({rules.topics()[topic].id, clauses});
  }
  return counts;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string result;
  for (const std::string& part : parts) result += (result.empty() ? "" : " > ") + part;
  return result;
}

json::object to_json(const Fact& fact) {
  json::array evidence;
  for (const Evidence& one : fact.evidence) {
    json::array section;
    for (const std::string& heading : one.section) section.emplace_back(heading);
    evidence.push_back({{"text", one.text}, {"section", section}, {"clause", one.clause}});
  }
  return {{"fact", fact.fact}, {"value", fact.value}, {"detail", fact.detail}, {"evidence", evidence}};
}

void print_json(const RuleSet& rules, const Document& document, const DocumentAnalysis& analysis) {
  json::array facts, topics_of_all, clauses;
  for (const Fact& fact : analysis.facts) facts.push_back(to_json(fact));
  for (std::size_t i = 0; i < analysis.clauses.size(); ++i) {
    const ClauseAnalysis& clause = *analysis.clauses[i];
    if (clause.topics.empty()) continue;
    json::array topics, statements;
    for (const std::string& topic : clause.topics) topics.emplace_back(topic);
    for (const Statement& one : clause.statements) {
      statements.push_back({{"rule", one.rule},
                            {"topic", one.topic},
                            {"fact", one.fact},
                            {"value", one.value},
                            {"denies", one.denies},
                            {"frame", one.frame},
                            {"text", document.clauses[i].text.substr(one.begin, one.end - one.begin)}});
    }
    clauses.push_back({{"clause", i}, {"topics", topics}, {"statements", statements}});
  }
  for (const TopicCount& one : count_topics(rules, document, analysis)) {
    topics_of_all.push_back({{"id", one.topic}, {"clauses", one.clauses}});
  }
  const json::value language = document.language.empty() ? json::value() : json::value(document.language);
  fmt::print("{}\n", json::serialize(json::object{{"rules", rules.version()},
                                                  {"language", language},
                                                  {"facts", facts},
                                                  {"topics", topics_of_all},
                                                  {"clauses", clauses}}));
}

void print_text(const RuleSet& rules, const Document& document, const DocumentAnalysis& analysis) {
  for (const Fact& fact : analysis.facts) {
    fmt::print("{}: {}{}\n", fact.fact, fact.value, fact.detail.empty() ? "" : " (" + fact.detail + ")");
    for (const Evidence& one : fact.evidence) {
      if (!one.section.empty()) fmt::print("    in {}:\n", joined(one.section));
      fmt::print("    \"{}\"\n", one.text);
    }
  }
  fmt::print("\n");
  if (rules.reading(document.language) == Reading::none) {
    fmt::print("topics: unknown (texts in the language '{}' are not read)\n", document.language);
    return;
  }
  for (const TopicCount& one : count_topics(rules, document, analysis)) {
    fmt::print("{}: {} of {} clauses\n", one.topic, one.clauses, document.clauses.size());
  }
}

int run(const std::string& file, bool as_json) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return report({ErrorCode::not_found, "cannot read '" + file + "'"});
  auto document = read_document(file, std::string(std::istreambuf_iterator<char>(in), {}));
  if (!document) return report(document.error());
  const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache(rules);
  const DocumentAnalysis analysis = analyse(rules, *document, cache);
  if (as_json) {
    print_json(rules, *document, analysis);
  } else {
    print_text(rules, *document, analysis);
  }
  return exit_ok;
}

}  // namespace

void add_classify_command(CLI::App& app, Settings& settings, int& status) {
  auto file = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("classify", "Print what a document says: facts with evidence, and topics");
  command->add_option("file", *file, "A document: Markdown, text or HTML")->required();
  command->add_flag("--json", settings.json, "Print JSON");
  command->callback([file, &settings, &status] { status = run(*file, settings.json); });
}

}  // namespace smallprint
