// The table of everything that has an address. openapi.json describes the same; a test compares them.
#pragma once

#include <chrono>
#include <span>
#include <string_view>

#include "server/call.h"

namespace smallprint {

struct Route {
  std::string_view pattern;  ///< "/api/v1/services/{service}"
  Reply (*endpoint)(Call&);
  std::chrono::seconds period{0};  ///< what it answers follows from the time, too: in steps of this
};

/// In the order in which they are tried: words before slugs.
std::span<const Route> routes();

}  // namespace smallprint
