#include "fetcher/net/page_address.h"

#include <curl/curl.h>
#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "fetcher/net/address.h"

namespace smallprint {
namespace {

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

}  // namespace

std::string refuse_address(const std::string& url, PageAddress& parts, const AddressGuard* judge) {
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

}  // namespace smallprint
