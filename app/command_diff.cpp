#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/read_document.h"
#include "app/render_comparison.h"
#include "diff/analysis.h"
#include "diff/compare.h"
#include "diff/rules.h"
#include "diff/unified.h"
#include "model/markdown.h"
#include "server/json.h"

namespace smallprint {
namespace {

constexpr int exit_same = 0;
constexpr int exit_different = 1;
constexpr int exit_trouble = 2;

struct DiffOptions {
  std::string before, after;
  std::string format = "text";
  std::string color = "auto";
  std::string context;  ///< empty: what suits the format
  std::vector<std::string> topics;
  std::vector<std::string> allowed_addresses;
  bool words = false;
  bool no_cosmetic = false;
};

int trouble(std::string_view message) {
  fmt::print(stderr, "smallprint: {}\n", message);
  return exit_trouble;
}

bool use_color(const std::string& wish) {
  if (wish != "auto") return wish == "always";
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0') &&
         (terminal == nullptr || std::string_view(terminal) != "dumb");
}

std::size_t context(const DiffOptions& options, std::size_t otherwise) {
  if (options.context.empty()) return otherwise;
  if (options.context == "all") return SIZE_MAX;
  std::from_chars(options.context.data(), options.context.data() + options.context.size(), otherwise);
  return otherwise;
}

/// Empty where all are topics; else what is wrong, with all there are.
std::string unknown_topic(const RuleSet& rules, const std::vector<std::string>& asked) {
  for (const std::string& one : asked) {
    std::string all;
    bool known = false;
    for (const Topic& topic : rules.topics()) {
      known = known || topic.id == one;
      all += (all.empty() ? "" : ", ") + topic.id;
    }
    if (!known) return fmt::format("there is no topic '{}'; the topics are {}", one, all);
  }
  return {};
}

bool concerns(const Change& change, const std::vector<std::string>& topics) {
  return std::any_of(change.topics.begin(), change.topics.end(), [&](const TopicEffect& effect) {
    return std::find(topics.begin(), topics.end(), effect.topic) != topics.end();
  });
}

int print(const std::string& out, bool different) {
  if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size() || std::fflush(stdout) != 0) {
    return trouble("the output cannot be written");
  }
  return different ? exit_different : exit_same;
}

int run_diff(const DiffOptions& options, const Settings& settings) {
  const std::string format = settings.json ? "json" : options.format;
  if (options.before == "-" && options.after == "-") return trouble("only one of OLD and NEW can be standard input");
  if (format == "patch" && (!options.topics.empty() || options.no_cosmetic)) {
    return trouble("a patch has every change: --only and --no-cosmetic do not go with --format patch");
  }
  const RuleSet rules = RuleSet::builtin();
  if (const std::string wrong = unknown_topic(rules, options.topics); !wrong.empty()) return trouble(wrong);

  std::array<Document, 2> documents;
  std::array<std::optional<VersionRow>, 2> versions;
  for (const bool second : {false, true}) {
    const std::string& name = second ? options.after : options.before;
    auto read = read_document(name, {options.allowed_addresses, settings.archive});
    if (!read) return trouble(read.error().message);
    for (const std::string& doubt : read->doubts) fmt::print(stderr, "smallprint: {}: {}\n", name, doubt);
    documents[second ? 1 : 0] = std::move(read->document);
    versions[second ? 1 : 0] = std::move(read->version);
  }
  const auto& [before, after] = documents;
  if (format == "patch") {
    const std::string out =
        unified_diff(render_markdown(before), render_markdown(after),
                     {.before_name = options.before, .after_name = options.after, .context = context(options, 3)});
    return print(out, !out.empty());
  }

  Comparison comparison = compare(before, after);
  AnalysisCache cache(rules);
  const DocumentAnalysis before_analysis = analyse(rules, before, cache);
  const DocumentAnalysis after_analysis = analyse(rules, after, cache);
  judge(rules, before, before_analysis, after, after_analysis, comparison);

  RenderOptions render;
  render.words = options.words;
  render.color = use_color(options.color);
  render.cosmetic = !options.no_cosmetic;
  render.context = context(options, options.words ? 12 : 0);
  const auto shown = [&](const Change& change) {
    return (options.topics.empty() || concerns(change, options.topics)) && (render.cosmetic || !change.cosmetic);
  };
  const bool different = std::any_of(comparison.changes.begin(), comparison.changes.end(), shown);
  if (format == "json") {
    const auto& [from, to] = versions;
    std::optional<ComparedVersions> of;
    if (from && to && from->document == to->document) {
      of = {to->document, from->number, to->number, from->observed_at, to->observed_at, to->effective_date};
    }
    return print(comparison_json(comparison, of ? &*of : nullptr, {}, shown) + "\n", different);
  }
  if (!options.topics.empty()) {
    render.left_out =
        std::erase_if(comparison.changes, [&](const Change& change) { return !concerns(change, options.topics); });
  }
  const std::string title = options.before + " → " + options.after;
  if (format == "markdown") return print(comparison_markdown(comparison, title, render), different);
  if (format == "html") return print(comparison_html(comparison, title, render), different);
  return print(comparison_text(comparison, after, render), different);
}

}  // namespace

