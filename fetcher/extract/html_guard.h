// Keeps gumbo linear: bounds how deep a page's elements can nest.
#pragma once

#include <string>
#include <string_view>

namespace smallprint {

/// HTML's rules look through all open elements for many tags, so depth costs its square; browsers stop nesting at some
/// hundreds. Where more than 512 elements would be open, appends the page to `out` without the tags (not the text) of
/// what is deeper, and returns true. Cost: one pass.
bool bound_depth(std::string_view html, std::string& out);

}  // namespace smallprint
