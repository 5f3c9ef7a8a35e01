#include "diff/normal_form.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "diff/tokens.h"

namespace smallprint {
namespace {

using R = CosmeticReason;

// What takes the place of something that was normalised away; no text has these bytes.
constexpr char any_contact = '\x01';
constexpr char any_address = '\x03';

}  // namespace

namespace {
bool is_letter(char c) { return is_alnum(c) && !is_digit(c); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

std::size_t count_words(std::string_view text) {
  std::size_t words = 0;
  for (std::size_t i = 0; i < text.size(); ++i) words += text[i] > ' ' && (i == 0 || text[i - 1] <= ' ') ? 1 : 0;
  return words;
}

// --- dates ---

constexpr auto months = std::to_array<std::string_view>(
    {"january",   "february", "march",    "april",    "may",     "june",      "july",       "august",    "september",
     "october",   "november", "december", "jan",      "feb",     "mar",       "apr",        "jun",       "jul",
     "aug",       "sep",      "sept",     "oct",      "nov",     "dec",       "janvier",    "février",   "mars",
     "avril",     "mai",      "juin",     "juillet",  "août",    "septembre", "octobre",    "novembre",  "décembre",
     "januar",    "februar",  "märz",     "juni",     "juli",    "oktober",   "dezember",   "enero",     "febrero",
     "marzo",     "abril",    "mayo",     "junio",    "julio",   "agosto",    "septiembre", "octubre",   "noviembre",
     "diciembre", "gennaio",  "febbraio", "aprile",   "maggio",  "giugno",    "luglio",     "settembre", "ottobre",
     "dicembre",  "januari",  "februari", "maart",    "mei",     "augustus",  "janeiro",    "fevereiro", "março",
     "maio",      "junho",    "julho",    "setembro", "outubro", "novembro",  "dezembro",   "maj",       "augusti",
     "december"});

}  // namespace

bool is_month(std::string_view word) { return std::find(months.begin(), months.end(), word) != months.end(); }

namespace {

constexpr auto inside_dates = std::to_array<std::string_view>(
    {"of", "de", "del", "the", "st", "nd", "rd", "th", "er", "den", "le", "do", "al", "º"});

/// The end of the date that starts at `begin`, or `begin`: "May 1, 2024", "18. September 2024", "2024-09-18", "1/5/24",
/// "2024年5月1日".
std::size_t date_end(std::string_view text, std::size_t begin) {
  int named = 0;
  int numbers = 0;
  int years = 0;
  int marks = 0;  // separators that are no white space
  std::size_t end = begin;
  for (std::size_t at = begin; at < text.size() && at < begin + 48;) {
    const char c = text[at];
    if (is_digit(c)) {
      std::size_t digits = 0;
      while (at + digits < text.size() && is_digit(text[at + digits])) ++digits;
      if (digits == 3 || digits > 4 || numbers == 3) break;
      ++numbers;
      years += digits == 4 ? 1 : 0;
      at += digits;
      end = at;
    } else if (text.substr(at).starts_with("\u5E74") || text.substr(at).starts_with("\u6708") ||
               text.substr(at).starts_with("\u65E5")) {  // year, month, day
      at += 3;
      end = at;
      marks += 1;
    } else if (is_letter(c)) {
      std::size_t size = 0;
      while (at + size < text.size() && is_letter(text[at + size])) ++size;
      const std::string word = lower(text.substr(at, size));
      if (named == 0 && is_month(word)) {
        ++named;
        end = at + size;
      } else if (std::find(inside_dates.begin(), inside_dates.end(), word) == inside_dates.end() || at == begin) {
        break;
      }
      at += size;
    } else if (c == ' ' || c == ',' || c == '.' || c == '/' || c == '-') {
      if (at == begin) break;
      marks += c == ' ' || c == ',' ? 0 : 1;
      ++at;
    } else {
      break;
    }
  }
  const bool by_name = named == 1 && numbers >= 1 && numbers <= 2;
  const bool by_number = named == 0 && numbers == 3 && years <= 1 && marks >= 2;
  return by_name || by_number ? end : begin;
}

/// The end of a time told from now that starts at `begin` ("12 hours ago", "a day ago"), or `begin`.
std::size_t ago_end(std::string_view low, std::size_t begin) {
  std::size_t at = begin;
  while (at < low.size() && is_digit(low[at])) ++at;
  if (at == begin && low.substr(at).starts_with("an ")) at += 2;
  if (at == begin && low.substr(at).starts_with("a ")) ++at;
  if (at == begin || at - begin > 4 || at >= low.size() || low[at] != ' ') return begin;
  ++at;
  for (const std::string_view unit : {"second", "minute", "hour", "day", "week", "month", "year"}) {
    if (!low.substr(at).starts_with(unit)) continue;
    at += unit.size();
    if (at < low.size() && low[at] == 's') ++at;
    return low.substr(at).starts_with(" ago") && (at + 4 == low.size() || !is_alnum(low[at + 4])) ? at + 4 : begin;
  }
  return begin;
}

/// The end of the years that follow a copyright sign at `begin` ("© 2019-2024", "Copyright 2024"), or `begin`.
std::size_t copyright_end(std::string_view low, std::size_t begin) {
  const auto year_end = [&](std::size_t at) {
    std::size_t end = at;
    while (end < low.size() && is_digit(low[end])) ++end;
    return end - at == 4 && (low[at] == '1' || low[at] == '2') && (end == low.size() || !is_letter(low[end])) ? end
                                                                                                              : at;
  };
  std::size_t end = year_end(begin);
  if (end == begin) return begin;
  const std::string_view ahead = low.substr(begin < 16 ? 0 : begin - 16, begin < 16 ? begin : 16);
  constexpr auto signs = std::to_array<std::string_view>({"\u00A9", "copyright", "(c)"});
  if (std::none_of(signs.begin(), signs.end(), [&](std::string_view sign) {
        const std::size_t at = ahead.rfind(sign);
        return at != std::string_view::npos && ahead.size() - at - sign.size() <= 4;
      })) {
    return begin;
  }
  std::size_t next = end;
  while (next < low.size() && next < end + 4 && (low[next] == ' ' || low[next] == '-')) ++next;
  if (low.substr(next).starts_with("\u2013")) next += 3;
  while (next < low.size() && next < end + 8 && low[next] == ' ') ++next;
  if (next < low.size() && next > end + 0 && is_digit(low[next])) {
    const std::size_t range = year_end(next);
    if (range > next) end = range;
  }
  return end;
}

struct StampPhrase {
  std::string_view text;
  std::size_t reach;  // bytes from its end within which the date begins
};
constexpr auto stamp_phrases = std::to_array<StampPhrase>({{"last updated", 40},
                                                           {"last update", 40},
                                                           {"last modified", 40},
                                                           {"last revised", 40},
                                                           {"last revision", 40},
                                                           {"last reviewed", 40},
                                                           {"last changed", 40},
                                                           {"last amended", 40},
                                                           {"updated on", 12},
                                                           {"updated:", 12},
                                                           {"updated as of", 12},
                                                           {"updated", 4},
                                                           {"revised on", 12},
                                                           {"revised:", 12},
                                                           {"revised", 4},
                                                           {"modified:", 12},
                                                           {"effective date", 40},
                                                           {"effective", 18},
                                                           {"effective as of", 12},
                                                           {"in effect", 16},
                                                           {"date of last", 40},
                                                           {"date:", 8},
                                                           {"posted", 12},
                                                           {"published", 12},
                                                           {"version", 16},
                                                           {"as of", 8},
                                                           {"dernière mise à jour", 40},
                                                           {"mise à jour", 16},
                                                           {"en vigueur", 24},
                                                           {"modifié", 12},
                                                           {"zuletzt", 40},
                                                           {"stand:", 8},
                                                           {"stand", 4},
                                                           {"gültig", 12},
                                                           {"letzte aktualisierung", 24},
                                                           {"letzte änderung", 24},
                                                           {"última actualización", 40},
                                                           {"ultima actualización", 40},
                                                           {"actualizado", 16},
                                                           {"vigencia", 24},
                                                           {"vigente", 16},
                                                           {"última atualização", 40},
                                                           {"ultimo aggiornamento", 40},
                                                           {"aggiornat", 24},
                                                           {"in vigore", 16},
                                                           {"laatst", 40},
                                                           {"ingangsdatum", 12},
                                                           {"versie", 16},
                                                           {"senast uppdaterad", 24},
                                                           {"更新日期", 12},
                                                           {"更新日", 12},
                                                           {"生效日期", 12},
                                                           {"最終更新", 12},
                                                           {"最后更新", 12},
                                                           {"改定日", 12},
                                                           {"施行日", 12},
                                                           {"시행일", 12},
                                                           {"최종 수정", 12},
                                                           {"sist oppdatert", 24},
                                                           {"sidst opdateret", 24}});
constexpr std::size_t stamp_words = 25;  // a longer sentence is no stamp
constexpr std::size_t stamp_bytes = 600;

}  // namespace

bool ends_sentence(std::string_view text, std::size_t i) {
  if (text[i] == '\n') return true;
  if (text[i] != ' ' || i < 2 || (text[i - 1] != '.' && text[i - 1] != '!' && text[i - 1] != '?')) return false;
  return !is_digit(text[i - 2]) || i < 5 || is_digit(text[i - 4]);
}

namespace {

std::vector<std::size_t> sentence_ends(std::string_view text) {
  std::vector<std::size_t> ends;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (ends_sentence(text, i)) ends.push_back(i);
  }
  ends.push_back(text.size());
  return ends;
}

}  // namespace

std::string without_stamp_dates(std::string_view text, std::size_t* other_words) {
  std::string out;
  out.reserve(text.size());
  std::size_t begin = 0;
  for (const std::size_t end : sentence_ends(text)) {
    const std::string_view sentence = text.substr(begin, end - begin);
    begin = end;
    bool stamp = false;
    const bool has_digit = std::any_of(sentence.begin(), sentence.end(), is_digit);
    const std::size_t words = has_digit || other_words != nullptr ? count_words(sentence) : 0;
    if (has_digit && words <= stamp_words && sentence.size() <= stamp_bytes) {
      const std::string low = lower(sentence);
      for (std::size_t i = 0; i < sentence.size();) {
        const bool starts = i == 0 || !is_alnum(sentence[i - 1]) ||
                            (is_digit(sentence[i]) && static_cast<unsigned char>(sentence[i - 1]) >= 0x80);
        const std::size_t date = starts && is_alnum(sentence[i]) ? date_end(sentence, i) : i;
        const std::size_t years = starts && is_digit(sentence[i]) ? copyright_end(low, i) : i;
        if (years > i) {
          out += any_date;
          stamp = true;
          i = years;
        } else if (const std::size_t ago = starts ? ago_end(low, i) : i; ago > i) {
          out += any_date;
          stamp = true;
          i = ago;
        } else if (date > i) {
          const bool alone = words <= 4 && i == 0 && date + 1 >= sentence.size();
          const bool stamped = std::any_of(stamp_phrases.begin(), stamp_phrases.end(), [&](const StampPhrase& p) {
            const std::size_t found = low.rfind(p.text, i);
            return found != std::string::npos && found + p.text.size() <= i && i - found - p.text.size() <= p.reach;
          });
          if (alone || stamped) {
            out += any_date;
            stamp = true;
          } else {
            out += sentence.substr(i, date - i);
          }
          i = date;
        } else {
          out += sentence[i++];
        }
      }
    } else {
      out += sentence;
    }
    if (other_words != nullptr && !stamp) *other_words += words;
    if (other_words != nullptr && stamp && words > 12) *other_words += words;
  }
  return out;
}

namespace {

// --- contacts and addresses ---

/// The end of the e-mail address around the '@' at `at`; `begin` is set to its start. `at` where there is none.
std::size_t email_end(std::string_view text, std::size_t at, std::size_t& begin) {
  const auto part = [](char c) { return is_alnum(c) || c == '.' || c == '-' || c == '_' || c == '+' || c == '%'; };
  begin = at;
  while (begin > 0 && part(text[begin - 1])) --begin;
  std::size_t end = at + 1;
  while (end < text.size() && part(text[end])) ++end;
  while (end > at && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  const bool dotted = text.substr(at, end - at).find('.') != std::string_view::npos;
  return begin < at && end > at + 1 && dotted ? end : at;
}

/// The end of the telephone number that starts at `begin`, or `begin`: at least nine digits in groups, or seven after
/// a plus sign.
std::size_t telephone_end(std::string_view text, std::size_t begin) {
  const bool plus = text[begin] == '+';
  std::size_t digits = 0;
  std::size_t groups = 1;
  std::size_t end = begin;
  std::size_t at = begin + (plus ? 1 : 0);
  for (; at < text.size() && digits <= 18; ++at) {
    const char c = text[at];
    if (is_digit(c)) {
      ++digits;
      end = at + 1;
    } else if (c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/') {
      if (at + 1 >= text.size()) break;
      groups += is_digit(text[at + 1]) ? 1U : 0U;
      if (c == ' ' && !is_digit(text[at + 1]) && text[at + 1] != '(' && text[at + 1] != '-') break;
    } else {
      break;
    }
  }
  const bool bounded = end >= text.size() || !is_letter(text[end]);
  const bool number = plus ? digits >= 7 : (digits >= 9 && digits <= 15 && groups >= 2 && groups <= 6);
  return bounded && number && digits <= 18 ? end : begin;
}

/// Marks a contact whose printed form ends before text[at], and with it a link around it that stayed Markdown:
/// "[a@b.org](mailto: a@b.org)", "[[email protected]]".
void add_contact(std::string& out, std::string_view text, std::size_t& at) {
  if (!out.empty() && out.back() == '[' && at < text.size() && text[at] == ']') {
    out.pop_back();
    ++at;
    const std::size_t end = text.substr(at).starts_with("(mailto:") ? text.find(')', at) : std::string_view::npos;
    if (end != std::string_view::npos) at = end + 1;
  }
  out += any_contact;
}

std::string without_contacts(std::string_view text) {
  constexpr std::string_view hidden = "[email protected]";  // how a common proxy hides addresses
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '@') {
      std::size_t begin = i;
      const std::size_t end = email_end(text, i, begin);
      if (end > i && out.size() >= i - begin) {
        out.resize(out.size() - (i - begin));
        add_contact(out, text, i = end);
        continue;
      }
    } else if (c == '[' && text.substr(i).starts_with(hidden)) {
      i += hidden.size();
      while (i < text.size() && (is_alnum(text[i]) || (text[i] == '.' && i + 1 < text.size() && is_alnum(text[i + 1]))))
        ++i;
      add_contact(out, text, i);
      continue;
    } else if ((is_digit(c) || c == '+' || c == '(') && (i == 0 || !is_alnum(text[i - 1]))) {
      const std::size_t end = telephone_end(text, i);
      if (end > i) {
        out += any_contact;
        i = end;
        continue;
      }
    }
    out += c;
    ++i;
  }
  return out;
}

std::string without_addresses(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    const bool starts = (text[i] == 'h' || text[i] == 'w') && (i == 0 || !is_alnum(text[i - 1])) &&
                        (rest.starts_with("http://") || rest.starts_with("https://") || rest.starts_with("www."));
    if (!starts) {
      out += text[i++];
      continue;
    }
    while (i < text.size() && text[i] > ' ' && text[i] != ')' && text[i] != '"') ++i;
    while (std::string_view(".,;:").find(text[i - 1]) != std::string_view::npos) --i;
    out += any_address;
  }
  return out;
}

