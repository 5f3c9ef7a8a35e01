// Every command on the command line: its help, its exit status, what it prints.
#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/e2e/served.h"

using namespace smallprint::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

const std::string old_text = R"(# Terms of the Reading Room

## 1. Membership

You may join from the age of 14. A card is valid for one year.

## 2. Your reading

We keep a record of the books that you borrow in order to remind you of their return.
)";

const std::string new_text = R"(# Terms of the Reading Room

## 1. Membership

You may join from the age of 14. A card is valid for one year.

## 2. Your reading

We keep a record of the books that you borrow in order to remind you of their return, and we may use it to train our
artificial intelligence models. You can opt out in Settings > Privacy.
)";

const std::string page = R"(<!DOCTYPE html><html lang="en"><head><title>Terms</title></head><body>
<nav><a href="/">Home</a></nav><article class="terms"><h1>Terms of the Reading Room</h1>
<p>You may join from the age of 14.</p><p class="ad">Buy a tote bag.</p>
<ul><li>A card is valid for <b>one year</b>.</li></ul></article><footer>Imprint</footer></body></html>)";

Finished smallprint_run(std::vector<std::string> arguments, const std::string& input = {}) {
  arguments.insert(arguments.begin(), smallprint_binary());
  return run(arguments, input);
}

json::value parsed(const std::string& text) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  INFO(text.substr(0, 500));
  REQUIRE(!error);
  return value;
}

}  // namespace

TEST_CASE("every command explains itself and exits 0") {
  const Finished overview = smallprint_run({"--help"});
  CHECK(overview.status == 0);
  for (const std::string command : {"serve", "fetch", "import", "export", "diff", "extract", "classify", "catalog",
                                    "review", "verify", "backup", "stats", "eval"}) {
    INFO(command);
    CHECK(contains(overview.out, command));
    const Finished help = smallprint_run({command, "--help"});
    CHECK(help.status == 0);
    CHECK(contains(help.out, "--help"));
    CHECK(help.out.size() > 80);
    CHECK(help.err.empty());
  }
  CHECK(smallprint_run({"import", "ota", "--help"}).status == 0);
  for (const std::string format : {"ota", "jsonl", "warc"})
    CHECK(smallprint_run({"export", format, "--help"}).status == 0);
  CHECK(smallprint_run({"catalog", "check", "--help"}).status == 0);
  CHECK(smallprint_run({"catalog", "add", "--help"}).status == 0);
  const Finished version = smallprint_run({"--version"});
  CHECK(version.status == 0);
  CHECK(!version.out.empty());
}

TEST_CASE("wrong usage exits 2, a failure exits 1 (of diff 2, as of diff(1)), and both say what was wrong") {
  const TemporaryFolder folder;
  const std::string archive = archive_in(folder.path());
  write_file(folder.path() / "a.md", old_text);
  const std::string a = (folder.path() / "a.md").string();
  const std::string nowhere = (folder.path() / "nowhere").string();
  const struct {
    std::vector<std::string> arguments;
    int status;
  } rows[] = {
      {{}, 2},
      {{"nonsense"}, 2},
      {{"diff"}, 2},
      {{"diff", a}, 2},
      {{"diff", a, a, a}, 2},
      {{"diff", a, a, "--format", "nonsense"}, 2},
      {{"extract"}, 2},
      {{"classify"}, 2},
      {{"import"}, 2},
      {{"import", "ota"}, 2},
      {{"export"}, 2},
      {{"export", "ota"}, 2},
      {{"export", "ota", nowhere, "--since", "yesterday"}, 2},
      {{"serve", "--listen", "nonsense"}, 2},
      {{"serve", "--nonsense"}, 2},
      {{"stats", "--nonsense"}, 2},
      {{"catalog"}, 2},
      {{"diff", a, nowhere}, 2},
      {{"extract", nowhere}, 1},
      {{"classify", nowhere}, 1},
      {{"catalog", "check", nowhere}, 1},
      {{"--archive", archive, "import", "ota", nowhere}, 1},
      {{"--archive", archive, "export", "ota", a}, 1},
      {{"--archive", archive, "import", "ota", folder.path().string()}, 1},
      {{"--archive", "nonsense:x", "stats"}, 1},
      {{"--archive", "sqlite:" + nowhere + "/deeper/archive.db", "stats"}, 1},
      {{"--archive", archive, "fetch", "nobody/privacy-policy"}, 2},
  };
  for (const auto& row : rows) {
    std::string line;
    for (const std::string& argument : row.arguments) line += " " + argument;
    INFO("smallprint" << line);
    const Finished finished = smallprint_run(row.arguments);
    CHECK(finished.status == row.status);
    CHECK(!finished.err.empty());
    CHECK(!contains(finished.err, "terminate called"));
  }
}

