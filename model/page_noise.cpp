#include "model/page_noise.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace smallprint {
namespace {

constexpr std::size_t longest_noise = 160;  ///< bytes

enum class Kind : std::uint8_t {
  certain,
  likely,
  answer,
  beside,   ///< names of networks: noise beside other noise
  stamp,    ///< a date, a time or how long ago must follow
  relative  ///< how long ago must follow: an absolute date is the document's
};

struct Phrase {
  std::string_view words;  ///< "#" is a number
  Kind kind;
};

constexpr auto phrases = std::to_array<Phrase>({
    // Questions to the reader and what surrounds them.
    {"was this article helpful", Kind::certain},
    {"was this article helpful to you", Kind::certain},
    {"was this article useful", Kind::certain},
    {"was this page helpful", Kind::certain},
    {"was this page useful", Kind::certain},
    {"was this helpful", Kind::certain},
    {"was this helpful to you", Kind::certain},
    {"was this information helpful", Kind::certain},
    {"was this content helpful", Kind::certain},
    {"was this answer helpful", Kind::certain},
    {"was this post helpful", Kind::certain},
    {"was this document helpful", Kind::certain},
    {"is this page useful", Kind::certain},
    {"is this article helpful", Kind::certain},
    {"did this answer your question", Kind::certain},
    {"did you find it helpful", Kind::certain},
    {"did you find this helpful", Kind::certain},
    {"did you find this page helpful", Kind::certain},
    {"did you find this article helpful", Kind::certain},
    {"did you find this page useful", Kind::certain},
    {"did you find what you were looking for", Kind::certain},
    {"how helpful was this article", Kind::certain},
    {"how helpful was this page", Kind::certain},
    {"how would you rate this article", Kind::certain},
    {"rate this article", Kind::certain},
    {"rate this page", Kind::certain},
    {"thank you for your feedback", Kind::certain},
    {"thanks for your feedback", Kind::certain},
    {"sorry we couldn't be helpful", Kind::certain},
    {"help us improve this article with your feedback", Kind::certain},
    {"there is a problem with this page", Kind::certain},
    {"report a problem with this page", Kind::certain},
    {"is there anything wrong with this page", Kind::certain},
    {"have more questions submit a request", Kind::certain},
    {"war dieser artikel hilfreich", Kind::certain},
    {"war dieser beitrag hilfreich", Kind::certain},
    {"war diese seite hilfreich", Kind::certain},
    {"war das hilfreich", Kind::certain},
    {"cet article vous a t il été utile", Kind::certain},
    {"cette page vous a t elle été utile", Kind::certain},
    {"cet article était il utile", Kind::certain},
    {"fue útil este artículo", Kind::certain},
    {"¿fue útil este artículo", Kind::certain},
    {"te ha resultado útil", Kind::certain},
    {"¿te ha resultado útil", Kind::certain},
    {"questo articolo ti è stato utile", Kind::certain},
    {"was dit artikel nuttig", Kind::certain},
    {"esse artigo foi útil", Kind::certain},
    {"este artigo foi útil", Kind::certain},
    // Votes and views.
    {"# people found this helpful", Kind::certain},
    {"# person found this helpful", Kind::certain},
    {"# people found this article helpful", Kind::certain},
    {"# users found this helpful", Kind::certain},
    {"# users found this article helpful", Kind::certain},
    {"# of # found this helpful", Kind::certain},
    {"# out of # found this helpful", Kind::certain},
    {"# of # people found this helpful", Kind::certain},
    {"# out of # people found this helpful", Kind::certain},
    {"# of # users found this helpful", Kind::certain},
    {"# out of # users found this helpful", Kind::certain},
    {"# out of # found this article helpful", Kind::certain},
    {"# von # fanden dies hilfreich", Kind::certain},
    {"utilisateurs qui ont trouvé cela utile # sur #", Kind::certain},
    {"this page has been viewed # times", Kind::certain},
    {"this page was viewed # times", Kind::certain},
    {"this article has been viewed # times", Kind::certain},
    {"this article was viewed # times", Kind::certain},
    {"you are visitor number #", Kind::certain},
    {"you are visitor #", Kind::certain},
    {"visitor number #", Kind::certain},
    {"viewed # times", Kind::certain},
    {"viewed # time", Kind::certain},
    {"page views #", Kind::certain},
    {"# page views", Kind::certain},
    {"# views", Kind::likely},
    {"# view", Kind::likely},
    {"views #", Kind::likely},
    {"post views #", Kind::certain},
    {"view count #", Kind::certain},
    {"# total views", Kind::likely},
    {"# views today", Kind::certain},
    {"# comments", Kind::likely},
    {"# comment", Kind::likely},
    {"# shares", Kind::likely},
    {"# likes", Kind::likely},
    {"# readers", Kind::likely},
    {"# aufrufe", Kind::likely},
    {"# vues", Kind::likely},
    {"# visitas", Kind::likely},
    {"# visualizzazioni", Kind::likely},
    // Reading times.
    {"# min read", Kind::certain},
    {"# mins read", Kind::certain},
    {"# minute read", Kind::certain},
    {"# minutes read", Kind::certain},
    {"# minutes to read", Kind::certain},
    {"# minute to read", Kind::certain},
    {"# min reading time", Kind::certain},
    {"# minutes reading time", Kind::certain},
    {"reading time # min", Kind::certain},
    {"reading time # mins", Kind::certain},
    {"reading time # minute", Kind::certain},
    {"reading time # minutes", Kind::certain},
    {"reading time about # minutes", Kind::certain},
    {"estimated reading time # min", Kind::certain},
    {"estimated reading time # minute", Kind::certain},
    {"estimated reading time # minutes", Kind::certain},
    {"read time # min", Kind::certain},
    {"read time # mins", Kind::certain},
    {"read time # minutes", Kind::certain},
    {"time to read # minutes", Kind::certain},
    {"lesezeit # min", Kind::certain},
    {"lesezeit # minuten", Kind::certain},
    {"lesedauer # minuten", Kind::certain},
    {"# min lesezeit", Kind::certain},
    {"temps de lecture # min", Kind::certain},
    {"temps de lecture # minutes", Kind::certain},
    {"# min de lecture", Kind::certain},
    {"# minutes de lecture", Kind::certain},
    {"tiempo de lectura # min", Kind::certain},
    {"tiempo de lectura # minutos", Kind::certain},
    {"# min de lectura", Kind::certain},
    {"tempo di lettura # minuti", Kind::certain},
    {"tempo di lettura # min", Kind::certain},
    {"leestijd # min", Kind::certain},
    {"leestijd # minuten", Kind::certain},
    {"tempo de leitura # minutos", Kind::certain},
    // What the server did.
    {"page generated in # seconds", Kind::certain},
    {"page rendered in # seconds", Kind::certain},
    {"page loaded in # seconds", Kind::certain},
    {"generated in # seconds", Kind::certain},
    // When the visitor came.
    {"last viewed", Kind::stamp},
    {"last visited", Kind::stamp},
    {"last accessed", Kind::stamp},
    {"you last viewed this page", Kind::stamp},
    {"you last visited this page", Kind::stamp},
    {"you last visited", Kind::stamp},
    {"your last visit", Kind::stamp},
    {"your last visit was", Kind::stamp},
    {"page last viewed", Kind::stamp},
    {"page generated", Kind::stamp},
    {"this page was generated", Kind::stamp},
    {"page loaded", Kind::stamp},
    {"page printed", Kind::stamp},
    {"printed", Kind::stamp},
    {"current time", Kind::stamp},
    {"current time is", Kind::stamp},
    {"the current time is", Kind::stamp},
    {"the time is now", Kind::stamp},
    {"it is currently", Kind::stamp},
    {"it is now", Kind::stamp},
    {"local time", Kind::stamp},
    {"server time", Kind::stamp},
    {"today is", Kind::stamp},
    {"today's date", Kind::stamp},
    {"today's date is", Kind::stamp},
    {"zuletzt angesehen", Kind::stamp},
    {"dernière visite", Kind::stamp},
    {"última visita", Kind::stamp},
    {"updated", Kind::relative},
    {"last updated", Kind::relative},
    {"last modified", Kind::relative},
    {"modified", Kind::relative},
    {"edited", Kind::relative},
    {"last edited", Kind::relative},
    {"published", Kind::relative},
    {"posted", Kind::relative},
    {"created", Kind::relative},
    // Buttons.
    {"print", Kind::likely},
    {"print page", Kind::certain},
    {"print article", Kind::certain},
    {"print this page", Kind::certain},
    {"print this article", Kind::certain},
    {"print this policy", Kind::certain},
    {"print friendly", Kind::certain},
    {"printer friendly version", Kind::certain},
    {"print or save as pdf", Kind::certain},
    {"save or print", Kind::certain},
    {"drucken", Kind::likely},
    {"seite drucken", Kind::certain},
    {"imprimer", Kind::likely},
    {"imprimer cette page", Kind::certain},
    {"imprimir", Kind::likely},
    {"stampa", Kind::likely},
    {"afdrukken", Kind::likely},
    {"email this page", Kind::certain},
    {"e mail this page", Kind::certain},
    {"copy link", Kind::certain},
    {"copy url", Kind::certain},
    {"copy page link", Kind::certain},
    {"copy link to clipboard", Kind::certain},
    {"copy link to section", Kind::certain},
    {"copy to clipboard", Kind::certain},
    {"link copied", Kind::certain},
    {"link copied to clipboard", Kind::certain},
    {"copied", Kind::likely},
    {"link kopieren", Kind::certain},
    {"copier le lien", Kind::certain},
    {"copiar enlace", Kind::certain},
    {"share", Kind::likely},
    {"share this", Kind::likely},
    {"share this page", Kind::certain},
    {"share this article", Kind::certain},
    {"share this post", Kind::certain},
    {"share article", Kind::certain},
    {"share page", Kind::certain},
    {"share on", Kind::likely},
    {"share to", Kind::likely},
    {"share via", Kind::likely},
    {"click to share on", Kind::certain},
    {"opens in new window", Kind::likely},
    {"tweet", Kind::likely},
    {"tweet this", Kind::certain},
    {"pin it", Kind::likely},
    {"post on x", Kind::certain},
    {"teilen", Kind::likely},
    {"partager", Kind::likely},
    {"compartir", Kind::likely},
    {"condividi", Kind::likely},
    {"delen", Kind::likely},
    {"facebook", Kind::beside},
    {"twitter", Kind::beside},
    {"x", Kind::beside},
    {"linkedin", Kind::beside},
    {"whatsapp", Kind::beside},
    {"reddit", Kind::beside},
    {"pinterest", Kind::beside},
    {"telegram", Kind::beside},
    {"tumblr", Kind::beside},
    {"bluesky", Kind::beside},
    {"mastodon", Kind::beside},
    {"threads", Kind::beside},
    {"email", Kind::beside},
    {"e mail", Kind::beside},
    {"mail", Kind::beside},
    // Answers.
    {"yes", Kind::answer},
    {"no", Kind::answer},
    {"yesno", Kind::answer},
    {"yes thanks", Kind::answer},
    {"not really", Kind::answer},
    {"not helpful", Kind::answer},
    {"helpful", Kind::answer},
    {"very helpful", Kind::answer},
    {"send feedback", Kind::answer},
    {"submit", Kind::answer},
    {"submit feedback", Kind::answer},
    {"yes this page is useful", Kind::answer},
    {"no this page is not useful", Kind::answer},
    {"this page is useful", Kind::answer},
    {"this page is not useful", Kind::answer},
    {"ja", Kind::answer},
    {"nein", Kind::answer},
    {"nee", Kind::answer},
    {"oui", Kind::answer},
    {"non", Kind::answer},
    {"sí", Kind::answer},
    {"sim", Kind::answer},
    {"não", Kind::answer},
    {"sì", Kind::answer},
});

/// The same in the order of their words: those that begin alike stand together.
constexpr auto sorted_phrases = [] {
  auto sorted = phrases;
  std::sort(sorted.begin(), sorted.end(), [](const Phrase& x, const Phrase& y) { return x.words < y.words; });
  return sorted;
}();

/// The first of the phrases that do not stand before `words`.
const Phrase* first_phrase_from(std::string_view words) {
  return std::lower_bound(sorted_phrases.begin(), sorted_phrases.end(), words,
                          [](const Phrase& phrase, std::string_view w) { return phrase.words < w; });
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}

/// The length of a symbol at `at` that is no letter: marks, arrows, bullets, pictures; or 0.
std::size_t symbol_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U; };
  if (byte(0) == 0xF0 && byte(1) == 0x9F && byte(3) != 0) return 4;                    // U+1F000 …
  if (byte(0) == 0xE2 && byte(1) >= 0x80 && byte(1) < 0xB0 && byte(2) != 0) return 3;  // U+2000 … U+2BFF
  if (byte(0) == 0xEF && byte(1) == 0xB8 && byte(2) < 0x90) return 3;                  // variation selectors
  if (byte(0) == 0xC2 && byte(1) < 0xBF && byte(1) >= 0x80) return 2;                  // "·", "©", no-break space
  return 0;
}

