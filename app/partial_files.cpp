#include "app/partial_files.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace smallprint {
namespace {

namespace fs = std::filesystem;

Error unwritable(const std::string& path) {
  return {ErrorCode::unavailable, "'" + path + "' cannot be written: " + std::strerror(errno)};
}

}  // namespace

Result<PartialFiles> PartialFiles::in(const std::string& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed || !fs::is_directory(folder, failed)) {
    return Error{ErrorCode::unavailable, "'" + folder + "' cannot be made a folder: " +
                                             (failed ? failed.message() : std::string("there is something else"))};
  }
  return PartialFiles(folder);
}

PartialFiles::~PartialFiles() {
  std::error_code ignored;
  for (File& file : files_) {
    if (!file.partial.empty()) fs::remove(file.partial, ignored);
  }
}

Result<std::size_t> PartialFiles::add(const std::string& name) {
  File file;
  file.path = (fs::path(folder_) / name).string();
  file.partial = file.path + ".part";
  file.stream.reset(std::fopen(file.partial.c_str(), "wbe"));
  if (!file.stream) return unwritable(file.partial);
  files_.push_back(std::move(file));
  return files_.size() - 1;
}

Result<void> PartialFiles::write(std::size_t index, std::string_view bytes) {
  File& file = files_[index];
  if (std::fwrite(bytes.data(), 1, bytes.size(), file.stream.get()) != bytes.size()) return unwritable(file.partial);
  file.size += bytes.size();
  return {};
}

Result<std::vector<std::string>> PartialFiles::finish() {
  for (File& file : files_) {
    if (std::fflush(file.stream.get()) != 0 || ::fsync(::fileno(file.stream.get())) != 0)
      return unwritable(file.partial);
    if (std::fclose(file.stream.release()) != 0) return unwritable(file.partial);
  }
  std::vector<std::string> paths;
  for (File& file : files_) {
    if (std::rename(file.partial.c_str(), file.path.c_str()) != 0) return unwritable(file.path);
    file.partial.clear();
    paths.push_back(file.path);
  }
  return paths;
}

}  // namespace smallprint
