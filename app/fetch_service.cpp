#include "app/fetch_service.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <condition_variable>
#include <csignal>
#include <mutex>

#include "server/metrics.h"

namespace smallprint {
namespace {

constexpr std::chrono::seconds catalog_check{2};  ///< between two looks at the catalog's files

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

void add_service_settings(CLI::App& command, ServiceSettings& settings) {
  command.add_option("--catalog", settings.catalog, "Folder of declarations to track instead of the built-in catalog")
      ->envname("SMALLPRINT_CATALOG");
  command.add_option("--workers", settings.workers, "Threads that read, compare and record what was fetched")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command
      .add_option("--lease-seconds", settings.lease,
                  "How long after a process died without a word others, or its next start, visit what it was visiting")
      ->envname("SMALLPRINT_LEASE_SECONDS")
      ->check(CLI::Range(2, 3600))
      ->type_name("SECONDS")
      ->capture_default_str();
  add_fetch_settings(command, settings.fetching);
}

Result<ListenOptions> parse_listen(const std::string& flag, const std::string& text) {
  const std::size_t colon = text.rfind(':');
  ListenOptions options;
  if (colon != std::string::npos && colon > 0) {
    options.host = text.substr(0, colon);
    if (options.host.size() > 2 && options.host.front() == '[' && options.host.back() == ']') {
      options.host = options.host.substr(1, options.host.size() - 2);
    }
    const char* end = text.data() + text.size();
    const auto [parsed, error] = std::from_chars(text.data() + colon + 1, end, options.port);
    if (error == std::errc{} && parsed == end && colon + 1 < text.size()) return options;
  }
  return Error{ErrorCode::bad_input, flag + " takes HOST:PORT, as in 127.0.0.1:8080, not '" + text + "'"};
}

std::string address_of(const ListenOptions& options, const Listener& listener) {
  const bool v6 = options.host.find(':') != std::string::npos;
  return fmt::format("http://{}{}{}:{}", v6 ? "[" : "", options.host, v6 ? "]" : "", listener.port());
}

void show_fetches(Metrics& metrics, const Fetcher& fetcher) {
  metrics.fetching_from([&fetcher] {
    const FetchLoad load = fetcher.load();
    return FetchingNow{load.visits, load.waiting, load.bytes};
  });
}

StopSignals::StopSignals() {
  // Taken by wait(); every thread inherits the mask.
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

int StopSignals::wait() const {
  const sigset_t signals = stop_signals();
  int received = 0;
  sigwait(&signals, &received);
  spdlog::info("stopping signal={}", received);
  return received;
}

FetchService::FetchService(Archive& archive, const RuleSet& rules, const Clock& clock, Fetcher& fetcher,
                           const ServiceSettings& settings, CatalogWatch& catalog, Metrics& metrics,
                           std::function<void()> first)
    : scheduler_(archive, fetcher, rules, clock,
                 {.lease = std::chrono::seconds{settings.lease},
                  .visits = {.connections = settings.fetching.connections, .workers = settings.workers},
                  .visited = [&metrics](const VisitReport& visit) { count_visit(metrics, visit); }}),
      thread_([this, &catalog, first = std::move(first)](const std::stop_token& stop) {
        if (first) first();
        if (!stop.stop_requested()) follow(catalog, stop);
      }) {}

FetchService::~FetchService() {
  thread_.request_stop();
  thread_.join();
  scheduler_.stop();
}

void FetchService::follow(CatalogWatch& catalog, const std::stop_token& stop) {
  const auto report_failed = [&stop](const Result<void>& done) {
    if (!done && !stop.stop_requested()) spdlog::error("schedule error=\"{}\"", done.error().message);
  };
  spdlog::info("schedule documents={}", catalog.declarations().size());
  report_failed(scheduler_.start(catalog.declarations(), stop));
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  while (!wake.wait_for(lock, stop, catalog_check, [&stop] { return stop.stop_requested(); })) {
    if (catalog.refresh()) report_failed(scheduler_.declare(catalog.declarations(), stop));
  }
}

}  // namespace smallprint
