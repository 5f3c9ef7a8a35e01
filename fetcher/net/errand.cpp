#include "fetcher/net/errand.h"

#include <fmt/core.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>

namespace smallprint {
namespace {

using namespace std::chrono;

/// A host may ask for any number of seconds; one past the end of time is not added to a clock.
constexpr seconds longest_retry_after = hours{24 * 365};
constexpr std::uint64_t network_buffer = CURL_MAX_WRITE_SIZE;

std::string in_seconds(milliseconds time) { return fmt::format("{:g} s", static_cast<double>(time.count()) / 1000); }

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
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
void set(CURL* easy, CURLoption option, Value value) {
  curl_easy_setopt(easy, option, value);
}

curl_off_t number(CURL* easy, CURLINFO info) {
  curl_off_t value = 0;
  curl_easy_getinfo(easy, info, &value);
  return value;
}

}  // namespace

void add_line(CurlList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) return;
  (void)list.release();
  list.reset(longer);
}

Errand::Errand(Plan plan, const ErrandSettings& settings, const std::shared_ptr<ByteBudget>& budget)
    : plan_(std::move(plan)), settings_(settings), budget_(budget), url_(plan_.request.url) {
  if (plan_.keep == 0) held_ = std::make_shared<HeldBytes>(budget_);
}

Errand::~Errand() = default;

Errand::Step Errand::begin() {
  if (easy_ == nullptr) {
    give_up(FetchOutcome::network_error, "libcurl gives no handle");
    return Step::ended;
  }
  prepare();
  return judge_address();
}

Errand::Step Errand::judge_address() {
  result_.urls.push_back(url_);
  std::string refusal = refuse_address(url_, address_, plan_.proxy == nullptr ? nullptr : &settings_.guard);
  if (refusal.empty() && result_.urls.size() > static_cast<std::size_t>(plan_.limits.max_redirects) + 1) {
    refusal = fmt::format("more than {} redirects", plan_.limits.max_redirects);
  }
  if (!refusal.empty()) {
    give_up(FetchOutcome::refused, std::move(refusal));
    return Step::ended;
  }
  if (permanent_) result_.moved_to = url_;
  if (!plan_.ask_robots) return send();
  robots_asked_at_ = steady_clock::now();
  return Step::ask_robots;
}

Errand::Step Errand::robots_said(const RobotsVerdict& verdict) {
  deadline_ += steady_clock::now() - robots_asked_at_;  // which has limits of its own
  if (result_.urls.size() == 1) result_.crawl_delay = verdict.crawl_delay;
  if (verdict.outcome == FetchOutcome::ok) return send();
  result_.retry_after = verdict.retry_after;
  result_.status = 0;
  give_up(verdict.outcome, verdict.reason, verdict.stopped);
  return Step::ended;
}

/// What all hops have in common.
void Errand::prepare() {
  CURL* const easy = easy_.get();
  const FetchLimits& limits = plan_.limits;
  headers_ = request_headers();
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_QUICK_EXIT, 1L);  // a name under resolution is not waited for when its errand ends
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(easy, CURLOPT_HTTP09_ALLOWED, 0L);
  set(easy, CURLOPT_PROXY, "");  // a proxy out of the environment would see addresses in our place
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!settings_.ca_file.empty()) set(easy, CURLOPT_CAINFO, settings_.ca_file.c_str());
  set(easy, CURLOPT_RESOLVE, settings_.resolved.get());
  set(easy, CURLOPT_ACCEPT_ENCODING, "");  // all that libcurl was built with
  set(easy, CURLOPT_COOKIEFILE, "");       // cookies for this visit alone, in memory
  set(easy, CURLOPT_USERAGENT, settings_.user_agent.c_str());
  set(easy, CURLOPT_HTTPHEADER, headers_.get());
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect_timeout.count()));
  set(easy, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(limits.low_speed_bytes));
  void* const context = this;
  set(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  set(easy, CURLOPT_OPENSOCKETDATA, context);
  set(easy, CURLOPT_WRITEFUNCTION, take_body);
  set(easy, CURLOPT_WRITEDATA, context);
  set(easy, CURLOPT_HEADERFUNCTION, take_header);
  set(easy, CURLOPT_HEADERDATA, context);
  set(easy, CURLOPT_XFERINFOFUNCTION, watch);
  set(easy, CURLOPT_XFERINFODATA, context);
  set(easy, CURLOPT_NOPROGRESS, 0L);
  set(easy, CURLOPT_ERRORBUFFER, message_.data());
  if (plan_.proxy == nullptr) return;
  const Proxy& proxy = *plan_.proxy;
  set(easy, CURLOPT_PROXY, proxy.url.c_str());
  set(easy, CURLOPT_NOPROXY, "");  // whatever the environment says
  set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (proxy.user.empty()) return;
  set(easy, CURLOPT_PROXYUSERNAME, proxy.user.c_str());
  set(easy, CURLOPT_PROXYPASSWORD, proxy.password.c_str());
}

