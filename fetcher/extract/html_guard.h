// Keeps gumbo linear, and from reading what is never text: bounds how deep a page's elements can nest, and empties its
// scripts and style sheets, which are a third of the bytes of pages.
#pragma once

#include <string>
#include <string_view>

namespace smallprint {

/// HTML's rules look through all open elements for many tags, so depth costs its square; browsers stop nesting at some
/// hundreds. Where more than 512 elements would be open, or a <script> or <style> has content, appends the page to
/// `out` without the tags (not the text) of what is deeper, and without that content, and returns true. But for it the
/// tree of a page that is not too deep is the same. Tags are told as the tokenizer tells them,
/// https://html.spec.whatwg.org/#tokenization; what depends on the open elements is kept where it is in doubt (in
/// graphics and formulas, in <select>, after a <frameset>). Cost: one pass.
bool guard_html(std::string_view html, std::string& out);

}  // namespace smallprint
