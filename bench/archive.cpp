// How large the whole recorded history is in the archive, how fast a version of it is read, and how long it takes to
// import, derived and indexed; beside git, which keeps the same texts and prints the same history.
//
//   bench_archive [CLONE]    a bare clone of an Open Terms Archive versions repository
//
// Both run as programs of their own, one after the other, so that memory and processor time are those of each alone.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
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

void row(const char* what, const std::string& ours, const std::string& theirs, const std::string& bar = {}) {
  fmt::print("{:<28}{:>14}{:>14}   {}\n", what, ours, theirs, bar);
}

std::string mb(double bytes) { return fmt::format("{:.1f}", bytes / 1e6); }

/// Reads versions of all documents at random; the milliseconds that each took, sorted. The file is in the system's
/// cache, as it is for whoever has just imported it.
std::vector<double> read_at_random(const smallprint::Archive& archive, std::size_t reads) {
  using namespace smallprint;
  std::vector<DocumentRow> documents;
  Paging paging{1000, {}};
  do {
    auto page = archive.documents({}, paging).value();
    documents.insert(documents.end(), page.items.begin(), page.items.end());
    paging.cursor = page.next;
  } while (!paging.cursor.empty());
  std::vector<std::pair<DocumentId, std::uint32_t>> versions;
  for (const DocumentRow& row : documents) {
    for (std::uint32_t number = 1; number <= row.versions; ++number) versions.emplace_back(row.id, number);
  }
  std::mt19937 random(1);
  std::vector<double> times;
  for (std::size_t i = 0; i < reads && !versions.empty(); ++i) {
    const auto& [id, number] = versions[random() % versions.size()];
    const auto begin = std::chrono::steady_clock::now();
    const auto text = archive.text(id, number);
    if (!text.ok()) std::abort();
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  std::sort(times.begin(), times.end());
  return times;
}

/// Where the bytes of the file are, table by table and index by index.
void print_tables(const std::string& path, double file_bytes) {
  const SQLite::Database database(path, SQLite::OPEN_READONLY);
  SQLite::Statement tables(database, "SELECT name, pgsize, unused FROM dbstat WHERE aggregate = TRUE ORDER BY 2 DESC");
  fmt::print("\n{:<28}{:>10}{:>10}{:>10}\n", "table or index", "MB", "unused", "share");
  while (tables.executeStep()) {
    const double bytes = tables.getColumn(1).getDouble();
    if (bytes < file_bytes / 1000) break;
    fmt::print("{:<28}{:>10.2f}{:>10.2f}{:>9.1f}%\n", tables.getColumn(0).getString(), bytes / 1e6,
               tables.getColumn(2).getDouble() / 1e6, 100 * bytes / file_bytes);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string clone = argc > 1 ? argv[1] : smallprint::bench::corpus_clone();
  if (clone.empty()) return 0;
  const fs::path program = fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "smallprint";
  char folder_name[] = "/tmp/smallprint-bench-XXXXXX";
  if (mkdtemp(folder_name) == nullptr) return 1;
  const fs::path folder = folder_name;
  const std::string path = (folder / "archive.db").string(), url = "sqlite:" + path;

  const Run git = run({"git", "--git-dir=" + clone, "log", "-p", "--word-diff"});
  const Run ours = run({program.string(), "--archive", url, "import", "ota", clone});
  const Run again = run({program.string(), "--archive", url, "import", "ota", clone});
  if (git.status != 0 || ours.status != 0 || again.status != 0) {
    fmt::print(stderr, "bench_archive: git ended with {}, the import with {}, the second one with {}\n", git.status,
               ours.status, again.status);
    return 1;
  }
  {
    const auto archive = smallprint::open_archive(url, {.read_only = true}).value();
    const auto stats = archive->stats().value();
    const auto pack = static_cast<double>(folder_bytes(fs::path(clone) / "objects" / "pack"));
    const auto texts = static_cast<double>(stats.text_stored_bytes), file = static_cast<double>(stats.file_bytes);
    const auto times = read_at_random(*archive, 5000);
    const auto part = [&](double share) {
      return fmt::format("{:.2f}", times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))]);
    };
    row("", "smallprint", "git", "bar");
    row("packed, MB", "", mb(pack));
    row("texts, MB", mb(texts), fmt::format("{:.2f} of it", texts / pack), "0.50");
    row("whole archive, MB", mb(file), fmt::format("{:.2f} of it", file / pack), "3.00");
    row("a version, median ms", part(0.5), "", "1.00");
    row("a version, p99 ms", part(0.99), "", "5.00");
    row("import, log -p: seconds", fmt::format("{:.2f}", ours.seconds), fmt::format("{:.2f}", git.seconds),
        "no more than git");
    row("processor seconds", fmt::format("{:.2f}", ours.processor_seconds),
        fmt::format("{:.2f}", git.processor_seconds));
    row("peak memory, MB", mb(static_cast<double>(ours.peak_kilobytes) * 1024),
        mb(static_cast<double>(git.peak_kilobytes) * 1024));
    row("a second import, seconds", fmt::format("{:.2f}", again.seconds), "");
    fmt::print("\n{} versions, {} distinct texts, {} clauses, {} changes; {:.2f} times git's time\n", stats.versions,
               stats.distinct_texts, stats.clauses, stats.changes, ours.seconds / git.seconds);
    print_tables(path, file);
  }
  fs::remove_all(folder);
  return 0;
}
