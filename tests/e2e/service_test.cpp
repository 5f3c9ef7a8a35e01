// The program as an operator runs it: serve and fetch, their ends and their messages.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
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

std::string policy(const std::string& sentence) {
  std::string text = "<!DOCTYPE html><html lang=\"en\"><head><title>Privacy Policy</title></head><body><main>";
  text += "<h1>Privacy Policy</h1><p>This policy says what the Reading Room does with your personal data.</p>";
  text +=
      "<h2>1. What we keep</h2><p>We keep a record of the books that you borrow, to remind you of their return.</p>";
  text += "<h2>2. What we do with it</h2><p>" + sentence + "</p></main></body></html>";
  return text;
}

Response page(std::string body) { return {200, {{"Content-Type", "text/html; charset=utf-8"}}, std::move(body)}; }

void declare(const fs::path& catalog, const std::string& service, const std::string& type, const std::string& url) {
  const json::object declaration{{"name", service}, {"documents", {{type, {{"fetch", url}, {"select", "main"}}}}}};
  write_file(catalog / (service + ".json"), json::serialize(declaration));
}

Finished smallprint_run(const fs::path& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {smallprint_binary(), "--archive", archive_in(folder)});
  return run(arguments);
}

std::int64_t number(const json::value& value, std::string_view key) {
  const json::value& found = member(value, key);
  REQUIRE(found.is_int64());
  return found.get_int64();
}

}  // namespace

TEST_CASE("serve ends with status 0 at either signal") {
  for (const int signal : {SIGTERM, SIGINT}) {
    const TemporaryFolder folder;
    fs::create_directory(folder.path() / "catalog");
    declare(folder.path() / "catalog", "Reading Room", "Privacy Policy", "http://127.0.0.1:9/");
    Served served(folder.path(), {"--catalog", (folder.path() / "catalog").string()});
    CHECK(served.get("/healthz").status == 200);
    served.process().signal(signal);
    CHECK(served.process().wait() == 0);
  }
}

TEST_CASE("serve says what keeps it from serving, and exits 1") {
  const TemporaryFolder folder;
  const auto taken = Listener::start({.port = 0}, [](const Request&) { return Response{}; });
  REQUIRE(taken.ok());
  const std::string address = fmt::format("127.0.0.1:{}", (*taken)->port());
  fs::create_directory(folder.path() / "catalog");
  const std::string catalog = (folder.path() / "catalog").string();
  const Finished in_use = smallprint_run(folder.path(), {"serve", "--listen", address, "--catalog", catalog});
  CHECK(in_use.status == 1);
  CHECK(contains(in_use.err, fmt::format("cannot listen on {}: Address already in use", address)));

  const TemporaryFolder empty;
  const Finished missing = smallprint_run(empty.path(), {"serve", "--listen", "127.0.0.1:0", "--no-fetch"});
  CHECK(missing.status == 1);
  CHECK(contains(missing.err, "archive.db"));
  CHECK(fs::is_empty(empty.path()));  // a replica makes nothing
  CHECK(smallprint_run(empty.path(), {"serve", "--listen", "nonsense"}).status == 2);
}

TEST_CASE("--allow-address takes one value each time, and never the name or file behind it") {
  const TemporaryFolder folder;
  const fs::path catalog = folder.path() / "catalog";
  fs::create_directory(catalog);
  declare(catalog, "Reading Room", "Privacy Policy", "http://127.0.0.1:9/");
  const std::string page_file = (folder.path() / "page.html").string();
  write_file(page_file, policy("We sell none of it."));
  struct Row {
    std::vector<std::string> arguments;
    int status;
    const char* says;
  };
  const std::string once = "127.0.0.1", twice = "10.0.0.0/8,::1";
  for (const Row& row : std::vector<Row>{
           {{"diff", "--allow-address", once, page_file, page_file}, 0, ""},
           {{"diff", "--allow-address", once, "--allow-address", "::1", page_file, page_file}, 0, ""},
           {{"extract", "--select", "main", "--select", "h1", "--allow-address", once, page_file}, 0, ""},
           {{"fetch", "--catalog", catalog.string(), "--allow-address", twice, "no-such-service"},
            2,
            "no document or service 'no-such-service' in the catalog"},
           {{"fetch", "--catalog", catalog.string(), "--allow-address", once, "--allow-address"}, 2, "allow-address"},
           {{"fetch", "--catalog", catalog.string(), "--allow-address", "10.0.0.0/8,everywhere"}, 2, "'everywhere'"}}) {
    const Finished finished = smallprint_run(folder.path(), row.arguments);
    CAPTURE(row.arguments.front());
    CAPTURE(finished.err);
    CHECK(finished.status == row.status);
    CHECK(contains(finished.err, row.says));
  }
}

