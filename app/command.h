// What every command of the program has in common. One file a command; main.cpp lists them.
#pragma once

#include <memory>
#include <string>

#include "model/result.h"
#include "storage/archive.h"

namespace CLI {
class App;
}

namespace smallprint {

constexpr int exit_ok = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

/// Settings of every command; main fills them before a command runs.
struct Settings {
  std::string archive = "sqlite:smallprint.db";  ///< --archive
  std::string log_level = "info";                ///< --log-level
  bool json = false;                             ///< --json, where the command has it
};

/// Opens settings.archive; prints the error to standard error where it fails and returns null.
std::unique_ptr<Archive> open_or_report(const Settings& settings, const OpenOptions& options = {});

/// "smallprint: MESSAGE" on standard error; returns exit_failed.
int report(const Error& error);

/// "smallprint/0.1.0 (+address)": who we say we are.
std::string default_user_agent();

/// Each adds its command with options and a callback that stores the exit status in `status`.
using AddCommand = void (*)(CLI::App& app, Settings& settings, int& status);
void add_diff_command(CLI::App& app, Settings& settings, int& status);
void add_extract_command(CLI::App& app, Settings& settings, int& status);
void add_classify_command(CLI::App& app, Settings& settings, int& status);
void add_eval_command(CLI::App& app, Settings& settings, int& status);
void add_catalog_command(CLI::App& app, Settings& settings, int& status);
void add_fetch_command(CLI::App& app, Settings& settings, int& status);
void add_serve_command(CLI::App& app, Settings& settings, int& status);
void add_work_command(CLI::App& app, Settings& settings, int& status);
void add_import_command(CLI::App& app, Settings& settings, int& status);
void add_export_command(CLI::App& app, Settings& settings, int& status);
void add_backup_command(CLI::App& app, Settings& settings, int& status);
void add_stats_command(CLI::App& app, Settings& settings, int& status);
void add_review_command(CLI::App& app, Settings& settings, int& status);
void add_verify_command(CLI::App& app, Settings& settings, int& status);

}  // namespace smallprint
