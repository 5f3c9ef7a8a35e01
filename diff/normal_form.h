// Texts without what alters no meaning: how two texts are found to differ in a date stamp, a number, a typeface alone.
// Pure; each is linear in the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "model/change.h"

namespace smallprint {

/// Takes the place of a date of a stamp; no text has this byte.
constexpr char any_date = '\x02';

/// ASCII digits; letters are ASCII's and every byte of other scripts.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alnum(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

/// A month's name in lower case, in full or short.
bool is_month(std::string_view word);

/// Does a sentence end before text[i]?
bool ends_sentence(std::string_view text, std::size_t i);

/// Replaces the dates of stamps ("Last updated: …"). `other_words` gets the number of words outside of stamp sentences,
/// where asked for.
std::string without_stamp_dates(std::string_view text, std::size_t* other_words = nullptr);

/// How long the number is that `line` begins with, with the space behind it: "2.", "2.1 ", "(a) ", "IV. ", "Section 3:
/// ". A bare number is none: "30 days" counts something.
std::size_t label_size(std::string_view line);

/// One form for each character that is typeset in several: quotes, dashes, dots.
std::string in_plain_type(std::string_view text);

/// The text without all that the reasons name. `at_line_start`: a number at its beginning is a label.
std::string normal(std::string_view text, bool at_line_start, CosmeticReasons ignored);

}  // namespace smallprint
