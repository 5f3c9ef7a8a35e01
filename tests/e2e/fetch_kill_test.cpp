// A process that is killed while it fetches: what it had recorded is there and is not fetched again, and the rest is
// fetched by the next one.
#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "storage/archive.h"
#include "tests/e2e/invented_hosts.h"
#include "tests/e2e/served.h"

using namespace smallprint;
using namespace smallprint::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr int at_once = 8;

struct Campaign {
  TemporaryFolder folder;
  InventedHosts hosts;
  std::string proxy = hosts.proxy();
  std::map<std::string, int> settled;  ///< requests for a document when it was first seen to be recorded
  int kills = 0;

  explicit Campaign(std::size_t documents) : hosts(documents, 1, folder.path() / "catalog") {}

  /// By turns one that serves and one that does not.
  [[nodiscard]] std::vector<std::string> command() const {
    std::vector<std::string> command = {smallprint_binary(), "--archive", archive_in(folder.path())};
    if (kills % 2 == 0) {
      command.insert(command.end(), {"serve", "--listen", "127.0.0.1:0"});
    } else {
      command.emplace_back("work");
    }
    command.insert(command.end(),
                   {"--catalog", (folder.path() / "catalog").string(), "--proxy", proxy, "--ignore-robots",
                    "--connections", std::to_string(at_once), "--lease-seconds", "2"});
    return command;
  }

  /// Kills the process a moment after it has asked for some documents.
  void run_and_kill(std::mt19937& random) {
    const fs::path log = folder.path() / "log";
    fs::remove(log);
    const int before = hosts.asked(), some = static_cast<int>(random() % (hosts.documents().size() / 6)) + 1;
    Background running(command(), log);
    for (int i = 0; i < 6000 && hosts.asked() < before + some && running.running(); ++i) {
      if (hosts.asked() >= static_cast<int>(hosts.documents().size())) break;  // there may be no more to ask for
      std::this_thread::sleep_for(10ms);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 20000));
    REQUIRE(running.running());
    running.signal(SIGKILL);
    running.wait();
    ++kills;
    look(read_file(log));
  }

  /// What is left is whole, and holds all that was logged.
  void look(const std::string& log) {
    const Finished verified = run({smallprint_binary(), "--archive", archive_in(folder.path()), "verify"});
    REQUIRE_MESSAGE(verified.status == 0, verified.out << verified.err);
    const auto archive = open_archive(archive_in(folder.path()), {.read_only = true}).value();
    const auto requests = hosts.requests();
    for (const std::string& id : hosts.documents()) {
      CAPTURE(id);
      const auto row = archive->document(id);
      const std::size_t visits = row.ok() ? archive->observations(id, {}).value().items.size() : 0;
      const bool logged = contains(log, "visit document=" + id + " outcome=recorded");
      REQUIRE(visits <= 1);
      REQUIRE((row.ok() ? row->versions : 0) == visits);
      if (logged) REQUIRE(visits == 1);
      if (visits == 0) continue;
      REQUIRE(*row->next_visit_at > *row->last_observed_at + 50min);
      const auto [known, first] = settled.emplace(id, requests.at(id));
      REQUIRE(known->second == requests.at(id));
    }
  }

  void run_to_the_end() {
    const fs::path log = folder.path() / "log";
    fs::remove(log);
    Background running(command(), log);
    for (int i = 0; i < 6000 && settled.size() < hosts.documents().size(); ++i) {
      std::this_thread::sleep_for(50ms);
      const auto archive = open_archive(archive_in(folder.path()), {.read_only = true});
      if (archive && (*archive)->stats().value().observations < hosts.documents().size()) continue;
      if (archive) look({});
    }
    running.signal(SIGTERM);
    CHECK(running.wait() == 0);
    look(read_file(log));
  }
};

}  // namespace

TEST_CASE("a process that is killed while it fetches loses no document and fetches none again that it recorded") {
  const int rounds = long_campaign() ? 12 : 1;
  std::mt19937 random(11);
  for (int round = 0; round < rounds; ++round) {
    Campaign campaign(long_campaign() ? 1000 : 60);
    for (int kill = 0; kill < (long_campaign() ? 8 : 3); ++kill) campaign.run_and_kill(random);
    campaign.run_to_the_end();
    CHECK(campaign.settled.size() == campaign.hosts.documents().size());
    // What was asked for twice was under way at a kill.
    const int repeated = campaign.hosts.asked() - static_cast<int>(campaign.hosts.documents().size());
    CHECK(repeated >= 0);
    CHECK(repeated <= campaign.kills * at_once);
  }
}
