#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <thread>

#include "app/command.h"
#include "app/demo.h"
#include "app/fetch_service.h"
#include "app/version.h"
#include "server/site.h"

namespace smallprint {
namespace {

struct ServeOptions {
  std::string listen = "127.0.0.1:8080";
  std::string public_url;
  ServiceSettings service;
  unsigned threads = 2;
  bool no_fetch = false;
  bool demo = false;
};

int serve(const Settings& settings, const ServeOptions& options) {
  auto listen = parse_listen("--listen", options.listen);
  if (!listen) return (report(listen.error()), exit_usage);
  listen->threads = options.threads;

  std::unique_ptr<CatalogWatch> catalog;
  if (!options.no_fetch) {
    auto opened = CatalogWatch::open(options.service.catalog);
    if (!opened) return report(opened.error());
    catalog = std::move(opened).value();
  }

  const StopSignals signals;
  // Before an archive is made: what the command line asks for may be nonsense.
  const auto fetcher = make_fetcher(options.service.fetching);
  if (!fetcher) return (report(fetcher.error()), exit_usage);
  const auto archive = open_or_report(settings, {.read_only = options.no_fetch && !options.demo});
  if (!archive) return exit_failed;
  const RuleSet rules = RuleSet::builtin();
  const SystemClock clock;

  const auto health = [&catalog] { return catalog ? catalog->health() : nullptr; };
  const Site site(*archive, rules, clock, {options.public_url, health});
  show_fetches(site.metrics(), **fetcher);
  auto listener = Listener::start(*listen, [&site](const Request& request) { return site.handle(request); });
  if (!listener) return report(listener.error());
  fmt::print("smallprint: {}/  (stop with Ctrl-C)\n", address_of(*listen, **listener));
  std::fflush(stdout);

  const auto demo = [&] {
    if (auto played = play_demo(*archive, rules); !played) spdlog::error("demo error=\"{}\"", played.error().message);
  };
  std::unique_ptr<FetchService> fetching;
  std::jthread playing;
  if (catalog != nullptr) {
    fetching = std::make_unique<FetchService>(*archive, rules, clock, **fetcher, options.service, *catalog,
                                              site.metrics(), options.demo ? demo : std::function<void()>());
  } else if (options.demo) {
    playing = std::jthread(demo);
  }
  signals.wait();
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
  command->add_flag("--no-fetch", options->no_fetch, "Only serve; the archive is opened read-only");
  command->add_flag("--demo", options->demo, "Also track the built-in example service");
  command->add_option("--threads", options->threads, "Threads that answer requests")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  add_service_settings(*command, options->service);
  command->callback([options, &settings, &status] { status = serve(settings, *options); });
}

}  // namespace smallprint
