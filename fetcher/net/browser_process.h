// A chromedriver of our own, which starts Chromium: on a port that it chose, in a process group and a folder of its
// own, without our environment. It ends with us, however we end.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "model/result.h"

namespace smallprint {

/// Which programs to start.
struct BrowserPrograms {
  std::string driver;   ///< chromedriver
  std::string browser;  ///< Chromium or Chrome
};

/// `wanted` is the path of a Chromium or Chrome, whose driver stands beside it or in PATH, or "auto" for the first of
/// both that is installed. Error not_found: what is missing, and the Debian package that has it.
Result<BrowserPrograms> find_browser(const std::string& wanted);

/// Can Chromium keep its sandbox here? Empty where it can, else why not, for the log.
std::string why_no_sandbox();

class BrowserProcess {
 public:
  /// Starts the driver and waits until it listens, ten seconds at most. The calling thread must outlive the process:
  /// the kernel kills the driver when that thread ends. Error unavailable: it does not start, or `stopped`.
  static Result<std::unique_ptr<BrowserProcess>> start(const BrowserPrograms& programs,
                                                       const std::atomic<bool>& stopped);
  /// Kills the driver and everything that it started, and removes the folder.
  ~BrowserProcess();
  BrowserProcess(const BrowserProcess&) = delete;
  BrowserProcess& operator=(const BrowserProcess&) = delete;

  /// "http://127.0.0.1:PORT"
  [[nodiscard]] const std::string& url() const { return url_; }
  /// For profiles; empty at first.
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  /// Memory of the driver and of all that it started, without what they share with each other, in bytes.
  [[nodiscard]] std::uint64_t memory() const;

 private:
  BrowserProcess() = default;
  pid_t driver_ = -1;  ///< also its process group and its session
  int output_ = -1;    ///< of the driver, which would not outlive a closed one
  std::string url_;
  std::filesystem::path folder_;
};

}  // namespace smallprint
