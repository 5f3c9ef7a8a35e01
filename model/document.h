// A version's text as clauses: what is compared, classified, archived and shown.
//
// A Document is a flat list of clauses in reading order; headings are clauses too, and each clause knows the heading it
// stands under. Text is UTF-8, plain, as a reader sees it: white space folded to single spaces, no markup. Formatting
// and links are spans over that text. Values: copy, move and share between threads as you like.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smallprint {

enum class ClauseKind : std::uint8_t { heading, paragraph, list_item, table_row, quote, code };

enum class SpanKind : std::uint8_t { strong, emphasis, code, link };

/// Formatting or a link over the half-open byte range [begin, end) of a clause's text.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  SpanKind kind = SpanKind::strong;
  std::string target;  ///< links: the canonical address; otherwise empty
  friend bool operator==(const Span&, const Span&) = default;
};

/// The unit of comparison. Equality is over everything but `heading`, which follows from the clause's position.
struct Clause {
  ClauseKind kind = ClauseKind::paragraph;
  /// heading: 1..6. list_item: depth, 1 outermost. paragraph, table_row, code: depth of the list it continues, 0
  /// outside any. quote: depth of quoting, 1 outermost.
  std::uint8_t level = 0;
  /// list_item: the marker as printed: "-" for every bullet, else "1.", "(a)", "iv)". table_row: "header" for a header
  /// row. Otherwise empty. A heading's number ("2. How We Use Your Data") is part of its text.
  std::string marker;
  /// table_row: the cells, separated by one tab each. No other clause's text has a tab; code alone may have newlines.
  std::string text;
  std::vector<Span> spans;    ///< sorted by begin, then longest first, then kind; no empty ones
  std::int32_t heading = -1;  ///< index of the nearest heading above (for a heading: of the one it is nested in), or -1

  friend bool operator==(const Clause& a, const Clause& b) {
    return a.kind == b.kind && a.level == b.level && a.marker == b.marker && a.text == b.text && a.spans == b.spans;
  }
};

struct Document {
  std::string title;     ///< the first heading's text, or empty
  std::string language;  ///< BCP 47 primary tag ("en"), or empty where unknown
  std::vector<Clause> clauses;

  /// The headings above clause `index`, outermost first. A heading's own text is not part of its path. Cost: the depth.
  [[nodiscard]] std::vector<std::string> section(std::size_t index) const;
  /// The words of all clauses. Cost: one pass.
  [[nodiscard]] std::size_t words() const;

  friend bool operator==(const Document& a, const Document& b) { return a.clauses == b.clauses; }
};

/// Words, counted as runs of non-space characters (a CJK character counts as one word). Cost: one pass.
std::size_t word_count(std::string_view text);

/// Sets `heading` of every clause from the kinds and levels, and the title. Call it after building a Document.
void link_headings(Document& document);

/// An injective encoding of what equality compares: equal clauses, and only they, have equal encodings. Appends to
/// `out`. What an identity hash is taken over, and how a clause is stored. Format: see document.cpp; it never changes.
void encode_clause(const Clause& clause, std::string& out);
/// The inverse; `heading` is -1. Returns false and leaves `out` unspecified where `bytes` is no whole encoding.
bool decode_clause(std::string_view bytes, Clause& out);

/// "heading", "paragraph", "list_item", "table_row", "quote", "code"
std::string_view name(ClauseKind kind);

}  // namespace smallprint
