#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <chrono>

#include "app/command.h"
#include "app/export_jsonl.h"
#include "app/export_ota.h"
#include "app/export_warc.h"
#include "app/progress.h"

namespace smallprint {
namespace {

using Export = Result<ExportSummary> (*)(const Archive& archive, const std::string& folder,
                                         const ExportOptions& options);

void print(const ExportSummary& summary, double seconds, bool json) {
  if (json) {
    boost::json::object result{{"documents", summary.documents}, {"versions", summary.versions}};
    for (const auto& [name, count] : summary.counts) result[name] = count;
    boost::json::array files, failed;
    for (const std::string& one : summary.files) files.emplace_back(one);
    for (const std::string& one : summary.failed) failed.emplace_back(one);
    result["bytes"] = summary.bytes;
    result["seconds"] = seconds;
    result["files"] = std::move(files);
    result["failed"] = std::move(failed);
    fmt::print("{}\n", boost::json::serialize(result));
    return;
  }
  fmt::print("{} versions of {} documents written", summary.versions, summary.documents);
  for (const auto& [name, count] : summary.counts) {
    if (count > 0) fmt::print(", {} {}", count, name);
  }
  fmt::print("; {:.0f} MB in {:.1f} s\n", static_cast<double>(summary.bytes) / 1e6, seconds);
  for (const std::string& one : summary.files) fmt::print("{}\n", one);
  for (const std::string& one : summary.failed) fmt::print(stderr, "smallprint: not exported: {}\n", one);
}

int run(const Settings& settings, Export write, const std::string& folder, ExportOptions options) {
  const auto archive = open_or_report(settings, {.read_only = true});
  if (!archive) return exit_failed;
  Progress progress("exporting", 0);
  options.progress = [&progress](std::uint64_t done, std::uint64_t total) {
    progress.set_total(total);
    progress.set(done);
  };
  const auto begin = std::chrono::steady_clock::now();
  const auto summary = write(*archive, folder, options);
  progress.finish();
  if (!summary) return report(summary.error());
  print(*summary, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), settings.json);
  return summary->failed.empty() ? exit_ok : exit_failed;
}

struct Format {
  const char* name;
  const char* what;
  const char* description;
  const char* folder;
  Export write;
};

constexpr Format formats[] = {
    {"ota", "A git repository in Open Terms Archive's layout",
     "Writes the texts of all versions into a bare git repository in the layout of Open Terms Archive: a file for "
     "each\n"
     "document (<Service>/<Terms Type>.md), a commit for each version, with its date, in the order of time. `import "
     "ota`\n"
     "gives the same texts, dates and numbers again, and so do Open Terms Archive's own tools. A second run adds what "
     "is\n"
     "new, and one that was interrupted is continued by the next. A folder that holds anything else is left alone.\n\n"
     "  smallprint export ota terms.git && git clone terms.git\n\n"
     "Exits 0 where all was written, 1 where something could not be, 2 where the command line is wrong.",
     "The repository: a new or an empty folder, or the one of an earlier run", export_ota},
    {"jsonl", "Lines of JSON, one file for each kind of thing",
     "Writes services.jsonl, documents.jsonl, versions.jsonl (with their texts and hashes), changes.jsonl (with their "
     "edit\n"
     "scripts), facts.jsonl (of the latest versions) and observations.jsonl, one JSON object a line, and schema.json, "
     "which\n"
     "describes them. Lines stand by document; versions by number, observations by time. The files appear when all of "
     "them\n"
     "are whole, and replace those of an earlier run. With --since, services, documents and facts are as they stand "
     "now.\n\n"
     "  smallprint export jsonl terms --document linkedin\n"
     "  jq -r 'select(.importance == \"high\") | .url' terms/changes.jsonl\n\n"
     "Exits 0 where all was written, 1 where something could not be, 2 where the command line is wrong.",
     "The folder to write to; made where it is missing", export_jsonl},
    {"warc", "The pages as they were fetched, as WARC 1.1",
     "Writes the pages that versions were read from into smallprint-00001.warc.gz and following, of some 1 GiB each, "
     "for the\n"
     "tools of web archives (ISO 28500). A page is a `response` with the headers of the answer where the archive has "
     "them,\n"
     "else, as after an import, a `resource`; a `metadata` record says which version it became. Versions that were "
     "imported\n"
     "as texts have no pages. The files appear when all of them are whole, and replace those of an earlier run.\n\n"
     "  smallprint export warc pages --since 2024-01-01\n"
     "  warcio index pages/smallprint-00001.warc.gz\n\n"
     "Exits 0 where all was written, 1 where something could not be, 2 where the command line is wrong.",
     "The folder to write to; made where it is missing", export_warc},
};

}  // namespace

void add_export_command(CLI::App& app, Settings& settings, int& status) {
  auto* command = app.add_subcommand("export", "Write the archive in open formats");
  command->require_subcommand(1);
  for (const Format& format : formats) {
    auto* one = command->add_subcommand(format.name, format.what);
    one->description(format.description);
    auto folder = std::make_shared<std::string>();
    auto since = std::make_shared<std::string>();
    auto options = std::make_shared<ExportOptions>();
    one->add_option("DIR", *folder, format.folder)->required();
    one->add_option("--document", options->documents,
                    "Only documents whose id matches this pattern, as in 'linkedin/*' or '*/privacy-policy'; without a "
                    "'/', all of the services that match it; may be given more than once")
        ->type_name("GLOB")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    one->add_option("--since", *since, "Only what was seen at this time or later: 2024-09-19 or 2024-09-19T06:10:13Z")
        ->type_name("TIME")
        ->check([options](const std::string& text) {
          const auto time = parse_rfc3339(text);
          if (!time) return time.error().message;
          options->since = *time;
          return std::string();
        });
    one->add_flag("--json", settings.json, "Print the summary as JSON");
    one->callback([folder, since, options, write = format.write, &settings, &status] {
      status = run(settings, write, *folder, *options);
    });
  }
}

}  // namespace smallprint
