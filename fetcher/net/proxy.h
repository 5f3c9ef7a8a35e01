// Outgoing proxies, as the operator names them. Values; pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/result.h"

namespace smallprint {

/// What a declaration says for no proxy at all.
constexpr std::string_view no_proxy = "direct";

struct Proxy {
  std::string name;  ///< as declarations name it; empty: for all that name none
  std::string url;   ///< "http://HOST:PORT" or "socks5h://HOST:PORT": names of hosts are resolved by the proxy
  std::string user, password;
};

/// "[NAME=]http://HOST:PORT" or "[NAME=]socks5://HOST:PORT", without user name and password. Error: bad_input, which
/// does not repeat the text: there may be a password in it.
Result<Proxy> parse_proxy(std::string_view text);

/// Lines of "[NAME=]USER:PASSWORD" for the proxies that they name. Error: bad_input, which repeats none of it.
Result<void> add_proxy_credentials(std::vector<Proxy>& proxies, std::string_view lines);

/// The proxy of that name; null where there is none.
const Proxy* find_proxy(const std::vector<Proxy>& proxies, std::string_view name);

}  // namespace smallprint
