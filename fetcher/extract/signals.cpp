#include "fetcher/extract/signals.h"

#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cstddef>

#include "fetcher/extract/clauses.h"
#include "fetcher/extract/suspect_phrases.h"
#include "fetcher/extract/tags.h"
#include "fetcher/extract/text.h"

namespace smallprint {
namespace {

using suspect_phrases::Phrases;

constexpr std::size_t max_page_words = 400;      ///< more words on the page: it is no wall
constexpr std::size_t max_document_words = 250;  ///< more words in the document: only its titles can say it is none
constexpr std::size_t speaks_for_itself = 60;    ///< of so many words the document's own are asked, not the page's
constexpr std::size_t legal_words = 35;          ///< so many under a legal heading are what the heading says
constexpr std::size_t least_words = 15;          ///< fewer are no document
constexpr std::size_t shell_words = 60;          ///< fewer are none where the page asks for scripts
constexpr std::size_t few_words = 120;           ///< a form or two buttons among so few are what the page is for
constexpr std::size_t most_text = 32768;         ///< bytes that are looked at

/// Lower case in every script, with straight apostrophes.
std::string folded(std::string_view text) {
  text = text.substr(0, most_text);
  icu::UnicodeString wide =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  wide.toLower(icu::Locale::getRoot());
  wide.findAndReplace(icu::UnicodeString(u'\u2019'), icu::UnicodeString(u'\''));
  std::string out;
  wide.toUTF8String(out);
  return out;
}

std::string_view first_of(std::string_view text, const Phrases& phrases) {
  const auto found = std::find_if(phrases.begin(), phrases.end(),
                                  [&](std::string_view p) { return text.find(p) != std::string_view::npos; });
  return found == phrases.end() ? std::string_view{} : *found;
}

bool is_letter_or_digit(std::string_view text, std::size_t at) {
  if (at >= text.size()) return false;
  const auto c = static_cast<unsigned char>(text[at]);
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
}

/// A title's parts: "Page not found | Example" has two.
std::vector<std::string_view> parts_of(std::string_view title) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= title.size(); ++i) {
    static constexpr std::string_view separators[] = {
        " | ", " - ", " – ", " — ", " · ", " :: ", ": ", " » ", "! ", "? ", ". "};
    std::size_t length = 0;
    for (const std::string_view separator : separators) {
      if (title.substr(i).starts_with(separator)) length = separator.size();
    }
    if (length == 0 && i < title.size()) continue;
    if (i > begin) parts.push_back(title.substr(begin, i - begin));
    begin = i + std::max<std::size_t>(length, 1);
    i = begin - 1;
  }
  return parts;
}

/// The phrase that a part of the title begins with, as whole words; or empty.
std::string_view begins_with_any(std::string_view title, const Phrases& phrases) {
  for (const std::string_view part : parts_of(title)) {
    for (const std::string_view phrase : phrases) {
      const bool ascii = static_cast<unsigned char>(phrase.back()) < 0x80;
      if (part.starts_with(phrase) && !(ascii && is_letter_or_digit(part, phrase.size()))) return phrase;
    }
  }
  return {};
}

/// "404", "Error 404", "404 Not Found", "HTTP 503": a part of the title that is an HTTP status.
bool has_status(std::string_view title) {
  static constexpr std::string_view before[] = {"",        "error ",  "http ",   "http error ",
                                                "status ", "erreur ", "fehler ", "errore "};
  static constexpr std::string_view after[] = {
      "",      " error", " not found", " forbidden", " internal", " bad gateway", " service", " gateway",
      " page", " seite", " página",    " erreur",    "!"};
  static constexpr std::string_view statuses[] = {"400", "401", "403", "404", "410", "429", "500", "502", "503", "504"};
  for (std::string_view part : parts_of(title)) {
    const std::size_t at = part.find_first_of("45");
    if (at == std::string_view::npos || part.size() < at + 3) continue;
    if (std::find(std::begin(statuses), std::end(statuses), part.substr(at, 3)) == std::end(statuses)) continue;
    const std::string_view rest = part.substr(at + 3);
    const bool known_start = std::find(std::begin(before), std::end(before), part.substr(0, at)) != std::end(before);
    const bool known_end = std::any_of(std::begin(after), std::end(after), [&](std::string_view end) {
      return end.empty() ? rest.empty() : rest.starts_with(end);
    });
    if (known_start && known_end) return true;
  }
  return false;
}

