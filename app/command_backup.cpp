#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

#include "app/command.h"
#include "app/progress.h"

namespace smallprint {
namespace {

int backup(const Settings& settings, const std::string& path) {
  const auto archive = open_or_report(settings, {.read_only = true});
  if (!archive) return exit_failed;
  Progress progress("copying", 0);
  const auto draw = [](std::uint64_t done, std::uint64_t total, void* context) {
    auto& bar = *static_cast<Progress*>(context);
    bar.set_total(total);
    bar.set(done);
  };
  const auto done = archive->backup(path, draw, &progress);
  progress.finish();
  if (!done) return report(done.error());
  std::error_code ignored;
  fmt::print("{}: {:.1f} MiB. Check it: smallprint --archive sqlite:{} verify\n", path,
             static_cast<double>(std::filesystem::file_size(path, ignored)) / 1048576, path);
  return exit_ok;
}

}  // namespace

void add_backup_command(CLI::App& app, Settings& settings, int& status) {
  auto* command = app.add_subcommand("backup", "Copy the archive to a new file, also while it is served");
  command->description(
      "Writes a copy of the whole archive, as it stands at one moment, to FILE, also while other programs read and "
      "write\n"
      "it. FILE appears when it is whole; a file that is there is never replaced. Exits 1 where there is no copy.\n\n"
      "A copy is an archive. To restore, stop the service, put its files away, and copy the other way:\n\n"
      "  smallprint --archive sqlite:smallprint.db backup /backup/monday.db\n"
      "  smallprint --archive sqlite:/backup/monday.db verify\n"
      "  smallprint --archive sqlite:/backup/monday.db backup smallprint.db");
  auto* path = command->add_option("FILE", "The file to write")->required();
  command->callback([&settings, &status, path] { status = backup(settings, path->as<std::string>()); });
}

}  // namespace smallprint
