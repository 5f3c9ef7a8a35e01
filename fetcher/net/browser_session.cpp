#include "fetcher/net/browser_session.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/json.hpp>
#include <thread>
#include <utility>

#include "fetcher/net/browser_log.h"
#include "fetcher/net/browser_page.h"

namespace smallprint {
namespace {

namespace json = boost::json;
using namespace std::chrono;

constexpr seconds end_timeout{2};
constexpr milliseconds between_looks{250};
constexpr milliseconds between_weighings{1000};

constexpr const char* disabled_features =
    "--disable-features=AutofillServerCommunication,CertificateTransparencyComponentUpdater,"
    "InterestFeedContentSuggestions,MediaRouter,NetworkTimeServiceQuerying,OptimizationHints,Translate";

/// What Chromium is not to do by itself: everything goes through the proxy, nothing but what the page asks for.
constexpr const char* switches[] = {
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--dns-prefetch-disable",
    "--deny-permission-prompts",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    "--blink-settings=imagesEnabled=false",
    disabled_features,
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--proxy-bypass-list=<-loopback>",  // also of what would else be fetched past the proxy
    "--window-size=1280,1024",
};

/// A language list that fits into a header.
bool is_languages(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-,;=.* ").find(c) != std::string_view::npos;
  });
}

std::string text_in(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

Error stopped_error() { return {ErrorCode::unavailable, "stopped"}; }

}  // namespace

/// A page on its way.
struct BrowserSession::Page {
  PageLog log;
  steady_clock::time_point begin = steady_clock::now(), deadline;
  bool whole = false;  ///< it is to be taken
  std::string cut;     ///< why it is not, although it came
  std::string html;
  std::uint64_t length = 0;  ///< of an HTML that is too long to be taken
};

BrowserSession::BrowserSession(BrowserSetting setting, const std::atomic<bool>& stopped)
    : setting_(std::move(setting)), stopped_(stopped) {}

BrowserSession::~BrowserSession() { kill(); }

Result<std::unique_ptr<BrowserSession>> BrowserSession::make(BrowserSetting setting, const std::atomic<bool>& stopped) {
  auto guard = GuardProxy::start(setting.guard);
  if (!guard) return guard.error();
  std::unique_ptr<BrowserSession> session(new BrowserSession(std::move(setting), stopped));
  session->guard_ = std::move(guard).value();
  return session;
}

void BrowserSession::kill() {
  if (driver_ && process_ == nullptr) driver_->end(end_timeout);
  driver_.reset();
  process_.reset();
}

Result<void> BrowserSession::begin() {
  if (driver_ && driver_->begun()) return {};
  const bool own = setting_.webdriver.empty();
  if (own && process_ == nullptr) {
    auto started = BrowserProcess::start(setting_.programs, stopped_);
    if (!started) return started.error();
    process_ = std::move(started).value();
  }
  driver_.emplace(own ? process_->url() : setting_.webdriver, stopped_);

  json::array arguments;
  for (const char* one : switches) arguments.emplace_back(one);
  arguments.emplace_back(fmt::format("--proxy-server=http://{}:{}", setting_.guard_host, guard_->port()));
  // Names are our proxy's to resolve: where one slips past it, it leads nowhere.
  arguments.emplace_back(fmt::format("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {}", setting_.guard_host));
  arguments.emplace_back("--user-agent=" + setting_.user_agent);
  json::object options{{"excludeSwitches", {"enable-logging"}},
                       {"prefs",
                        {{"webrtc.ip_handling_policy", "disable_non_proxied_udp"},
                         {"webrtc.multiple_routes_enabled", false},
                         {"webrtc.nonproxied_udp_enabled", false},
                         {"download_restrictions", 3}}}};
  if (own) {
    // By a pipe no other program of this machine finds the browser, and the browser ends when its driver does.
    arguments.emplace_back("--remote-debugging-pipe");
    arguments.emplace_back("--user-data-dir=" + (process_->folder() / "profile").string());
    if (const std::string why = why_no_sandbox(); !why.empty()) arguments.emplace_back("--no-sandbox");
    options["binary"] = setting_.programs.browser;
  }
  arguments.emplace_back("about:blank");
  options["args"] = std::move(arguments);
  const json::object capabilities{{"browserName", "chrome"},
                                  {"pageLoadStrategy", "none"},
                                  {"acceptInsecureCerts", false},
                                  {"unhandledPromptBehavior", "dismiss"},
                                  {"timeouts", {{"script", 5000}, {"pageLoad", 60000}, {"implicit", 0}}},
                                  {"goog:loggingPrefs", {{"performance", "ALL"}}},
                                  {"goog:chromeOptions", std::move(options)}};
  auto granted = driver_->begin(capabilities, setting_.browser.start);
  if (!granted) return granted.error();
  version_ = fmt::format("{}/{}", text_in(*granted, "browserName"), text_in(*granted, "browserVersion"));
  std::erase_if(version_, [](char c) { return c <= ' ' || c > '~'; });
  const auto window = driver_->get("/window", setting_.browser.call);
  if (!window) return window.error();
  if (!window->is_string()) return Error{ErrorCode::unavailable, "the browser's driver names no window"};
  window_ = window->get_string();
  pages_ = 0;
  const auto denied = driver_->devtools("Browser.setDownloadBehavior", {{"behavior", "deny"}}, setting_.browser.call);
  if (!denied) return denied.error();
  spdlog::info("browser started={} proxy={}:{}{}", version_, setting_.guard_host, guard_->port(),
               own && !why_no_sandbox().empty() ? " sandbox=off reason=\"" + why_no_sandbox() + "\"" : "");
  return {};
}

