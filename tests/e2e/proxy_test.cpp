// An outgoing proxy as an operator sets it.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <boost/json.hpp>
#include <filesystem>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/served.h"
#include "tests/support/raw_origin.h"

using namespace smallprint::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

/// What the proxy was asked, told by its thread.
class Seen {
 public:
  void add(const std::string& text) {
    const std::lock_guard lock(mutex_);
    text_ += text;
  }
  /// All since the last call.
  std::string take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(text_, {});
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

}  // namespace

TEST_CASE("fetch goes through --proxy, with credentials from a variable or a file that nothing shows") {
  Seen seen;
  const RawOrigin proxy([&](const RawExchange& exchange) {
    seen.add(exchange.request());
    exchange.send(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<main><h1>Privacy Policy</h1><p>We "
        "keep what you give us, and erase it a year later.</p></main>");
  });
  const TemporaryFolder folder;
  const std::string catalog = (folder.path() / "catalog").string();
  fs::create_directory(catalog);
  write_file(fs::path(catalog) / "Reading Room.json",
             json::serialize(json::object{
                 {"name", "Reading Room"},
                 {"terms", {{"Privacy Policy", {{"fetch", "http://policy.example/privacy"}, {"select", "main"}}}}}}));
  const std::string file = (folder.path() / "credentials").string();
  write_file(file, "reader:sesame\n");
  const std::string address = fmt::format("http://127.0.0.1:{}", proxy.port());
  const auto fetch = [&](std::vector<std::string> environment, const std::vector<std::string>& options) {
    environment.insert(environment.begin(), "env");
    environment.insert(environment.end(), {smallprint_binary(), "--archive", archive_in(folder.path()), "--log-level",
                                           "debug", "fetch", "--catalog", catalog, "--ignore-robots"});
    environment.insert(environment.end(), options.begin(), options.end());
    return run(environment);
  };
  const struct {
    std::vector<std::string> environment, options;
  } rows[] = {
      {{"NO_PROXY=*", "SMALLPRINT_PROXY_CREDENTIALS=reader:sesame"}, {"--proxy", address}},
      {{"SMALLPRINT_PROXY=" + address, "SMALLPRINT_PROXY_CREDENTIALS_FILE=" + file}, {}},
      {{"X=y"}, {"--proxy=" + address, "--proxy-credentials", file}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.environment[0]);
    const Finished finished = fetch(row.environment, row.options);
    const std::string asked = seen.take();
    CAPTURE(finished.err);
    CHECK(finished.status == 0);
    CHECK(!contains(finished.err + finished.out, "sesame"));
    CHECK(asked.starts_with("GET http://policy.example/privacy HTTP/1.1\r\n"));
    CHECK(contains(asked, "Proxy-Authorization: Basic cmVhZGVyOnNlc2FtZQ==\r\n"));
  }
  const std::string archive = read_file(folder.path() / "archive.db");
  CHECK(!contains(archive, "sesame"));
  CHECK(!contains(archive, "cmVhZGVyOnNlc2FtZQ"));

  // The environment's proxy is not ours.
  CHECK(contains(fetch({"http_proxy=" + address}, {"--total-seconds", "3"}).err, "failed"));
  CHECK(seen.take().empty());
}

TEST_CASE("a declaration names its proxy, or none, and one that nobody set is refused") {
  Seen seen;
  const RawOrigin proxy([&](const RawExchange& exchange) {
    seen.add(exchange.request().substr(0, exchange.request().find("\r\n")) + "\n");
    exchange.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nThe terms, in plain text.");
  });
  const TemporaryFolder folder;
  const fs::path catalog = folder.path() / "catalog";
  fs::create_directory(catalog);
  const auto entry = [](std::string url, const char* proxy_name) {
    json::object terms{{"fetch", std::move(url)}};
    if (proxy_name != nullptr) terms["proxy"] = proxy_name;
    return terms;
  };
  const json::object terms{{"Privacy Policy", entry("http://one.example/privacy", nullptr)},
                           {"Terms of Service", entry("http://two.example/terms", "de")},
                           {"Cookie Policy", entry(proxy.url("/cookies"), "direct")},
                           {"Imprint", entry("http://three.example/imprint", "fr")}};
  write_file(catalog / "Reading Room.json", json::serialize(json::object{{"name", "Reading Room"}, {"terms", terms}}));
  const std::string address = fmt::format("http://127.0.0.1:{}", proxy.port());
  const Finished finished = run({smallprint_binary(), "--archive", archive_in(folder.path()), "fetch", "--catalog",
                                 catalog.string(), "--ignore-robots", "--proxy", "de=" + address});
  CAPTURE(finished.err);
  const std::string asked = seen.take();
  CHECK(contains(asked, "GET http://two.example/terms HTTP/1.1\n"));
  CHECK(!contains(asked, "one.example"));  // named proxies are for those who name them
  CHECK(!contains(asked, "cookies"));
  CHECK(contains(finished.err, "cookie-policy: refused: the host's address is not public (loopback)"));
  CHECK(contains(finished.err, "imprint: refused: no proxy is named 'fr'"));
}

TEST_CASE("a proxy that is none, or credentials that belong to none, are wrong usage, and are not repeated") {
  const TemporaryFolder folder;
  const std::string missing = (folder.path() / "missing").string();
  const struct {
    std::string variable;
    std::vector<std::string> options;
    const char* says;
  } rows[] = {
      {"X=y", {"--proxy", "http://reader:sesame@proxy.example:3128"}, "SMALLPRINT_PROXY_CREDENTIALS"},
      {"SMALLPRINT_PROXY=http://reader:sesame@proxy.example:3128", {}, "SMALLPRINT_PROXY_CREDENTIALS"},
      {"X=y", {"--proxy", "http://a.example:1", "--proxy", "http://b.example:1"}, "two proxies"},
      {"SMALLPRINT_PROXY_CREDENTIALS=reader:sesame", {}, "--proxy does not name"},
      {"X=y", {"--proxy", "http://a.example:1", "--proxy-credentials", missing}, "cannot read"},
  };
  for (const auto& row : rows) {
    for (const char* command : {"fetch", "serve"}) {
      CAPTURE(row.says);
      std::vector<std::string> line = {
          "env", row.variable, smallprint_binary(), "--archive", archive_in(folder.path()), command};
      line.insert(line.end(), row.options.begin(), row.options.end());
      const Finished finished = run(line);
      CHECK(finished.status == 2);
      CAPTURE(finished.err);
      CHECK(contains(finished.err, row.says));
      CHECK(!contains(finished.err + finished.out, "sesame"));
    }
  }
  CHECK(fs::is_empty(folder.path()));
}
