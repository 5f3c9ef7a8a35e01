#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <set>
#include <string>

#include "app/command.h"
#include "app/command_catalog_add.h"
#include "fetcher/catalog.h"

namespace smallprint {
namespace {

namespace json = boost::json;

std::string counted(std::size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

int check(const std::string& folder, bool as_json) {
  Catalog catalog;
  if (folder.empty()) {
    catalog = builtin_catalog();
  } else {
    auto read = read_catalog(folder);
    if (!read) return report(read.error());
    catalog = std::move(*read);
  }
  std::set<std::string> services;
  for (const Declaration& declaration : catalog.declarations) services.insert(declaration.service_name);
  const auto fatal =
      std::any_of(catalog.problems.begin(), catalog.problems.end(), [](const Problem& p) { return p.fatal; });
  if (as_json) {
    json::array problems;
    for (const Problem& problem : catalog.problems) {
      problems.push_back(json::object{{"file", problem.file}, {"message", problem.message}, {"fatal", problem.fatal}});
    }
    const json::object root{
        {"services", services.size()}, {"documents", catalog.declarations.size()}, {"problems", std::move(problems)}};
    fmt::print("{}\n", json::serialize(root));
  } else {
    for (const Problem& problem : catalog.problems) {
      fmt::print("{}: {}: {}\n", problem.file, problem.fatal ? "error" : "warning", problem.message);
    }
    fmt::print("{}, {}, {}\n", counted(services.size(), "service", "services"),
               counted(catalog.declarations.size(), "document", "documents"),
               counted(catalog.problems.size(), "problem", "problems"));
  }
  return fatal ? exit_failed : exit_ok;
}

}  // namespace

void add_catalog_command(CLI::App& app, Settings& settings, int& status) {
  CLI::App* command =
      app.add_subcommand("catalog", "The declarations: which documents are tracked, and where they are");
  command->require_subcommand(1);
  CLI::App* checking = command->add_subcommand("check", "Validate declarations: prints each problem with its file");
  auto folder = std::make_shared<std::string>();
  checking->add_option("folder", *folder, "A folder of <Service>.json files; left out: the built-in catalog")
      ->type_name("DIR");
  checking->add_flag("--json", settings.json, "Print JSON");
  checking->callback([folder, &settings, &status] { status = check(*folder, settings.json); });
  add_catalog_add_command(*command, settings, status);
}

}  // namespace smallprint
