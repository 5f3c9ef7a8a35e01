// A selector as data: what selector_parser.cpp makes and selector.cpp matches.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.h"

namespace smallprint::css {

struct SelectorList;

enum class Combinator : char { none = 0, descendant = ' ', child = '>', next = '+', subsequent = '~' };

/// One condition on one element.
struct Condition {
  enum class Kind : std::uint8_t {
    type,       ///< name is the tag
    id,         ///< value
    class_,     ///< value
    attribute,  ///< name, operation, value
    nth,        ///< step, offset, of_type, from_end, list ("of S") or null
    only,       ///< of_type
    empty,
    root,
    link,
    enabled,
    disabled,
    checked,
    lang,  ///< value
    is,    ///< list; also :where and :matches
    not_,  ///< list
    has,   ///< list, each complex with its leading combinator
    never  ///< what a page that nobody looks at never is: :hover, :focus, :target …
  };
  Kind kind = Kind::never;
  char operation = 0;  ///< attribute: 0 present, '=', '~', '|', '^', '$', '*'
  bool ignore_case = false;
  bool of_type = false;
  bool from_end = false;
  int step = 0, offset = 0;
  std::string name, value;
  std::shared_ptr<const SelectorList> list;
};

struct Compound {
  Combinator before = Combinator::none;  ///< what stands between the compound before and this one
  std::vector<Condition> conditions;     ///< all must hold; none: any element
};

struct Complex {
  std::vector<Compound> compounds;
};

struct SelectorList {
  std::vector<Complex> any;
};

/// Error: bad_input with a position.
Result<std::shared_ptr<const SelectorList>> parse(std::string_view text);

}  // namespace smallprint::css
