#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/browser_settings.h"
#include "app/command.h"
#include "app/read_document.h"
#include "fetcher/catalog.h"
#include "fetcher/extract/extract.h"
#include "model/markdown.h"

namespace smallprint {
namespace {

namespace json = boost::json;

struct ExtractOptions {
  std::string input;
  std::string declaration, terms;
  std::vector<std::string> select, remove;
  std::string base_url;
  std::string format = "markdown";
  std::vector<std::string> allowed_addresses;
  BrowserSettings browser;
};

/// The declaration's documents, or the one with the type that was asked for.
Result<Declaration> declared(const ExtractOptions& options) {
  std::ifstream in(options.declaration, std::ios::binary);
  if (!in || std::filesystem::is_directory(options.declaration)) {
    return Error{ErrorCode::not_found, "there is no file " + options.declaration};
  }
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  Catalog catalog = read_declaration(options.declaration, text);
  for (const Problem& problem : catalog.problems) {
    fmt::print(stderr, "smallprint: {}: {}\n", problem.file, problem.message);
  }
  std::string types;
  for (Declaration& declaration : catalog.declarations) {
    if (options.terms.empty() ? catalog.declarations.size() == 1
                              : declaration.terms_type == options.terms || declaration.id == options.terms) {
      return std::move(declaration);
    }
    types += (types.empty() ? "" : ", ") + declaration.terms_type;
  }
  if (types.empty()) return Error{ErrorCode::bad_input, options.declaration + " declares no usable document"};
  if (options.terms.empty()) return Error{ErrorCode::bad_input, "choose one with --terms: " + types};
  return Error{ErrorCode::not_found, options.declaration + " declares no \"" + options.terms + "\", but " + types};
}

/// Every source read and extracted, one after the other.
Result<Extraction> extracted(const ExtractOptions& options, const std::string& archive) {
  std::vector<Source> sources(1);
  if (!options.declaration.empty()) {
    auto declaration = declared(options);
    if (!declaration) return declaration.error();
    sources = std::move(declaration->sources);
  }
  if (!options.select.empty()) sources[0].select.assign(options.select.begin(), options.select.end());
  if (!options.remove.empty()) sources[0].remove.assign(options.remove.begin(), options.remove.end());
  if (!options.input.empty() && sources.size() > 1) {
    return Error{ErrorCode::bad_input,
                 "the document is combined of several pages: leave URL|FILE out to read them all"};
  }
  const ReadOptions read_options{options.allowed_addresses, archive, options.browser};
  Extraction whole;
  if (names_version(options.input)) {
    auto read = read_document(options.input, read_options);
    if (!read) return read.error();
    whole.document = std::move(read->document);
    return whole;
  }
  for (const Source& source : sources) {
    auto part = read_source(options.input.empty() ? source.url : options.input, source, options.base_url, read_options);
    if (!part) return part.error();
    whole.notes.insert(whole.notes.end(), part->notes.begin(), part->notes.end());
    whole.suspect.insert(whole.suspect.end(), part->suspect.begin(), part->suspect.end());
    auto& clauses = part->document.clauses;
    whole.document.clauses.insert(whole.document.clauses.end(), clauses.begin(), clauses.end());
    if (whole.document.language.empty()) whole.document.language = part->document.language;
  }
  link_headings(whole.document);
  return whole;
}

std::string as_json(const Extraction& extraction) {
  json::array clauses;
  for (std::size_t i = 0; i < extraction.document.clauses.size(); ++i) {
    const Clause& clause = extraction.document.clauses[i];
    json::object object{{"kind", std::string(name(clause.kind))}, {"level", clause.level}, {"text", clause.text}};
    if (!clause.marker.empty()) object["marker"] = clause.marker;
    json::array section, spans;
    for (std::string& heading : extraction.document.section(i)) section.emplace_back(std::move(heading));
    object["section"] = std::move(section);
    for (const Span& span : clause.spans) {
      static constexpr const char* kinds[] = {"strong", "emphasis", "code", "link"};
      json::object entry{
          {"kind", kinds[static_cast<std::size_t>(span.kind)]}, {"begin", span.begin}, {"end", span.end}};
      if (span.kind == SpanKind::link) entry["target"] = span.target;
      spans.push_back(std::move(entry));
    }
    if (!spans.empty()) object["spans"] = std::move(spans);
    clauses.push_back(std::move(object));
  }
  const json::object root{{"title", extraction.document.title},
                          {"language", extraction.document.language},
                          {"words", extraction.document.words()},
                          {"notes", json::value_from(extraction.notes)},
                          {"suspect", json::value_from(extraction.suspect)},
                          {"clauses", std::move(clauses)}};
  return json::serialize(root) + "\n";
}

std::string as_text(const Document& document) {
  std::string out;
  for (const Clause& clause : document.clauses) {
    if (clause.kind == ClauseKind::heading && !out.empty()) out += '\n';
    if (clause.kind == ClauseKind::list_item) {
      out.append(static_cast<std::size_t>(clause.level - 1) * 2, ' ').append(clause.marker).append(" ");
    }
    out.append(clause.text).append("\n");
  }
  return out;
}

int run_extract(const ExtractOptions& options, const Settings& settings) {
  if (options.input.empty() && options.declaration.empty()) {
    fmt::print(stderr, "smallprint: name a URL or a file, or a --declaration\n");
    return exit_usage;
  }
  const auto extraction = extracted(options, settings.archive);
  if (!extraction) return report(extraction.error());
  for (const std::string& note : extraction->notes) fmt::print(stderr, "note: {}\n", note);
  for (const std::string& mark : extraction->suspect) fmt::print(stderr, "suspect: {}\n", mark);
  std::string out;
  if (settings.json || options.format == "json") {
    out = as_json(*extraction);
  } else if (options.format == "text") {
    out = as_text(extraction->document);
  } else {
    out = render_markdown(extraction->document);
  }
  if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size() || std::fflush(stdout) != 0) {
    return report({ErrorCode::unavailable, "the output cannot be written"});
  }
  return exit_ok;
}

}  // namespace

