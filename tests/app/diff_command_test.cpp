// smallprint diff, as a person runs it.
#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "tests/support/repository.h"
#include "tests/support/support.h"

using namespace smallprint;
using test::Finished;

namespace {

struct Files {
  test::TemporaryFolder folder;
  std::string before = (folder.path() / "old.md").string();
  std::string after = (folder.path() / "new.md").string();

  Files(const std::string& old_text, const std::string& new_text) {
    test::write_file(before, old_text);
    test::write_file(after, new_text);
  }
  Finished diff(std::vector<std::string> options) const {
    options.insert(options.begin(), {test::smallprint_binary(), "diff"});
    options.insert(options.end(), {before, after});
    return test::run(options);
  }
};

constexpr auto old_text =
    "# Policy\n\nLast updated: May 1, 2024\n\n## 1. Uses\n\nWe keep your pictures for 30 days.\n\n"
    "We show them to [friends](https://example.org/a).\n";
constexpr auto new_text =
    "# Policy\n\nLast updated: June 3, 2024\n\n## 1. Uses\n\nWe keep your pictures for 14 days.\n\n"
    "We show them to [friends](https://example.org/b).\n";

}  // namespace

TEST_CASE("diff shows each change under its heading, with the clause before and after, reasons and a last line") {
  const Files files(old_text, new_text);
  const Finished finished = files.diff({});
  CHECK(finished.status == 1);
  CHECK(finished.err.empty());
  CHECK(finished.out.find("@ Policy › 1. Uses\n  edited") != std::string::npos);
  CHECK(finished.out.find("\n  - We keep your pictures for 30 days.\n  + We keep your pictures for 14 days.\n") !=
        std::string::npos);
  CHECK(finished.out.find("\n    We show them to friends.\n  link \"friends\": https://example.org/a → ") !=
        std::string::npos);
  CHECK(finished.out.find('\x1b') == std::string::npos);
}

TEST_CASE("diff --words marks the words that changed") {
  const Files files(old_text, new_text);
  const Finished finished = files.diff({"--words"});
  CHECK(finished.status == 1);
  CHECK(finished.err.empty());
  CHECK(finished.out.find("@ Policy › 1. Uses\n") != std::string::npos);
  CHECK(finished.out.find("We keep your pictures for [-30-]{+14+} days.") != std::string::npos);
  CHECK(finished.out.find("edited, cosmetic: date") != std::string::npos);
  CHECK(finished.out.find("link \"friends\": https://example.org/a → https://example.org/b") != std::string::npos);
  CHECK(finished.out.ends_with("1 change of substance (1 edited), 2 cosmetic (1 date, 1 link_target).\n"));
  CHECK(finished.out.find('\x1b') == std::string::npos);
}

TEST_CASE("diff leaves cosmetic changes out where asked, and colours where asked") {
  const Files files(old_text, new_text);
  const Finished words = files.diff({"--words", "--no-cosmetic", "--color", "always"});
  CHECK(words.out.find("friends") == std::string::npos);
  CHECK(words.out.find("\x1b[31;9m30\x1b[0m\x1b[32;1m14\x1b[0m") != std::string::npos);
  const Finished clauses = files.diff({"--color", "always"});
  CHECK(clauses.out.find("\x1b[31m  - We keep your pictures for 30 days.\x1b[0m\n") != std::string::npos);
  CHECK(clauses.out.find("\x1b[32m  + We keep your pictures for 14 days.\x1b[0m\n") != std::string::npos);
  CHECK(files.diff({"--color", "never"}).out == files.diff({}).out);
}

