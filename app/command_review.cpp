#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>

#include "app/command.h"
#include "app/review.h"
#include "app/tracker.h"
#include "diff/analysis.h"
#include "model/clock.h"

namespace smallprint {
namespace {

namespace json = boost::json;

struct ReviewOptions {
  std::vector<std::uint64_t> ids;
  std::string document;
  bool all = false;
  bool text = false;
  std::size_t page = 0;
};

json::object to_json(const Suspect& suspect) {
  json::object object{{"id", suspect.id},
                      {"document", suspect.document},
                      {"state", name(suspect.state)},
                      {"reasons", json::value_from(suspect.reasons)},
                      {"may_stay", suspect.may_stay},
                      {"first_observed_at", format_rfc3339(suspect.first_at)},
                      {"last_observed_at", format_rfc3339(suspect.last_at)},
                      {"visits", suspect.visits},
                      {"text_sha256", suspect.text_sha256}};
  object["decided_at"] = suspect.decided_at ? json::value(format_rfc3339(*suspect.decided_at)) : json::value();
  object["version"] = suspect.version == 0 ? json::value() : json::value(suspect.version);
  if (suspect.pages.empty()) return object;
  json::array pages;
  for (const Snapshot& page : suspect.pages) {
    json::object headers;
    for (const auto& [key, value] : page.headers) headers[key] = value;
    pages.push_back({{"urls", json::value_from(page.urls)},
                     {"status", page.status},
                     {"headers", std::move(headers)},
                     {"bytes", page.body.size()},
                     {"sha256", sha256_hex(page.body)}});
  }
  object["pages"] = std::move(pages);
  object["text"] = suspect.text;
  return object;
}

/// A page's own words on a terminal: control characters could move its cursor.
std::string printable(std::string text) {
  std::erase_if(text, [](char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\n') || c == '\x7F'; });
  return text;
}

int list(const Settings& settings, const ReviewOptions& options) {
  const auto archive = open_or_report(settings, {.read_only = true});
  if (!archive) return exit_failed;
  SuspectFilter filter;
  if (!options.all) filter.state = SuspectState::waiting;
  if (options.document.find('/') == std::string::npos) {
    filter.service = options.document;
  } else {
    filter.document = options.document;
  }
  json::array rows;
  std::string cursor;
  do {
    const auto page = archive->suspects(filter, {100, cursor});
    if (!page) return report(page.error());
    for (const Suspect& suspect : page->items) {
      if (settings.json) {
        rows.push_back(to_json(suspect));
        continue;
      }
      fmt::print("{:>6}  {:<8}  {}  {:>3} visits since {}  {}\n", suspect.id, name(suspect.state), suspect.document,
                 suspect.visits, format_rfc3339(suspect.first_at), printable(suspect.reasons.front()));
      rows.emplace_back(nullptr);
    }
    cursor = page->next;
  } while (!cursor.empty());
  if (settings.json) {
    fmt::print("{}\n", json::serialize(json::object{{"items", std::move(rows)}}));
  } else if (rows.empty()) {
    fmt::print("nothing waits for a decision\n");
  }
  return exit_ok;
}

int show(const Settings& settings, const ReviewOptions& options) {
  const auto archive = open_or_report(settings, {.read_only = true});
  if (!archive) return exit_failed;
  const auto suspect = archive->suspect(options.ids.front());
  if (!suspect) return report(suspect.error());
  if (options.page > 0) {
    if (options.page > suspect->pages.size()) {
      return report({ErrorCode::not_found, fmt::format("suspect {} has {} pages", suspect->id, suspect->pages.size())});
    }
    const std::string& body = suspect->pages[options.page - 1].body;
    std::fwrite(body.data(), 1, body.size(), stdout);
    return exit_ok;
  }
  if (options.text) {
    std::fwrite(suspect->text.data(), 1, suspect->text.size(), stdout);
    return exit_ok;
  }
  if (settings.json) {
    fmt::print("{}\n", json::serialize(to_json(*suspect)));
    return exit_ok;
  }
  fmt::print("suspect   {}\ndocument  {}\nstate     {}{}\nseen      {} to {}, {} visits\n", suspect->id,
             suspect->document, name(suspect->state),
             suspect->version == 0 ? "" : fmt::format(", version {}", suspect->version),
             format_rfc3339(suspect->first_at), format_rfc3339(suspect->last_at), suspect->visits);
  for (const std::string& reason : suspect->reasons) fmt::print("reason    {}\n", printable(reason));
  if (suspect->state == SuspectState::waiting) {
    fmt::print("otherwise {}\n", suspect->may_stay ? "it becomes a version after three visits over at least a day"
                                                   : "it waits, until the document is back or somebody decides");
  }
  for (const Snapshot& page : suspect->pages) {
    for (const std::string& url : page.urls) fmt::print("page      {}\n", printable(url));
    fmt::print("          status {}, {} bytes, SHA-256 {}\n", page.status, page.body.size(), sha256_hex(page.body));
  }
  constexpr std::size_t most_shown = 2000;
  std::string text = printable(suspect->text.substr(0, most_shown));
  fmt::print("\n{}\n", text.empty() ? "(no text where the document should stand)" : text);
  if (suspect->text.size() > most_shown) {
    fmt::print("… {} bytes in all: smallprint review show {} --text\n", suspect->text.size(), suspect->id);
  }
  return exit_ok;
}

int decide(const Settings& settings, const ReviewOptions& options, bool accept) {
  const auto archive = open_or_report(settings);
  if (!archive) return exit_failed;
  const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache(rules);
  const SystemClock clock;
  int status = exit_ok;
  for (const std::uint64_t id : options.ids) {
    const auto decided =
        accept ? accept_suspect(*archive, id, rules, cache, clock.now()) : reject_suspect(*archive, id, clock.now());
    if (!decided) {
      status = report(decided.error());
    } else if (settings.json) {
      fmt::print("{}\n", json::serialize(to_json(*decided)));
    } else if (accept) {
      fmt::print("suspect {} is version {} of {}\n", id, decided->version, decided->document);
    } else {
      fmt::print("suspect {} of {} is rejected\n", id, decided->document);
    }
  }
  return status;
}

}  // namespace

void add_review_command(CLI::App& app, Settings& settings, int& status) {
  auto* command = app.add_subcommand("review", "List the suspect pages that wait for a decision, and decide");
  command->description(
      "A fetched page that does not look like the document is suspect: a bot wall, a CAPTCHA, a login, a consent "
      "page,\n"
      "an error page with status 200, an empty shell; or a text in another language than before, with most of its\n"
      "words lost, or of another document. It becomes no version and enters no feed. Its bytes are kept as evidence.\n"
      "\n"
      "What only differs from the document's history becomes a version by itself when it is still there after three\n"
      "visits over at least a day. What says of itself that it is a wall, a login or an error waits until the "
      "document\n"
      "is back or somebody decides. Without a subcommand, what waits is listed.\n"
      "\n"
      "  smallprint review                    what waits, newest first\n"
      "  smallprint review show 12            why, since when, from where, and the text\n"
      "  smallprint review show 12 --page 1   the bytes as fetched, to standard output\n"
      "  smallprint review accept 12          it is the document: make it a version\n"
      "  smallprint review reject 12          it is not: this text becomes no version, however long it stays\n"
      "\n"
      "Exits 0 where all was done, 1 where something could not be, 2 for wrong usage.");
  auto options = std::make_shared<ReviewOptions>();
  const auto json_flag = [&settings](CLI::App* of) { of->add_flag("--json", settings.json, "Print JSON"); };

  auto* listing = command->add_subcommand("list", "What waits for a decision, newest first");
  for (CLI::App* of : {command, listing}) {
    json_flag(of);
    of->add_flag("--all", options->all, "Also what was decided, stayed, or is gone");
  }
  listing->add_option("DOCUMENT", options->document, "Only of this document (linkedin/privacy-policy) or service");

  auto* showing = command->add_subcommand("show", "One suspect: why, since when, from where, and its text");
  showing->add_option("ID", options->ids, "Its number in the list")->required()->expected(1);
  auto* text = showing->add_flag("--text", options->text, "Print its whole text as Markdown, and nothing else");
  showing->add_option("--page", options->page, "Print the bytes of its N-th page as fetched, and nothing else")
      ->type_name("N")
      ->check(CLI::PositiveNumber)
      ->excludes(text);
  json_flag(showing);

  auto* accepting = command->add_subcommand("accept", "It is the document: make it a version, dated by its last visit");
  accepting->add_option("ID", options->ids, "Numbers in the list")->required();
  json_flag(accepting);
  auto* rejecting = command->add_subcommand("reject", "It is not the document: this text becomes no version");
  rejecting->add_option("ID", options->ids, "Numbers in the list")->required();
  json_flag(rejecting);

  command->require_subcommand(0, 1);
  command->callback([=, &settings, &status] {
    if (command->get_subcommands().empty() || listing->parsed()) status = list(settings, *options);
    if (showing->parsed()) status = show(settings, *options);
    if (accepting->parsed() || rejecting->parsed()) status = decide(settings, *options, accepting->parsed());
  });
}

}  // namespace smallprint
