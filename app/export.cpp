#include "app/export.h"

#include <fnmatch.h>

#include <algorithm>

namespace smallprint {
namespace {

constexpr std::size_t documents_at_once = 200;

bool takes(const ExportOptions& options, const DocumentRow& document) {
  const auto matches = [&](const std::string& glob) {
    const std::string& name = glob.find('/') == std::string::npos ? document.service : document.id;
    return fnmatch(glob.c_str(), name.c_str(), 0) == 0;
  };
  return options.documents.empty() || std::any_of(options.documents.begin(), options.documents.end(), matches);
}

}  // namespace

Result<void> each_document(const Archive& archive, const ExportOptions& options,
                           const std::function<Result<void>(const DocumentRow&)>& take) {
  for (Paging paging{documents_at_once, {}};;) {
    const auto page = archive.documents({}, paging);
    if (!page) return page.error();
    for (const DocumentRow& document : page->items) {
      if (!takes(options, document)) continue;
      if (auto taken = take(document); !taken) return taken;
    }
    if (page->next.empty()) return {};
    paging.cursor = page->next;
  }
}

Result<void> each_version(const Archive& archive, const DocumentRow& document, const ExportOptions& options,
                          const std::function<Result<void>(const VersionRow&)>& take) {
  for (std::uint32_t number = 1; number <= document.versions; ++number) {
    const auto version = archive.version(document.id, number);
    if (!version) return version.error();
    if (options.since && version->observed_at < *options.since) continue;
    if (auto taken = take(*version); !taken) return taken;
  }
  return {};
}

Result<std::uint64_t> count_versions(const Archive& archive, const ExportOptions& options) {
  std::uint64_t count = 0;
  const auto counted = each_document(archive, options, [&](const DocumentRow& document) {
    count += document.versions;
    return Result<void>();
  });
  if (!counted) return counted.error();
  return count;
}

}  // namespace smallprint
