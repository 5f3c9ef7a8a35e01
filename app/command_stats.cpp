#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "app/command.h"

namespace smallprint {
namespace {

std::string with_unit(std::uint64_t bytes) {
  constexpr std::array<const char*, 4> units = {"B", "KiB", "MiB", "GiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  return fmt::format("{:.{}f} {}", value, unit == 0 ? 0 : 1, units[unit]);
}

int stats(const Settings& settings) {
  const auto archive = open_or_report(settings, {.read_only = true});
  if (!archive) return exit_failed;
  const auto stats = archive->stats();
  if (!stats) return report(stats.error());
  using Row = std::pair<const char*, std::uint64_t>;
  const std::array<Row, 9> counts = {{{"services", stats->services},
                                      {"documents", stats->documents},
                                      {"versions", stats->versions},
                                      {"distinct texts", stats->distinct_texts},
                                      {"distinct clauses", stats->clauses},
                                      {"changes", stats->changes},
                                      {"facts", stats->facts},
                                      {"observations", stats->observations},
                                      {"snapshots", stats->snapshots}}};
  const std::array<Row, 3> sizes = {{{"texts, plain", stats->text_bytes},
                                     {"texts, stored", stats->text_stored_bytes},
                                     {"archive file", stats->file_bytes}}};
  if (settings.json) {
    boost::json::object result;
    const auto put = [&result](const Row& row, const char* suffix) {
      std::string key;
      for (const char* c = row.first; *c != '\0'; ++c) {
        if (*c != ',') key += *c == ' ' ? '_' : *c;
      }
      result[key + suffix] = row.second;
    };
    for (const Row& row : counts) put(row, "");
    for (const Row& row : sizes) put(row, "_bytes");
    fmt::print("{}\n", boost::json::serialize(result));
    return exit_ok;
  }
  for (const auto& [name, count] : counts) fmt::print("{:<18}{:>14}\n", name, count);
  for (const auto& [name, bytes] : sizes) fmt::print("{:<18}{:>14}\n", name, with_unit(bytes));
  return exit_ok;
}

}  // namespace

void add_stats_command(CLI::App& app, Settings& settings, int& status) {
  auto* command = app.add_subcommand("stats", "Counts and sizes of the archive");
  command->description("Prints how much the archive holds, and how large it is.");
  command->add_flag("--json", settings.json, "Print it as JSON; sizes are in bytes");
  command->callback([&settings, &status] { status = stats(settings); });
}

}  // namespace smallprint
