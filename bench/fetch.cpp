// How many visits a second the schedule makes, end to end: claimed, fetched, read, compared and recorded in an archive
// on disk; beside curl fetching the same pages and throwing them away.
//
//   bench_fetch [DOCUMENTS [WORKERS [CONNECTIONS]]]    2000 documents of 200 hosts, 2 workers, 100 connections
//
// The pages are invented, 250 KB each, served by a process of its own on loopback. Of one host one page at a time, with
// no gap between two.
#include <fmt/core.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "app/schedule.h"
#include "bench/policy_origin.h"
#include "fetcher/net/curl_fetcher.h"
#include "model/catalog.h"

namespace {

namespace fs = std::filesystem;
using namespace smallprint;

constexpr std::size_t hosts = 200;

class SetClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return Timestamp{std::chrono::seconds{seconds_.load()}}; }
  void advance(std::chrono::seconds by) { seconds_ += by.count(); }

 private:
  std::atomic<std::int64_t> seconds_{1'800'000'000};
};

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double processor_seconds(int who) {
  rusage usage{};
  getrusage(who, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

/// Of another process, in user and kernel mode.
double processor_seconds_of(pid_t pid) {
  std::ifstream in(fmt::format("/proc/{}/stat", pid));
  std::string word;
  double ticks = 0;
  for (int i = 1; i <= 15 && in >> word; ++i) {
    if (i >= 14) ticks += std::stod(word);
  }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// The most memory that was resident since the last call, in megabytes.
double peak_memory() {
  std::ifstream in("/proc/self/status");
  double kilobytes = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("VmHWM:")) kilobytes = std::stod(line.substr(6));
  }
  std::ofstream("/proc/self/clear_refs") << "5";
  return kilobytes / 1000;
}

struct Round {
  double seconds = 0, processor = 0, origin_processor = 0, peak = 0;
  std::map<std::string, std::size_t> outcomes;
};

/// What a round has seen.
class Counter {
 public:
  explicit Counter(std::size_t wanted) : wanted_(wanted) {}
  void count(const VisitReport& report) {
    const std::lock_guard lock(mutex_);
    ++outcomes_[report.same_bytes ? "same bytes" : std::string(name(report.observation.outcome))];
    if (++seen_ == wanted_) done_.notify_all();
  }
  std::map<std::string, std::size_t> wait() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return seen_ == wanted_; });
    return outcomes_;
  }

 private:
  const std::size_t wanted_;
  std::mutex mutex_;
  std::condition_variable done_;
  std::size_t seen_ = 0;
  std::map<std::string, std::size_t> outcomes_;
};

struct Setting {
  unsigned workers;
  std::size_t connections;
};

/// Visits every document once.
Round visit_all(Archive& archive, const RuleSet& rules, const Clock& clock,
                const std::vector<Declaration>& declarations, const Setting& setting, pid_t origin) {
  CurlFetcherOptions options;
  options.user_agent = "smallprint-bench/1";
  options.allowed_ranges = {"127.0.0.0/8"};
  options.connections = setting.connections;
  const auto fetcher = make_curl_fetcher(options).value();
  Counter counter(declarations.size());
  ScheduleOptions schedule;
  schedule.visits.workers = setting.workers;
  schedule.visits.connections = setting.connections;
  schedule.visits.host_gap = std::chrono::milliseconds{0};
  schedule.new_at_once = static_cast<std::uint32_t>(declarations.size());
  schedule.visited = [&counter](const VisitReport& report) { counter.count(report); };
  Scheduler scheduler(archive, *fetcher, rules, clock, schedule);

  Round round;
  peak_memory();
  const double processor = processor_seconds(RUSAGE_SELF), origin_processor = processor_seconds_of(origin);
  const auto begin = std::chrono::steady_clock::now();
  if (auto started = scheduler.start(declarations); !started) throw std::runtime_error(started.error().message);
  round.outcomes = counter.wait();
  scheduler.stop();
  round.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  round.processor = processor_seconds(RUSAGE_SELF) - processor;
  round.origin_processor = processor_seconds_of(origin) - origin_processor;
  round.peak = peak_memory();
  return round;
}

