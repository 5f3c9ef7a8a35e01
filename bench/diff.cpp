// How fast all consecutive versions of a recorded history are compared, and how much is marked as changed; beside git.
//
//   bench_diff [CLONE]    a bare clone of an Open Terms Archive versions repository
//
// Texts are read and parsed first, one document at a time; only compare() is timed, on one core.
#include <fmt/core.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "bench/corpus_clone.h"
#include "diff/compare.h"
#include "fetcher/extract/markdown.h"
#include "tests/support/history.h"

namespace {

using namespace smallprint;
using Clock = std::chrono::steady_clock;

/// This thread's time on a processor: what else runs on the machine is not counted against us.
double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::size_t count_words(std::string_view text) {
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t';
    words += !space && !inside ? 1 : 0;
    inside = !space;
  }
  return words;
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}

struct Unrelated {
  double megabytes = 0;
  double seconds = 0;
  bool truncated = false;
};

/// Two large documents that share no clause and hardly a word: the worst that a host can serve.
Unrelated compare_unrelated() {
  constexpr std::size_t bytes = 5'000'000;
  const auto write = [](std::uint32_t seed) {
    std::mt19937 random(seed);
    std::string text;
    while (text.size() < bytes) {
      for (std::size_t words = 10 + random() % 70; words > 0; --words) {
        for (std::size_t letters = 2 + random() % 8; letters > 0; --letters)
          text += static_cast<char>('a' + random() % 16);
        text += ' ';
      }
      text += "\n\n";
    }
    return read_markdown(text);
  };
  const Document before = write(1);
  const Document after = write(2);
  const double start = thread_seconds();
  const Comparison comparison = compare(before, after);
  return {static_cast<double>(bytes) / 1e6, thread_seconds() - start, comparison.truncated};
}

struct GitFigures {
  double seconds = 0;
  std::size_t words = 0;  // between [- -] and {+ +}
};

GitFigures run_git(const std::string& clone) {
  GitFigures figures;
  const auto start = Clock::now();
  FILE* pipe = popen(("git -C " + bench::quoted(clone) + " log -p --word-diff --no-color").c_str(), "r");
  if (pipe == nullptr) return figures;
  std::array<char, 1 << 16> buffer{};
  bool inside = false;  // of a mark
  bool word = false;
  char last = 0;
  while (const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe)) {
    for (std::size_t i = 0; i < size; ++i) {
      const char c = buffer[i];
      if ((last == '[' && c == '-') || (last == '{' && c == '+')) {
        inside = true;
        word = false;
      } else if (inside && ((last == '-' && c == ']') || (last == '+' && c == '}'))) {
        inside = false;
      } else if (inside) {
        const bool space = c == ' ' || c == '\n' || c == '\t';
        figures.words += !space && !word ? 1 : 0;
        word = !space;
      }
      last = c;
    }
  }
  pclose(pipe);
  figures.seconds = seconds_since(start);
  return figures;
}

int measure(const std::string& clone, bool verbose) {
  const test::History history(clone);
  const double reading = peak_megabytes();
  std::vector<double> times;
  std::vector<std::pair<double, std::string>> worst;
  std::array<std::size_t, 7> kinds{};
  std::size_t words = 0;
  std::size_t truncated = 0;
  std::size_t cosmetic = 0;
  std::size_t bytes = 0;
  double parsing = 0;
  double total = 0;
  for (const auto& [path, versions] : history.documents()) {
    Document before;
    for (std::size_t i = 0; i < versions.size(); ++i) {
      const std::string text = history.text(versions[i]);
      bytes += text.size();
      const auto parse_start = Clock::now();
      Document after = read_markdown(text);
      parsing += seconds_since(parse_start);
      if (i > 0) {
        const double start = thread_seconds();
        const Comparison comparison = compare(before, after);
        const double took = thread_seconds() - start;
        total += took;
        times.push_back(took);
        if (verbose) worst.emplace_back(took, versions[i].commit.substr(0, 10) + " " + path);
        truncated += comparison.truncated ? 1 : 0;
        cosmetic += comparison.kind == VersionKind::cosmetic ? 1 : 0;
        for (const Change& change : comparison.changes) {
          ++kinds[static_cast<std::size_t>(change.kind)];
          for (const Word& word : change.words) words += word.op == WordOp::same ? 0 : count_words(word.text);
        }
      }
      before = std::move(after);
    }
  }
  if (times.empty()) {
    fmt::print(stderr, "bench_diff: no versions in {}\n", clone);
    return 1;
  }
  std::sort(times.begin(), times.end());
  const auto percentile = [&](double p) {
    return times[static_cast<std::size_t>(p * double(times.size() - 1))] * 1000;
  };
  const double peak = peak_megabytes();
  const GitFigures git = run_git(clone);
  const double pairs = static_cast<double>(times.size());
  fmt::print("{:<24}{:>12}{:>24}\n", "", "smallprint", "git log -p --word-diff");
  fmt::print("{:<24}{:>12}{:>24}\n", "pairs", times.size(), "");
  fmt::print("{:<24}{:>12.2f}{:>24.2f}\n", "seconds", total, git.seconds);
  fmt::print("{:<24}{:>12.0f}{:>24.0f}\n", "pairs/s", pairs / total, pairs / git.seconds);
  fmt::print("{:<24}{:>12.2f}{:>24.2f}\n", "times git's", git.seconds / total, 1.0);
  fmt::print("{:<24}{:>12.0f}   ({:.0f} of them hold the list of versions, before anything is compared)\n", "peak MB",
             peak, reading);
  fmt::print("{:<24}{:>12.3f}\n", "p50 ms", percentile(0.5));
  fmt::print("{:<24}{:>12.3f}\n", "p99 ms", percentile(0.99));
  fmt::print("{:<24}{:>12.1f}\n", "max ms", percentile(1.0));
  fmt::print("{:<24}{:>12}{:>24}\n", "changed words", words, git.words);
  fmt::print("{:<24}{:>12}\n", "cosmetic pairs", cosmetic);
  fmt::print("{:<24}{:>12}\n", "cut short", truncated);
  for (std::size_t k = 0; k < kinds.size(); ++k)
    fmt::print("{:<24}{:>12}\n", name(static_cast<ChangeKind>(k)), kinds[k]);
  const Unrelated unrelated = compare_unrelated();
  fmt::print("two unrelated documents of {:.0f} MB: {:.2f} s, {}\n", unrelated.megabytes, unrelated.seconds,
             unrelated.truncated ? "cut short" : "in full");
  fmt::print("(before: {:.0f} MB parsed in {:.2f} s)\n", double(bytes) / 1e6, parsing);
  std::sort(worst.rbegin(), worst.rend());
  for (std::size_t i = 0; i < worst.size() && i < 15; ++i) {
    fmt::print("{:>10.1f} ms  {}\n", worst[i].first * 1000, worst[i].second);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const char* verbose = std::getenv("BENCH_VERBOSE");
  const std::string clone = argc > 1 ? argv[1] : bench::corpus_clone();
  if (!std::filesystem::exists(clone)) {
    fmt::print(stderr, "bench_diff: there is no clone at {}: give the path of one\n", clone);
    return 2;
  }
  try {
    return measure(clone, verbose != nullptr);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_diff: {}\n", error.what());
    return 1;
  }
}
