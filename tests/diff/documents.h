// Documents for the tests of diff/: made of a few lines, or at random from a seed.
#pragma once

#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "diff/compare.h"
#include "model/document.h"

namespace smallprint::test {

/// A document of one clause a line: "# Heading" to "###### Heading", "- item", "3. item", "> quote", else a paragraph.
inline Document lines(std::string_view text) {
  Document document;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    Clause clause;
    const std::size_t hashes = line.find_first_not_of('#');
    if (hashes > 0 && hashes < line.size() && line[hashes] == ' ') {
      clause = {ClauseKind::heading, static_cast<std::uint8_t>(hashes), "", line.substr(hashes + 1), {}, -1};
    } else if (line.starts_with("- ")) {
      clause = {ClauseKind::list_item, 1, "-", line.substr(2), {}, -1};
    } else if (line[0] >= '0' && line[0] <= '9' && line.size() > 3 && line[1] == '.' && line[2] == ' ') {
      clause = {ClauseKind::list_item, 1, line.substr(0, 2), line.substr(3), {}, -1};
    } else if (line.starts_with("> ")) {
      clause = {ClauseKind::quote, 1, "", line.substr(2), {}, -1};
    } else {
      clause.text = line;
    }
    document.clauses.push_back(std::move(clause));
  }
  link_headings(document);
  return document;
}

/// The edit script on one line: "We {+may +}use [-the-]{+your+} data".
inline std::string redline(const std::vector<Word>& words) {
  std::string out;
  for (const Word& word : words) {
    if (word.op == WordOp::same) out += word.text;
    if (word.op == WordOp::removed) out += "[-" + word.text + "-]";
    if (word.op == WordOp::added) out += "{+" + word.text + "+}";
  }
  return out;
}

inline std::string redline(std::string_view before, std::string_view after) {
  return redline(compare_words(before, after));
}

inline std::string joined(const std::vector<Word>& words, WordOp left_out) {
  std::string out;
  for (const Word& word : words) out += word.op == left_out ? "" : word.text;
  return out;
}

/// "edited 2-3 cosmetic: date" for each change: kind, positions, verdict.
inline std::string summary(const Comparison& comparison) {
  std::string out;
  for (const Change& change : comparison.changes) {
    out += std::string(name(change.kind)) + " " + std::to_string(change.before_index) + "+" +
           std::to_string(change.before.size()) + ">" + std::to_string(change.after_index) + "+" +
           std::to_string(change.after.size());
    for (const std::string_view reason : change.reasons.names()) out += " " + std::string(reason);
    out += "\n";
  }
  return out;
}

/// Sentences that no two of are equal, with the common words of such texts. Deterministic for a seed on any platform.
class Writer {
 public:
  explicit Writer(std::uint32_t seed) : random_(seed) {}
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }
  std::string word() {
    static constexpr std::string_view syllables[] = {"ba", "ce", "di", "fo", "gu", "ka", "le",  "mi",  "no",
                                                     "pu", "ra", "se", "ti", "vo", "zu", "mar", "ten", "lin"};
    std::string out;
    for (std::uint32_t i = 0, n = 2 + below(3); i < n; ++i) out += syllables[below(18)];
    return out;
  }
  std::string sentence(std::uint32_t words) {
    static constexpr std::string_view common[] = {"the", "of", "and", "your", "we", "to", "data", "may", "services"};
    std::string out;
    for (std::uint32_t i = 0; i < words; ++i) {
      if (i > 0) out += ' ';
      out += below(2) == 0 ? std::string(common[below(9)]) : word();
    }
    out[0] = static_cast<char>(out[0] - 32);
    return out + ".";
  }
  std::string paragraph(std::uint32_t sentences) {
    std::string out;
    for (std::uint32_t i = 0; i < sentences; ++i) out += (i > 0 ? " " : "") + sentence(8 + below(14));
    return out;
  }
  Document document(std::uint32_t clauses) {
    Document out;
    for (std::uint32_t i = 0; i < clauses; ++i) {
      Clause clause;
      if (i % 8 == 0) {
        clause = {ClauseKind::heading, 2, "", sentence(4), {}, -1};
      } else {
        clause.text = paragraph(2 + below(4));
        if (below(4) == 0) clause = {ClauseKind::list_item, 1, "-", sentence(10), {}, -1};
      }
      out.clauses.push_back(std::move(clause));
    }
    link_headings(out);
    return out;
  }

 private:
  std::mt19937 random_;
};

}  // namespace smallprint::test
