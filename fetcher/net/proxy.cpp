#include "fetcher/net/proxy.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <cstdint>

namespace smallprint {
namespace {

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

/// Takes "NAME=" off the text's front.
std::string take_name(std::string_view& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || !is_name(text.substr(0, equals))) return {};
  std::string name(text.substr(0, equals));
  text.remove_prefix(equals + 1);
  return name;
}

}  // namespace

Result<Proxy> parse_proxy(std::string_view text) {
  const Error error{ErrorCode::bad_input,
                    "a proxy is written [NAME=]http://HOST:PORT or [NAME=]socks5://HOST:PORT, without user name and "
                    "password, which are taken from SMALLPRINT_PROXY_CREDENTIALS or a file"};
  Proxy proxy;
  proxy.name = take_name(text);
  if (proxy.name == no_proxy) return Error{ErrorCode::bad_input, "no proxy may be named 'direct'"};
  const auto url = boost::urls::parse_uri(text);
  if (!url || url->has_userinfo() || url->host().empty()) return error;
  const std::string port(url->port());
  std::uint16_t number = 0;  // port_number() of boost 1.81 does not tell a number that is too large
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (failed != std::errc{} || end != port.data() + port.size() || number == 0) return error;
  if ((!url->path().empty() && url->path() != "/") || url->has_query() || url->has_fragment()) return error;
  const std::string authority(url->encoded_host_and_port());
  if (url->scheme() == "http") {
    proxy.url = "http://" + authority;
  } else if (url->scheme() == "socks5" || url->scheme() == "socks5h") {
    proxy.url = "socks5h://" + authority;
  } else {
    return error;
  }
  return proxy;
}

Result<void> add_proxy_credentials(std::vector<Proxy>& proxies, std::string_view lines) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    std::string_view line = lines.substr(0, end);
    lines = end == std::string_view::npos ? std::string_view() : lines.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const std::string name = take_name(line);
    const auto found = std::find_if(proxies.begin(), proxies.end(), [&](const Proxy& one) { return one.name == name; });
    const std::size_t colon = line.find(':');
    if (found == proxies.end()) {
      return Error{ErrorCode::bad_input, "there are credentials for a proxy that --proxy does not name"};
    }
    if (colon == std::string_view::npos || colon == 0) {
      return Error{ErrorCode::bad_input, "a proxy's credentials are written [NAME=]USER:PASSWORD"};
    }
    found->user = line.substr(0, colon);
    found->password = line.substr(colon + 1);
  }
  return {};
}

const Proxy* find_proxy(const std::vector<Proxy>& proxies, std::string_view name) {
  const auto found = std::find_if(proxies.begin(), proxies.end(), [&](const Proxy& one) { return one.name == name; });
  return found == proxies.end() ? nullptr : &*found;
}

}  // namespace smallprint
