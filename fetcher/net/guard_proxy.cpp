#include "fetcher/net/guard_proxy.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <list>
#include <mutex>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include "fetcher/net/proxied_request.h"

namespace smallprint {
namespace {

using namespace std::chrono;

constexpr std::size_t max_head_bytes = 64U << 10;
constexpr std::size_t max_waiting_bytes = 256U << 10;  ///< read from one side and not yet taken by the other
constexpr std::size_t max_links = 128;                 ///< connections from the browser at the same time
constexpr int poll_ms = 1000;
constexpr std::size_t max_failures = 256;  ///< that are remembered of a page

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct MultiDeleter {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};

/// A socket that is closed at the end of its scope.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() { reset(); }
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    reset(std::exchange(other.fd_, -1));
    return *this;
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  void reset(int fd = -1) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }
  [[nodiscard]] int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// One connection of the browser, and the one to a host that it asked for.
struct Link {
  enum class State { asking, connecting, relaying, ending };
  State state = State::asking;
  std::uint64_t page = 0;  ///< which page it belongs to
  Socket client, server;
  std::string from_client, to_client;  ///< from_client: the head, and then what goes to the host
  ProxiedRequest request;
  std::uint64_t body_left = 0;  ///< of a plain request
  std::unique_ptr<CURL, EasyDeleter> easy;
  const AddressGuard* guard = nullptr;  ///< null: sockets lead to the operator's proxy
  std::string refusal;
  bool server_ended = false;
};

curl_socket_t open_socket(void* context, curlsocktype, curl_sockaddr* address) {
  auto& link = *static_cast<Link*>(context);
  const std::string_view refusal = link.guard == nullptr ? std::string_view() : link.guard->refusal(&address->addr);
  if (!refusal.empty()) {
    link.refusal = fmt::format("the host's address is not public ({})", refusal);
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// An end of a connection as the kernel's tables write it: the number that the address's bytes are in memory, the port.
std::string in_tables(const sockaddr_in& end) {
  return fmt::format("{:08X}:{:04X}", end.sin_addr.s_addr, ntohs(end.sin_port));
}

/// Is the other end of a connection to 127.0.0.1 a socket of our own user?
bool is_own_user(int fd) {
  sockaddr_in peer{}, own{};
  socklen_t size = sizeof peer;
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0 || peer.sin_family != AF_INET) return false;
  size = sizeof own;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size) != 0 || own.sin_family != AF_INET) return false;
  // An IPv4 connection of an IPv6 socket stands in the other table, its addresses mapped.
  const std::string mapped = "0000000000000000FFFF0000";
  const std::string ends = fmt::format(" {} {} ", in_tables(peer), in_tables(own));
  const std::string mapped_ends = fmt::format(" {0}{1} {0}{2} ", mapped, in_tables(peer), in_tables(own));
  for (const char* table : {"/proc/self/net/tcp", "/proc/self/net/tcp6"}) {
    std::ifstream in(table);
    for (std::string line; std::getline(in, line);) {
      if (line.find(ends) == std::string::npos && line.find(mapped_ends) == std::string::npos) continue;
      std::istringstream fields(line);
      std::string number, local, remote, state, queues, timer, retransmits;
      uid_t user = 0;
      return (fields >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user) &&
             user == ::geteuid();
    }
  }
  return false;
}

Result<Socket> listen_on(const std::string& host, std::uint16_t port, std::uint16_t& bound) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    return Error{ErrorCode::bad_input, fmt::format("the guarding proxy cannot listen on '{}': no such host", host)};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, ::freeaddrinfo);
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    Socket socket(::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int on = 1;
    if (!socket) continue;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(socket.get(), one->ai_addr, one->ai_addrlen) != 0 || ::listen(socket.get(), 128) != 0) continue;
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) continue;
    bound = ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                                : reinterpret_cast<sockaddr_in&>(address).sin_port);
    return socket;
  }
  return Error{ErrorCode::unavailable,
               fmt::format("the guarding proxy cannot listen on {}:{}: {}", host, port, std::strerror(errno))};
}

std::string answer_of(int status, std::string_view title, std::string_view why) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nCache-Control: "
      "no-store\r\nX-Smallprint-Guard: 1\r\nConnection: "
      "close\r\n\r\n{}\n",
      status, title, why.size() + 1, why);
}

