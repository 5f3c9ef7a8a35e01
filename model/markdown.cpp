#include "model/markdown.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "model/spans.h"

// What is escaped and why: CommonMark 0.31, sections 2.4 (backslash escapes), 4 (block starts) and 6.2 (what may open
// and close emphasis). Emphasis is "_", strong "**", so that runs of both never fuse and the "multiple of three" rule
// never applies; where a letter beside a delimiter would keep it from opening or closing, that letter is written as a
// character reference.

namespace smallprint {
namespace {

constexpr std::size_t max_ordered_digits = 9;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

enum class Glyph : std::uint8_t { white, punctuation, word, unknown };

struct Character {
  std::uint32_t code = 0;
  std::size_t size = 1;
};

Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t lead = byte(at);
  std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  size = std::min(size, text.size() - at);
  if (size == 1) return {lead, 1};
  std::uint32_t code = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) code = (code << 6) | (byte(at + i) & 0x3F);
  return {code, size};
}

/// How the character counts beside a delimiter; unknown where Unicode's tables would be needed.
Glyph glyph(std::uint32_t code) {
  if (code < 0x80) {
    const char c = static_cast<char>(code);
    return c <= ' ' ? Glyph::white : is_punctuation(c) ? Glyph::punctuation : Glyph::word;
  }
  if (code >= 0xC0 && code <= 0x24F && code != 0xD7 && code != 0xF7) return Glyph::word;  // Latin
  if ((code >= 0x400 && code <= 0x481) || (code >= 0x4E00 && code <= 0x9FFF)) return Glyph::word;
  if ((code >= 0x2010 && code <= 0x2027) || (code >= 0x2030 && code <= 0x205E && code != 0x2044 && code != 0x2052)) {
    return Glyph::punctuation;
  }
  return Glyph::unknown;
}

struct Piece {
  std::uint32_t begin, end;
  SpanKind kind;
  const std::string* target;
};

std::uint8_t nesting_rank(SpanKind kind) { return kind == SpanKind::link ? 0 : static_cast<std::uint8_t>(kind) + 1; }

/// Cuts `piece` where it crosses an element of `others` (disjoint, sorted), appending what is left to `out`.
void cut(Piece piece, const std::vector<Piece>& others, std::string_view text, std::vector<Piece>& out) {
  std::array<std::uint32_t, 4> at{piece.begin, piece.begin, piece.end, piece.end};
  const auto containing = [&](std::uint32_t place) -> const Piece* {
    auto it = std::upper_bound(others.begin(), others.end(), place,
                               [](std::uint32_t value, const Piece& other) { return value <= other.begin; });
    if (it == others.begin()) return nullptr;
    --it;
    return it->begin < place && place < it->end ? &*it : nullptr;
  };
  if (const Piece* other = containing(piece.begin); other != nullptr && other->end < piece.end) at[1] = other->end;
  if (const Piece* other = containing(piece.end); other != nullptr && other->begin > piece.begin) at[2] = other->begin;
  for (std::size_t i = 0; i + 1 < at.size(); ++i) {
    Piece part{at[i], at[i + 1], piece.kind, piece.target};
    while (part.begin < part.end && text[part.begin] == ' ') ++part.begin;
    while (part.begin < part.end && text[part.end - 1] == ' ') --part.end;
    if (part.begin < part.end) out.push_back(part);
  }
}

/// The spans as properly nested pieces: links whole, strong cut at links, emphasis at both, code at every boundary.
std::vector<Piece> nest(std::string_view text, const std::vector<Span>& spans) {
  std::vector<Piece> links, strong, emphasis, code, pieces;
  for (const Span& span : spans) {
    const Piece piece{span.begin, span.end, span.kind, &span.target};
    if (span.kind == SpanKind::link) links.push_back(piece);
  }
  for (const Span& span : spans) {
    const Piece piece{span.begin, span.end, span.kind, &span.target};
    if (span.kind == SpanKind::strong) cut(piece, links, text, strong);
  }
  for (const Span& span : spans) {
    if (span.kind != SpanKind::emphasis) continue;
    std::vector<Piece> parts;
    cut({span.begin, span.end, span.kind, &span.target}, links, text, parts);
    for (const Piece& part : parts) cut(part, strong, text, emphasis);
  }
  std::vector<std::uint32_t> boundaries;
  for (const auto* list : {&links, &strong, &emphasis}) {
    for (const Piece& piece : *list) {
      boundaries.push_back(piece.begin);
      boundaries.push_back(piece.end);
    }
    pieces.insert(pieces.end(), list->begin(), list->end());
  }
  std::sort(boundaries.begin(), boundaries.end());
  for (const Span& span : spans) {
    if (span.kind != SpanKind::code) continue;
    std::uint32_t begin = span.begin;
    auto it = std::upper_bound(boundaries.begin(), boundaries.end(), begin);
    while (begin < span.end) {
      while (it != boundaries.end() && *it <= begin) ++it;
      const std::uint32_t end = it == boundaries.end() ? span.end : std::min(*it, span.end);
      cut({begin, end, span.kind, &span.target}, {}, text, pieces);
      begin = end;
    }
  }
  std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
    if (a.begin != b.begin) return a.begin < b.begin;
    if (a.end != b.end) return a.end > b.end;
    return nesting_rank(a.kind) < nesting_rank(b.kind);
  });
  return pieces;
}

