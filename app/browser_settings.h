// The browser for pages that need one, as the operator sets it: flags and variables.
#pragma once

#include <memory>
#include <string>

#include "fetcher/fetcher.h"
#include "fetcher/net/browser_session.h"
#include "fetcher/net/curl_fetcher.h"
#include "model/result.h"

namespace CLI {
class App;
}

namespace smallprint {

struct BrowserSettings {
  std::string browser = "none";  ///< --browser: "none", "auto", or a program
  std::string webdriver;         ///< --webdriver
  std::string guard_proxy;       ///< --guard-proxy
  unsigned sessions = 1;         ///< --browser-sessions
  BrowserLimits limits;          ///< --browser-seconds and its like
};

/// Is there to be a browser?
bool is_set(const BrowserSettings& settings);
/// Adds the flags to a command; `settings` is filled when the command line is read, and must outlive it.
void add_browser_settings(CLI::App& command, BrowserSettings& settings);

/// `plain` itself where no browser is set, else a Fetcher around it that renders. `options` are those of `plain`.
/// Errors: those of make_browser_fetcher().
Result<std::unique_ptr<Fetcher>> with_browser(std::unique_ptr<Fetcher> plain, const BrowserSettings& settings,
                                              const CurlFetcherOptions& options);

}  // namespace smallprint
