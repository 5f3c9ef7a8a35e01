// A running `smallprint serve`, and what it answers.
#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/http_client.h"
#include "tests/support/support.h"

namespace smallprint::test {

/// Starts the program on a free port, with an archive in `folder`; killed at the end of the scope.
class Served {
 public:
  Served(const std::filesystem::path& folder, const std::vector<std::string>& options);

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url(std::string_view target) const;
  [[nodiscard]] HttpAnswer get(std::string_view target, const HttpHeaders& headers = {}) const;
  /// The answer's JSON; the test fails where the status is not 200 or the body no JSON.
  [[nodiscard]] boost::json::value json(std::string_view target) const;
  /// The items of a list, over all its pages.
  [[nodiscard]] std::vector<boost::json::value> items(std::string target) const;
  /// Waits until the demo has played its last visit, a minute at most; how long that took since the start.
  std::optional<std::chrono::milliseconds> wait_for_demo();
  Background& process() { return *process_; }

 private:
  std::chrono::steady_clock::time_point started_;
  std::unique_ptr<Background> process_;
  std::uint16_t port_ = 0;
};

/// "sqlite:FOLDER/archive.db"
std::string archive_in(const std::filesystem::path& folder);

/// A member's value; null where the value is no object or has no such member.
const boost::json::value& member(const boost::json::value& value, std::string_view key);
/// A member's text, or empty where it is missing or no string.
std::string text(const boost::json::value& value, std::string_view key);
/// The strings of an array member, joined: "2. How We Use Your Data > 2.1 Services".
std::string joined(const boost::json::value& value, std::string_view key);
/// Of a change or a version: the effect of one of its topics ("introduced"), or empty.
std::string effect_on(const boost::json::value& row, std::string_view topic);
/// Of a change: its inserted ("+") or deleted ("-") words, joined with a bar between two runs.
std::string marked(const boost::json::value& change, std::string_view mark);
bool contains(std::string_view text, std::string_view part);

/// What headless Chromium makes of a page: its DOM after loading, or a screenshot. Empty where no chromium is
/// installed.
std::string chromium();
std::string dump_dom(const std::string& url);
/// The PNG's bytes.
std::string screenshot(const std::string& url, int width, int height);

}  // namespace smallprint::test
