// An origin for benchmarks: invented policies of 250 KB on 200 addresses of loopback, in a process of its own, so that
// what it costs is not counted as ours. HTTP/1.1 on one thread; connections are kept.
#pragma once

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace smallprint::bench {

/// Invented prose that reads like a policy: the same seed gives the same words.
class PolicyWriter {
 public:
  explicit PolicyWriter(std::uint64_t seed) : random_(static_cast<std::uint32_t>(seed * 2654435761U + 1)) {}

  /// Every other sentence says what is done with data; the rest explains, as it does in such texts.
  std::string sentence() {
    static constexpr std::array explains{
        "This section describes what the words below mean and where you find more about them",
        "The headings are there for convenience and do not change what a paragraph says",
        "You reach the team that answers questions by letter or through the form on our site",
        "Some features have a notice of their own, which you see when you begin to use them",
        "Where a word is written with a capital letter it has the meaning that is given at the top",
        "Examples are examples, and a list that begins with including is not complete"};
    if (random_() % 2 == 0) return fmt::format("{}, number {}.", pick(explains), random_() % 90000 + 1000);
    static constexpr std::array subjects{"We",  "Our partners", "The providers that work for us", "Our affiliates",
                                         "You", "Advertisers",  "Members of your household",      "Our support staff"};
    static constexpr std::array verbs{"may collect", "use",        "keep",  "share",  "may disclose", "combine",
                                      "process",     "can review", "store", "delete", "transfer",     "do not sell"};
    static constexpr std::array objects{"the information that you give us",
                                        "details of your device",
                                        "your approximate location",
                                        "the messages that you send",
                                        "payment records",
                                        "what you look at and for how long",
                                        "your contacts where you upload them",
                                        "usage data",
                                        "the content that you post",
                                        "technical logs",
                                        "your language settings",
                                        "records of calls with our staff"};
    static constexpr std::array purposes{
        "to provide the service",     "to improve our products",          "to show advertising that is relevant to you",
        "to keep the service secure", "to train and develop models",      "to comply with the law",
        "to answer your requests",    "to measure how features are used", "to prevent fraud and abuse",
        "to personalise what you see"};
    static constexpr std::array ends{"for as long as your account exists",
                                     "unless you object in your settings",
                                     "where the law of your country allows it",
                                     "with your consent",
                                     "for up to twelve months",
                                     "as described in the section below",
                                     "until the purpose has ended",
                                     "in the countries where we work"};
    return fmt::format("{} {} {} {}, {}, reference {}-{}.", pick(subjects), pick(verbs), pick(objects), pick(purposes),
                       pick(ends), random_() % 9000 + 1000, random_() % 900 + 100);
  }
  std::string paragraph() {
    std::string text;
    for (auto i = random_() % 3 + 2; i > 0; --i) text += sentence() + (i > 1 ? " " : "");
    return text;
  }
  std::uint32_t number() { return static_cast<std::uint32_t>(random_()); }

 private:
  template <class Words>
  const char* pick(const Words& words) {
    return words[random_() % words.size()];
  }
  std::minstd_rand random_;
};

/// A page of some 250 KB, as such pages are: a fifth is the text, the rest scripts, styles and links. From revision to
/// revision three paragraphs are edited, one is added and one is dropped.
inline std::string policy_page(std::uint32_t document, std::uint32_t revision) {
  static const std::string before = [] {
    PolicyWriter writer(7);
    std::string html =
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Privacy Policy</title><style>";
    while (html.size() < 40000)
      html += fmt::format(".c{}{{margin:{}px;padding:0 {}px;color:#{:06x}}}", writer.number() % 9999,
                          writer.number() % 40, writer.number() % 40, writer.number() % 0xFFFFFF);
    html += "</style><script>window.state={\"items\":[";
    while (html.size() < 120000)
      html += fmt::format("{{\"id\":{},\"key\":\"{:08x}\",\"on\":true}},", writer.number(), writer.number());
    html += "null]};</script></head><body><header><nav><ul>";
    while (html.size() < 160000)
      html +=
          fmt::format("<li class=\"item c{0}\"><a href=\"/section/{0}\">Topic {0}</a></li>", writer.number() % 9999);
    return html + "</ul></nav></header><main id=\"policy\" class=\"content wide\">";
  }();
  PolicyWriter writer(1000 + document);
  std::string html = before + fmt::format("<h1>Privacy Policy of Example {}</h1>", document);
  std::uint32_t number = 0;
  const std::uint32_t touched = revision * 37 % 100;
  const std::size_t end_of_text = before.size() + 64000;
  for (std::uint32_t section = 1; html.size() < end_of_text; ++section) {
    html += fmt::format("<section class=\"block c{0}\"><h2 id=\"s{0}\">{0}. Part {0} of this policy</h2>", section);
    for (int i = 0; i < 4; ++i, ++number) {
      std::string text = writer.paragraph();
      if (revision > 0 && (number == touched || number == touched + 9 || number == touched + 23)) {
        text += fmt::format(" Since revision {} this also holds for what you told us earlier.", revision);
      }
      if (revision > 0 && number == touched + 5) continue;
      html += fmt::format("<p class=\"body-text c{}\" data-block=\"{}\">{}</p>", number % 50, number, text);
    }
    html += "<ul class=\"list plain\">";
    for (int i = 0; i < 3; ++i) html += fmt::format("<li class=\"entry\"><span>{}</span></li>", writer.sentence());
    html += "</ul></section>";
    if (revision > 0 && section == 4) {
      html += fmt::format("<p>{} This paragraph is new in revision {}.</p>",
                          PolicyWriter(document * 977 + revision).sentence(), revision);
    }
  }
  html += "</main><footer>";
  while (html.size() < 249000)
    html += fmt::format("<a class=\"link c{0}\" href=\"/more/{0}\">More of {0}</a> ", html.size());
  return html + "</footer></body></html>";
}

/// What the origin answers with; in memory that both processes see.
struct OriginState {
  std::atomic<std::uint32_t> revision{0};
  std::atomic<bool> conditional{true};  ///< 304 where the page is what the client has
};

/// Owns the process.
class PolicyOrigin {
 public:
  explicit PolicyOrigin(std::size_t hosts) {
    void* shared = mmap(nullptr, sizeof(OriginState), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) throw std::runtime_error("no shared memory");
    state_ = new (shared) OriginState;
    std::vector<int> listening;
    for (std::size_t host = 0; host < hosts; ++host) listening.push_back(listen_on(host));
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      serve(listening);
    }
    for (const int fd : listening) close(fd);
  }
  ~PolicyOrigin() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    munmap(state_, sizeof(OriginState));
  }
  PolicyOrigin(const PolicyOrigin&) = delete;
  PolicyOrigin& operator=(const PolicyOrigin&) = delete;

  [[nodiscard]] std::string url(std::size_t host, std::size_t document) const {
    return fmt::format("http://{}:{}/policy/{}", address(host), port_, document);
  }
  OriginState& state() { return *state_; }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  struct Connection {
    std::string in, out;
    std::size_t sent = 0;
  };

  static std::string address(std::size_t host) { return fmt::format("127.0.{}.{}", host / 250, host % 250 + 1); }

  int listen_on(std::size_t host) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(port_);
    inet_pton(AF_INET, address(host).c_str(), &name.sin_addr);
    socklen_t size = sizeof name;
    auto* const bound = reinterpret_cast<sockaddr*>(&name);
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, bound, size) != 0 || listen(fd, 64) != 0 || getsockname(fd, bound, &size) != 0) {
      throw std::runtime_error("no port on loopback");
    }
    port_ = ntohs(name.sin_port);
    return fd;
  }

  [[noreturn]] void serve(const std::vector<int>& listening) const {
    std::signal(SIGPIPE, SIG_IGN);
    const int poller = epoll_create1(EPOLL_CLOEXEC);
    const auto watch = [poller](int fd, std::uint32_t events, int how) {
      epoll_event event{};
      event.events = events;
      event.data.fd = fd;
      epoll_ctl(poller, how, fd, &event);
    };
    for (const int fd : listening) watch(fd, EPOLLIN, EPOLL_CTL_ADD);
    const int last_listening = listening.back();
    std::map<int, Connection> connections;
    std::array<epoll_event, 256> events{};
    for (;;) {
      const int count = epoll_wait(poller, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        if (fd <= last_listening && connections.count(fd) == 0) {
          const int accepted = accept4(fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
          if (accepted < 0) continue;
          const int on = 1;
          setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
          connections[accepted];
          watch(accepted, EPOLLIN, EPOLL_CTL_ADD);
          continue;
        }
        Connection& connection = connections[fd];
        const bool had_out = !connection.out.empty();
        if (!talk(fd, connection)) {
          close(fd);
          connections.erase(fd);
        } else if (had_out != !connection.out.empty()) {
          watch(fd, connection.out.empty() ? EPOLLIN : EPOLLOUT, EPOLL_CTL_MOD);
        }
      }
    }
  }

  /// False where the client is gone.
  bool talk(int fd, Connection& connection) const {
    if (connection.out.empty()) {
      std::array<char, 4096> buffer{};
      const ssize_t got = recv(fd, buffer.data(), buffer.size(), 0);
      if (got <= 0) return false;
      connection.in.append(buffer.data(), static_cast<std::size_t>(got));
      if (connection.in.find("\r\n\r\n") == std::string::npos) return true;
      connection.out = answer(connection.in);
      connection.in.clear();
      connection.sent = 0;
    }
    const ssize_t sent = send(fd, connection.out.data() + connection.sent, connection.out.size() - connection.sent, 0);
    if (sent < 0) return errno == EAGAIN;
    connection.sent += static_cast<std::size_t>(sent);
    if (connection.sent == connection.out.size()) connection.out.clear();
    return true;
  }

  [[nodiscard]] std::string answer(const std::string& request) const {
    if (!request.starts_with("GET /policy/")) return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    const auto document = static_cast<std::uint32_t>(std::strtoul(request.c_str() + 12, nullptr, 10));
    const std::uint32_t revision = state_->revision;
    const std::string etag = fmt::format("\"{}-{}\"", document, revision);
    if (state_->conditional && request.find("If-None-Match: " + etag) != std::string::npos) {
      return fmt::format("HTTP/1.1 304 Not Modified\r\nETag: {}\r\n\r\n", etag);
    }
    const std::string page = policy_page(document, revision);
    return fmt::format(
               "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: {}\r\nContent-Length: {}\r\n\r\n",
               etag, page.size()) +
           page;
  }

  OriginState* state_ = nullptr;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace smallprint::bench
