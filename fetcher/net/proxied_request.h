// What a browser asks a proxy for: the head of one request, read strictly and written anew. Values; pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fetcher/net/proxy.h"
#include "model/result.h"

namespace smallprint {

struct ProxiedRequest {
  bool tunnel = false;           ///< CONNECT
  std::string host;              ///< in lower case, an IPv6 address in brackets
  std::uint16_t port = 0;        ///< 80 where a plain address names none
  std::string head;              ///< of a plain request, to send on, with its end
  std::uint64_t body_bytes = 0;  ///< that follow it

  /// "example.org:443"
  [[nodiscard]] std::string authority() const;
};

/// `head` up to and with its empty line. A plain request is written for the host itself, or for `through`, an HTTP
/// proxy with its credentials. Connection headers are replaced: one request, then the connection ends. Error bad_input:
/// it is none, or one that no browser sends (a body without a length, a user name in the address).
Result<ProxiedRequest> read_proxied_request(std::string_view head, const Proxy* through);

/// "host:port" of an http or https address, as authority() writes it; empty where it is none.
std::string authority_of(std::string_view url);

}  // namespace smallprint
