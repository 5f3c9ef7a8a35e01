// Which addresses may be fetched from: public ones, and what the operator allows. Judged when a socket is opened, after
// DNS, on every hop, so that neither a redirect nor a name that resolves anew reaches the operator's network.
//
// Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates). Pure; a few comparisons.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.h"

namespace smallprint {

/// An IPv6 address in network order; an IPv4 address as ::ffff:a.b.c.d.
using AddressBytes = std::array<std::uint8_t, 16>;

/// A range of addresses: those that share the first `bits` bits.
struct AddressRange {
  AddressBytes address{};
  int bits = 128;
  [[nodiscard]] bool contains(const AddressBytes& other) const;
};

/// "127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8". Error: bad_input.
Result<AddressRange> parse_address_range(std::string_view text);

class AddressGuard {
 public:
  /// Error bad_input: a range that is none.
  static Result<AddressGuard> make(const std::vector<std::string>& allowed_ranges);

  /// Why an address is refused ("loopback", "private", …); empty where it may be fetched from. A family that is neither
  /// IPv4 nor IPv6 is refused.
  [[nodiscard]] std::string_view refusal(const sockaddr* address) const;
  [[nodiscard]] std::string_view refusal(const AddressBytes& address) const;
  /// Why a host may not be asked for through a proxy, which resolves its name in our place: an address is judged as
  /// above, a name by itself, as far as that goes. `host` as it stands in an address, in ASCII.
  [[nodiscard]] std::string_view refusal_of_host(std::string_view host) const;

 private:
  std::vector<AddressRange> allowed_;
};

}  // namespace smallprint
