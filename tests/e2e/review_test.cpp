// smallprint review, as an operator runs it.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <atomic>
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

std::string policy(int sentences) {
  std::string html =
      "<!DOCTYPE html><html><head><title>Privacy Policy</title></head><body><main><h1>Privacy Policy</h1>";
  for (int i = 0; i < sentences; ++i) {
    html += fmt::format(
        "<p>For purpose {} we keep what you give us, and erase it when the purpose has ended, or a year later.</p>", i);
  }
  return html + "</main></body></html>";
}

json::value parsed(const std::string& text) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  REQUIRE_MESSAGE(!error, text);
  return value;
}

}  // namespace

TEST_CASE("an operator lists, shows, rejects and accepts suspects, and readers see only what was accepted") {
  std::atomic<int> sentences{60};
  const auto origin = Listener::start({.port = 0}, [&sentences](const Request&) -> Response {
    return {200, {{"Content-Type", "text/html"}}, policy(sentences)};
  });
  REQUIRE(origin.ok());
  const TemporaryFolder folder;
  const fs::path catalog = folder.path() / "catalog";
  fs::create_directory(catalog);
  const std::string url = fmt::format("http://127.0.0.1:{}/privacy", (*origin)->port());
  const json::object declaration{{"name", "Reading Room"},
                                 {"documents", {{"Privacy Policy", {{"fetch", url}, {"select", "main"}}}}}};
  write_file(catalog / "Reading Room.json", json::serialize(declaration));
  const auto smallprint = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {smallprint_binary(), "--archive", archive_in(folder.path())});
    return run(arguments);
  };
  const auto fetch = [&](int now) {
    sentences = now;
    const Finished finished = smallprint({"fetch", "--catalog", catalog.string(), "--allow-address", "127.0.0.1"});
    CHECK(finished.status == 0);
    return finished;
  };
  const auto versions = [&] { return parsed(smallprint({"stats", "--json"}).out).at("versions").as_int64(); };

  fetch(60);
  CHECK(smallprint({"review"}).out == "nothing waits for a decision\n");
  CHECK(contains(fetch(5).out, "     1 suspect\n"));
  CHECK(versions() == 1);

  const Finished listed = smallprint({"review"});
  CHECK(listed.status == 0);
  CHECK(contains(listed.out, "waiting   reading-room/privacy-policy"));
  CHECK(contains(listed.out, "sudden loss of text"));
  const json::value items = parsed(smallprint({"review", "list", "reading-room", "--json"}).out).at("items");
  REQUIRE(items.as_array().size() == 1);
  const std::string id = std::to_string(items.as_array()[0].at("id").as_int64());
  CHECK(smallprint({"review", "list", "no-such-service"}).out == "nothing waits for a decision\n");

  const Finished shown = smallprint({"review", "show", id});
  CHECK(contains(shown.out, "sudden loss of text"));
  CHECK(contains(shown.out, url));
  CHECK(contains(shown.out, "For purpose 4 we keep"));
  CHECK(smallprint({"review", "show", id, "--page", "1"}).out == policy(5));
  CHECK(smallprint({"review", "show", id, "--page", "2"}).status == 1);
  CHECK(contains(smallprint({"review", "show", id, "--text"}).out, "Privacy Policy"));
  CHECK(smallprint({"review", "show", "999"}).status == 1);
  CHECK(smallprint({"review", "show", "x"}).status == 2);
  CHECK(smallprint({"review", "accept"}).status == 2);

  CHECK(contains(smallprint({"review", "reject", id}).out, "rejected"));
  CHECK(smallprint({"review", "reject", id}).status == 1);
  CHECK(contains(fetch(5).err + fetch(5).out, "rejected by an operator"));
  CHECK(versions() == 1);
  CHECK(contains(smallprint({"review", "accept", id}).out, "is version 2 of reading-room/privacy-policy"));
  CHECK(versions() == 2);
  CHECK(smallprint({"review", "accept", id}).status == 1);
  CHECK(contains(smallprint({"review", "--all"}).out, "accepted"));
  CHECK(contains(fetch(5).out, "     1 unchanged\n"));
  CHECK(smallprint({"verify"}).status == 0);

  const Served served(folder.path(), {"--no-fetch"});
  CHECK(served.items("/api/v1/documents/reading-room/privacy-policy/versions").size() == 2);
}
