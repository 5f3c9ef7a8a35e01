// The little HTML that stands in Markdown: character references and stray tags.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace smallprint {

/// Appends `text` as append_folded() does, without the HTML tags in it; "<br>" and the tags of blocks are spaces. A "<"
/// that begins no tag of HTML is text, and so is the first character where `first_is_text`.
void append_without_tags(std::string_view text, bool first_is_text, std::string& out);

/// Decodes character references. Remembers the named ones, so that each is looked up once.
class EntityDecoder {
 public:
  /// `reference` from "&" to ";". An unknown one is itself. The view lives until the next call.
  std::string_view decode(std::string_view reference);

 private:
  std::string buffer_;
  std::unordered_map<std::string, std::string> named_;
};

}  // namespace smallprint
