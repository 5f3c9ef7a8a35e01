// Text made safe for HTML and XML: what every page and feed writes goes through here or through the templates' own
// escaping.
#pragma once

#include <string>
#include <string_view>

namespace smallprint {

/// Any bytes as UTF-8 that XML 1.0 allows: invalid sequences and forbidden characters become U+FFFD. Cost: linear.
std::string clean_utf8(std::string_view bytes);

/// clean_utf8, then & < > " ' as references: safe as HTML text and inside quoted attributes.
std::string escape_html(std::string_view text);

}  // namespace smallprint