/// Each page begins as in a browser that has seen no other one.
Result<void> BrowserSession::prepare(const FetchRequest& request) {
  if (pages_ > 0) {
    for (const auto& [command, parameters] :
         {std::pair<const char*, json::object>{"Network.clearBrowserCookies", {}},
          {"Network.clearBrowserCache", {}},
          {"Storage.clearDataForOrigin", {{"origin", "*"}, {"storageTypes", "all"}}}}) {
      if (const auto cleared = driver_->devtools(command, parameters, setting_.browser.call); !cleared)
        return cleared.error();
    }
  }
  const std::size_t slash = version_.find('/');
  const std::string major = version_.substr(slash + 1, version_.find('.', slash) - slash - 1);
  json::object agent{{"userAgent", fmt::format("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
                                               "Chrome/{}.0.0.0 Safari/537.36 {}",
                                               major, setting_.user_agent)}};
  if (is_languages(request.accept_language)) agent["acceptLanguage"] = request.accept_language;
  const auto named = driver_->devtools("Network.setUserAgentOverride", agent, setting_.browser.call);
  if (!named) return named.error();
  const auto log = driver_->post("/se/log", {{"type", "performance"}}, setting_.browser.call);
  if (!log) return log.error();
  return {};
}

Result<void> BrowserSession::read_log(Page& page) {
  const auto log = driver_->post("/se/log", {{"type", "performance"}}, setting_.browser.call);
  if (!log) return log.error();
  page.log.read(*log);
  return {};
}

/// Sets page.whole where it is to be taken. Error: the driver's, or limit where the browser is too large.
Result<void> BrowserSession::wait_until_whole(const FetchRequest& request, Page& page) {
  PageWatch watch(setting_.browser.quiet, steady_clock::now());
  json::array selectors;
  for (const std::string& selector : request.wait_for) selectors.emplace_back(selector);
  const json::value argument(std::move(selectors));
  const auto patience = std::min(page.begin + setting_.browser.patience, page.deadline);
  const auto first_byte = page.begin + setting_.limits.connect_timeout + setting_.limits.first_byte_timeout;
  auto weigh_at = steady_clock::now();
  PageLook look;
  while (true) {
    if (stopped_) return stopped_error();
    if (auto read = read_log(page); !read) return read.error();
    const MainDocument& document = page.log.document();
    const bool failed =
        !document.error.empty() || (document.answered && document.status != 200 && document.status != 203);
    const bool far = document.urls.size() > static_cast<std::size_t>(setting_.limits.max_redirects) + 1;
    if (failed || far || is_for_plain_fetch(document) || !guard_->traffic().exceeded.empty()) return {};
    const auto now = steady_clock::now();
    if (process_ != nullptr && now >= weigh_at) {
      weigh_at = now + between_weighings;
      if (process_->memory() > setting_.browser.max_memory) {
        page.cut = fmt::format("the browser needs more than {} MiB for it", setting_.browser.max_memory >> 20U);
        return Error{ErrorCode::limit, page.cut};
      }
    }
    if (document.answered) {
      auto looked = driver_->run(script_to_look(), argument, setting_.browser.call);
      if (looked && looked->is_array() && looked->get_array().size() == 3) {
        const json::array& seen = looked->get_array();
        look.parsed = seen[0].is_bool() && seen[0].get_bool();
        look.text = seen[1].is_int64() ? static_cast<std::uint64_t>(std::max<std::int64_t>(seen[1].get_int64(), 0)) : 0;
        look.declared = seen[2].is_bool() && seen[2].get_bool();
        look.under_way = page.log.under_way();
        page.whole = watch.settled(look, steady_clock::now());
      } else if (!looked && looked.error().code != ErrorCode::conflict) {
        return looked.error();  // a page that is just being replaced by another one is a conflict
      }
    }
    if (page.whole) return {};
    if (now >= (document.answered ? patience : std::min(first_byte, page.deadline))) {
      page.whole = document.answered && look.parsed;
      if (document.answered && !look.parsed) page.cut = "the document did not come to its end in time";
      return {};
    }
    std::this_thread::sleep_for(between_looks);
  }
}

