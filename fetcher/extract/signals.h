// Marks of a page that is not the document it should be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fetcher/extract/html.h"
#include "model/document.h"

namespace smallprint {

/// Why this page may not be the document, each a sentence that begins with its kind: "bot wall", "CAPTCHA", "login",
/// "consent page", "error page", "empty shell". A long text is never suspect, whatever it speaks of: a policy names
/// cookies, passwords and CAPTCHAs. `document` is what was extracted.
std::vector<std::string> suspect_marks(const HtmlPage& page, const Document& document);

}  // namespace smallprint