TEST_CASE("diff compares two files in every format") {
  const TemporaryFolder folder;
  const std::string before = (folder.path() / "old.md").string();
  const std::string after = (folder.path() / "new.md").string();
  write_file(before, old_text);
  write_file(after, new_text);

  const Finished in_json = smallprint_run({"diff", before, after, "--format", "json"});
  INFO(in_json.err);
  REQUIRE(in_json.status == 1);
  const json::value comparison = parsed(in_json.out);
  CHECK(text(comparison, "kind") == "substantive");
  REQUIRE(member(comparison, "changes").is_array());
  REQUIRE(member(comparison, "changes").get_array().size() == 1);
  const json::value& change = member(comparison, "changes").get_array()[0];
  CHECK(text(change, "kind") == "edited");
  CHECK(joined(change, "section") == "Terms of the Reading Room > 2. Your reading");
  CHECK(effect_on(change, "ai-training") == "introduced");
  CHECK(contains(marked(change, "+"), "artificial intelligence models"));
  CHECK(marked(change, "-").size() < 5);

  const Finished in_text = smallprint_run({"diff", before, after});
  CHECK(in_text.status == 1);
  CHECK(contains(in_text.out, "artificial intelligence models"));
  CHECK(!contains(in_text.out, "\x1b["));  // no colours where nobody looks
  CHECK(!contains(in_text.out, "valid for one year"));
  const Finished in_html = smallprint_run({"diff", before, after, "--format", "html"});
  CHECK(in_html.status == 1);
  CHECK(contains(in_html.out, "<ins"));
  const Finished in_markdown = smallprint_run({"diff", before, after, "--format", "markdown"});
  CHECK(in_markdown.status == 1);
  CHECK(contains(in_markdown.out, "**"));

  const Finished same = smallprint_run({"diff", before, before, "--format", "json"});
  CHECK(same.status == 0);
  CHECK(member(parsed(same.out), "changes").as_array().empty());

  // HTML is read as a page, so a re-typeset text is no change.
  write_file(folder.path() / "old.html", "<article><h1>Terms</h1><p>A card is valid for \"one\" year.</p></article>");
  write_file(folder.path() / "new.html",
             "<article><h1>Terms</h1>\n<p>A  card is <i>valid</i> for \xE2\x80\x9Cone\xE2\x80\x9D year.</p></article>");
  const Finished pages = smallprint_run(
      {"diff", (folder.path() / "old.html").string(), (folder.path() / "new.html").string(), "--format", "json"});
  INFO(pages.err);
  REQUIRE(pages.status == 1);
  CHECK(text(parsed(pages.out), "kind") == "cosmetic");
}

TEST_CASE("extract prints what the selectors leave, in every format") {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "page.html").string();
  write_file(file, page);
  for (const std::string format : {"markdown", "text", "json"}) {
    INFO(format);
    const Finished finished =
        smallprint_run({"extract", file, "--select", "article.terms", "--remove", ".ad", "--format", format});
    INFO(finished.err);
    CHECK(finished.status == 0);
    CHECK(contains(finished.out, "Terms of the Reading Room"));
    CHECK(contains(finished.out, "one year"));
    for (const char* left_out : {"Home", "Imprint", "tote bag"}) CHECK(!contains(finished.out, left_out));
    if (format == "json") CHECK(parsed(finished.out).is_object());
    if (format == "markdown") CHECK(contains(finished.out, "# Terms of the Reading Room"));
  }
  CHECK(smallprint_run({"extract", file, "--select", ".nothing"}).status == 1);
  CHECK(smallprint_run({"extract", file, "--select", "((("}).status == 1);
}

TEST_CASE("classify answers with the sentence that says so") {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "terms.md").string();
  write_file(file, new_text);
  const Finished finished = smallprint_run({"classify", file, "--json"});
  INFO(finished.err);
  REQUIRE(finished.status == 0);
  const json::value said = parsed(finished.out);
  REQUIRE(member(said, "facts").is_array());
  bool found = false;
  for (const json::value& fact : member(said, "facts").get_array()) {
    if (text(fact, "fact") != "trains_ai") continue;
    found = true;
    CHECK(text(fact, "value") == "yes");
    CHECK(contains(json::serialize(fact), "we may use it to train our artificial intelligence models"));
  }
  CHECK(found);
  const Finished for_people = smallprint_run({"classify", file});
  CHECK(for_people.status == 0);
  CHECK(contains(for_people.out, "artificial intelligence models"));
  CHECK_FALSE(contains(for_people.out, "unknown"));
}

