// How pages are fetched, as the operator sets it: the flags and variables that `fetch` and `serve` share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fetcher/fetcher.h"
#include "model/result.h"

namespace CLI {
class App;
}

namespace smallprint {

struct FetchSettings {
  std::vector<std::string> allowed_addresses;  ///< --allow-address
  bool ignore_robots = false;                  ///< --ignore-robots
  std::vector<std::string> proxies;            ///< --proxy
  std::string proxy_credentials;               ///< --proxy-credentials, a file
  std::string ca_file;                         ///< --ca-file
  std::size_t connections = 100;               ///< --connections
  FetchLimits limits;                          ///< --max-wire-bytes and its like
};

/// Adds the flags to a command; `settings` is filled when the command line is read, and must outlive it.
void add_fetch_settings(CLI::App& command, FetchSettings& settings);

/// The fetcher that goes to the network. Error bad_input: a setting that is none; the message says which.
Result<std::unique_ptr<Fetcher>> make_fetcher(const FetchSettings& settings);

}  // namespace smallprint
