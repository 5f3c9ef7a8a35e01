#include "web/feeds.h"

#include <doctest/doctest.h>

#include <cstring>
#include <pugixml.hpp>

using namespace smallprint;

namespace {

Feed sample() {
  FeedEntry entry;
  entry.url = "https://example.org/acme/privacy-policy/1..2?a=1&b=2";
  entry.title = "Acme & Sons: <new> \"terms\"\x01\xff";
  entry.html = "<ins>your data</ins> &amp; more";
  entry.summary = "Acme's policy";
  entry.published = parse_rfc3339("2024-09-19T06:10:13Z").value();
  entry.author = "Acme & Sons";
  entry.categories = {"ai-training", "opt-out"};
  return {"Changes", "What changed", "https://example.org/feed.atom", "https://example.org/", entry.published, {entry}};
}

}  // namespace

TEST_CASE("an Atom feed is well-formed and has what RFC 4287 asks for") {
  pugi::xml_document document;
  REQUIRE(document.load_string(atom_feed(sample()).c_str()));
  const pugi::xml_node feed = document.child("feed");
  CHECK(std::strcmp(feed.attribute("xmlns").value(), "http://www.w3.org/2005/Atom") == 0);
  CHECK(feed.child_value("id") == std::string("https://example.org/feed.atom"));
  CHECK(feed.child_value("updated") == std::string("2024-09-19T06:10:13Z"));
  CHECK(feed.find_child_by_attribute("link", "rel", "self"));
  const pugi::xml_node entry = feed.child("entry");
  CHECK(entry.child_value("id") == sample().entries[0].url);
  CHECK(entry.child_value("title") == std::string("Acme & Sons: <new> \"terms\"\xEF\xBF\xBD\xEF\xBF\xBD"));
  CHECK(entry.child("content").attribute("type").value() == std::string("html"));
  CHECK(entry.child_value("content") == sample().entries[0].html);
  CHECK(entry.child("author").child_value("name") == std::string("Acme & Sons"));
}

TEST_CASE("an RSS feed is well-formed, its guid is permanent and its dates are RFC 822") {
  pugi::xml_document document;
  REQUIRE(document.load_string(rss_feed(sample()).c_str()));
  const pugi::xml_node channel = document.child("rss").child("channel");
  CHECK(channel.child("atom:link").attribute("rel").value() == std::string("self"));
  const pugi::xml_node item = channel.child("item");
  CHECK(item.child_value("guid") == sample().entries[0].url);
  CHECK(item.child_value("pubDate") == std::string("Thu, 19 Sep 2024 06:10:13 GMT"));
  CHECK(item.child_value("description") == sample().entries[0].html);
}

TEST_CASE("OPML lists feeds with their pages") {
  pugi::xml_document document;
  REQUIRE(document.load_string(opml("All", {{"A & B", "https://x/feed.atom", "https://x/"}}).c_str()));
  const pugi::xml_node outline = document.child("opml").child("body").child("outline");
  CHECK(outline.attribute("text").value() == std::string("A & B"));
  CHECK(outline.attribute("xmlUrl").value() == std::string("https://x/feed.atom"));
}

TEST_CASE("a feed without entries is a feed") {
  Feed feed = sample();
  feed.entries.clear();
  pugi::xml_document document;
  CHECK(document.load_string(atom_feed(feed).c_str()));
  CHECK(document.load_string(rss_feed(feed).c_str()));
  CHECK(json_feed(feed).ends_with("\"items\":[]}"));
}
