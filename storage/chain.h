// The append-only chain: one entry for each version, in the order in which they were recorded. An entry is a record, a
// text that says what was seen, and a hash that binds it to everything before it (docs/evidence.md). Values; any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/records.h"

namespace smallprint {

/// What an entry is the record of. Hashes are lower-case hex.
struct ChainRecord {
  std::uint64_t sequence = 0;  ///< from 1, without a gap
  DocumentId document;
  std::uint32_t version = 0;
  Timestamp observed_at{};
  std::string source;
  std::string text_sha256;
  std::optional<Observation> visit;  ///< that made the version; none where an import brought it
  struct Page {
    std::string sha256;
    int status = 0;
    std::string urls, headers;  ///< one a line, as stored
  };
  std::vector<Page> pages;
};

/// An entry as it is stored. `record` is the text, made from the rows as they are now.
struct ChainEntry {
  std::uint64_t sequence = 0;
  std::string previous;       ///< hash of the entry before; zeros for the first
  std::string record_sha256;  ///< of the record, when it was written
  std::string hash;
  std::string record;
  std::optional<Observation> visit;
};

struct ChainHead {
  std::uint64_t sequence = 0;  ///< 0: there is no entry
  std::string hash;
};

/// The record as text: a line for each thing, "name value". Bytes of values outside printable ASCII, and backslashes,
/// stand as \xHH, so that it is the same in every encoding.
std::string chain_text(const ChainRecord& record);
/// The value of such a line as it was.
std::string chain_value(std::string_view line);
/// SHA-256 of "PREVIOUS\nRECORD_SHA256\n", all in hex.
std::string chain_hash(std::string_view previous, std::string_view record_sha256);
/// What stands before the first entry.
inline std::string chain_start() { return std::string(64, '0'); }

}  // namespace smallprint
