// What a version is called as news: who does what, from the sentences that it has, and no more than they carry.
#include <doctest/doctest.h>

#include "tests/server/site_fixture.h"

using namespace smallprint;
using namespace smallprint::test;
namespace json = boost::json;

namespace {

struct News {
  RuleSet rules = RuleSet::builtin();
  FakeArchive archive{rules};
  FixedClock clock;
  Site site{archive, rules, clock, {.public_url = "https://example.org"}};

  void add(const std::string& service, const std::vector<std::string>& before, const std::vector<std::string>& after,
           const std::string& at = "2025-03-04T06:00:00Z") {
    const std::vector<std::string> intro = {"# Policy", "We keep the lamps of the harbour lit."};
    const DocumentId id = service + "/privacy-policy";
    for (const auto& [lines, when] : {std::pair{before, std::string("2024-01-01T00:00:00Z")}, {after, at}}) {
      std::vector<std::string> all = intro;
      all.insert(all.end(), lines.begin(), lines.end());
      archive.add(id, "Lantern", "Privacy Policy", when, all);
    }
  }
  json::array entries(const std::string& query = "") const {
    const Response response = site.handle({"GET", "/feed.json" + query, {}});
    return member(json::parse(response.body), "items").as_array();
  }
  std::string page(const std::string& path) const { return site.handle({"GET", path, {}}).body; }
};

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

const std::string keeps = "We keep what you wrote for a year.";
const std::string trains = "We may use your photos to train our AI models.";
const std::string promises = "We do not use your photos to train AI models.";
const std::string arbitration = "All disputes will be resolved by binding arbitration.";

}  // namespace

TEST_CASE("a headline says who does what with what, as far as the sentence names it") {
  struct Case {
    std::vector<std::string> before, after;
    const char* headline;
  };
  for (const Case& one : std::vector<Case>{
           {{keeps}, {keeps, trains}, "Lantern now says it may train AI on your content"},
           {{keeps},
            {keeps, "We may use personal information and your messages to train our AI models."},
            "Lantern now says it may train AI on personal data and your messages"},
           {{keeps, "# Use", "We keep the oil."},
            {keeps, "We may use your feedback to train our AI models.", "# Use", trains, "We keep the oil."},
            "Lantern now says it may train AI on your content and your feedback"},
           // Whose content it is, the sentence does not say.
           {{keeps},
            {keeps, "We analyse what people watch to train content recommendation models."},
            "Lantern now says it may train AI"},
           {{keeps},
            {keeps, "With your consent, we use your recordings to train our AI models."},
            "Lantern now says it may train AI on your recordings, if you agree"},
           {{keeps},
            {keeps, "We may use your feedback to train our AI models, unless you opt out."},
            "Lantern now says it may train AI on your feedback, unless you opt out"},
           {{promises},
            {"We may use your photos to train AI models, unless you opt out."},
            "Lantern takes back its promise not to train AI on your content, and now says it may, unless you opt out"},
           {{keeps, trains}, {keeps}, "Lantern no longer says that it may train AI on your content"},
           {{trains}, {promises}, "Lantern no longer says that it may train AI on your content, and promises not to"},
           {{keeps}, {keeps, promises}, "Lantern promises not to train AI on your content"},
           {{keeps, trains},
            {keeps, "We may use your photos and messages to train our AI models."},
            "Lantern extends what it may do to train AI on your content and your messages"},
           // What people must not do is no practice of the service.
           {{keeps},
            {keeps, "You may not use our photos to train AI models."},
            "Lantern speaks of AI for the first time"},
           {{keeps}, {keeps, arbitration}, "Lantern introduces an arbitration clause"},
           {{keeps},
            {keeps, "Text messages may cost you money."},
            "Lantern speaks of private messages for the first time"},
           {{keeps}, {keeps, "Bring oil."}, "Lantern adds to its Privacy Policy"},
       }) {
    News news;
    news.add("lantern", one.before, one.after);
    const json::array entries = news.entries();
    REQUIRE(entries.size() == 1);
    std::string title = text(entries[0], "title");
    if (const std::size_t at = title.find(" (Privacy Policy)"); at != std::string::npos) title.resize(at);
    CHECK(title == std::string(one.headline));
    CHECK(contains(news.page("/"), one.headline));
  }
}