/// Sends what there is. False where the other side is gone.
bool flush(int fd, std::string& bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    bytes.erase(0, static_cast<std::size_t>(sent));
  }
  return true;
}

enum class Read { some, none, ended };

Read receive(int fd, std::string& bytes) {
  std::array<char, 16384> buffer{};
  const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got > 0) bytes.append(buffer.data(), static_cast<std::size_t>(got));
  if (got > 0) return Read::some;
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) ? Read::none : Read::ended;
}

}  // namespace

std::string_view refusal_of_port(std::uint16_t port) {
  static constexpr std::uint16_t bad[] = {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000,
                                          6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080};
  if (port == 80 || port == 443) return {};
  if (port < 1024) return "the port is not the web's";
  return std::find(std::begin(bad), std::end(bad), port) == std::end(bad) ? "" : "the port is another protocol's";
}

class GuardProxy::Impl {
 public:
  Impl(GuardProxyOptions options, Socket listening, std::uint16_t port)
      : options_(std::move(options)),
        listening_(std::move(listening)),
        port_(port),
        multi_(curl_multi_init()),
        thread_([this] { run(); }) {}

  ~Impl() {
    ending_ = true;
    curl_multi_wakeup(multi_.get());
    thread_.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

  void open(const PageBounds& bounds) {
    {
      const std::scoped_lock lock(mutex_);
      bounds_ = bounds;
      traffic_ = {};
      open_ = true;
      ++page_;
    }
    curl_multi_wakeup(multi_.get());
  }

  PageTraffic close() {
    PageTraffic traffic;
    {
      const std::scoped_lock lock(mutex_);
      open_ = false;
      ++page_;
      traffic = std::exchange(traffic_, {});
    }
    curl_multi_wakeup(multi_.get());
    return traffic;
  }

  [[nodiscard]] PageTraffic traffic() const {
    const std::scoped_lock lock(mutex_);
    return traffic_;
  }

 private:
  void run() {
    std::vector<curl_waitfd> waited;
    while (!ending_) {
      accept_all();
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      take_connected();
      std::uint64_t page = 0;
      {
        const std::scoped_lock lock(mutex_);
        page = page_;
      }
      for (auto link = links_.begin(); link != links_.end();) {
        if (link->page == page && pump(*link)) {
          ++link;
        } else {
          release(*link);
          link = links_.erase(link);
        }
      }
      waited.clear();
      if (links_.size() < max_links) waited.push_back({listening_.get(), CURL_WAIT_POLLIN, 0});
      for (const Link& link : links_) wait_for(link, waited);
      curl_multi_poll(multi_.get(), waited.data(), static_cast<unsigned>(waited.size()), poll_ms, nullptr);
    }
    for (Link& link : links_) release(link);
    links_.clear();
  }

  static void wait_for(const Link& link, std::vector<curl_waitfd>& waited) {
    short client = link.to_client.empty() ? short{0} : CURL_WAIT_POLLOUT;
    if (link.from_client.size() < max_waiting_bytes && link.state != Link::State::ending) client |= CURL_WAIT_POLLIN;
    if (client != 0) waited.push_back({link.client.get(), client, 0});
    if (link.state != Link::State::relaying || link.server_ended) return;
    short server = link.from_client.empty() ? short{0} : CURL_WAIT_POLLOUT;
    if (link.to_client.size() < max_waiting_bytes) server |= CURL_WAIT_POLLIN;
    if (server != 0) waited.push_back({link.server.get(), server, 0});
  }

  void accept_all() {
    while (links_.size() < max_links) {
      Socket client(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (!client) return;
      std::uint64_t page = 0;
      {
        const std::scoped_lock lock(mutex_);
        if (!open_) continue;
        page = page_;
      }
      if (options_.own_user_only && !is_own_user(client.get())) {
        spdlog::warn("browser proxy=refused reason=\"a connection from another user's program\"");
        continue;
      }
      Link& link = links_.emplace_back();
      link.page = page;
      link.client = std::move(client);
    }
  }

  /// Moves what can be moved. False where the link has ended.
  bool pump(Link& link) {
    if (link.state != Link::State::ending && link.from_client.size() < max_waiting_bytes) {
      if (receive(link.client.get(), link.from_client) == Read::ended) return false;
    }
    if (link.state == Link::State::asking) ask(link);
    if (link.state == Link::State::relaying && !relay(link)) return false;
    if (!flush(link.client.get(), link.to_client)) return false;
    const bool told_all = link.state == Link::State::ending || link.server_ended;
    return !told_all || !link.to_client.empty();
  }

  bool relay(Link& link) {
    if (!link.request.tunnel) {
      // Another request would go to this host, whatever it names: the browser asks again on another connection.
      if (link.from_client.size() > link.body_left) return false;
      const std::size_t before = link.from_client.size();
      if (!flush(link.server.get(), link.from_client)) return false;
      link.body_left -= before - link.from_client.size();
    } else if (!flush(link.server.get(), link.from_client)) {
      return false;
    }
    while (!link.server_ended && link.to_client.size() < max_waiting_bytes) {
      const std::size_t before = link.to_client.size();
      const Read read = receive(link.server.get(), link.to_client);
      if (read == Read::none) break;
      link.server_ended = read == Read::ended;
      if (!count(link, link.to_client.size() - before)) return false;
    }
    return true;
  }

  /// False where the page has had enough.
  bool count(const Link& link, std::uint64_t bytes) {
    const std::scoped_lock lock(mutex_);
    if (link.page != page_) return false;
    traffic_.bytes += bytes;
    if (traffic_.bytes <= bounds_.max_bytes) return true;
    if (traffic_.exceeded.empty()) {
      traffic_.exceeded = fmt::format("more than {} bytes with everything that the page loads", bounds_.max_bytes);
    }
    return false;
  }

  void fail(Link& link, FetchOutcome outcome, int status, std::string_view title, std::string reason) {
    link.to_client += answer_of(status, title, reason);
    link.state = Link::State::ending;
    const std::scoped_lock lock(mutex_);
    if (link.page != page_ || traffic_.failures.size() >= max_failures) return;
    traffic_.failures[link.request.authority()] = {outcome, std::move(reason)};
  }

  /// Reads the browser's request as soon as its head is there, and begins to connect.
  void ask(Link& link) {
    const std::size_t end = link.from_client.find("\r\n\r\n");
    if (end == std::string::npos && link.from_client.size() <= max_head_bytes) return;
    PageBounds bounds;
    {
      const std::scoped_lock lock(mutex_);
      bounds = bounds_;
    }
    const Proxy* const proxy = bounds.proxy;
    const bool by_http = proxy != nullptr && proxy->url.starts_with("http:");
    auto request =
        end > max_head_bytes  // also where there is no end
            ? Result<ProxiedRequest>(Error{ErrorCode::bad_input, "the request's head is too long"})
            : read_proxied_request(std::string_view(link.from_client).substr(0, end + 4), by_http ? proxy : nullptr);
    if (!request) {
      link.to_client = answer_of(400, "Bad Request", request.error().message);
      link.state = Link::State::ending;
      return;
    }
    link.request = std::move(request).value();
    link.from_client.erase(0, end + 4);
    std::string refusal(refusal_of_port(link.request.port));
    // A proxy resolves the name in our place: what leads inside is seen by the name alone.
    if (const std::string_view why = proxy == nullptr ? "" : options_.guard.refusal_of_host(link.request.host);
        !why.empty()) {
      refusal = fmt::format("the host is not public ({})", why);
    }
    // Where loopback is allowed, a page must not find the way back into this proxy.
    if (link.request.port == port_ && proxy == nullptr) refusal = "the port is the guarding proxy's own";
    if (!refusal.empty()) return fail(link, FetchOutcome::refused, 403, "Forbidden", std::move(refusal));
    {
      const std::scoped_lock lock(mutex_);
      if (link.page == page_ && ++traffic_.connections > bounds.max_connections && traffic_.exceeded.empty()) {
        traffic_.exceeded = fmt::format("more than {} connections for one page", bounds.max_connections);
      }
      if (!traffic_.exceeded.empty()) refusal = traffic_.exceeded;
    }
    if (!refusal.empty()) return fail(link, FetchOutcome::too_large, 403, "Forbidden", std::move(refusal));
    connect_to_host(link, bounds, proxy, by_http && !link.request.tunnel);
  }

  /// `to_proxy`: a plain request is handed to the operator's HTTP proxy itself, as it is.
  void connect_to_host(Link& link, const PageBounds& bounds, const Proxy* proxy, bool to_proxy) {
    link.easy.reset(curl_easy_init());
    CURL* const easy = link.easy.get();
    const auto set = [easy](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
    link.guard = proxy == nullptr ? &options_.guard : nullptr;
    const std::string url = to_proxy ? proxy->url : fmt::format("http://{}/", link.request.authority());
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_CONNECT_ONLY, 1L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http");
    set(CURLOPT_NOPROXY, "");
    set(CURLOPT_PROXY, proxy == nullptr || to_proxy ? "" : proxy->url.c_str());
    if (proxy != nullptr && !to_proxy) {
      set(CURLOPT_HTTPPROXYTUNNEL, 1L);
      if (!proxy->user.empty()) {
        set(CURLOPT_PROXYUSERNAME, proxy->user.c_str());
        set(CURLOPT_PROXYPASSWORD, proxy->password.c_str());
      }
    }
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(bounds.connect_timeout.count()));
    set(CURLOPT_FRESH_CONNECT, 1L);
    set(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(&link));
    set(CURLOPT_PRIVATE, static_cast<void*>(&link));
    curl_multi_add_handle(multi_.get(), easy);
    link.state = Link::State::connecting;
  }

  void take_connected() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      void* context = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &context);
      connected(*static_cast<Link*>(context), message->data.result);
    }
  }

  void connected(Link& link, CURLcode code) {
    curl_socket_t socket = CURL_SOCKET_BAD;
    if (code == CURLE_OK) curl_easy_getinfo(link.easy.get(), CURLINFO_ACTIVESOCKET, &socket);
    // libcurl closes its own descriptor; ours leads to the same connection.
    if (socket != CURL_SOCKET_BAD) link.server.reset(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
    release(link);
    if (!link.server) return could_not_connect(link, code);
    const int on = 1;
    ::setsockopt(link.server.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    {
      const std::scoped_lock lock(mutex_);
      if (link.page == page_) traffic_.failures.erase(link.request.authority());
    }
    link.state = Link::State::relaying;
    if (link.request.tunnel) {
      link.to_client += "HTTP/1.1 200 Connection established\r\n\r\n";
    } else {
      link.body_left = link.request.head.size() + link.request.body_bytes;
      link.from_client.insert(0, link.request.head);
    }
  }

  void could_not_connect(Link& link, CURLcode code) {
    if (!link.refusal.empty()) return fail(link, FetchOutcome::refused, 403, "Forbidden", link.refusal);
    if (code == CURLE_OPERATION_TIMEDOUT) {
      return fail(link, FetchOutcome::timeout, 504, "Gateway Timeout", "no connection to the host in time");
    }
    fail(link, FetchOutcome::network_error, 502, "Bad Gateway", curl_easy_strerror(code));
  }

  void release(Link& link) {
    if (link.easy == nullptr) return;
    curl_easy_setopt(link.easy.get(), CURLOPT_QUICK_EXIT, 1L);  // a name under resolution is not waited for
    curl_multi_remove_handle(multi_.get(), link.easy.get());
    link.easy.reset();
  }

  const GuardProxyOptions options_;
  const Socket listening_;
  const std::uint16_t port_;
  std::atomic<bool> ending_{false};
  mutable std::mutex mutex_;  ///< of the page
  PageBounds bounds_;
  PageTraffic traffic_;
  bool open_ = false;
  std::uint64_t page_ = 0;
  const std::unique_ptr<CURLM, MultiDeleter> multi_;
  std::list<Link> links_;  ///< the thread's own
  std::thread thread_;     ///< last: it uses all of the above
};

GuardProxy::GuardProxy(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GuardProxy::~GuardProxy() = default;

Result<std::unique_ptr<GuardProxy>> GuardProxy::start(const GuardProxyOptions& options) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready != CURLE_OK) return Error{ErrorCode::internal, "libcurl cannot be initialised"};
  std::uint16_t port = 0;
  auto listening = listen_on(options.host, options.port, port);
  if (!listening) return listening.error();
  return std::unique_ptr<GuardProxy>(
      new GuardProxy(std::make_unique<Impl>(options, std::move(listening).value(), port)));
}

std::uint16_t GuardProxy::port() const { return impl_->port(); }
void GuardProxy::open(const PageBounds& bounds) { impl_->open(bounds); }
PageTraffic GuardProxy::close() { return impl_->close(); }
PageTraffic GuardProxy::traffic() const { return impl_->traffic(); }

}  // namespace smallprint
