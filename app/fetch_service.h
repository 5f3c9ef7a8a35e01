// Fetching on schedule until a signal ends it: what `serve` and `work` have in common.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "app/catalog_watch.h"
#include "app/fetch_settings.h"
#include "app/schedule.h"
#include "server/listener.h"

namespace smallprint {

class Metrics;

struct ServiceSettings {
  std::string catalog;  ///< --catalog
  FetchSettings fetching;
  unsigned workers = 2;  ///< --workers
  unsigned lease = 60;   ///< --lease-seconds
};

/// Adds the flags to a command; `settings` is filled when the command line is read, and must outlive it.
void add_service_settings(CLI::App& command, ServiceSettings& settings);

/// "127.0.0.1:8080", "[::1]:8080", "localhost:0". Error bad_input, which names the flag.
Result<ListenOptions> parse_listen(const std::string& flag, const std::string& text);
/// "http://127.0.0.1:8080", of a listener that runs.
std::string address_of(const ListenOptions& options, const Listener& listener);

/// Has the metrics show what is fetched. Before they are first asked.
void show_fetches(Metrics& metrics, const Fetcher& fetcher);

/// SIGINT and SIGTERM, for the whole program: made before there is any other thread.
class StopSignals {
 public:
  StopSignals();
  /// Until one comes; which it was.
  int wait() const;
};

/// Schedules the catalog's documents, visits them, and follows the catalog. Ends within seconds when it is destroyed,
/// and gives back what it had claimed. Borrows all that it is given.
class FetchService {
 public:
  /// `first` is called before anything else, on the service's own thread.
  FetchService(Archive& archive, const RuleSet& rules, const Clock& clock, Fetcher& fetcher,
               const ServiceSettings& settings, CatalogWatch& catalog, Metrics& metrics,
               std::function<void()> first = {});
  ~FetchService();
  FetchService(const FetchService&) = delete;
  FetchService& operator=(const FetchService&) = delete;

 private:
  void follow(CatalogWatch& catalog, const std::stop_token& stop);

  Scheduler scheduler_;
  std::jthread thread_;
};

}  // namespace smallprint
