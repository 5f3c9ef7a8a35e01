// The entries that libFuzzer calls; SMALLPRINT_FUZZ_TARGET names the target. Where the environment's
// SMALLPRINT_FUZZ_SEEDS names a folder, the target's seeds are written there first, a file each.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "tests/fuzz/targets.h"

namespace {

const smallprint::fuzz::Target& target() {
  for (const auto& candidate : smallprint::fuzz::targets) {
    if (candidate.name == SMALLPRINT_FUZZ_TARGET) return candidate;
  }
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* folder = std::getenv("SMALLPRINT_FUZZ_SEEDS");
  if (folder == nullptr) return 0;
  int number = 0;
  for (const std::string_view seed : target().seeds) {
    std::ofstream(folder + ("/seed-" + std::to_string(++number)), std::ios::binary) << seed;
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto& chosen = target();
  chosen.run({reinterpret_cast<const char*>(data), size});
  return 0;
}