void add_diff_command(CLI::App& app, Settings& settings, int& status) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App* command = app.add_subcommand("diff", "Show what changed between two documents, clause by clause");
  command->footer(
      "OLD and NEW are each one of\n"
      "  a file                   .md, .markdown, .txt, .html, .htm; others are read as what they look like\n"
      "  an http(s) address       visited once; its main content is found by itself\n"
      "  DOCUMENT@VERSION         of the archive (see --archive): linkedin/privacy-policy@12, @latest, or\n"
      "                           @2024-09-19, which means the version that stood at the end of that day\n"
      "  -                        Markdown on standard input\n"
      "A file with the name of a version comes first; write ./NAME for a file, always.\n"
      "\n"
      "Each change is shown with the headings above it, what happened (added, removed, edited, moved, split,\n"
      "merged), its importance and topics, or why it is cosmetic. Then come the clause before (-) and the\n"
      "clause after (+); with --words one text, its words marked [-removed-] and {+added+}, or in colour.\n"
      "What moved is not marked. What was numbered anew is one change, without what stands between the numbers.\n"
      "\n"
      "Formats:\n"
      "  text       for a terminal\n"
      "  markdown   ~~removed~~ and **added**\n"
      "  html       a fragment with <del> and <ins> and, in words, \"removed\" and \"added\"\n"
      "  json       what the API gives for a comparison; always with its words. Changes between two versions of\n"
      "             one document have the ids that they have there\n"
      "  patch      a unified diff of both texts as CommonMark (extract --format markdown prints such a text):\n"
      "             patch(1) makes the new one of the old one with it, byte for byte\n"
      "\n"
      "Exit status: 0 nothing differs; 1 something does; 2 trouble. What --only and --no-cosmetic leave out\n"
      "does not count.\n"
      "\n"
      "Environment: SMALLPRINT_ARCHIVE where the archive is. NO_COLOR, if not empty, turns --color auto off.\n"
      "\n"
      "Examples:\n"
      "  smallprint diff policy-2023.md policy-2024.md\n"
      "  smallprint diff --words --no-cosmetic old.html https://example.org/privacy\n"
      "  smallprint diff --only ai-training linkedin/privacy-policy@2024-09-17 linkedin/privacy-policy@latest\n"
      "  smallprint diff --format json old.md new.md | jq '.changes[] | select(.importance == \"high\")'\n"
      "  git show HEAD~1:terms.md | smallprint diff --no-cosmetic - terms.md || echo 'terms.md says something new'\n"
      "  smallprint diff --format patch old.html new.html > change.patch");
  command->add_option("OLD", options->before, "The document before")->required();
  command->add_option("NEW", options->after, "The document after")->required();
  command->add_option("--format", options->format, "How to print it, see below")
      ->check(CLI::IsMember({"text", "markdown", "html", "json", "patch"}))
      ->type_name("")
      ->capture_default_str();
  command->add_flag("--words", options->words, "Mark the words that changed instead of showing both clauses");
  command
      ->add_option("--context", options->context,
                   "How much of what is unchanged to show around a change, or all. In text: clauses (0), with "
                   "--words words (12); in a patch: lines (3)")
      ->check([](const std::string& value) {
        const bool digits =
            !value.empty() && value.size() < 10 && value.find_first_not_of("0123456789") == std::string::npos;
        return digits || value == "all" ? std::string() : "takes a number, or all, not '" + value + "'";
      })
      ->type_name("N|all");
  command->add_option("--only", options->topics, "Only changes on this topic, such as ai-training (repeatable: on any)")
      ->type_name("TOPIC")
      ->allow_extra_args(false);
  command->add_flag("--no-cosmetic", options->no_cosmetic, "Leave cosmetic changes out");
  command->add_option("--color", options->color, "auto: on a terminal, unless NO_COLOR is set")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("")
      ->capture_default_str();
  command->add_flag("--json", settings.json, "The same as --format json");
  command
      ->add_option("--allow-address", options->allowed_addresses,
                   "Also visit this loopback or private address or range (repeatable)")
      ->type_name("RANGE")
      ->allow_extra_args(false);
  command->callback([options, &settings, &status] {
    try {
      status = run_diff(*options, settings);
    } catch (const std::exception& error) {
      status = trouble(error.what());  // 1 would say that the documents differ
    }
  });
}

}  // namespace smallprint
