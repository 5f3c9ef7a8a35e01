// docs/rules.md is what the rules say of themselves: this writes it, and fails where it is not what stands there.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "diff/rules.h"
#include "diff/rules_impl.h"
#include "tests/support/support.h"

using namespace smallprint;

namespace {

// Markdown reads it as text, on one line.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += " ⏎ ";
      continue;
    }
    if (std::string_view("\\`*_<>[]|#").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

void examples(std::string& page, const char* title, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  page += std::string("\n") + title + ":\n\n";
  for (const std::string& text : texts) page += "- “" + plain(text) + "”\n";
}

void describe(std::string& page, const RuleSet::Impl& rules, const Rule& rule) {
  page += "\n#### `" + rule.id + "`\n\nLanguage: " + rules.grammars[rule.grammar].language + ". ";
  if (!rule.fact.empty()) page += "Answers `" + rule.fact + "` with `" + rule.value + "`. ";
  if (rule.denies) page += "Says that it is not so. ";
  if (rule.user) page += "About what the reader may or must not do. ";
  if (!rule.opposite.empty()) page += "Where what leads to it denies: `" + rule.opposite + "`. ";
  page.back() = '\n';
  examples(page, "Reads", rule.matches);
  examples(page, "Does not read", rule.ignores);
}

std::string rules_page(const RuleSet& set) {
  const RuleSet::Impl& rules = set.impl();
  std::string page =
      "# Rules\n\nWhat the rules in `diff/rules/` read, with their examples, which are their tests. How they read is "
      "said "
      "there, in `grammar.toml`, and in `diff/reading.cpp`; which dates are whose, in `dates.toml`. This page is "
      "written "
      "from the rules by a test of `diff_tests` and compared with them by the same test:\n\n```sh\n"
      "SMALLPRINT_WRITE_DOCS=1 build/release/tests/diff_tests -tc='docs/rules.md*'\n```\n\n## Questions\n\n"
      "| fact | question | answers |\n|---|---|---|\n";
  for (const FactRule& fact : rules.fact_rules) {
    page += "| `" + fact.definition.id + "` | " + plain(fact.definition.question) + " | ";
    for (std::size_t i = 0; i < fact.definition.values.size(); ++i) {
      page += (i == 0 ? "" : ", ") + fact.definition.values[i];
    }
    page += fact.definition.terms_only ? " (of terms alone) |\n" : " |\n";
  }
  page += "\n## Data that a headline names\n";
  for (const NamedData& data : rules.named_data) {
    page += "\n### " + plain(data.words) + "\n";
    examples(page, "Named by", data.matches);
    examples(page, "Not by", data.ignores);
  }
  page += "\n## Topics\n";
  for (std::size_t index = 0; index < rules.topic_rules.size(); ++index) {
    const TopicRule& topic = rules.topic_rules[index];
    page += "\n### " + plain(topic.topic.name) + " (`" + topic.topic.id + "`)\n\n" + plain(topic.topic.description) +
            " Importance: " + std::string(name(topic.importance)) + ".\n";
    examples(page, "Is on it", topic.matches);
    examples(page, "Is not", topic.ignores);
    for (const Rule& rule : rules.rules) {
      if (rule.topic == index) describe(page, rules, rule);
    }
  }
  return page;
}

}  // namespace

TEST_CASE("docs/rules.md is what the rules say") {
  const std::string page = rules_page(RuleSet::builtin());
  const auto path = test::source_folder() / "docs/rules.md";
  if (std::getenv("SMALLPRINT_WRITE_DOCS") != nullptr) std::ofstream(path) << page;
  std::ifstream in(path);
  const std::string told{std::istreambuf_iterator<char>(in), {}};
  INFO("write it anew: SMALLPRINT_WRITE_DOCS=1 diff_tests -tc='docs/rules.md*'");
  CHECK((told == page));
}
