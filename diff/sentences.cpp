#include "diff/sentences.h"

#include <algorithm>
#include <array>
#include <string>

namespace smallprint {
namespace {

constexpr std::size_t max_sentence = 4096;

// Sorted. Lower case, without the last full stop. "etc", "inc", "ltd" may end a sentence: the capital after decides.
constexpr std::array<std::string_view, 36> abbreviations = {
    "a.k.a", "al",  "approx", "art",  "bzw", "ca",   "cf",  "d.h", "dr",  "e.g", "ex", "fig",
    "i.e",   "i.s", "incl",   "lit",  "m.b", "mr",   "mrs", "ms",  "no",  "nos", "nr", "p",
    "para",  "par", "pp",     "prof", "sec", "sect", "sr",  "st",  "u.a", "v",   "vs", "z.b"};
// These end a sentence only before a word that seldom follows a name.
constexpr std::array<std::string_view, 7> company_endings = {"co", "corp", "inc", "llc", "ltd", "s.a", "u.s"};
constexpr std::array<std::string_view, 16> sentence_openers = {
    "a", "by", "for", "he", "if", "in", "it", "our", "she", "the", "these", "this", "they", "we", "you", "your"};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }
bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c;
  return result;
}

template <std::size_t n>
bool contains(const std::array<std::string_view, n>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// The word that ends at `end`, with inner full stops.
std::string_view word_before(std::string_view text, std::size_t end) {
  std::size_t begin = end;
  while (
      begin > 0 && end - begin < 12 &&
      (is_letter(text[begin - 1]) || is_digit(text[begin - 1]) || text[begin - 1] == '.' || is_high(text[begin - 1]))) {
    --begin;
  }
  return text.substr(begin, end - begin);
}

std::string_view word_after(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && is_letter(text[end]) && end - begin < 12) ++end;
  return text.substr(begin, end - begin);
}

// Closing quotes and brackets that belong to the sentence that ends: ASCII and U+2019, U+201D.
std::size_t skip_closers(std::string_view text, std::size_t at) {
  for (;;) {
    if (at < text.size() && (text[at] == ')' || text[at] == '"' || text[at] == '\'' || text[at] == ']')) {
      ++at;
    } else if (text.substr(at, 3) == "\u2019" || text.substr(at, 3) == "\u201D") {
      at += 3;
    } else {
      return at;
    }
  }
}

bool ends_sentence(std::string_view text, std::size_t stop, std::size_t next) {
  if (text[stop] != '.') return true;
  const std::string_view printed = word_before(text, stop);
  const std::string word = lower(printed);
  if (contains(abbreviations, word)) return word == "no" ? !is_digit(text[next]) : false;
  if (word.size() == 1 && is_upper(printed.front()) && stop > 1) return false;  // an initial
  const bool enumerator = stop < 6 && (word.size() <= 2 || std::all_of(word.begin(), word.end(),
                                                                       [](char c) { return is_digit(c) || c == '.'; }));
  if (enumerator) return false;  // "1. We", "ii. We" at the start of a clause
  if (contains(company_endings, word))
    return is_upper(text[next]) && contains(sentence_openers, lower(word_after(text, next)));
  const char first = text[next];
  return is_upper(first) || is_digit(first) || is_high(first) || first == '"' || first == '(' || first == '[' ||
         first == '\'' || first == '*' || first == '-';
}

}  // namespace

std::vector<Sentence> split_sentences(std::string_view text) {
  std::vector<Sentence> sentences;
  const auto add = [&](std::size_t begin, std::size_t end) {
    while (begin < end && is_space(text[begin])) ++begin;
    while (end > begin && is_space(text[end - 1])) --end;
    while (end - begin > max_sentence) {
      std::size_t cut = text.rfind(' ', begin + max_sentence);
      if (cut == std::string_view::npos || cut <= begin) {
        cut = begin + max_sentence;
        while (cut > begin + 1 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;
      }
      sentences.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(cut)});
      begin = cut;
      while (begin < end && is_space(text[begin])) ++begin;
    }
    if (begin < end) sentences.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
  };
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\t' || c == '\n') {
      add(begin, i);
      begin = i + 1;
    } else if (c == '.' || c == '?' || c == '!') {
      const std::size_t end = skip_closers(text, i + 1);
      if (end < text.size() && text[end] == ' ' && end + 1 < text.size() && ends_sentence(text, i, end + 1)) {
        add(begin, end);
        begin = end + 1;
        i = end;
      }
    } else if (c == '\xE2' || c == '\xE3') {  // "•", "●", "▪", "。"
      const std::string_view symbol = text.substr(i, 3);
      if (symbol == "\u2022" || symbol == "\u25CF" || symbol == "\u25AA") {
        add(begin, i);
        begin = i + 3;
        i += 2;
      } else if (symbol == "\u3002") {
        add(begin, i + 3);
        begin = i + 3;
        i += 2;
      }
    }
  }
  add(begin, text.size());
  return sentences;
}

}  // namespace smallprint
