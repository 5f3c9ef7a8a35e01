// Files of an export that appear together when all of them are whole: until then each is beside its place, as
// NAME.part.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.h"

namespace smallprint {

/// Threads: one at a time. Destroyed without finish(): nothing stays of them.
class PartialFiles {
 public:
  /// Makes the folder where it is missing. Error: unavailable.
  static Result<PartialFiles> in(const std::string& folder);
  PartialFiles(PartialFiles&&) noexcept = default;
  PartialFiles& operator=(PartialFiles&&) = delete;
  ~PartialFiles();

  /// The new file's index. Error: unavailable.
  Result<std::size_t> add(const std::string& name);
  /// Error: unavailable, also of an earlier write.
  Result<void> write(std::size_t file, std::string_view bytes);
  [[nodiscard]] std::uint64_t size(std::size_t file) const { return files_[file].size; }
  /// Gives all files their names, in the order of add(); what had them before is replaced. Their paths. Error:
  /// unavailable.
  Result<std::vector<std::string>> finish();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  struct File {
    std::string path, partial;
    std::unique_ptr<std::FILE, Close> stream;
    std::uint64_t size = 0;
  };
  explicit PartialFiles(std::string folder) : folder_(std::move(folder)) {}

  std::string folder_;
  std::vector<File> files_;
};

}  // namespace smallprint
