#include "fetcher/net/curl_fetcher.h"

#include <curl/curl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>

#include "fetcher/net/address.h"

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

/// What the callbacks of one transfer share. A callback that ends the transfer says why here.
struct Transfer {
  CURL* easy;
  const FetchLimits& limits;
  const AddressGuard& guard;
  const std::atomic<bool>& stopped;
  FetchResult& result;
  std::uint64_t header_bytes = 0;
  FetchOutcome outcome = FetchOutcome::ok;
  std::string reason;

  void end(FetchOutcome why, std::string text) {
    if (outcome != FetchOutcome::ok) return;
    outcome = why;
    reason = std::move(text);
  }
};

curl_socket_t open_socket(void* context, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::string_view refusal = transfer.guard.refusal(&address->addr);
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
  if (transfer.result.body.size() + size > transfer.limits.max_body_bytes) {
    transfer.end(FetchOutcome::too_large, fmt::format("more than {} bytes of text", transfer.limits.max_body_bytes));
    return 0;
  }
  transfer.result.body.append(data, size);
  curl_off_t received = 0;  // what libcurl is decoding may not be counted yet: a buffer at most
  curl_easy_getinfo(transfer.easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
  if (transfer.result.body.size() / transfer.limits.max_ratio > static_cast<std::uint64_t>(received) + network_buffer) {
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
  transfer.header_bytes += size;
  if (transfer.header_bytes > transfer.limits.max_header_bytes) {
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
  if (static_cast<std::uint64_t>(received) > transfer.limits.max_wire_bytes) {
    transfer.end(FetchOutcome::too_large,
                 fmt::format("more than {} bytes on the wire", transfer.limits.max_wire_bytes));
    return 1;
  }
  return 0;
}

/// Why an address is not fetched, before any connection; empty where it may be.
std::string refuse_url(const std::string& url) {
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
  if (part(CURLUPART_HOST).empty()) return "the address has no host";
  return {};
}

FetchOutcome outcome_of(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return FetchOutcome::timeout;
    case CURLE_FILESIZE_EXCEEDED: return FetchOutcome::too_large;
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

class CurlFetcher final : public Fetcher {
 public:
  CurlFetcher(CurlFetcherOptions options, AddressGuard guard)
      : options_(std::move(options)), guard_(std::move(guard)) {}

  FetchResult fetch(const FetchRequest& request) override {
    FetchResult result;
    const auto begin = steady_clock::now();
    follow(request, begin, result);
    result.duration = duration_cast<milliseconds>(steady_clock::now() - begin);
    if (result.outcome != FetchOutcome::ok) result.body.clear();
    return result;
  }

  void stop() override { stopped_.store(true); }

 private:
  /// Hop by hop, so that each address of the chain is judged and recorded.
  void follow(const FetchRequest& request, steady_clock::time_point begin, FetchResult& result) const {
    const Easy easy(curl_easy_init());
    if (!easy) {
      result.reason = "libcurl gives no handle";
      return;
    }
    const List headers = request_headers(request);
    prepare(easy, request, headers.get());
    std::string url = request.url;
    for (int hops = 0;; ++hops) {
      result.urls.push_back(url);
      std::string refusal = refuse_url(url);
      if (refusal.empty() && hops > options_.limits.max_redirects) {
        refusal = fmt::format("more than {} redirects", options_.limits.max_redirects);
      }
      if (!refusal.empty()) {
        result.outcome = FetchOutcome::refused;
        result.reason = std::move(refusal);
        return;
      }
      const auto left = options_.limits.total_timeout - duration_cast<seconds>(steady_clock::now() - begin);
      if (!hop(easy, url, std::max(left, seconds{1}), result)) return;
      const char* location = nullptr;
      curl_easy_getinfo(easy.get(), CURLINFO_REDIRECT_URL, &location);
      if (location == nullptr) break;
      url = location;
    }
    judge_status(easy, request, result);
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

  void prepare(const Easy& easy, const FetchRequest&, curl_slist* headers) const {
    const FetchLimits& limits = options_.limits;
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
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(milliseconds(limits.connect_timeout).count()));
    set(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.low_speed_time.count()));
    set(easy, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(limits.low_speed_bytes));
    set(easy, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(limits.max_wire_bytes));
    set(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    set(easy, CURLOPT_WRITEFUNCTION, take_body);
    set(easy, CURLOPT_HEADERFUNCTION, take_header);
    set(easy, CURLOPT_XFERINFOFUNCTION, watch);
    set(easy, CURLOPT_NOPROGRESS, 0L);
  }

  /// One request and its answer. False where the visit has ended.
  bool hop(const Easy& easy, const std::string& url, seconds timeout, FetchResult& result) const {
    Transfer transfer{easy.get(), options_.limits, guard_, stopped_, result, 0, FetchOutcome::ok, {}};
    result.body.clear();
    result.headers.clear();
    std::array<char, CURL_ERROR_SIZE> message{};
    void* const context = &transfer;
    set(easy, CURLOPT_URL, url.c_str());
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(milliseconds(timeout).count()));
    set(easy, CURLOPT_OPENSOCKETDATA, context);
    set(easy, CURLOPT_WRITEDATA, context);
    set(easy, CURLOPT_HEADERDATA, context);
    set(easy, CURLOPT_XFERINFODATA, context);
    set(easy, CURLOPT_ERRORBUFFER, message.data());
    const CURLcode code = curl_easy_perform(easy.get());
    set(easy, CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));

    curl_off_t received = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_SIZE_DOWNLOAD_T, &received);
    result.wire_bytes += static_cast<std::uint64_t>(received);
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    result.status = static_cast<int>(status);
    curl_off_t retry_after = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RETRY_AFTER, &retry_after);
    result.retry_after = std::clamp(seconds{retry_after}, seconds{0}, longest_retry_after);
    if (code == CURLE_OK) return true;

    result.reason = message[0] != '\0' ? message.data() : curl_easy_strerror(code);
    result.outcome = outcome_of(code);
    if (code == CURLE_OUT_OF_MEMORY) {  // how libcurl 7.88 calls a header line that is longer than it takes
      transfer.end(FetchOutcome::too_large, "a header line without end");
    }
    if (transfer.outcome != FetchOutcome::ok) {
      result.outcome = transfer.outcome;
      result.reason = transfer.reason;
    } else if (code == CURLE_COULDNT_CONNECT && !transfer.reason.empty()) {
      result.outcome = FetchOutcome::refused;
      result.reason = transfer.reason;
    }
    return false;
  }

  static void judge_status(const Easy&, const FetchRequest& request, FetchResult& result) {
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
