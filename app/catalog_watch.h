// The catalog of a service that runs: the built-in one, or a folder that is read again when its files change. What is
// wrong with it goes to the log and to the status.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fetcher/catalog_folder.h"
#include "server/catalog_health.h"

namespace smallprint {

/// One thread refreshes; health() may be called from any.
class CatalogWatch {
 public:
  /// `folder` empty: the built-in catalog. Error not_found where the folder cannot be read.
  static Result<std::unique_ptr<CatalogWatch>> open(const std::string& folder);

  /// Until refresh().
  [[nodiscard]] const std::vector<Declaration>& declarations() const { return catalog().declarations; }
  /// Looks whether files changed. True where the declarations may be others than before.
  bool refresh();
  [[nodiscard]] std::shared_ptr<const CatalogHealth> health() const;

 private:
  [[nodiscard]] const Catalog& catalog() const { return folder_ ? folder_->catalog() : builtin_; }
  void publish();

  std::optional<CatalogFolder> folder_;
  Catalog builtin_;
  mutable std::mutex mutex_;
  std::shared_ptr<const CatalogHealth> health_;
};

}  // namespace smallprint
