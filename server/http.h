// Requests and responses as plain values: what a handler is a pure function over. No Beast here.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smallprint {

struct Request {
  std::string method = "GET";
  std::string target = "/";                                  ///< path and query, as sent
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case

  /// The header's first value, or empty. `name` in lower case.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

/// A HEAD is answered like a GET, body and all: the listener sends the header alone. Called from several threads at
/// once; must not throw.
using Handler = std::function<Response(const Request&)>;

}  // namespace smallprint