TEST_CASE("an address that is none is refused before an archive is made") {
  for (const char* command : {"fetch", "serve"}) {
    const TemporaryFolder folder;
    const Finished finished = smallprint_run(folder.path(), {command, "--allow-address", "nonsense"});
    CHECK(finished.status == 2);
    CHECK(contains(finished.err, "'nonsense'"));
    CHECK(fs::is_empty(folder.path()));
  }
}

TEST_CASE("fetch of what the catalog does not have exits 2 and makes no archive") {
  const TemporaryFolder folder;
  const Finished finished = smallprint_run(folder.path(), {"fetch", "no-such-service/privacy-policy"});
  CHECK(finished.status == 2);
  CHECK(contains(finished.err, "no-such-service/privacy-policy"));
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("robots.txt is obeyed, counted, and left aside where the operator says so") {
  std::atomic<int> asked_for_rules{0}, asked_for_page{0};
  const auto origin = Listener::start({.port = 0}, [&](const Request& request) -> Response {
    if (request.target == "/robots.txt") {
      ++asked_for_rules;
      return {200,
              {{"Content-Type", "text/plain"}},
              "User-agent: *\nAllow: /\n\nUser-agent: smallprint\nDisallow: /*/privacy$\n"};
    }
    ++asked_for_page;
    return page(policy("We sell none of it."));
  });
  REQUIRE(origin.ok());
  const TemporaryFolder folder;
  const fs::path catalog = folder.path() / "catalog";
  fs::create_directory(catalog);
  const std::string at = fmt::format("http://127.0.0.1:{}/legal/privacy", (*origin)->port());
  declare(catalog, "Reading Room", "Privacy Policy", at);
  const auto fetch = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments = {"fetch", "--catalog", catalog.string(), "--allow-address", "127.0.0.1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return smallprint_run(folder.path(), arguments);
  };
  const Finished closed = fetch({});
  CHECK(closed.status == 1);
  CHECK(contains(closed.err, "disallowed: robots.txt does not allow /legal/privacy"));
  CHECK(contains(closed.out, "disallowed"));
  CHECK(asked_for_rules == 1);
  CHECK(asked_for_page == 0);
  {
    Served served(folder.path(), {"--no-fetch"});
    const json::value status = served.json("/api/v1/status");
    CHECK(number(member(member(status, "last_visits"), "failures"), "disallowed") == 1);
    CHECK(number(member(member(status, "last_visits"), "outcomes"), "failed") == 1);
    CHECK(contains(served.get("/status").body, "robots.txt does not allow"));
    CHECK(served.items("/api/v1/documents/reading-room/privacy-policy/versions").empty());
  }
  const Finished asked_for = fetch({"--ignore-robots"});
  CHECK(asked_for.status == 0);
  CHECK(contains(asked_for.err, "recorded"));
  write_file(catalog / "Reading Room.json",
             json::serialize(json::object{{"name", "Reading Room"},
                                          {"terms", {{"Privacy Policy", {{"fetch", at}, {"ignoreRobots", true}}}}}}));
  CHECK(fetch({}).status == 0);
  CHECK(asked_for_page == 2);
  CHECK(asked_for_rules == 1);
}

TEST_CASE("a document that moved or is not found is shown with its new address, and its history stays") {
  std::atomic<int> scene{0};
  const auto origin = Listener::start({.port = 0}, [&](const Request& request) -> Response {
    if (request.target == "/robots.txt") return {404, {}, ""};
    if (request.target == "/privacy" && scene == 1) return {301, {{"Location", "/legal/privacy"}}, ""};
    if (request.target == "/privacy" && scene == 2) return {410, {}, "gone"};
    return page(policy("We sell none of it."));
  });
  REQUIRE(origin.ok());
  const TemporaryFolder folder;
  const fs::path catalog = folder.path() / "catalog";
  fs::create_directory(catalog);
  const std::string at = fmt::format("http://127.0.0.1:{}", (*origin)->port());
  declare(catalog, "Reading Room", "Privacy Policy", at + "/privacy");
  struct Scene {
    const char *presence, *outcome, *says;
    std::string moved_to;
  };
  for (const Scene& expected : std::vector<Scene>{
           {"there", "recorded", "", ""},
           {"moved", "unchanged", "The document has moved.", at + "/legal/privacy"},
           {"missing", "failed", "The document was not found since", at + "/legal/privacy"},
           {"there", "unchanged", "", ""},
       }) {
    CAPTURE(expected.presence);
    const Finished fetched =
        smallprint_run(folder.path(), {"fetch", "--catalog", catalog.string(), "--allow-address", "127.0.0.1"});
    CAPTURE(fetched.err);
    CHECK(contains(fetched.err, expected.outcome));
    Served served(folder.path(), {"--no-fetch"});
    const json::value status = served.json("/api/v1/status");
    REQUIRE(member(status, "items").is_array());
    const json::value health = member(member(status, "items").get_array().at(0), "health");
    CHECK(text(health, "presence") == expected.presence);
    CHECK(text(health, "moved_to") == expected.moved_to);
    CHECK(text(served.items("/api/v1/documents/reading-room/privacy-policy/observations").at(0), "outcome") ==
          expected.outcome);
    const std::string shown = served.get("/reading-room/privacy-policy").body;
    CHECK(contains(shown, expected.says));
    if (!expected.moved_to.empty()) {
      CHECK(contains(shown, "href=\"" + expected.moved_to + "\""));
      CHECK(contains(served.get("/status").body, "href=\"" + expected.moved_to + "\""));
    }
    CHECK(served.items("/api/v1/documents/reading-room/privacy-policy/versions").size() == 1);
    scene = (scene + 1) % 3;
  }
}

TEST_CASE("serve follows its catalog: new files are visited, a broken one keeps its last good state and is reported") {
  const auto origin = Listener::start({.port = 0}, [](const Request& request) -> Response {
    if (request.target == "/robots.txt") return {404, {}, ""};
    return page(policy("We sell none of it."));
  });
  REQUIRE(origin.ok());
  const TemporaryFolder folder;
  const fs::path catalog = folder.path() / "catalog";
  fs::create_directory(catalog);
  const std::string at = fmt::format("http://127.0.0.1:{}/privacy", (*origin)->port());
  declare(catalog, "Reading Room", "Privacy Policy", at);
  Served served(folder.path(), {"--catalog", catalog.string(), "--allow-address", "127.0.0.1"});
  const auto soon = [](const auto& condition) {
    for (int i = 0; i < 600 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{50});
    return condition();
  };
  const auto visited = [&](const std::string& document) {
    const HttpAnswer answer = served.get("/api/v1/documents/" + document + "/versions/1");
    return answer.status == 200;
  };
  const auto state = [&] { return served.json("/api/v1/status").at("catalog"); };
  CHECK(soon([&] { return visited("reading-room/privacy-policy"); }));
  CHECK(number(state(), "documents") == 1);
  const std::string tag = served.get("/api/v1/status").header("etag");

  declare(catalog, "Map Room", "Privacy Policy", at + "?maps");
  CHECK(soon([&] { return visited("map-room/privacy-policy"); }));
  CHECK(number(state(), "documents") == 2);

  write_file(catalog / "Reading Room.json", "{\"name\": \"Reading Room\", \"terms\": {");
  CHECK(soon([&] { return !member(state(), "problems").get_array().empty(); }));
  CHECK(number(state(), "documents") == 2);
  CHECK(text(member(state(), "problems").get_array().at(0), "file") == "Reading Room.json");
  CHECK(contains(served.get("/status").body, "its last good state is used"));
  CHECK(served.get("/api/v1/status", {{"If-None-Match", tag}}).status == 200);

  declare(catalog, "Reading Room", "Privacy Policy", at);
  CHECK(soon([&] { return member(state(), "problems").get_array().empty(); }));
  fs::remove(catalog / "Map Room.json");
  CHECK(soon([&] { return number(state(), "documents") == 1; }));
  CHECK(served.items("/api/v1/documents/map-room/privacy-policy/versions").size() == 1);  // its history stays
  served.process().signal(SIGTERM);
  CHECK(served.process().wait() == 0);
}

TEST_CASE("fetch visits a catalog's documents, records what is new, and counts how it went") {
  std::atomic<int> edition{1};
  const auto origin = Listener::start({.port = 0}, [&edition](const Request& request) -> Response {
    if (request.target != "/privacy") return {404, {}, "nothing here"};
    return page(policy(edition == 1 ? "We use it to run the Reading Room, and for nothing else."
                                    : "We may use it to train artificial intelligence models."));
  });
  REQUIRE(origin.ok());
  const TemporaryFolder folder;
  const fs::path catalog = folder.path() / "catalog";
  fs::create_directory(catalog);
  const std::string at = fmt::format("http://127.0.0.1:{}", (*origin)->port());
  declare(catalog, "Reading Room", "Privacy Policy", at + "/privacy");
  declare(catalog, "Gone Room", "Terms of Service", at + "/gone");
  const auto fetch = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments = {"fetch", "--catalog", catalog.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return smallprint_run(folder.path(), arguments);
  };

  const Finished refused = fetch({"reading-room"});  // loopback is not allowed by itself
  CHECK(refused.status == 1);
  CHECK(contains(refused.err, "loopback"));

  const Finished first = fetch({"--allow-address", "127.0.0.1"});
  CAPTURE(first.err);
  CHECK(first.status == 0);
  CHECK(contains(first.out,
                 "     2 visited\n     1 fetched\n     1 changed\n     0 unchanged\n     0 suspect\n     1 failed\n"));
  CHECK(contains(first.out, "http_error"));
  CHECK(contains(first.err, "reading-room/privacy-policy"));
  CHECK(contains(first.err, "status 404"));

  edition = 2;
  for (const bool changed : {true, false}) {
    const Finished again = fetch({"--allow-address", "127.0.0.1", "--json", "reading-room"});
    CHECK(again.status == 0);
    boost::system::error_code error;
    const json::value counts = json::parse(again.out, error);
    REQUIRE(!error);
    CHECK(number(counts, "visited") == 1);
    CHECK(number(counts, "changed") == (changed ? 1 : 0));
    CHECK(number(counts, "unchanged") == (changed ? 0 : 1));
    CHECK(number(counts, "failed") == 0);
  }
  CHECK(fetch({"--allow-address", "127.0.0.1", "gone-room"}).status == 1);  // every visit failed
  CHECK(fetch({"--allow-address", "everywhere"}).status == 2);

  Served served(folder.path(), {"--no-fetch"});
  CHECK(served.items("/api/v1/documents/reading-room/privacy-policy/versions").size() == 2);
  const auto visits = served.items("/api/v1/documents/reading-room/privacy-policy/observations");
  REQUIRE(visits.size() == 4);
  CHECK(text(visits.back(), "outcome") == "failed");
  CHECK(contains(text(visits.back(), "reason"), "loopback"));
  const auto gone = served.items("/api/v1/documents/gone-room/terms-of-service/observations");
  CHECK(gone.size() == 2);
  CHECK(served.items("/api/v1/documents/gone-room/terms-of-service/versions").empty());
}
