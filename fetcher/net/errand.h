// One errand of the fetcher: an address and what it redirects to, hop by hop, so that each is judged and recorded. It
// does not wait: it says what it needs next, and is told what came of it. Limits hold for the whole chain.
//
// Owned by the fetcher; all of it on the fetcher's thread.
#pragma once

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "fetcher/fetcher.h"
#include "fetcher/net/address.h"
#include "fetcher/net/byte_budget.h"
#include "fetcher/net/page_address.h"
#include "fetcher/net/proxy.h"
#include "fetcher/net/robots_gate.h"

namespace smallprint {

struct CurlListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, CurlListDeleter>;
void add_line(CurlList& list, const std::string& line);

/// What all errands share; outlives them.
struct ErrandSettings {
  std::string user_agent;
  std::string ca_file;
  AddressGuard guard;
  CurlList resolved;  ///< names that are not looked up
};

class Errand {
 public:
  struct Plan {
    FetchRequest request;
    FetchLimits limits;
    const Proxy* proxy = nullptr;
    bool ask_robots = true;
    /// Of a longer body the rest is not read, and the memory it takes is no part of the budget; 0: all of it.
    std::size_t keep = 0;
    Fetcher::Done done;
  };
  enum class Step : std::uint8_t {
    ask_robots,  ///< about address(), and call robots_said()
    send,        ///< easy(), and call sent()
    ended        ///< take finish()
  };

  Errand(Plan plan, const ErrandSettings& settings, const std::shared_ptr<ByteBudget>& budget);
  ~Errand();
  Errand(const Errand&) = delete;
  Errand& operator=(const Errand&) = delete;

  Step begin();
  Step robots_said(const RobotsVerdict& verdict);
  Step sent(CURLcode code);
  /// Ends it where it stands.
  void give_up(FetchOutcome outcome, std::string reason, bool stopped = false);
  /// Instead of begin().
  void refuse(std::string reason);
  /// The end; nothing else may follow.
  void finish();

  [[nodiscard]] CURL* easy() const { return easy_.get(); }
  [[nodiscard]] const Plan& plan() const { return plan_; }
  [[nodiscard]] const PageAddress& address() const { return address_; }
  /// Has the host been asked for longer than it may be silent?
  [[nodiscard]] bool is_silent() const;
  void say_silent();
  /// Waits because the bodies of all errands take too much memory.
  [[nodiscard]] bool is_paused() const { return paused_at_ != Time{}; }
  void resume();
  /// Goes on however much memory all of them take.
  bool may_exceed = false;

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct EasyDeleter {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };

  Step judge_address();
  Step send();
  void judge_status();
  void prepare();
  [[nodiscard]] CurlList request_headers() const;
  void end(FetchOutcome outcome, std::string reason);
  /// Ends the errand where its bodies are longer on the wire than they may be.
  bool within_wire(std::uint64_t received);
  [[nodiscard]] std::string limit_of_time() const;

  static curl_socket_t open_socket(void* context, curlsocktype purpose, curl_sockaddr* address);
  static std::size_t take_body(char* data, std::size_t one, std::size_t size, void* context);
  static std::size_t take_header(char* data, std::size_t one, std::size_t size, void* context);
  static int watch(void* context, curl_off_t total, curl_off_t received, curl_off_t up_total, curl_off_t up);

  const Plan plan_;
  const ErrandSettings& settings_;
  const std::shared_ptr<ByteBudget> budget_;
  std::shared_ptr<HeldBytes> held_;  ///< null: not counted
  std::unique_ptr<CURL, EasyDeleter> easy_{curl_easy_init()};
  CurlList headers_;
  FetchResult result_;

  // The chain.
  const Time begun_ = std::chrono::steady_clock::now();
  Time deadline_ = begun_ + plan_.limits.total_timeout;
  Time robots_asked_at_{};
  PageAddress address_;
  std::string url_;
  bool permanent_ = false;  ///< the redirects up to here
  std::uint64_t header_bytes_ = 0;
  std::uint64_t wire_bytes_ = 0;  ///< of the bodies before this one
  std::uint64_t text_bytes_ = 0;  ///< of all bodies, decoded

  // The hop. A callback that ends it says why here.
  FetchOutcome outcome_ = FetchOutcome::ok;
  std::string reason_;
  std::array<char, CURL_ERROR_SIZE> message_{};
  Time sent_at_{};
  Time paused_at_{};
  bool answering_ = false;  ///< the host has begun to answer
  bool kept_ = false;       ///< as much of the body as is wanted
};

}  // namespace smallprint
