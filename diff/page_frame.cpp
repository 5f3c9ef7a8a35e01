#include "diff/page_frame.h"

#include <algorithm>
#include <array>
#include <string>

#include "diff/normal_form.h"
#include "diff/tokens.h"

namespace smallprint {
namespace {

// What a reader presses, and what menus are called.
constexpr auto phrases = std::to_array<std::string_view>(
    {"accept all", "accept all cookies", "all rights reserved", "back", "back to home", "back to the top",
     "back to top", "click here to print", "close", "close all", "close menu", "collapse all", "contents",
     "cookie settings", "copy link", "create account", "download", "download as pdf", "download pdf",
     "download the pdf", "drucken", "expand all", "find out more", "follow us", "get started", "go back", "go to top",
     "haut de page", "hide", "home", "imprimer", "in this article", "jump to", "learn more", "load more", "log in",
     "log out", "login", "logout", "main menu", "manage cookies", "menu", "more information", "my account", "nach oben",
     "next", "next page", "on this page", "open all", "open menu", "play video", "previous", "previous page", "print",
     "print this page", "print this policy", "read less", "read more", "register", "reject all", "related articles",
     "retour en haut", "return to top", "save as pdf", "search", "see all", "see less", "see more", "select language",
     "select your country", "select your language", "share", "share this page", "show all", "show less", "show more",
     "sign in", "sign out", "sign up", "sitemap", "skip navigation", "skip to content", "skip to main content",
     "submit", "table of contents", "toggle menu", "toggle navigation", "top", "top of page", "torna su", "view all",
     "view less", "view more", "volver arriba", "was this article helpful", "was this helpful", "was this page helpful",
     "weiterlesen", "zur\u00FCck",
     // Languages, as they call themselves and as English does.
     "bahasa indonesia", "catal\u00E0", "chinese", "dansk", "deutsch", "dutch", "english", "english uk", "english us",
     "espa\u00F1ol", "fran\u00E7ais", "french", "german", "italian", "italiano", "japanese", "korean", "magyar",
     "nederlands", "norsk", "polish", "polski", "portuguese", "portugu\u00EAs", "rom\u00E2n\u0103", "russian",
     "spanish", "suomi", "svenska", "t\u00FCrk\u00E7e", "ti\u1EBFng vi\u1EC7t",
     "\u0395\u03BB\u03BB\u03B7\u03BD\u03B9\u03BA\u03AC", "\u0420\u0443\u0441\u0441\u043A\u0438\u0439",
     "\u65E5\u672C\u8A9E", "\u4E2D\u6587", "\u7B80\u4F53\u4E2D\u6587", "\u7E41\u9AD4\u4E2D\u6587",
     "\uD55C\uAD6D\uC5B4"});

/// All words in lower case with one space between them; marks, arrows and bullets are left out.
std::string words_of(std::string_view text) {
  const std::string plain = in_plain_type(text);
  std::string out;
  for (std::size_t i = 0; i < plain.size();) {
    const std::size_t begin = i;
    const char32_t c = next_code_point(plain, i);
    const bool symbol = (c >= 0x2000 && c < 0x2C00) || (c >= 0xFE00 && c < 0xFE10) || c >= 0x1F000 || c == 0xA9;
    if (c >= 0x80 ? !symbol && !is_blank(c) : is_alnum(static_cast<char>(c)) || c == '\'') {
      out.append(plain, begin, i - begin);
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

/// Letters and digits alone, in lower case: "80201 Edit location" and "80201Edit Location" are one label.
std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_alnum(c)) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return out;
}

/// The first word in lower case, or nothing where it is not plain ASCII: a cheap look before words_of().
std::string first_word(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80 && !is_alnum(text[at])) ++at;
  std::string word;
  for (; at < text.size() && is_alnum(text[at]); ++at) {
    if (static_cast<unsigned char>(text[at]) >= 0x80) return {};
    word += text[at] >= 'A' && text[at] <= 'Z' ? static_cast<char>(text[at] + 32) : text[at];
  }
  const bool ends = at == text.size() || (static_cast<unsigned char>(text[at]) < 0x80 && text[at] != '\'');
  return ends ? word : std::string{};
}

/// A cheap look before words_of(): false where a word of plain ASCII is not `known`.
bool is_made_of(std::string_view text, const auto& known) {
  const auto is_part = [](char c) { return is_alnum(c) || c == '\''; };
  std::string word;
  for (std::size_t at = 0; at < text.size();) {
    word.clear();
    bool plain = true;
    for (; at < text.size() && is_part(text[at]); ++at) {
      plain = plain && static_cast<unsigned char>(text[at]) < 0x80;
      word += text[at] >= 'A' && text[at] <= 'Z' ? static_cast<char>(text[at] + 32) : text[at];
    }
    if (plain && !word.empty() && !known(word)) return false;
    while (at < text.size() && !is_part(text[at])) ++at;
  }
  return true;
}

/// Is the text phrases and nothing else? Of those that fit the longest is taken.
bool is_made_of_phrases(std::string_view words) {
  while (!words.empty()) {
    std::size_t longest = 0;
    for (const std::string_view phrase : phrases) {
      const bool fits = words.starts_with(phrase) && (words.size() == phrase.size() || words[phrase.size()] == ' ');
      if (fits) longest = std::max(longest, phrase.size());
    }
    if (longest == 0) return false;
    words.remove_prefix(std::min(longest + 1, words.size()));
  }
  return true;
}

/// Links that stayed Markdown because their targets are none: "[Prices and payments](#Prices and payments)".
bool is_written_contents(std::string_view text) {
  std::size_t links = 0;
  std::size_t other = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t middle = text[i] == '[' ? text.find("](#", i) : std::string_view::npos;
    const std::size_t end = middle == std::string_view::npos ? middle : text.find(')', middle);
    if (end == std::string_view::npos) {
      const std::size_t next = text.find('[', i + 1);
      other += std::min(next, text.size()) - i;
      i = std::min(next, text.size());
      continue;
    }
    ++links;
    i = end + 1;
  }
  return links >= 3 && other * 3 <= text.size();
}

std::size_t linked_bytes(const Clause& clause) {
  std::size_t linked = 0;
  for (const Span& span : clause.spans) linked += span.kind == SpanKind::link ? span.end - span.begin : 0;
  return linked;
}

bool is_wholly_linked(const Clause& clause) {
  const std::size_t linked = linked_bytes(clause);
  return linked > 0 && linked + 4 + linked / 8 >= clause.text.size();
}

/// "https://www.example.org/a" → "example.org"
std::string_view host_of(std::string_view target) {
  const std::size_t begin = target.find("://");
  if (begin == std::string_view::npos) return {};
  std::string_view host = target.substr(begin + 3);
  host = host.substr(0, host.find('/'));
  const std::size_t last = host.rfind('.');
  const std::size_t dot = last == std::string_view::npos || last == 0 ? last : host.rfind('.', last - 1);
  return dot == std::string_view::npos ? host : host.substr(dot + 1);
}

/// The part of the text that a reader sees as one: without targets that stayed text, "…](https://example.org "Title")".
std::string without_targets(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i).starts_with("](")) {
      const std::size_t end = text.find(')', i);
      i = end == std::string_view::npos ? text.size() : end + 1;
      out += ' ';
    } else {
      out += text[i++];
    }
  }
  return out;
}

