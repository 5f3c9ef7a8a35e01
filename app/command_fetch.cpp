#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <condition_variable>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "app/command.h"
#include "app/fetch_settings.h"
#include "app/pipeline.h"
#include "app/progress.h"
#include "app/schedule.h"
#include "fetcher/catalog.h"

namespace smallprint {
namespace {

struct FetchOptions {
  std::vector<std::string> documents;
  std::string catalog;
  unsigned workers = 2;
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
  std::size_t visited = 0, fetched = 0, recorded = 0, unchanged = 0, suspect = 0, failed = 0, put_off = 0;
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
                                     {"failed_by_reason", std::move(reasons)},
                                     {"put_off", tally.put_off}};
    fmt::print("{}\n", boost::json::serialize(result));
    return;
  }
  fmt::print("{:>6} visited\n{:>6} fetched\n{:>6} changed\n{:>6} unchanged\n{:>6} suspect\n{:>6} failed\n",
             tally.visited, tally.fetched, tally.recorded, tally.unchanged, tally.suspect, tally.failed);
  for (const auto& [reason, count] : tally.reasons) fmt::print("{:>8}   {}\n", count, reason);
  if (tally.put_off > 0) fmt::print("{:>6} put off: their hosts ask for time\n", tally.put_off);
}

/// One pass over a list, and what came of it. Told of visits by several threads.
class Pass {
 public:
  explicit Pass(std::vector<VisitJob> jobs)
      : jobs_(std::move(jobs)), left_(jobs_.size()), progress_("fetching", jobs_.size()) {}

  VisitPipeline::Calls calls() {
    return {.more = [this](std::size_t) { return std::exchange(jobs_, {}); },
            .plan = {},
            .visited = [this](const VisitJob& job, const Result<VisitReport>& report) { take(job, report); },
            .put_off = [this](const VisitJob& job, std::chrono::seconds wait) { put_off(job, wait); }};
  }

  /// Waits until nothing is left. Error: the archive's, which ends the pass.
  Result<Tally> wait() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return left_ == 0 || error_; });
    progress_.finish();
    if (error_) return *error_;
    return tally_;
  }

 private:
  void take(const VisitJob& job, const Result<VisitReport>& report) {
    const std::lock_guard lock(mutex_);
    if (report) {
      tally_.count(*report);
      const Observation& seen = report->observation;
      end_one(fmt::format("{:<12} {}{}{}{}{}", name(seen.outcome), job.due.id, seen.reason.empty() ? "" : ": ",
                          seen.reason, seen.moved_to.empty() ? "" : "; moved to ", seen.moved_to));
    } else {
      error_ = report.error();
      done_.notify_all();
    }
  }

  void put_off(const VisitJob& job, std::chrono::seconds wait) {
    const std::lock_guard lock(mutex_);
    if (error_) return;
    ++tally_.put_off;
    end_one(fmt::format("{:<12} {}: its host asks for {} s", "put off", job.due.id, wait.count()));
  }

  /// With the lock held.
  void end_one(const std::string& line) {
    progress_.line(line);
    progress_.step();
    --left_;
    done_.notify_all();
  }

  std::vector<VisitJob> jobs_;
  std::mutex mutex_;  ///< of what is below
  std::condition_variable done_;
  std::size_t left_;
  Progress progress_;
  Tally tally_;
  std::optional<Error> error_;
};

int fetch(const Settings& settings, const FetchOptions& options) {
  auto catalog = options.catalog.empty() ? Result<Catalog>(builtin_catalog()) : read_catalog(options.catalog);
  if (!catalog) return report(catalog.error());
  auto chosen = choose(std::move(catalog->declarations), options.documents);
  if (!chosen) return (report(chosen.error()), exit_usage);
  // Before an archive is made: what the command line asks for may be nonsense.
  const auto fetcher = make_fetcher(options.fetching);
  if (!fetcher) return (report(fetcher.error()), exit_usage);
  const auto archive = open_or_report(settings);
  if (!archive) return exit_failed;
  const RuleSet rules = RuleSet::builtin();
  const SystemClock clock;

  std::vector<VisitJob> jobs;
  for (Declaration& declaration : *chosen) {
    if (auto put = put_declared(*archive, declaration); !put) return report(put.error());
    DocumentId id = declaration.id;
    jobs.push_back({{std::move(id), {}, {}, {}, {}, {}}, std::make_shared<const Declaration>(std::move(declaration))});
  }
  Pass pass(std::move(jobs));
  VisitPipeline pipeline(*archive, **fetcher, rules, clock,
                         {.connections = options.fetching.connections, .workers = options.workers}, pass.calls());
  pipeline.start();
  const auto tally = pass.wait();
  pipeline.stop();
  if (!tally) return report(tally.error());
  print(*tally, settings.json);
  return tally->visited > 0 && tally->failed == tally->visited ? exit_failed : exit_ok;
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
  command->add_option("--workers", options->workers, "Threads that read, compare and record what was fetched")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  add_fetch_settings(*command, options->fetching);
  command->add_flag("--json", settings.json, "Print the closing table as JSON");
  command->callback([options, &settings, &status] { status = fetch(settings, *options); });
}

}  // namespace smallprint
