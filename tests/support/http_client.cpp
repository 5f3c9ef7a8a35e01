#include "tests/support/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>

namespace smallprint::test {
namespace {

class Socket {
 public:
  explicit Socket(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval timeout{60, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      close(fd_);
      throw std::runtime_error("cannot connect to port " + std::to_string(port));
    }
  }
  ~Socket() { close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  /// All there is to say. A server may refuse in the middle of a request: what it said then is still to be read.
  void write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    shutdown(fd_, SHUT_WR);  // half a request is never waited for
  }

  [[nodiscard]] std::string read_all() const {
    std::string all;
    std::array<char, 65536> buffer{};
    while (true) {
      const ssize_t count = recv(fd_, buffer.data(), buffer.size(), 0);
      if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) throw std::runtime_error("no answer for a minute");
      if (count <= 0) return all;
      all.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }

 private:
  int fd_;
};

HttpAnswer parse(const std::string& bytes) {
  HttpAnswer answer;
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string::npos) return answer;
  answer.status = std::atoi(bytes.c_str() + bytes.find(' '));
  for (std::size_t line = bytes.find("\r\n"); line < end;) {
    const std::size_t begin = line + 2;
    line = bytes.find("\r\n", begin);
    const std::size_t colon = bytes.find(':', begin);
    if (colon == std::string::npos || colon > line) continue;
    std::string name = bytes.substr(begin, colon - begin);
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const std::size_t value = bytes.find_first_not_of(' ', colon + 1);
    answer.headers.emplace_back(std::move(name), value < line ? bytes.substr(value, line - value) : "");
  }
  answer.body = bytes.substr(end + 4);
  const std::string length = answer.header("content-length");
  if (!length.empty() && answer.status != 304 && std::stoull(length) != answer.body.size()) {
    throw std::runtime_error("body of " + std::to_string(answer.body.size()) + " bytes, content-length " + length);
  }
  return answer;
}

}  // namespace

std::string HttpAnswer::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

HttpAnswer http_send(std::uint16_t port, std::string_view bytes) {
  const Socket socket(port);
  socket.write(bytes);
  return parse(socket.read_all());
}

HttpAnswer http_get(std::uint16_t port, std::string_view target, const HttpHeaders& headers) {
  std::string request = "GET " + std::string(target) + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\n";
  for (const auto& [name, value] : headers) request += name + ": " + value + "\r\n";
  return http_send(port, request + "Connection: close\r\n\r\n");
}

}  // namespace smallprint::test
