#include "app/catalog_watch.h"

#include <spdlog/spdlog.h>

namespace smallprint {

Result<std::unique_ptr<CatalogWatch>> CatalogWatch::open(const std::string& folder) {
  auto watch = std::make_unique<CatalogWatch>();
  if (folder.empty()) {
    watch->builtin_ = builtin_catalog();
  } else {
    auto opened = CatalogFolder::open(folder);
    if (!opened) return opened.error();
    watch->folder_.emplace(std::move(opened).value());
  }
  watch->publish();
  return watch;
}

bool CatalogWatch::refresh() {
  if (!folder_ || !folder_->refresh()) return false;
  spdlog::info("catalog changed documents={} problems={}", catalog().declarations.size(), catalog().problems.size());
  publish();
  return true;
}

void CatalogWatch::publish() {
  auto next = std::make_shared<CatalogHealth>();
  next->documents = catalog().declarations.size();
  for (const Problem& problem : catalog().problems) {
    spdlog::warn("catalog file={} problem=\"{}\"", problem.file, problem.message);
    next->problems.push_back({problem.file, problem.message, problem.fatal});
  }
  const std::lock_guard lock(mutex_);
  next->revision = health_ == nullptr ? 1 : health_->revision + 1;
  health_ = std::move(next);
}

std::shared_ptr<const CatalogHealth> CatalogWatch::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

}  // namespace smallprint
