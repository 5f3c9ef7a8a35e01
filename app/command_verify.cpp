#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "app/command.h"
#include "app/progress.h"

namespace smallprint {
namespace {

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
  if (settings.json) {
    boost::json::array found;
    for (const Damage& one : *damage) {
      found.push_back(boost::json::object{{"document", one.document}, {"version", one.version}, {"what", one.what}});
    }
    fmt::print("{}\n", boost::json::serialize(boost::json::object{{"damage", std::move(found)}}));
  } else {
    for (const Damage& one : *damage) {
      const std::string where = one.document.empty() ? "" : fmt::format("{} version {}: ", one.document, one.version);
      fmt::print("{}{}\n", where, one.what);
    }
    fmt::print("{}\n",
               damage->empty() ? "everything is as it was recorded" : fmt::format("{} findings", damage->size()));
  }
  return damage->empty() ? exit_ok : exit_failed;
}

}  // namespace

void add_verify_command(CLI::App& app, Settings& settings, int& status) {
  auto* command = app.add_subcommand("verify", "Check every hash, chain and reference of the archive");
  command->description(
      "Walks the whole archive: the file's own structure, every text and snapshot against its SHA-256, every list of "
      "clauses,\n"
      "and the chain over all versions: addresses, headers, hashes and visits as they were recorded, none missing. "
      "Says what is broken and where. Exits 1 where anything is; safe while "
      "serving.");
  command->add_flag("--json", settings.json, "Print the findings as JSON");
  command->callback([&settings, &status] { status = verify(settings); });
}

}  // namespace smallprint