bool ends_with_stop(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '"' || text.back() == ')')) text.remove_suffix(1);
  constexpr std::string_view ideographic = "\u3002";
  return !text.empty() &&
         (std::string_view(".!?:;").find(text.back()) != std::string_view::npos || text.ends_with(ideographic));
}

/// Is it one of the sentences that a text is made of?
bool is_prose(const Clause& clause) {
  constexpr std::size_t shortest = 60;
  const bool can_be =
      clause.kind == ClauseKind::paragraph || clause.kind == ClauseKind::list_item || clause.kind == ClauseKind::quote;
  if (!can_be || clause.text.size() < shortest || is_wholly_linked(clause)) return false;
  return ends_with_stop(clause.text);
}

/// Names something and states nothing.
bool is_label(const Clause& clause) {
  constexpr std::size_t longest = 90;
  if (clause.kind == ClauseKind::table_row || clause.kind == ClauseKind::code) return false;
  const std::string text = without_targets(clause.text);
  std::size_t words = 0;
  std::size_t capitals = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && i + 1 < text.size() && text[i] == ' ' && text[i - 1] == '.' && text[i + 1] != '&') {
      const bool and_sign = i > 1 && text[i - 2] == '&';  // "Home &. Kitchen" was "Home & Kitchen"
      if (is_alnum(text[i + 1]) && !is_digit(text[i + 1]) && !and_sign) return false;
    }
    if (text[i] <= ' ' || (i > 0 && text[i - 1] > ' ')) continue;
    ++words;
    capitals += (text[i] >= 'A' && text[i] <= 'Z') || !is_alnum(text[i]) || is_digit(text[i]) ? 1 : 0;
  }
  if (text.size() > longest && capitals * 10 < words * 7) return false;
  if (!text.empty() && (text.back() == ';' || text.back() == ':')) return false;
  if (text.size() > longest && ends_with_stop(text)) return false;
  if (clause.text.find("](http") != std::string::npos) return true;  // the end of a teaser that is one link
  // What a sentence obliges or allows is said with one of these.
  const std::string padded = " " + words_of(text) + " ";
  for (const std::string_view word :
       {" we ", " may ", " must ", " shall ", " will ", " agree ", " consent ", " cannot ", " must not ", " may not ",
        " are not ", " is not ", " do not ", " never ", " liable ", " days "}) {
    if (padded.find(word) != std::string::npos) return false;
  }
  return true;
}