/// What is looked at: the page's visible text, what it is titled, and the elements that give it away.
struct Look {
  std::string title, heading, text;  ///< folded
  std::size_t words = 0;
  std::string captcha;          ///< where it comes from
  bool password = false;        ///< a field for one
  bool scripts_wanted = false;  ///< also said in a noscript
  std::size_t consent_buttons = 0;
  bool hollow = false;  ///< it has a main part, and that says next to nothing
};

/// Runs of non-space bytes; a CJK character's three bytes are a word.
std::size_t words_in(std::string_view text) {
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool starts_cjk = byte >= 0xE3 && byte < 0xF0;
    if (starts_cjk || (byte > ' ' && !inside)) ++words;
    inside = byte > ' ';
  }
  return words;
}

/// The visible text inside a node.
std::string text_of(const HtmlPage& page, std::uint32_t index) {
  std::string text;
  for (std::uint32_t i = index; i < page.nodes()[index].end && text.size() < 200; ++i) {
    if (page.nodes()[i].node.type() == pugi::node_pcdata) append_folded(page.nodes()[i].node.value(), text);
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return folded(text);
}

void look_at_element(const HtmlPage& page, std::uint32_t index, bool shown, Look& look) {
  const pugi::xml_node node = page.nodes()[index].node;
  const std::string_view tag = node.name();
  const auto lower = [&node](const char* name) { return folded(node.attribute(name).value()); };
  if (tag == "title" && look.title.empty()) look.title = text_of(page, index);
  if ((tag == "h1" || tag == "h2") && look.heading.empty() && shown) look.heading = text_of(page, index);
  if (tag == "noscript") {
    look.scripts_wanted =
        look.scripts_wanted || !first_of(text_of(page, index), suspect_phrases::scripts_wanted()).empty();
  }
  if (tag == "script" || tag == "iframe" || tag == "form") {
    const std::string_view source =
        first_of(lower(tag == "form" ? "action" : "src"), suspect_phrases::captcha_source());
    if (!source.empty()) look.captcha = source;
  } else if (lower("class").find("captcha") != std::string::npos || lower("id").find("captcha") != std::string::npos) {
    look.captcha = "an element named captcha";
  }
  if (!shown) return;
  const bool input = tag == "input";
  const std::string type = input ? lower("type") : std::string();
  if (type == "password") look.password = true;
  const bool button =
      tag == "button" || type == "submit" || type == "button" || lower("role") == "button" || tag == "a";
  if (!button) return;
  const std::string label = input ? lower("value") : text_of(page, index);
  const Phrases& consents = suspect_phrases::consent_button();
  if (std::find(consents.begin(), consents.end(), label) != consents.end()) ++look.consent_buttons;
}

Look look_at(const HtmlPage& page) {
  Look look;
  LeftOut left_out(page.nodes().size(), false);
  leave_out_hidden(page, left_out);
  const auto& nodes = page.nodes();
  std::string text;
  std::uint32_t hidden_until = 0, main_begin = 0, main_end = 0;
  std::size_t main_words = 0;
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].node.type() == pugi::node_pcdata) {
      if (i <= page.body() || i < hidden_until) continue;
      append_folded(nodes[i].node.value(), text);
      append_folded(" ", text);
      if (i < main_end) main_words += words_in(nodes[i].node.value());
      continue;
    }
    const std::string_view tag = nodes[i].node.name();
    const bool is_main = tag == "main" || std::string_view(nodes[i].node.attribute("role").value()) == "main";
    if (is_main && main_end == 0) {
      main_begin = i;
      main_end = nodes[i].end;
    }
    const bool shown = i >= hidden_until && !left_out[i] && tag != "noscript";
    look_at_element(page, i, shown, look);
    const bool text_inside =
        tag_of(tag) != Tag::none || tag == "head" || tag == "button" || tag == "label" || tag == "form";
    if (!shown || !text_inside) hidden_until = std::max(hidden_until, nodes[i].end);
  }
  look.words = static_cast<std::size_t>(std::count(text.begin(), text.end(), ' '));
  look.hollow = main_begin != 0 && main_words < least_words;
  look.text = folded(text);
  look.scripts_wanted = look.scripts_wanted || !first_of(look.text, suspect_phrases::scripts_wanted()).empty();
  return look;
}

