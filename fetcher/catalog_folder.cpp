#include "fetcher/catalog_folder.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace smallprint {

Result<CatalogFolder> CatalogFolder::open(std::string folder) {
  if (auto files = catalog_files(folder); !files) return files.error();
  CatalogFolder made(std::move(folder));
  made.refresh();
  return made;
}

/// A file that changed a moment ago may change again within the same tick of the file system's clock.
CatalogFolder::Stamp CatalogFolder::stamp_of(const std::string& path) {
  struct stat now {};
  if (::stat(path.c_str(), &now) != 0) return {};
  using namespace std::chrono;
  const auto age = system_clock::now().time_since_epoch() - seconds{now.st_ctim.tv_sec};
  if (age < seconds{2} && age > seconds{-2}) return {};
  return {now.st_size,        static_cast<std::int64_t>(now.st_ino),
          now.st_mtim.tv_sec, now.st_mtim.tv_nsec,
          now.st_ctim.tv_sec, now.st_ctim.tv_nsec};
}

/// True where the file says something else than before.
bool CatalogFolder::read(const std::string& path, File& file, bool is_new) {
  Catalog catalog = read_catalog_file(path);
  const bool broken = std::any_of(catalog.problems.begin(), catalog.problems.end(),
                                  [](const Problem& problem) { return problem.fatal; });
  std::vector<Problem> problems = std::move(catalog.problems);
  catalog.problems.clear();
  const bool keeps = broken && !is_new;
  if (keeps && !file.good.declarations.empty()) {
    problems.push_back({problems.front().file, "its last good state is used", false});
  }
  const bool others = is_new || problems != file.problems || (!keeps && catalog.declarations != file.good.declarations);
  file.problems = std::move(problems);
  if (!keeps) file.good = std::move(catalog);
  return others;
}

bool CatalogFolder::refresh() {
  const auto listed = catalog_files(folder_);
  const std::string trouble = listed ? std::string() : listed.error().message;
  bool changed = trouble != trouble_;
  trouble_ = trouble;
  if (listed) {
    const std::set<std::string> there(listed->begin(), listed->end());
    changed = std::erase_if(files_, [&](const auto& file) { return there.count(file.first) == 0; }) > 0 || changed;
    for (const std::string& path : there) {
      const auto [file, is_new] = files_.try_emplace(path);
      const Stamp stamp = stamp_of(path);
      if (!is_new && stamp != Stamp{} && stamp == file->second.stamp) continue;
      file->second.stamp = stamp;
      changed = read(path, file->second, is_new) || changed;
    }
  }
  if (changed) gather();
  return changed;
}

void CatalogFolder::gather() {
  catalog_ = {};
  if (!trouble_.empty()) catalog_.problems.push_back({folder_, trouble_, true});
  for (const auto& [path, file] : files_) {
    Catalog one = file.good;
    one.problems = file.problems;
    append_catalog(catalog_, std::move(one));
  }
  settle_catalog(catalog_);
}

}  // namespace smallprint
