#include "app/command.h"

#include <fmt/core.h>

#include <cstdio>

namespace smallprint {

int report(const Error& error) {
  fmt::print(stderr, "smallprint: {}\n", error.message);
  return exit_failed;
}

std::unique_ptr<Archive> open_or_report(const Settings& settings, const OpenOptions& options) {
  auto archive = open_archive(settings.archive, options);
  if (!archive) {
    report(archive.error());
    return nullptr;
  }
  return std::move(archive).value();
}

}  // namespace smallprint