class Renderer {
 public:
  explicit Renderer(const Document& document) : clauses_(document.clauses) {}

  std::string render() {
    std::size_t size = 0;
    for (const Clause& clause : clauses_) size += clause.text.size() + clause.text.size() / 16 + 16;
    out_.reserve(size);
    for (index_ = 0; index_ < clauses_.size(); ++index_) {
      const Clause& clause = clauses_[index_];
      if (clause.text.find_first_not_of(" \t\n") == std::string::npos) continue;
      switch (clause.kind) {
        case ClauseKind::heading: heading(clause); break;
        case ClauseKind::paragraph: paragraph(clause); break;
        case ClauseKind::list_item: list_item(clause); break;
        case ClauseKind::table_row: table_row(clause); break;
        case ClauseKind::quote: quote(clause); break;
        case ClauseKind::code: code(clause); break;
      }
      out_.push_back('\n');
      in_table_ = clause.kind == ClauseKind::table_row;
    }
    return std::move(out_);
  }

 private:
  struct Item {
    std::size_t indent;  ///< columns of its content, from the margin
    char delimiter;      ///< '-', '.' or ')'
    std::uint64_t next;  ///< number of the next item
  };

  void blank_line() {
    if (!out_.empty()) out_.push_back('\n');
  }
  [[nodiscard]] std::size_t column() const { return items_.empty() ? 0 : items_.back().indent; }
  void indent() { out_.append(column(), ' '); }
  void continue_list(std::size_t level) { items_.resize(std::min(items_.size(), level)); }

  void heading(const Clause& clause) {
    items_.clear();
    blank_line();
    out_.append(std::clamp<std::size_t>(clause.level, 1, 6), '#');
    out_.push_back(' ');
    inline_text(clause, 0, clause.text.size());
    // A closing sequence of # would be left out.
    if (out_.back() == '#') out_.insert(out_.size() - 1, 1, '\\');
  }

  void paragraph(const Clause& clause) {
    continue_list(clause.level);
    blank_line();
    indent();
    block_text(clause);
  }

  void list_item(const Clause& clause) {
    const std::size_t level = std::clamp<std::size_t>(clause.level, 1, items_.size() + 1);
    std::uint64_t number = 0;
    char delimiter = ordered(clause.marker, number);
    const bool sibling = items_.size() >= level;
    continue_list(level);
    const bool follows = sibling && delimiter != '-' && items_.back().delimiter == delimiter;
    if (follows && items_.back().next != number) delimiter = '-';  // CommonMark would count on: printed instead
    const bool same_list = sibling && items_.back().delimiter == delimiter;
    // A blank line where the list is new: "2." cannot interrupt a paragraph.
    if (!same_list && !(delimiter == '-' && !items_.empty() && !sibling)) blank_line();
    if (sibling) items_.pop_back();
    indent();
    const std::size_t column_before = column();
    if (delimiter == '-') {
      out_.append("- ");
      items_.push_back({column_before + 2, '-', 0});
      if (clause.marker != "-" && !clause.marker.empty()) {
        escape(clause.marker, 0, clause.marker.size(), true);
        out_.push_back(' ');
        inline_text(clause, 0, clause.text.size());
        return;
      }
    } else {
      out_.append(clause.marker).push_back(' ');
      items_.push_back({column_before + clause.marker.size() + 1, delimiter, number + 1});
    }
    block_text(clause);
  }

