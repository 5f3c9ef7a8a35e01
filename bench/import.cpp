// How long the whole recorded history takes to import, derived and indexed; beside git printing the same history.
//
//   bench_import [CLONE]    a bare clone of an Open Terms Archive versions repository
//
// Both run as programs of their own, one after the other, so that memory and processor time are those of each alone.
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/corpus_clone.h"
#include "storage/archive.h"

namespace {

namespace fs = std::filesystem;

struct Run {
  int status = -1;
  double seconds = 0;
  double processor_seconds = 0;
  long peak_kilobytes = 0;
};

/// Runs a program with its output thrown away.
Run run(const std::vector<std::string>& command) {
  const auto begin = std::chrono::steady_clock::now();
  const pid_t pid = fork();
  if (pid == 0) {
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, 1);
    dup2(null, 2);
    std::vector<char*> arguments;
    for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  wait4(pid, &status, 0, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  Run result;
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  result.processor_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  result.peak_kilobytes = usage.ru_maxrss;
  return result;
}

std::uintmax_t folder_bytes(const fs::path& folder) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

void row(const char* what, const std::string& ours, const std::string& theirs) {
  fmt::print("{:<28}{:>14}{:>14}\n", what, ours, theirs);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string clone = argc > 1 ? argv[1] : smallprint::bench::corpus_clone();
  if (clone.empty()) return 0;
  const fs::path program = fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "smallprint";
  char folder_name[] = "/tmp/smallprint-bench-XXXXXX";
  if (mkdtemp(folder_name) == nullptr) return 1;
  const fs::path folder = folder_name;
  const std::string url = "sqlite:" + (folder / "archive.db").string();

  const Run git = run({"git", "--git-dir=" + clone, "log", "-p", "--word-diff"});
  const Run ours = run({program.string(), "--archive", url, "import", "ota", clone});
  const Run again = run({program.string(), "--archive", url, "import", "ota", clone});
  if (git.status != 0 || ours.status != 0 || again.status != 0) {
    fmt::print(stderr, "bench_import: git ended with {}, the import with {}, the second one with {}\n", git.status,
               ours.status, again.status);
    return 1;
  }
  {
    const auto stats = smallprint::open_archive(url, {.read_only = true}).value()->stats().value();
    const auto mb = [](double bytes) { return fmt::format("{:.1f}", bytes / 1e6); };
    row("", "smallprint", "git log -p");
    row("seconds", fmt::format("{:.2f}", ours.seconds), fmt::format("{:.2f}", git.seconds));
    row("processor seconds", fmt::format("{:.2f}", ours.processor_seconds),
        fmt::format("{:.2f}", git.processor_seconds));
    row("peak memory, MB", mb(static_cast<double>(ours.peak_kilobytes) * 1024),
        mb(static_cast<double>(git.peak_kilobytes) * 1024));
    row("archive / pack, MB", mb(static_cast<double>(stats.file_bytes)),
        mb(static_cast<double>(folder_bytes(fs::path(clone) / "objects"))));
    row("texts alone, MB", mb(static_cast<double>(stats.text_stored_bytes)), "");
    row("a second import, seconds", fmt::format("{:.2f}", again.seconds), "");
    fmt::print("\n{} versions, {} distinct texts, {} clauses, {} changes; {:.2f} times git's time\n", stats.versions,
               stats.distinct_texts, stats.clauses, stats.changes, ours.seconds / git.seconds);
  }
  fs::remove_all(folder);
  return 0;
}
