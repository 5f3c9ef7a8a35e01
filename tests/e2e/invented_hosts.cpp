#include "tests/e2e/invented_hosts.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "model/catalog.h"
#include "tests/support/support.h"

namespace smallprint::test {

namespace json = boost::json;

InventedHosts::InventedHosts(std::size_t hosts, std::size_t per_host, const std::filesystem::path& catalog) {
  std::filesystem::create_directory(catalog);
  const char* types[] = {"Privacy Policy", "Terms of Service", "Cookie Policy"};
  for (std::size_t host = 0; host < hosts; ++host) {
    const std::string service = fmt::format("Reading Room {}", host);
    json::object terms;
    for (std::size_t i = 0; i < per_host; ++i) {
      const std::string url = fmt::format("http://room{}.example/{}", host, i);
      terms[types[i]] = json::object{{"fetch", url}, {"select", "main"}};
      by_url_[url] = documents_.emplace_back(document_id(service, types[i]));
    }
    write_file(catalog / (service + ".json"), json::serialize(json::object{{"name", service}, {"terms", terms}}));
  }
}

std::string InventedHosts::proxy() {
  auto started =
      Listener::start({.port = 0, .threads = 16},
                      [this, number = listeners_.size()](const Request& request) { return answer(request, number); });
  REQUIRE(started.ok());
  listeners_.push_back(std::move(started).value());
  return fmt::format("http://127.0.0.1:{}", listeners_.back()->port());
}

Response InventedHosts::answer(const Request& request, std::size_t proxy) {
  const auto document = by_url_.find(request.target);
  if (document == by_url_.end()) return {404, {}, ""};
  const std::string host = request.target.substr(0, request.target.rfind('/'));
  {
    const std::lock_guard lock(mutex_);
    ++asked_;
    ++requests_[document->second];
    most_at_once_ = std::max(most_at_once_, ++under_way_[host]);
  }
  if (before_answer_) before_answer_(proxy);
  const std::lock_guard lock(mutex_);
  --under_way_[host];
  return {200,
          {{"content-type", "text/html; charset=utf-8"}},
          fmt::format("<!DOCTYPE html><html lang=\"en\"><head><title>Policy</title></head><body><main><h1>Policy</h1>"
                      "<p>This says what the reading room at {} does with your personal data.</p><h2>1. What we "
                      "keep</h2><p>We keep a record of the books that you borrow, to remind you of their return.</p>"
                      "<h2>2. What we do with it</h2><p>We sell none of it.</p></main></body></html>",
                      request.target)};
}

std::map<std::string, int> InventedHosts::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

int InventedHosts::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

int InventedHosts::most_at_once() const {
  const std::lock_guard lock(mutex_);
  return most_at_once_;
}

}  // namespace smallprint::test