  /// '.' or ')' and the number where CommonMark has that marker for a list, else '-'.
  static char ordered(std::string_view marker, std::uint64_t& number) {
    if (marker.size() < 2 || marker.size() > max_ordered_digits + 1) return '-';
    if (marker.back() != '.' && marker.back() != ')') return '-';
    if (marker[0] == '0' && marker.size() > 2) return '-';
    number = 0;
    for (const char c : marker.substr(0, marker.size() - 1)) {
      if (!is_digit(c)) return '-';
      number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return marker.back();
  }

  void table_row(const Clause& clause) {
    continue_list(clause.level);
    const bool header = clause.marker == "header";
    if (!in_table_ || header || clauses_[index_ - 1].level != clause.level) {
      columns_ = 1;
      for (std::size_t i = index_; i < clauses_.size(); ++i) {
        const Clause& row = clauses_[i];
        if (row.kind != ClauseKind::table_row || row.level != clause.level) break;
        if (i != index_ && row.marker == "header") break;
        columns_ = std::max(columns_, 1 + static_cast<std::size_t>(std::count(row.text.begin(), row.text.end(), '\t')));
      }
      blank_line();
      indent();
      if (!header) {  // every table of GFM has a header row; an empty one is read as none
        for (std::size_t i = 0; i < columns_; ++i) out_.append("|  ");
        out_.append("|\n");
        rule();
        indent();
      }
    } else {
      indent();
    }
    std::size_t begin = 0, cells = 0;
    while (begin <= clause.text.size()) {
      const std::size_t end = std::min(clause.text.find('\t', begin), clause.text.size());
      out_.append("| ");
      in_cell_ = true;
      inline_text(clause, begin, end);
      in_cell_ = false;
      out_.push_back(' ');
      begin = end + 1;
      ++cells;
    }
    for (; cells < columns_; ++cells) out_.append("|  ");
    out_.push_back('|');
    if (header) {
      out_.push_back('\n');
      rule();
      out_.pop_back();
    }
  }

  void rule() {
    indent();
    for (std::size_t i = 0; i < columns_; ++i) out_.append("| --- ");
    out_.append("|\n");
  }

  void quote(const Clause& clause) {
    // Inside the open list where the list goes on after it, else outside.
    if (index_ >= quotes_decided_) {
      std::size_t next = index_;
      while (next < clauses_.size() && clauses_[next].kind == ClauseKind::quote) ++next;
      quotes_decided_ = next;
      const bool goes_on = next < clauses_.size() && clauses_[next].kind != ClauseKind::heading &&
                           clauses_[next].level > (clauses_[next].kind == ClauseKind::list_item ? 1 : 0);
      if (!goes_on) items_.clear();
    }
    blank_line();
    indent();
    for (std::size_t i = 0; i < std::max<std::size_t>(clause.level, 1); ++i) out_.append("> ");
    block_text(clause);
  }

  void code(const Clause& clause) {
    continue_list(clause.level);
    blank_line();
    std::size_t longest = 2, run = 0;
    for (const char c : clause.text) {
      run = c == '`' ? run + 1 : 0;
      longest = std::max(longest, run);
    }
    indent();
    out_.append(longest + 1, '`').push_back('\n');
    for (std::size_t begin = 0; begin <= clause.text.size();) {
      const std::size_t end = std::min(clause.text.find('\n', begin), clause.text.size());
      if (end > begin) indent();
      out_.append(clause.text, begin, end - begin).push_back('\n');
      begin = end + 1;
    }
    indent();
    out_.append(longest + 1, '`');
  }

  /// A clause's text where a block begins.
  void block_text(const Clause& clause) {
    at_start_ = true;
    inline_text(clause, 0, clause.text.size());
    at_start_ = false;
  }

  void inline_text(const Clause& clause, std::size_t begin, std::size_t end);
  void open(const Piece& piece, bool next_is_delimiter, std::string_view text);
  void close(const Piece& piece, bool next_is_delimiter, std::string_view text);
  void escape(std::string_view text, std::size_t begin, std::size_t end, bool block_start);
  std::size_t escape_block_start(std::string_view text);
  void special(std::string_view text, std::size_t at, bool before_delimiter);
  void code_span(std::string_view content);
  void target(std::string_view address);
  void reference(std::uint32_t code);

  const std::vector<Clause>& clauses_;
  std::string out_;
  std::vector<Item> items_;  ///< open list items, outermost first
  std::size_t index_ = 0;
  std::size_t columns_ = 0;         ///< of the table that is being written
  std::size_t quotes_decided_ = 0;  ///< the run of quotes before it has its place
  bool in_table_ = false;
  bool in_cell_ = false;
  bool at_start_ = false;
  bool reference_next_ = false;  ///< the next character of text is written as a character reference
};

void Renderer::inline_text(const Clause& clause, std::size_t begin, std::size_t end) {
  const std::string_view text = std::string_view(clause.text).substr(0, end);
  if (clause.spans.empty()) {
    escape(text, begin, end, at_start_);
    return;
  }
  std::vector<Span> spans;
  for (const Span& span : clause.spans) {
    if (span.begin < end && span.end > begin) {
      spans.push_back(span);
      spans.back().begin = std::max(span.begin, static_cast<std::uint32_t>(begin));
    }
  }
  normalize_spans(text, spans);
  if (clause.kind == ClauseKind::heading) drop_whole_strong(text, spans);
  const std::vector<Piece> pieces = nest(text, spans);
  std::vector<Piece> stack;
  std::size_t at = begin;
  const auto write_to = [&](std::size_t place) {
    if (place <= at) return;
    escape(text, at, place, at_start_ && at == begin && stack.empty());
    at = place;
  };
  const auto close_until = [&](std::size_t place, bool opens_there) {
    while (!stack.empty() && stack.back().end <= place) {
      const Piece top = stack.back();
      write_to(top.end);
      stack.pop_back();
      close(top, (!stack.empty() && stack.back().end == top.end) || (opens_there && top.end == place), text);
    }
  };
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Piece& piece = pieces[i];
    close_until(piece.begin, true);
    write_to(piece.begin);
    reference_next_ = false;
    if (piece.kind == SpanKind::code) {
      code_span(text.substr(piece.begin, piece.end - piece.begin));
      at = piece.end;
      continue;
    }
    const Piece* next = i + 1 < pieces.size() ? &pieces[i + 1] : nullptr;
    // The one character before an emphasis will be a reference, and so begin with punctuation.
    const bool reference_follows = next != nullptr && next->kind == SpanKind::emphasis &&
                                   next->begin == piece.begin + character_at(text, piece.begin).size;
    open(piece, next != nullptr && (next->begin == piece.begin || reference_follows), text);
    stack.push_back(piece);
  }
  close_until(end, false);
  write_to(end);
  reference_next_ = false;
}