void print_row(const std::string& what, std::size_t pages, const Round& round) {
  const auto count = static_cast<double>(pages);
  fmt::print("{:<34}{:>10.0f}{:>14.2f}{:>14.2f}{:>12}\n", what, count / round.seconds, round.processor * 1000 / count,
             round.origin_processor * 1000 / count, round.peak > 0 ? fmt::format("{:.0f}", round.peak) : "");
  std::fflush(stdout);
}

/// The transfer alone.
Round curl_all(const fs::path& folder, const std::vector<Declaration>& declarations, const Setting& setting,
               pid_t origin) {
  const fs::path config = folder / "curl.config";
  {
    std::ofstream out(config);
    for (const Declaration& declaration : declarations) {
      out << "url = \"" << declaration.sources.front().url << "\"\noutput = \"/dev/null\"\n";
    }
  }
  Round round;
  const double processor = processor_seconds(RUSAGE_CHILDREN), origin_processor = processor_seconds_of(origin);
  const auto begin = std::chrono::steady_clock::now();
  const std::string command =
      fmt::format("curl -q --silent --no-progress-meter --noproxy '*' --parallel --parallel-max {} --config {}",
                  setting.connections, config.string());
  if (std::system(command.c_str()) != 0) throw std::runtime_error("curl failed");
  round.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  round.processor = processor_seconds(RUSAGE_CHILDREN) - processor;
  round.origin_processor = processor_seconds_of(origin) - origin_processor;
  return round;
}

int run(std::size_t documents, const Setting& setting) {
  spdlog::set_level(spdlog::level::off);
  char folder_name[] = "/tmp/smallprint-bench-XXXXXX";
  if (mkdtemp(folder_name) == nullptr) return 1;
  const fs::path folder = folder_name;
  bench::PolicyOrigin origin(hosts);
  std::vector<Declaration> declarations;
  for (std::size_t i = 0; i < documents; ++i) {
    Declaration declaration;
    declaration.service_name = fmt::format("Service {}", i);
    declaration.id = fmt::format("service-{}/privacy-policy", i);
    declaration.terms_type = "Privacy Policy";
    declaration.sources.push_back({origin.url(i % hosts, i), {std::string("main")}, {}, {}, false});
    declarations.push_back(std::move(declaration));
  }
  const auto archive = open_archive("sqlite:" + (folder / "archive.db").string()).value();
  const RuleSet rules = RuleSet::builtin();
  SetClock clock;

  fmt::print("{} documents of {} hosts, pages of {} bytes; {} workers, {} connections\n\n", documents, hosts,
             bench::policy_page(1, 0).size(), setting.workers, setting.connections);
  fmt::print("{:<34}{:>10}{:>14}{:>14}{:>12}\n", "", "pages/s", "CPU ms/page", "origin's", "peak MB");
  struct Kind {
    const char* what;
    const char* outcome;
    std::uint32_t revision;
    bool conditional;
  };
  bool as_expected = true;
  for (const Kind& kind : {Kind{"first version", "recorded", 0, true}, Kind{"unchanged, 304", "not_modified", 0, true},
                           Kind{"unchanged, same bytes", "same bytes", 0, false}, Kind{"changed", "recorded", 1, true},
                           Kind{"changed again", "recorded", 2, true}}) {
    clock.advance(std::chrono::days{30});
    origin.state().revision = kind.revision;
    origin.state().conditional = kind.conditional;
    const Round round = visit_all(*archive, rules, clock, declarations, setting, origin.pid());
    print_row(kind.what, documents, round);
    const auto found = round.outcomes.find(kind.outcome);
    if (found != round.outcomes.end() && found->second == documents) continue;
    as_expected = false;
    for (const auto& [outcome, times] : round.outcomes) fmt::print("  {} {}\n", times, outcome);
  }
  print_row("curl --parallel, transfer alone", documents, curl_all(folder, declarations, setting, origin.pid()));
  fs::remove_all(folder);
  return as_expected ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int at, unsigned otherwise) {
    return argc > at ? static_cast<unsigned>(std::strtoul(argv[at], nullptr, 10)) : otherwise;
  };
  return run(number(1, 2000), {number(2, 2), number(3, 100)});
}
