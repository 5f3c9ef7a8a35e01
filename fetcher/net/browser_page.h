// What is asked of a page in the browser, and when it is taken for whole. Values; pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fetcher/fetcher.h"
#include "fetcher/net/browser_log.h"
#include "fetcher/net/guard_proxy.h"

namespace smallprint {

/// How a page looks at a moment.
struct PageLook {
  bool parsed = false;        ///< its document came to its end
  std::uint64_t text = 0;     ///< characters that are shown
  bool declared = true;       ///< the part that the declaration selects is there
  std::size_t under_way = 0;  ///< requests
};

/// Is the page whole? It is when nothing has grown for a while: `quiet` where nothing is under way, twice as long where
/// something still is, or where there is hardly any text yet, which then may come. Told by how long it looks the same.
class PageWatch {
 public:
  using Time = std::chrono::steady_clock::time_point;
  PageWatch(std::chrono::milliseconds quiet, Time now) : quiet_(quiet), since_(now) {}
  /// True from the moment when it is taken for whole.
  bool settled(const PageLook& look, Time now);

 private:
  const std::chrono::milliseconds quiet_;
  std::optional<PageLook> before_;
  Time since_;
};

/// A script's body that returns [parsed, text, declared] of the page; its argument are selectors.
std::string_view script_to_look();
/// A script's body that returns the page's HTML as it stands, or its length where it is longer than the argument. What
/// stands in open shadow roots and in frames of the same origin is written where it is shown; noscript is left out.
std::string_view script_to_take();

/// How a visit ends by what is known of its main document: everything but the page itself. Where it is ok, `rendered`
/// is set, and the headers are those of a page in UTF-8.
FetchResult result_of(const MainDocument& document, const PageTraffic& traffic, const FetchLimits& limits);
/// No page for a browser: a PDF, plain text, a download. It is fetched without one.
bool is_for_plain_fetch(const MainDocument& document);

/// Of an answer of our own proxy.
constexpr std::string_view guard_header = "x-smallprint-guard";
/// Of a snapshot that a browser made: which one.
constexpr std::string_view rendered_header = "x-smallprint-rendered";

}  // namespace smallprint
