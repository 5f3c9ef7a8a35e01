// Bytes, small: zstd, alone or against a predecessor that they resemble.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "model/result.h"

namespace smallprint {

/// A chain of layouts is at most this long; then comes one that stands alone. Of texts: text_bases.h.
constexpr int longest_chain = 32;

/// How hard to look for what is small: `often` and `once` for what is kept for ever and read seldom, against a
/// predecessor and alone.
enum class Effort { little, often, once };

/// Keeps zstd's working memory between calls. Threads: one at a time.
class Encoder {
 public:
  Encoder();
  ~Encoder();
  Encoder(Encoder&&) noexcept;
  Encoder& operator=(Encoder&&) noexcept;
  /// `base` may be empty. Cost: linear, some 300 MB/s with Effort::little, a tenth of that with more.
  std::string encode(std::string_view bytes, std::string_view base, Effort effort = Effort::little);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The inverse, with the same base. `size` is what the bytes must come to: more is never produced. Error: damaged.
Result<std::string> decode(std::string_view data, std::string_view base, std::size_t size);

/// The same where the size is not known beforehand; at most 64 MiB are produced.
Result<std::string> decode_any(std::string_view data, std::string_view base);

}  // namespace smallprint
