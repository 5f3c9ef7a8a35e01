// Gets pages from the network. The seam that tests replace.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/result.h"

namespace smallprint {

struct FetchRequest {
  std::string url;
  std::string accept_language;
  std::string etag;            ///< of the last answer, or empty
  std::string last_modified;   ///< of the last answer, or empty
  bool ignore_robots = false;  ///< where the operator has the right to
  std::string proxy = {};      ///< its name, "direct" for none, or empty for the operator's default
};

/// How a visit ended. Everything but `ok` and `not_modified` leaves a reason.
enum class FetchOutcome : std::uint8_t {
  ok,
  not_modified,
  refused,
  http_error,
  network_error,
  tls_error,
  timeout,
  too_large,
  disallowed  ///< by robots.txt
};

struct FetchResult {
  FetchOutcome outcome = FetchOutcome::network_error;
  std::string reason;             ///< for people; empty where ok
  bool stopped = false;           ///< by stop(), which says nothing of the page
  int status = 0;                 ///< the last HTTP status, or 0
  std::vector<std::string> urls;  ///< the chain: requested, redirected, …, final
  std::string moved_to;  ///< where the chain's first redirects lead while they are permanent (301, 308), or empty
  std::vector<std::pair<std::string, std::string>> headers;  ///< of the last answer, names in lower case
  std::string body;                                          ///< decoded from its content encoding
  std::uint64_t wire_bytes = 0;
  std::chrono::milliseconds duration{0};
  std::chrono::seconds retry_after{0};       ///< what the host asked for, a year at most, or 0
  std::chrono::milliseconds crawl_delay{0};  ///< between two requests, as the host's robots.txt asks for, or 0
  /// While it lives the fetcher counts the body in its memory; whoever moves the body out keeps it beside it.
  std::shared_ptr<const void> held = nullptr;
};

/// Every limit has a number and holds for a visit's whole chain of redirects; one that is reached ends the visit with
/// outcome too_large, timeout or refused, and the reason names it.
struct FetchLimits {
  std::uint64_t max_body_bytes = 20U << 20;  ///< after decompression
  std::uint64_t max_wire_bytes = 10U << 20;
  std::uint64_t max_ratio = 200;  ///< of the body to its bytes on the wire, plus one network buffer of 16 KiB
  int max_redirects = 8;
  std::uint64_t max_header_bytes = 128U << 10;
  std::chrono::milliseconds connect_timeout{15000};     ///< of each hop
  std::chrono::milliseconds first_byte_timeout{20000};  ///< of each hop, from the request to its answer's first line
  std::chrono::milliseconds total_timeout{60000};
  /// Below low_speed_bytes a second for so long, once the host has begun to answer: timeout. Whole seconds.
  std::chrono::milliseconds low_speed_time{20000};
  std::uint64_t low_speed_bytes = 200;
};

/// What a fetcher has under way.
struct FetchLoad {
  std::size_t visits = 0;   ///< begun and not ended
  std::size_t waiting = 0;  ///< for one of those to end
  std::uint64_t bytes = 0;  ///< of bodies: under way, and handed over but not let go
};

/// Gets pages. All calls are safe from any thread.
class Fetcher {
 public:
  using Done = std::function<void(FetchResult)>;

  virtual ~Fetcher() = default;
  /// Begins a visit and returns. `done` is called once, by a thread of the fetcher or before start() returns: it may
  /// start other visits, but must not block and not throw. Those under way when the fetcher ends are called too.
  virtual void start(FetchRequest request, Done done) = 0;
  /// Visits under way end within a second, as network_error "stopped"; later ones at once.
  virtual void stop() {}
  [[nodiscard]] virtual FetchLoad load() const { return {}; }

  /// The same, and waits for its end. Never inside a `done`.
  FetchResult fetch(const FetchRequest& request);
};

std::string_view name(FetchOutcome outcome);

}  // namespace smallprint