CurlList Errand::request_headers() const {
  const FetchRequest& request = plan_.request;
  CurlList list;
  add_line(
      list,
      "Accept: text/html,application/xhtml+xml,application/pdf;q=0.9,text/markdown;q=0.9,text/plain;q=0.8,*/*;q=0.5");
  const auto safe = [](const std::string& value) { return value.find_first_of("\r\n") == std::string::npos; };
  if (!request.accept_language.empty() && safe(request.accept_language)) {
    add_line(list, "Accept-Language: " + request.accept_language + ",*;q=0.1");
  }
  if (!request.etag.empty() && safe(request.etag)) add_line(list, "If-None-Match: " + request.etag);
  if (!request.last_modified.empty() && safe(request.last_modified)) {
    add_line(list, "If-Modified-Since: " + request.last_modified);
  }
  return list;
}

/// One request and its answer.
Errand::Step Errand::send() {
  CURL* const easy = easy_.get();
  const FetchLimits& limits = plan_.limits;
  result_.body.clear();
  result_.headers.clear();
  if (held_) held_->clear();
  sent_at_ = steady_clock::now();
  const auto left = ceil<milliseconds>(deadline_ - sent_at_);
  if (left <= milliseconds{0}) {
    give_up(FetchOutcome::timeout, fmt::format("more than {} in all", in_seconds(limits.total_timeout)));
    return Step::ended;
  }
  outcome_ = FetchOutcome::ok;
  reason_.clear();
  message_[0] = '\0';
  answering_ = kept_ = false;
  set(easy, CURLOPT_URL, url_.c_str());
  set(easy, CURLOPT_LOW_SPEED_TIME, 0L);  // take_header() sets it
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  // What is announced to be longer than what is left is not begun; 0 would lift the limit.
  const std::uint64_t wire_left = std::max<std::uint64_t>(limits.max_wire_bytes - wire_bytes_, 1);
  set(easy, CURLOPT_MAXFILESIZE_LARGE, plan_.keep != 0 ? curl_off_t{0} : static_cast<curl_off_t>(wire_left));
  return Step::send;
}