void Renderer::open(const Piece& piece, bool next_is_delimiter, std::string_view text) {
  if (piece.kind == SpanKind::link) {
    if (!out_.empty() && out_.back() == '!' && !out_.ends_with("\\!")) out_.insert(out_.size() - 1, 1, '\\');
    out_.push_back('[');
    return;
  }
  std::size_t last = out_.size();
  while (last > 0 && (static_cast<unsigned char>(out_[--last]) & 0xC0) == 0x80) {
  }
  if (last < out_.size()) {
    const Character previous = character_at(out_, last);
    const Glyph left = glyph(previous.code);
    const Glyph right = next_is_delimiter ? Glyph::punctuation : glyph(character_at(text, piece.begin).code);
    if (left != Glyph::white && left != Glyph::punctuation &&
        (piece.kind == SpanKind::emphasis || right != Glyph::word)) {
      out_.resize(last);
      reference(previous.code);
    }
  }
  out_.append(piece.kind == SpanKind::strong ? "**" : "_");
}

void Renderer::close(const Piece& piece, bool next_is_delimiter, std::string_view text) {
  if (piece.kind == SpanKind::link) {
    out_.append("](");
    target(*piece.target);
    out_.push_back(')');
    return;
  }
  std::size_t last = out_.size();
  while (last > 0 && (static_cast<unsigned char>(out_[--last]) & 0xC0) == 0x80) {
  }
  const Glyph left = glyph(character_at(out_, last).code);
  out_.append(piece.kind == SpanKind::strong ? "**" : "_");
  if (next_is_delimiter || piece.end >= text.size()) return;
  const Glyph right = glyph(character_at(text, piece.end).code);
  reference_next_ =
      right != Glyph::white && right != Glyph::punctuation && (piece.kind == SpanKind::emphasis || left != Glyph::word);
}

