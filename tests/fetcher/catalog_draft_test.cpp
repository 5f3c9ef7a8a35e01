// Declarations that are drafted from a page.
#include "fetcher/catalog_draft.h"

#include <doctest/doctest.h>

#include <string>

#include "fetcher/catalog.h"
#include "fetcher/extract/draft.h"
#include "tests/support/support.h"

using namespace smallprint;

namespace {

Declaration declaration(const std::string& service, const std::string& type, const std::string& url) {
  Declaration made;
  made.service_name = service;
  made.terms_type = type;
  made.sources.resize(1);
  made.sources.front().url = url;
  return made;
}

}  // namespace

TEST_CASE("a title names its terms in the words of Open Terms Archive") {
  const struct {
    const char *title, *type;
  } rows[] = {
      {"Privacy Policy", "Privacy Policy"},
      {"PRIVACY NOTICE", "Privacy Policy"},
      {"Guildwren – Privacy & Cookies", "Privacy Policy"},
      {"Datenschutzerklärung", "Privacy Policy"},
      {"Cookie Policy", "Trackers Policy"},
      {"How we use cookies", "Trackers Policy"},
      {"Terms of Use | Guildwren", "Terms of Service"},
      {"User Agreement", "Terms of Service"},
      {"Allgemeine Geschäftsbedingungen (AGB)", "Terms of Service"},
      {"Developer Terms of Service", "Developer Terms"},
      {"Acceptable Use Policy", "Acceptable Use Policy"},
      {"Data Processing Addendum", "Data Processor Agreement"},
      {"Community Guidelines", "Community Guidelines"},
      {"Impressum", "Imprint"},
      {"Terms of Sale", "General Conditions of Sale"},
      {"Welcome to Guildwren", ""},
      {"Undetermined privacyless datprivacy", ""},  // words, not parts of words
      {"", ""},
  };
  for (const auto& row : rows) {
    INFO(row.title);
    CHECK(guess_terms_type(row.title) == row.type);
  }
  CHECK(guess_terms_type_of_address("https://a.example/legal/privacy-policy.html") == "Privacy Policy");
  CHECK(guess_terms_type_of_address("https://privacy.example/legal/terms?x=cookies") == "Terms of Service");
  CHECK(guess_terms_type_of_address("https://a.example/x/42").empty());
  CHECK(guess_terms_type_of_address("no address").empty());
}

TEST_CASE("a service is named by the page where it says so, else by its host") {
  const struct {
    const char *site, *title, *url, *service;
  } rows[] = {
      {"Hugging Face", "Terms", "https://huggingface.co/terms", "Hugging Face"},
      {"", "Privacy Policy | GuildWren", "https://www.guildwren.com/p", "GuildWren"},
      {"", "GuildWren - Privacy Policy", "https://help.guildwren.co.uk/p", "GuildWren"},
      {"", "Privacy Policy", "https://legal.guildwren.org/p", "Guildwren"},
      {"", "Privacy Policy", "https://guildwren.gov.uk/p", "Guildwren"},
      {"Privacy Policy", "Privacy Policy", "https://guildwren.org/p", "Guildwren"},
      {"The Reading Room", "Terms", "https://abc.example/p", "The Reading Room"},
      {"", "Terms", "http://127.0.0.1:8080/p", ""},
      {"", "Terms", "http://[::1]/p", ""},
      {"The Reading Room", "Terms", "http://127.0.0.1:8080/p", "The Reading Room"},
      {"", "", "nonsense", ""},
  };
  for (const auto& row : rows) {
    INFO(row.url);
    CHECK(guess_service(row.site, row.title, row.url) == row.service);
  }
}

