#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "fetcher/extract/css.h"
#include "fetcher/extract/text.h"

// Grammar: https://www.w3.org/TR/selectors-4/#grammar, tokens: https://www.w3.org/TR/css-syntax-3/#consume-name

namespace smallprint::css {
namespace {

constexpr int max_depth = 16;  ///< of :is(:not(…))
constexpr std::size_t max_length = 16384;
constexpr int max_nth = 1'000'000;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), lower);
  return text;
}

/// Where and why the text is no selector; caught in parse().
struct Failure {
  std::size_t position;
  std::string message;
};

/// Attributes whose values match in any case where no flag says otherwise:
/// https://html.spec.whatwg.org/#case-sensitivity-of-selectors
bool any_case(std::string_view attribute) {
  static constexpr std::array<std::string_view, 46> names{
      "accept",     "accept-charset", "align",     "alink",    "axis",     "bgcolor", "charset",
      "checked",    "clear",          "codetype",  "color",    "compact",  "declare", "defer",
      "dir",        "direction",      "disabled",  "enctype",  "face",     "frame",   "hreflang",
      "http-equiv", "lang",           "language",  "link",     "media",    "method",  "multiple",
      "nohref",     "noresize",       "noshade",   "nowrap",   "readonly", "rel",     "rev",
      "rules",      "scope",          "scrolling", "selected", "shape",    "target",  "text",
      "type",       "valign",         "valuetype", "vlink"};
  return std::find(names.begin(), names.end(), attribute) != names.end();
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  SelectorList whole() {
    SelectorList list = selector_list(false, 0);
    if (at_ < text_.size()) fail("unexpected character");
    return list;
  }

 private:
  [[noreturn]] void fail(const char* message) const { throw Failure{at_, message}; }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void skip_comments() {
    while (peek() == '/' && peek(1) == '*') {
      const std::size_t end = text_.find("*/", at_ + 2);
      if (end == std::string_view::npos) fail("comment is not closed");
      at_ = end + 2;
    }
  }
  /// And comments, which alone are no space.
  bool skip_space() {
    bool space = false;
    for (skip_comments(); at_ < text_.size() && is_space(text_[at_]); skip_comments()) {
      ++at_;
      space = true;
    }
    return space;
  }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  SelectorList selector_list(bool relative, int depth) {
    if (depth > max_depth) fail("nested too deeply");
    SelectorList list;
    do {
      list.any.push_back(complex(relative, depth));
    } while (take(','));
    return list;
  }

  /// A list that a part which is no selector does not spoil: it is left out. Empty where all are.
  SelectorList forgiving_list(int depth) {
    if (depth > max_depth) fail("nested too deeply");
    SelectorList list;
    do {
      const std::size_t begin = at_;
      try {
        list.any.push_back(complex(false, depth));
      } catch (const Failure& failure) {
        at_ = begin;
        skip_part();
        if (at_ >= text_.size()) throw failure;
      }
    } while (take(','));
    return list;
  }

  /// To the comma or parenthesis that ends what stands here, over strings and brackets.
  void skip_part() {
    std::string open;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\\') {
        ++at_;
      } else if (!open.empty() && c == open.back()) {
        open.pop_back();
      } else if (!open.empty() && (open.back() == '"' || open.back() == '\'')) {
        continue;
      } else if (c == '"' || c == '\'') {
        open.push_back(c);
      } else if (c == '(' || c == '[' || c == '{') {
        open.push_back(c == '(' ? ')' : c == '[' ? ']' : '}');
      } else if (open.empty() && (c == ',' || c == ')')) {
        return;
      }
    }
    at_ = text_.size();
  }

  Combinator combinator() {
    const bool space = skip_space();
    for (const Combinator candidate : {Combinator::child, Combinator::next, Combinator::subsequent}) {
      if (take(static_cast<char>(candidate))) {
        skip_space();
        return candidate;
      }
    }
    return space ? Combinator::descendant : Combinator::none;
  }

  Complex complex(bool relative, int depth) {
    Complex result;
    skip_space();
    Combinator before = Combinator::none;
    if (relative) {
      before = combinator();
      if (before == Combinator::none) before = Combinator::descendant;
    }
    for (;;) {
      result.compounds.push_back(compound(depth));
      result.compounds.back().before = before;
      before = combinator();
      if (at_ >= text_.size() || peek() == ',' || peek() == ')') {
        if (before != Combinator::none && before != Combinator::descendant) fail("selector expected after combinator");
        return result;
      }
      if (before == Combinator::none) fail("unexpected character");
    }
  }

  [[nodiscard]] bool starts_name(std::size_t ahead = 0) const {
    const char c = peek(ahead);
    if (c == '-') return is_name_start(peek(ahead + 1)) || peek(ahead + 1) == '-' || peek(ahead + 1) == '\\';
    return is_name_start(c) || (c == '\\' && peek(ahead + 1) != '\0' && peek(ahead + 1) != '\n');
  }

  /// Name code points and escapes.
  std::string name() {
    std::string out;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_name_start(c) || is_digit(c) || c == '-') {
        out.push_back(c);
        ++at_;
      } else if (c == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n') {
        ++at_;
        escape(out);
      } else {
        break;
      }
    }
    return out;
  }

  void escape(std::string& out) {
    const auto hex = [](char c) {
      return is_digit(c) ? c - '0' : lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
    };
    if (hex(peek()) < 0) {
      out.push_back(text_[at_++]);
      return;
    }
    char32_t code = 0;
    for (int digits = 0; digits < 6 && hex(peek()) >= 0; ++digits) {
      code = code * 16 + static_cast<char32_t>(hex(text_[at_++]));
    }
    if (is_space(peek())) ++at_;
    append_utf8(code == 0 ? char32_t{0xFFFD} : code, out);
  }

  std::string identifier() {
    if (!starts_name()) fail("name expected");
    return name();
  }

  std::string string_or_identifier() {
    const char quote = peek();
    if (quote != '"' && quote != '\'') {
      // Unquoted values need only be names to the letter of the grammar; digits first are common in the wild.
      std::string value = name();
      if (value.empty()) fail("value expected");
      return value;
    }
    ++at_;
    std::string out;
    while (!take(quote)) {
      if (at_ >= text_.size() || text_[at_] == '\n') fail("string is not closed");
      if (take('\\')) {
        if (at_ >= text_.size()) fail("string is not closed");
        if (!take('\n')) escape(out);
      } else {
        out.push_back(text_[at_++]);
      }
    }
    return out;
  }

  Compound compound(int depth) {
    Compound result;
    bool any = false;
    const bool of_none = peek() == '|';  // elements of HTML have a namespace
    if (of_none || peek() == '*' || starts_name()) {
      any = true;
      std::string type = of_none || take('*') ? "*" : identifier();
      if (peek() == '|' && peek(1) != '=') {
        if (type != "*") fail("namespaces are not declared");
        ++at_;
        type = take('*') ? "*" : identifier();
      }
      if (of_none) {
        result.conditions.emplace_back().kind = Condition::Kind::never;
      } else if (type != "*") {
        Condition& condition = result.conditions.emplace_back();
        condition.kind = Condition::Kind::type;
        condition.name = lowered(std::move(type));
      }
    }
    for (;; any = true) {
      skip_comments();
      if (take('#')) {
        Condition& condition = result.conditions.emplace_back();
        condition.kind = Condition::Kind::id;
        condition.value = name();
        if (condition.value.empty()) fail("id expected");
      } else if (take('.')) {
        Condition& condition = result.conditions.emplace_back();
        condition.kind = Condition::Kind::class_;
        condition.value = identifier();
      } else if (take('[')) {
        result.conditions.push_back(attribute());
      } else if (take(':')) {
        if (take(':')) fail("a pseudo-element is no element");
        result.conditions.push_back(pseudo_class(depth));
      } else {
        break;
      }
    }
    if (!any) fail("selector expected");
    return result;
  }

  Condition attribute() {
    Condition condition;
    condition.kind = Condition::Kind::attribute;
    skip_space();
    if (peek() == '*' && peek(1) == '|') ++at_;  // of any namespace, or of none
    if (!take('|')) {
      condition.name = lowered(identifier());
      if (peek() == '|' && peek(1) != '=') fail("namespaces are not declared");
    } else {
      condition.name = lowered(identifier());
    }
    skip_space();
    if (take(']')) return condition;
    for (const char operation : {'~', '|', '^', '$', '*'}) {
      if (take(operation)) {
        condition.operation = operation;
        break;
      }
    }
    if (!take('=')) fail("\"=\" or \"]\" expected");
    if (condition.operation == 0) condition.operation = '=';
    skip_space();
    condition.value = string_or_identifier();
    skip_space();
    condition.ignore_case = any_case(condition.name);
    if (lower(peek()) == 'i' || lower(peek()) == 's') {
      condition.ignore_case = lower(peek()) == 'i';
      ++at_;
      skip_space();
    }
    if (!take(']')) fail("\"]\" expected");
    return condition;
  }

  Condition pseudo_class(int depth) {
    using Kind = Condition::Kind;
    const std::size_t begin = at_;
    const std::string word = lowered(identifier());
    Condition condition;
    if (take('(')) {
      functional(word, begin, depth, condition);
      skip_space();
      if (!take(')')) fail("\")\" expected");
      return condition;
    }
    struct Plain {
      std::string_view word;
      Kind kind;
    };
    static constexpr std::array<Plain, 26> plain{{
        {"empty", Kind::empty},         {"root", Kind::root},           {"scope", Kind::root},
        {"link", Kind::link},           {"any-link", Kind::link},       {"enabled", Kind::enabled},
        {"disabled", Kind::disabled},   {"checked", Kind::checked},     {"only-child", Kind::only},
        {"only-of-type", Kind::only},   {"first-child", Kind::nth},     {"last-child", Kind::nth},
        {"first-of-type", Kind::nth},   {"last-of-type", Kind::nth},    {"hover", Kind::never},
        {"focus", Kind::never},         {"active", Kind::never},        {"visited", Kind::never},
        {"target", Kind::never},        {"focus-within", Kind::never},  {"focus-visible", Kind::never},
        {"indeterminate", Kind::never}, {"target-within", Kind::never}, {"current", Kind::never},
        {"fullscreen", Kind::never},    {"autofill", Kind::never},
    }};
    const auto* found =
        std::find_if(plain.begin(), plain.end(), [&](const Plain& entry) { return entry.word == word; });
    if (found == plain.end()) {
      at_ = begin;
      fail("unknown pseudo-class");
    }
    condition.kind = found->kind;
    condition.of_type = word.ends_with("-of-type");
    condition.from_end = word.starts_with("last");
    condition.offset = 1;
    return condition;
  }

  void functional(const std::string& word, std::size_t begin, int depth, Condition& condition) {
    using Kind = Condition::Kind;
    if (word == "is" || word == "where" || word == "matches" || word == "not" || word == "has" ||
        word == "-webkit-any") {
      condition.kind = word == "not" ? Kind::not_ : word == "has" ? Kind::has : Kind::is;
      condition.list = std::make_shared<SelectorList>(
          condition.kind == Kind::is ? forgiving_list(depth + 1) : selector_list(word == "has", depth + 1));
    } else if (word == "lang") {
      condition.kind = Kind::lang;
      skip_space();
      condition.value = lowered(string_or_identifier());
    } else if (word == "nth-child" || word == "nth-last-child" || word == "nth-of-type" || word == "nth-last-of-type") {
      condition.kind = Kind::nth;
      condition.of_type = word.ends_with("of-type");
      condition.from_end = word.starts_with("nth-last");
      nth(condition);
      if (!condition.of_type && skip_space() && lower(peek()) == 'o' && lower(peek(1)) == 'f' && is_space(peek(2))) {
        at_ += 2;
        condition.list = std::make_shared<SelectorList>(selector_list(false, depth + 1));
      }
    } else {
      at_ = begin;
      fail("unknown pseudo-class");
    }
  }

  /// An+B: https://www.w3.org/TR/css-syntax-3/#anb-microsyntax
  void nth(Condition& condition) {
    skip_space();
    const auto word = [&](std::string_view expected) {
      if (lowered(std::string(text_.substr(at_, expected.size()))) != expected) return false;
      at_ += expected.size();
      return true;
    };
    if (word("odd")) {
      condition.step = 2;
      condition.offset = 1;
      return;
    }
    if (word("even")) {
      condition.step = 2;
      return;
    }
    int sign = take('-') ? -1 : 1;
    if (sign == 1) take('+');
    const bool digits = is_digit(peek());
    const int value = digits ? number() : 1;
    if (lower(peek()) != 'n') {
      if (!digits) fail("An+B expected");
      condition.offset = sign * value;
      return;
    }
    ++at_;
    condition.step = sign * value;
    const std::size_t after = at_;
    skip_space();
    sign = take('-') ? -1 : take('+') ? 1 : 0;
    if (sign == 0) {
      at_ = after;
      return;
    }
    skip_space();
    if (!is_digit(peek())) fail("number expected");
    condition.offset = sign * number();
  }

  int number() {
    int value = 0;
    while (is_digit(peek())) value = std::min(value * 10 + (text_[at_++] - '0'), max_nth);
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::shared_ptr<const SelectorList>> parse(std::string_view text) {
  if (text.size() > max_length) return Error{ErrorCode::bad_input, "selector is longer than 16384 bytes"};
  try {
    return std::shared_ptr<const SelectorList>(std::make_shared<SelectorList>(Parser(text).whole()));
  } catch (const Failure& failure) {
    return Error{ErrorCode::bad_input, "selector \"" + std::string(text.substr(0, 200)) + "\": " + failure.message +
                                           " at position " + std::to_string(failure.position + 1)};
  }
}

}  // namespace smallprint::css
