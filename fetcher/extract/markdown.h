// Markdown as clauses: texts of Open Terms Archive and our own stored versions. md4c reads it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/document.h"

namespace smallprint {

/// Any bytes give a Document: invalid UTF-8 becomes U+FFFD, NULs are dropped. Setext and ATX headings, headings inside
/// list items, paragraphs that are only bold text and stand where a heading would (they become headings one level below
/// the nearest real one), numbered clauses, tables, nested lists, quotes; HTML is text that is left out.
/// link_headings() has been called. Cost: linear; depth of nesting is bounded.
Document read_markdown(std::string_view bytes);

/// Reads the versions of a document one after the other; what stood in the one before is copied, not parsed again.
///
/// A text is cut where nothing before can have a say in what follows: at a blank line, before a line that begins a
/// block at the left margin. A text in which that may not be so (one with reference definitions or fenced code) is
/// parsed whole. (md4c 0.4.8 reads some lists by where in its input they stand, so all texts are cut alike, whether
/// anything is copied or not.) Cost: a comparison of bytes for what is the same, a parse for the rest. Threads: one at
/// a time.
class MarkdownReader {
 public:
  /// The same as read_markdown(bytes). The caller may set the language, and must not change the clauses.
  std::shared_ptr<Document> read(std::string_view bytes);

 private:
  struct Segment {
    std::size_t begin = 0, end = 0;  ///< in text_
    std::size_t first_clause = 0, end_clause = 0;
    std::uint8_t heading_before = 0, heading_after = 0;  ///< the level of the nearest real heading
  };
  std::string text_;
  std::vector<Segment> segments_;
  std::shared_ptr<const Document> document_;
};

}  // namespace smallprint
