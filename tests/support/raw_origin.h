// An origin on loopback that answers with the bytes it is told to, and misbehaves as no server library lets one.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace smallprint::test {

/// One connection, after its request's header was read. Closed when the behaviour returns.
class RawExchange {
 public:
  RawExchange(int fd, std::string request, const std::atomic<bool>& ending)
      : fd_(fd), request_(std::move(request)), ending_(ending) {}
  /// The request line and headers, as sent.
  [[nodiscard]] const std::string& request() const { return request_; }
  /// What the client sends next; empty where it is gone.
  [[nodiscard]] std::string receive() const;
  /// False where the client is gone.
  bool send(std::string_view bytes) const;
  /// Sends this again and again until the client is gone.
  void send_forever(std::string_view bytes) const;
  /// Is the origin about to end?
  [[nodiscard]] bool ending() const { return ending_; }
  /// Says nothing until the client is gone or the origin ends.
  void hang() const;
  /// Closes with a reset instead of an end.
  void reset() const;

 private:
  int fd_;
  std::string request_;
  const std::atomic<bool>& ending_;
};

/// Owns its threads. Connections are served one after the other, or at the same time: then the behaviour is called from
/// several threads.
class RawOrigin {
 public:
  using Behaviour = std::function<void(const RawExchange&)>;
  explicit RawOrigin(Behaviour behaviour, bool at_once = false);
  ~RawOrigin();
  RawOrigin(const RawOrigin&) = delete;
  RawOrigin& operator=(const RawOrigin&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url(std::string_view target) const;
  /// Connections that were made so far.
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void serve();
  void serve(int fd);
  Behaviour behaviour_;
  bool at_once_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> ending_{false};
  std::atomic<int> connections_{0};
  std::vector<std::thread> serving_;
  std::thread thread_;
};

}  // namespace smallprint::test
