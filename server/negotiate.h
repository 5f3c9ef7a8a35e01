// Content negotiation: media types (RFC 9110, 12.5.1) and gzip.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace smallprint {

/// Index of the offered media type that `accept` likes best; earlier offers win ties. Nothing where it likes none. An
/// empty or unreadable header likes everything.
std::optional<std::size_t> best_media_type(std::string_view accept, std::span<const std::string_view> offers);

/// Does the client name text/html? Browsers do; programs that take anything do not.
bool prefers_html(std::string_view accept);

bool accepts_gzip(std::string_view accept_encoding);

/// RFC 1952, deterministic: no time stamp. Nothing where zlib has no memory.
std::optional<std::string> gzip(std::string_view bytes);

}  // namespace smallprint