// --- numbering ---

}  // namespace

std::size_t label_size(std::string_view line) {
  std::size_t at = 0;
  bool named = false;
  for (const std::string_view word : {"section ", "article ", "part ", "chapter ", "clause ", "appendix ", "schedule ",
                                      "annex ", "abschnitt ", "artikel ", "artículo ", "articolo "}) {
    if (line.size() > word.size() && lower(line.substr(0, word.size())) == word) {
      at = word.size();
      named = true;
      break;
    }
  }
  if (line.starts_with("\u00A7")) {
    at = 2;
    named = true;
  }
  if (named && at < line.size() && line[at] == ' ') ++at;
  const bool bracket = at < line.size() && line[at] == '(';
  if (bracket) ++at;
  const std::size_t number = at;
  bool dotted = false;
  if (at < line.size() && is_digit(line[at])) {
    while (at < line.size() &&
           (is_digit(line[at]) || (line[at] == '.' && at + 1 < line.size() && is_digit(line[at + 1])))) {
      dotted = dotted || line[at] == '.';
      ++at;
    }
    if (at < line.size() && line[at] >= 'a' && line[at] <= 'z' && at + 1 < line.size() && !is_letter(line[at + 1]))
      ++at;
  } else {
    while (at < line.size() && at < number + 6 && std::string_view("ivxIVX").find(line[at]) != std::string_view::npos)
      ++at;
    if (at == number && at + 1 < line.size() && is_letter(line[at]) && !is_alnum(line[at + 1])) ++at;  // "A."
  }
  if (at == number || at - number > 12) return 0;
  const bool closed = at < line.size() && (line[at] == ')' || line[at] == '.' || line[at] == ':');
  if (bracket && (at >= line.size() || line[at] != ')')) return 0;
  if (!closed && !named && !dotted) return 0;
  while (at < line.size() && (line[at] == ')' || line[at] == '.' || line[at] == ':' || line[at] == '-')) ++at;
  if (at >= line.size()) return closed || named ? at : 0;
  if (line[at] != ' ') return 0;
  while (at < line.size() && line[at] == ' ') ++at;
  // "3.5 million" is an amount, "2.1 We may" is a clause.
  if (!closed && !named && at < line.size() && line[at] >= 'a' && line[at] <= 'z') return 0;
  return at;
}