TEST_CASE("a declaration joins a file without disturbing what is there") {
  const std::string file = R"({"name":"Guildwren","importedFrom":"x","terms":{
    "Zeal":{"fetch":"https://g.example/z","remove":[".a",{"startBefore":"#b","endAfter":"#c"}],"filter":["keep"]},
    "Privacy Policy@eu":{"fetch":"https://g.example/eu"}},"unknown":[1,true,null,"é \" \\"]})";
  const auto added = with_declaration(file, declaration("Other", "Privacy Policy", "https://g.example/p"), false);
  REQUIRE(added);
  CHECK(*added == R"({
  "name": "Guildwren",
  "importedFrom": "x",
  "terms": {
    "Zeal": {
      "fetch": "https://g.example/z",
      "remove": [
        ".a",
        {
          "startBefore": "#b",
          "endAfter": "#c"
        }
      ],
      "filter": [
        "keep"
      ]
    },
    "Privacy Policy@eu": {
      "fetch": "https://g.example/eu"
    },
    "Privacy Policy": {
      "fetch": "https://g.example/p"
    }
  },
  "unknown": [
    1,
    true,
    null,
    "é \" \\"
  ]
}
)");
  // Adding again is refused, replacing keeps the place.
  const auto again = with_declaration(*added, declaration("Other", "privacy policy", "https://g.example/new"), false);
  REQUIRE(!again);
  CHECK(again.error().code == ErrorCode::conflict);
  CHECK(again.error().message.find("https://g.example/p") != std::string::npos);
  Declaration eu = declaration("Other", "Privacy Policy", "https://g.example/eu2");
  eu.region = "eu";
  CHECK(!with_declaration(*added, eu, false));
  const auto replaced = with_declaration(*added, eu, true);
  REQUIRE(replaced);
  CHECK(replaced->find("g.example/eu2") < replaced->find("g.example/p"));
  CHECK(replaced->find("g.example/eu\"") == std::string::npos);
  const Catalog catalog = read_declaration("Guildwren.json", *replaced);
  CHECK(catalog.declarations.size() == 3);

  const auto fresh = with_declaration("", eu, false);
  REQUIRE(fresh);
  CHECK(read_declaration("Other.json", *fresh).declarations.front().id == "other/privacy-policy@eu");
  CHECK(read_declaration("Other.json", *fresh).problems.empty());
  for (const char* bad : {"{", "[]", "7", R"({"terms":[]})", "\xFF"}) {
    INFO(bad);
    const auto refused = with_declaration(bad, eu, true);
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::bad_input);
  }
}

TEST_CASE("a service's file is found by what it is about, and none is made outside of the folder") {
  const test::TemporaryFolder folder;
  const std::string at = folder.path().string();
  test::write_file(folder.path() / "gw.json",
                   R"({"name":"GuildWren","terms":{"Imprint":{"fetch":"https://g.example/"}}})");
  CHECK(*catalog_file_of(at, "Guildwren") == at + "/gw.json");
  CHECK(*catalog_file_of(at, "Reading Room") == at + "/Reading Room.json");
  for (const char* bad : {"", "../x", "a/b", ".hidden", "a\nb", "x.history", "a\\b"}) {
    INFO(bad);
    CHECK(!catalog_file_of(at, bad));
  }
}

TEST_CASE("names that people give are told from those that a build makes up") {
  for (const char* stable : {"content", "main-content", "privacy_policy", "termsBody", "article", "entry-content"}) {
    INFO(stable);
    CHECK(is_stable_name(stable));
  }
  for (const char* made_up : {"css-1x9k2f", "sc-bdVaJa", "jsx-3140", "post-1734", "x1a2b3", "_3fgh2", "aXbKqZ",
                              "hjkqwrtz", "a:b", "w-[10px]", "", "id"}) {
    INFO(made_up);
    CHECK(!is_stable_name(made_up));
  }
}

TEST_CASE("a selector is proposed where it is stable and gives the same document") {
  const std::string text =
      "<h1>Privacy Policy</h1><p>The Reading Room keeps a record of the books that you borrow, to remind you of their "
      "return.</p><p>We keep that record for one year, and nobody else may see it, whoever asks.</p>";
  const auto proposed = [](const std::string& body) {
    const Page page{"https://a.example/", "text/html", "<!DOCTYPE html><html><body>" + body + "</body></html>"};
    const auto extraction = extract(page, {});
    REQUIRE(extraction);
    const std::vector<Selection> selection = stable_selection(page, extraction->document);
    if (selection.empty()) return std::string();
    Source source;
    source.select = selection;
    CHECK(extract(page, source)->document == extraction->document);
    return std::get<std::string>(selection.back());
  };
  CHECK(proposed("<nav><a href=/>Home</a></nav><main>" + text + "</main><footer>Imprint</footer>") == "main");
  CHECK(proposed("<nav><a href=/>Home</a></nav><div id='policy'>" + text + "</div><footer>Imprint</footer>") ==
        "#policy");
  CHECK(proposed("<div class='css-9f8x2'>" + text + "</div><div class='css-77ab'><footer>x</footer></div>").empty());
  CHECK(proposed("<div class='legal text'>" + text + "</div><footer>x</footer>") == "div.legal");
  CHECK(stable_selection({"", "application/pdf", "%PDF-1.4"}, {}).empty());
  const PageNames names = names_of({"", "text/html",
                                    "<head><title> Terms \n| Room</title><meta property='og:site_name' "
                                    "content='The Room'></head><body><svg><title>x</title></svg>"});
  CHECK(names.title == "Terms | Room");
  CHECK(names.site == "The Room");
}
