// Markdown as clauses: texts of Open Terms Archive and our own stored versions. md4c reads it.
#pragma once

#include <string_view>

#include "model/document.h"

namespace smallprint {

/// Any bytes give a Document: invalid UTF-8 becomes U+FFFD, NULs are dropped. Setext and ATX headings, headings inside
/// list items, paragraphs that are only bold text and stand where a heading would (they become headings one level below
/// the nearest real one), numbered clauses, tables, nested lists, quotes; HTML is text that is left out.
/// link_headings() has been called. Cost: linear; depth of nesting is bounded.
Document read_markdown(std::string_view bytes);

}  // namespace smallprint
