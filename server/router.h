// Which endpoint a path belongs to. A table of patterns, tried in order: words before slugs, so reserved words are no
// slugs. Pure; the table is static data.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smallprint {

/// The captured parts of a path, decoded: {"service", "linkedin"}.
using Captures = std::vector<std::pair<std::string_view, std::string>>;

/// Percent-decoding. Nothing where an escape is malformed or the result is not UTF-8 or holds a control character.
std::optional<std::string> decode_percent(std::string_view text, bool plus_is_space);

/// Splits "/a/b" into decoded segments; nothing where one is malformed or empty.
std::optional<std::vector<std::string>> path_segments(std::string_view path);

/// Does `pattern` ("/api/v1/services/{service}") match? A capture named service, type or topic matches slugs alone, in
/// any case, and gives them in lower case (a type with its region: "privacy-policy@eu").
std::optional<Captures> match(std::string_view pattern, std::span<const std::string> segments);

/// [a-z0-9-]+
bool is_slug(std::string_view text);
std::string lower_ascii(std::string_view text);

}  // namespace smallprint
