#include "fetcher/extract/signals.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "fetcher/extract/clauses.h"
#include "fetcher/extract/tags.h"
#include "fetcher/extract/text.h"

namespace smallprint {
namespace {

constexpr std::size_t max_page_words = 400;      ///< more words on the page: it is no wall
constexpr std::size_t max_document_words = 250;  ///< more words in the document: it is the document
constexpr std::size_t least_words = 15;          ///< fewer are no document
constexpr std::size_t shell_words = 60;          ///< fewer are none where the page asks for scripts

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::string_view first_of(std::string_view text, const auto& phrases) {
  const auto found = std::find_if(phrases.begin(), phrases.end(),
                                  [&](std::string_view p) { return text.find(p) != std::string_view::npos; });
  return found == phrases.end() ? std::string_view{} : *found;
}

constexpr std::array<std::string_view, 26> wall_phrases{"just a moment...",
                                                        "attention required! | cloudflare",
                                                        "checking your browser",
                                                        "checking if the site connection is secure",
                                                        "verify you are human",
                                                        "verify that you are human",
                                                        "verifying you are human",
                                                        "verify you are not a bot",
                                                        "needs to review the security of your connection",
                                                        "pardon our interruption",
                                                        "are you a robot",
                                                        "not a robot",
                                                        "robot check",
                                                        "ddos protection by",
                                                        "request unsuccessful. incapsula",
                                                        "incapsula incident",
                                                        "unusual traffic from your",
                                                        "unusual activity from your",
                                                        "enable javascript and cookies to continue",
                                                        "you have been blocked",
                                                        "access to this page has been denied",
                                                        "your request has been blocked",
                                                        "automated access",
                                                        "press & hold to confirm",
                                                        "security check to access",
                                                        "vérification de sécurité"};
constexpr std::array<std::string_view, 20> error_titles{"not found",
                                                        "page introuvable",
                                                        "seite nicht gefunden",
                                                        "página no encontrada",
                                                        "pagina non trovata",
                                                        "page can't be found",
                                                        "page can’t be found",
                                                        "page cannot be found",
                                                        "page doesn't exist",
                                                        "page doesn’t exist",
                                                        "page isn't available",
                                                        "page isn’t available",
                                                        "something went wrong",
                                                        "internal server error",
                                                        "service unavailable",
                                                        "bad gateway",
                                                        "temporarily unavailable",
                                                        "access denied",
                                                        "403 forbidden",
                                                        "gateway timeout"};
constexpr std::array<std::string_view, 9> login_titles{
    "log in", "login", "sign in", "signin", "anmelden", "se connecter", "connexion", "iniciar sesión", "accedi"};
constexpr std::array<std::string_view, 10> consent_phrases{
    "before you continue", "accept all",   "reject all",    "i agree",          "alle akzeptieren",
    "tout accepter",       "aceptar todo", "accetta tutto", "alles accepteren", "manage preferences"};
constexpr std::array<std::string_view, 6> consent_subjects{"cookie",     "consent", "datenschutz",
                                                           "vie privée", "privacy", "personal data"};
constexpr std::array<std::string_view, 8> captcha_sources{"recaptcha",
                                                          "hcaptcha.com",
                                                          "challenges.cloudflare.com",
                                                          "captcha-delivery.com",
                                                          "/cdn-cgi/challenge-platform",
                                                          "arkoselabs",
                                                          "px-captcha",
                                                          "geetest"};
constexpr std::array<std::string_view, 6> script_phrases{"enable javascript",   "javascript is disabled",
                                                         "requires javascript", "javascript to run this app",
                                                         "activer javascript",  "javascript aktivieren"};

/// What is looked at: the page's visible text as one string, its title, and the elements that give it away.
struct Look {
  std::string title, text;
  std::size_t words = 0;
  std::string captcha;    ///< where it comes from
  bool password = false;  ///< a field for one
  bool scripts_wanted = false;
  std::string first_heading;
};

Look look_at(const HtmlPage& page) {
  Look look;
  LeftOut left_out(page.nodes().size(), false);
  leave_out_hidden(page, left_out);
  const auto& nodes = page.nodes();
  std::string text;
  std::uint32_t heading_end = 0;
  for (std::uint32_t i = 0; i < nodes.size();) {
    const pugi::xml_node node = nodes[i].node;
    if (node.type() == pugi::node_pcdata) {
      if (i > page.body()) {
        append_folded(node.value(), text);
        append_folded(" ", text);
        if (i < heading_end) append_folded(node.value(), look.first_heading);
      }
      ++i;
      continue;
    }
    const std::string_view tag = node.name();
    if (tag == "title" && look.title.empty()) append_folded(node.child_value(), look.title);
    if (tag == "input" && lowered(node.attribute("type").value()) == "password" && !left_out[i]) look.password = true;
    if ((tag == "h1" || tag == "h2") && heading_end == 0) heading_end = nodes[i].end;
    if (tag == "script" || tag == "iframe") {
      const std::string_view source = first_of(lowered(node.attribute("src").value()), captcha_sources);
      if (!source.empty()) look.captcha = source;
    } else if (const std::string names = lowered(node.attribute("class").value()) + " " + node.attribute("id").value();
               names.find("captcha") != std::string::npos) {
      look.captcha = "an element named captcha";
    }
    const bool skipped = left_out[i] || (tag_of(tag) == Tag::none && tag != "head") || tag == "noscript";
    i = skipped ? nodes[i].end : i + 1;
  }
  look.words = static_cast<std::size_t>(std::count(text.begin(), text.end(), ' '));
  look.text = lowered(text);
  look.title = lowered(look.title);
  look.first_heading = lowered(look.first_heading);
  look.scripts_wanted = !first_of(look.text, script_phrases).empty();
  return look;
}

bool has_status_number(std::string_view title) {
  for (const std::string_view number : {"404", "403", "410", "500", "502", "503", "504"}) {
    const std::size_t at = title.find(number);
    if (at == std::string_view::npos) continue;
    const auto digit = [&](std::size_t i) { return i < title.size() && title[i] >= '0' && title[i] <= '9'; };
    if (!digit(at + 3) && (at == 0 || !digit(at - 1)) &&
        (at == 0 || title.starts_with("error") || at + 3 == title.size())) {
      return true;
    }
  }
  return false;
}

bool begins_with_any(std::string_view text, const auto& phrases) {
  return std::any_of(phrases.begin(), phrases.end(), [&](std::string_view p) { return text.starts_with(p); });
}

}  // namespace

std::vector<std::string> suspect_marks(const HtmlPage& page, const Document& document) {
  std::vector<std::string> marks;
  const std::size_t words = document.words();
  if (words > max_document_words) return marks;
  const Look look = look_at(page);
  const bool short_page = look.words <= max_page_words;
  const auto quoted = [](std::string_view phrase) { return "\"" + std::string(phrase) + "\""; };
  if (short_page) {
    std::string_view phrase = first_of(look.title, wall_phrases);
    if (phrase.empty()) phrase = first_of(look.text, wall_phrases);
    if (!phrase.empty()) marks.push_back("bot wall: the page says " + quoted(phrase));
    if (!look.captcha.empty() && (look.words < 150 || !phrase.empty())) {
      marks.push_back("CAPTCHA: a short page with a challenge (" + look.captcha + ")");
    }
    const bool login_title =
        begins_with_any(look.title, login_titles) || begins_with_any(look.first_heading, login_titles);
    if (look.password && (login_title || words < 80)) {
      marks.emplace_back("login: a short page with a field for a password");
    } else if (login_title && words < 80) {
      marks.push_back("login: the page is titled " + quoted(look.title.empty() ? look.first_heading : look.title));
    }
    const std::string_view consent = first_of(look.text, consent_phrases);
    if (!consent.empty() && words < 150 && !first_of(look.text, consent_subjects).empty()) {
      marks.push_back("consent page: a short page that asks to " + quoted(consent));
    }
  }
  for (const std::string* title : {&look.title, &look.first_heading}) {
    const std::string_view phrase = first_of(*title, error_titles);
    if (!phrase.empty() || has_status_number(*title)) {
      marks.push_back("error page: it is titled " + quoted(*title));
      break;
    }
  }
  if (marks.empty() && (words < least_words || (look.scripts_wanted && words < shell_words))) {
    marks.push_back(look.scripts_wanted ? std::string("empty shell: the page needs scripts to show its text")
                                        : "empty shell: only " + std::to_string(words) + " words of text");
  }
  return marks;
}

}  // namespace smallprint
