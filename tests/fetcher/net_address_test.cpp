#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "fetcher/net/address.h"

namespace smallprint {
namespace {

struct Judged {
  const char* address;
  const char* why;  ///< empty: may be fetched from
};

AddressGuard guard_with(const std::vector<std::string>& allowed) {
  auto guard = AddressGuard::make(allowed);
  REQUIRE(guard.ok());
  return std::move(guard).value();
}

/// Judges an address as the socket callback does: as a sockaddr of its family.
std::string judge(const AddressGuard& guard, const std::string& text) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    return std::string(guard.refusal(reinterpret_cast<const sockaddr*>(&v4)));
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  REQUIRE_MESSAGE(inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1, text);
  return std::string(guard.refusal(reinterpret_cast<const sockaddr*>(&v6)));
}

}  // namespace

TEST_CASE("addresses inside, reserved or embedding such a one are refused, each with its reason") {
  const AddressGuard guard = guard_with({});
  for (const Judged& row : std::vector<Judged>{
           {"0.0.0.0", "this network"},
           {"0.255.255.255", "this network"},
           {"10.0.0.0", "private"},
           {"10.255.255.255", "private"},
           {"100.64.0.0", "carrier-grade NAT"},
           {"100.100.100.200", "carrier-grade NAT"},  // the metadata of one cloud
           {"100.127.255.255", "carrier-grade NAT"},
           {"127.0.0.1", "loopback"},
           {"127.255.255.254", "loopback"},
           {"168.63.129.16", "metadata"},  // of another, on a public address
           {"169.254.0.0", "link-local"},
           {"169.254.169.254", "link-local"},  // of most
           {"172.16.0.0", "private"},
           {"172.31.255.255", "private"},
           {"192.0.0.0", "reserved"},
           {"192.0.0.192", "reserved"},
           {"192.0.2.1", "documentation"},
           {"192.31.196.1", "reserved"},
           {"192.52.193.1", "reserved"},
           {"192.88.99.1", "6to4 relay"},
           {"192.168.0.0", "private"},
           {"192.168.255.255", "private"},
           {"192.175.48.1", "reserved"},
           {"198.18.0.0", "benchmarking"},
           {"198.19.255.255", "benchmarking"},
           {"198.51.100.7", "documentation"},
           {"203.0.113.7", "documentation"},
           {"224.0.0.1", "multicast"},
           {"239.255.255.255", "multicast"},
           {"240.0.0.1", "reserved"},
           {"255.255.255.255", "reserved"},
           {"::", "IPv4-compatible"},
           {"::1", "loopback"},
           {"::127.0.0.1", "IPv4-compatible"},
           {"::8.8.8.8", "IPv4-compatible"},
           {"::ffff:127.0.0.1", "loopback"},
           {"::ffff:10.1.2.3", "private"},
           {"::ffff:169.254.169.254", "link-local"},
           {"::ffff:0:127.0.0.1", "reserved"},  // RFC 2765's translated form
           {"64:ff9b::127.0.0.1", "loopback"},
           {"64:ff9b::10.0.0.1", "private"},
           {"64:ff9b::a9fe:a9fe", "link-local"},
           {"64:ff9b:1::10.0.0.1", "reserved"},
           {"100::1", "reserved"},
           {"2001::1", "Teredo"},
           {"2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"},
           {"2001:2::1", "benchmarking"},
           {"2001:10::1", "ORCHID"},
           {"2001:20::1", "ORCHID"},
           {"2001:1ff::1", "reserved"},
           {"2001:db8::1", "documentation"},
           {"2002:7f00:1::", "6to4"},
           {"2002:808:808::1", "6to4"},
           {"2620:4f:8000::1", "reserved"},
           {"3fff::1", "documentation"},
           {"3fff:fff:ffff::1", "documentation"},
           {"4000::1", "reserved"},
           {"5f00::1", "reserved"},
           {"fc00::1", "private"},
           {"fd00:ec2::254", "private"},
           {"fdff:ffff::1", "private"},
           {"fe80::1", "link-local"},
           {"febf::1", "link-local"},
           {"fec0::1", "site-local"},
           {"ff02::1", "multicast"},
       }) {
    CAPTURE(row.address);
    CHECK(judge(guard, row.address) == row.why);
  }
}

TEST_CASE("public addresses are allowed, those next to a refused range too") {
  const AddressGuard guard = guard_with({});
  for (const char* address : {"1.0.0.0",          "1.1.1.1",         "8.8.8.8",         "9.255.255.255",
                              "11.0.0.0",         "100.63.255.255",  "100.128.0.0",     "126.255.255.255",
                              "128.0.0.0",        "168.63.129.15",   "168.63.129.17",   "169.253.255.255",
                              "169.255.0.0",      "172.15.255.255",  "172.32.0.0",      "192.0.1.0",
                              "192.0.3.0",        "192.88.98.255",   "192.88.100.0",    "192.167.255.255",
                              "192.169.0.0",      "198.17.255.255",  "198.20.0.0",      "203.0.112.255",
                              "203.0.114.0",      "223.255.255.255", "2001:200::1",     "2001:4860:4860::88",
                              "2003::1",          "2606:4700::1111", "2a00:1450::1",    "3ffe::1",
                              "64:ff9b::8.8.8.8", "::ffff:8.8.8.8",  "2001:db7:ffff::1"}) {
    CAPTURE(address);
    CHECK(judge(guard, address) == "");
  }
}

