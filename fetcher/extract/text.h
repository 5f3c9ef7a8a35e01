// Text as a reader sees it: white space folded, what is invisible dropped, every byte valid UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace smallprint {

/// Appends valid UTF-8 to `out`: runs of white space (Unicode's, with no-break spaces) become one space, none at the
/// start of `out` or after a tab; zero-width spaces, soft hyphens and control characters are dropped. Cost: one pass.
void append_folded(std::string_view text, std::string& out);

/// Is every byte part of well-formed UTF-8 (Unicode 15, table 3-7)?
bool is_utf8(std::string_view bytes);
/// Ill-formed sequences become one U+FFFD each (maximal subpart), NULs are dropped.
std::string to_utf8(std::string_view bytes);

/// Appends the character's UTF-8; U+FFFD where it is no scalar value.
void append_utf8(char32_t character, std::string& out);

/// The length of a list item's printed marker at the start of `text` — "(a)", "iv)", "3.", "1.2" — that a space and
/// more text follow, or 0.
std::size_t enumerator_length(std::string_view text);

}  // namespace smallprint