/// Faces, thumbs and stars, which answer too.
bool is_pictures(std::string_view text) {
  bool any = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t symbol = symbol_length(text, i);
    if (symbol == 0 && text[i] != ' ') return false;
    any = any || symbol > 2;
    i += std::max<std::size_t>(symbol, 1);
  }
  return any;
}

bool is_date_word(std::string_view word) {
  static constexpr auto words = std::to_array<std::string_view>(
      {"january",   "february", "march",    "april",      "may",     "june",      "july",      "august",  "september",
       "october",   "november", "december", "jan",        "feb",     "mar",       "apr",       "jun",     "jul",
       "aug",       "sep",      "sept",     "oct",        "nov",     "dec",       "monday",    "tuesday", "wednesday",
       "thursday",  "friday",   "saturday", "sunday",     "mon",     "tue",       "wed",       "thu",     "fri",
       "sat",       "sun",      "am",       "pm",         "utc",     "gmt",       "cet",       "cest",    "est",
       "edt",       "pst",      "pdt",      "januar",     "februar", "märz",      "mai",       "juni",    "juli",
       "oktober",   "dezember", "janvier",  "février",    "mars",    "avril",     "juin",      "juillet", "août",
       "septembre", "octobre",  "novembre", "décembre",   "enero",   "febrero",   "marzo",     "abril",   "mayo",
       "junio",     "julio",    "agosto",   "septiembre", "octubre", "noviembre", "diciembre", "uhr",     "st",
       "nd",        "rd",       "th"});
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Words in lower case with a blank between them: numbers are "#", dates and times of several parts "@", a time with
/// seconds "@@".
std::string plain_words(std::string_view text) {
  std::string out;
  std::size_t run = 0;  // where the words of a date begin, plus one
  std::size_t parts = 0, numbers = 0;
  std::size_t thousands = 0;  // where a number ended that more digits may belong to
  bool seconds = false;
  const auto end_date = [&] {
    if (run != 0 && (seconds || parts > 1)) {
      if (numbers > 0) {
        out.resize(run - 1);
        out += seconds ? "@@ " : "@ ";
      }
    }
    run = parts = numbers = 0;
    seconds = false;
  };
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t symbol = symbol_length(text, i);
    if (symbol != 0) {
      i += symbol;
      continue;
    }
    if (!is_word_byte(text[i])) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    if (is_digit(text[i])) {
      std::size_t colons = 0;
      while (i < text.size() &&
             (is_digit(text[i]) || (std::string_view(".,:/-").find(text[i]) != std::string_view::npos &&
                                    i + 1 < text.size() && is_digit(text[i + 1])))) {
        colons += text[i++] == ':' ? 1 : 0;
      }
      const bool is_date = text.substr(begin, i - begin).find_first_of("/-:") != std::string_view::npos;
      if (i < text.size() && (text[i] | 0x20) == 't' && is_date && i + 1 < text.size() && is_digit(text[i + 1])) {
        ++i;  // ISO 8601
      } else if (i < text.size() && std::string_view("kKmM").find(text[i]) != std::string_view::npos &&
                 (i + 1 == text.size() || !is_word_byte(text[i + 1]))) {
        ++i;  // 1.2k
      }
      if (colons == 2 && i < text.size() && (text[i] | 0x20) == 'z') ++i;
      // "1 234" is one number.
      const std::string_view number = text.substr(begin, i - begin);
      const bool group = begin > 0 && i - begin == 3 && number.find_first_not_of("0123456789") == std::string::npos &&
                         thousands != 0 && begin - thousands <= 2;
      thousands = !is_date && number.size() <= 3 ? i : 0;
      if (group) continue;
      if (run == 0) run = out.size() + 1;
      parts += is_date ? 2 : 1;
      ++numbers;
      seconds = seconds || colons == 2;
      out += "# ";
      continue;
    }
    while (i < text.size() && ((is_word_byte(text[i]) && symbol_length(text, i) == 0) ||
                               (text[i] == '\'' && i + 1 < text.size() && is_word_byte(text[i + 1])))) {
      ++i;
    }
    std::string word(text.substr(begin, i - begin));
    for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (is_date_word(word)) {
      if (run == 0) run = out.size() + 1;
      ++parts;
    } else {
      end_date();
    }
    out += word + " ";
  }
  end_date();
  return out;
}

