#include "fetcher/net/curl_fetcher.h"

#include <curl/curl.h>
#include <fmt/core.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "fetcher/net/address.h"
#include "fetcher/net/byte_budget.h"
#include "fetcher/net/errand.h"
#include "fetcher/net/robots_gate.h"

namespace smallprint {
namespace {

using namespace std::chrono;

constexpr milliseconds look_around{100};  ///< how often hosts that say nothing are looked for
constexpr milliseconds idle{60000};
constexpr milliseconds stalled{1000};  ///< nobody lets go of a page for so long: one more comes beyond the budget

struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

/// An epoll instance, and what of it belongs to libcurl.
class Poller {
 public:
  Poller() : fd_(epoll_create1(EPOLL_CLOEXEC)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  }
  ~Poller() { close(fd_); }
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  void watch(int fd, std::uint32_t events) const {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    if (epoll_ctl(fd_, EPOLL_CTL_MOD, fd, &event) != 0 && errno == ENOENT) epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event);
  }
  void forget(int fd) const { epoll_ctl(fd_, EPOLL_CTL_DEL, fd, nullptr); }
  template <class Ready>
  void wait(milliseconds at_most, const Ready& ready) {
    const int count =
        epoll_wait(fd_, events_.data(), static_cast<int>(events_.size()), static_cast<int>(at_most.count()));
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events_[static_cast<std::size_t>(i)];
      ready(event.data.fd, event.events);
    }
  }

 private:
  int fd_;
  std::array<epoll_event, 128> events_{};
};

