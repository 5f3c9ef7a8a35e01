#include "diff/tokens.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include <cstring>
#include <functional>

namespace smallprint {
namespace {

bool is_ascii_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_ascii_space(char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; }

/// Letters of scripts that put spaces between words and need no dictionary.
bool is_plain_letter(char32_t c) {
  return (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7) || c == 0xAA || c == 0xB5 || c == 0xBA ||
         (c >= 0x300 && c <= 0x36F) || (c >= 0x370 && c <= 0x3FF && c != 0x37E && c != 0x387) ||
         (c >= 0x400 && c <= 0x52F) || (c >= 0x1E00 && c <= 0x1FFF);
}

/// Marks that are a token each.
bool is_mark(char32_t c) {
  return (c >= 0x80 && c <= 0xBF) || c == 0xD7 || c == 0xF7 || c == 0x37E || c == 0x387 ||
         (c >= 0x2010 && c <= 0x205E) || (c >= 0x20A0 && c <= 0x20CF) || (c >= 0x2100 && c <= 0x2BFF) ||
         (c >= 0x3001 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020) || c == 0x3030 || (c >= 0xFE10 && c <= 0xFE6F) ||
         (c >= 0xFF01 && c <= 0xFF0F) || (c >= 0xFF1A && c <= 0xFF20) || (c >= 0xFF3B && c <= 0xFF40) ||
         (c >= 0xFF5B && c <= 0xFF65) || c == 0xFFFD;
}

bool starts_address(std::string_view rest) {
  return rest.starts_with("http://") || rest.starts_with("https://") || rest.starts_with("www.");
}

/// The end of the address that starts at `begin`: up to white space, a bracket or quote, without closing punctuation.
std::size_t address_end(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && !is_ascii_space(text[end]) &&
         std::string_view("<>\"|\\^`{}[]").find(text[end]) == std::string_view::npos) {
    if (static_cast<unsigned char>(text[end]) >= 0x80) {
      std::size_t next = end;
      if (const char32_t c = next_code_point(text, next); is_blank(c) || is_mark(c)) break;
      end = next;
    } else {
      ++end;
    }
  }
  while (end > begin && std::string_view(".,;:!?)'").find(text[end - 1]) != std::string_view::npos) --end;
  return end;
}

/// The end of the word that starts at `begin` with a letter or digit.
std::size_t word_end(std::string_view text, std::size_t begin) {
  std::size_t at = begin;
  bool dotted = false;      // has a full stop inside …
  bool short_parts = true;  // … and only single letters between them
  bool letters = false;
  std::size_t part = begin;
  while (at < text.size()) {
    const char c = text[at];
    if (is_ascii_alnum(c)) {
      letters = letters || c > '9';
      ++at;
      continue;
    }
    std::size_t next = at;
    const char32_t wide = next_code_point(text, next);
    if (wide >= 0x80 && (is_plain_letter(wide) || wide == 0xAD)) {
      letters = true;
      at = next;
      continue;
    }
    // "don't", "2.1", "1,000", "e.g", "name@host.org": joined where a letter or digit follows.
    const bool joiner = c == '\'' || c == '.' || c == '@' || wide == 0x2019 ||
                        (c == ',' && at > begin && text[at - 1] >= '0' && text[at - 1] <= '9');
    if (!joiner || next >= text.size() || at == begin) break;
    std::size_t after = next;
    const char32_t follows = next_code_point(text, after);
    const bool digit = follows >= '0' && follows <= '9';
    const bool goes_on =
        c == ',' ? digit : (follows < 0x80 ? is_ascii_alnum(static_cast<char>(follows)) : is_plain_letter(follows));
    if (!goes_on) break;
    if (c == '.') {
      dotted = true;
      short_parts = short_parts && at - part == 1;
      part = next;
    }
    at = next;
  }
  if (dotted && letters && short_parts && at - part == 1 && at < text.size() && text[at] == '.') ++at;  // "U.S."
  return at;
}

}  // namespace

char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at++);
  if (first < 0x80) return first;
  const int more = first >= 0xF0 && first < 0xF5 ? 3 : first >= 0xE0 ? 2 : 1;
  if (first < 0xC2 || first >= 0xF5 || at + static_cast<std::size_t>(more) > text.size()) return 0xFFFD;
  auto c = static_cast<char32_t>(first & (0x3F >> more));
  for (int i = 0; i < more; ++i) {
    if ((byte(at + static_cast<std::size_t>(i)) & 0xC0) != 0x80) return 0xFFFD;
    c = (c << 6) | (byte(at + static_cast<std::size_t>(i)) & 0x3F);
  }
  at += static_cast<std::size_t>(more);
  return c;
}

bool is_blank(char32_t c) {
  return c <= ' ' || c == 0x7F || c == 0xA0 || c == 0xAD || c == 0x1680 || (c >= 0x2000 && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202F) || c == 0x205F || c == 0x2060 || c == 0x3000 || c == 0xFEFF;
}

// --- Vocabulary ---

namespace {

/// At most 8 bytes as a number that no other text of the same size has.
std::uint64_t packed(std::string_view text) {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  if (text.size() >= 4) {
    std::memcpy(&low, text.data(), 4);
    std::memcpy(&high, text.data() + text.size() - 4, 4);
    return low | high << 32U;
  }
  for (const char c : text) low = low << 8U | static_cast<unsigned char>(c);
  return low;
}

std::uint64_t eight_bytes(const char* at) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, 8);
  return value;
}

