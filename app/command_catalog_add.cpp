#include "app/command_catalog_add.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "app/browser_settings.h"
#include "app/take_pages.h"
#include "fetcher/catalog.h"
#include "fetcher/catalog_draft.h"
#include "fetcher/extract/draft.h"
#include "fetcher/extract/extract.h"
#include "fetcher/extract/text.h"
#include "fetcher/net/curl_fetcher.h"

namespace smallprint {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t most_headings = 40;      ///< of the outline that is printed
constexpr std::size_t first_lines = 3;         ///< paragraphs that are shown
constexpr std::size_t line_bytes = 160;        ///< of each of them
constexpr std::uintmax_t max_file = 4U << 20;  ///< of a declaration, as read_catalog() has it

struct AddOptions {
  std::string url, catalog, service, type, region, language;
  std::vector<std::string> select, remove, allowed_addresses;
  BrowserSettings browser;
  bool propose = false, dry_run = false, force = false, ignore_robots = false;
};

/// What a page turned out to be.
struct Found {
  FetchResult answer;
  Extraction extraction;
  PageNames names;
  std::vector<Selection> proposal;
  Declaration declaration;
  std::string type_from, service_from;  ///< where a guess comes from; empty: it was given
  std::string file;
  std::string text;  ///< of the declaration's file, with the document
};

/// What others wrote, safe to print on a terminal.
std::string shown(std::string_view text) {
  std::string out;
  append_folded(to_utf8(text), out);
  return out;
}

std::string cut(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return text.substr(0, most) + " …";
}

std::string_view what_to_do(const FetchResult& answer) {
  switch (answer.outcome) {
    case FetchOutcome::disallowed: return "where you have the right to fetch it all the same, say --ignore-robots";
    case FetchOutcome::refused: return "an address of your own network may be allowed with --allow-address";
    case FetchOutcome::http_error:
      return answer.status == 404 || answer.status == 410 ? "look for the document's address in a browser"
                                                          : "the host does not answer programs, or not now; try again "
                                                            "later, or with the address that a browser ends at";
    case FetchOutcome::timeout:
    case FetchOutcome::network_error:
    case FetchOutcome::tls_error: return "check the address, and try again";
    default: return "";
  }
}

Error fetch_error(const std::string& url, const FetchResult& answer) {
  std::string message = fmt::format("{}: {}: {}", url, name(answer.outcome), shown(answer.reason));
  if (const std::string_view hint = what_to_do(answer); !hint.empty()) message += fmt::format("; {}", hint);
  return {ErrorCode::unavailable, std::move(message)};
}

/// The service of the folder's declarations whose pages stand on the same site, where it is one.
std::string known_service(const std::string& folder, const std::string& url) {
  std::error_code missing;
  if (folder.empty() || !fs::is_directory(folder, missing)) return {};
  const auto catalog = read_catalog(folder);
  if (!catalog) return {};
  std::string found;
  for (const Declaration& declaration : catalog->declarations) {
    for (const Source& source : declaration.sources) {
      if (site_label(source.url) != site_label(url)) continue;
      if (!found.empty() && found != declaration.service_name) return {};
      found = declaration.service_name;
    }
  }
  return found;
}

/// Fills the service and the terms type. Error bad_input: one is neither given nor to be guessed.
Result<bool> name_it(const AddOptions& options, Found& found) {
  Declaration& declaration = found.declaration;
  const std::string& url = found.answer.urls.back();
  declaration.terms_type = options.type;
  declaration.region = options.region;
  if (const std::size_t at = options.type.rfind('@'); at != std::string::npos && options.region.empty()) {
    declaration.terms_type = options.type.substr(0, at);
    declaration.region = options.type.substr(at + 1);
  }
  if (declaration.terms_type.empty()) {
    found.type_from = "the first heading";
    declaration.terms_type = guess_terms_type(found.extraction.document.title);
  }
  if (declaration.terms_type.empty()) {
    found.type_from = "the page's title";
    declaration.terms_type = guess_terms_type(found.names.title);
  }
  if (declaration.terms_type.empty()) {
    found.type_from = "the address";
    declaration.terms_type = guess_terms_type_of_address(url);
  }
  if (declaration.terms_type.empty()) {
    std::string known;
    for (const std::string_view type : known_terms_types())
      known += fmt::format("{}\"{}\"", known.empty() ? "" : ", ", type);
    return Error{ErrorCode::bad_input,
                 "neither the page nor its address says what terms these are: say so with --type; "
                 "Open Terms Archive calls them " +
                     known};
  }
  declaration.service_name = options.service;
  if (declaration.service_name.empty()) {
    found.service_from = "the catalog";
    declaration.service_name = known_service(options.catalog, url);
  }
  if (declaration.service_name.empty()) {
    found.service_from = "the page";
    declaration.service_name = guess_service(found.names.site, found.names.title, url);
  }
  if (declaration.service_name.empty()) {
    return Error{ErrorCode::bad_input, "the page does not say whose it is: name the service with --service"};
  }
  return true;
}

/// The declaration's file with the document in it.
Result<bool> write_down(const AddOptions& options, Found& found) {
  Declaration& declaration = found.declaration;
  const std::string folder = options.catalog.empty() ? "." : options.catalog;
  auto file = options.catalog.empty() ? Result<std::string>(declaration.service_name + ".json")
                                      : catalog_file_of(folder, declaration.service_name);
  if (!file) return file.error();
  found.file = std::move(*file);
  std::string before;
  std::error_code code;
  if (!options.catalog.empty() && fs::exists(found.file, code)) {
    if (!fs::is_regular_file(found.file, code) || fs::file_size(found.file, code) > max_file) {
      return Error{ErrorCode::conflict, found.file + " is no file, or longer than 4 MB"};
    }
    std::ifstream in(found.file, std::ios::binary);
    before.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    if (!in.is_open() || in.bad()) return Error{ErrorCode::unavailable, found.file + " cannot be read"};
    if (before.empty()) return Error{ErrorCode::conflict, found.file + " is empty; remove it first"};
  }
  auto text = with_declaration(before, declaration, options.force);
  if (!text) {
    const bool declared = text.error().code == ErrorCode::conflict;
    return Error{ErrorCode::conflict,
                 fmt::format("{} {}; {}", found.file, shown(text.error().message),
                             declared ? "--force replaces it, --type or --region declare another document"
                                      : "mend the file first (smallprint catalog check says what is wrong with it)")};
  }
  found.text = std::move(*text);
  // What was written must be what a catalog is read from.
  const Catalog again = read_declaration(found.file, found.text);
  const auto is_it = [&](const Declaration& d) {
    return d.sources == declaration.sources && d.terms_type == declaration.terms_type && d.region == declaration.region;
  };
  const auto kept = std::find_if(again.declarations.begin(), again.declarations.end(), is_it);
  if (kept == again.declarations.end()) {
    const std::string why = again.problems.empty() ? "" : ": " + again.problems.front().message;
    return Error{ErrorCode::bad_input, "this makes no declaration that can be read" + why};
  }
  declaration.id = kept->id;
  declaration.service_name = kept->service_name;
  return true;
}

/// All at once or not at all.
Result<bool> save(const std::string& folder, const Found& found) {
  std::error_code code;
  if (!fs::exists(folder, code) && !fs::create_directory(folder, code)) {
    return Error{ErrorCode::unavailable, fmt::format("the folder {} cannot be made: {}", folder, code.message())};
  }
  const std::string beside = found.file + ".new";
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << found.text << std::flush;
  out.close();
  if (!out) {
    fs::remove(beside, code);
    return Error{ErrorCode::unavailable, found.file + " cannot be written"};
  }
  fs::rename(beside, found.file, code);
  if (code) {
    const std::string why = code.message();
    fs::remove(beside, code);
    return Error{ErrorCode::unavailable, fmt::format("{} cannot be written: {}", found.file, why)};
  }
  return true;
}

std::size_t headings_of(const Document& document) {
  return static_cast<std::size_t>(std::count_if(document.clauses.begin(), document.clauses.end(),
                                                [](const Clause& c) { return c.kind == ClauseKind::heading; }));
}

std::vector<std::string> beginning_of(const Document& document) {
  std::vector<std::string> lines;
  for (const Clause& clause : document.clauses) {
    if (clause.kind == ClauseKind::heading) continue;
    std::string line = clause.text;
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\t' || c == '\n'; }, ' ');
    lines.push_back(cut(std::move(line), line_bytes));
    if (lines.size() == first_lines) break;
  }
  return lines;
}

std::string joined(const std::vector<Selection>& selection) {
  std::string out;
  for (const Selection& entry : selection) {
    if (const auto* text = std::get_if<std::string>(&entry)) out += (out.empty() ? "" : ", ") + *text;
  }
  return out;
}

void print_found(const Found& found) {
  const Document& document = found.extraction.document;
  const auto row = [](std::string_view label, std::string_view value) { fmt::print("{:<10}{}\n", label, value); };
  row("address", shown(found.answer.urls.back()));
  if (!found.answer.moved_to.empty()) row("moved", "for good, to " + shown(found.answer.moved_to) + ": declared so");
  row("title", document.title.empty() ? found.names.title : document.title);
  row("language", document.language.empty() ? "unknown" : document.language);
  row("text", fmt::format("{} words in {} clauses under {} headings", document.words(), document.clauses.size(),
                          headings_of(document)));
  const Source& source = found.declaration.sources.front();
  if (!source.select.empty()) {
    row("select", joined(source.select));
  } else if (!found.proposal.empty()) {
    row("select", joined(found.proposal) + " would give the same text; --propose-select declares it");
  }
  for (const std::string& note : found.extraction.notes) row("note", shown(note));
  for (const std::string& mark : found.extraction.suspect) row("suspect", shown(mark));
  std::size_t headings = 0;
  for (const Clause& clause : document.clauses) {
    if (clause.kind != ClauseKind::heading || ++headings > most_headings) continue;
    fmt::print("{}{}{}\n", headings == 1 ? "\n" : "", std::string(std::size_t{2} * clause.level, ' '),
               cut(clause.text, line_bytes));
  }
  if (headings > most_headings) fmt::print("  … and {} more\n", headings - most_headings);
  fmt::print("\n");
  for (const std::string& line : beginning_of(document)) fmt::print("  {}\n", line);
  fmt::print("\n");
}

json::object as_json(const Found& found, bool written) {
  const Document& document = found.extraction.document;
  json::array outline, lines, select;
  for (const Clause& clause : document.clauses) {
    if (clause.kind == ClauseKind::heading)
      outline.push_back(json::object{{"level", clause.level}, {"text", clause.text}});
  }
  for (std::string& line : beginning_of(document)) lines.emplace_back(std::move(line));
  for (const Selection& entry : found.proposal) {
    if (const auto* text = std::get_if<std::string>(&entry)) select.emplace_back(*text);
  }
  json::object out{{"url", found.answer.urls.back()},
                   {"moved_to", found.answer.moved_to},
                   {"title", document.title},
                   {"page_title", found.names.title},
                   {"language", document.language},
                   {"words", document.words()},
                   {"clauses", document.clauses.size()},
                   {"outline", std::move(outline)},
                   {"first_lines", std::move(lines)},
                   {"suspect", json::value_from(found.extraction.suspect)},
                   {"notes", json::value_from(found.extraction.notes)},
                   {"proposed_select", std::move(select)},
                   {"document", found.declaration.id},
                   {"service", found.declaration.service_name},
                   {"terms_type", found.declaration.terms_type},
                   {"file", found.file},
                   {"written", written}};
  boost::system::error_code error;
  if (const json::value declaration = json::parse(found.text, error); !error) out["declaration"] = declaration;
  return out;
}

int add(const AddOptions& options, const Settings& settings) {
  if (!options.url.starts_with("http://") && !options.url.starts_with("https://")) {
    return (report({ErrorCode::bad_input, options.url + " is no http or https address"}), exit_usage);
  }
  if (options.catalog.empty() && !options.dry_run) {
    return (report({ErrorCode::bad_input,
                    "say where the declarations are with --catalog DIR, or only look with --dry-run"}),
            exit_usage);
  }
  const CurlFetcherOptions fetching{{}, default_user_agent(), options.allowed_addresses, !options.ignore_robots};
  auto plain = make_curl_fetcher(fetching);
  if (!plain) return (report(plain.error()), exit_usage);
  const auto fetcher = with_browser(std::move(plain).value(), options.browser, fetching);
  if (!fetcher) return (report(fetcher.error()), exit_usage);
  Found found;
  const std::string asked = options.url.substr(0, options.url.find('#'));
  FetchRequest request{asked, options.language, {}, {}, options.ignore_robots};
  Page page;
  Source source;
  source.select.assign(options.select.begin(), options.select.end());
  source.remove.assign(options.remove.begin(), options.remove.end());
  const auto look = [&]() -> Result<Extraction> {
    found.answer = (*fetcher)->fetch(request);
    if (found.answer.outcome != FetchOutcome::ok) return fetch_error(asked, found.answer);
    if (found.answer.urls.empty()) found.answer.urls.push_back(asked);
    page = {found.answer.urls.back(), {}, std::move(found.answer.body)};
    for (const auto& [header, value] : found.answer.headers) {
      if (header == "content-type") page.content_type = value;
    }
    source.url = found.answer.moved_to.empty() ? asked : found.answer.moved_to;
    auto read = extract(page, source);
    if (!read) return Error{read.error().code, fmt::format("{}: {}", asked, read.error().message)};
    return read;
  };
  auto extraction = look();
  if (is_shell(extraction) && (*fetcher)->renders()) {
    request.execute_scripts = source.execute_client_scripts = true;
    extraction = look();
  }
  if (!extraction) return report(extraction.error());
  found.extraction = std::move(*extraction);
  found.names = names_of(page);
  if (source.select.empty() && source.remove.empty()) {
    found.proposal = stable_selection(page, found.extraction.document);
    if (options.propose) source.select = found.proposal;
  }
  found.declaration.language = options.language;
  found.declaration.ignore_robots = options.ignore_robots;
  found.declaration.sources = {std::move(source)};
  if (!settings.json) print_found(found);

  if (auto named = name_it(options, found); !named) return (report(named.error()), exit_usage);
  if (!found.extraction.suspect.empty() && !options.force && !options.dry_run) {
    return report({ErrorCode::conflict, fmt::format("{}; nothing was written: look at {} in a browser, and where it is "
                                                    "the document all the same, say --force",
                                                    shown(found.extraction.suspect.front()), shown(page.url))});
  }
  if (auto put = write_down(options, found); !put) {
    return (report(put.error()), put.error().code == ErrorCode::bad_input ? exit_usage : exit_failed);
  }
  if (!options.dry_run) {
    if (auto saved = save(options.catalog, found); !saved) return report(saved.error());
  }
  if (settings.json) {
    fmt::print("{}\n", json::serialize(as_json(found, !options.dry_run)));
    return exit_ok;
  }
  const auto from = [](const std::string& where) { return where.empty() ? "" : fmt::format(" (from {})", where); };
  fmt::print("service   {}{}\nterms     {}{}\n", found.declaration.service_name, from(found.service_from),
             found.declaration.terms_type, from(found.type_from));
  if (options.dry_run) {
    fmt::print("\n{} would be:\n{}", found.file, found.text);
  } else {
    fmt::print("\n{} declares {} now\n", found.file, found.declaration.id);
  }
  return exit_ok;
}

}  // namespace

