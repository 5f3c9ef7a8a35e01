// What Chromium's own log of a page says (DevTools' Network and Page events, from chromedriver's "performance" log):
// how its main document was answered, by which redirects, and what is still loading. Values; pure. The log may hold
// anything.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace smallprint {

/// The document that the page's window shows, or was to show.
struct MainDocument {
  std::vector<std::string> urls;  ///< asked for, redirected, by the host or by a script, …, final
  std::string moved_to;           ///< where its first redirects lead while they are permanent (301, 308), or empty
  bool answered = false;          ///< the last of them
  int status = 0;
  std::string media_type;                                    ///< "text/html"
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string error;                                         ///< "net::ERR_…", or empty
  bool ended = false;                                        ///< it came to its end, or to an error
};

class PageLog {
 public:
  /// `frame` is the id of the window's frame.
  explicit PageLog(std::string frame) : frame_(std::move(frame)) {}
  /// Takes the entries of one answer of /se/log.
  void read(const boost::json::value& entries);
  [[nodiscard]] const MainDocument& document() const { return document_; }
  /// Requests of the page that are under way, without those that are meant to stay so (event streams, pings).
  [[nodiscard]] std::size_t under_way() const { return under_way_.size(); }

 private:
  void take(const boost::json::object& event);
  void navigate(const std::string& loader, const std::string& url);
  void sent(const boost::json::object& parameters);
  void received(const boost::json::object& parameters);
  void ended(const std::string& request, const std::string& error);
  std::string frame_;
  std::string loader_;  ///< of the main document: the id of its request
  bool only_permanent_ = true;
  MainDocument document_;
  std::set<std::string> under_way_;
};

}  // namespace smallprint