namespace {

std::string without_labels(std::string_view text, bool at_line_start) {
  std::string out;
  for (bool first = true;; first = false) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    out += line.substr(!first || at_line_start ? label_size(line) : 0);
    if (end == text.size()) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

// --- typography and white space ---

std::string_view plain(char32_t c) {
  switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x201A:
    case 0x201B:
    case 0x2032:
    case 0xB4:
    case '`': return "'";
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x201F:
    case 0x2033:
    case 0xAB:
    case 0xBB: return "\"";
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212: return "-";
    case 0x2026: return "...";
    case 0x2022:
    case 0xB7:
    case 0x25CF:
    case 0x25AA: return "-";
    case 0xFB00: return "ff";
    case 0xFB01: return "fi";
    case 0xFB02: return "fl";
    default: return {};
  }
}

}  // namespace

namespace {

/// The end of the dotted line of a form that begins at `at`, or `at`: hardly a letter in a word of dots.
std::size_t dotted_line_end(std::string_view text, std::size_t at) {
  std::size_t dots = 0;
  std::size_t others = 0;
  std::size_t end = at;
  while (end < text.size() && static_cast<unsigned char>(text[end]) > ' ') {
    const char32_t c = next_code_point(text, end);
    c == '.' || c == '_' || c == 0x2026 || c == 0xB7 ? ++dots : ++others;
  }
  return dots >= 8 && others * 8 <= dots ? end : at;
}

/// How long what is drawn at `at` is: a rule under a heading ("=====", "-----"), emphasis that stayed Markdown ("__",
/// "**"), a form's dotted line.
std::size_t drawn_size(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (at == 0 || text[at - 1] == ' ') {
    if (c == '.' || c == '_' || static_cast<unsigned char>(c) >= 0x80) {
      if (const std::size_t end = dotted_line_end(text, at); end > at) return end - at;
    }
  }
  if (c != '_' && c != '*' && c != '=' && c != '-' && c != '~') return 0;
  std::size_t size = 1;
  while (at + size < text.size() && text[at + size] == c) ++size;
  return size >= (c == '_' || c == '*' ? 2U : 3U) ? size : 0;
}

}  // namespace

