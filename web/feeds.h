// Feeds: the same entries as Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1, and lists of feeds as OPML 2.0.
//
// Values in, text out; no clock. Every text may hold any bytes; `html` must be a fragment that is safe already
// (redline.h makes such).
#pragma once

#include <string>
#include <vector>

#include "model/clock.h"

namespace smallprint {

struct FeedEntry {
  std::string url;  ///< permanent; the entry's id too
  std::string title;
  std::string html;  ///< a safe fragment, the redline inside
  std::string summary;
  Timestamp published{};
  std::string author;                   ///< the service's name
  std::vector<std::string> categories;  ///< topic ids
};

struct Feed {
  std::string title;
  std::string description;
  std::string url;   ///< of the feed itself
  std::string page;  ///< of the page that shows the same
  Timestamp updated{};
  std::vector<FeedEntry> entries;
};

std::string atom_feed(const Feed& feed);
std::string rss_feed(const Feed& feed);
std::string json_feed(const Feed& feed);

struct OpmlItem {
  std::string title, feed, page;
};
std::string opml(const std::string& title, const std::vector<OpmlItem>& items);

}  // namespace smallprint
