// What an address must be before anything is asked for it: http or https, with a host, and without what readers of
// addresses disagree about. Pure.
#pragma once

#include <string>

namespace smallprint {

class AddressGuard;

/// The parts of an address that was accepted.
struct PageAddress {
  std::string origin;  ///< "https://www.example.org:8443"
  std::string target;  ///< path and query
};

/// Why an address is not fetched, before any connection; empty where it may be. `judge` its host where a proxy resolves
/// it, and no socket of ours leads there.
std::string refuse_address(const std::string& url, PageAddress& parts, const AddressGuard* judge);

}  // namespace smallprint
