// Each limit of a visit is a setting, and the observation names the one that was reached.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/served.h"
#include "tests/support/raw_origin.h"

using namespace smallprint::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

/// An origin that errs in another way on each path.
void misbehave(const RawExchange& exchange) {
  const auto asked = [&](std::string_view path) { return exchange.request().starts_with("GET " + std::string(path)); };
  const std::string ok = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
  if (asked("/long")) {
    exchange.send(ok + "\r\n" + std::string(5000, 'x'));
  } else if (asked("/squeezed")) {  // 300 KB of the same letter in half a KB
    exchange.send(ok + "Content-Encoding: gzip\r\n\r\n");
    std::string bomb("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
    unsigned pending = 0;
    int used = 0;
    const auto put = [&](std::string_view bits) {
      for (const char bit : bits) {
        pending |= static_cast<unsigned>(bit - '0') << used;
        if (++used < 8) continue;
        bomb += static_cast<char>(pending);
        pending = 0;
        used = 0;
      }
    };
    put("11010010001");
    for (int i = 0; i < 1200; ++i) put("1100010100000");
    put("000000000000000");
    exchange.send(bomb);
  } else if (asked("/headers")) {
    exchange.send(ok + "X-Long: " + std::string(3000, 'x') + "\r\nContent-Length: 0\r\n\r\n");
  } else if (asked("/moved")) {
    exchange.send("HTTP/1.1 302 Found\r\nLocation: /moved/on\r\nContent-Length: 0\r\n\r\n");
  } else if (asked("/silent")) {
    exchange.hang();
  } else if (asked("/slow")) {
    bool there = exchange.send(ok + "Content-Length: 100000\r\n\r\n");
    while (there) {
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
      there = exchange.send("0123456789");
    }
  }
}

void declare_page(const fs::path& catalog, const std::string& url) {
  fs::create_directories(catalog);
  write_file(
      catalog / "Reading Room.json",
      json::serialize(json::object{{"name", "Reading Room"}, {"terms", {{"Privacy Policy", {{"fetch", url}}}}}}));
}

}  // namespace

TEST_CASE("each limit of a visit is a flag and a variable, and the visit says which one was reached") {
  const RawOrigin origin(misbehave);
  const TemporaryFolder folder;
  const std::string catalog = (folder.path() / "catalog").string();
  const struct {
    const char *path, *flag, *variable, *value, *reason;
  } rows[] = {
      {"/long", "--max-wire-bytes", "SMALLPRINT_MAX_WIRE_BYTES", "2000", "too_large: more than 2000 bytes on the wire"},
      {"/long", "--max-body-bytes", "SMALLPRINT_MAX_BODY_BYTES", "3000", "too_large: more than 3000 bytes of text"},
      {"/squeezed", "--max-ratio", "SMALLPRINT_MAX_RATIO", "7", "too_large: more than 7 times its bytes on the wire"},
      {"/headers", "--max-header-bytes", "SMALLPRINT_MAX_HEADER_BYTES", "2048",
       "too_large: more than 2048 bytes of headers"},
      {"/moved", "--max-redirects", "SMALLPRINT_MAX_REDIRECTS", "3", "refused: more than 3 redirects"},
      {"/silent", "--first-byte-seconds", "SMALLPRINT_FIRST_BYTE_SECONDS", "1", "timeout: no answer within 1 s"},
      {"/silent", "--total-seconds", "SMALLPRINT_TOTAL_SECONDS", "1", "timeout: more than 1 s in all"},
      {"/slow", "--low-speed-seconds", "SMALLPRINT_LOW_SPEED_SECONDS", "1",
       "timeout: less than 100000 bytes a second for 1 s"},
  };
  for (const auto& row : rows) {
    for (const bool by_flag : {true, false}) {
      CAPTURE(row.flag);
      CAPTURE(by_flag);
      declare_page(catalog, origin.url(row.path));
      std::vector<std::string> command = {"env",
                                          fmt::format("{}={}", by_flag ? "X" : row.variable, row.value),
                                          smallprint_binary(),
                                          "--archive",
                                          archive_in(folder.path()),
                                          "fetch",
                                          "--catalog",
                                          catalog,
                                          "--allow-address",
                                          "127.0.0.1",
                                          "--ignore-robots",
                                          "--low-speed-bytes=100000"};
      if (by_flag) command.insert(command.end(), {row.flag, row.value});
      const Finished finished = run(command);
      CAPTURE(finished.err);
      CHECK(finished.status == 1);
      CHECK(contains(finished.err, std::string("failed       reading-room/privacy-policy: ") + row.reason + "\n"));
    }
  }
  // They are kept with the visits, the last one first.
  const Served served(folder.path(), {"--no-fetch"});
  const auto visits = served.items("/api/v1/documents/reading-room/privacy-policy/observations");
  REQUIRE(visits.size() == 2 * std::size(rows));
  for (std::size_t i = 0; i < visits.size(); ++i) {
    CHECK(text(visits[i], "reason") == rows[std::size(rows) - 1 - i / 2].reason);
  }
}