/// "8 minutes ago", and nothing else: of what others did on the site.
bool is_time_ago(const Clause& clause) {
  constexpr std::size_t longest = 24;
  if (clause.text.size() > longest || !clause.text.ends_with(" ago")) return false;
  const std::string words = words_of(clause.text);
  return (is_digit(words.front()) || words.starts_with("a ") || words.starts_with("an ")) &&
         std::count(words.begin(), words.end(), ' ') == 2;
}

/// Asks the visitor in: "Sign in to track progress".
bool is_login(const Clause& clause) {
  constexpr std::size_t longest = 48;
  if (clause.text.size() > longest) return false;
  constexpr auto asks = std::to_array<std::string_view>({"create account", "create an account", "log in", "log out",
                                                         "login", "my account", "sign in", "sign out", "sign up"});
  const std::string first = first_word(clause.text);
  if (std::none_of(asks.begin(), asks.end(), [&](std::string_view ask) { return ask.starts_with(first); }))
    return false;
  const std::string words = words_of(clause.text);
  return std::any_of(asks.begin(), asks.end(), [&](std::string_view ask) {
    return words.starts_with(ask) && (words.size() == ask.size() || words[ask.size()] == ' ');
  });
}

}  // namespace

bool is_contents_entry(const Clause& clause) {
  std::size_t linked = 0;
  for (const Span& span : clause.spans) {
    if (span.kind != SpanKind::link) continue;
    if (!span.target.starts_with('#')) return false;
    linked += span.end - span.begin;
  }
  if (linked > 0 && linked + label_size(clause.text) + 4 >= clause.text.size()) return true;
  return clause.text.find("](#") != std::string::npos && is_written_contents(clause.text);
}

