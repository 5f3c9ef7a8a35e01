// Memory for one parse by gumbo: bounded, and freed at once, so that no tree is ever walked to free it.
#pragma once

#include <array>
#include <chrono>
#include <csetjmp>
#include <cstddef>
#include <memory>
#include <vector>

namespace smallprint {

/// Gumbo has no limits of its own, and frees its tree by recursion. This allocator gives pieces of one pool back at the
/// end, and leaves the parse by longjmp (over gumbo's C frames only) where the pool or the time is used up.
class ParseArena {
 public:
  ParseArena(std::size_t max_bytes, std::chrono::milliseconds max_time)
      : bytes_left_(max_bytes), deadline_(std::chrono::steady_clock::now() + max_time) {}

  /// For GumboOptions; `self` is the arena.
  static void* allocate(void* self, std::size_t size);
  static void release(void* self, void* memory);

  /// Where a parse that is over its limits comes back to: if (setjmp(arena.exit()) == 0) parse, else too much.
  std::jmp_buf& exit() { return exit_; }

 private:
  static constexpr std::size_t classes = 14;  ///< 16 bytes … 128 KB
  void* take(std::size_t size);

  std::jmp_buf exit_;
  std::size_t bytes_left_;
  std::chrono::steady_clock::time_point deadline_;
  std::size_t calls_ = 0;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  std::size_t free_bytes_ = 0;
  std::array<void*, classes> recycled_{};  ///< lists of released pieces, by size
};

}  // namespace smallprint
