// The entry that libFuzzer calls; SMALLPRINT_FUZZ_TARGET names the target.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const auto& target : smallprint::fuzz::targets) {
    if (target.name == SMALLPRINT_FUZZ_TARGET) target.run({reinterpret_cast<const char*>(data), size});
  }
  return 0;
}