/// Removes `phrase` and a blank from the start.
bool take(std::string_view& words, std::string_view phrase) {
  if (!words.starts_with(phrase) || words.size() <= phrase.size() || words[phrase.size()] != ' ') return false;
  words.remove_prefix(phrase.size() + 1);
  return true;
}

bool take_any(std::string_view& words, const auto& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view phrase) { return take(words, phrase); });
}

/// "3 days ago", "over a week ago", "just now"
bool take_ago(std::string_view& words) {
  static constexpr auto now = std::to_array<std::string_view>({"just now", "today", "yesterday", "moments ago"});
  static constexpr auto about = std::to_array<std::string_view>({"over", "about", "almost", "more than", "less than"});
  static constexpr auto count = std::to_array<std::string_view>({"#", "a few", "an", "a", "one", "two", "three"});
  static constexpr auto unit =
      std::to_array<std::string_view>({"second", "seconds", "minute", "minutes", "min", "mins", "hour", "hours", "day",
                                       "days", "week", "weeks", "month", "months", "year", "years"});
  if (take_any(words, now)) return true;
  std::string_view rest = words;
  take_any(rest, about);
  if (!take_any(rest, count) || !take_any(rest, unit) || !take(rest, "ago")) return false;
  words = rest;
  return true;
}

bool take_date(std::string_view& words) {
  static constexpr auto before = std::to_array<std::string_view>({"on", "at", "am", "le", "el"});
  static constexpr auto date = std::to_array<std::string_view>({"@@", "@", "#"});
  std::string_view rest = words;
  take_any(rest, before);
  if (!take_ago(rest)) {
    if (!take_any(rest, date)) return false;
    std::string_view time = rest;
    if (take(time, "at") && take_any(time, date)) rest = time;
  }
  words = rest;
  return true;
}

