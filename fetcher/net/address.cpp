#include "fetcher/net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace smallprint {
namespace {

constexpr int v4_prefix = 96;  // of ::ffff:0:0/96

AddressBytes from_v4(const std::uint8_t* bytes) {
  AddressBytes address{};
  address[10] = address[11] = 0xFF;
  std::copy_n(bytes, 4, address.begin() + 12);
  return address;
}

bool is_v4(const AddressBytes& address) {
  return std::all_of(address.begin(), address.begin() + 10, [](std::uint8_t byte) { return byte == 0; }) &&
         address[10] == 0xFF && address[11] == 0xFF;
}

struct Refused {
  std::string_view range;
  std::string_view why;
};

constexpr std::array<Refused, 19> refused_v4 = {{
    {"0.0.0.0/8", "this network"},          {"10.0.0.0/8", "private"},
    {"100.64.0.0/10", "carrier-grade NAT"}, {"127.0.0.0/8", "loopback"},
    {"168.63.129.16/32", "metadata"},  // Azure's, on a public address
    {"169.254.0.0/16", "link-local"},       {"172.16.0.0/12", "private"},
    {"192.0.0.0/24", "reserved"},           {"192.0.2.0/24", "documentation"},
    {"192.31.196.0/24", "reserved"},        {"192.52.193.0/24", "reserved"},
    {"192.88.99.0/24", "6to4 relay"},       {"192.168.0.0/16", "private"},
    {"192.175.48.0/24", "reserved"},        {"198.18.0.0/15", "benchmarking"},
    {"198.51.100.0/24", "documentation"},   {"203.0.113.0/24", "documentation"},
    {"224.0.0.0/4", "multicast"},           {"240.0.0.0/4", "reserved"},
}};

// Of IPv6 only 2000::/3 is given out for the public (RFC 4291); what is refused inside it stands here. NAT64's
// 64:ff9b::/96 is judged by the IPv4 address inside.
constexpr std::array<Refused, 9> refused_v6 = {{
    {"2001::/32", "Teredo"},
    {"2001:2::/48", "benchmarking"},
    {"2001:10::/28", "ORCHID"},
    {"2001:20::/28", "ORCHID"},
    {"2001:db8::/32", "documentation"},
    {"2001::/23", "reserved"},
    {"2002::/16", "6to4"},
    {"2620:4f:8000::/48", "reserved"},
    {"3fff::/20", "documentation"},
}};

constexpr std::array<Refused, 6> outside_public_v6 = {{
    {"::1/128", "loopback"},
    {"fe80::/10", "link-local"},
    {"fec0::/10", "site-local"},
    {"fc00::/7", "private"},
    {"ff00::/8", "multicast"},
    {"::/96", "IPv4-compatible"},
}};

template <std::size_t N>
std::string_view find(const std::array<Refused, N>& table, const AddressBytes& address) {
  for (const Refused& entry : table) {
    if (parse_address_range(entry.range).value().contains(address)) return entry.why;
  }
  return {};
}

}  // namespace

bool AddressRange::contains(const AddressBytes& other) const {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(address.begin(), address.begin() + static_cast<std::ptrdiff_t>(whole), other.begin())) return false;
  const int rest = bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFF << (8 - rest));
  return (address[whole] & mask) == (other[whole] & mask);
}

Result<AddressRange> parse_address_range(std::string_view text) {
  const Error error{ErrorCode::bad_input,
                    "'" + std::string(text) + "' is no address or range like 10.0.0.0/8 or fd00::/8"};
  const std::size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  AddressRange range;
  std::array<std::uint8_t, 4> v4{};
  int most = 128;
  if (text.find('\0') != std::string_view::npos) return error;  // inet_pton would read up to it
  if (inet_pton(AF_INET, address.c_str(), v4.data()) == 1) {
    range.address = from_v4(v4.data());
    most = 32;
  } else if (inet_pton(AF_INET6, address.c_str(), range.address.data()) != 1) {
    return error;
  }
  int bits = most;
  if (slash != std::string_view::npos) {
    const char* end = text.data() + text.size();
    const auto [parsed, failed] = std::from_chars(text.data() + slash + 1, end, bits);
    if (failed != std::errc{} || parsed != end || bits < 0 || bits > most) return error;
  }
  range.bits = most == 32 ? v4_prefix + bits : bits;
  return range;
}

Result<AddressGuard> AddressGuard::make(const std::vector<std::string>& allowed_ranges) {
  AddressGuard guard;
  for (const std::string& text : allowed_ranges) {
    auto range = parse_address_range(text);
    if (!range) return range.error();
    guard.allowed_.push_back(*range);
  }
  return guard;
}

std::string_view AddressGuard::refusal(const sockaddr* address) const {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
    return refusal(from_v4(bytes.data()));
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    AddressBytes bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return refusal(bytes);
  }
  return "neither IPv4 nor IPv6";
}

std::string_view AddressGuard::refusal_of_host(std::string_view host) const {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string name(host);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c); });
  if (name.find('/') == std::string::npos) {
    if (const auto literal = parse_address_range(name)) return refusal(literal->address);
  }
  if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    return "a name that is not in ASCII";
  }
  if (name == "localhost" || name.ends_with(".localhost")) {
    return refusal(parse_address_range("127.0.0.1").value().address);
  }
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos) return "a name without a domain";
  // What ends in a number is an address to some resolvers (WHATWG URL, "ends in a number").
  const std::string last = name.substr(dot + 1);
  if (last.empty() || std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; }) ||
      last.starts_with("0x")) {
    return "an address in disguise";
  }
  // RFC 6762, ICANN's reservation of 2024, RFC 8375.
  for (const std::string_view inside : {".local", ".internal", ".home.arpa"}) {
    if (name.ends_with(inside)) return "a name of a private network";
  }
  return {};
}

std::string_view AddressGuard::refusal(const AddressBytes& address) const {
  for (const AddressRange& range : allowed_) {
    // ::/0 is all of IPv6, not the IPv4 addresses that are written inside it here.
    if (range.contains(address) && (range.bits >= v4_prefix || !is_v4(address))) return {};
  }
  if (is_v4(address)) return find(refused_v4, address);

  static constexpr std::array<std::uint8_t, 12> nat64 = {0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0};
  if (std::equal(nat64.begin(), nat64.end(), address.begin())) return refusal(from_v4(address.data() + 12));

  const bool global = (address[0] & 0xE0) == 0x20;  // 2000::/3
  if (global) return find(refused_v6, address);
  const std::string_view why = find(outside_public_v6, address);
  return why.empty() ? "reserved" : why;
}

}  // namespace smallprint
