#include "app/browser_settings.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>

#include "fetcher/net/browser_fetcher.h"

namespace smallprint {
namespace {

constexpr const char* group = "Pages that need a browser";

template <class Number, class Set>
void add_number(CLI::App& command, const char* flag, const char* variable, const char* unit, Number preset,
                const std::string& help, Number least, Number most, Set set) {
  command
      .add_option_function<Number>(
          flag, [set](const Number& value) { set(value); }, help)
      ->check(CLI::Range(least, most))
      ->envname(variable)
      ->type_name(unit)
      ->group(group)
      ->default_str(std::to_string(preset));
}

}  // namespace

bool is_set(const BrowserSettings& settings) { return !settings.webdriver.empty() || settings.browser != "none"; }

void add_browser_settings(CLI::App& command, BrowserSettings& settings) {
  using namespace std::chrono;
  command
      .add_option("--browser", settings.browser,
                  "Chromium or Chrome to start for pages that are declared with executeClientScripts, or show nothing "
                  "without their scripts: none, auto (the one that is installed, with its chromedriver), or its path")
      ->envname("SMALLPRINT_BROWSER")
      ->type_name("auto|none|PATH")
      ->group(group)
      ->capture_default_str();
  command
      .add_option("--webdriver", settings.webdriver,
                  "Instead: a chromedriver or a Selenium Grid that runs already, http://HOST:PORT")
      ->envname("SMALLPRINT_WEBDRIVER")
      ->type_name("URL")
      ->group(group);
  command
      .add_option("--guard-proxy", settings.guard_proxy,
                  "Where the browser of a --webdriver on another machine reaches our proxy, through which it fetches "
                  "everything: an address of this machine and a port to listen on")
      ->envname("SMALLPRINT_GUARD_PROXY")
      ->type_name("HOST:PORT")
      ->group(group);
  command.add_option("--browser-sessions", settings.sessions, "Browsers at the same time, each with one page")
      ->check(CLI::Range(1, 16))
      ->envname("SMALLPRINT_BROWSER_SESSIONS")
      ->type_name("N")
      ->group(group)
      ->capture_default_str();
  BrowserLimits& limits = settings.limits;
  command.add_option("--browser-pages", limits.pages, "Pages that one browser renders before it is started anew")
      ->check(CLI::Range(1, 10000))
      ->envname("SMALLPRINT_BROWSER_PAGES")
      ->type_name("N")
      ->group(group)
      ->capture_default_str();
  command
      .add_option("--browser-bytes", limits.max_bytes, "Bytes that a page may load with everything that belongs to it")
      ->check(CLI::Range(std::uint64_t{1} << 16U, std::uint64_t{1} << 32U))
      ->envname("SMALLPRINT_BROWSER_BYTES")
      ->type_name("N")
      ->group(group)
      ->capture_default_str();
  add_number<std::uint64_t>(command, "--browser-memory", "SMALLPRINT_BROWSER_MEMORY", "MIB", limits.max_memory >> 20U,
                            "Memory of a browser that was started; beyond it is killed, and the page too large", 256,
                            65536, [&limits](std::uint64_t value) { limits.max_memory = value << 20U; });
  add_number<std::uint32_t>(command, "--browser-seconds", "SMALLPRINT_BROWSER_SECONDS", "SECONDS",
                            static_cast<std::uint32_t>(duration_cast<seconds>(limits.patience).count()),
                            "For which a page may go on changing; then it is taken as it stands", 1, 600,
                            [&limits](std::uint32_t value) { limits.patience = seconds{value}; });
  add_number<std::uint32_t>(
      command, "--browser-quiet", "SMALLPRINT_BROWSER_QUIET", "MILLISECONDS",
      static_cast<std::uint32_t>(limits.quiet.count()),
      "Without a change until a page is taken for whole; twice as long while it has hardly any text", 100, 60000,
      [&limits](std::uint32_t value) { limits.quiet = milliseconds{value}; });
}

Result<std::unique_ptr<Fetcher>> with_browser(std::unique_ptr<Fetcher> plain, const BrowserSettings& settings,
                                              const CurlFetcherOptions& options) {
  if (!is_set(settings)) return plain;
  BrowserFetcherOptions browser;
  browser.browser = settings.browser;
  browser.webdriver = settings.webdriver;
  browser.guard_proxy = settings.guard_proxy;
  browser.sessions = settings.sessions;
  browser.limits = settings.limits;
  browser.page_limits = options.limits;
  browser.user_agent = options.user_agent;
  browser.allowed_ranges = options.allowed_ranges;
  browser.proxies = options.proxies;
  return make_browser_fetcher(std::move(plain), browser);
}

}  // namespace smallprint
