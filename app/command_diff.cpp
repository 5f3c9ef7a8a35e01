#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/read_document.h"
#include "app/render_comparison.h"
#include "diff/analysis.h"
#include "diff/compare.h"
#include "diff/rules.h"
#include "server/json.h"

namespace smallprint {
namespace {

struct DiffOptions {
  std::string before, after;
  std::string format = "text";
  std::string color = "auto";
  std::string context = "12";
  std::vector<std::string> allowed_addresses;
  bool no_cosmetic = false;
  bool exit_code = false;
};

bool use_color(const std::string& wish) {
  if (wish != "auto") return wish == "always";
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0') &&
         (terminal == nullptr || std::string_view(terminal) != "dumb");
}

int run_diff(const DiffOptions& options, bool json) {
  if (options.before == "-" && options.after == "-") {
    fmt::print(stderr, "smallprint: only one of OLD and NEW can be standard input\n");
    return exit_usage;
  }
  RenderOptions render;
  render.color = use_color(options.color);
  render.cosmetic = !options.no_cosmetic;
  render.context = SIZE_MAX;
  if (options.context != "all")
    std::from_chars(options.context.data(), options.context.data() + options.context.size(), render.context);

  const auto before = read_document(options.before, options.allowed_addresses);
  if (!before) return report(before.error());
  const auto after = read_document(options.after, options.allowed_addresses);
  if (!after) return report(after.error());

  Comparison comparison = compare(*before, *after);
  const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache(rules);
  const DocumentAnalysis before_analysis = analyse(rules, *before, cache);
  const DocumentAnalysis after_analysis = analyse(rules, *after, cache);
  judge(rules, *before, before_analysis, *after, after_analysis, comparison);

  const std::string title = options.before + " → " + options.after;
  std::string out;
  if (json || options.format == "json") {
    if (options.no_cosmetic) std::erase_if(comparison.changes, [](const Change& change) { return change.cosmetic; });
    out = comparison_json(comparison) + "\n";
  } else if (options.format == "markdown") {
    out = comparison_markdown(comparison, title, render);
  } else if (options.format == "html") {
    out = comparison_html(comparison, title, render);
  } else {
    out = comparison_text(comparison, render);
  }
  if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size() || std::fflush(stdout) != 0) {
    return report({ErrorCode::unavailable, "the output cannot be written"});
  }
  return options.exit_code && comparison.kind == VersionKind::substantive ? 1 : exit_ok;
}

}  // namespace

void add_diff_command(CLI::App& app, Settings& settings, int& status) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App* command = app.add_subcommand("diff", "Show what changed between two documents, clause by clause");
  command->footer(
      "OLD and NEW are files (.md, .txt, .html), http(s) addresses, or - for Markdown on standard input.\n"
      "Each change is shown with the headings above it, what happened (added, removed, edited, moved, split,\n"
      "merged), why it is cosmetic if it is, and its words: [-removed-] and {+added+}, or in colour.\n"
      "\n"
      "Examples:\n"
      "  smallprint diff policy-2023.md policy-2024.md\n"
      "  smallprint diff --no-cosmetic --context all old.html https://example.org/privacy\n"
      "  smallprint diff --format json old.md new.md | jq '.changes[] | select(.importance == \"high\")'\n"
      "  git show HEAD~1:terms.md | smallprint diff --exit-code - terms.md\n"
      "\n"
      "Exit status: 0 compared; 1 failed (with --exit-code: or something of substance changed); 2 bad usage.");
  command->add_option("OLD", options->before, "The document before: a file, an address, or -")->required();
  command->add_option("NEW", options->after, "The document after")->required();
  command->add_option("--format", options->format, "text, markdown, html (a fragment) or json")
      ->check(CLI::IsMember({"text", "markdown", "html", "json"}))
      ->capture_default_str();
  command->add_option("--context", options->context, "Unchanged words shown beside a change in text, or all")
      ->check([](const std::string& value) {
        const bool digits =
            !value.empty() && value.size() < 10 && value.find_first_not_of("0123456789") == std::string::npos;
        return digits || value == "all" ? std::string() : "takes a number of words, or all, not '" + value + "'";
      })
      ->capture_default_str();
  command->add_option("--color", options->color, "auto (on a terminal, unless NO_COLOR is set), always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  command->add_flag("--no-cosmetic", options->no_cosmetic, "Leave cosmetic changes out");
  command->add_flag("--exit-code", options->exit_code, "Exit with 1 where something of substance changed");
  command->add_flag("--json", settings.json, "The same as --format json");
  command
      ->add_option("--allow-address", options->allowed_addresses,
                   "Also visit this loopback or private address or range (repeatable)")
      ->type_name("RANGE")
      ->allow_extra_args(false);
  command->callback([options, &settings, &status] { status = run_diff(*options, settings.json); });
}

}  // namespace smallprint
