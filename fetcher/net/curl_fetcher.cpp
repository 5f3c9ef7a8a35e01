#include "fetcher/net/curl_fetcher.h"

#include <curl/curl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>

#include "fetcher/net/address.h"
#include "fetcher/net/robots_gate.h"

namespace smallprint {
namespace {

using namespace std::chrono;

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, ListDeleter>;

/// A host may ask for any number of seconds; one past the end of time is not added to a clock.
constexpr seconds longest_retry_after = hours{24 * 365};

std::string in_seconds(milliseconds time) { return fmt::format("{:g} s", static_cast<double>(time.count()) / 1000); }

/// What one chain of requests has used of its limits. Redirects count: a host that sends much in small pieces is as
/// greedy as one that sends it at once.
struct Spent {
  std::uint64_t header_bytes = 0;
  std::uint64_t wire_bytes = 0;  ///< of the bodies before this one
  std::uint64_t text_bytes = 0;  ///< of all bodies, decoded
};

/// What the callbacks of one transfer share. A callback that ends the transfer says why here.
struct Transfer {
  CURL* easy;
  const FetchLimits& limits;
  const AddressGuard& guard;
  const std::atomic<bool>& stopped;
  bool proxied;      ///< sockets lead to the operator's proxy
  std::size_t keep;  ///< of a longer body the rest is not read; 0: all of it
  Spent& spent;
  FetchResult& result;
  bool kept = false;
  bool answering = false;  ///< the host has begun to answer
  FetchOutcome outcome = FetchOutcome::ok;
  std::string reason;
  steady_clock::time_point begin = steady_clock::now();