/// Of more than 8 bytes: most words fit into two overlapping reads.
std::uint64_t hash_of(std::string_view text) {
  if (text.size() > 16) return std::hash<std::string_view>{}(text);
  return eight_bytes(text.data()) * 0x9E3779B97F4A7C15U ^ eight_bytes(text.data() + text.size() - 8);
}

/// Of equal sizes, more than 8 bytes.
bool equal(std::string_view x, std::string_view y) {
  if (x.size() > 16) return x == y;
  return eight_bytes(x.data()) == eight_bytes(y.data()) &&
         eight_bytes(x.data() + x.size() - 8) == eight_bytes(y.data() + y.size() - 8);
}

std::uint64_t mixed(std::uint64_t key) {  // the finalizer of MurmurHash3
  key ^= key >> 33U;
  key *= 0xFF51AFD7ED558CCDU;
  key ^= key >> 33U;
  key *= 0xC4CEB9FE1A85EC53U;
  return key ^ key >> 33U;
}

}  // namespace

std::uint32_t Vocabulary::id(std::string_view text) {
  if (texts_.size() * 2 >= slots_.size()) grow();
  const bool is_short = text.size() <= 8;
  const std::uint64_t key = is_short ? packed(text) : hash_of(text);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = mixed(key) & mask;; at = (at + 1) & mask) {
    Slot& slot = slots_[at];
    if (slot.id_plus_one == 0) {
      if (closed_) return unknown;
      texts_.push_back(text);
      slot = {key, static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(texts_.size())};
      return slot.id_plus_one - 1;
    }
    if (slot.key == key && slot.size == text.size() && (is_short || equal(texts_[slot.id_plus_one - 1], text))) {
      return slot.id_plus_one - 1;
    }
  }
}

void Vocabulary::clear() {
  slots_.assign(slots_.size() > 4096 ? 0 : slots_.size(), Slot{});
  texts_.clear();
  closed_ = false;
}

void Vocabulary::grow() {
  const std::vector<Slot> old = std::move(slots_);
  slots_.assign(old.empty() ? 512 : old.size() * 2, Slot{});
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.id_plus_one == 0) continue;
    std::size_t at = mixed(slot.key) & mask;
    while (slots_[at].id_plus_one != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

// --- Tokenizer ---

struct Tokenizer::Icu {
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<icu::BreakIterator> words{icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status)};
};

Tokenizer::Tokenizer() = default;
Tokenizer::~Tokenizer() = default;

void Tokenizer::cut_by_icu(std::string_view text, std::size_t begin, std::size_t end, Vocabulary& vocabulary,
                           std::vector<Token>& out) {
  const auto add = [&](std::size_t from, std::size_t to, bool word) {
    out.push_back({static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to),
                   vocabulary.id(text.substr(from, to - from)), word});
  };
  if (!icu_) icu_ = std::make_unique<Icu>();
  UErrorCode status = U_ZERO_ERROR;
  UText view = UTEXT_INITIALIZER;
  utext_openUTF8(&view, text.data() + begin, static_cast<std::int64_t>(end - begin), &status);
  if (icu_->words && U_SUCCESS(status)) icu_->words->setText(&view, status);
  if (!icu_->words || U_FAILURE(status)) {  // no break data: code points are the finest cut that is never wrong
    for (std::size_t at = begin; at < end;) {
      const std::size_t from = at;
      next_code_point(text, at);
      add(from, at, true);
    }
  } else {
    icu_->words->first();
    std::size_t from = begin;
    for (std::int32_t to = icu_->words->next(); to != icu::BreakIterator::DONE; to = icu_->words->next()) {
      const std::size_t until = begin + static_cast<std::size_t>(to);
      if (until <= from || until > end) continue;
      add(from, until, icu_->words->getRuleStatus() >= UBRK_WORD_NONE_LIMIT);
      from = until;
    }
    if (from < end) add(from, end, true);
  }
  utext_close(&view);
}

void Tokenizer::tokenize(std::string_view text, Vocabulary& vocabulary, std::vector<Token>& out) {
  const auto add = [&](std::size_t from, std::size_t to, bool word) {
    out.push_back({static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to),
                   vocabulary.id(text.substr(from, to - from)), word});
  };
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (is_ascii_space(c)) {
      ++at;
      continue;
    }
    std::size_t next = at;
    const char32_t wide = next_code_point(text, next);
    if (wide < 0x80 ? is_ascii_alnum(c) : is_plain_letter(wide)) {
      const bool address = (c == 'h' || c == 'w') && starts_address(text.substr(at));
      std::size_t end = address ? address_end(text, at) : word_end(text, at);
      if (end <= at) end = next;
      add(at, end, true);
      at = end;
    } else if (wide < 0x80 || is_mark(wide)) {
      if (is_blank(wide)) {
        at = next;
        continue;
      }
      while (wide < 0x80 && next < text.size() && text[next] == c) ++next;  // "...", "--"
      add(at, next, false);
      at = next;
    } else if (is_blank(wide)) {
      at = next;
    } else {
      while (next < text.size()) {
        std::size_t after = next;
        const char32_t more = next_code_point(text, after);
        if (more < 0x80 || is_mark(more) || is_blank(more)) break;
        next = after;
      }
      cut_by_icu(text, at, next, vocabulary, out);
      at = next;
    }
  }
}

}  // namespace smallprint