Errand::Step Errand::sent(CURLcode code) {
  CURL* const easy = easy_.get();
  const FetchLimits& limits = plan_.limits;
  if (kept_ && code == CURLE_WRITE_ERROR) code = CURLE_OK;
  paused_at_ = {};

  const auto received = static_cast<std::uint64_t>(number(easy, CURLINFO_SIZE_DOWNLOAD_T));
  const bool within = within_wire(received);
  wire_bytes_ += received;
  result_.wire_bytes = wire_bytes_;
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  result_.status = static_cast<int>(status);
  result_.retry_after = std::clamp(seconds{number(easy, CURLINFO_RETRY_AFTER)}, seconds{0}, longest_retry_after);
  if (code == CURLE_OK && within) {
    const char* location = nullptr;
    curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &location);
    if (location == nullptr) {
      judge_status();
      return Step::ended;
    }
    const bool first = result_.urls.size() == 1;
    permanent_ = (first || permanent_) && (result_.status == 301 || result_.status == 308);
    url_ = location;
    return judge_address();
  }

  if (code == CURLE_OUT_OF_MEMORY) {  // how libcurl 7.88 calls a header line that is longer than it takes
    end(FetchOutcome::too_large, "a header line without end");
  } else if (code == CURLE_FILESIZE_EXCEEDED) {
    end(FetchOutcome::too_large, fmt::format("more than {} bytes on the wire", limits.max_wire_bytes));
  } else if (code == CURLE_OPERATION_TIMEDOUT) {
    end(FetchOutcome::timeout, limit_of_time());
  } else if (code == CURLE_COULDNT_CONNECT && !reason_.empty()) {
    end(FetchOutcome::refused, reason_);
  }
  end(outcome_of(code), message_[0] != '\0' ? message_.data() : curl_easy_strerror(code));
  give_up(outcome_, std::move(reason_));
  return Step::ended;
}

void Errand::give_up(FetchOutcome outcome, std::string reason, bool stopped) {
  result_.outcome = outcome;
  result_.reason = std::move(reason);
  result_.stopped = stopped;
}

void Errand::refuse(std::string reason) {
  result_.urls.push_back(url_);
  give_up(FetchOutcome::refused, std::move(reason));
}

void Errand::finish() {
  result_.duration = duration_cast<milliseconds>(steady_clock::now() - begun_);
  if (result_.outcome != FetchOutcome::ok) {
    result_.body = {};
    held_.reset();
  }
  result_.held = std::move(held_);
  plan_.done(std::move(result_));
}

/// Which limit of time was reached.
std::string Errand::limit_of_time() const {
  constexpr milliseconds timer_slack{10};
  const FetchLimits& limits = plan_.limits;
  if (steady_clock::now() + timer_slack >= deadline_) {
    return fmt::format("more than {} in all", in_seconds(limits.total_timeout));
  }
  if (number(easy_.get(), CURLINFO_PRETRANSFER_TIME_T) == 0) {  // also where the connection is an earlier hop's
    return fmt::format("no connection within {}", in_seconds(limits.connect_timeout));
  }
  return fmt::format("less than {} bytes a second for {}", limits.low_speed_bytes, in_seconds(limits.low_speed_time));
}

void Errand::judge_status() {
  const bool conditional = !plan_.request.etag.empty() || !plan_.request.last_modified.empty();
  if (result_.status == 200 || result_.status == 203) {
    result_.outcome = FetchOutcome::ok;
  } else if (result_.status == 304 && conditional) {
    result_.outcome = FetchOutcome::not_modified;
  } else {
    give_up(FetchOutcome::http_error, fmt::format("status {}", result_.status));
  }
}

bool Errand::is_silent() const {
  if (answering_) return false;
  const curl_off_t ready = number(easy_.get(), CURLINFO_PRETRANSFER_TIME_T);  // microseconds since it was sent
  return ready != 0 && steady_clock::now() - sent_at_ - microseconds{ready} > plan_.limits.first_byte_timeout;
}

void Errand::say_silent() {
  give_up(FetchOutcome::timeout, fmt::format("no answer within {}", in_seconds(plan_.limits.first_byte_timeout)));
}