TEST_CASE("classify says of a text in a language that is not read that its topics are unknown") {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "ehdot.md").string();
  write_file(
      file,
      "# Tietosuojaseloste\n\nKeräämme henkilötietojasi, kun käytät palveluamme, ja säilytämme niitä niin kauan kuin "
      "tilisi on olemassa. Voimme muuttaa näitä ehtoja milloin tahansa, ja ilmoitamme muutoksista sivustollamme.\n");
  const Finished finished = smallprint_run({"classify", file, "--json"});
  REQUIRE(finished.status == 0);
  const json::value said = parsed(finished.out);
  CHECK(text(said, "language") == "fi");
  CHECK(member(member(said, "topics").get_array().at(0), "id") == "unknown");
  for (const json::value& fact : member(said, "facts").get_array()) CHECK(text(fact, "value") == "unknown");
  CHECK(contains(smallprint_run({"classify", file}).out, "topics: unknown"));
}

TEST_CASE("stats and verify know an archive that a program has just made") {
  const TemporaryFolder folder;
  {
    Served served(folder.path(), {"--demo", "--no-fetch"});
    REQUIRE(served.wait_for_demo());
  }
  const std::string archive = archive_in(folder.path());
  const Finished stats = smallprint_run({"--archive", archive, "stats", "--json"});
  INFO(stats.err);
  REQUIRE(stats.status == 0);
  const json::value counts = parsed(stats.out);
  CHECK(member(counts, "documents") == 2);
  CHECK(member(counts, "versions") == 12);
  CHECK(member(counts, "observations") == 46);
  CHECK(smallprint_run({"--archive", archive, "stats"}).status == 0);
  const Finished verified = smallprint_run({"--archive", archive, "verify"});
  INFO(verified.out << verified.err);
  CHECK(verified.status == 0);
}

TEST_CASE("an archive is copied while it is served, and the copy is copied back") {
  const TemporaryFolder folder;
  const std::string archive = archive_in(folder.path());
  const std::string copy = (folder.path() / "copy.db").string(), restored = (folder.path() / "restored.db").string();
  {
    Served served(folder.path(), {"--demo", "--no-fetch"});
    REQUIRE(served.wait_for_demo());
    const Finished done = smallprint_run({"--archive", archive, "backup", copy});
    INFO(done.err);
    CHECK(done.status == 0);
    CHECK(contains(done.out, copy));
  }
  CHECK(smallprint_run({"--archive", "sqlite:" + copy, "verify"}).status == 0);
  CHECK(smallprint_run({"--archive", "sqlite:" + copy, "backup", restored}).status == 0);
  const Finished counts = smallprint_run({"--archive", "sqlite:" + restored, "stats", "--json"});
  CHECK(member(parsed(counts.out), "versions") == 12);
  const Finished again = smallprint_run({"--archive", archive, "backup", copy});
  CHECK(again.status == 1);
  CHECK(contains(again.err, "exists already"));
}

TEST_CASE("catalog check accepts what is right and names the file and what is wrong with it") {
  const TemporaryFolder folder;
  const std::string good = R"({"name":"Reading Room","terms":{"Terms of Service":
      {"fetch":"https://room.example/terms","select":"article.terms"}}})";
  write_file(folder.path() / "good" / "Reading Room.json", good);
  const Finished accepted = smallprint_run({"catalog", "check", (folder.path() / "good").string()});
  INFO(accepted.err);
  CHECK(accepted.status == 0);
  CHECK(smallprint_run({"catalog", "check"}).status == 0);  // the one inside the program

  const struct {
    const char *name, *declaration;
  } bad[] = {
      {"Cut.json", R"({"name":"Cut","terms":{)"},
      {"Scheme.json", R"({"name":"Scheme","terms":{"Terms of Service":{"fetch":"file:///etc/passwd","select":"p"}}})"},
      {"Selector.json",
       R"({"name":"Selector","terms":{"Terms of Service":{"fetch":"https://a.example/","select":"p["}}})"},
      {"List.json", "[1,2,3]"},
  };
  for (const auto& row : bad) {
    INFO(row.name);
    const fs::path one = folder.path() / (std::string("bad-") + row.name);
    write_file(one / row.name, row.declaration);
    write_file(one / "Reading Room.json", good);
    const Finished refused = smallprint_run({"catalog", "check", one.string()});
    CHECK(refused.status == 1);
    CHECK(contains(refused.out + refused.err, row.name));
  }
}
