// What each text is compressed against, so that reading one never takes long.
#include "storage/text_bases.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>

using namespace smallprint;

namespace {

Sha256 text(std::uint32_t rank) { return sha256(std::to_string(rank)); }

/// Adds a text as the writer does; the one it leans on, or nullptr.
const BaseText* add(TextBases& bases, std::uint32_t rank, std::map<Sha256, int>& depths) {
  const BaseText* base = bases.next();
  static BaseText kept;
  if (base != nullptr) kept = *base;
  const int depth = base == nullptr ? 0 : depths.at(base->sha256) + 1;
  depths[text(rank)] = depth;
  bases.add({text(rank), depth, nullptr});
  return base == nullptr ? nullptr : &kept;
}

}  // namespace

TEST_CASE("a text leans on the one before, now and then on one further back, and only the first stands alone") {
  TextBases bases(4);
  std::map<Sha256, int> depths;
  CHECK(add(bases, 0, depths) == nullptr);
  for (std::uint32_t rank = 1; rank < 300; ++rank) {
    std::uint32_t back = 1;
    while (rank % (back * 4) == 0) back *= 4;
    const BaseText* base = add(bases, rank, depths);
    REQUIRE(base != nullptr);
    CHECK(base->sha256 == text(rank - back));
  }
}

TEST_CASE("no text leans on more than a hundred others, however many there are and however they swing") {
  for (const std::size_t radix : {std::size_t{16}, std::size_t{64}}) {
    TextBases bases(radix);
    std::map<Sha256, int> depths;
    int deepest = 0;
    for (std::uint32_t rank = 0; rank < 20'000; ++rank) {
      add(bases, rank, depths);
      deepest = std::max(deepest, depths.at(text(rank)));
      if (rank % 3 == 2) bases.latest(text(rank - 1));    // it is taken back
      if (rank % 50 == 40) bases.latest(text(rank - 9));  // to one that is not remembered
    }
    CHECK(deepest > 16);
    CHECK(deepest <= 100);
  }
}

TEST_CASE("a text that comes back is what the next one is compared with, and leans on what the archive has") {
  TextBases bases;
  std::map<Sha256, int> depths;
  for (std::uint32_t rank = 0; rank < 3; ++rank) add(bases, rank, depths);
  bases.latest(text(1));
  CHECK(bases.next()->sha256 == text(1));
  bases.set_depth(text(1), 99);  // another document had it, deep down
  CHECK(bases.next()->sha256 == text(2));
  bases.set_depth(text(2), 99);
  CHECK(bases.next() == nullptr);
}