void Errand::resume() {
  // The host is not to blame for the time that it had to wait.
  deadline_ += steady_clock::now() - paused_at_;
  paused_at_ = {};
  const auto left = std::max(ceil<milliseconds>(deadline_ - steady_clock::now()), milliseconds{1});
  set(easy_.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  curl_easy_pause(easy_.get(), CURLPAUSE_CONT);
}

void Errand::end(FetchOutcome outcome, std::string reason) {
  if (outcome_ != FetchOutcome::ok) return;
  outcome_ = outcome;
  reason_ = std::move(reason);
}

bool Errand::within_wire(std::uint64_t received) {
  if (wire_bytes_ + received <= plan_.limits.max_wire_bytes) return true;
  end(FetchOutcome::too_large, fmt::format("more than {} bytes on the wire", plan_.limits.max_wire_bytes));
  return false;
}

curl_socket_t Errand::open_socket(void* context, curlsocktype, curl_sockaddr* address) {
  auto& errand = *static_cast<Errand*>(context);
  const bool judged = errand.plan_.proxy == nullptr;  // else the socket leads to the operator's proxy
  const std::string_view refusal = judged ? errand.settings_.guard.refusal(&address->addr) : std::string_view();
  if (!refusal.empty()) {
    // Another of the host's addresses may be public: the reason counts only where no connection comes about.
    errand.reason_ = fmt::format("the host's address is not public ({})", refusal);
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t Errand::take_body(char* data, std::size_t, std::size_t size, void* context) {
  auto& errand = *static_cast<Errand*>(context);
  const FetchLimits& limits = errand.plan_.limits;
  std::string& body = errand.result_.body;
  if (errand.plan_.keep != 0 && body.size() + size > errand.plan_.keep) {
    body.append(data, errand.plan_.keep - body.size());
    errand.kept_ = true;
    return 0;
  }
  if (errand.held_ && !errand.may_exceed && errand.budget_->is_spent()) {
    errand.paused_at_ = steady_clock::now();
    set(errand.easy(), CURLOPT_TIMEOUT_MS, 0L);
    return CURL_WRITEFUNC_PAUSE;  // the same bytes come again
  }
  errand.text_bytes_ += size;
  if (errand.text_bytes_ > limits.max_body_bytes) {
    errand.end(FetchOutcome::too_large, fmt::format("more than {} bytes of text", limits.max_body_bytes));
    return 0;
  }
  body.append(data, size);
  if (errand.held_) errand.held_->add(size);
  // What libcurl is decoding may not be counted yet: a buffer at most.
  const auto received = static_cast<std::uint64_t>(number(errand.easy(), CURLINFO_SIZE_DOWNLOAD_T));
  if (!errand.within_wire(received)) return 0;
  const std::uint64_t on_the_wire = errand.wire_bytes_ + received + network_buffer;
  if (errand.text_bytes_ / limits.max_ratio > on_the_wire) {
    errand.end(FetchOutcome::too_large, fmt::format("more than {} times its bytes on the wire", limits.max_ratio));
    return 0;
  }
  return size;
}

std::size_t Errand::take_header(char* data, std::size_t, std::size_t size, void* context) {
  auto& errand = *static_cast<Errand*>(context);
  const FetchLimits& limits = errand.plan_.limits;
  if (!errand.answering_) {  // only from now on the host can be slow; until now it was silent
    set(errand.easy(), CURLOPT_LOW_SPEED_TIME, static_cast<long>(ceil<seconds>(limits.low_speed_time).count()));
    errand.answering_ = true;
  }
  errand.header_bytes_ += size;
  if (errand.header_bytes_ > limits.max_header_bytes) {
    errand.end(FetchOutcome::too_large, fmt::format("more than {} bytes of headers", limits.max_header_bytes));
    return 0;
  }
  const std::string_view line(data, size);
  auto& headers = errand.result_.headers;
  if (line.starts_with("HTTP/")) {  // another answer begins: after 100 Continue, say
    headers.clear();
    return size;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  std::string name(trim(line.substr(0, colon)));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  headers.emplace_back(std::move(name), trim(line.substr(colon + 1)));
  return size;
}

/// Also where bytes come that decode to nothing.
int Errand::watch(void* context, curl_off_t, curl_off_t received, curl_off_t, curl_off_t) {
  return static_cast<Errand*>(context)->within_wire(static_cast<std::uint64_t>(received)) ? 0 : 1;
}

}  // namespace smallprint
