// Pages that were kept from becoming versions: evidence, until they go, stay, or an operator decides. Values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/records.h"

namespace smallprint {

enum class SuspectState : std::uint8_t {
  waiting,   ///< for another visit, or for an operator
  accepted,  ///< by an operator: it became a version
  rejected,  ///< by an operator: this text becomes no version, however long it stays
  stayed,    ///< it was there often and long enough, and became a version
  gone       ///< a good page came after it
};
std::string_view name(SuspectState state);

/// One stretch of visits that found something else than the document. Of a document, one at most is waiting.
struct Suspect {
  std::uint64_t id = 0;  ///< 0: not stored yet
  DocumentId document;
  SuspectState state = SuspectState::waiting;
  std::vector<std::string> reasons;  ///< each begins with its kind: "bot wall: …"
  bool may_stay = false;             ///< does it become a version by staying? A page that is no document does not
  Timestamp first_at{}, last_at{};
  std::uint32_t visits = 0;
  std::optional<Timestamp> decided_at;
  std::uint32_t version = 0;    ///< the one it became, or 0
  std::string text_sha256;      ///< of `text`, hex
  std::string text;             ///< the last visit's, as Markdown; empty where nothing stood where the document should
  std::vector<Snapshot> pages;  ///< the last visit's, byte for byte
};

struct SuspectFilter {
  std::optional<SuspectState> state;
  std::string service;
  DocumentId document;
};

}  // namespace smallprint
