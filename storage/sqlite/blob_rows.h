// A document's texts and pages on their way into the archive: each once, compressed against an earlier one.
//
// Threads: one at a time. Throws Failure: damaged where what a text is to lean on is missing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "storage/codec.h"
#include "storage/sqlite/database.h"
#include "storage/text_bases.h"

namespace smallprint::sqlite {

/// Bytes to store; empty data: the archive has them.
struct NewBlob {
  Sha256 sha256{};
  std::string data;
  std::size_t size = 0;
  std::optional<Sha256> base;
};

class BlobPacker {
 public:
  /// What the archive has of the document.
  void load(Connection& connection, std::int64_t document_id);
  /// The next version's text, with its hash in hex. Of one that the document had before the hash is enough.
  NewBlob text(Pool& readers, std::string_view sha256, std::string bytes);
  /// And its pages.
  NewBlob page(Pool& readers, std::size_t ordinal, std::string bytes);
  /// Writes a blob that one of these gave, in their order, and returns its id.
  std::int64_t write(Connection& connection, const NewBlob& blob);

 private:
  struct Series {
    TextBases bases;
    std::unordered_set<std::string> known;  ///< hashes
  };
  NewBlob pack(Pool& readers, Series& series, const Sha256& sha256, std::string bytes, Effort effort);
  void set_depth(const Sha256& sha256, std::int64_t depth);
  Series& page_series(std::size_t ordinal);

  Series texts_;
  std::vector<Series> pages_;  ///< by ordinal
  Encoder encoder_;
};

}  // namespace smallprint::sqlite