void add_extract_command(CLI::App& app, Settings& settings, int& status) {
  auto options = std::make_shared<ExtractOptions>();
  CLI::App* command = app.add_subcommand("extract", "Print what a page yields: its document, and nothing else of it");
  command
      ->add_option("input", options->input,
                   "URL, file, or version of the archive (linkedin/privacy-policy@latest); left out: the address that "
                   "the declaration names")
      ->type_name("URL|FILE|VERSION");
  auto* declaration =
      command->add_option("--declaration", options->declaration, "A declaration file (JSON)")->type_name("FILE");
  command->add_option("--terms", options->terms, "Which of its documents: \"Privacy Policy\"")
      ->needs(declaration)
      ->type_name("TYPE");
  command->add_option("--select", options->select, "CSS selector of what to take; may be repeated")
      ->type_name("SELECTOR")
      ->allow_extra_args(false);
  command->add_option("--remove", options->remove, "CSS selector of what to leave out; may be repeated")
      ->type_name("SELECTOR")
      ->allow_extra_args(false);
  command->add_option("--base-url", options->base_url, "The address that relative links start from")->type_name("URL");
  command->add_option("--format", options->format, "markdown, json or text")
      ->check(CLI::IsMember({"markdown", "json", "text"}))
      ->capture_default_str();
  command
      ->add_option("--allow-address", options->allowed_addresses,
                   "A network to reach though it is private: 127.0.0.0/8")
      ->allow_extra_args(false);
  add_browser_settings(*command, options->browser);
  command->add_flag("--json", settings.json, "The same as --format json");
  command->callback([options, &settings, &status] { status = run_extract(*options, settings); });
}

}  // namespace smallprint