bool is_navigation(const Clause& clause) {
  if (is_contents_entry(clause)) return true;
  if (clause.text.size() > 200) return false;
  const std::string first = first_word(clause.text);
  const auto begins = [&](std::string_view phrase) {
    return first.empty() || (phrase.front() == first.front() && phrase.starts_with(first));
  };
  if (std::none_of(phrases.begin(), phrases.end(), begins)) return false;
  const std::string words = words_of(clause.text);
  return !words.empty() && is_made_of_phrases(words);
}

bool is_announcement(std::string_view text) {
  constexpr auto changed =
      std::to_array<std::string_view>({"updated", "updating", "update", "updates", "changed", "changes", "revised",
                                       "previous", "prior", "earlier", "archived", "older", "new"});
  constexpr auto document =
      std::to_array<std::string_view>({"terms", "policy", "policies", "agreement", "notice", "statement", "conditions",
                                       "version", "versions", "guidelines", "rules", "document", "page"});
  constexpr auto other = std::to_array<std::string_view>(
      {"a",     "about",  "acceptable", "and",       "are",    "as",      "at",        "been",       "below",
       "by",    "can",    "click",      "community", "cookie", "cookies", "effective", "find",       "for",
       "from",  "go",     "has",        "have",      "here",   "in",      "is",        "it",         "latest",
       "learn", "made",   "more",       "of",        "on",     "our",     "please",    "previously", "privacy",
       "read",  "recent", "recently",   "review",    "see",    "service", "services",  "some",       "summary",
       "take",  "that",   "the",        "these",     "this",   "to",      "use",       "user",       "view",
       "we",    "we're",  "we've",      "what",      "what's", "will",    "with",      "you",        "your"});
  constexpr std::size_t longest = 240;
  if (text.size() > longest) return false;
  const auto is_in = [](const auto& list, std::string_view word) {
    return std::any_of(list.begin(), list.end(), [&](std::string_view one) {
      return one.size() == word.size() && one.front() == word.front() && one == word;
    });
  };
  const auto known = [&](std::string_view word) {
    return is_in(changed, word) || is_in(document, word) || is_in(other, word) || is_month(word) ||
           (word.size() <= 4 && std::all_of(word.begin(), word.end(), is_digit));
  };
  if (!is_made_of(text, known)) return false;
  const std::string words = words_of(text);
  bool says_changed = false;
  bool names_document = false;
  for (std::size_t begin = 0; begin < words.size();) {
    const std::size_t end = std::min(words.find(' ', begin), words.size());
    const std::string_view word = std::string_view(words).substr(begin, end - begin);
    begin = end + 1;
    if (!known(word)) return false;
    says_changed = says_changed || is_in(changed, word);
    names_document = names_document || is_in(document, word);
  }
  return says_changed && names_document;
}

