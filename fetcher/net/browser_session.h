// One browser: renders one page after the other behind a guarding proxy of its own, and is killed and started anew when
// it hangs, grows too large, or has served its number of pages.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "fetcher/fetcher.h"
#include "fetcher/net/address.h"
#include "fetcher/net/browser_process.h"
#include "fetcher/net/guard_proxy.h"
#include "fetcher/net/webdriver.h"

namespace smallprint {

/// How pages are rendered; every limit has a number.
struct BrowserLimits {
  std::uint64_t max_bytes = 50U << 20;        ///< from all hosts, for one page with everything that it loads
  std::size_t max_connections = 400;          ///< to all hosts, for one page
  std::uint64_t max_memory = 1536U << 20;     ///< of a browser that we started, with all of its processes
  unsigned pages = 20;                        ///< that one browser renders before another one takes its place
  std::chrono::milliseconds quiet{3000};      ///< without growth until a page is taken for whole
  std::chrono::milliseconds patience{20000};  ///< until it is taken as it stands
  std::chrono::milliseconds start{30000};     ///< until there is a browser
  std::chrono::milliseconds call{10000};      ///< of a command: a page that keeps its browser busy for longer is cut
};

struct BrowserSetting {
  BrowserPrograms programs;  ///< to start; of no account where there is a `webdriver`
  std::string webdriver;     ///< the address of one that runs already, or empty
  GuardProxyOptions guard;   ///< where its proxy listens
  std::string guard_host;    ///< as the browser reaches the proxy
  std::string user_agent;    ///< ours, with a contact
  FetchLimits limits;        ///< of a page: time, redirects, bytes of its text
  BrowserLimits browser;
};

class BrowserSession {
 public:
  /// `stopped` is looked at all the while, and outlives the session. Errors: those of GuardProxy::start().
  static Result<std::unique_ptr<BrowserSession>> make(BrowserSetting setting, const std::atomic<bool>& stopped);
  ~BrowserSession();
  BrowserSession(const BrowserSession&) = delete;
  BrowserSession& operator=(const BrowserSession&) = delete;

  /// Blocking; always from the same thread, which outlives the session. `proxy` is the operator's, or null. Nothing
  /// where the page is none for a browser, a PDF, say, and is to be fetched without one.
  std::optional<FetchResult> render(const FetchRequest& request, const Proxy* proxy);

 private:
  struct Page;
  BrowserSession(BrowserSetting setting, const std::atomic<bool>& stopped);
  Result<void> begin();
  Result<void> prepare(const FetchRequest& request);
  Result<void> show(const FetchRequest& request, Page& page);
  Result<void> read_log(Page& page);
  Result<void> wait_until_whole(const FetchRequest& request, Page& page);
  void finish();
  void kill();

  const BrowserSetting setting_;
  const std::atomic<bool>& stopped_;
  std::unique_ptr<GuardProxy> guard_;
  std::unique_ptr<BrowserProcess> process_;
  std::optional<WebDriver> driver_;
  std::string version_;  ///< "chrome/120.0.6099.71"
  std::string window_;
  unsigned pages_ = 0;  ///< rendered by this browser
};

}  // namespace smallprint
