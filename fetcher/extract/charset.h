// The bytes of a page as UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace smallprint {

/// The character encoding is taken from the byte order mark, else the header's charset, else a <meta> (HTML only), else
/// it is UTF-8 where the bytes are, else detected (ICU), else windows-1252. What is said counts unless the bytes
/// disprove it: UTF-8 that is called something else, or something else that is called UTF-8. Labels as the Encoding
/// Standard maps them: https://encoding.spec.whatwg.org/#names-and-labels. The result is valid UTF-8 without NUL,
/// always.
std::string decode_text(std::string_view bytes, std::string_view content_type, bool html);

}  // namespace smallprint
