#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <chrono>

#include "app/command.h"
#include "app/import_files.h"
#include "app/import_ota.h"
#include "app/progress.h"

namespace smallprint {
namespace {

void print(const ImportSummary& summary, double seconds, bool json) {
  if (json) {
    boost::json::array failed;
    for (const std::string& one : summary.failed) failed.emplace_back(one);
    boost::json::array undeclared;
    for (const DocumentId& one : summary.undeclared) undeclared.emplace_back(one);
    boost::json::object reasons;
    for (const auto& [reason, count] : summary.reasons) reasons[reason] = count;
    fmt::print("{}\n", boost::json::serialize(boost::json::object{{"commits", summary.commits},
                                                                  {"services", summary.services},
                                                                  {"documents", summary.documents},
                                                                  {"texts", summary.texts},
                                                                  {"versions_added", summary.versions},
                                                                  {"repeats", summary.repeats},
                                                                  {"unchanged", summary.unchanged},
                                                                  {"empty", summary.empty},
                                                                  {"known", summary.known},
                                                                  {"suspects", summary.suspects},
                                                                  {"unread", summary.unread},
                                                                  {"reasons", std::move(reasons)},
                                                                  {"undeclared", std::move(undeclared)},
                                                                  {"bytes", summary.bytes},
                                                                  {"seconds", seconds},
                                                                  {"failed", std::move(failed)}}));
    return;
  }
  fmt::print("{} versions added, {} of them repeats of an earlier text; {} services, {} documents\n", summary.versions,
             summary.repeats, summary.services, summary.documents);
  if (summary.unchanged + summary.empty > 0) {
    fmt::print("{} gave no version: {} equal to the one before, {} empty\n", summary.unchanged + summary.empty,
               summary.unchanged, summary.empty);
  }
  if (summary.known > 0) {
    fmt::print("{} recorded pages are no newer than what the archive has and were not read\n", summary.known);
  }
  if (summary.suspects + summary.unread > 0) {
    fmt::print("{} visits found a suspect page, {} no document:\n", summary.suspects, summary.unread);
    for (const auto& [reason, count] : summary.reasons) fmt::print("{:>8}   {}\n", count, reason);
  }
  if (!summary.undeclared.empty()) {
    fmt::print("{} documents are not declared; their main content was found by itself (see --catalog):\n",
               summary.undeclared.size());
    for (const DocumentId& one : summary.undeclared) fmt::print("           {}\n", one);
  }
  const double megabytes = static_cast<double>(summary.bytes) / 1e6;
  fmt::print("{:.0f} MB in {:.1f} s, {:.0f} MB/s\n", megabytes, seconds, seconds > 0 ? megabytes / seconds : 0.0);
  for (const std::string& one : summary.failed) fmt::print(stderr, "smallprint: not imported: {}\n", one);
}

using ImportFrom = Result<ImportSummary> (*)(Archive&, const RuleSet&, const std::string&, const ImportOptions&);

int import(const Settings& settings, ImportFrom import_from, const std::string& folder, ImportOptions options) {
  const auto archive = open_or_report(settings);
  if (!archive) return exit_failed;
  const RuleSet rules = RuleSet::builtin();
  Progress progress("importing", 0);
  options.progress = [&progress](std::uint64_t done, std::uint64_t total) {
    progress.set_total(total);
    progress.set(done);
  };
  const auto begin = std::chrono::steady_clock::now();
  const auto summary = import_from(*archive, rules, folder, options);
  progress.finish();
  if (!summary) return report(summary.error());
  print(*summary, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), settings.json);
  return summary->failed.empty() ? exit_ok : exit_failed;
}

int import_repository(const Settings& settings, const std::string& folder, const std::string& catalog,
                      ImportOptions options) {
  auto declared = catalog.empty() ? Result<Catalog>(builtin_catalog()) : read_catalog(catalog);
  if (!declared) return report(declared.error());
  for (const Problem& problem : declared->problems) {
    fmt::print(stderr, "smallprint: {}: {}\n", problem.file, problem.message);
  }
  options.catalog = std::move(declared).value();
  return import(settings, import_ota, folder, std::move(options));
}

}  // namespace

void add_import_command(CLI::App& app, Settings& settings, int& status) {
  auto* command = app.add_subcommand("import", "Bring recorded history into the archive");
  command->require_subcommand(1);
  auto* ota = command->add_subcommand("ota", "An Open Terms Archive repository of versions or of snapshots");
  ota->description(
      "Imports a git repository in Open Terms Archive's layout, with dates and commits, in order. Of a repository of "
      "versions\n"
      "every recorded text (<Service>/<Terms Type>.md); of one of snapshots every recorded page (.html, .pdf), read as "
      "the\n"
      "fetcher would have read it then, by the declarations of --catalog and their history (<Service>.history.json).\n"
      "A second run adds only what is new; a run that was interrupted is continued by the next one.\n"
      "Bundles: git clone --bare FILE.bundle DIR first.");
  auto folder = std::make_shared<std::string>();
  auto catalog = std::make_shared<std::string>();
  auto options = std::make_shared<ImportOptions>();
  ota->add_option("DIR", *folder, "The repository: bare, or a working clone")->required();
  ota->add_option("--services", options->services, "Only services whose folder matches this pattern, as in 'Link*'")
      ->capture_default_str();
  ota->add_option("--catalog", *catalog,
                  "Folder of declarations that snapshots are read by, instead of the built-in catalog")
      ->envname("SMALLPRINT_CATALOG");
  ota->add_option("--branch", options->branch, "The branch to read, by default the repository's HEAD");
  ota->add_option("--threads", options->threads, "Documents imported side by side; 0: one for each core, at most 8")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  ota->add_flag("--json", settings.json, "Print the summary as JSON");
  ota->callback([folder, catalog, options, &settings, &status] {
    status = import_repository(settings, *folder, *catalog, *options);
  });

  auto* files = command->add_subcommand("files", "Files that somebody kept, by service, type and date");
  files->description(
      "Imports DIR/<service>/<terms type>/<date>.html (or .md, .txt, .pdf), as in 'Acme/Privacy "
      "Policy/2024-09-19.html',\n"
      "each as the document stood on that date. The date may be a moment: 2024-09-19T06-10-13Z. Markdown is kept byte "
      "for\n"
      "byte; of the others the main content is found by itself, and the file is kept as evidence. What is no newer "
      "than\n"
      "a document's latest version is passed over, so a second run adds only what is new.");
  auto kept = std::make_shared<std::string>();
  auto kept_options = std::make_shared<ImportOptions>();
  files->add_option("DIR", *kept, "The folder")->required();
  files
      ->add_option("--services", kept_options->services,
                   "Only services whose folder matches this pattern, as in 'Link*'")
      ->capture_default_str();
  files->add_flag("--json", settings.json, "Print the summary as JSON");
  files->callback(
      [kept, kept_options, &settings, &status] { status = import(settings, import_files, *kept, *kept_options); });
}

}  // namespace smallprint
