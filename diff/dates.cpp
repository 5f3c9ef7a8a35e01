#include "diff/dates.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace smallprint {
namespace {

// English, French, German, Spanish, Italian, Dutch; ASCII lower case with accents dropped.
constexpr std::array<std::pair<std::string_view, unsigned>, 76> months = {{
    {"january", 1},   {"jan", 1},       {"janvier", 1},   {"januar", 1},    {"enero", 1},      {"gennaio", 1},
    {"januari", 1},   {"february", 2},  {"feb", 2},       {"fevrier", 2},   {"februar", 2},    {"febrero", 2},
    {"febbraio", 2},  {"februari", 2},  {"march", 3},     {"mar", 3},       {"mars", 3},       {"marz", 3},
    {"marzo", 3},     {"maart", 3},     {"maerz", 3},     {"april", 4},     {"apr", 4},        {"avril", 4},
    {"abril", 4},     {"aprile", 4},    {"may", 5},       {"mai", 5},       {"mayo", 5},       {"maggio", 5},
    {"mei", 5},       {"june", 6},      {"jun", 6},       {"juin", 6},      {"juni", 6},       {"junio", 6},
    {"giugno", 6},    {"july", 7},      {"jul", 7},       {"juillet", 7},   {"juli", 7},       {"julio", 7},
    {"luglio", 7},    {"august", 8},    {"aug", 8},       {"aout", 8},      {"agosto", 8},     {"augustus", 8},
    {"september", 9}, {"sep", 9},       {"sept", 9},      {"septembre", 9}, {"septiembre", 9}, {"settembre", 9},
    {"october", 10},  {"oct", 10},      {"octobre", 10},  {"oktober", 10},  {"octubre", 10},   {"ottobre", 10},
    {"okt", 10},      {"setiembre", 9}, {"november", 11}, {"nov", 11},      {"novembre", 11},  {"noviembre", 11},
    {"december", 12}, {"dec", 12},      {"decembre", 12}, {"dezember", 12}, {"diciembre", 12}, {"dicembre", 12},
    {"dez", 12},      {"okt.", 10},     {"janv", 1},      {"dic", 12},
}};

struct Token {
  enum class Kind : std::uint8_t { number, word, mark };
  Kind kind = Kind::mark;
  std::size_t begin = 0, end = 0;
  unsigned value = 0;  // number: its value; word: the month, or 0
  std::size_t digits = 0;
  bool glue = false;  // a word that may stand inside a date: "of", "de", "st"
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A letter's bytes, lower case without accent, appended to `word`; how many bytes it takes, 0 where it is no letter.
std::size_t take_letter(std::string_view text, std::size_t at, std::string& word) {
  const char c = text[at];
  if (c >= 'a' && c <= 'z') return word += c, 1;
  if (c >= 'A' && c <= 'Z') return word += static_cast<char>(c + ('a' - 'A')), 1;
  if (c != '\xC3' || at + 1 >= text.size()) return 0;
  switch (static_cast<unsigned char>(text[at + 1]) | 0x20U) {
    case 0xA8:
    case 0xA9:
    case 0xAA: return word += 'e', 2;
    case 0xA4:
    case 0xA0:
    case 0xA2: return word += 'a', 2;
    case 0xBB:
    case 0xBC:
    case 0xB9: return word += 'u', 2;
    default: return word += '?', 2;
  }
}

// A space that does not break, and the signs of ordinals: "1º de enero", "1° marzo".
bool is_passed_over(std::string_view letter) { return letter == "\u00A0" || letter == "\u00BA" || letter == "\u00B0"; }

std::vector<Token> tokens_of(std::string_view text) {
  constexpr std::array<std::string_view, 10> glue = {"of", "de", "del", "st", "nd", "rd", "th", "er", "e", "the"};
  std::vector<Token> tokens;
  std::string word;
  for (std::size_t i = 0; i < text.size();) {
    Token token;
    token.begin = i;
    word.clear();
    if (is_digit(text[i])) {
      token.kind = Token::Kind::number;
      for (; i < text.size() && is_digit(text[i]); ++i, ++token.digits) {
        if (token.digits < 6) token.value = token.value * 10 + static_cast<unsigned>(text[i] - '0');
      }
    } else if (take_letter(text, i, word) > 0) {
      token.kind = Token::Kind::word;
      word.clear();
      for (std::size_t taken = 0; i < text.size() && (taken = take_letter(text, i, word)) > 0;) i += taken;
      for (const auto& [name, month] : months) {
        if (name == word) token.value = month;
      }
      token.glue = std::find(glue.begin(), glue.end(), word) != glue.end();
    } else if (text[i] == ' ' || text[i] == ',' || is_passed_over(text.substr(i, 2))) {
      i += text[i] == '\xC2' ? 2 : 1;
      continue;
    } else {
      ++i;
    }
    token.end = i;
    tokens.push_back(token);
  }
  return tokens;
}

std::optional<Date> make_date(unsigned year, unsigned month, unsigned day) {
  const Date date{std::chrono::year{static_cast<int>(year)}, std::chrono::month{month}, std::chrono::day{day}};
  if (year < 1990 || year > 2099 || !date.ok()) return std::nullopt;
  return date;
}

class Finder {
 public:
  explicit Finder(std::string_view text) : text_(text), tokens_(tokens_of(text)) {}

