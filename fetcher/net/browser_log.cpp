#include "fetcher/net/browser_log.h"

#include <algorithm>
#include <boost/json.hpp>
#include <string_view>

namespace smallprint {
namespace {

namespace json = boost::json;

constexpr std::size_t max_urls = 64;  ///< of a chain; the rest is counted by nobody
constexpr std::size_t max_under_way = 4096;
constexpr std::size_t max_url_bytes = 8192;

const json::object& object_in(const json::object& object, std::string_view key) {
  static const json::object empty;
  const json::value* found = object.if_contains(key);
  return found != nullptr && found->is_object() ? found->get_object() : empty;
}

std::string text_in(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

int number_in(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  return found != nullptr && found->is_int64() ? static_cast<int>(found->get_int64()) : 0;
}

bool is_web(std::string_view url) { return url.starts_with("http://") || url.starts_with("https://"); }

bool is_permanent(int status) { return status == 301 || status == 308; }

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c); });
  return text;
}

}  // namespace

void PageLog::read(const json::value& entries) {
  if (!entries.is_array()) return;
  for (const json::value& entry : entries.get_array()) {
    if (!entry.is_object()) continue;
    boost::system::error_code error;
    const json::value event = json::parse(text_in(entry.get_object(), "message"), error);
    if (!error && event.is_object()) take(object_in(event.get_object(), "message"));
  }
}

void PageLog::take(const json::object& event) {
  const std::string method = text_in(event, "method");
  const json::object& parameters = object_in(event, "params");
  if (method == "Page.frameStartedNavigating") {
    const bool new_document = text_in(parameters, "navigationType").find("ameDocument") == std::string::npos;
    if (new_document && text_in(parameters, "frameId") == frame_) {
      navigate(text_in(parameters, "loaderId"), text_in(parameters, "url"));
    }
  } else if (method == "Network.requestWillBeSent") {
    sent(parameters);
  } else if (method == "Network.responseReceived") {
    received(parameters);
  } else if (method == "Network.loadingFinished") {
    ended(text_in(parameters, "requestId"), {});
  } else if (method == "Network.loadingFailed") {
    ended(text_in(parameters, "requestId"), text_in(parameters, "errorText"));
  }
}

/// The window begins to load another document, by our word or a script's.
void PageLog::navigate(const std::string& loader, const std::string& url) {
  if (loader.empty() || loader == loader_ || !is_web(url)) return;
  if (!loader_.empty()) only_permanent_ = false;
  loader_ = loader;
  under_way_.clear();
  std::vector<std::string> urls = std::move(document_.urls);
  std::string moved_to = std::move(document_.moved_to);
  document_ = {};
  document_.urls = std::move(urls);
  document_.moved_to = std::move(moved_to);
  if (document_.urls.size() < max_urls) document_.urls.push_back(url.substr(0, max_url_bytes));
}

void PageLog::sent(const json::object& parameters) {
  const std::string request = text_in(parameters, "requestId");
  const std::string url = text_in(object_in(parameters, "request"), "url");
  const std::string type = text_in(parameters, "type");
  if (!is_web(url)) return;
  const bool main =
      text_in(parameters, "frameId") == frame_ && type == "Document" && text_in(parameters, "loaderId") == request;
  if (main) {
    navigate(request, url);
    const json::object& redirect = object_in(parameters, "redirectResponse");
    if (!redirect.empty() && request == loader_ && document_.urls.size() < max_urls) {
      document_.urls.push_back(url.substr(0, max_url_bytes));
      only_permanent_ = only_permanent_ && is_permanent(number_in(redirect, "status"));
      if (only_permanent_) document_.moved_to = document_.urls.back();
    }
  }
  const bool lasting = type == "EventSource" || type == "WebSocket" || type == "Ping";
  if (!lasting && under_way_.size() < max_under_way) under_way_.insert(request);
}

void PageLog::received(const json::object& parameters) {
  if (text_in(parameters, "requestId") != loader_ || loader_.empty()) return;
  const json::object& response = object_in(parameters, "response");
  document_.answered = true;
  document_.status = number_in(response, "status");
  document_.media_type = lower(text_in(response, "mimeType"));
  document_.headers.clear();
  for (const auto& [name, value] : object_in(response, "headers")) {
    if (!value.is_string()) continue;
    // One that came several times is one value with lines.
    std::string_view rest(value.get_string());
    while (true) {
      const std::size_t end = rest.find('\n');
      document_.headers.emplace_back(lower(std::string(name)), rest.substr(0, end));
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
  }
}

void PageLog::ended(const std::string& request, const std::string& error) {
  under_way_.erase(request);
  if (request != loader_ || loader_.empty() || document_.ended) return;
  document_.ended = true;
  document_.error = error;
}

}  // namespace smallprint
