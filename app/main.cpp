// The program: settings that every command shares, and the list of commands.
#include <fmt/core.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>

#include "app/command.h"
#include "app/version.h"

/// What jemalloc reads when the program starts: what is free goes back to the system within half a second.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "narenas:4,dirty_decay_ms:500,muzzy_decay_ms:0";
}

int main(int argc, char** argv) {
  using namespace smallprint;
  Settings settings;
  int status = exit_ok;

  CLI::App app{"Watches user agreements and privacy policies and shows, clause by clause, what changed.", "smallprint"};
  app.set_version_flag("--version", std::string(version));
  app.set_config("--config", "", "Read settings from a TOML file");
  app.add_option("--archive", settings.archive, "Where the archive is: sqlite:PATH")
      ->envname("SMALLPRINT_ARCHIVE")
      ->capture_default_str();
  app.add_option("--log-level", settings.log_level, "What to log: debug, info, warn, err, off")
      ->envname("SMALLPRINT_LOG_LEVEL")
      ->check(CLI::IsMember({"debug", "info", "warn", "err", "off"}))
      ->capture_default_str();
  app.require_subcommand(1);
  app.fallthrough();
  app.parse_complete_callback([&] {
    spdlog::set_default_logger(spdlog::stderr_logger_mt("smallprint"));
    spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    spdlog::set_level(spdlog::level::from_str(settings.log_level));
  });
  for (const AddCommand add : {
           add_serve_command,
           add_fetch_command,
           add_work_command,
           add_import_command,
           add_export_command,
           add_diff_command,
           add_extract_command,
           add_classify_command,
           add_catalog_command,
           add_review_command,
           add_verify_command,
           add_backup_command,
           add_stats_command,
           add_eval_command,
       }) {
    add(app, settings, status);
  }

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_usage;
  } catch (const std::exception& error) {
    fmt::print(stderr, "smallprint: {}\n", error.what());
    return exit_failed;
  }
  return status;
}
