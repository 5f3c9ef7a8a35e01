// What tests of several layers share: temporary folders, the corpus, running programs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace smallprint::test {

/// A new empty folder, removed with everything in it at the end of the scope.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// ../shared/corpus beside the checkout or $SMALLPRINT_CORPUS, where it is present.
std::optional<std::filesystem::path> corpus();

/// A bare clone of a corpus bundle ("history/versions", "demo/versions", "demo/snapshots", "demo/declarations"), made
/// once and kept in the build folder; or the unpacked "pages". Needs git, tar and zstd.
std::optional<std::filesystem::path> corpus_part(const std::string& name);

/// Is this a long campaign (script/test --long)? Otherwise tests take a short slice.
bool long_campaign();

struct Finished {
  int status = -1;  ///< exit status, or 128 + signal
  std::string out, err;
};
/// Runs a program to its end, with `input` on standard input.
Finished run(const std::vector<std::string>& command, const std::string& input = {});
/// The smallprint binary under test.
std::string smallprint_binary();
/// The root of the source tree.
std::filesystem::path source_folder();
std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, const std::string& text);

/// A program running in the background; killed at the end of the scope.
class Background {
 public:
  explicit Background(const std::vector<std::string>& command, const std::filesystem::path& log);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  void signal(int number) const;
  [[nodiscard]] int pid() const { return pid_; }
  /// Waits for the end; the exit status, or 128 + signal.
  int wait();
  [[nodiscard]] bool running();
  /// Waits until the log has a line with `text`, at most `seconds`; returns that line.
  std::optional<std::string> wait_for_log(const std::string& text, int seconds) const;

 private:
  int pid_ = -1;
  std::optional<int> status_;
  std::filesystem::path log_;
};

}  // namespace smallprint::test

/// Ends the test as skipped, with the reason: SMALLPRINT_SKIP_UNLESS(corpus(), "no corpus");
#define SMALLPRINT_SKIP_UNLESS(condition, reason)                \
  do {                                                           \
    if (!(condition)) {                                          \
      std::printf("SKIPPED: %s\n", std::string(reason).c_str()); \
      return;                                                    \
    }                                                            \
  } while (false)
