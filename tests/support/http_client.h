// A small blocking HTTP/1.1 client on loopback: one request for each connection, bytes as given, so that tests can send
// what no decent client would.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smallprint::test {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpAnswer {
  int status = 0;       ///< 0: the server closed the connection without an answer
  HttpHeaders headers;  ///< names in lower case
  std::string body;

  /// The header's first value, or empty. `name` in lower case.
  [[nodiscard]] std::string header(std::string_view name) const;
};

/// Sends `bytes` to 127.0.0.1 and reads the answer to its end. Throws where nobody listens, nothing comes for a minute,
/// or the body is not as long as its content-length says.
HttpAnswer http_send(std::uint16_t port, std::string_view bytes);

/// `target` goes onto the request line as it is.
HttpAnswer http_get(std::uint16_t port, std::string_view target, const HttpHeaders& headers = {});

}  // namespace smallprint::test
