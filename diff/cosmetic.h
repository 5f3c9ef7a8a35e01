// Why a change alters no meaning, decided by what is left after normalising both sides.
//
// clang-format off
// | reason      | is                                                   | is not                                        |
// |-------------|------------------------------------------------------|-----------------------------------------------|
// | whitespace  | "sign in" → "sign  in", "signin"                     | another word                                  |
// | typography  | quotes, dashes, letter case, commas, a final stop,   | a bracket, a sign such as % or $              |
// |             | drawn rules, dotted lines, a lost large first letter |                                               |
// | numbering   | the number a clause begins with; a list's marker     | a reference to another clause; a bare number  |
// | link_target | where a link or a printed address leads              | the words that are linked                     |
// | date        | the date of a "last updated" or "effective" stamp    | any other date, any period of time            |
// | formatting  | bold, list instead of paragraph, a split as such     |                                               |
// | order       | a clause elsewhere, with its words as they were      | a list item or row under another introduction |
// | navigation  | "Back to top", an entry of the table of contents,    | another name behind the text                  |
// |             | what the page's frame says ahead of and behind it    |                                               |
// | contact     | an e-mail address, a telephone number                | who is to be contacted                        |
// clang-format on
//
// Thread safety: free functions on values. Cost: linear in the texts.
#pragma once

#include <string_view>

#include "model/change.h"

namespace smallprint {

/// Empty where the change is one of substance. `kind`, `before` and `after` of the change are read; `same_place` says
/// whether what moved stands under the same heading as before, and a list's item under the same clause above its list.
CosmeticReasons why_cosmetic(const Change& change, bool same_place);

/// Is the whole text no more than a stamp such as "Last updated: 1 May 2024"?
bool is_date_stamp(std::string_view text);

}  // namespace smallprint