/// A cheap look at the first word, where it is plain ASCII: false where no noise begins with it.
bool may_begin_noise(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && !is_word_byte(text[at])) ++at;
  std::string word;
  for (; at < text.size() && is_word_byte(text[at]); ++at) {
    const char c = text[at];
    if (is_digit(c) || static_cast<unsigned char>(c) >= 0x80) return true;
    word += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  if (word.empty() || is_date_word(word)) return true;
  const Phrase* phrase = first_phrase_from(word);
  return phrase != sorted_phrases.end() && phrase->words.starts_with(word);
}

}  // namespace

PageNoise page_noise(std::string_view text) {
  if (text.size() > longest_noise || !may_begin_noise(text)) return PageNoise::none;
  const std::string plain = plain_words(text);
  std::string_view words = plain;
  PageNoise found = PageNoise::none;
  bool answers_only = true;
  while (!words.empty()) {
    if (take(words, "@@")) {  // the time of the visit, to the second
      found = std::max(found, PageNoise::certain);
      answers_only = false;
      continue;
    }
    const Phrase* longest = nullptr;
    for (const Phrase* phrase = first_phrase_from(words.substr(0, words.find(' ')));
         phrase != sorted_phrases.end() && phrase->words.front() == words.front(); ++phrase) {
      std::string_view rest = words;
      if ((longest == nullptr || phrase->words.size() > longest->words.size()) && take(rest, phrase->words)) {
        longest = phrase;
      }
    }
    if (longest == nullptr) return PageNoise::none;
    take(words, longest->words);
    if (longest->kind == Kind::stamp && !take_date(words)) return PageNoise::none;
    if (longest->kind == Kind::relative && !take_ago(words)) return PageNoise::none;
    if (longest->kind == Kind::answer) continue;
    answers_only = false;
    if (longest->kind == Kind::beside) continue;
    found = std::max(found, longest->kind == Kind::likely ? PageNoise::likely : PageNoise::certain);
  }
  if (found == PageNoise::none && answers_only && (!plain.empty() || is_pictures(text))) return PageNoise::answer;
  return found;
}

}  // namespace smallprint