TEST_CASE("a host that takes no connection is given up after --connect-seconds") {
  // A name server that is not there is as silent as a host; the TLS hand-shake is part of connecting.
  const RawOrigin origin([](const RawExchange& exchange) { exchange.hang(); });
  const TemporaryFolder folder;
  const std::string catalog = (folder.path() / "catalog").string();
  declare_page(catalog, "https" + origin.url("/").substr(4));
  const Finished finished = run({smallprint_binary(), "--archive", archive_in(folder.path()), "fetch", "--catalog",
                                 catalog, "--allow-address", "127.0.0.1", "--ignore-robots", "--connect-seconds", "1"});
  CAPTURE(finished.err);
  CHECK(contains(finished.err, "timeout: no connection within 1 s"));
}

TEST_CASE("serve fetches within the limits that it is given") {
  const RawOrigin origin(misbehave);
  const TemporaryFolder folder;
  const std::string catalog = (folder.path() / "catalog").string();
  declare_page(catalog, origin.url("/long"));
  Served served(folder.path(),
                {"--catalog", catalog, "--allow-address", "127.0.0.1", "--ignore-robots", "--max-wire-bytes", "1234"});
  const auto line = served.process().wait_for_log("visit document=reading-room/privacy-policy", 30);
  REQUIRE(line);
  CHECK(contains(*line, "reason=\"too_large: more than 1234 bytes on the wire\""));
}

TEST_CASE("a limit that is no number, or out of its bounds, is wrong usage, and no archive is made") {
  const TemporaryFolder folder;
  for (const std::vector<std::string>& wrong :
       std::vector<std::vector<std::string>>{{"--max-wire-bytes", "0"},
                                             {"--max-wire-bytes", "-1"},
                                             {"--max-wire-bytes", "99999999999"},
                                             {"--max-ratio", "0"},
                                             {"--max-ratio", "many"},
                                             {"--max-redirects", "-1"},
                                             {"--max-redirects", "51"},
                                             {"--max-header-bytes", "999999"},
                                             {"--total-seconds", "0"},
                                             {"--first-byte-seconds", "0.1"},
                                             {"--low-speed-seconds", "3601"},
                                             {"--connect-seconds", ""}}) {
    CAPTURE(wrong[0]);
    CAPTURE(wrong[1]);
    for (const char* command : {"fetch", "serve"}) {
      std::vector<std::string> line = {smallprint_binary(), "--archive", archive_in(folder.path()), command};
      line.insert(line.end(), wrong.begin(), wrong.end());
      const Finished finished = run(line);
      CHECK(finished.status == 2);
      CHECK(contains(finished.err, wrong[0]));
    }
  }
  CHECK(fs::is_empty(folder.path()));
}
