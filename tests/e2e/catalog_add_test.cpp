// `smallprint catalog add`: from an address to a declaration.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <boost/json.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "server/listener.h"
#include "tests/e2e/served.h"

using namespace smallprint::test;
using smallprint::Listener;
using smallprint::Request;
using smallprint::Response;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

const std::string policy =
    "<!DOCTYPE html><html lang=\"en\"><head><title>Privacy Policy | Reading Room</title>"
    "<meta property=\"og:site_name\" content=\"Reading Room\"></head><body>"
    "<nav><a href=\"/\">Home</a> <a href=\"/books\">Books</a></nav><div id=\"policy\"><h1>Privacy Policy</h1>"
    "<p>This policy says what the Reading Room does with your personal data, whenever you visit us.</p>"
    "<h2>1. What we keep</h2><p>We keep a record of the books that you borrow, to remind you of their return.</p>"
    "<h2>2. What we do with it</h2><p>We sell none of it, and we share it with nobody who does not need it.</p></div>"
    "<footer>Imprint</footer></body></html>";

Response page(std::string body) { return {200, {{"Content-Type", "text/html; charset=utf-8"}}, std::move(body)}; }

Response origin_answer(const Request& request) {
  if (request.target == "/robots.txt") {
    return {200, {{"Content-Type", "text/plain"}}, "User-agent: *\nDisallow: /closed\n"};
  }
  if (request.target == "/privacy" || request.target == "/closed/privacy") return page(policy);
  if (request.target == "/old") return {301, {{"Location", "/privacy"}}, ""};
  if (request.target == "/wall") {
    return page(
        "<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1><p>Verify you are "
        "human by completing the action below. Enable JavaScript and cookies to continue.</p></body></html>");
  }
  if (request.target == "/unclear")
    return page(
        "<html><body><main><p>Welcome to the room, where everybody may sit down and read whatever "
        "is there, for as long as the lamps are lit.</p></main></body></html>");
  return {404, {{"Content-Type", "text/html"}}, "<h1>Not found</h1>"};
}

Finished add(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {smallprint_binary(), "catalog", "add", "--allow-address", "127.0.0.1"});
  return run(arguments);
}

}  // namespace

TEST_CASE("an address alone becomes a declaration that fetch can follow") {
  const auto origin = Listener::start({.port = 0}, origin_answer);
  REQUIRE(origin.ok());
  const std::string at = fmt::format("http://127.0.0.1:{}", (*origin)->port());
  const TemporaryFolder folder;
  const std::string catalog = (folder.path() / "catalog").string();
  const fs::path file = fs::path(catalog) / "Reading Room.json";

  const Finished looked = add({"--dry-run", at + "/privacy"});
  INFO(looked.err);
  CHECK(looked.status == 0);
  CHECK(!fs::exists(catalog));
  for (const char* said : {"Privacy Policy", "What we keep", "This policy says", "language  en", "#policy",
                           "3 headings", "Reading Room", "\"fetch\""}) {
    INFO(said);
    CHECK(contains(looked.out, said));
  }
  CHECK(!contains(looked.out, "Imprint"));

  const Finished added = add({"--catalog", catalog, at + "/old#part"});
  INFO(added.err);
  REQUIRE(added.status == 0);
  CHECK(contains(added.out, "moved"));
  CHECK(contains(added.out, "reading-room/privacy-policy"));
  CHECK(json::parse(read_file(file)) ==
        json::parse(R"({"name":"Reading Room","terms":{"Privacy Policy":{"fetch":")" + at + R"(/privacy"}}})"));

  const Finished twice = add({"--catalog", catalog, at + "/privacy"});
  CHECK(twice.status == 1);
  CHECK(contains(twice.err, "--force"));
  const Finished other =
      add({"--catalog", catalog, "--type", "Terms of Service", "--propose-select", "--json", at + "/privacy"});
  INFO(other.err);
  REQUIRE(other.status == 0);
  const json::value told = json::parse(other.out);
  CHECK(text(told, "document") == "reading-room/terms-of-service");
  CHECK(member(told, "written") == json::value(true));
  const json::value written = json::parse(read_file(file));
  CHECK(member(told, "declaration") == written);
  CHECK(text(member(member(written, "terms"), "Terms of Service"), "select") == "#policy");
  CHECK(member(written, "terms").as_object().size() == 2);

  const Finished again = add({"--catalog", catalog, "--force", "--select", "main, #policy", at + "/privacy"});
  CHECK(again.status == 0);
  CHECK(contains(read_file(file), "main, #policy"));
  CHECK(run({smallprint_binary(), "catalog", "check", catalog}).status == 0);
  const Finished fetched = run({smallprint_binary(), "--archive", archive_in(folder.path()), "fetch", "--catalog",
                                catalog, "--allow-address", "127.0.0.1"});
  INFO(fetched.err);
  CHECK(fetched.status == 0);
  CHECK(contains(fetched.out, "2 changed"));
}

