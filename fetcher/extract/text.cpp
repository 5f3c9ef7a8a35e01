#include "fetcher/extract/text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace smallprint {
namespace {

enum Class : std::uint8_t { plain, white, dropped, lead };

constexpr std::array<std::uint8_t, 256> classes = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t i = 0; i < 0x20; ++i) table[i] = dropped;
  for (const char c : {' ', '\t', '\n', '\v', '\f', '\r'}) table[static_cast<unsigned char>(c)] = white;
  table[0x7F] = dropped;
  // The lead bytes of characters that may be white or invisible; all others are copied with their sequence.
  for (const int c : {0xC2, 0xE1, 0xE2, 0xE3, 0xEF}) table[static_cast<std::size_t>(c)] = lead;
  return table;
}();

/// Class of the character that begins at `at` with a lead byte, and its size.
Class lead_class(std::string_view text, std::size_t at, std::size_t& size) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  if (byte(0) == 0xC2) {
    size = 2;
    if (byte(1) == 0xA0 || byte(1) == 0x85) return white;        // no-break space, next line
    return byte(1) < 0xA0 || byte(1) == 0xAD ? dropped : plain;  // C1 controls, soft hyphen
  }
  size = 3;
  const unsigned code = ((byte(0) & 0x0F) << 12) | ((byte(1) & 0x3F) << 6) | (byte(2) & 0x3F);
  if ((code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F ||
      code == 0x3000 || code == 0x1680) {
    return white;
  }
  return code == 0x200B || code == 0x2060 || code == 0xFEFF || code == 0xFFFE || code == 0xFFFF ? dropped : plain;
}

/// Length of the well-formed sequence at `at`, or 0; `bad` is the length of the maximal ill-formed subpart then.
std::size_t sequence_length(std::string_view bytes, std::size_t at, std::size_t& bad) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U;
  };
  const unsigned first = byte(0);
  bad = 1;
  if (first < 0x80) return 1;
  std::size_t size = 0;
  unsigned low = 0x80, high = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    size = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    size = 3;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    size = 4;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
  } else {
    return 0;
  }
  for (std::size_t i = 1; i < size; ++i) {
    if (byte(i) < low || byte(i) > high) return 0;
    bad = i + 1;
    low = 0x80;
    high = 0xBF;
  }
  return size;
}

/// Skips ASCII without NUL, eight bytes at a time.
std::size_t skip_ascii(std::string_view bytes, std::size_t at) {
  while (at + 8 <= bytes.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);
    const std::uint64_t zero = (word - 0x0101010101010101U) & ~word;
    if (((word | zero) & 0x8080808080808080U) != 0) break;
    at += 8;
  }
  return at;
}

/// Skips visible ASCII with single spaces in it, eight bytes at a time; `at` > 0.
std::size_t skip_visible(std::string_view text, std::size_t at) {
  constexpr std::uint64_t high = 0x8080808080808080U, ones = 0x0101010101010101U, low = 0x7F7F7F7F7F7F7F7FU;
  while (at + 8 <= text.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    const std::uint64_t control = (word - ones * 0x20) & ~word;  // a byte below 0x20 (or a borrow: then the slow way)
    const std::uint64_t other = word | (word + ones);            // 0x7F and above
    const std::uint64_t differs = word ^ (ones * 0x20);
    const std::uint64_t spaces = ~(((differs & low) + low) | differs | low);
    if (((control | other) & high) != 0 || (spaces & (spaces >> 8)) != 0) break;
    if (text[at] == ' ' && text[at - 1] == ' ') break;
    at += 8;
  }
  return at;
}

}  // namespace

void append_folded(std::string_view text, std::string& out) {
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t begin = i;
    // The common case in one run: visible characters with single spaces between them.
    std::size_t size = 1;
    Class kind = plain;
    while (i < text.size()) {
      if (i > begin) i = skip_visible(text, i);
      if (i == text.size()) break;
      const auto byte = static_cast<unsigned char>(text[i]);
      kind = static_cast<Class>(classes[byte]);
      size = 1;
      if (kind == lead) kind = lead_class(text, i, size);
      if (kind == plain || (byte == ' ' && i > begin && text[i - 1] != ' ')) {
        i = std::min(i + size, text.size());
      } else {
        break;
      }
    }
    if (i > begin) out.append(text, begin, i - begin);
    if (i == text.size()) return;
    if (kind == white && !out.empty() && out.back() != ' ' && out.back() != '\t') out.push_back(' ');
    i += size;
  }
}

bool is_utf8(std::string_view bytes) {
  std::size_t bad = 0;
  for (std::size_t i = skip_ascii(bytes, 0); i < bytes.size();) {
    if (static_cast<unsigned char>(bytes[i]) < 0x80) {
      if (bytes[i] == '\0') return false;
      i = skip_ascii(bytes, i + 1);
      continue;
    }
    const std::size_t size = sequence_length(bytes, i, bad);
    if (size == 0) return false;
    i += size;
  }
  return true;
}

std::string to_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  std::size_t bad = 0;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t ascii = skip_ascii(bytes, i);
    out.append(bytes, i, ascii - i);
    i = ascii;
    if (i == bytes.size()) break;
    const std::size_t size = sequence_length(bytes, i, bad);
    if (size == 0) {
      out.append("\xEF\xBF\xBD");
      i += bad;
    } else {
      if (bytes[i] != '\0') out.append(bytes, i, size);
      i += size;
    }
  }
  return out;
}

void append_utf8(char32_t c, std::string& out) {
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = 0xFFFD;
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

std::size_t enumerator_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return i < text.size() ? text[i] : '\0'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t i = at(0) == '(' ? 1 : 0;
  const bool parenthesis = i == 1;
  bool several = false;
  if (digit(at(i))) {
    const std::size_t begin = i;
    while (digit(at(i))) ++i;
    if (i - begin > 10) return 0;
    while (at(i) == '.' && digit(at(i + 1))) {  // "1.2", "1.2.3": at most three digits a part
      several = true;
      const std::size_t part = ++i;
      while (digit(at(i))) ++i;
      if (i - part > 3) return 0;
    }
    if (several && text.find('.') > 3) return 0;
  } else {
    const std::size_t begin = i;
    const auto roman = [](char c) { return c == 'i' || c == 'v' || c == 'x' || c == 'I' || c == 'V' || c == 'X'; };
    while (roman(at(i))) ++i;
    if (i - begin < 2 || i - begin > 5) {
      i = begin;
      const char c = at(i);
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) return 0;
      ++i;
    }
  }
  const char end = at(i);
  if (parenthesis ? end == ')' : end == ')' || end == '.') {
    ++i;
  } else if (parenthesis || !several) {
    return 0;
  }
  return at(i) == ' ' && at(i + 1) != '\0' ? i : 0;
}

}  // namespace smallprint
