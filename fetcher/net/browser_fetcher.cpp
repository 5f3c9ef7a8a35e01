#include "fetcher/net/browser_fetcher.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "fetcher/net/webdriver.h"

namespace smallprint {
namespace {

class BrowserFetcher final : public Fetcher {
 public:
  BrowserFetcher(std::unique_ptr<Fetcher> plain, std::vector<Proxy> proxies)
      : plain_(std::move(plain)), proxies_(std::move(proxies)) {}

  ~BrowserFetcher() override {
    stop();
    {
      const std::scoped_lock lock(mutex_);
      ending_ = true;
    }
    wake_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }
  BrowserFetcher(const BrowserFetcher&) = delete;
  BrowserFetcher& operator=(const BrowserFetcher&) = delete;

  [[nodiscard]] const std::atomic<bool>& stopped() const { return stopped_; }

  /// A thread for each browser, which the kernel ties the browser's life to.
  void work_with(std::unique_ptr<BrowserSession> session) {
    workers_.emplace_back([this, session = std::move(session)]() mutable {
      work(*session);
      session.reset();
    });
  }

  void start(FetchRequest request, Done done) override {
    if (!request.execute_scripts) return plain_->start(std::move(request), std::move(done));
    {
      const std::scoped_lock lock(mutex_);
      ++asking_;
    }
    FetchRequest question = request;
    question.permission_only = true;
    plain_->start(std::move(question), [this, request = std::move(request), done = std::move(done)](FetchResult said) {
      const bool allowed = said.outcome == FetchOutcome::ok;
      {
        const std::scoped_lock lock(mutex_);
        --asking_;
        if (allowed) queue_.push_back({request, done, said.crawl_delay});
        wake_.notify_all();
      }
      if (!allowed) done(std::move(said));
    });
  }

  void stop() override {
    stopped_ = true;
    plain_->stop();
  }

  [[nodiscard]] FetchLoad load() const override {
    FetchLoad load = plain_->load();
    const std::scoped_lock lock(mutex_);
    load.visits += rendering_;
    load.waiting += queue_.size();
    return load;
  }

  [[nodiscard]] bool renders() const override { return true; }

 private:
  struct Job {
    FetchRequest request;
    Done done;
    std::chrono::milliseconds crawl_delay{0};
  };

  void work(BrowserSession& session) {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] { return !queue_.empty() || (ending_ && asking_ == 0); });
      if (queue_.empty()) return;
      Job job = std::move(queue_.front());
      queue_.pop_front();
      ++rendering_;
      lock.unlock();
      FetchResult result = visit(session, job.request);
      result.crawl_delay = std::max(result.crawl_delay, job.crawl_delay);
      job.done(std::move(result));
      job = {};
      lock.lock();
      --rendering_;
    }
  }

  FetchResult visit(BrowserSession& session, const FetchRequest& request) {
    if (stopped_) {
      FetchResult result;
      result.reason = "stopped";
      result.stopped = true;
      return result;
    }
    const Proxy* proxy = request.proxy == no_proxy ? nullptr : find_proxy(proxies_, request.proxy);
    auto rendered = session.render(request, proxy);
    FetchRequest plain = request;
    plain.execute_scripts = false;
    if (!rendered) return plain_->fetch(plain);
    // The browser followed redirects by itself: what robots.txt does not allow is not kept.
    plain.permission_only = true;
    for (std::size_t i = 1; i < rendered->urls.size() && rendered->outcome == FetchOutcome::ok; ++i) {
      plain.url = rendered->urls[i];
      FetchResult said = plain_->fetch(plain);
      if (said.outcome == FetchOutcome::ok) continue;
      said.urls = std::move(rendered->urls);
      said.wire_bytes = rendered->wire_bytes;
      said.duration += rendered->duration;
      return said;
    }
    return std::move(*rendered);
  }

  const std::unique_ptr<Fetcher> plain_;
  const std::vector<Proxy> proxies_;
  std::atomic<bool> stopped_{false};
  mutable std::mutex mutex_;  ///< of what is below
  std::condition_variable wake_;
  std::deque<Job> queue_;
  std::size_t asking_ = 0;  ///< for permission
  std::size_t rendering_ = 0;
  bool ending_ = false;
  std::vector<std::thread> workers_;
};

/// "proxy.internal:9080", "[fd00::5]:9080"
Result<void> parse_guard_proxy(std::string_view text, std::string& host, std::uint16_t& port) {
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && colon > 0) {
    host = text.substr(0, colon);
    const auto [end, failed] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
    const bool bracketed = host.front() == '[' && host.back() == ']';
    const bool good = bracketed || host.find_first_of("[]:/@ ") == std::string::npos;
    if (failed == std::errc{} && end == text.data() + text.size() && port > 0 && good) return {};
  }
  return Error{ErrorCode::bad_input, "--guard-proxy takes HOST:PORT, as the browser's machine reaches it"};
}

bool is_this_machine(std::string_view url) {
  url.remove_prefix(std::min(url.find("://") + 3, url.size()));
  const std::string_view host = url.substr(0, url.find_first_of(":/", url.starts_with('[') ? url.find(']') : 0));
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

}  // namespace

Result<std::unique_ptr<Fetcher>> make_browser_fetcher(std::unique_ptr<Fetcher> plain,
                                                      const BrowserFetcherOptions& options) {
  BrowserSetting setting;
  setting.guard_host = setting.guard.host;
  setting.user_agent = options.user_agent;
  setting.limits = options.page_limits;
  setting.browser = options.limits;
  auto guard = AddressGuard::make(options.allowed_ranges);
  if (!guard) return guard.error();
  setting.guard.guard = std::move(guard).value();
  if (options.webdriver.empty()) {
    if (!options.guard_proxy.empty()) {
      return Error{ErrorCode::bad_input, "--guard-proxy is for the browser of a --webdriver; ours needs none"};
    }
    auto programs = find_browser(options.browser);
    if (!programs) return programs.error();
    setting.programs = std::move(programs).value();
  } else {
    auto address = parse_webdriver(options.webdriver);
    if (!address) return address.error();
    setting.webdriver = std::move(address).value();
    setting.guard.own_user_only = false;  // whose it is, the operator knows
    if (!options.guard_proxy.empty()) {
      if (auto parsed = parse_guard_proxy(options.guard_proxy, setting.guard_host, setting.guard.port); !parsed) {
        return parsed.error();
      }
      const bool bracketed = setting.guard_host.front() == '[';
      setting.guard.host = bracketed ? setting.guard_host.substr(1, setting.guard_host.size() - 2) : setting.guard_host;
    } else if (!is_this_machine(setting.webdriver)) {
      return Error{
          ErrorCode::bad_input,
          "a WebDriver on another machine needs --guard-proxy HOST:PORT, an address of this one that it reaches"};
    }
  }
  auto fetcher = std::make_unique<BrowserFetcher>(std::move(plain), options.proxies);
  for (unsigned i = 0; i < std::max(options.sessions, 1U); ++i) {
    auto session = BrowserSession::make(setting, fetcher->stopped());
    if (!session) return session.error();
    fetcher->work_with(std::move(session).value());
    if (setting.guard.port != 0) ++setting.guard.port;
  }
  return std::unique_ptr<Fetcher>(std::move(fetcher));
}

}  // namespace smallprint
