#include "fetcher/net/webdriver.h"

#include <curl/curl.h>
#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <memory>

namespace smallprint {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr std::size_t max_answer = 128U << 20;  ///< bytes: a page of the largest size, escaped
constexpr std::size_t max_message = 300;        ///< bytes of what a driver says of a failure; a stack trace follows

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::size_t take(char* data, std::size_t, std::size_t size, void* context) {
  auto& answer = *static_cast<std::string*>(context);
  if (answer.size() + size > max_answer) return 0;
  answer.append(data, size);
  return size;
}

int watch(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(context)->load() ? 1 : 0;
}

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

/// What a driver says went wrong: its first line.
Error failure(const json::object& value) {
  const std::string kind = text_of(value, "error");
  std::string message = text_of(value, "message");
  message.resize(std::min({message.find('\n'), message.size(), max_message}));
  const bool gone = kind == "invalid session id" || kind == "no such window";
  if (message.empty()) message = kind;
  return {gone ? ErrorCode::not_found : ErrorCode::conflict, fmt::format("the browser's driver says: {}", message)};
}

Result<json::value> value_of(const std::string& answer) {
  const Error strange{ErrorCode::unavailable, "the browser's driver answers what no WebDriver does"};
  boost::system::error_code error;
  json::value parsed = json::parse(answer, error, {}, {.max_depth = 64});
  if (error || !parsed.is_object()) return strange;
  json::value* value = parsed.get_object().if_contains("value");
  if (value == nullptr) return strange;
  if (value->is_object() && !text_of(value->get_object(), "error").empty()) return failure(value->get_object());
  return std::move(*value);
}

}  // namespace

Result<json::value> WebDriver::call(const char* method, const std::string& path, const std::string& body,
                                    milliseconds timeout, bool heed_stop) {
  if (heed_stop && stopped_) return Error{ErrorCode::unavailable, "stopped"};
  const std::unique_ptr<CURL, EasyDeleter> handle(curl_easy_init());
  const std::unique_ptr<curl_slist, ListDeleter> headers(
      curl_slist_append(nullptr, "Content-Type: application/json; charset=utf-8"));
  const auto set = [easy = handle.get()](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
  std::string answer;
  set(CURLOPT_URL, (url_ + path).c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_PROXY, "");  // whatever the environment says
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CUSTOMREQUEST, method);
  set(CURLOPT_HTTPHEADER, headers.get());
  if (!body.empty()) {
    set(CURLOPT_POSTFIELDS, body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  }
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max(timeout, milliseconds{1}).count()));
  set(CURLOPT_WRITEFUNCTION, take);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&answer));
  if (heed_stop) set(CURLOPT_XFERINFOFUNCTION, watch);
  set(CURLOPT_XFERINFODATA, const_cast<void*>(static_cast<const void*>(&stopped_)));
  set(CURLOPT_NOPROGRESS, heed_stop ? 0L : 1L);
  const CURLcode code = curl_easy_perform(handle.get());
  if (heed_stop && stopped_) return Error{ErrorCode::unavailable, "stopped"};
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return Error{ErrorCode::limit,
                 fmt::format("the browser did not answer within {:g} s", static_cast<double>(timeout.count()) / 1000)};
  }
  if (code != CURLE_OK) {
    return Error{ErrorCode::unavailable, fmt::format("the browser's driver: {}", curl_easy_strerror(code))};
  }
  return value_of(answer);
}

Result<json::object> WebDriver::begin(const json::object& capabilities, milliseconds timeout) {
  const json::object body{{"capabilities", {{"alwaysMatch", capabilities}}}};
  session_.clear();
  auto begun = call("POST", "/session", json::serialize(body), timeout);
  if (!begun) return begun.error();
  const Error strange{ErrorCode::unavailable, "the browser's driver begins no session"};
  if (!begun->is_object()) return strange;
  std::string id = text_of(begun->get_object(), "sessionId");
  const json::value* granted = begun->get_object().if_contains("capabilities");
  const bool plain =
      id.find_first_not_of("0123456789abcdefABCDEFghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ-_.") == std::string::npos;
  if (id.empty() || !plain || granted == nullptr || !granted->is_object()) return strange;
  session_ = std::move(id);
  return granted->get_object();
}

void WebDriver::end(milliseconds timeout) {
  if (session_.empty()) return;
  (void)call("DELETE", "/session/" + session_, {}, timeout, false);
  session_.clear();
}

Result<json::value> WebDriver::post(std::string_view path, const json::object& body, milliseconds timeout) {
  return call("POST", fmt::format("/session/{}{}", session_, path), json::serialize(body), timeout);
}

Result<json::value> WebDriver::get(std::string_view path, milliseconds timeout) {
  return call("GET", fmt::format("/session/{}{}", session_, path), {}, timeout);
}

Result<json::value> WebDriver::devtools(std::string_view command, const json::object& parameters,
                                        milliseconds timeout) {
  return post("/goog/cdp/execute", {{"cmd", command}, {"params", parameters}}, timeout);
}

Result<json::value> WebDriver::run(std::string_view script, const json::value& argument, milliseconds timeout) {
  return post("/execute/sync", {{"script", script}, {"args", json::array{argument}}}, timeout);
}

Result<std::string> parse_webdriver(std::string_view text) {
  const auto url = boost::urls::parse_uri(text);
  const bool good = url && (url->scheme() == "http" || url->scheme() == "https") && !url->has_userinfo() &&
                    !url->host().empty() && !url->has_query() && !url->has_fragment();
  if (!good) {
    return Error{ErrorCode::bad_input,
                 "a WebDriver is written http://HOST:PORT or https://HOST:PORT, with a path where it has one"};
  }
  std::string address(text);
  while (address.ends_with('/')) address.pop_back();
  return address;
}

}  // namespace smallprint
