#include "fetcher/extract/parse_arena.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <new>

namespace smallprint {
namespace {

constexpr std::size_t header = 16;  ///< before each piece: its class; keeps pieces aligned
constexpr std::size_t block_size = std::size_t{1} << 20;

}  // namespace

void* ParseArena::allocate(void* self, std::size_t size) {
  auto& arena = *static_cast<ParseArena*>(self);
  void* memory = arena.take(size);
  if (memory == nullptr) std::longjmp(arena.exit_, 1);
  return memory;
}

void* ParseArena::take(std::size_t size) {
  constexpr std::size_t calls_between_looks = 1024;
  if (++calls_ % calls_between_looks == 0 && std::chrono::steady_clock::now() > deadline_) return nullptr;
  const std::size_t rounded = std::bit_ceil(size < 16 ? std::size_t{16} : size);
  const auto index = static_cast<std::size_t>(std::countr_zero(rounded)) - 4;
  if (index < classes && recycled_[index] != nullptr) {
    void* memory = recycled_[index];
    std::memcpy(&recycled_[index], memory, sizeof(void*));
    return memory;
  }
  const std::size_t whole = (index < classes ? rounded : size) + header;
  if (whole > bytes_left_) return nullptr;
  bytes_left_ -= whole;
  char* piece = nullptr;
  if (index >= classes) {
    blocks_.emplace_back(new (std::nothrow) char[whole]);
    piece = blocks_.back().get();
    if (piece == nullptr) return nullptr;
  } else {
    if (whole > free_bytes_) {
      blocks_.emplace_back(new (std::nothrow) char[block_size]);
      free_ = blocks_.back().get();
      if (free_ == nullptr) return nullptr;
      free_bytes_ = block_size;
    }
    piece = free_;
    free_ += whole;
    free_bytes_ -= whole;
  }
  const auto stored = static_cast<std::uint64_t>(index);
  std::memcpy(piece, &stored, sizeof(stored));
  return piece + header;
}

void ParseArena::release(void* self, void* memory) {
  if (memory == nullptr) return;
  auto& arena = *static_cast<ParseArena*>(self);
  std::uint64_t index = 0;
  std::memcpy(&index, static_cast<char*>(memory) - header, sizeof(index));
  if (index >= classes) return;  // a long one: until the end
  std::memcpy(memory, &arena.recycled_[index], sizeof(void*));
  arena.recycled_[index] = memory;
}

}  // namespace smallprint