  std::vector<FoundDate> run() {
    std::vector<FoundDate> found;
    for (std::size_t i = 0; i < tokens_.size();) {
      std::size_t next = i;
      const std::optional<Date> date = at(i, next);
      if (date) {
        found.push_back({*date, tokens_[i].begin, tokens_[next - 1].end});
        i = next;
      } else {
        ++i;
      }
    }
    return found;
  }

 private:
  [[nodiscard]] bool number(std::size_t i, std::size_t low, std::size_t high) const {
    return i < tokens_.size() && tokens_[i].kind == Token::Kind::number && tokens_[i].digits >= low &&
           tokens_[i].digits <= high;
  }
  [[nodiscard]] bool month(std::size_t i) const {
    return i < tokens_.size() && tokens_[i].kind == Token::Kind::word && tokens_[i].value != 0;
  }
  [[nodiscard]] bool mark(std::size_t i, char c) const {
    return i < tokens_.size() && tokens_[i].kind == Token::Kind::mark && text_[tokens_[i].begin] == c;
  }
  // Past "of", "de", "th", and a full stop: "18. September", "Sept. 18", "18th of".
  [[nodiscard]] std::size_t skip(std::size_t i) const {
    for (int n = 0; n < 3 && i < tokens_.size() && (tokens_[i].glue || mark(i, '.')); ++n) ++i;
    return i;
  }

  std::optional<Date> at(std::size_t i, std::size_t& next) const {
    if (month(i)) {  // September 18, 2024
      const std::size_t day = skip(i + 1);
      const std::size_t year = skip(day + 1);
      if (number(day, 1, 2) && number(year, 4, 4)) {
        next = year + 1;
        return make_date(tokens_[year].value, tokens_[i].value, tokens_[day].value);
      }
      return std::nullopt;
    }
    if (number(i, 1, 2) && !(i > 0 && (mark(i - 1, '/') || mark(i - 1, '-')))) {  // 18 September 2024
      const std::size_t name = skip(mark(i + 1, '-') ? i + 2 : i + 1);
      const std::size_t year = skip(mark(name + 1, '-') ? name + 2 : name + 1);
      if (month(name) && number(year, 4, 4)) {
        next = year + 1;
        return make_date(tokens_[year].value, tokens_[name].value, tokens_[i].value);
      }
    }
    return numeric(i, next);
  }

  // Three numbers with the same mark between them, without spaces.
  std::optional<Date> numeric(std::size_t i, std::size_t& next) const {
    if (i + 4 >= tokens_.size() || tokens_[i].kind != Token::Kind::number) return std::nullopt;
    const char c = text_[tokens_[i + 1].begin];
    if ((c != '-' && c != '/' && c != '.') || !mark(i + 1, c) || !mark(i + 3, c)) return std::nullopt;
    const bool tight = tokens_[i].end == tokens_[i + 1].begin && tokens_[i + 1].end == tokens_[i + 2].begin &&
                       tokens_[i + 2].end == tokens_[i + 3].begin && tokens_[i + 3].end == tokens_[i + 4].begin;
    if (!tight) return std::nullopt;
    next = i + 5;
    const unsigned a = tokens_[i].value, b = tokens_[i + 2].value, d = tokens_[i + 4].value;
    if (number(i, 4, 4) && number(i + 2, 1, 2) && number(i + 4, 1, 2)) return make_date(a, b, d);
    if (!number(i, 1, 2) || !number(i + 2, 1, 2) || !number(i + 4, 4, 4)) return std::nullopt;
    if (a > 12 || c == '.' || a == b) return make_date(d, b, a);
    if (b > 12) return make_date(d, a, b);
    return std::nullopt;
  }

  std::string_view text_;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<FoundDate> find_dates(std::string_view text) { return Finder(text).run(); }

}  // namespace smallprint
