// In which language a text is written.
#pragma once

#include <string>
#include <string_view>

namespace smallprint {

/// BCP 47 primary tag ("en", "fr"), or empty where it is not clear. CLD2 looks at a bounded sample of the text, which
/// is valid UTF-8. Safe from any thread. Cost: constant, well under a millisecond.
std::string detect_language(std::string_view text);

}  // namespace smallprint