std::string in_plain_type(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (const char c = text[i]; (c >= 'a' && c <= 'z') || c == ' ') {
      out += c;
      ++i;
      continue;
    }
    if (const std::size_t rule = drawn_size(text, i); rule > 0) {
      i += rule;
      continue;
    }
    const std::size_t begin = i;
    const char32_t c = next_code_point(text, i);
    if (c == 0xAD || (c >= 0x200B && c <= 0x200F) || c == 0x2060 || c == 0xFEFF) continue;  // invisible
    if ((c >= 0x2190 && c <= 0x21FF) || (c >= 0xFE00 && c <= 0xFE0F)) continue;             // the arrow beside a link
    if (is_blank(c) && c != '\n' && c != '\t') {
      out += ' ';
    } else if (const std::string_view simple = plain(c); !simple.empty()) {
      out += simple;
    } else if (c == ',' || c == ';') {
      if (i < text.size() && is_digit(text[i])) out += ',';  // "1,000"
    } else if (c < 0x80) {
      out += lower(static_cast<char>(c));
    } else {
      out += text.substr(begin, i - begin);
    }
  }
  // The stop that ends a line, or a heading's colon.
  std::string trimmed;
  trimmed.reserve(out.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool stop = (out[i] == '.' || out[i] == ':' || out[i] == '!') && out[i - (i > 0 ? 1 : 0)] != '.';
    std::size_t next = i + 1;
    while (stop && next < out.size() && out[next] == ' ') ++next;
    if (stop && (next == out.size() || out[next] == '\n')) continue;
    trimmed += out[i];
  }
  return trimmed;
}

