#include "model/document.h"

#include <algorithm>

namespace smallprint {
namespace {

// Encoding of a clause: kind and level, a byte each; then marker, text and number of spans, and for each span begin,
// length, kind and target. Numbers are LEB128, strings a length and their bytes.

void put_number(std::uint64_t value, std::string& out) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void put_string(std::string_view text, std::string& out) {
  put_number(text.size(), out);
  out.append(text);
}

bool take_byte(std::string_view& in, std::uint8_t& value) {
  if (in.empty()) return false;
  value = static_cast<std::uint8_t>(in.front());
  in.remove_prefix(1);
  return true;
}

bool take_number(std::string_view& in, std::uint32_t& value) {
  std::uint64_t result = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    std::uint8_t byte = 0;
    if (!take_byte(in, byte)) return false;
    result |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) {
      value = static_cast<std::uint32_t>(result);
      return result <= UINT32_MAX;
    }
  }
  return false;
}

bool take_string(std::string_view& in, std::string& value) {
  std::uint32_t size = 0;
  if (!take_number(in, size) || size > in.size()) return false;
  value.assign(in.substr(0, size));
  in.remove_prefix(size);
  return true;
}

bool is_cjk(char32_t c) {
  return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

}  // namespace

// Words of mostly ASCII text: one table look-up a byte; code points from U+3000 on are decoded.
std::size_t word_count(std::string_view text) {
  std::size_t words = 0;
  unsigned inside = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    const auto byte = static_cast<unsigned char>(*at++);
    if (byte < 0xE3) {
      const unsigned part = byte > ' ' ? 1 : 0;
      words += part & (inside ^ 1U);
      inside = part;
      continue;
    }
    char32_t c = byte & (byte < 0xF0 ? 0x0F : 0x07);
    for (int more = byte < 0xF0 ? 2 : 3; more > 0 && at != end; --more)
      c = (c << 6) | (static_cast<unsigned char>(*at++) & 0x3F);
    const bool alone = is_cjk(c);
    words += alone || inside == 0 ? 1 : 0;
    inside = alone ? 0 : 1;
  }
  return words;
}

std::vector<std::string> Document::section(std::size_t index) const {
  std::vector<std::string> path;
  for (std::int32_t at = clauses[index].heading; at >= 0; at = clauses[static_cast<std::size_t>(at)].heading) {
    path.push_back(clauses[static_cast<std::size_t>(at)].text);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

std::size_t Document::words() const {
  std::size_t total = 0;
  for (const Clause& clause : clauses) total += word_count(clause.text);
  return total;
}

void link_headings(Document& document) {
  std::vector<std::int32_t> open;  // the headings that are open, outermost first
  document.title.clear();
  for (std::size_t i = 0; i < document.clauses.size(); ++i) {
    Clause& clause = document.clauses[i];
    if (clause.kind == ClauseKind::heading) {
      if (document.title.empty()) document.title = clause.text;
      while (!open.empty() && document.clauses[static_cast<std::size_t>(open.back())].level >= clause.level) {
        open.pop_back();
      }
    }
    clause.heading = open.empty() ? -1 : open.back();
    if (clause.kind == ClauseKind::heading) open.push_back(static_cast<std::int32_t>(i));
  }
}

void encode_clause(const Clause& clause, std::string& out) {
  out.push_back(static_cast<char>(clause.kind));
  out.push_back(static_cast<char>(clause.level));
  put_string(clause.marker, out);
  put_string(clause.text, out);
  put_number(clause.spans.size(), out);
  for (const Span& span : clause.spans) {
    put_number(span.begin, out);
    put_number(span.end - span.begin, out);
    out.push_back(static_cast<char>(span.kind));
    put_string(span.target, out);
  }
}

bool decode_clause(std::string_view bytes, Clause& out) {
  std::uint8_t kind = 0;
  std::uint32_t spans = 0;
  if (!take_byte(bytes, kind) || kind > static_cast<std::uint8_t>(ClauseKind::code) || !take_byte(bytes, out.level) ||
      !take_string(bytes, out.marker) || !take_string(bytes, out.text) || !take_number(bytes, spans) ||
      spans > bytes.size()) {
    return false;
  }
  out.kind = static_cast<ClauseKind>(kind);
  out.heading = -1;
  out.spans.resize(spans);
  for (Span& span : out.spans) {
    std::uint32_t length = 0;
    std::uint8_t span_kind = 0;
    if (!take_number(bytes, span.begin) || !take_number(bytes, length) || !take_byte(bytes, span_kind) ||
        span_kind > static_cast<std::uint8_t>(SpanKind::link) || !take_string(bytes, span.target) ||
        span.begin > out.text.size() || length > out.text.size() - span.begin) {
      return false;
    }
    span.end = span.begin + length;
    span.kind = static_cast<SpanKind>(span_kind);
  }
  return bytes.empty();
}

std::string_view name(ClauseKind kind) {
  switch (kind) {
    case ClauseKind::heading: return "heading";
    case ClauseKind::paragraph: return "paragraph";
    case ClauseKind::list_item: return "list_item";
    case ClauseKind::table_row: return "table_row";
    case ClauseKind::quote: return "quote";
    case ClauseKind::code: return "code";
  }
  return "";
}

}  // namespace smallprint