/// Loads the page and takes its HTML where it is one.
Result<void> BrowserSession::show(const FetchRequest& request, Page& page) {
  if (auto prepared = prepare(request); !prepared) return prepared;
  page.log = PageLog(window_);
  page.begin = steady_clock::now();
  // What an address that cannot be shown comes to stands in the log.
  const auto navigated = driver_->post("/url", {{"url", request.url}}, setting_.browser.call);
  if (!navigated && navigated.error().code != ErrorCode::conflict) return navigated.error();
  if (auto waited = wait_until_whole(request, page); !waited) return waited;
  if (!page.whole) return {};
  auto taken = driver_->run(script_to_take(), setting_.limits.max_body_bytes, 2 * setting_.browser.call);
  if (!taken) return taken.error();
  if (auto read = read_log(page); !read) return read;  // another document may have come in its place
  if (taken->is_string()) page.html = std::string(taken->get_string());
  if (taken->is_int64()) page.length = static_cast<std::uint64_t>(taken->get_int64());
  return {};
}

void BrowserSession::finish() {
  ++pages_;
  const bool heavy = process_ != nullptr && process_->memory() > setting_.browser.max_memory;
  if (heavy || pages_ >= setting_.browser.pages) return kill();
  const auto windows = driver_->get("/window/handles", setting_.browser.call);
  const bool alone = windows && windows->is_array() && windows->get_array().size() == 1;
  const auto left = driver_->post("/url", {{"url", "about:blank"}}, setting_.browser.call);
  if (!alone || !left) kill();  // a window that a page opened may go on
}

std::optional<FetchResult> BrowserSession::render(const FetchRequest& request, const Proxy* proxy) {
  const auto begin_of_visit = steady_clock::now();
  const auto ended = [&](FetchResult result) {
    result.duration = duration_cast<milliseconds>(steady_clock::now() - begin_of_visit);
    if (result.urls.empty()) result.urls.push_back(request.url);
    return result;
  };
  const auto failed = [&](FetchResult result, FetchOutcome outcome, std::string reason) {
    result.outcome = stopped_ ? FetchOutcome::network_error : outcome;
    result.stopped = stopped_;
    result.reason = stopped_ ? "stopped" : std::move(reason);
    result.rendered = false;
    result.body.clear();
    return ended(std::move(result));
  };
  if (auto begun = begin(); !begun) {
    kill();
    spdlog::error("browser error=\"{}\"", begun.error().message);
    return failed({}, FetchOutcome::network_error, "no browser: " + begun.error().message);
  }
  Page page{PageLog(window_), steady_clock::now(), begin_of_visit + setting_.limits.total_timeout, false, {}, {}, 0};
  guard_->open({setting_.browser.max_bytes, setting_.browser.max_connections, setting_.limits.connect_timeout, proxy});
  const auto shown = show(request, page);
  const PageTraffic traffic = guard_->close();
  const MainDocument& document = page.log.document();
  FetchResult result = result_of(document, traffic, setting_.limits);
  if (!shown) {
    kill();
    const bool late = shown.error().code == ErrorCode::limit && page.cut.empty();
    if (!stopped_) spdlog::warn("browser killed reason=\"{}\" url={}", shown.error().message, request.url);
    const FetchOutcome outcome = late               ? FetchOutcome::timeout
                                 : page.cut.empty() ? FetchOutcome::network_error
                                                    : FetchOutcome::too_large;
    return failed(std::move(result), outcome, shown.error().message);
  }
  finish();
  if (is_for_plain_fetch(document)) return std::nullopt;
  if (result.outcome != FetchOutcome::ok) {
    const FetchOutcome outcome = result.outcome;
    const std::string reason = result.reason;
    return failed(std::move(result), outcome, reason);
  }
  if (!page.cut.empty()) return failed(std::move(result), FetchOutcome::timeout, page.cut);
  if (page.html.size() > setting_.limits.max_body_bytes || page.length > 0) {
    return failed(std::move(result), FetchOutcome::too_large,
                  fmt::format("more than {} bytes of text", setting_.limits.max_body_bytes));
  }
  if (page.html.empty()) return failed(std::move(result), FetchOutcome::network_error, "the browser gives no page");
  result.headers.emplace_back(rendered_header, version_);
  result.body = std::move(page.html);
  return ended(std::move(result));
}

}  // namespace smallprint
