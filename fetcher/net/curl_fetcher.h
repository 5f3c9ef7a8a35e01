// The Fetcher that goes to the network, through libcurl. Only http and https; every address is judged when the socket
// is opened, after DNS, on every hop.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fetcher/fetcher.h"

namespace smallprint {

struct CurlFetcherOptions {
  FetchLimits limits;
  std::string user_agent;  ///< honest, with a contact
  /// Addresses that are allowed although they are loopback, private or otherwise reserved: "127.0.0.1", "10.0.0.0/8".
  std::vector<std::string> allowed_ranges;
};

/// Error bad_input: an allowed range that is none.
Result<std::unique_ptr<Fetcher>> make_curl_fetcher(const CurlFetcherOptions& options);

}  // namespace smallprint
