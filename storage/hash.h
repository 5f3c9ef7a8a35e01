// SHA-256: how everything in the archive is named and proved. OpenSSL does the work.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace smallprint {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view bytes);
std::string to_hex(std::string_view bytes);
/// False where `hex` is not an even number of hexadecimal digits.
bool from_hex(std::string_view hex, std::string& bytes);

/// The bytes of a hash, to store or to hash further.
inline std::string_view view(const Sha256& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

}  // namespace smallprint
