#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "app/command.h"
#include "app/fetch_service.h"
#include "server/metrics.h"

namespace smallprint {
namespace {

struct WorkOptions {
  ServiceSettings service;
  std::string metrics_listen;
};

/// All that a worker answers: whether it lives, and what it counts.
Response answer(const Request& request, Metrics& metrics, const Archive& archive, const Clock& clock) {
  const std::vector<std::pair<std::string, std::string>> plain = {{"content-type", "text/plain; charset=utf-8"},
                                                                  {"cache-control", "no-store"}};
  if (request.method != "GET" && request.method != "HEAD") return {405, {{"allow", "GET, HEAD"}}, ""};
  if (request.target == "/healthz") return {200, plain, "ok\n"};
  if (request.target != "/metrics") return {404, plain, "A worker has /metrics and /healthz.\n"};
  if (const auto stats = archive.schedule_stats(clock.now())) metrics.schedule(*stats);
  return {200,
          {{"content-type", "text/plain; version=0.0.4; charset=utf-8"}, {"cache-control", "no-store"}},
          metrics.text()};
}

int work(const Settings& settings, const WorkOptions& options) {
  ListenOptions listen;
  if (!options.metrics_listen.empty()) {
    auto parsed = parse_listen("--metrics-listen", options.metrics_listen);
    if (!parsed) return (report(parsed.error()), exit_usage);
    listen = std::move(parsed).value();
    listen.threads = 1;
  }
  const auto catalog = CatalogWatch::open(options.service.catalog);
  if (!catalog) return report(catalog.error());

  const StopSignals signals;
  // Before an archive is made: what the command line asks for may be nonsense.
  const auto fetcher = make_fetcher(options.service.fetching);
  if (!fetcher) return (report(fetcher.error()), exit_usage);
  const auto archive = open_or_report(settings);
  if (!archive) return exit_failed;
  const RuleSet rules = RuleSet::builtin();
  const SystemClock clock;
  Metrics metrics;
  show_fetches(metrics, **fetcher);

  std::unique_ptr<Listener> listener;
  if (!options.metrics_listen.empty()) {
    auto started =
        Listener::start(listen, [&](const Request& request) { return answer(request, metrics, *archive, clock); });
    if (!started) return report(started.error());
    listener = std::move(started).value();
    fmt::print("smallprint: {}/metrics\n", address_of(listen, *listener));
    std::fflush(stdout);
  }
  const FetchService fetching(*archive, rules, clock, **fetcher, options.service, **catalog, metrics);
  signals.wait();
  return exit_ok;
}

}  // namespace

void add_work_command(CLI::App& app, Settings& settings, int& status) {
  auto* command = app.add_subcommand("work", "Fetch on schedule without serving");
  command->description(
      "Fetches the documents of the catalog on schedule, as serve does, and answers no readers. Any number of such\n"
      "processes may share an archive, and serve --no-fetch beside them may read it: each due document is visited by\n"
      "one of them, and of one host one page at a time is fetched, whichever process does it. Give all of them the\n"
      "same catalog: a document that the last one started does not declare is visited no more. Their clocks must\n"
      "agree within a part of --lease-seconds.\n"
      "\n"
      "Logs one line for each visit to standard error. Ends with SIGTERM or Ctrl-C within seconds; what it had begun\n"
      "and not recorded is due at once for the others. One that is killed is followed after --lease-seconds.\n"
      "\n"
      "Exits 0 after a signal, 1 where the catalog or the archive cannot be opened or the address is taken, 2 where\n"
      "the command line is wrong.");
  auto options = std::make_shared<WorkOptions>();
  add_service_settings(*command, options->service);
  command
      ->add_option("--metrics-listen", options->metrics_listen,
                   "Also answer /metrics and /healthz on this address, HOST:PORT; port 0 takes any free one")
      ->envname("SMALLPRINT_METRICS_LISTEN");
  command->callback([options, &settings, &status] { status = work(settings, *options); });
}

}  // namespace smallprint
