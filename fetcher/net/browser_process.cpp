#include "fetcher/net/browser_process.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>
#include <thread>
#include <vector>

namespace smallprint {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono;

constexpr seconds start_timeout{10};
constexpr std::string_view folder_prefix = "smallprint-browser-";

bool is_program(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

/// The first of the names in PATH, or among the places.
std::string find_program(const std::vector<std::string>& places, const std::vector<std::string>& names) {
  for (const std::string& place : places) {
    if (is_program(place)) return place;
  }
  const char* path = std::getenv("PATH");
  for (const std::string& name : names) {
    std::istringstream folders(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path);
    for (std::string folder; std::getline(folders, folder, ':');) {
      if (folder.starts_with('/') && is_program(fs::path(folder) / name)) return fs::path(folder) / name;
    }
  }
  return {};
}

/// Folders of processes that were killed together with their browser.
void remove_left_over(const fs::path& parent) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(parent, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(folder_prefix)) continue;
    pid_t owner = 0;
    std::from_chars(name.data() + folder_prefix.size(), name.data() + name.size(), owner);
    struct stat status {};
    if (::lstat(entry.path().c_str(), &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != ::geteuid())
      continue;
    if (owner <= 0 || ::kill(owner, 0) == 0 || errno != ESRCH) continue;
    std::error_code ignored;
    fs::remove_all(entry.path(), ignored);
  }
}

/// A process's session, from /proc; 0 where there is none.
pid_t session_of(const fs::path& process) {
  std::ifstream in(process / "stat");
  std::string line;
  if (!std::getline(in, line)) return 0;
  std::istringstream fields(line.substr(std::min(line.rfind(')') + 1, line.size())));  // the name may hold anything
  std::string state;
  pid_t parent = 0, group = 0, session = 0;
  fields >> state >> parent >> group >> session;
  return session;
}

/// What the driver says on its standard output: the port that it listens on. 0 where it says nothing of it in time.
int port_said(int pipe, const std::atomic<bool>& stopped) {
  constexpr std::string_view before = "on port ";
  const auto deadline = steady_clock::now() + start_timeout;
  std::string said;
  while (steady_clock::now() < deadline && !stopped) {
    pollfd ready{pipe, POLLIN, 0};
    if (::poll(&ready, 1, 100) <= 0) continue;
    std::array<char, 1024> buffer{};
    const ssize_t got = ::read(pipe, buffer.data(), buffer.size());
    if (got == 0) return 0;
    if (got > 0) said.append(buffer.data(), static_cast<std::size_t>(got));
    for (std::size_t at = said.find(before); at != std::string::npos; at = said.find(before, at + 1)) {
      int port = 0;
      const char* const begin = said.data() + at + before.size();
      const auto [end, failed] = std::from_chars(begin, said.data() + said.size(), port);
      // "Starting ChromeDriver 120 on port 0" comes first.
      if (failed == std::errc{} && end != said.data() + said.size() && port > 0) return port;
    }
  }
  return 0;
}

/// Between fork and exec: only what a signal handler may call.
[[noreturn]] void become(char* const* arguments, char* const* environment, int output, pid_t parent) {
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it died before that
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  std::signal(SIGPIPE, SIG_DFL);
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(nothing, STDERR_FILENO);
  ::syscall(SYS_close_range, 3U, ~0U, 0U);
  ::execve(arguments[0], arguments, environment);
  ::_exit(127);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

}  // namespace

Result<BrowserPrograms> find_browser(const std::string& wanted) {
  BrowserPrograms programs;
  std::vector<std::string> places;
  if (wanted == "auto") {
    programs.browser = find_program({}, {"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"});
  } else if (is_program(wanted)) {
    programs.browser = wanted;
    places = {(fs::path(wanted).parent_path() / "chromedriver").string()};
  }
  if (programs.browser.empty()) {
    return Error{ErrorCode::not_found,
                 wanted == "auto" ? "--browser auto finds no Chromium or Chrome; Debian has it in the package chromium"
                                  : fmt::format("--browser: '{}' is no program", wanted)};
  }
  places.insert(places.end(), {"/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver"});
  programs.driver = find_program(places, {"chromedriver"});
  if (programs.driver.empty()) {
    return Error{ErrorCode::not_found, "--browser finds no chromedriver; Debian has it in the package chromium-driver"};
  }
  return programs;
}

std::string why_no_sandbox() {
  if (::geteuid() == 0) return "smallprint runs as root";
  std::error_code error;
  for (const char* mark : {"/.dockerenv", "/run/.containerenv"}) {
    if (fs::exists(mark, error)) return "smallprint runs in a container";
  }
  return {};
}

Result<std::unique_ptr<BrowserProcess>> BrowserProcess::start(const BrowserPrograms& programs,
                                                              const std::atomic<bool>& stopped) {
  std::error_code error;
  const fs::path parent = fs::temp_directory_path(error);
  if (error) return Error{ErrorCode::unavailable, "there is no folder for temporary files"};
  remove_left_over(parent);
  std::string folder = (parent / fmt::format("{}{}-XXXXXX", folder_prefix, ::getpid())).string();
  if (::mkdtemp(folder.data()) == nullptr) {
    return Error{ErrorCode::unavailable, fmt::format("no folder for a browser in {}", parent.string())};
  }
  std::unique_ptr<BrowserProcess> process(new BrowserProcess);
  process->folder_ = folder;

  // Nonblocking for the driver as well: what nobody reads is dropped.
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    return Error{ErrorCode::unavailable, "no pipe to a browser's driver"};
  }
  std::vector<std::string> arguments{programs.driver, "--port=0", "--log-level=SEVERE"};
  std::vector<std::string> environment{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + folder, "TMPDIR=" + folder,
                                       "LANG=C.UTF-8"};
  const auto argv = pointers(arguments), envp = pointers(environment);
  const pid_t self = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) become(argv.data(), envp.data(), ends[1], self);
  ::close(ends[1]);
  process->driver_ = child;
  process->output_ = ends[0];
  const int port = child < 0 ? 0 : port_said(ends[0], stopped);
  if (port == 0) {
    return Error{ErrorCode::unavailable,
                 stopped ? std::string("stopped") : fmt::format("{} does not start", programs.driver)};
  }
  process->url_ = fmt::format("http://127.0.0.1:{}", port);
  return process;
}

BrowserProcess::~BrowserProcess() {
  if (driver_ > 0) {
    // Chromium's processes are in the driver's group; its crash handlers, which are not, end with them.
    ::kill(-driver_, SIGKILL);
    while (::waitpid(driver_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  if (output_ >= 0) ::close(output_);
  // Those that were killed may still be at work on a file.
  for (int attempt = 0; attempt < 50; ++attempt) {
    std::error_code error;
    fs::remove_all(folder_, error);
    if (!error) break;
    std::this_thread::sleep_for(milliseconds{20});
  }
}

std::uint64_t BrowserProcess::memory() const {
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::uint64_t bytes = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos || session_of(entry.path()) != driver_) continue;
    std::ifstream in(entry.path() / "statm");
    std::uint64_t size = 0, resident = 0, shared = 0;
    if (in >> size >> resident >> shared) bytes += (resident - std::min(resident, shared)) * page;
  }
  return bytes;
}

}  // namespace smallprint
