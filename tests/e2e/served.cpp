#include "tests/e2e/served.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <thread>

namespace smallprint::test {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string archive_in(const fs::path& folder) { return "sqlite:" + (folder / "archive.db").string(); }

Served::Served(const fs::path& folder, const std::vector<std::string>& options)
    : started_(std::chrono::steady_clock::now()) {
  std::vector<std::string> command = {smallprint_binary(), "--archive",  archive_in(folder), "serve",
                                      "--listen",          "127.0.0.1:0"};
  command.insert(command.end(), options.begin(), options.end());
  const fs::path log = folder / "serve.log";
  fs::remove(log);
  process_ = std::make_unique<Background>(command, log);
  const auto line = process_->wait_for_log("smallprint: http://", 60);
  if (!line) FAIL("serve did not start: " << (fs::exists(log) ? read_file(log) : "no log"));
  const std::string address = "http://127.0.0.1:";
  port_ = static_cast<std::uint16_t>(std::atoi(line->c_str() + line->find(address) + address.size()));
}

std::string Served::url(std::string_view target) const {
  return "http://127.0.0.1:" + std::to_string(port_) + std::string(target);
}

HttpAnswer Served::get(std::string_view target, const HttpHeaders& headers) const {
  return http_get(port_, target, headers);
}

json::value Served::json(std::string_view target) const {
  const HttpAnswer answer = get(target);
  INFO("GET " << std::string(target) << ": " << answer.body.substr(0, 500));
  REQUIRE(answer.status == 200);
  boost::system::error_code error;
  json::value parsed = json::parse(answer.body, error);
  REQUIRE(!error);
  return parsed;
}

std::vector<json::value> Served::items(std::string target) const {
  std::vector<json::value> all;
  while (!target.empty()) {
    const json::value page = json(target);
    REQUIRE(member(page, "items").is_array());
    for (const json::value& item : member(page, "items").get_array()) all.push_back(item);
    target = text(page, "next");
    if (target.starts_with("http://")) target = target.substr(target.find('/', 7));
  }
  return all;
}

std::optional<std::chrono::milliseconds> Served::wait_for_demo() {
  const auto end = started_ + std::chrono::seconds(60);
  // The story's last visit is to this document.
  const std::string target = "/api/v1/documents/guildwren-demo/terms-of-service/observations?limit=1";
  while (std::chrono::steady_clock::now() < end) {
    const HttpAnswer answer = get(target);
    if (answer.status == 200 && contains(answer.body, "\"2026-01-28T")) {
      return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started_);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return std::nullopt;
}

const json::value& member(const json::value& value, std::string_view key) {
  static const json::value null;
  if (!value.is_object()) return null;
  const json::value* found = value.get_object().if_contains(key);
  return found == nullptr ? null : *found;
}

std::string text(const json::value& value, std::string_view key) {
  const json::value& found = member(value, key);
  return found.is_string() ? std::string(found.get_string()) : std::string();
}

std::string joined(const json::value& value, std::string_view key) {
  std::string all;
  const json::value& found = member(value, key);
  if (!found.is_array()) return all;
  for (const json::value& each : found.get_array()) {
    if (!all.empty()) all += " > ";
    if (each.is_string()) all += each.get_string();
  }
  return all;
}

std::string effect_on(const json::value& row, std::string_view topic) {
  const json::value& topics = member(row, "topics");
  if (!topics.is_array()) return {};
  for (const json::value& each : topics.get_array()) {
    if (text(each, "id") == topic) return text(each, "effect");
  }
  return {};
}

std::string marked(const json::value& change, std::string_view mark) {
  std::string all;
  const json::value& words = member(change, "words");
  if (!words.is_array()) return all;
  for (const json::value& word : words.get_array()) {
    if (!word.is_array() || word.get_array().size() != 2 || word.get_array()[0].as_string() != mark) continue;
    if (!all.empty()) all += "|";
    all += word.get_array()[1].as_string();
  }
  return all;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string chromium() {
  for (const char* path : {"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"}) {
    if (fs::exists(path)) return path;
  }
  return {};
}

namespace {

Finished run_chromium(const std::vector<std::string>& options, const std::string& url, const fs::path& profile) {
  std::vector<std::string> command = {"timeout",
                                      "120",
                                      chromium(),
                                      "--headless",
                                      "--no-sandbox",
                                      "--disable-gpu",
                                      "--disable-dev-shm-usage",
                                      "--no-first-run",
                                      "--disable-background-networking",
                                      "--disable-sync",
                                      "--hide-scrollbars",
                                      "--user-data-dir=" + profile.string()};
  command.insert(command.end(), options.begin(), options.end());
  command.push_back(url);
  return run(command);
}

}  // namespace

std::string dump_dom(const std::string& url) {
  const TemporaryFolder folder;
  const Finished finished = run_chromium({"--dump-dom"}, url, folder.path());
  INFO(finished.err);
  REQUIRE(finished.status == 0);
  return finished.out;
}

std::string screenshot(const std::string& url, int width, int height) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "page.png";
  const Finished finished = run_chromium(
      {"--screenshot=" + file.string(), "--window-size=" + std::to_string(width) + "," + std::to_string(height)}, url,
      folder.path());
  INFO(finished.err);
  REQUIRE(finished.status == 0);
  return read_file(file);
}

}  // namespace smallprint::test
