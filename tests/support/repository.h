// Small git repositories made by git itself, in the layout of Open Terms Archive.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/support.h"

namespace smallprint::test {

class Repository {
 public:
  explicit Repository(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
    git({"init", "--quiet", "--initial-branch=main"});
    git({"config", "user.name", "Recorder"});
    git({"config", "user.email", "recorder@example.org"});
    git({"config", "commit.gpgsign", "false"});
  }

  /// Writes a file and commits it at noon UTC of a day of 2024: day 1 is 1 January.
  void record(const std::string& path, const std::string& text, int day) {
    write_file(folder_ / path, text);
    commit("record " + path, day);
  }
  void commit(const std::string& message, int day) {
    git({"add", "--all"});
    const std::string date = std::to_string(1704110400 + (day - 1) * 86400) + " +0000";
    git({"-c", "core.quotePath=false", "commit", "--quiet", "--allow-empty", "--date", date, "-m", message});
  }
  std::string git(std::vector<std::string> arguments) const {
    std::vector<std::string> command = {"git", "-C", folder_.string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const Finished finished = run(command);
    if (finished.status != 0) throw std::runtime_error("git: " + finished.err);
    return finished.out;
  }
  [[nodiscard]] std::string folder() const { return folder_.string(); }
  [[nodiscard]] std::filesystem::path path() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

}  // namespace smallprint::test
