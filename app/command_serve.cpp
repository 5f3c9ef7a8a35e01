#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <memory>
#include <mutex>
#include <thread>

#include "app/catalog_watch.h"
#include "app/command.h"
#include "app/demo.h"
#include "app/fetch_settings.h"
#include "app/schedule.h"
#include "app/version.h"
#include "server/listener.h"
#include "server/metrics.h"
#include "server/site.h"

namespace smallprint {
namespace {

struct ServeOptions {
  std::string listen = "127.0.0.1:8080";
  std::string catalog;
  std::string public_url;
  FetchSettings fetching;
  unsigned threads = 2;
  unsigned workers = 2;
  bool no_fetch = false;
  bool demo = false;
};

/// "127.0.0.1:8080", "[::1]:8080", "localhost:0"
Result<ListenOptions> parse_listen(const std::string& text) {
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
  return Error{ErrorCode::bad_input, "--listen takes HOST:PORT, as in 127.0.0.1:8080, not '" + text + "'"};
}

constexpr std::chrono::seconds catalog_check{2};  ///< between two looks at the catalog's files

/// Plays the demo, then fetches on schedule until stopped, and follows the catalog. Runs beside the server.
class Background {
 public:
  Background(Archive& archive, const RuleSet& rules, const Clock& clock, Fetcher& fetcher, const ServeOptions& options,
             CatalogWatch* catalog, Metrics& metrics)
      : scheduler_(archive, fetcher, rules, clock,
                   {.visits = {.connections = options.fetching.connections, .workers = options.workers},
                    .visited = [&metrics](const VisitReport& visit) { count_visit(metrics, visit); }}),
        thread_([this, &archive, &rules, demo = options.demo, catalog](const std::stop_token& stop) {
          if (demo) {
            if (auto played = play_demo(archive, rules); !played)
              spdlog::error("demo error=\"{}\"", played.error().message);
          }
          if (catalog != nullptr && !stop.stop_requested()) follow(*catalog, stop);
        }) {}

  ~Background() {
    thread_.request_stop();
    thread_.join();
    scheduler_.stop();
  }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

 private:
  void follow(CatalogWatch& catalog, const std::stop_token& stop) {
    const auto report_failed = [](const Result<void>& done) {
      if (!done) spdlog::error("schedule error=\"{}\"", done.error().message);
    };
    spdlog::info("schedule documents={}", catalog.declarations().size());
    report_failed(scheduler_.start(catalog.declarations()));
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    while (!wake.wait_for(lock, stop, catalog_check, [&stop] { return stop.stop_requested(); })) {
      if (catalog.refresh()) report_failed(scheduler_.declare(catalog.declarations()));
    }
  }

  Scheduler scheduler_;
  std::jthread thread_;
};

int serve(const Settings& settings, const ServeOptions& options) {
  auto listen = parse_listen(options.listen);
  if (!listen) return (report(listen.error()), exit_usage);
  listen->threads = options.threads;

  std::unique_ptr<CatalogWatch> catalog;
  if (!options.no_fetch) {
    auto opened = CatalogWatch::open(options.catalog);
    if (!opened) return report(opened.error());
    catalog = std::move(opened).value();
  }

  // Signals are taken by sigwait below; every thread inherits the mask.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  // Before an archive is made: what the command line asks for may be nonsense.
  const auto fetcher = make_fetcher(options.fetching);
  if (!fetcher) return (report(fetcher.error()), exit_usage);
  const auto archive = open_or_report(settings, {.read_only = options.no_fetch && !options.demo});
  if (!archive) return exit_failed;
  const RuleSet rules = RuleSet::builtin();
  const SystemClock clock;

  const auto health = [&catalog] { return catalog ? catalog->health() : nullptr; };
  const Site site(*archive, rules, clock, {options.public_url, health});
  site.metrics().fetching_from([&fetcher = **fetcher] {
    const FetchLoad load = fetcher.load();
    return FetchingNow{load.visits, load.waiting, load.bytes};
  });
  auto listener = Listener::start(*listen, [&site](const Request& request) { return site.handle(request); });
  if (!listener) return report(listener.error());
  const bool v6 = listen->host.find(':') != std::string::npos;
  fmt::print("smallprint: http://{}{}{}:{}/  (stop with Ctrl-C)\n", v6 ? "[" : "", listen->host, v6 ? "]" : "",
             (*listener)->port());
  std::fflush(stdout);

  const Background background(*archive, rules, clock, **fetcher, options, catalog.get(), site.metrics());
  int received = 0;
  sigwait(&signals, &received);
  spdlog::info("stopping signal={}", received);
  (*listener)->stop();
  return exit_ok;
}

}  // namespace

std::string default_user_agent() {
  return fmt::format("smallprint/{} (+https://github.com/smallprint/smallprint; watches published terms)", version);
}

void add_serve_command(CLI::App& app, Settings& settings, int& status) {
  auto* command = app.add_subcommand("serve", "Fetch on schedule and serve: REST, feeds and the web view");
  command->description(
      "Fetches the documents of the catalog on schedule and serves the archive over HTTP: REST under /api/v1, feeds "
      "at\n"
      "/feed.atom, /feed.rss and /feed.json, and the read-only web view. One process; stop it with Ctrl-C or SIGTERM.");
  auto options = std::make_shared<ServeOptions>();
  command->add_option("--listen", options->listen, "Address to listen on, HOST:PORT; port 0 takes any free one")
      ->envname("SMALLPRINT_LISTEN")
      ->capture_default_str();
  command
      ->add_option("--public-url", options->public_url,
                   "What links in feeds and answers begin with, as in https://terms.example.org; by default what the "
                   "request was sent to")
      ->envname("SMALLPRINT_PUBLIC_URL");
  command->add_option("--catalog", options->catalog, "Folder of declarations to track instead of the built-in catalog")
      ->envname("SMALLPRINT_CATALOG");
  command->add_flag("--no-fetch", options->no_fetch, "Only serve; the archive is opened read-only");
  command->add_flag("--demo", options->demo, "Also track the built-in example service");
  command->add_option("--threads", options->threads, "Threads that answer requests")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("--workers", options->workers, "Threads that read, compare and record what was fetched")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  add_fetch_settings(*command, options->fetching);
  command->callback([options, &settings, &status] { status = serve(settings, *options); });
}

}  // namespace smallprint