std::string quoted(std::string_view phrase) { return "\"" + std::string(phrase) + "\""; }

/// The document's own text, folded.
std::string text_of(const Document& document) {
  std::string text;
  for (const Clause& clause : document.clauses) {
    if (text.size() > most_text) break;
    text.append(clause.text).push_back(' ');
  }
  return folded(text);
}

/// What the page is titled, by its title and its first heading, decides also where much other text surrounds it.
void marks_of_titles(const Look& look, std::size_t words, std::vector<std::string>& marks) {
  const auto is_error = [](std::string_view title) {
    return !begins_with_any(title, suspect_phrases::error_title()).empty() || has_status(title);
  };
  const bool by_title = is_error(look.title), by_heading = is_error(look.heading);
  // A long text needs both to say so: a title may be left over from the page before.
  const bool both = by_title && (by_heading || look.heading.empty());
  if (words > max_document_words ? both : (by_title || by_heading)) {
    marks.push_back("error page: it is titled " + quoted(by_title ? look.title : look.heading));
  }
}

}  // namespace

std::vector<std::string> suspect_marks(const HtmlPage& page, const Document& document) {
  std::vector<std::string> marks;
  const std::size_t words = document.words();
  if (words > 4 * max_document_words) return marks;
  const Look look = look_at(page);
  const bool own_words = words >= speaks_for_itself;
  const bool legal =
      words >= legal_words && (!first_of(look.heading, suspect_phrases::legal_title()).empty() ||
                               !first_of(folded(document.title), suspect_phrases::legal_title()).empty());
  if (words <= max_document_words && (own_words || look.words <= max_page_words) && !legal) {
    const std::string own = own_words ? text_of(document) : std::string();
    const std::string_view text = own_words ? std::string_view(own) : std::string_view(look.text);
    std::string_view wall = first_of(look.title, suspect_phrases::wall());
    if (wall.empty()) wall = first_of(text, suspect_phrases::wall());
    if (!wall.empty()) marks.push_back("bot wall: the page says " + quoted(wall));
    if (!look.captcha.empty() && (words < few_words && look.words < 2 * few_words)) {
      marks.push_back("CAPTCHA: a short page with a challenge (" + look.captcha + ")");
    }
    std::string_view login = begins_with_any(look.heading, suspect_phrases::login_title());
    if (login.empty()) login = begins_with_any(look.title, suspect_phrases::login_title());
    const std::string_view asks =
        words < few_words ? first_of(text, suspect_phrases::login_text()) : std::string_view{};
    if (look.password && (!login.empty() || words < few_words)) {
      marks.emplace_back("login: a short page with a field for a password");
    } else if (!login.empty() && words < few_words) {
      marks.push_back("login: the page is titled " + quoted(login));
    } else if (!asks.empty() && !own_words) {
      marks.push_back("login: the page says " + quoted(asks));
    }
    const std::string_view subject = first_of(text, suspect_phrases::consent_subject());
    if (look.consent_buttons > 0 && words < few_words + speaks_for_itself && !subject.empty()) {
      marks.push_back("consent page: a short page with a button to agree, about " + quoted(subject));
    }
  }
  if (!legal) marks_of_titles(look, words, marks);
  if (marks.empty() && words < speaks_for_itself) {
    const std::string_view error = first_of(text_of(document), suspect_phrases::error_text());
    if (!error.empty()) marks.push_back("error page: it says " + quoted(error));
  }
  if (marks.empty() && !legal && look.hollow && words <= max_document_words) {
    marks.emplace_back("empty shell: the main part of the page is empty");
  } else if (marks.empty() && (words < least_words || (look.scripts_wanted && words < shell_words))) {
    marks.push_back(look.scripts_wanted ? std::string("empty shell: the page needs scripts to show its text")
                                        : "empty shell: only " + std::to_string(words) + " words of text");
  }
  return marks;
}

}  // namespace smallprint
