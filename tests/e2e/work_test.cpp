// `smallprint work`: several processes on one archive, how one ends, and what it answers.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "model/clock.h"
#include "storage/archive.h"
#include "tests/e2e/invented_hosts.h"
#include "tests/e2e/served.h"

using namespace smallprint;
using namespace smallprint::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> work(const fs::path& folder, const std::string& proxy, std::vector<std::string> more = {}) {
  std::vector<std::string> command = {
      smallprint_binary(), "--archive", archive_in(folder), "work", "--catalog", (folder / "catalog").string(),
      "--proxy",           proxy,       "--ignore-robots"};
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

template <class Condition>
bool soon(Condition condition) {
  for (int i = 0; i < 6000 && !condition(); ++i) std::this_thread::sleep_for(20ms);
  return condition();
}

}  // namespace

TEST_CASE("two processes that work on one archive visit each document once, and each host one document at a time") {
  const TemporaryFolder folder;
  InventedHosts hosts(30, 2, folder.path() / "catalog");
  // None is answered before both have asked.
  std::atomic<bool> asked[2] = {false, false};
  hosts.before_answers([&](std::size_t proxy) {
    asked[proxy] = true;
    soon([&] { return asked[0] && asked[1]; });
  });
  const std::vector<std::string> few = {"--connections", "4"};
  Background one(work(folder.path(), hosts.proxy(), few), folder.path() / "one.log");
  Background two(work(folder.path(), hosts.proxy(), few), folder.path() / "two.log");
  const auto all_recorded = [&] {
    const auto archive = open_archive(archive_in(folder.path()), {.read_only = true});
    return archive && (*archive)->stats().value().observations >= hosts.documents().size();
  };
  CHECK(soon(all_recorded));
  for (Background* each : {&one, &two}) {
    CHECK(each->running());
    each->signal(SIGTERM);
    CHECK(each->wait() == 0);
  }
  CHECK(asked[0]);
  CHECK(asked[1]);
  CHECK(hosts.most_at_once() == 1);
  for (const std::string& id : hosts.documents()) CHECK_MESSAGE(hosts.requests()[id] == 1, id);
  const auto archive = open_archive(archive_in(folder.path()), {.read_only = true}).value();
  for (const std::string& id : hosts.documents()) {
    CHECK_MESSAGE(archive->observations(id, {}).value().items.size() == 1, id);
    CHECK_MESSAGE(archive->document(id).value().versions == 1, id);
  }
  const std::string log = read_file(folder.path() / "one.log") + read_file(folder.path() / "two.log");
  for (const std::string& id : hosts.documents()) {
    const std::string line = "visit document=" + id + " outcome=recorded status=200";
    CHECK_MESSAGE(contains(log, line), id);
  }
  CHECK_FALSE(contains(log, " error "));
  const Finished verified = run({smallprint_binary(), "--archive", archive_in(folder.path()), "verify"});
  CHECK(verified.status == 0);
}

TEST_CASE("work ends with status 0 at either signal, and what it had begun is due for the next one") {
  for (const int signal : {SIGTERM, SIGINT}) {
    const TemporaryFolder folder;
    InventedHosts hosts(4, 1, folder.path() / "catalog");
    std::atomic<bool> hold{true};
    hosts.before_answers([&](std::size_t) { soon([&] { return !hold; }); });
    const std::string proxy = hosts.proxy();
    Background first(work(folder.path(), proxy, {"--connections", "2"}), folder.path() / "first.log");
    REQUIRE(soon([&] { return hosts.asked() == 2; }));
    first.signal(signal);
    CHECK(first.wait() == 0);
    hold = false;
    {
      const auto archive = open_archive(archive_in(folder.path()), {.read_only = true}).value();
      const ScheduleStats stats = archive->schedule_stats(SystemClock().now()).value();
      CHECK(stats.tracked == 4);
      CHECK(stats.due == 4);
      CHECK(stats.claimed == 0);
      CHECK(stats.workers == 0);
      CHECK(archive->stats().value().observations == 0);
    }
    Background second(work(folder.path(), proxy), folder.path() / "second.log");
    CHECK(soon([&] {
      return open_archive(archive_in(folder.path()), {.read_only = true}).value()->stats().value().observations == 4;
    }));
    CHECK(hosts.asked() == 6);
  }
}

TEST_CASE("work answers its metrics where it is told to, and nothing else") {
  const TemporaryFolder folder;
  InventedHosts hosts(3, 1, folder.path() / "catalog");
  Background working(work(folder.path(), hosts.proxy(), {"--metrics-listen", "127.0.0.1:0"}), folder.path() / "log");
  const auto line = working.wait_for_log("/metrics", 120);
  REQUIRE(line);
  const std::string address = "http://127.0.0.1:";
  const auto port = static_cast<std::uint16_t>(std::atoi(line->c_str() + line->find(address) + address.size()));
  CHECK(http_get(port, "/healthz").body == "ok\n");
  CHECK(http_get(port, "/api/v1/status").status == 404);
  std::string metrics;
  CHECK(soon([&] {
    metrics = http_get(port, "/metrics").body;
    return contains(metrics, "smallprint_visits_total{outcome=\"changed\",reason=\"\"} 3");
  }));
  for (const char* series : {"smallprint_schedule_documents{state=\"tracked\"} 3",
                             "smallprint_schedule_documents{state=\"due\"} 0", "smallprint_workers 1"}) {
    CHECK_MESSAGE(contains(metrics, series), series);
  }
}

TEST_CASE("work says what keeps it from working") {
  const TemporaryFolder folder;
  const auto run_work = [&](const std::vector<std::string>& options) {
    std::vector<std::string> command = {smallprint_binary(), "--archive", archive_in(folder.path()), "work"};
    command.insert(command.end(), options.begin(), options.end());
    return run(command);
  };
  const Finished address = run_work({"--metrics-listen", "nowhere"});
  CHECK(address.status == 2);
  CHECK(contains(address.err, "--metrics-listen takes HOST:PORT"));
  CHECK(run_work({"--workers", "0"}).status == 2);
  CHECK(run_work({"--lease-seconds", "1"}).status == 2);
  CHECK(run_work({"--proxy", "nonsense"}).status == 2);
  CHECK_FALSE(fs::exists(folder.path() / "archive.db"));
  const Finished catalog = run_work({"--catalog", (folder.path() / "nothing").string()});
  CHECK(catalog.status == 1);
  CHECK(contains(catalog.err, "nothing"));
  const Finished help = run_work({"--help"});
  CHECK(help.status == 0);
  for (const char* part : {"--catalog", "--lease-seconds", "--metrics-listen", "--max-wire-bytes", "SMALLPRINT_CATALOG",
                           "serve --no-fetch", "SIGTERM"}) {
    CHECK_MESSAGE(contains(help.out, part), part);
  }
}
