// A Fetcher that has pages rendered which ask for it (FetchRequest::execute_scripts), by Chromium behind a proxy of
// ours, and leaves all others, robots.txt and what is no page to another Fetcher.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fetcher/fetcher.h"
#include "fetcher/net/browser_session.h"
#include "fetcher/net/proxy.h"
#include "model/result.h"

namespace smallprint {

struct BrowserFetcherOptions {
  std::string browser;      ///< to start: "auto", or the path of a Chromium or Chrome
  std::string webdriver;    ///< instead: the address of a chromedriver or a Selenium Grid that runs already
  std::string guard_proxy;  ///< "HOST:PORT" where that one reaches our proxy; may be empty where it is on this machine
  unsigned sessions = 1;    ///< browsers at the same time; with a `guard_proxy` each has the next port
  BrowserLimits limits;
  FetchLimits page_limits;
  std::string user_agent;
  std::vector<std::string> allowed_ranges;  ///< as in CurlFetcherOptions
  std::vector<Proxy> proxies = {};
};

/// Errors: bad_input (a setting that is none), not_found (no browser or driver is installed), unavailable (the proxy's
/// port is taken). A browser is started with the first page that asks for one.
Result<std::unique_ptr<Fetcher>> make_browser_fetcher(std::unique_ptr<Fetcher> plain,
                                                      const BrowserFetcherOptions& options);

}  // namespace smallprint