void add_catalog_add_command(CLI::App& catalog, Settings& settings, int& status) {
  CLI::App* command = catalog.add_subcommand("add", "Look at a page, and declare its document");
  command->description(
      "Visits URL once, as politely as fetch does, finds the document in the page by itself, shows what was found "
      "(title,\n"
      "language, headings, first lines, and what speaks against it), and writes the declaration to <Service>.json in "
      "the\n"
      "catalog's folder, in Open Terms Archive's form. A file that is there keeps its other members and their order.\n"
      "Service and terms type are taken from the catalog, the page's titles and the address where they are not given.\n"
      "A page that was moved for good is declared at its new address, and one that shows nothing without its scripts\n"
      "with executeClientScripts, where there is a browser to look at it.\n\n"
      "Nothing is written where the page looks like a bot wall, a login, an error or an empty shell, or where the\n"
      "document is declared already, unless --force is given. Exits 0 where it is declared, 1 where it could not be,\n"
      "2 where the command line lacks something.");
  auto options = std::make_shared<AddOptions>();
  command->add_option("URL", options->url, "Address of the page")->required();
  command->add_option("--catalog", options->catalog, "Folder of declarations; made where there is none")
      ->envname("SMALLPRINT_CATALOG")
      ->type_name("DIR");
  command->add_option("--service", options->service, "Who publishes the terms: \"LinkedIn\"")->type_name("NAME");
  command->add_option("--type", options->type, "What terms they are: \"Privacy Policy\", \"Terms of Service\"")
      ->type_name("TYPE");
  command->add_option("--region", options->region, "For which region, where a service has several: eu")
      ->type_name("REGION");
  command->add_option("--language", options->language, "The language to ask the host for: de")->type_name("LANGUAGE");
  auto* select = command->add_option("--select", options->select, "CSS selector of what to take; may be repeated")
                     ->type_name("SELECTOR")
                     ->allow_extra_args(false);
  command->add_option("--remove", options->remove, "CSS selector of what to leave out; may be repeated")
      ->type_name("SELECTOR")
      ->allow_extra_args(false);
  command
      ->add_flag("--propose-select", options->propose,
                 "Declare a selector too, where a stable one gives the same text; other engines need one")
      ->excludes(select);
  command->add_flag("--dry-run", options->dry_run, "Only look: print what the file would be, and write nothing");
  command->add_flag("--force", options->force,
                    "Declare a page that looks wrong, and replace the document where it is declared already");
  command
      ->add_option("--allow-address", options->allowed_addresses,
                   "Address or range that may be fetched although it is loopback, private or reserved; may be given "
                   "several times, or as a list with commas")
      ->envname("SMALLPRINT_ALLOW_ADDRESS")
      ->type_name("RANGE")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_flag("--ignore-robots", options->ignore_robots,
                    "Fetch also what a host's robots.txt does not allow, and declare that you have the right to");
  add_browser_settings(*command, options->browser);
  command->add_flag("--json", settings.json, "Print what was found and declared as JSON");
  command->footer(
      "Example: smallprint catalog add --catalog catalog https://example.org/privacy\n"
      "         smallprint catalog add --dry-run --type \"Terms of Service\" https://example.org/legal");
  command->callback([options, &settings, &status] { status = add(*options, settings); });
}

}  // namespace smallprint
