// Speaks the WebDriver protocol (W3C) to chromedriver or a Selenium Grid: JSON over HTTP, one call at a time.
//
// The address is the operator's, or that of a driver that we started: like a proxy's it is not judged. Each call has a
// limit of time and ends within a second of stop. What comes back is not trusted: it is bounded and may be anything.
#pragma once

#include <atomic>
#include <boost/json/fwd.hpp>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "model/result.h"

namespace smallprint {

class WebDriver {
 public:
  /// `url` without a slash at its end: "http://127.0.0.1:9515", "http://grid.internal:4444/wd/hub".
  WebDriver(std::string url, const std::atomic<bool>& stopped) : url_(std::move(url)), stopped_(stopped) {}

  /// Begins a session with these capabilities; what the browser is, as the answer says. Errors as of call().
  Result<boost::json::object> begin(const boost::json::object& capabilities, std::chrono::milliseconds timeout);
  /// Ends it, as far as anybody answers; also when stopped.
  void end(std::chrono::milliseconds timeout);
  [[nodiscard]] bool begun() const { return !session_.empty(); }

  /// One command of the session: its value. `path` is "/url"; an empty object is posted as {}, without `body` it is a
  /// GET. Errors: limit (it took longer than `timeout`), conflict (the driver says that it failed, and why), not_found
  /// (it says that there is no such session or window), unavailable (no answer, or one that is no WebDriver's).
  Result<boost::json::value> post(std::string_view path, const boost::json::object& body,
                                  std::chrono::milliseconds timeout);
  Result<boost::json::value> get(std::string_view path, std::chrono::milliseconds timeout);
  /// A command of Chromium's DevTools protocol.
  Result<boost::json::value> devtools(std::string_view command, const boost::json::object& parameters,
                                      std::chrono::milliseconds timeout);
  /// Runs a script's body in the page, `arguments` being its only argument.
  Result<boost::json::value> run(std::string_view script, const boost::json::value& argument,
                                 std::chrono::milliseconds timeout);

 private:
  Result<boost::json::value> call(const char* method, const std::string& path, const std::string& body,
                                  std::chrono::milliseconds timeout, bool heed_stop = true);
  std::string url_;
  std::string session_;
  const std::atomic<bool>& stopped_;
};

/// "http://HOST:PORT[/PATH]" or the same with https, as an operator writes a driver's address; without user name, query
/// and fragment. Error: bad_input.
Result<std::string> parse_webdriver(std::string_view text);

}  // namespace smallprint
