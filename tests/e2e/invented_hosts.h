// Documents of invented hosts, as many as wanted: an HTTP proxy on loopback answers for all of them, so that no name is
// looked up and no address allowed. Counts what it is asked for.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/listener.h"

namespace smallprint::test {

class InventedHosts {
 public:
  /// Declares the documents in a new folder: `per_host` of each host, three at most.
  InventedHosts(std::size_t hosts, std::size_t per_host, const std::filesystem::path& catalog);
  InventedHosts(const InventedHosts&) = delete;
  InventedHosts& operator=(const InventedHosts&) = delete;

  /// Opens one more proxy: "http://127.0.0.1:PORT".
  std::string proxy();
  /// Called before each answer, with the number of the proxy that was asked, from several threads.
  void before_answers(std::function<void(std::size_t)> call) { before_answer_ = std::move(call); }

  [[nodiscard]] const std::vector<std::string>& documents() const { return documents_; }
  /// Requests so far, by document; and in all.
  [[nodiscard]] std::map<std::string, int> requests() const;
  [[nodiscard]] int asked() const;
  /// The most requests to one host that were under way together.
  [[nodiscard]] int most_at_once() const;

 private:
  Response answer(const Request& request, std::size_t proxy);

  std::vector<std::string> documents_;
  std::map<std::string, std::string> by_url_;  ///< the document's id
  std::function<void(std::size_t)> before_answer_;
  mutable std::mutex mutex_;  ///< of what is counted
  std::map<std::string, int> requests_, under_way_;
  int asked_ = 0, most_at_once_ = 0;
  std::vector<std::unique_ptr<Listener>> listeners_;  ///< last: their threads count
};

}  // namespace smallprint::test
