#include "tests/support/support.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace smallprint::test {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void execute(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

int exit_status(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

/// Holds an exclusive lock on a file for the scope, across processes.
class FileLock {
 public:
  explicit FileLock(const fs::path& path) : fd_(open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644)) {
    flock(fd_, LOCK_EX);
  }
  ~FileLock() { close(fd_); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int fd_;
};

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "smallprint-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path source_folder() { return SMALLPRINT_SOURCE_DIR; }

std::optional<fs::path> corpus() {
  const char* set = std::getenv("SMALLPRINT_CORPUS");
  fs::path path = set != nullptr ? fs::path(set) : source_folder().parent_path() / "shared" / "corpus";
  if (!fs::exists(path / "README.md")) return std::nullopt;
  return path;
}

std::optional<fs::path> corpus_part(const std::string& name) {
  const auto root = corpus();
  if (!root) return std::nullopt;
  const bool pages = name == "pages";
  const fs::path packed = *root / (name + (pages ? ".tar.zst" : ".bundle"));
  if (!fs::exists(packed)) return std::nullopt;

  const fs::path cache = source_folder() / "build" / "corpus";
  fs::create_directories(cache);
  std::string flat = name;
  for (char& c : flat) c = c == '/' ? '-' : c;
  const fs::path target = cache / flat;
  const FileLock lock(cache / (flat + ".lock"));
  if (fs::exists(target)) return target;

  const fs::path partial = cache / (flat + ".partial");
  fs::remove_all(partial);
  Finished made;
  if (pages) {
    fs::create_directories(partial);
    made = run({"tar", "--zstd", "-xf", packed.string(), "-C", partial.string(), "--strip-components=1"});
  } else {
    made = run({"git", "clone", "--quiet", "--bare", packed.string(), partial.string()});
  }
  if (made.status != 0) throw std::runtime_error("cannot unpack " + packed.string() + ": " + made.err);
  fs::rename(partial, target);
  return target;
}

bool long_campaign() {
  const char* set = std::getenv("SMALLPRINT_LONG_TESTS");
  return set != nullptr && std::string(set) == "1";
}

Finished run(const std::vector<std::string>& command, const std::string& input) {
  std::array<std::array<int, 2>, 3> pipes{};
  for (auto& pair : pipes) {
    if (pipe2(pair.data(), O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
  }
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(pipes[0][0], 0);
    dup2(pipes[1][1], 1);
    dup2(pipes[2][1], 2);
    execute(command);
  }
  close(pipes[0][0]);
  close(pipes[1][1]);
  close(pipes[2][1]);
  std::thread writer([fd = pipes[0][1], &input] {
    for (std::size_t done = 0; done < input.size();) {
      const ssize_t count = write(fd, input.data() + done, input.size() - done);
      if (count <= 0) break;
      done += static_cast<std::size_t>(count);
    }
    close(fd);
  });

  Finished result;
  std::array<pollfd, 2> fds = {pollfd{pipes[1][0], POLLIN, 0}, pollfd{pipes[2][0], POLLIN, 0}};
  const std::array<std::string*, 2> texts = {&result.out, &result.err};
  std::array<char, 65536> buffer{};
  for (int open_fds = 2; open_fds > 0;) {
    if (poll(fds.data(), fds.size(), -1) < 0) break;
    for (std::size_t i = 0; i < fds.size(); ++i) {
      if (fds[i].fd < 0 || fds[i].revents == 0) continue;
      const ssize_t count = read(fds[i].fd, buffer.data(), buffer.size());
      if (count > 0) {
        texts[i]->append(buffer.data(), static_cast<std::size_t>(count));
      } else {
        close(fds[i].fd);
        fds[i].fd = -1;
        --open_fds;
      }
    }
  }
  writer.join();
  int status = 0;
  waitpid(pid, &status, 0);
  result.status = exit_status(status);
  return result;
}

std::string smallprint_binary() { return SMALLPRINT_BINARY; }

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write_file(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

Background::Background(const std::vector<std::string>& command, const fs::path& log) : log_(log) {
  pid_ = fork();
  if (pid_ == 0) {
    const int fd = open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0644);
    dup2(fd, 1);
    dup2(fd, 2);
    execute(command);
  }
}

Background::~Background() {
  if (running()) {
    signal(SIGKILL);
    wait();
  }
}

void Background::signal(int number) const { kill(pid_, number); }

int Background::wait() {
  if (!status_) {
    int status = 0;
    waitpid(pid_, &status, 0);
    status_ = exit_status(status);
  }
  return *status_;
}

bool Background::running() {
  if (status_) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == 0) return true;
  status_ = exit_status(status);
  return false;
}

std::optional<std::string> Background::wait_for_log(const std::string& text, int seconds) const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < end) {
    std::ifstream in(log_);
    for (std::string line; std::getline(in, line);) {
      if (line.find(text) != std::string::npos) return line;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return std::nullopt;
}

}  // namespace smallprint::test