  void end(FetchOutcome why, std::string text) {
    if (outcome != FetchOutcome::ok) return;
    outcome = why;
    reason = std::move(text);
  }
  /// How long there has been a connection, and a request on it; 0 before that.
  [[nodiscard]] milliseconds silence() const {
    curl_off_t ready = 0;  // microseconds since the beginning
    curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &ready);
    return ready == 0 ? milliseconds{0}
                      : duration_cast<milliseconds>(steady_clock::now() - begin - microseconds{ready});
  }
  /// Ends the transfer where its body is longer on the wire than what the chain has left.
  bool within_wire(std::uint64_t received) {
    if (spent.wire_bytes + received <= limits.max_wire_bytes) return true;
    end(FetchOutcome::too_large, fmt::format("more than {} bytes on the wire", limits.max_wire_bytes));
    return false;
  }
};

curl_socket_t open_socket(void* context, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::string_view refusal = transfer.proxied ? std::string_view() : transfer.guard.refusal(&address->addr);
  if (!refusal.empty()) {
    // Another of the host's addresses may be public: the reason counts only where no connection comes about.
    transfer.reason = fmt::format("the host's address is not public ({})", refusal);
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

constexpr std::uint64_t network_buffer = CURL_MAX_WRITE_SIZE;

std::size_t take_body(char* data, std::size_t, std::size_t size, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  std::string& body = transfer.result.body;
  if (transfer.keep != 0 && body.size() + size > transfer.keep) {
    body.append(data, transfer.keep - body.size());
    transfer.kept = true;
    return 0;
  }
  transfer.spent.text_bytes += size;
  if (transfer.spent.text_bytes > transfer.limits.max_body_bytes) {
    transfer.end(FetchOutcome::too_large, fmt::format("more than {} bytes of text", transfer.limits.max_body_bytes));
    return 0;
  }
  body.append(data, size);
  curl_off_t counted = 0;  // what libcurl is decoding may not be counted yet: a buffer at most
  curl_easy_getinfo(transfer.easy, CURLINFO_SIZE_DOWNLOAD_T, &counted);
  const auto received = static_cast<std::uint64_t>(counted);
  if (!transfer.within_wire(received)) return 0;
  const std::uint64_t on_the_wire = transfer.spent.wire_bytes + received + network_buffer;
  if (transfer.spent.text_bytes / transfer.limits.max_ratio > on_the_wire) {
    transfer.end(FetchOutcome::too_large,
                 fmt::format("more than {} times its bytes on the wire", transfer.limits.max_ratio));
    return 0;
  }
  return size;
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  if (!transfer.answering) {  // only from now on the host can be slow; until now it was silent
    const auto time = static_cast<long>(ceil<seconds>(transfer.limits.low_speed_time).count());
    curl_easy_setopt(transfer.easy, CURLOPT_LOW_SPEED_TIME, time);
    transfer.answering = true;
  }
  transfer.spent.header_bytes += size;
  if (transfer.spent.header_bytes > transfer.limits.max_header_bytes) {
    transfer.end(FetchOutcome::too_large,
                 fmt::format("more than {} bytes of headers", transfer.limits.max_header_bytes));
    return 0;
  }
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) {  // another answer begins: after 100 Continue, say
    transfer.result.headers.clear();
    return size;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  std::string name(trim(line.substr(0, colon)));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  transfer.result.headers.emplace_back(std::move(name), trim(line.substr(colon + 1)));
  return size;
}

int watch(void* context, curl_off_t, curl_off_t received, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(context);
  if (transfer.stopped.load()) {
    transfer.end(FetchOutcome::network_error, "stopped");
    transfer.result.stopped = true;
    curl_easy_setopt(transfer.easy, CURLOPT_QUICK_EXIT, 1L);  // a name under resolution is not waited for
    return 1;
  }
  if (!transfer.answering && transfer.silence() > transfer.limits.first_byte_timeout) {
    transfer.end(FetchOutcome::timeout,
                 fmt::format("no answer within {}", in_seconds(transfer.limits.first_byte_timeout)));
    return 1;
  }
  return transfer.within_wire(static_cast<std::uint64_t>(received)) ? 0 : 1;
}

/// The parts of an address that was accepted.
struct Parts {
  std::string origin;  ///< "https://www.example.org:8443"
  std::string target;  ///< path and query
};

/// Why an address is not fetched, before any connection; empty where it may be. `judge` its host where a proxy resolves
/// it, and no socket of ours leads there.
std::string refuse_url(const std::string& url, Parts& parts, const AddressGuard* judge) {
  if (url.size() > 8192) return "the address is longer than 8192 bytes";
  if (std::any_of(url.begin(), url.end(),
                  [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7F' || c == '\\'; })) {
    return "the address has a space, a control character or a backslash";
  }
  const std::unique_ptr<CURLU, UrlDeleter> parsed(curl_url());
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    return "the address is malformed";
  }
  const auto part = [&parsed](CURLUPart which) -> std::string {
    char* text = nullptr;
    if (curl_url_get(parsed.get(), which, &text, 0) != CURLUE_OK) return {};
    std::string copy(text);
    curl_free(text);
    return copy;
  };
  const std::string scheme = part(CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return fmt::format("only http and https are fetched, not {}", scheme);
  if (!part(CURLUPART_USER).empty() || !part(CURLUPART_PASSWORD).empty())
    return "the address carries a user name or password";
  const std::string host = part(CURLUPART_HOST), port = part(CURLUPART_PORT), query = part(CURLUPART_QUERY);
  if (host.empty()) return "the address has no host";
  if (judge != nullptr) {
    // libcurl 7.88 converts such names by the locale, and leaks where that has no such letters.
    if (std::any_of(host.begin(), host.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
      return "the host is not written in ASCII: a proxy is asked for its xn-- form alone";
    }
    const std::string_view refusal = judge->refusal_of_host(host);
    if (!refusal.empty()) return fmt::format("the host is not public ({})", refusal);
  }
  parts.origin = fmt::format("{}://{}{}{}", scheme, host, port.empty() ? "" : ":", port);
  parts.target = fmt::format("{}{}{}", part(CURLUPART_PATH), query.empty() ? "" : "?", query);
  return {};
}

FetchOutcome outcome_of(CURLcode code) {
  switch (code) {
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS: return FetchOutcome::tls_error;
    case CURLE_URL_MALFORMAT: return FetchOutcome::refused;
    default: return FetchOutcome::network_error;
  }
}

template <class Value>
void set(const Easy& easy, CURLoption option, Value value) {
  curl_easy_setopt(easy.get(), option, value);
}

void add_header(List& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) return;
  (void)list.release();
  list.reset(longer);
}

/// One chain of requests: what is asked for, and how.
struct Errand {
  const FetchRequest& request;
  FetchLimits limits;
  const Proxy* proxy = nullptr;
  bool ask_robots = true;
  std::size_t keep = 0;  ///< as in Transfer
};

class CurlFetcher final : public Fetcher {
 public:
  CurlFetcher(CurlFetcherOptions options, AddressGuard guard)
      : options_(std::move(options)),
        guard_(std::move(guard)),
        robots_(product_of(options_), options_.robots_lifetime) {}

  FetchResult fetch(const FetchRequest& request) override {
    const Proxy* proxy = request.proxy == no_proxy ? nullptr : find_proxy(options_.proxies, request.proxy);
    if (proxy == nullptr && !request.proxy.empty() && request.proxy != no_proxy) {
      FetchResult result;
      result.outcome = FetchOutcome::refused;
      result.reason = fmt::format("no proxy is named '{}'", request.proxy);
      result.urls.push_back(request.url);
      return result;
    }
    return run({request, options_.limits, proxy, options_.obey_robots && !request.ignore_robots});
  }

  void stop() override { stopped_.store(true); }

 private:
  /// "smallprint/0.1.0 (+…)" → "smallprint"
  static std::string product_of(const CurlFetcherOptions& options) {
    return options.user_agent.substr(0, options.user_agent.find('/'));
  }

  FetchResult run(const Errand& errand) {
    FetchResult result;
    const auto begin = steady_clock::now();
    follow(errand, result);
    result.duration = duration_cast<milliseconds>(steady_clock::now() - begin);
    if (result.outcome != FetchOutcome::ok) result.body.clear();
    return result;
  }

  /// Hop by hop, so that each address of the chain is judged and recorded.
  void follow(const Errand& errand, FetchResult& result) {
    const FetchLimits& limits = errand.limits;
    const Easy easy(curl_easy_init());
    if (!easy) {
      result.reason = "libcurl gives no handle";
      return;
    }
    const List headers = request_headers(errand.request);
    prepare(easy, limits, headers.get());
    if (errand.proxy != nullptr) use(easy, *errand.proxy);
    Spent spent;
    auto deadline = steady_clock::now() + limits.total_timeout;
    std::string url = errand.request.url;
    bool permanent = false;  // the redirects up to here
    for (int hops = 0;; ++hops) {
      result.urls.push_back(url);
      Parts parts;
      std::string refusal = refuse_url(url, parts, errand.proxy == nullptr ? nullptr : &guard_);
      if (refusal.empty() && hops > limits.max_redirects) {
        refusal = fmt::format("more than {} redirects", limits.max_redirects);
      }
      if (!refusal.empty()) {
        result.outcome = FetchOutcome::refused;
        result.reason = std::move(refusal);
        return;
      }
      if (permanent) result.moved_to = url;
      if (errand.ask_robots) {  // which has limits of its own
        const auto asked_at = steady_clock::now();
        if (!may_fetch(parts, errand.proxy, result)) return;
        deadline += steady_clock::now() - asked_at;
      }
      if (!hop(easy, errand, url, deadline, spent, result)) return;
      const char* location = nullptr;
      curl_easy_getinfo(easy.get(), CURLINFO_REDIRECT_URL, &location);
      if (location == nullptr) break;
      permanent = (hops == 0 || permanent) && (result.status == 301 || result.status == 308);
      url = location;
    }
    judge_status(errand.request, result);
  }

  /// Does robots.txt allow the hop? Where not, the visit has ended.
  bool may_fetch(const Parts& parts, const Proxy* proxy, FetchResult& result) {
    const RobotsVerdict verdict =
        robots_.ask(parts.origin, parts.target, [&](const std::string& url) { return fetch_robots(url, proxy); });
    if (result.urls.size() == 1) result.crawl_delay = verdict.crawl_delay;
    if (verdict.outcome == FetchOutcome::ok) return true;
    result.outcome = verdict.outcome;
    result.reason = verdict.reason;
    result.stopped = verdict.stopped;
    result.retry_after = verdict.retry_after;
    result.status = 0;
    return false;
  }

  FetchResult fetch_robots(const std::string& url, const Proxy* proxy) {
    FetchRequest request;
    request.url = url;
    FetchLimits limits = options_.limits;
    limits.total_timeout = std::min(limits.total_timeout, options_.robots_timeout);
    limits.max_redirects = robots_redirects;
    return run({request, limits, proxy, false, robots_bytes});
  }

  List request_headers(const FetchRequest& request) const {
    List list;
    add_header(
        list,
        "Accept: text/html,application/xhtml+xml,application/pdf;q=0.9,text/markdown;q=0.9,text/plain;q=0.8,*/*;q=0.5");
    const auto safe = [](const std::string& value) { return value.find_first_of("\r\n") == std::string::npos; };
    if (!request.accept_language.empty() && safe(request.accept_language)) {
      add_header(list, "Accept-Language: " + request.accept_language + ",*;q=0.1");
    }
    if (!request.etag.empty() && safe(request.etag)) add_header(list, "If-None-Match: " + request.etag);
    if (!request.last_modified.empty() && safe(request.last_modified)) {
      add_header(list, "If-Modified-Since: " + request.last_modified);
    }
    return list;
  }

  void prepare(const Easy& easy, const FetchLimits& limits, curl_slist* headers) const {
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    set(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    set(easy, CURLOPT_PROXY, "");  // a proxy out of the environment would see addresses in our place
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    set(easy, CURLOPT_ACCEPT_ENCODING, "");  // all that libcurl was built with
    set(easy, CURLOPT_COOKIEFILE, "");       // cookies for this visit alone, in memory
    set(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
    set(easy, CURLOPT_HTTPHEADER, headers);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect_timeout.count()));
    set(easy, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(limits.low_speed_bytes));
    set(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    set(easy, CURLOPT_WRITEFUNCTION, take_body);
    set(easy, CURLOPT_HEADERFUNCTION, take_header);
    set(easy, CURLOPT_XFERINFOFUNCTION, watch);
    set(easy, CURLOPT_NOPROGRESS, 0L);
  }

  static void use(const Easy& easy, const Proxy& proxy) {
    set(easy, CURLOPT_PROXY, proxy.url.c_str());
    set(easy, CURLOPT_NOPROXY, "");  // whatever the environment says
    set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (proxy.user.empty()) return;
    set(easy, CURLOPT_PROXYUSERNAME, proxy.user.c_str());
    set(easy, CURLOPT_PROXYPASSWORD, proxy.password.c_str());
  }

  /// One request and its answer. False where the visit has ended.
  bool hop(const Easy& easy, const Errand& errand, const std::string& url, steady_clock::time_point deadline,
           Spent& spent, FetchResult& result) const {
    const FetchLimits& limits = errand.limits;
    result.body.clear();
    result.headers.clear();
    const auto left = ceil<milliseconds>(deadline - steady_clock::now());
    if (left <= milliseconds{0}) {
      result.outcome = FetchOutcome::timeout;
      result.reason = fmt::format("more than {} in all", in_seconds(limits.total_timeout));
      return false;
    }
    Transfer transfer{easy.get(), limits, guard_, stopped_, errand.proxy != nullptr, errand.keep, spent, result,
                      false,      false,  {},     {}};
    std::array<char, CURL_ERROR_SIZE> message{};
    void* const context = &transfer;
    set(easy, CURLOPT_URL, url.c_str());
    set(easy, CURLOPT_LOW_SPEED_TIME, 0L);  // take_header() sets it
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
    // What is announced to be longer than what is left is not begun; 0 would lift the limit.
    const std::uint64_t wire_left = std::max<std::uint64_t>(limits.max_wire_bytes - spent.wire_bytes, 1);
    set(easy, CURLOPT_MAXFILESIZE_LARGE, errand.keep != 0 ? curl_off_t{0} : static_cast<curl_off_t>(wire_left));
    set(easy, CURLOPT_OPENSOCKETDATA, context);
    set(easy, CURLOPT_WRITEDATA, context);
    set(easy, CURLOPT_HEADERDATA, context);
    set(easy, CURLOPT_XFERINFODATA, context);
    set(easy, CURLOPT_ERRORBUFFER, message.data());
    CURLcode code = curl_easy_perform(easy.get());
    set(easy, CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
    if (transfer.kept && code == CURLE_WRITE_ERROR) code = CURLE_OK;

    curl_off_t received = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_SIZE_DOWNLOAD_T, &received);
    const bool within = transfer.within_wire(static_cast<std::uint64_t>(received));
    spent.wire_bytes += static_cast<std::uint64_t>(received);
    result.wire_bytes = spent.wire_bytes;
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    result.status = static_cast<int>(status);
    curl_off_t retry_after = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RETRY_AFTER, &retry_after);
    result.retry_after = std::clamp(seconds{retry_after}, seconds{0}, longest_retry_after);
    if (code == CURLE_OK && within) return true;

    if (code == CURLE_OUT_OF_MEMORY) {  // how libcurl 7.88 calls a header line that is longer than it takes
      transfer.end(FetchOutcome::too_large, "a header line without end");
    } else if (code == CURLE_FILESIZE_EXCEEDED) {
      transfer.end(FetchOutcome::too_large, fmt::format("more than {} bytes on the wire", limits.max_wire_bytes));
    } else if (code == CURLE_OPERATION_TIMEDOUT) {
      transfer.end(FetchOutcome::timeout, limit_of_time(easy, transfer, deadline));
    } else if (code == CURLE_COULDNT_CONNECT && !transfer.reason.empty()) {
      transfer.end(FetchOutcome::refused, transfer.reason);
    }
    transfer.end(outcome_of(code), message[0] != '\0' ? message.data() : curl_easy_strerror(code));
    result.outcome = transfer.outcome;
    result.reason = transfer.reason;
    return false;
  }

  /// Which limit of time was reached.
  static std::string limit_of_time(const Easy& easy, const Transfer& transfer, steady_clock::time_point deadline) {
    constexpr milliseconds timer_slack{10};
    const FetchLimits& limits = transfer.limits;
    curl_off_t connected = 0;  // microseconds; also where the connection is an earlier hop's
    curl_easy_getinfo(easy.get(), CURLINFO_PRETRANSFER_TIME_T, &connected);
    if (steady_clock::now() + timer_slack >= deadline) {
      return fmt::format("more than {} in all", in_seconds(limits.total_timeout));
    }
    if (connected == 0) return fmt::format("no connection within {}", in_seconds(limits.connect_timeout));
    return fmt::format("less than {} bytes a second for {}", limits.low_speed_bytes, in_seconds(limits.low_speed_time));
  }

  static void judge_status(const FetchRequest& request, FetchResult& result) {
    const bool conditional = !request.etag.empty() || !request.last_modified.empty();
    if (result.status == 200 || result.status == 203) {
      result.outcome = FetchOutcome::ok;
    } else if (result.status == 304 && conditional) {
      result.outcome = FetchOutcome::not_modified;
    } else {
      result.outcome = FetchOutcome::http_error;
      result.reason = fmt::format("status {}", result.status);
    }
  }

  const CurlFetcherOptions options_;
  const AddressGuard guard_;
  RobotsGate robots_;
  std::atomic<bool> stopped_{false};
};

}  // namespace

Result<std::unique_ptr<Fetcher>> make_curl_fetcher(const CurlFetcherOptions& options) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);  // once in a process, as libcurl demands
  if (ready != CURLE_OK) return Error{ErrorCode::internal, "libcurl cannot be initialised"};
  auto guard = AddressGuard::make(options.allowed_ranges);
  if (!guard) return guard.error();
  return std::unique_ptr<Fetcher>(std::make_unique<CurlFetcher>(options, std::move(guard).value()));
}

}  // namespace smallprint
