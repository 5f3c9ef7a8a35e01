// Versions to put into an archive: texts as lists of clauses, compared by hand.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/archive.h"

namespace smallprint::test {

inline Document document_of(const std::vector<std::string>& paragraphs) {
  auto document = Document{};
  document.language = "en";
  for (const std::string& text : paragraphs) {
    const bool heading = text.starts_with("# ");
    document.clauses.push_back({heading ? ClauseKind::heading : ClauseKind::paragraph,
                                static_cast<std::uint8_t>(heading ? 1 : 0),
                                "",
                                heading ? text.substr(2) : text,
                                {},
                                -1});
  }
  link_headings(document);
  return document;
}

inline std::string text_of(const std::vector<std::string>& paragraphs) {
  std::string text;
  for (const std::string& paragraph : paragraphs) text += paragraph + "\n\n";
  return text;
}

/// A version of these paragraphs, clause i with lineages[i].
inline NewVersion version_of(const std::vector<std::string>& paragraphs, std::vector<Lineage> lineages, Timestamp at) {
  NewVersion version;
  version.observed_at = at;
  version.source = "test";
  version.text = text_of(paragraphs);
  version.text_sha256 = sha256_hex(version.text);
  version.document = std::make_shared<const Document>(document_of(paragraphs));
  version.lineages = std::make_shared<const std::vector<Lineage>>(std::move(lineages));
  version.rules_version = "1";
  return version;
}

}  // namespace smallprint::test
