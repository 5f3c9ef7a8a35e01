// The Fetcher that goes to the network, through libcurl: hundreds of visits at once on one thread. Only http and https;
// every address is judged when the socket is opened, after DNS, on every hop, and robots.txt is asked before (RFC
// 9309). Connections are kept and shared, cookies live as long as their visit.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "fetcher/fetcher.h"
#include "fetcher/net/proxy.h"

namespace smallprint {

struct CurlFetcherOptions {
  FetchLimits limits;
  std::string user_agent;  ///< honest, with a contact; what stands before "/" is our product token in robots.txt
  /// Addresses that are allowed although they are loopback, private or otherwise reserved: "127.0.0.1", "10.0.0.0/8".
  std::vector<std::string> allowed_ranges;
  bool obey_robots = true;
  std::chrono::seconds robots_lifetime = std::chrono::hours{24};        ///< an answer is asked for anew after it
  std::chrono::milliseconds robots_timeout = std::chrono::seconds{20};  ///< in all, beside the time of the page
  /// Where a visit goes through a proxy, robots.txt and redirects do too. The proxies' own addresses are not judged:
  /// the operator named them. What is asked of a proxy is judged by its host's name or address (AddressGuard).
  std::vector<Proxy> proxies = {};
  std::size_t connections = 100;  ///< visits under way at once; the others wait, and their time does not run
  /// Bodies in memory, until the FetchResult is let go. Beyond it no visit begins and those under way wait, the hosts'
  /// time too; where nothing is let go for a second, one of them goes on all the same: its page may be what is waited
  /// for.
  std::uint64_t memory_bytes = 64U << 20;
  std::string ca_file = {};  ///< certificates (PEM) that are trusted beside the system's
  /// Instead of looking a name up: "HOST:PORT:ADDRESS[,ADDRESS]…". For tests.
  std::vector<std::string> resolved = {};
};

/// Error bad_input: an allowed range that is none, a file of certificates that cannot be read.
Result<std::unique_ptr<Fetcher>> make_curl_fetcher(const CurlFetcherOptions& options);

}  // namespace smallprint
