// A schedule of a million documents: what it costs to start, to claim the next hundred, and to end a visit.
//
//   bench_schedule [DOCUMENTS]    1,000,000 by default, of a twentieth as many hosts and one with 10,000 documents
#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "app/schedule.h"
#include "app/tracked.h"
#include "bench/corpus_clone.h"

namespace {

namespace fs = std::filesystem;
using namespace smallprint;
using std::chrono::steady_clock;

constexpr std::size_t of_big_host = 10'000;
const Timestamp day_one{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

double milliseconds_since(steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(steady_clock::now() - begin).count();
}

/// The most memory that this process held since reset_peak().
double peak_megabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::atof(line.c_str() + 6) / 1024;
  }
  return 0;
}
void reset_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

/// Invents one declaration after the other, as a catalog would hold them.
class Catalog {
 public:
  explicit Catalog(std::size_t documents) : documents_(documents) {}
  const Declaration* next() {
    if (at_ == documents_) return nullptr;
    const std::size_t hosts = std::max<std::size_t>(documents_ / 20, 1);
    const bool big = at_ < of_big_host;
    const std::string service = big ? "Big" : fmt::format("Service {}", at_ % hosts);
    const std::string type = fmt::format("Terms {}", at_);
    one_.id = document_id(service, type);
    one_.service_name = service;
    one_.terms_type = type;
    one_.sources.resize(1);
    one_.sources[0].url =
        fmt::format("https://{}.example/legal/{}", big ? "big" : fmt::format("s{}", at_ % hosts), at_);
    one_.sources[0].select = {std::string("main article")};
    one_.sources[0].remove = {std::string(".date, .banner")};
    ++at_;
    return &one_;
  }

 private:
  std::size_t documents_, at_ = 0;
  Declaration one_;
};

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return time; }
  Timestamp time = day_one;
};

/// Answers at once that nothing changed.
class IdleFetcher final : public Fetcher {
 public:
  void start(FetchRequest request, Done done) override {
    ++asked;
    FetchResult result;
    result.outcome = FetchOutcome::not_modified;
    result.status = 304;
    result.urls = {std::move(request.url)};
    done(std::move(result));
  }
  std::atomic<std::size_t> asked{0};
};

struct Times {
  std::vector<double> all;
  void print(const char* what) {
    std::sort(all.begin(), all.end());
    fmt::print("{:<44} median {:8.3f} ms   p99 {:8.3f} ms   most {:8.3f} ms   ({} times)\n", what, all[all.size() / 2],
               all[all.size() * 99 / 100], all.back(), all.size());
  }
};

/// Of the same question asked without the index and the hosts' turns, by the sqlite3 shell where it is installed.
void print_naive(const std::string& path, Timestamp now) {
  const auto run = [&](const std::string& sql) {
    const auto begin = steady_clock::now();
    const std::string command = "sqlite3 -readonly " + bench::quoted(path) + " " + bench::quoted(sql) + " >/dev/null";
    return std::system(command.c_str()) == 0 ? milliseconds_since(begin) : -1;
  };
  const std::string naive = fmt::format(
      "SELECT document_id, declaration FROM schedule NOT INDEXED WHERE tracked = 1 AND next_visit_at <= {} ORDER BY "
      "next_visit_at LIMIT 100",
      now.time_since_epoch().count());
  const double nothing = run("SELECT 1");
  if (nothing < 0) return;
  run(naive);
  fmt::print("{:<44}        {:8.3f} ms\n", "the next 100 by a scan of the table", run(naive) - nothing);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t documents = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000;
  spdlog::set_level(spdlog::level::err);
  char folder_name[] = "/tmp/smallprint-bench-XXXXXX";
  if (mkdtemp(folder_name) == nullptr) return 1;
  const fs::path folder = folder_name;
  const std::string path = (folder / "archive.db").string();
  FixedClock clock;

  auto archive = open_archive("sqlite:" + path).value();
  auto begin = steady_clock::now();
  Catalog catalog(documents);
  const auto added = archive->track(
      [&](TrackedDocument& next) -> Result<bool> {
        const Declaration* one = catalog.next();
        if (one != nullptr) next = tracked_document(*one);
        return one != nullptr;
      },
      {.now = day_one});
  const double seconds = milliseconds_since(begin) / 1000;
  archive.reset();
  fmt::print("{} documents made known in {:.1f} s, {:.0f} MB on disk\n", added.value().added, seconds,
             static_cast<double>(fs::file_size(path)) / 1e6);

  // Some two days later all of it is due, with the catalog as it was.
  clock.time = day_one + std::chrono::hours{48};
  reset_peak();
  archive = open_archive("sqlite:" + path).value();
  const RuleSet rules = RuleSet::builtin();
  {
    IdleFetcher fetcher;
    Scheduler scheduler(*archive, fetcher, rules, clock, {});
    Catalog again(documents);
    begin = steady_clock::now();
    const std::clock_t processor = std::clock();
    if (!scheduler.start([&again] { return again.next(); })) return 1;
    fmt::print("start, until the catalog is compared:        {:.2f} s, {:.2f} s of processor\n",
               milliseconds_since(begin) / 1000, static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC);
    while (fetcher.asked == 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    fmt::print("start, until the first visit:                {:.2f} s\n", milliseconds_since(begin) / 1000);
  }
  fmt::print("the most memory held:                        {:.0f} MB\n", peak_megabytes());

  begin = steady_clock::now();
  const ScheduleStats stats = archive->schedule_stats(clock.time).value();
  fmt::print("{} tracked, {} due: counted in {:.1f} ms\n", stats.tracked, stats.due, milliseconds_since(begin));
  print_naive(path, clock.time);

  // A hundred visits a second, each of which finds nothing new.
  Times claims, ends;
  std::size_t of_big = 0, first_turns = 0;
  std::vector<bool> had_turn(documents, false);
  const std::size_t rounds = std::min<std::size_t>(500, documents / 200);
  for (std::size_t round = 0; round < rounds; ++round, clock.time += std::chrono::seconds{1}) {
    begin = steady_clock::now();
    const auto due = archive->claim_due({{"bench", clock.time}, 100}).value();
    claims.all.push_back(milliseconds_since(begin));
    for (const DueDocument& one : due) {
      const bool big = one.id.starts_with("big/");
      of_big += big ? 1 : 0;
      const auto host = static_cast<std::size_t>(one.claim.host);
      first_turns += host < had_turn.size() && !had_turn[host] ? 1 : 0;
      if (host < had_turn.size()) had_turn[host] = true;
      Observation seen;
      seen.at = clock.time;
      seen.outcome = Outcome::not_modified;
      begin = steady_clock::now();
      const NextVisit next{one.claim, clock.time + std::chrono::hours{15}, std::chrono::hours{15}, "\"etag\"",
                           "",        clock.time + std::chrono::seconds{3}};
      if (!archive->observe(one.id, seen, next)) return 1;
      ends.all.push_back(milliseconds_since(begin));
    }
  }
  claims.print("claim of the next 100, all due");
  ends.print("end of a visit, with its observation");
  fmt::print("of {} turns {} were some host's first, {} the host's with {} documents\n", ends.all.size(), first_turns,
             of_big, of_big_host);

  Times idle;
  for (int i = 0; i < 200; ++i) {
    begin = steady_clock::now();
    if (!archive->claim_due({{"bench", day_one - std::chrono::hours{1}}, 100}).value().empty()) return 1;
    idle.all.push_back(milliseconds_since(begin));
  }
  idle.print("claim where nothing is due");
  archive.reset();
  fs::remove_all(folder);
  return 0;
}