TEST_CASE("an allowed range opens what lies in it and nothing beside it") {
  const AddressGuard guard = guard_with({"127.0.0.1", "10.1.0.0/16", "::1", "fd00:1::/32"});
  for (const char* address : {"127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1", "10.1.0.0", "10.1.255.255", "::1",
                              "fd00:1::1", "fd00:1:ffff::1", "8.8.8.8"}) {
    CAPTURE(address);
    CHECK(judge(guard, address) == "");
  }
  for (const char* address : {"127.0.0.2", "10.0.255.255", "10.2.0.0", "fd00:2::1", "::2", "192.168.0.1"}) {
    CAPTURE(address);
    CHECK(judge(guard, address) != "");
  }
}

TEST_CASE("an IPv6 range with few bits does not open IPv4") {
  const AddressGuard guard = guard_with({"::/0"});
  CHECK(judge(guard, "fd00::1") == "");
  CHECK(judge(guard, "::1") == "");
  CHECK(judge(guard, "127.0.0.1") == "loopback");
  CHECK(judge(guard, "::ffff:10.0.0.1") == "private");
  CHECK(judge(guard_with({"0.0.0.0/0"}), "10.0.0.1") == "");
  CHECK(judge(guard_with({"0.0.0.0/0"}), "fd00::1") == "private");
  CHECK(judge(guard_with({"::ffff:10.0.0.0/104"}), "10.9.9.9") == "");
}

TEST_CASE("a family that is neither IPv4 nor IPv6 is refused") {
  const AddressGuard guard = guard_with({"0.0.0.0/0", "::/0"});
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  CHECK(guard.refusal(reinterpret_cast<const sockaddr*>(&local)) == "neither IPv4 nor IPv6");
}

TEST_CASE("ranges that parse") {
  struct Row {
    const char* text;
    int bits;
  };
  for (const Row& row : std::vector<Row>{{"127.0.0.1", 128},
                                         {"127.0.0.1/32", 128},
                                         {"10.0.0.0/8", 104},
                                         {"0.0.0.0/0", 96},
                                         {"::1", 128},
                                         {"fd00::/8", 8},
                                         {"::/0", 0},
                                         {"::ffff:1.2.3.4", 128}}) {
    CAPTURE(row.text);
    const auto range = parse_address_range(row.text);
    REQUIRE(range.ok());
    CHECK(range->bits == row.bits);
  }
}

TEST_CASE("what is no range is an error that names it, and no guard is made of it") {
  for (const std::string& text : std::vector<std::string>{"",
                                                          " ",
                                                          "/",
                                                          "/8",
                                                          "10.0.0.0/",
                                                          "10.0.0.0/33",
                                                          "10.0.0.0/-1",
                                                          "10.0.0.0/+8",
                                                          "10.0.0.0/8 ",
                                                          " 10.0.0.0/8",
                                                          "10.0.0.0/8/8",
                                                          "10.0.0.0/0x8",
                                                          "10.0.0.0/99999999999",
                                                          "10.0.0",
                                                          "10.0.0.256",
                                                          "0x7f.0.0.1",
                                                          "2130706433",
                                                          "::1/129",
                                                          ":::1",
                                                          "[::1]",
                                                          "fe80::1%eth0",
                                                          "localhost",
                                                          "10.0.0.0-10.0.0.9",
                                                          std::string("10.0.0.1\0", 9),
                                                          std::string("10.0.0.1\0/8", 11)}) {
    CAPTURE(text);
    const auto range = parse_address_range(text);
    REQUIRE_FALSE(range.ok());
    CHECK(range.error().code == ErrorCode::bad_input);
    CHECK(range.error().message.find(text) != std::string::npos);
    CHECK_FALSE(AddressGuard::make({"127.0.0.1", text}).ok());
  }
}

TEST_CASE("an IPv4 address is judged the same in its own family, mapped into IPv6, and behind NAT64") {
  const AddressGuard guard = guard_with({"10.20.0.0/16"});
  std::mt19937 random(20240918);
  for (int i = 0; i < 20000; ++i) {
    const auto number = static_cast<std::uint32_t>(random());
    AddressBytes mapped{};
    mapped[10] = mapped[11] = 0xFF;
    AddressBytes nat64{0x00, 0x64, 0xFF, 0x9B};
    for (std::size_t byte = 0; byte < 4; ++byte) {
      mapped[12 + byte] = nat64[12 + byte] = static_cast<std::uint8_t>(number >> (24 - 8 * byte));
    }
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = htonl(number);
    const std::string_view why = guard.refusal(reinterpret_cast<const sockaddr*>(&v4));
    REQUIRE(guard.refusal(mapped) == why);
    REQUIRE(guard.refusal(nat64) == why);
  }
}

}  // namespace smallprint
