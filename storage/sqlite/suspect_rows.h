// How suspects are stored: rows of suspect and suspect_page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/codec.h"
#include "storage/hash.h"
#include "storage/sqlite/database.h"
#include "storage/suspects.h"

namespace smallprint::sqlite {

/// A suspect on its way into the archive: its text and the bodies of its pages are compressed.
struct PackedSuspect {
  struct Bytes {
    Sha256 sha256{};
    std::size_t size = 0;
    std::string data;
  };
  Suspect suspect;  ///< without text and bodies
  Bytes text;
  std::vector<Bytes> bodies;
};

PackedSuspect pack(Suspect suspect, Encoder& encoder);
/// Inserts it, or updates the one with its id. Throws conflict where it was decided on
/// meanwhile and is to wait on.
void write_suspect(Connection& connection, std::int64_t document_id, const PackedSuspect& packed);
/// The document's newest suspect, without text and pages, where it is waiting or rejected.
std::optional<Suspect> open_suspect(Connection& connection, std::int64_t document_id);
/// Reports each suspect whose bytes are not what their hashes say.
void check_suspects(Connection& connection, std::vector<Damage>& damage);

}  // namespace smallprint::sqlite
