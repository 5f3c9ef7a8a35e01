// smallprint diff, as a person runs it.
#include <doctest/doctest.h>

#include <boost/json.hpp>

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

TEST_CASE("diff shows each change under its heading, with marks, reasons and a last line") {
  const Files files(old_text, new_text);
  const Finished finished = files.diff({});
  CHECK(finished.status == 0);
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
  const Finished finished = files.diff({"--no-cosmetic", "--color", "always"});
  CHECK(finished.out.find("friends") == std::string::npos);
  CHECK(finished.out.find("\x1b[31;9m30\x1b[0m\x1b[32;1m14\x1b[0m") != std::string::npos);
}

TEST_CASE("diff exits 0, with --exit-code 1 where something of substance changed, 1 on failure, 2 on bad usage") {
  const Files changed(old_text, new_text);
  CHECK(changed.diff({}).status == 0);
  CHECK(changed.diff({"--exit-code"}).status == 1);
  const Files same(old_text, old_text);
  CHECK(same.diff({"--exit-code"}).status == 0);
  CHECK(same.diff({}).out == "No changes.\n");
  CHECK(changed.diff({"--format", "runes"}).status == 2);
  CHECK(changed.diff({"--context", "few"}).status == 2);
  CHECK(test::run({test::smallprint_binary(), "diff", changed.before}).status == 2);
  const Finished missing = test::run({test::smallprint_binary(), "diff", changed.before, "/nowhere/at-all.md"});
  CHECK(missing.status == 1);
  CHECK(missing.err == "smallprint: there is no file /nowhere/at-all.md\n");
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
  const std::string html = files.diff({"--format", "html"}).out;
  CHECK(html.find("<script>") == std::string::npos);
  CHECK(html.find("&lt;script&gt;") != std::string::npos);
  CHECK(html.find("<ins>") != std::string::npos);
  CHECK(html.find("<b>") == std::string::npos);
  const std::string text = files.diff({}).out;
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\x07') == std::string::npos);
  const std::string markdown = files.diff({"--format", "markdown"}).out;
  CHECK(markdown.find("~~old") != std::string::npos);
  CHECK(markdown.find("<script>") == std::string::npos);
}

TEST_CASE("diff reads standard input") {
  const Files files(old_text, new_text);
  const Finished finished =
      test::run({test::smallprint_binary(), "diff", "--exit-code", "-", files.before}, std::string(old_text));
  CHECK(finished.status == 0);
  CHECK(finished.out == "No changes.\n");
  CHECK(test::run({test::smallprint_binary(), "diff", "-", "-"}).status == 2);
}
