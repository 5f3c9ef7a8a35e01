#include "fetcher/net/proxied_request.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace smallprint {
namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c); });
  return out;
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// A name or an address as browsers write it, and nothing that libcurl could read otherwise.
bool is_host(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    return host.find_first_not_of("0123456789abcdef:.") == std::string_view::npos;
  }
  return !host.empty() && host.size() < 256 &&
         host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-._") == std::string_view::npos;
}

/// Splits "host:port"; the port is `fallback` where it is left out, and 0 is none.
bool split_authority(std::string_view authority, std::uint16_t fallback, std::string& host, std::uint16_t& port) {
  const std::size_t colon = authority.rfind(':');
  const bool has_port = colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
  host = lower(authority.substr(0, has_port ? colon : authority.size()));
  port = has_port ? number<std::uint16_t>(authority.substr(colon + 1)).value_or(0) : fallback;
  return is_host(host) && port != 0;
}

std::string base64(std::string_view bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view group = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      bits = bits << 8U | (j < group.size() ? static_cast<unsigned char>(group[j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= group.size() ? digits[bits >> (18 - 6 * j) & 0x3FU] : '=';
    }
  }
  return out;
}

/// Takes the next line off `head`, without its end.
std::string_view take_line(std::string_view& head) {
  const std::size_t end = head.find("\r\n");
  const std::string_view line = head.substr(0, end);
  head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
  return line;
}

/// About this connection alone, or written by us.
bool is_dropped(std::string_view name) {
  static constexpr std::string_view dropped[] = {"connection", "proxy-connection",    "keep-alive", "te",
                                                 "upgrade",    "proxy-authorization", "host",       "content-length"};
  return std::find(std::begin(dropped), std::end(dropped), name) != std::end(dropped);
}

}  // namespace

std::string ProxiedRequest::authority() const { return fmt::format("{}:{}", host, port); }

Result<ProxiedRequest> read_proxied_request(std::string_view head, const Proxy* through) {
  const Error error{ErrorCode::bad_input, "no request that a browser sends to a proxy"};
  const std::string_view line = take_line(head);
  const std::size_t first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || last == first || !line.substr(last).starts_with(" HTTP/1.")) return error;
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (method.empty() || method.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != std::string_view::npos) return error;
  if (std::any_of(target.begin(), target.end(),
                  [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7F'; })) {
    return error;
  }

  ProxiedRequest request;
  request.tunnel = method == "CONNECT";
  if (request.tunnel) {
    if (!split_authority(target, 0, request.host, request.port)) return error;
    return request;
  }
  constexpr std::string_view scheme = "http://";
  if (!target.starts_with(scheme)) return error;
  const std::string_view address = target.substr(scheme.size());
  const std::size_t path = std::min(address.find_first_of("/?#"), address.size());
  if (!split_authority(address.substr(0, path), http_port, request.host, request.port)) return error;

  std::string rest(address.substr(path));
  if (!rest.starts_with('/')) rest.insert(0, "/");
  const std::string authority = request.port == http_port ? request.host : request.authority();
  request.head = fmt::format("{} {}{} HTTP/1.1\r\nHost: {}\r\n", method,
                             through == nullptr ? std::string() : fmt::format("http://{}", authority), rest, authority);
  bool sized = false;
  for (std::string_view field = take_line(head); !field.empty(); field = take_line(head)) {
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos || colon == 0 || field.find('\0') != std::string_view::npos) return error;
    const std::string name = lower(field.substr(0, colon));
    if (name == "transfer-encoding") return error;
    if (name == "content-length") {
      const std::size_t begin = field.find_first_not_of(' ', colon + 1);
      const auto length = number<std::uint64_t>(begin == std::string_view::npos ? "" : field.substr(begin));
      if (!length || sized) return error;
      sized = true;
      request.body_bytes = *length;
      request.head += fmt::format("Content-Length: {}\r\n", *length);
    }
    if (!is_dropped(name)) request.head.append(field).append("\r\n");
  }
  if (through != nullptr && !through->user.empty()) {
    request.head += fmt::format("Proxy-Authorization: Basic {}\r\n", base64(through->user + ":" + through->password));
  }
  request.head += "Connection: close\r\n\r\n";
  return request;
}

std::string authority_of(std::string_view url) {
  const bool plain = url.starts_with("http://");
  if (!plain && !url.starts_with("https://")) return {};
  url.remove_prefix(url.find("://") + 3);
  std::string host;
  std::uint16_t port = 0;
  if (!split_authority(url.substr(0, url.find_first_of("/?#")), plain ? http_port : https_port, host, port)) return {};
  return fmt::format("{}:{}", host, port);
}

}  // namespace smallprint