/// Classes of bytes: 0 is copied as it is, 1 always has a backslash before it, 2 depends on what is around it.
constexpr std::array<std::uint8_t, 256> escape_classes = [] {
  std::array<std::uint8_t, 256> table{};
  for (const char c : {'\\', '`', '*', '_', '[', ']', '<'}) table[static_cast<unsigned char>(c)] = 1;
  for (const char c : {'&', '!', '|', '\n', '\r', '\t', '\0'}) table[static_cast<unsigned char>(c)] = 2;
  return table;
}();

void Renderer::escape(std::string_view text, std::size_t begin, std::size_t end, bool block_start) {
  if (begin >= end) return;
  if (reference_next_) {
    reference_next_ = false;
    const Character first = character_at(text, begin);
    if (glyph(first.code) != Glyph::white && glyph(first.code) != Glyph::punctuation) {
      reference(first.code);
      begin += first.size;
    }
  } else if (block_start) {
    begin += escape_block_start(text.substr(begin, end - begin));
  }
  std::size_t copied = begin;
  for (std::size_t i = begin; i < end; ++i) {
    const std::uint8_t kind = escape_classes[static_cast<unsigned char>(text[i])];
    if (kind == 0) continue;
    out_.append(text, copied, i - copied);
    copied = i + 1;
    if (kind == 1) {
      out_.push_back('\\');
      out_.push_back(text[i]);
    } else {
      special(text, i, i + 1 == end);
    }
  }
  out_.append(text, copied, end - copied);
}

/// Writes what the text begins with, with a backslash in it, where it would start a block. Returns how much it wrote.
std::size_t Renderer::escape_block_start(std::string_view text) {
  const char next = text.size() > 1 ? text[1] : ' ';
  bool starts = false;
  switch (text[0]) {
    case '#': starts = next == ' ' || next == '#'; break;
    case '>': starts = true; break;
    case '+':
    case '-': starts = next == ' ' || next == text[0]; break;
    case '~': starts = next == '~'; break;
    default: break;
  }
  if (starts) {
    out_.append({'\\', text[0]});
    return 1;
  }
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  if (digits == 0 || digits > max_ordered_digits || digits == text.size()) return 0;
  if (text[digits] != '.' && text[digits] != ')') return 0;
  if (digits + 1 < text.size() && text[digits + 1] != ' ') return 0;
  out_.append(text, 0, digits).append({'\\', text[digits]});
  return digits + 1;
}

void Renderer::special(std::string_view text, std::size_t at, bool before_delimiter) {
  const char c = text[at];
  const char next = at + 1 < text.size() ? text[at + 1] : ' ';
  switch (c) {
    case '&': {  // only what would be read as a character reference
      std::size_t end = at + 1 + (next == '#' ? 1 : 0);
      while (end < text.size() && end - at < 50 && (is_letter(text[end]) || is_digit(text[end]))) ++end;
      out_.append(end > at + 1 && end < text.size() && text[end] == ';' ? "&amp;" : "&");
      return;
    }
    case '!':
      if (before_delimiter && at + 1 < text.size()) out_.push_back('\\');
      out_.push_back(c);
      return;
    case '|':
      if (in_cell_) out_.push_back('\\');
      out_.push_back(c);
      return;
    case '\0': return;
    default: out_.push_back(' ');
  }
}

void Renderer::code_span(std::string_view content) {
  std::size_t longest = 0, run = 0;
  for (const char c : content) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const bool padded = content.front() == '`' || content.back() == '`';
  out_.append(longest + 1, '`').append(padded ? " " : "");
  out_.append(content);
  out_.append(padded ? " " : "").append(longest + 1, '`');
}

void Renderer::target(std::string_view address) {
  for (std::size_t i = 0; i < address.size(); ++i) {
    const char c = address[i];
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == 0x7F || c == '|') {
      if (byte != 0) reference(byte);
    } else if (c == '\\' || c == '(' || c == ')' || c == '<' || c == '>' || c == '`' || c == '*' || c == '_' ||
               c == '[' || c == ']') {
      out_.push_back('\\');
      out_.push_back(c);
    } else if (c == '&') {
      special(address, i, false);
    } else {
      out_.push_back(c);
    }
  }
}

void Renderer::reference(std::uint32_t code) { out_.append("&#").append(std::to_string(code)).push_back(';'); }

}  // namespace

std::string render_markdown(const Document& document) { return Renderer(document).render(); }

}  // namespace smallprint