TEST_CASE("diff exits like diff(1): 0 nothing differs, 1 something does, 2 trouble") {
  const Files changed(old_text, new_text);
  for (const std::string format : {"text", "markdown", "html", "json", "patch"}) {
    INFO(format);
    CHECK(changed.diff({"--format", format}).status == 1);
    const Files same(old_text, old_text);
    CHECK(same.diff({"--format", format}).status == 0);
  }
  const Files same(old_text, old_text);
  CHECK(same.diff({}).out == "No changes.\n");
  CHECK(same.diff({"--format", "patch"}).out.empty());
  const Files cosmetic("# P\n\nLast updated: May 1, 2024\n", "# P\n\nLast updated: June 3, 2024\n");
  CHECK(cosmetic.diff({}).status == 1);
  CHECK(cosmetic.diff({"--no-cosmetic"}).status == 0);
  CHECK(cosmetic.diff({"--no-cosmetic", "--json"}).status == 0);
  CHECK(changed.diff({"--format", "runes"}).status == 2);
  CHECK(changed.diff({"--context", "few"}).status == 2);
  CHECK(test::run({test::smallprint_binary(), "diff", changed.before}).status == 2);
  const Finished missing = test::run({test::smallprint_binary(), "diff", changed.before, "/nowhere/at-all.md"});
  CHECK(missing.status == 2);
  CHECK(missing.err == "smallprint: there is no file /nowhere/at-all.md\n");
}

TEST_CASE("diff shows the clauses around a change as asked, none of them twice") {
  const Files files("# T\n\nalpha one two\n\nbeta one two\n\ngamma one two\n\ndelta one two\n\nlast words\n",
                    "# T\n\nalpha one two\n\nbeta 1 two\n\ngamma one two\n\ndelta 1 two\n\nlast words\n");
  const auto count = [](const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  };
  const std::string none = files.diff({}).out;
  CHECK(count(none, "alpha") + count(none, "gamma") + count(none, "last words") == 0);
  const std::string one = files.diff({"--context", "1"}).out;
  CHECK(count(one, "\n    alpha one two\n  - beta one two\n  + beta 1 two\n    gamma one two\n") == 1);
  CHECK(count(one, "gamma") == 1);
  CHECK(count(one, "    last words\n") == 1);
  CHECK(count(one, "    T\n") == 0);
  CHECK(count(files.diff({"--context", "all"}).out, "    T\n") == 1);
}

TEST_CASE("diff --only keeps what concerns a topic, takes several, and knows which there are") {
  const std::string start = "# Terms\n\nYou may cancel.\n\n";
  const Files files(start + "We keep logs.\n",
                    start +
                        "We keep logs and more.\n\nDisputes are resolved by binding arbitration.\n\n"
                        "We may use your content to train our artificial intelligence models.\n");
  const Finished training = files.diff({"--only", "ai-training"});
  CHECK(training.status == 1);
  CHECK(training.out.find("  + We may use your content to train") != std::string::npos);
  CHECK(training.out.find("arbitration") == std::string::npos);
  CHECK(training.out.find("not shown.\n") != std::string::npos);
  const Finished both = files.diff({"--only", "ai-training", "--only", "arbitration", "--json"});
  const auto kept = boost::json::parse(both.out);
  REQUIRE(kept.at("changes").as_array().size() > 0);
  for (const auto& change : kept.at("changes").as_array()) {
    CHECK(change.at("after").as_string().find("logs") == std::string::npos);
  }
  CHECK(both.out.find("binding arbitration") != std::string::npos);
  const Finished nothing = files.diff({"--only", "children"});
  CHECK(nothing.status == 0);
  CHECK(nothing.out.starts_with("No such change; "));
  const Finished unknown = files.diff({"--only", "dragons"});
  CHECK(unknown.status == 2);
  CHECK(unknown.err.starts_with("smallprint: there is no topic 'dragons'; the topics are ai-training, "));
  CHECK(files.diff({"--only", "ai-training", "--format", "patch"}).status == 2);
  CHECK(files.diff({"--no-cosmetic", "--format", "patch"}).status == 2);
}

TEST_CASE("diff as JSON has the shape of a comparison, and joining its words gives both texts") {
  const Files files(old_text, new_text);
  const auto value = boost::json::parse(files.diff({"--format", "json"}).out);
  CHECK(value.at("kind") == "substantive");
  REQUIRE(value.at("changes").as_array().size() == 3);
  const auto& change = value.at("changes").at(1);
  CHECK(change.at("kind") == "edited");
  CHECK(change.at("section").at(1) == "1. Uses");
  std::string before;
  std::string after;
  for (const auto& word : change.at("words").as_array()) {
    const std::string op(word.at(0).as_string());
    const std::string text(word.at(1).as_string());
    if (op != "+") before += text;
    if (op != "-") after += text;
  }
  CHECK(before == "We keep your pictures for 30 days.");
  CHECK(after == "We keep your pictures for 14 days.");
}

