#include "tests/support/raw_origin.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace smallprint::test {
namespace {

constexpr int poll_ms = 20;

bool readable(int fd) {
  pollfd waited{fd, POLLIN, 0};
  return poll(&waited, 1, poll_ms) > 0;
}

}  // namespace

bool RawExchange::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string RawExchange::receive() const {
  std::array<char, 4096> buffer{};
  const ssize_t count = recv(fd_, buffer.data(), buffer.size(), 0);
  return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
}

void RawExchange::send_forever(std::string_view bytes) const {
  while (!ending_ && send(bytes)) {
  }
}

void RawExchange::hang() const {
  std::array<char, 4096> buffer{};
  while (!ending_) {
    if (readable(fd_) && recv(fd_, buffer.data(), buffer.size(), 0) <= 0) return;
  }
}

void RawExchange::reset() const {
  const linger at_once{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

RawOrigin::RawOrigin(Behaviour behaviour, bool at_once)
    : behaviour_(std::move(behaviour)), at_once_(at_once), listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const bound = reinterpret_cast<sockaddr*>(&address);
  if (bind(listening_, bound, size) != 0 || listen(listening_, 256) != 0 ||
      getsockname(listening_, bound, &size) != 0) {
    close(listening_);
    throw std::runtime_error("no port on loopback");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

RawOrigin::~RawOrigin() {
  ending_ = true;
  thread_.join();
  for (std::thread& one : serving_) one.join();
  close(listening_);
}

std::string RawOrigin::url(std::string_view target) const {
  return "http://127.0.0.1:" + std::to_string(port_) + std::string(target);
}

void RawOrigin::serve() {
  while (!ending_) {
    if (!readable(listening_)) continue;
    const int fd = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    ++connections_;
    if (at_once_) {
      serving_.emplace_back([this, fd] { serve(fd); });
    } else {
      serve(fd);
    }
  }
}

void RawOrigin::serve(int fd) {
  const timeval timeout{5, 0};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  std::string request;
  std::array<char, 4096> buffer{};
  while (request.find("\r\n\r\n") == std::string::npos) {
    const ssize_t count = recv(fd, buffer.data(), buffer.size(), 0);
    if (count <= 0) break;
    request.append(buffer.data(), static_cast<std::size_t>(count));
    if (!request.starts_with("GET ")) break;  // no HTTP: what a TLS client begins with
  }
  behaviour_(RawExchange(fd, std::move(request), ending_));
  close(fd);
}

}  // namespace smallprint::test
