#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <map>
#include <memory>
#include <thread>

#include "app/command.h"
#include "app/fetch_settings.h"
#include "app/progress.h"
#include "app/schedule.h"
#include "fetcher/catalog.h"

namespace smallprint {
namespace {

struct FetchOptions {
  std::vector<std::string> documents;
  std::string catalog;
  FetchSettings fetching;
};

/// The declarations of the named documents or services; all of them where none is named.
Result<std::vector<Declaration>> choose(std::vector<Declaration> all, const std::vector<std::string>& names) {
  if (names.empty()) return all;
  std::vector<Declaration> chosen;
  for (const std::string& name : names) {
    const std::size_t before = chosen.size();
    for (const Declaration& declaration : all) {
      if (declaration.id == name || declaration.id.substr(0, declaration.id.find('/')) == name)
        chosen.push_back(declaration);
    }
    if (chosen.size() == before) {
      return Error{ErrorCode::not_found,
                   "no document or service '" + name + "' in the catalog (see: smallprint catalog check)"};
    }
  }
  return chosen;
}

/// What a pass came to.
struct Tally {
  std::size_t visited = 0, fetched = 0, recorded = 0, unchanged = 0, suspect = 0, failed = 0;
  std::map<std::string, std::size_t> reasons;  ///< of what failed, up to the first colon

  void count(const VisitReport& visit) {
    const Observation& observation = visit.observation;
    ++visited;
    if (visit.fetched) ++fetched;
    switch (observation.outcome) {
      case Outcome::recorded: ++recorded; break;
      case Outcome::unchanged:
      case Outcome::not_modified: ++unchanged; break;
      case Outcome::suspect: ++suspect; break;
      case Outcome::failed:
        ++failed;
        ++reasons[std::string(failure_kind(observation))];
        break;
    }
  }
};

void print(const Tally& tally, bool json) {
  if (json) {
    boost::json::object reasons;
    for (const auto& [reason, count] : tally.reasons) reasons[reason] = count;
    const boost::json::object result{{"visited", tally.visited},
                                     {"fetched", tally.fetched},
                                     {"changed", tally.recorded},
                                     {"unchanged", tally.unchanged},
                                     {"suspect", tally.suspect},
                                     {"failed", tally.failed},
                                     {"failed_by_reason", std::move(reasons)}};
    fmt::print("{}\n", boost::json::serialize(result));
    return;
  }
  fmt::print("{:>6} visited\n{:>6} fetched\n{:>6} changed\n{:>6} unchanged\n{:>6} suspect\n{:>6} failed\n",
             tally.visited, tally.fetched, tally.recorded, tally.unchanged, tally.suspect, tally.failed);
  for (const auto& [reason, count] : tally.reasons) fmt::print("{:>8}   {}\n", count, reason);
}

int fetch(const Settings& settings, const FetchOptions& options) {
  auto catalog = options.catalog.empty() ? Result<Catalog>(builtin_catalog()) : read_catalog(options.catalog);
  if (!catalog) return report(catalog.error());
  auto chosen = choose(std::move(catalog->declarations), options.documents);
  if (!chosen) return (report(chosen.error()), exit_usage);
  // Neighbours in the list have different hosts as far as possible, so that no host is asked twice in a row.
  std::map<std::string, std::size_t> seen;
  std::vector<std::pair<std::size_t, Declaration>> order;
  for (Declaration& declaration : *chosen) {
    const std::string host = declaration.sources.empty() ? "" : host_of(declaration.sources.front().url);
    order.emplace_back(seen[host]++, std::move(declaration));
  }
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });

  // Before an archive is made: what the command line asks for may be nonsense.
  const auto fetcher = make_fetcher(options.fetching);
  if (!fetcher) return (report(fetcher.error()), exit_usage);
  const auto archive = open_or_report(settings);
  if (!archive) return exit_failed;
  const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache(rules);
  const SystemClock clock;
  const ScheduleOptions schedule;

  Tally tally;
  Progress progress("fetching", order.size());
  std::map<std::string, std::chrono::steady_clock::time_point> host_free;
  for (const auto& [round, declaration] : order) {
    if (auto put = put_declared(*archive, declaration); !put) return report(put.error());
    const std::string host = declaration.sources.empty() ? "" : host_of(declaration.sources.front().url);
    if (const auto free = host_free.find(host); free != host_free.end()) std::this_thread::sleep_until(free->second);
    const auto visited = visit({*archive, **fetcher, rules, cache, clock}, declaration);
    if (!visited) return report(visited.error());
    host_free[host] = std::chrono::steady_clock::now() + gap_after(schedule, *visited);
    tally.count(*visited);
    const Observation& seen_now = visited->observation;
    progress.line(fmt::format("{:<12} {}{}{}{}{}", name(seen_now.outcome), declaration.id,
                              seen_now.reason.empty() ? "" : ": ", seen_now.reason,
                              seen_now.moved_to.empty() ? "" : "; moved to ", seen_now.moved_to));
    progress.step();
  }
  progress.finish();
  print(tally, settings.json);
  return tally.visited > 0 && tally.failed == tally.visited ? exit_failed : exit_ok;
}

}  // namespace

void add_fetch_command(CLI::App& app, Settings& settings, int& status) {
  auto* command = app.add_subcommand("fetch", "Visit documents once, now");
  command->description(
      "Visits the named documents (linkedin/privacy-policy) or services (linkedin), or the whole catalog, once and "
      "now.\n"
      "Prints a line for each and a closing table. Exits 1 only where every visit failed.");
  auto options = std::make_shared<FetchOptions>();
  command->add_option("DOCUMENT", options->documents, "Documents or services to visit; all of the catalog by default");
  command->add_option("--catalog", options->catalog, "Folder of declarations instead of the built-in catalog")
      ->envname("SMALLPRINT_CATALOG");
  add_fetch_settings(*command, options->fetching);
  command->add_flag("--json", settings.json, "Print the closing table as JSON");
  command->callback([options, &settings, &status] { status = fetch(settings, *options); });
}

}  // namespace smallprint
