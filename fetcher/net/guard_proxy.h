// The proxy that a browser is made to use for everything it loads, so that every connection of a page is opened by us:
// after our DNS, judged by the same AddressGuard as a plain fetch, on each redirect and for each part of the page.
//
// It speaks HTTP: CONNECT for https and WebSockets, and forwarding of plain http, one request a connection. It answers
// only between open() and close(), and a browser of ours only from our own user's programs: nobody's open proxy.
// Owns one thread. open(), close() and traffic() may be called from any thread; one page at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "fetcher/fetcher.h"
#include "fetcher/net/address.h"
#include "fetcher/net/proxy.h"
#include "model/result.h"

namespace smallprint {

struct GuardProxyOptions {
  std::string host = "127.0.0.1";  ///< name or address to listen on
  std::uint16_t port = 0;          ///< 0: any free one
  AddressGuard guard;
  /// A connection from a program of another user is closed at once. Only on 127.0.0.1, where that can be known.
  bool own_user_only = true;
};

/// What one page may use, with everything that it loads.
struct PageBounds {
  std::uint64_t max_bytes = 50U << 20;  ///< from all hosts together
  std::size_t max_connections = 400;    ///< to all hosts together
  std::chrono::milliseconds connect_timeout{15000};
  const Proxy* proxy = nullptr;  ///< the operator's own, which everything goes on through; outlives the page
};

/// What a page used, and what it was not given.
struct PageTraffic {
  struct Failure {
    FetchOutcome outcome = FetchOutcome::network_error;
    std::string reason;
  };
  std::uint64_t bytes = 0;      ///< that hosts sent
  std::size_t connections = 0;  ///< to hosts
  std::string exceeded;         ///< the bound that was reached, for people; empty where none was
  /// By "host:port", in lower case: hosts that no connection came about with, and why.
  std::map<std::string, Failure> failures;
};

class GuardProxy {
 public:
  /// Errors: bad_input where the host is none, unavailable where the port is taken.
  static Result<std::unique_ptr<GuardProxy>> start(const GuardProxyOptions& options);
  ~GuardProxy();
  GuardProxy(const GuardProxy&) = delete;
  GuardProxy& operator=(const GuardProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// A page begins: what is left of the one before is closed.
  void open(const PageBounds& bounds);
  /// The page has ended: its connections are closed, and new ones until the next open().
  PageTraffic close();
  /// So far, of the page that is open.
  [[nodiscard]] PageTraffic traffic() const;

 private:
  class Impl;
  explicit GuardProxy(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Why no page may have a connection to this port: what is not the web's (mail, SSH, databases on their own ports below
/// 1024, and those above that the WHATWG Fetch standard calls bad). Empty where it may.
std::string_view refusal_of_port(std::uint16_t port);

}  // namespace smallprint
