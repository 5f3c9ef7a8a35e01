// A folder of declarations that is edited while it is in use. Files are read again when they change; a broken one keeps
// its last good declarations until it is whole again, and its problems are told.
//
// Not safe for several threads. Cost of looking: one stat for each file; of a change: the files that changed.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "fetcher/catalog.h"

namespace smallprint {

class CatalogFolder {
 public:
  /// Error not_found where the folder cannot be read. A file that is broken from the start gives what is right of it.
  static Result<CatalogFolder> open(std::string folder);

  /// Looks at the folder. True where the catalog or its problems are others than before. A folder that cannot be read
  /// any more is a problem, and everything of it stays.
  bool refresh();
  [[nodiscard]] const Catalog& catalog() const { return catalog_; }

 private:
  /// Size, inode and times; all of it alike: the same bytes. Zeros: to be read again.
  using Stamp = std::array<std::int64_t, 6>;
  struct File {
    Stamp stamp{};
    Catalog good;                   ///< the last reading without a fatal problem, or the first one
    std::vector<Problem> problems;  ///< of the last reading
  };
  explicit CatalogFolder(std::string folder) : folder_(std::move(folder)) {}
  static Stamp stamp_of(const std::string& path);
  static bool read(const std::string& path, File& file, bool is_new);
  void gather();

  std::string folder_;
  std::map<std::string, File> files_;  ///< by path
  std::string trouble_;                ///< with the folder itself
  Catalog catalog_;
};

}  // namespace smallprint
