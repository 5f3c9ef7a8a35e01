// What the files of declarations are like, as whoever reads them last saw them. A value, shared between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace smallprint {

struct CatalogHealth {
  struct Problem {
    std::string file, message;
    bool fatal = true;
  };
  std::uint64_t revision = 0;  ///< grows with every change
  std::size_t documents = 0;
  std::vector<Problem> problems;
};

/// Null, or gives null, where nobody reads a catalog. Called from any thread.
using CatalogHealthSource = std::function<std::shared_ptr<const CatalogHealth>()>;

}  // namespace smallprint