TEST_CASE("diff escapes what the documents say, in HTML, in Markdown and on a terminal") {
  const Files files("# A <b> heading\n\nWe use old words.\n",
                    "# A <b> heading\n\nWe use \\<script> and *new* words \x1b[2J\x07 here.\n");
  for (const bool words : {false, true}) {
    const std::vector<std::string> option = words ? std::vector<std::string>{"--words"} : std::vector<std::string>{};
    const auto of = [&](const char* format) {
      std::vector<std::string> all = option;
      all.insert(all.end(), {"--format", format});
      return files.diff(all).out;
    };
    CHECK(of("html").find("&lt;script&gt;") != std::string::npos);
    CHECK(of("html").find("<script>") == std::string::npos);
    CHECK(of("html").find("[added: ") != std::string::npos);
    CHECK(of("markdown").find("<script>") == std::string::npos);
    CHECK(of("text").find('\x1b') == std::string::npos);
    CHECK(of("text").find('\x07') == std::string::npos);
  }
  const std::string html = files.diff({"--format", "html"}).out;
  CHECK(html.find("<script>") == std::string::npos);
  CHECK(html.find("&lt;script&gt;") != std::string::npos);
  CHECK(html.find("<ins>") != std::string::npos);
  CHECK(html.find("<b>") == std::string::npos);
  const std::string text = files.diff({}).out;
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\x07') == std::string::npos);
  const std::string markdown = files.diff({"--format", "markdown"}).out;
  CHECK(markdown.find("~~We use old words") != std::string::npos);
  CHECK(markdown.find("<script>") == std::string::npos);
}

TEST_CASE("diff reads standard input") {
  const Files files(old_text, new_text);
  const Finished finished = test::run({test::smallprint_binary(), "diff", "-", files.before}, std::string(old_text));
  CHECK(finished.status == 0);
  CHECK(finished.out == "No changes.\n");
  CHECK(test::run({test::smallprint_binary(), "diff", "-", "-"}).status == 2);
}

TEST_CASE("diff --format patch: patch(1) makes NEW of OLD as extract prints them, byte for byte") {
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {old_text, new_text},
      {"", new_text},
      {old_text, ""},
      {"# T\n\n1. one\n2. two\n   - deep\n\n> quoted\n\n```\ncode\n--- a\n+++ b\n```\n",
       "# T\n\n1. one\n2. *two*\n   - deep\n   - deeper\n\n| a | b |\n|---|---|\n| c | d |\n\n```\ncode\n@@ -1 +1 "
       "@@\n```\n"},
      {"<h1>T</h1><p>Not a <b>page</b>\n", "\xEF\xBB\xBF# T\r\n\r\nA \xFF byte.\r\n"},
  };
  for (const auto& [before, after] : pairs) {
    INFO("before: " << before << "\nafter: " << after);
    const Files files(before, after);
    const auto rendered = [](const std::string& file) {
      return test::run({test::smallprint_binary(), "extract", "--format", "markdown", file}).out;
    };
    const Finished patch = files.diff({"--format", "patch"});
    REQUIRE(patch.status == 1);
    const std::string file = (files.folder.path() / "rendered").string();
    test::write_file(file, rendered(files.before));
    const Finished patched = test::run({"patch", "--silent", "--fuzz=0", "--no-backup-if-mismatch", file}, patch.out);
    CHECK(patched.out + patched.err == "");
    CHECK(patched.status == 0);
    CHECK((std::filesystem::exists(file) ? test::read_file(file) : "") == rendered(files.after));
  }
}

