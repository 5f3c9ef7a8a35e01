// What is fuzzed: each target takes any bytes and must come back, having checked the property that it stands for.
#pragma once

#include <span>
#include <string_view>

namespace smallprint::fuzz {

struct Target {
  std::string_view name;
  void (*run)(std::string_view bytes);  ///< aborts where its property does not hold
  std::span<const std::string_view> seeds;
  int slowness = 1;  ///< of how many inputs that others take in the same time it takes one
};

extern const std::span<const Target> targets;

}  // namespace smallprint::fuzz