/// One thread runs all errands; the others leave requests in a queue and ring.
class CurlFetcher final : public Fetcher {
 public:
  CurlFetcher(const CurlFetcherOptions& options, AddressGuard guard)
      : options_(options),
        settings_{options.user_agent, options.ca_file, std::move(guard), {}},
        robots_(options.user_agent.substr(0, options.user_agent.find('/')), options.robots_lifetime) {
    if (multi_ == nullptr) throw std::runtime_error("libcurl gives no handle");
    for (const std::string& name : options_.resolved) add_line(settings_.resolved, name);
    curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, static_cast<void*>(this));
    curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, static_cast<void*>(this));
    // Of the hosts that are asked again, one after the other, most are connected to still.
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(2 * options_.connections));
    poller_.watch(bell_->fd(), EPOLLIN);
    thread_ = std::thread([this] { run(); });
  }

  ~CurlFetcher() override {
    stop();
    ending_ = true;
    bell_->ring();
    thread_.join();
  }
  CurlFetcher(const CurlFetcher&) = delete;
  CurlFetcher& operator=(const CurlFetcher&) = delete;

  void start(FetchRequest request, Done done) override {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back({std::move(request), std::move(done)});
    }
    bell_->ring();
  }

  void stop() override {
    stopped_ = true;
    bell_->ring();
  }

  [[nodiscard]] FetchLoad load() const override {
    const std::lock_guard lock(mutex_);
    return {visits_, queue_.size(), budget_->used()};
  }

 private:
  struct Asked {
    FetchRequest request;
    Done done;
  };
  struct UnderWay {
    std::unique_ptr<Errand> errand;
    bool is_visit;      ///< else what a visit asks of robots.txt
    bool sent = false;  ///< libcurl has it
  };
  /// By age, the oldest first.
  using Errands = std::map<std::uint64_t, UnderWay>;

  void run() {
    while (!ending_ || !errands_.empty() || waiting() > 0) {
      poller_.wait(time_to_wait(), [this](int fd, std::uint32_t events) { ready(fd, events); });
      if (timer_ && steady_clock::now() >= *timer_) {
        timer_.reset();
        act(CURL_SOCKET_TIMEOUT, 0);
      }
      take_ended();
      if (stopped_) {
        end_all();
      } else {
        end_silent();
        resume_paused();
      }
      admit();
    }
  }

  [[nodiscard]] milliseconds time_to_wait() const {
    const milliseconds most = errands_.empty() && waiting() == 0 ? idle : look_around;
    if (!timer_) return most;
    return std::clamp(ceil<milliseconds>(*timer_ - steady_clock::now()), milliseconds{0}, most);
  }

  [[nodiscard]] std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
  }

  void ready(int fd, std::uint32_t events) {
    if (fd == bell_->fd()) return bell_->answer();
    int mask = 0;
    if ((events & EPOLLIN) != 0) mask |= CURL_CSELECT_IN;
    if ((events & EPOLLOUT) != 0) mask |= CURL_CSELECT_OUT;
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) mask |= CURL_CSELECT_ERR;
    act(fd, mask);
  }

  void act(curl_socket_t socket, int mask) {
    int running = 0;
    curl_multi_socket_action(multi_.get(), socket, mask, &running);
  }

  void take_ended() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      const auto at = find(message->easy_handle);  // the message is gone with the next call
      leave(at);
      advance(at, at->second.errand->sent(code));
    }
  }

  Errands::iterator find(CURL* easy) {
    return std::find_if(errands_.begin(), errands_.end(),
                        [easy](const auto& one) { return one.second.errand->easy() == easy; });
  }

  /// Begins what waits, while there is room.
  void admit() {
    while (stopped_ || visits_ < options_.connections) {
      if (waiting() == 0) return;
      if (!stopped_ && budget_->is_spent() && !take_exception()) return;
      Asked asked;
      {
        const std::lock_guard lock(mutex_);
        asked = std::move(queue_.front());
        queue_.pop_front();
        ++visits_;
      }
      visit(std::move(asked));
    }
  }

  void visit(Asked asked) {
    const std::string& name = asked.request.proxy;
    const Proxy* proxy = name == no_proxy ? nullptr : find_proxy(options_.proxies, name);
    const bool unknown = proxy == nullptr && !name.empty() && name != no_proxy;
    const bool ask = options_.obey_robots && !asked.request.ignore_robots;
    const auto at = add({std::move(asked.request), options_.limits, proxy, ask, 0, std::move(asked.done)}, true);
    if (unknown) {
      Errand& errand = *at->second.errand;
      errand.refuse(fmt::format("no proxy is named '{}'", errand.plan().request.proxy));
      finish(at);
    } else {
      begin(at);
    }
  }

  Errands::iterator add(Errand::Plan plan, bool is_visit) {
    auto errand = std::make_unique<Errand>(std::move(plan), settings_, budget_);
    return errands_.emplace(next_++, UnderWay{std::move(errand), is_visit}).first;
  }

  void begin(Errands::iterator at) {
    if (stopped_) {
      end_stopped(at);
    } else {
      advance(at, at->second.errand->begin());
    }
  }

  void advance(Errands::iterator at, Errand::Step step) {
    Errand& errand = *at->second.errand;
    switch (step) {
      case Errand::Step::ended: finish(at); return;
      case Errand::Step::ask_robots: ask_robots(at); return;
      case Errand::Step::send:
        at->second.sent = curl_multi_add_handle(multi_.get(), errand.easy()) == CURLM_OK;
        if (at->second.sent) return;
        errand.give_up(FetchOutcome::network_error, "libcurl takes no more transfers");
        finish(at);
        return;
    }
  }

  void ask_robots(Errands::iterator at) {
    const Errand& errand = *at->second.errand;
    const Proxy* proxy = errand.plan().proxy;
    const RobotsGate::Get get = [this, proxy](const std::string& url, Done done) {
      FetchRequest request;
      request.url = url;
      FetchLimits limits = options_.limits;
      limits.total_timeout = std::min(limits.total_timeout, options_.robots_timeout);
      limits.max_redirects = robots_redirects;
      begin(add({std::move(request), limits, proxy, false, robots_bytes, std::move(done)}, false));
    };
    robots_.ask({errand.address().origin, errand.address().target, proxy == nullptr ? "" : proxy->url}, get,
                [this, at](const RobotsVerdict& verdict) {
                  if (stopped_) {
                    end_stopped(at);
                  } else {
                    advance(at, at->second.errand->robots_said(verdict));
                  }
                });
  }

  /// Takes it from libcurl.
  void leave(Errands::iterator at) {
    if (at->second.sent) curl_multi_remove_handle(multi_.get(), at->second.errand->easy());
    at->second.sent = false;
  }

  void finish(Errands::iterator at) {
    const auto ended = errands_.extract(at);
    if (ended.mapped().is_visit) {
      const std::lock_guard lock(mutex_);
      --visits_;
    }
    ended.mapped().errand->finish();
  }

  void end_stopped(Errands::iterator at) {
    at->second.errand->give_up(FetchOutcome::network_error, "stopped", true);
    leave(at);
    finish(at);
  }

  /// Those that libcurl has; what waits for one of them ends with it.
  void end_all() {
    for (;;) {
      const auto at = std::find_if(errands_.begin(), errands_.end(), [](const auto& one) { return one.second.sent; });
      if (at == errands_.end()) return;
      end_stopped(at);
    }
  }

  /// Timers of libcurl's know nothing of a host that takes a request and does not answer.
  void end_silent() {
    const auto now = steady_clock::now();
    if (now < look_again_) return;
    look_again_ = now + look_around;
    for (;;) {  // from the beginning: what waited for one ends with it
      const auto silent = std::find_if(errands_.begin(), errands_.end(), [](const auto& one) {
        return one.second.sent && one.second.errand->is_silent();
      });
      if (silent == errands_.end()) return;
      silent->second.errand->say_silent();
      leave(silent);
      finish(silent);
    }
  }

  void resume_paused() {
    for (auto& [age, one] : errands_) {
      if (!one.errand->is_paused()) continue;
      one.errand->may_exceed = budget_->is_spent() && take_exception();
      if (one.errand->may_exceed || !budget_->is_spent()) one.errand->resume();
    }
  }

  /// May one of the errands go on although the budget is spent?
  bool take_exception() {
    const auto now = steady_clock::now();
    if (now - std::max(budget_->given_back_at(), exceeded_at_) < stalled) return false;
    exceeded_at_ = now;
    return true;
  }

  static int watch_socket(CURL*, curl_socket_t socket, int what, void* context, void*) {
    const Poller& poller = static_cast<CurlFetcher*>(context)->poller_;
    switch (what) {
      case CURL_POLL_IN: poller.watch(socket, EPOLLIN); break;
      case CURL_POLL_OUT: poller.watch(socket, EPOLLOUT); break;
      case CURL_POLL_INOUT: poller.watch(socket, EPOLLIN | EPOLLOUT); break;
      default: poller.forget(socket); break;
    }
    return 0;
  }

  static int set_timer(CURLM*, long milliseconds_from_now, void* context) {
    auto& timer = static_cast<CurlFetcher*>(context)->timer_;
    timer.reset();
    if (milliseconds_from_now >= 0) timer = steady_clock::now() + milliseconds{milliseconds_from_now};
    return 0;
  }

  const CurlFetcherOptions options_;
  ErrandSettings settings_;
  const std::shared_ptr<const Doorbell> bell_ = std::make_shared<Doorbell>();
  const std::shared_ptr<ByteBudget> budget_ = std::make_shared<ByteBudget>(options_.memory_bytes, bell_);
  std::atomic<bool> stopped_{false}, ending_{false};
  mutable std::mutex mutex_;  ///< of the queue and the count of visits
  std::deque<Asked> queue_;
  std::size_t visits_ = 0;

  // The thread's own.
  Poller poller_;
  RobotsGate robots_;
  std::optional<steady_clock::time_point> timer_;  ///< when libcurl wants to be called
  steady_clock::time_point look_again_{};
  steady_clock::time_point exceeded_at_{};
  std::uint64_t next_ = 0;
  std::unique_ptr<CURLM, MultiDeleter> multi_{curl_multi_init()};  ///< outlives the errands
  Errands errands_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Fetcher>> make_curl_fetcher(const CurlFetcherOptions& options) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);  // once in a process, as libcurl demands
  if (ready != CURLE_OK) return Error{ErrorCode::internal, "libcurl cannot be initialised"};
  auto guard = AddressGuard::make(options.allowed_ranges);
  if (!guard) return guard.error();
  if (!options.ca_file.empty() && access(options.ca_file.c_str(), R_OK) != 0) {
    return Error{ErrorCode::bad_input, "cannot read the certificates of '" + options.ca_file + "'"};
  }
  try {
    return std::unique_ptr<Fetcher>(std::make_unique<CurlFetcher>(options, std::move(guard).value()));
  } catch (const std::runtime_error& error) {
    return Error{ErrorCode::internal, error.what()};
  }
}

}  // namespace smallprint
