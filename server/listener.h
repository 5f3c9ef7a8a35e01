// Serves a Handler over HTTP/1.1: the only place that knows Beast.
//
// Limits: header and body sizes, idle time, connections. Owns its threads; stop() (or destruction) closes the listening
// socket, lets answers under way finish for a moment, and joins.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "model/result.h"
#include "server/http.h"

namespace smallprint {

struct ListenOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0: any free one
  unsigned threads = 2;
  std::chrono::seconds idle_timeout{30};
  std::size_t max_connections = 1024;
};

class Listener {
 public:
  /// Error unavailable: the address cannot be bound; the message says why.
  static Result<std::unique_ptr<Listener>> start(const ListenOptions& options, Handler handler);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// The port that it listens on.
  [[nodiscard]] std::uint16_t port() const;
  void stop();

 private:
  struct Impl;
  explicit Listener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace smallprint
