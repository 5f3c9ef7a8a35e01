#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/evidence_bundle.h"
#include "app/progress.h"

namespace smallprint {
namespace {

/// Prints what was found; the exit status.
int tell(const Settings& settings, const std::vector<Damage>& damage) {
  if (settings.json) {
    boost::json::array found;
    for (const Damage& one : damage) {
      found.push_back(boost::json::object{{"document", one.document}, {"version", one.version}, {"what", one.what}});
    }
    fmt::print("{}\n", boost::json::serialize(boost::json::object{{"damage", std::move(found)}}));
  } else {
    for (const Damage& one : damage) {
      const std::string where = one.document.empty() ? "" : fmt::format("{} version {}: ", one.document, one.version);
      fmt::print("{}{}\n", where, one.what);
    }
    fmt::print("{}\n", damage.empty() ? "everything is as it was recorded" : fmt::format("{} findings", damage.size()));
  }
  return damage.empty() ? exit_ok : exit_failed;
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in) return Error{ErrorCode::not_found, path + ": cannot be read"};
  return bytes;
}

struct BundleFiles {
  std::string bundle, text;
  std::vector<std::string> pages;
};

int verify_bundle(const Settings& settings, const BundleFiles& files) {
  const auto bundle = read_file(files.bundle);
  if (!bundle) return report(bundle.error());
  std::optional<std::string> text;
  if (!files.text.empty()) {
    auto read = read_file(files.text);
    if (!read) return report(read.error());
    text = std::move(*read);
  }
  std::vector<std::string> pages;
  for (const std::string& path : files.pages) {
    auto read = read_file(path);
    if (!read) return report(read.error());
    pages.push_back(std::move(*read));
  }
  const auto check = check_bundle(*bundle, text, pages);
  if (!check) return report({check.error().code, files.bundle + ": " + check.error().message});
  std::vector<Damage> damage;
  for (const std::string& what : check->findings) damage.push_back({what, check->document, check->version});
  if (!settings.json) {
    if (!text) fmt::print("the text was not checked: --text FILE\n");
    if (pages.size() < check->pages)
      fmt::print("{} of {} pages were checked: --page FILE\n", pages.size(), check->pages);
  }
  return tell(settings, damage);
}

int verify(const Settings& settings) {
  const auto archive = open_or_report(settings, {.read_only = true});
  if (!archive) return exit_failed;
  Progress progress("verifying", 0);
  const auto draw = [](std::uint64_t done, std::uint64_t total, void* context) {
    auto& bar = *static_cast<Progress*>(context);
    bar.set_total(total);
    bar.set(done);
  };
  const auto damage = archive->verify(draw, &progress);
  progress.finish();
  if (!damage) return report(damage.error());
  return tell(settings, *damage);
}

}  // namespace

void add_verify_command(CLI::App& app, Settings& settings, int& status) {
  auto* command = app.add_subcommand("verify", "Check every hash, chain and reference of the archive");
  command->description(
      "Walks the whole archive: the file's own structure, every text and snapshot against its SHA-256, every list of\n"
      "clauses, and the chain over all versions: addresses, headers, hashes and visits as they were recorded, none\n"
      "missing. Says what is broken and where. Exits 1 where anything is; safe while serving.\n\n"
      "With --bundle it checks the evidence of one version instead, as a server gave it, and needs no archive:\n\n"
      "  smallprint verify --bundle evidence.json --text text.md --page page.html");
  auto files = std::make_shared<BundleFiles>();
  auto* bundle = command->add_option("--bundle", files->bundle,
                                     "The answer of /api/v1/documents/SERVICE/TYPE/versions/N/evidence");
  command->add_option("--text", files->text, "With --bundle: its text, as downloaded")->needs(bundle);
  command->add_option("--page", files->pages, "With --bundle: its pages, as downloaded, in the order of its snapshots")
      ->needs(bundle);
  command->add_flag("--json", settings.json, "Print the findings as JSON");
  command->callback([&settings, &status, files] {
    status = files->bundle.empty() ? verify(settings) : verify_bundle(settings, *files);
  });
}

}  // namespace smallprint
