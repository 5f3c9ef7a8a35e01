// A short slice of the fuzzers for every run: seeds and some thousand seeded mutations of them. The fuzz preset builds
// the same targets for libFuzzer.
#include <doctest/doctest.h>

#include <random>
#include <string>

#include "tests/fuzz/targets.h"
#include "tests/support/support.h"

namespace {

std::string mutate(std::string text, std::string_view other, std::mt19937& random) {
  const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
  for (auto edits = 1 + below(8); edits > 0; --edits) {
    const std::size_t at = below(text.size() + 1);
    switch (below(6)) {
      case 0: text.insert(at, 1, static_cast<char>(random())); break;
      case 1: text.erase(at, below(9)); break;
      case 2: text.insert(at, other.substr(below(other.size() + 1), below(40))); break;
      case 3: text.insert(at, text.substr(below(text.size() + 1), below(60))); break;
      case 4: text.insert(at, 1, "<>[]()*_#|`&;:\\'\"\n\t \0-=!.,@"[below(28)]); break;
      case 5:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1U << below(8)));
        break;
    }
  }
  return text;
}

}  // namespace

TEST_CASE("any bytes leave every reader standing, with its property") {
  const int rounds = smallprint::test::long_campaign() ? 100'000 : 400;
  for (const auto& target : smallprint::fuzz::targets) {
    std::mt19937 random(20240918);
    target.run("");
    for (const std::string_view seed : target.seeds) {
      target.run(seed);
      for (int round = 0; round < rounds / target.slowness; ++round) {
        const std::string_view other = target.seeds[random() % target.seeds.size()];
        target.run(mutate(std::string(seed), other, random));
      }
    }
    CHECK_MESSAGE(!target.seeds.empty(), std::string(target.name));
  }
}