TEST_CASE("diff takes versions of the archive by number, by date and as the latest, and says which there are") {
  const test::TemporaryFolder folder;
  test::Repository repository(folder.path() / "versions");
  const std::string start = "# Terms\n\nThe reading room is open to everybody who holds a card.\n\n";
  repository.record("Reading Room/Terms of Service.md", start + "A card is valid for one year.\n", 10);
  repository.record("Reading Room/Terms of Service.md", start + "A card is valid for two years.\n", 20);
  repository.record("Reading Room/Terms of Service.md", start + "A card is valid for three years.\n", 30);
  repository.record("Reading Room/Cookie Policy.md", start + "We set no cookies.\n", 5);
  const std::string archive = "sqlite:" + (folder.path() / "archive.db").string();
  REQUIRE(test::run({test::smallprint_binary(), "--archive", archive, "import", "ota", repository.folder()}).status ==
          0);
  const auto diff = [&](const std::string& before, const std::string& after, const std::string& format = "text") {
    return test::run({test::smallprint_binary(), "--archive", archive, "diff", "--format", format, before, after});
  };
  const std::string terms = "reading-room/terms-of-service";
  CHECK(diff(terms + "@1", terms + "@latest")
            .out.find("  - A card is valid for one year.\n  + A card is valid for three "
                      "years.\n") != std::string::npos);
  CHECK(diff(terms + "@2024-01-19", terms + "@2024-01-20").out.find("+ A card is valid for two years.") !=
        std::string::npos);
  test::write_file(folder.path() / "here.md", start + "A card is valid for two years.\n");
  CHECK(diff(terms + "@2", terms + "@2").status == 0);
  const std::string json = diff(terms + "@2", terms + "@3", "json").out;
  CHECK(json.find(R"("from":{"version":2,"observed_at":"2024-01-20)") != std::string::npos);
  CHECK(json.find(R"("id":"reading-room/terms-of-service/3/1")") != std::string::npos);
  CHECK(diff(terms + "@1", terms + "@3", "json").out.find(R"("id":"reading-room/terms-of-service/1..3/1")") !=
        std::string::npos);
  CHECK(diff((folder.path() / "here.md").string(), terms + "@3", "json").out.find(R"("id")") == std::string::npos);
  CHECK(diff(terms + "@2024-01-30T11:59:59Z", terms + "@2").status == 0);
  CHECK(diff((folder.path() / "here.md").string(), terms + "@2").status == 0);

  const auto refused = [&](const std::string& name) {
    const Finished finished = diff(terms + "@1", name);
    CHECK(finished.status == 2);
    CHECK(finished.out.empty());
    return finished.err;
  };
  const std::string which = "reading-room/terms-of-service has versions 1 to 3, of 2024-01-10 to 2024-01-30, not ";
  CHECK(refused(terms + "@4") == "smallprint: " + which + "4\n");
  CHECK(refused(terms + "@0") == "smallprint: " + which + "0\n");
  CHECK(refused(terms + "@99999999999999999999") == "smallprint: " + which + "99999999999999999999\n");
  CHECK(refused(terms + "@2023-12-31") == "smallprint: " + which + "2023-12-31\n");
  CHECK(refused("reading-room/cookie-policy@2") ==
        "smallprint: reading-room/cookie-policy has version 1 alone, of 2024-01-05, not 2\n");
  CHECK(refused("reading-room/terms@1") ==
        "smallprint: there is no document reading-room/terms in " + archive +
            "; there is reading-room/cookie-policy, reading-room/terms-of-service\n");
  CHECK(refused(terms).find("a version of the archive is written " + terms + "@12, ") != std::string::npos);
  CHECK(refused(terms + "@newest").find("a version of the archive is written " + terms + "@12, ") != std::string::npos);

  // A patch between versions applies to what extract prints of them.
  const std::string file = (folder.path() / "rendered").string();
  const auto rendered = [&](const std::string& name) {
    return test::run({test::smallprint_binary(), "--archive", archive, "extract", name}).out;
  };
  test::write_file(file, rendered(terms + "@1"));
  CHECK(test::run({"patch", "--silent", file}, diff(terms + "@1", terms + "@3", "patch").out).status == 0);
  CHECK(test::read_file(file) == rendered(terms + "@3"));
  CHECK(test::read_file(file).find("three years") != std::string::npos);
}
