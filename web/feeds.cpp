#include "web/feeds.h"

#include <fmt/format.h>

#include <pugixml.hpp>
#include <sstream>

#include "web/text.h"

namespace smallprint {

namespace {

pugi::xml_node text_child(pugi::xml_node parent, const char* name, const std::string& text) {
  pugi::xml_node child = parent.append_child(name);
  child.text().set(clean_utf8(text).c_str());
  return child;
}

void attribute(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name) = clean_utf8(value).c_str();
}

void link(pugi::xml_node parent, const char* rel, const char* type, const std::string& href) {
  pugi::xml_node node = parent.append_child("link");
  attribute(node, "rel", rel);
  attribute(node, "type", type);
  attribute(node, "href", href);
}

std::string written(const pugi::xml_document& document) {
  std::ostringstream out;
  document.save(out, "", pugi::format_raw, pugi::encoding_utf8);
  return out.str();
}

void declare(pugi::xml_document& document) {
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "utf-8";
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : clean_utf8(text)) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default: out += c;  // clean_utf8 leaves no other control character
    }
  }
  return out + '"';
}

}  // namespace

std::string atom_feed(const Feed& feed) {
  pugi::xml_document document;
  declare(document);
  pugi::xml_node root = document.append_child("feed");
  attribute(root, "xmlns", "http://www.w3.org/2005/Atom");
  text_child(root, "title", feed.title);
  text_child(root, "subtitle", feed.description);
  text_child(root, "id", feed.url);
  link(root, "self", "application/atom+xml", feed.url);
  link(root, "alternate", "text/html", feed.page);
  text_child(root, "updated", format_rfc3339(feed.updated));
  attribute(text_child(root, "generator", "smallprint"), "uri", feed.page);
  for (const FeedEntry& entry : feed.entries) {
    pugi::xml_node node = root.append_child("entry");
    text_child(node, "title", entry.title);
    text_child(node, "id", entry.url);
    link(node, "alternate", "text/html", entry.url);
    text_child(node, "published", format_rfc3339(entry.published));
    text_child(node, "updated", format_rfc3339(entry.published));
    text_child(node.append_child("author"), "name", entry.author);
    for (const std::string& category : entry.categories) attribute(node.append_child("category"), "term", category);
    text_child(node, "summary", entry.summary);
    attribute(text_child(node, "content", entry.html), "type", "html");
  }
  return written(document);
}

std::string rss_feed(const Feed& feed) {
  pugi::xml_document document;
  declare(document);
  pugi::xml_node root = document.append_child("rss");
  attribute(root, "version", "2.0");
  attribute(root, "xmlns:atom", "http://www.w3.org/2005/Atom");
  attribute(root, "xmlns:dc", "http://purl.org/dc/elements/1.1/");
  pugi::xml_node channel = root.append_child("channel");
  text_child(channel, "title", feed.title);
  text_child(channel, "link", feed.page);
  text_child(channel, "description", feed.description);
  link(channel, "self", "application/rss+xml", feed.url);
  channel.last_child().set_name("atom:link");
  text_child(channel, "lastBuildDate", format_http_date(feed.updated));
  for (const FeedEntry& entry : feed.entries) {
    pugi::xml_node node = channel.append_child("item");
    text_child(node, "title", entry.title);
    text_child(node, "link", entry.url);
    attribute(text_child(node, "guid", entry.url), "isPermaLink", "true");
    text_child(node, "pubDate", format_http_date(entry.published));
    text_child(node, "dc:creator", entry.author);
    for (const std::string& category : entry.categories) text_child(node, "category", category);
    text_child(node, "description", entry.html);
  }
  return written(document);
}

std::string json_feed(const Feed& feed) {
  std::string out = fmt::format(
      R"({{"version":"https://jsonfeed.org/version/1.1","title":{},"description":{},"home_page_url":{},"feed_url":{},"items":[)",
      json_string(feed.title), json_string(feed.description), json_string(feed.page), json_string(feed.url));
  for (std::size_t i = 0; i < feed.entries.size(); ++i) {
    const FeedEntry& entry = feed.entries[i];
    std::string tags;
    for (const std::string& category : entry.categories) {
      if (!tags.empty()) tags += ',';
      tags += json_string(category);
    }
    if (i > 0) out += ',';
    out += fmt::format(
        R"({{"id":{0},"url":{0},"title":{1},"summary":{2},"content_html":{3},"date_published":{4},"authors":[{{"name":{5}}}],"tags":[{6}]}})",
        json_string(entry.url), json_string(entry.title), json_string(entry.summary), json_string(entry.html),
        json_string(format_rfc3339(entry.published)), json_string(entry.author), tags);
  }
  return out + "]}";
}

std::string opml(const std::string& title, const std::vector<OpmlItem>& items) {
  pugi::xml_document document;
  declare(document);
  pugi::xml_node root = document.append_child("opml");
  attribute(root, "version", "2.0");
  text_child(root.append_child("head"), "title", title);
  pugi::xml_node body = root.append_child("body");
  for (const OpmlItem& item : items) {
    pugi::xml_node node = body.append_child("outline");
    attribute(node, "type", "rss");
    attribute(node, "text", item.title);
    attribute(node, "title", item.title);
    attribute(node, "xmlUrl", item.feed);
    attribute(node, "htmlUrl", item.page);
  }
  return written(document);
}

}  // namespace smallprint