namespace {

std::string without_blanks(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] > ' ' && text[i] < 0x7F) {
      out += text[i++];
      continue;
    }
    const std::size_t begin = i;
    if (!is_blank(next_code_point(text, i))) out += text.substr(begin, i - begin);
  }
  return out;
}

}  // namespace

std::string normal(std::string_view text, bool at_line_start, CosmeticReasons ignored) {
  std::string out(text);
  const auto has = [&](auto is_mark) { return std::any_of(out.begin(), out.end(), is_mark); };
  // Each rule has marks without which it finds nothing.
  if (ignored.has(R::formatting)) std::replace(out.begin(), out.end(), '\n', ' ');
  if (ignored.has(R::numbering)) out = without_labels(out, at_line_start);
  if (ignored.has(R::date) && has(is_digit)) out = without_stamp_dates(out);
  if (ignored.has(R::link_target) && (out.find("://") != std::string::npos || out.find("www.") != std::string::npos))
    out = without_addresses(out);
  if (ignored.has(R::contact) && (has([](char c) { return c == '@' || c == '['; }) || has(is_digit)))
    out = without_contacts(out);
  if (ignored.has(R::typography)) out = in_plain_type(out);
  if (ignored.has(R::whitespace)) out = without_blanks(out);
  return out;
}

}  // namespace smallprint