PageFrame::PageFrame(const Document& document) : document_(document), tail_(document.clauses.size()) {
  constexpr std::size_t least_sentences = 12;  // a shorter text is too little to tell its frame by
  constexpr std::size_t least_bytes = 3000;
  constexpr std::size_t window = 32;  // clauses
  constexpr std::size_t least_labels = 6;
  const std::vector<Clause>& clauses = document.clauses;
  std::vector<std::size_t> all(clauses.size() + 1, 0);    // bytes before each clause
  std::vector<std::size_t> prose(clauses.size() + 1, 0);  // and those of sentences
  std::size_t sentences = 0;
  for (std::size_t i = 0; i < clauses.size(); ++i) {
    const std::size_t size = clauses[i].text.size();
    const bool is = is_prose(clauses[i]);
    sentences += is ? 1 : 0;
    all[i + 1] = all[i] + size;
    prose[i + 1] = prose[i] + (is ? size : 0);
  }
  if (sentences < least_sentences || prose.back() < least_bytes) return;
  const auto mostly_prose = [&](std::size_t from, std::size_t to) {
    return (prose[to] - prose[from]) * 2 >= all[to] - all[from];
  };
  const auto introduces = [&](std::size_t i) {
    const std::string_view text = clauses[i].text;
    return text.ends_with(':') && i + 1 < clauses.size() &&
           (clauses[i + 1].kind == ClauseKind::list_item || clauses[i + 1].kind == ClauseKind::table_row);
  };
  std::size_t start = 0;
  std::size_t labels = 0;
  for (; start < clauses.size(); ++start) {
    if (introduces(start) || clauses[start].kind == ClauseKind::table_row) break;
    const bool is = prose[start + 1] > prose[start];
    if (is && mostly_prose(start, std::min(clauses.size(), start + window))) break;
    labels += is ? 0 : 1;
  }
  if (labels >= least_labels && prose[start] * 4 < prose.back()) head_ = start;
  while (tail_ > 0) {
    const bool is = prose[tail_] > prose[tail_ - 1];
    if (is && (mostly_prose(tail_ < window ? 0 : tail_ - window, tail_) || introduces(tail_ - 1))) break;
    --tail_;
  }
  for (std::size_t i = 0; i < head_; ++i) head_labels_.push_back(squeezed(clauses[i].text));
  std::sort(head_labels_.begin(), head_labels_.end());
}

bool PageFrame::is_menu_link(std::size_t index) const {
  constexpr std::size_t least_links = 3;
  const std::vector<Clause>& clauses = document_.clauses;
  const auto link = [](const Clause& clause) {
    return std::find_if(clause.spans.begin(), clause.spans.end(),
                        [](const Span& s) { return s.kind == SpanKind::link; });
  };
  if (!is_wholly_linked(clauses[index])) return false;
  const std::string_view host = host_of(link(clauses[index])->target);
  std::size_t links = 0;
  const auto count = [&](const Clause& clause) {
    if (!is_wholly_linked(clause) || host_of(link(clause)->target) != host) return false;
    for (const Span& span : clause.spans) links += span.kind == SpanKind::link ? 1 : 0;
    return true;
  };
  for (std::size_t i = index; i < clauses.size() && links < least_links && count(clauses[i]); ++i) continue;
  for (std::size_t i = index; i > tail_ && links < least_links && count(clauses[i - 1]); --i) continue;
  return links >= least_links;
}

/// Labels beside "8 minutes ago", or beside a log-in behind the text; a company's name and address stand there too.
bool PageFrame::is_of_widget(std::size_t index) const {
  constexpr std::size_t beside = 3;
  const std::vector<Clause>& clauses = document_.clauses;
  const std::size_t end = std::min(clauses.size(), index + beside + 1);
  for (std::size_t i = index < beside ? 0 : index - beside; i < end; ++i) {
    if (is_time_ago(clauses[i]) || (i >= tail_ && index >= tail_ && is_login(clauses[i]))) {
      return is_label(clauses[index]);
    }
  }
  return false;
}

bool PageFrame::holds(std::size_t index) const {
  if (is_of_widget(index)) return true;
  if (index >= head_ && index < tail_) return false;
  const Clause& clause = document_.clauses[index];
  if (index < head_) return is_label(clause) || is_announcement(clause.text);
  return is_menu_link(index) || is_of_head(clause);
}

/// Stands ahead of the text too, or the greater part of it does: where the visitor is, and what to press.
bool PageFrame::is_of_head(const Clause& clause) const {
  const std::string label = squeezed(clause.text);
  const auto found = std::lower_bound(head_labels_.begin(), head_labels_.end(), label);
  if (label.empty() || found == head_labels_.end() || !found->starts_with(label)) return false;
  return found->size() == label.size() || (label.size() * 2 > found->size() && is_label(clause));
}

bool PageFrame::holds(std::uint32_t begin, std::size_t count) const {
  for (std::size_t i = begin; i < begin + count; ++i) {
    if (!holds(i)) return false;
  }
  return true;
}

}  // namespace smallprint