TEST_CASE("what is no document is not declared, and the message says what to do") {
  const auto origin = Listener::start({.port = 0}, origin_answer);
  REQUIRE(origin.ok());
  const std::string at = fmt::format("http://127.0.0.1:{}", (*origin)->port());
  const TemporaryFolder folder;
  const std::string catalog = (folder.path() / "catalog").string();
  fs::create_directory(catalog);
  write_file(fs::path(catalog) / "Broken.json", "{");
  const struct {
    std::vector<std::string> arguments;
    int status;
    const char* says;
  } rows[] = {
      {{"--catalog", catalog, "--type", "Privacy Policy", "--service", "Wall", at + "/wall"}, 1, "--force"},
      {{"--catalog", catalog, at + "/nowhere"}, 1, "look for the document's address"},
      {{"--catalog", catalog, at + "/closed/privacy"}, 1, "--ignore-robots"},
      {{"--catalog", catalog, "http://10.255.255.1/privacy"}, 1, "--allow-address"},
      {{"--catalog", catalog, at + "/unclear"}, 2, "--type"},
      {{"--catalog", catalog, "--type", "Imprint", at + "/unclear"}, 2, "--service"},
      {{"--catalog", catalog, "--service", "../escape", at + "/privacy"}, 2, "can name no file"},
      {{"--catalog", catalog, "--service", "Broken", at + "/privacy"}, 1, "catalog check"},
      {{"--catalog", catalog, "--select", "p[", at + "/privacy"}, 1, "p["},
      {{"--catalog", catalog, "--select", "#nothing", at + "/privacy"}, 1, "matches nothing"},
      {{"--catalog", catalog, "file:///etc/passwd"}, 2, "http"},
      {{at + "/privacy"}, 2, "--catalog"},
      {{}, 2, "URL"},
  };
  for (const auto& row : rows) {
    std::string line;
    for (const std::string& argument : row.arguments) line += " " + argument;
    INFO("catalog add" << line);
    const Finished finished = add(row.arguments);
    INFO(finished.err);
    CHECK(finished.status == row.status);
    CHECK(contains(finished.err, row.says));
  }
  CHECK(std::distance(fs::directory_iterator(catalog), fs::directory_iterator()) == 1);
  const Finished forced =
      add({"--catalog", catalog, "--force", "--type", "Privacy Policy", "--service", "Wall", at + "/wall"});
  INFO(forced.err);
  CHECK(forced.status == 0);
  CHECK(fs::exists(fs::path(catalog) / "Wall.json"));
  const Finished closed =
      add({"--catalog", catalog, "--ignore-robots", "--service", "Reading Room", at + "/closed/privacy"});
  CHECK(closed.status == 0);
  CHECK(contains(read_file(fs::path(catalog) / "Reading Room.json"), "\"ignoreRobots\": true"));
}