TEST_CASE("AI training comes before what matters as much, which the summary adds") {
  News news;
  news.add("lantern", {keeps}, {arbitration, keeps, trains});
  const json::value entry = news.entries().at(0);
  CHECK(text(entry, "title") == "Lantern now says it may train AI on your content (Privacy Policy)");
  CHECK(contains(text(entry, "summary"), "It also introduces an arbitration clause."));
  CHECK(contains(text(entry, "summary"), "2 changes in meaning in version 2 of the Privacy Policy, importance high."));
  CHECK(contains(news.page("/"), "It also introduces an arbitration clause."));
}

TEST_CASE("an excerpt of a long text is the sentence that tells, and the comparison has all of it") {
  std::string before, after;
  for (int i = 0; i < 12; ++i)
    before += "Lamp number " + std::to_string(i) + " is lit every evening before the ships come in. ";
  after = before + trains + " Ask the keeper for more.";
  News news;
  news.add("lantern", {before}, {after});
  const std::string entry = text(news.entries().at(0), "content_html");
  CHECK(contains(entry, "use your photos to train"));
  CHECK_FALSE(contains(entry, "Lamp number 3"));
  CHECK(contains(entry, "…"));
  CHECK(contains(news.page("/lantern/privacy-policy/1..2"), "Lamp number 3"));
}

TEST_CASE("a story shows the sentence, not the heading above it that says the same") {
  News news;
  news.add("lantern", {keeps}, {keeps, "# We train our AI models on your photos", trains});
  const std::string page = news.page("/");
  CHECK(contains(page, "may use your photos to train our AI models"));
}

TEST_CASE("of one day the most important comes first, and a later day before it") {
  News news;
  news.add("ash", {keeps}, {keeps, trains}, "2025-03-04T06:00:00Z");
  news.add("birch", {keeps}, {keeps, "Bring oil."}, "2025-03-04T18:00:00Z");
  news.add("cedar", {keeps}, {keeps, "Bring oil."}, "2025-03-05T01:00:00Z");
  std::vector<std::string> urls;
  for (const json::value& entry : news.entries()) urls.push_back(text(entry, "url"));
  CHECK(urls == std::vector<std::string>{"https://example.org/cedar/privacy-policy/1..2",
                                         "https://example.org/ash/privacy-policy/1..2",
                                         "https://example.org/birch/privacy-policy/1..2"});
}

TEST_CASE("a comparison says first what matters most in it, also where that is no more than a promise") {
  News news;
  news.add("lantern", {keeps, "# Law"}, {arbitration, keeps, "# Law", trains});
  const std::string page = news.page("/lantern/privacy-policy/1..2");
  const std::size_t box = page.find("What matters most");
  REQUIRE(box != std::string::npos);
  CHECK(page.find("Now says it may train AI on your content.", box) <
        page.find("Introduces an arbitration clause.", box));
  News promise;
  promise.add("lantern", {keeps}, {keeps, promises});
  CHECK(contains(promise.page("/lantern/privacy-policy/1..2"), "Promises not to train AI on your content."));
  CHECK(contains(promise.page("/lantern/privacy-policy/1..2"), "What matters most"));
  CHECK(contains(promise.page("/lantern/privacy-policy/1..2"), "<span> a promise not to</span>"));
  News broken;
  broken.add("lantern", {promises}, {trains});
  CHECK(contains(broken.page("/lantern/privacy-policy/1..2"), "<span> new here, a promise taken back</span>"));
  News little;
  little.add("lantern", {keeps}, {keeps, "Bring oil."});
  CHECK_FALSE(contains(little.page("/lantern/privacy-policy/1..2"), "What matters most"));
}
