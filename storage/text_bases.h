// Which earlier text of a document, or page, the next one is compressed against.
//
// Mostly the latest version's, which it resembles most. So that no chain of predecessors grows long in a document of
// hundreds of texts, one in 64 leans on the text 64 before, one in 4096 on the text 4096 before: the skip-deltas of
// Subversion's FSFS (Subversion's notes/skip-deltas). Only a document's first text stands alone, and a text is read
// through some hundred others at most. Values; threads: one at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "storage/hash.h"

namespace smallprint {

/// A text to lean on. `bytes` may be null: the archive has them.
struct BaseText {
  Sha256 sha256{};
  int depth = 0;  ///< how many bases deep it is itself
  std::shared_ptr<const std::string> bytes;
};

class TextBases {
 public:
  /// How many texts lean on one after the other before one leans further back.
  explicit TextBases(std::size_t radix = 64) : radix_(radix) {}
  /// The latest version has this text, which is among those that are known.
  void latest(const Sha256& sha256);
  /// What the next text is compressed against; null where it stands alone.
  [[nodiscard]] BaseText* next();
  /// A text that is new to the document, in the order of their first versions. It is the latest version's.
  void add(BaseText text);
  /// Where the archive had the text already, from another document, it is as deep as it is there.
  void set_depth(const Sha256& sha256, int depth);

 private:
  static constexpr int deepest = 100;
  static constexpr std::size_t most_recent = 4;  ///< texts that a document may swing between

  std::size_t radix_;
  std::size_t count_ = 0;
  std::array<BaseText, 5> levels_;  ///< [p]: the last text whose rank is a multiple of radix^p
  std::deque<BaseText> recent_;     ///< latest first
  bool latest_known_ = false;       ///< recent_.front() is the latest version's
};

}  // namespace smallprint
