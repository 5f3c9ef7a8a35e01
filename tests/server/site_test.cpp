#include "server/site.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <pugixml.hpp>

#include "diff/compare.h"
#include "tests/server/site_fixture.h"
#include "tests/support/support.h"

using namespace smallprint;
using namespace smallprint::test;
namespace json = boost::json;

namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

const std::string policy = "/api/v1/documents/acme/privacy-policy";

}  // namespace

TEST_CASE("every list is items and next, and its pages hold every item once") {
  const SiteFixture fixture;
  for (const std::string list : {"/api/v1/services", "/api/v1/documents", "/api/v1/changes", "/api/v1/versions",
                                 "/api/v1/facts", "/api/v1/documents/acme/privacy-policy/versions",
                                 "/api/v1/documents/acme/privacy-policy/observations", "/api/v1/search?q=e"}) {
    INFO(list);
    const json::value whole = fixture.json(list + (contains(list, "?") ? "&limit=200" : "?limit=200"));
    CHECK(member(whole, "next").is_null());
    json::array collected;
    std::string target = list + (contains(list, "?") ? "&limit=1" : "?limit=1");
    for (int page = 0; page < 50; ++page) {
      const Response response = fixture.get(target);
      const json::value value = json::parse(response.body);
      for (const json::value& item : member(value, "items").as_array()) collected.push_back(item);
      if (member(value, "next").is_null()) {
        CHECK(header(response, "link").empty());
        break;
      }
      const std::string next = text(value, "next");
      CHECK(header(response, "link") == "<" + next + ">; rel=\"next\"");
      REQUIRE(next.starts_with("https://example.org/"));
      target = next.substr(std::string("https://example.org").size());
    }
    CHECK(collected == member(whole, "items").as_array());
    CHECK(collected.size() >= 2);
  }
}

TEST_CASE("a change has exactly the documented members, its words give both texts, and its address leads to it") {
  const SiteFixture fixture;
  const json::value list = fixture.json("/api/v1/changes?service=ACME&limit=200");
  REQUIRE(member(list, "items").as_array().size() >= 4);
  for (const json::value& change : member(list, "items").as_array()) {
    std::vector<std::string> names;
    for (const auto& entry : change.as_object()) names.emplace_back(entry.key());
    CHECK(names == std::vector<std::string>{"id", "service", "document", "version", "observed_at", "effective_date",
                                            "kind", "cosmetic", "reasons", "importance", "importance_reason", "section",
                                            "topics", "before", "after", "words", "url"});
    std::string before;
    std::string after;
    for (const json::value& word : member(change, "words").as_array()) {
      const std::string sign(word.as_array()[0].as_string());
      if (sign != "+") before += word.as_array()[1].as_string();
      if (sign != "-") after += word.as_array()[1].as_string();
    }
    CHECK(before == text(change, "before"));
    CHECK(after == text(change, "after"));
    const std::string url = text(change, "url");
    const std::size_t hash = url.find('#');
    REQUIRE(hash != std::string::npos);
    const Response page = fixture.get(url.substr(19, hash - 19));
    CHECK(page.status == 200);
    CHECK(contains(page.body, "id=\"" + url.substr(hash + 1) + "\""));
    CHECK(text(change, "id").starts_with(text(change, "document") + "/"));
  }
}

TEST_CASE("topics name what they come nearest to in vocabularies of others") {
  const SiteFixture fixture;
  bool found = false;
  const json::value list = fixture.json("/api/v1/topics");
  for (const json::value& topic : member(list, "items").as_array()) {
    if (text(topic, "id") != "governing-law") continue;
    found = true;
    const json::value& others = member(topic, "taxonomies");
    CHECK(member(others, "opp_115") == json::array());
    CHECK(member(others, "tosdr") == json::array{"Jurisdiction and governing laws"});
    CHECK(member(others, "claudette") == json::array{"Choice of law", "Jurisdiction"});
  }
  CHECK(found);
}

TEST_CASE("a fact stands with the sentence that says it, or says that the text is silent") {
  const SiteFixture fixture;
  const json::value facts = fixture.json("/api/v1/facts?service=acme");
  const json::value& trains = member(facts, "items").as_array().at(1);
  CHECK(text(trains, "value") == "yes");
  CHECK(contains(text(member(trains, "evidence"), "text"), "develop and train"));
  CHECK(text(member(trains, "evidence"), "clause") == "c1-3");
  CHECK(member(member(trains, "since"), "version") == 2);
  CHECK(text(trains, "url") == "https://example.org/acme/privacy-policy/3#c5");
  CHECK(member(member(facts, "items").as_array().at(0), "evidence").is_null());
  const json::value compared = fixture.json("/api/v1/compare?services=acme,zebra,nobody&facts=trains_ai");
  CHECK(member(compared, "services").as_array().size() == 2);
}

TEST_CASE("a version comes as JSON, Markdown, text and HTML, by format or by Accept") {
  const SiteFixture fixture;
  const json::value version = fixture.json(policy + "/versions/2");
  CHECK(member(version, "clauses").as_array().size() == 7);
  CHECK(text(member(version, "clauses").as_array()[1], "lineage") == "c1-1");
  for (const auto& [format, type] : {std::pair("markdown", "text/markdown"), std::pair("text", "text/plain"),
                                     std::pair("html", "text/html"), std::pair("json", "application/json")}) {
    const Response by_format = fixture.get(policy + "/versions/2?format=" + format);
    const Response by_accept = fixture.get(policy + "/versions/2", {{"accept", type}});
    CHECK(header(by_format, "content-type").starts_with(type));
    CHECK(by_format.body == by_accept.body);
  }
  CHECK(header(fixture.get(policy + "/versions/2?format=json", {{"accept", "text/html"}}), "content-type") ==
        "application/json");
  CHECK(member(fixture.json(policy + "/versions/latest"), "version") == 3);
  CHECK(member(fixture.json(policy + "/versions/2024-09-19"), "version") == 2);  // the whole day counts
  CHECK(member(fixture.json(policy + "/versions/2024-09-18"), "version") == 1);
  CHECK(fixture.get(policy + "/versions/2001-01-01").status == 404);
}

TEST_CASE("any two versions compare, in either direction, by number or date") {
  const SiteFixture fixture;
  const json::value neighbours = fixture.json(policy + "/diff?from=1&to=2");
  CHECK(text(neighbours, "kind") == "substantive");
  const json::value& change = member(neighbours, "changes").as_array().at(0);
  CHECK(text(change, "id") == "acme/privacy-policy/2/1");
  const json::value listed = fixture.json("/api/v1/changes?document=acme/privacy-policy&version=2");
  CHECK(member(listed, "items").as_array().size() == member(neighbours, "changes").as_array().size());
  CHECK(member(member(fixture.json(policy + "/diff?from=2023-06-01&to=latest"), "to"), "version") == 3);
  CHECK(member(fixture.json(policy + "/diff?from=3&to=3"), "changes").as_array().empty());
  CHECK(!member(fixture.json(policy + "/diff?from=3&to=1"), "changes").as_array().empty());
  CHECK(fixture.get(policy + "/diff?from=1").status == 400);
  CHECK(contains(fixture.get(policy + "/diff?from=1&to=3&format=markdown").body, "**"));
  CHECK(contains(fixture.get(policy + "/diff?from=1&to=3&format=html").body, "<ins>"));
}

TEST_CASE("patch makes the new text from the old one and the unified diff") {
  SMALLPRINT_SKIP_UNLESS(test::run({"sh", "-c", "command -v patch"}).status == 0, "no patch is installed");
  const SiteFixture fixture;
  for (const auto& [from, to] : {std::pair(1, 2), std::pair(2, 3), std::pair(1, 3), std::pair(3, 1)}) {
    const TemporaryFolder folder;
    const auto text = [&](int n) {
      return fixture.get(policy + "/versions/" + std::to_string(n) + "?format=text").body;
    };
    write_file(folder.path() / "text", text(from));
    const Response diff =
        fixture.get(policy + "/diff?format=text&from=" + std::to_string(from) + "&to=" + std::to_string(to));
    INFO(diff.body);
    const Finished patched = test::run({"patch", "--posix", (folder.path() / "text").string()}, diff.body);
    INFO(patched.out << patched.err);
    CHECK(patched.status == 0);
    CHECK(read_file(folder.path() / "text") == text(to));
  }
}

TEST_CASE("a snapshot is a download that no browser will show as a page") {
  const SiteFixture fixture;
  const Response snapshot = fixture.get(policy + "/versions/1/snapshot");
  CHECK(snapshot.status == 200);
  CHECK(header(snapshot, "content-type") == "application/octet-stream");
  CHECK(header(snapshot, "content-disposition").starts_with("attachment;"));
  CHECK(header(snapshot, "x-content-type-options") == "nosniff");
  CHECK(contains(header(snapshot, "cache-control"), "immutable"));
  CHECK(fixture.get(policy + "/versions/2/snapshot").status == 404);
  const json::value evidence = fixture.json(policy + "/versions/1/evidence");
  CHECK(member(evidence, "snapshots").as_array().size() == 1);
  CHECK(text(evidence, "text").ends_with(policy + "/versions/1?format=markdown"));
  const json::value& entry = member(evidence, "chain");
  CHECK(sha256_hex(text(entry, "record")) == text(entry, "record_sha256"));
  CHECK(chain_hash(text(entry, "previous"), text(entry, "record_sha256")) == text(entry, "hash"));
  CHECK(member(fixture.json("/api/v1/status"), "chain").as_object().at("sequence") == 7);
  CHECK(text(member(evidence, "snapshots").as_array()[0], "snapshot") ==
        "https://example.org" + policy + "/versions/1/snapshot?source=1");
}

TEST_CASE("answers are cached by tag: evidence for ever, what is derived until the archive or the rules alter") {
  SiteFixture fixture;
  const Response text = fixture.get(policy + "/versions/1?format=markdown");
  CHECK(contains(header(text, "cache-control"), "immutable"));
  CHECK(!contains(header(fixture.get(policy + "/versions/latest?format=markdown"), "cache-control"), "immutable"));
  for (const std::string target : {"/", "/api/v1/changes", "/feed.atom", "/acme/privacy-policy/1..2",
                                   "/api/v1/documents/acme/privacy-policy/versions/1?format=markdown"}) {
    INFO(target);
    const Response first = fixture.get(target);
    const std::string tag = header(first, "etag");
    CHECK(tag.size() > 10);
    CHECK(!header(first, "last-modified").empty());
    const Response again = fixture.get(target, {{"if-none-match", "\"other\", " + tag}});
    CHECK(again.status == 304);
    CHECK(again.body.empty());
    CHECK(header(again, "etag") == tag);
    CHECK(fixture.get(target, {{"if-none-match", "\"other\""}}).status == 200);
    CHECK(fixture.get(target, {{"if-none-match", "*"}}).status == 304);
  }
  const std::string before = header(fixture.get("/api/v1/changes"), "etag");
  CHECK(before != header(fixture.get("/api/v1/versions"), "etag"));
  fixture.archive.add("zebra/terms-of-service", "Zebra", "Terms of Service", "2026-01-01", {"Stripes cost a penny."});
  CHECK(before != header(fixture.get("/api/v1/changes"), "etag"));
  CHECK(header(fixture.get("/healthz"), "cache-control") == "no-store");
  CHECK(fixture.get("/nobody", {{"if-none-match", "*"}}).status == 404);
}

TEST_CASE("HEAD has the status and headers of GET, and no other method is taken") {
  const SiteFixture fixture;
  const Response get = fixture.get("/api/v1/topics");
  const Response head = fixture.get("/api/v1/topics", {}, "HEAD");
  CHECK(head.status == 200);
  CHECK(header(head, "etag") == header(get, "etag"));
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get", ""}) {
    const Response refused = fixture.get("/api/v1/topics", {}, method);
    CHECK(refused.status == 405);
    CHECK(header(refused, "allow") == "GET, HEAD");
  }
}

TEST_CASE("what is not there is a problem document for programs and a page for browsers") {
  const SiteFixture fixture;
  for (const std::string& target : std::vector<std::string>{"/api",
                                                            "/api/v1/nothing",
                                                            "/api/v1/services/nobody",
                                                            policy + "/versions/0",
                                                            policy + "/versions/99",
                                                            policy + "/clauses/c9-9",
                                                            policy + "/clauses/x",
                                                            policy + "@fr",
                                                            "/nobody",
                                                            "/acme/nothing",
                                                            "/acme/privacy-policy/99",
                                                            "/acme/privacy-policy/1..99",
                                                            "/acme/privacy-policy/x",
                                                            "/topics/nothing",
                                                            "/nobody/feed.atom",
                                                            "/memento",
                                                            "/style-0.css",
                                                            "/.git/config",
                                                            "//",
                                                            "/%00"}) {
    INFO(target);
    const Response program = fixture.get(target);
    CHECK(program.status == 404);
    CHECK(header(program, "content-type") == "application/problem+json");
    const json::value problem = json::parse(program.body);
    CHECK(member(problem, "status") == 404);
    CHECK(text(problem, "request_id") == header(program, "x-request-id"));
    const Response browser = fixture.get(target, {{"accept", "text/html,application/xhtml+xml,*/*;q=0.8"}});
    CHECK(browser.status == 404);
    const bool api = target.starts_with("/api");
    CHECK(header(browser, "content-type") == (api ? "application/problem+json" : "text/html; charset=utf-8"));
  }
}

TEST_CASE("an archive that cannot answer is a 503 without detail, never a crash") {
  SiteFixture fixture;
  fixture.archive.break_down();
  for (const std::string target :
       {"/", "/acme", "/api/v1/changes", "/feed.atom", "/readyz", "/status", "/search?q=a"}) {
    const Response response = fixture.get(target);
    CHECK(response.status == 503);
    CHECK(!contains(response.body, "broken down"));
    CHECK(!header(response, "retry-after").empty());
  }
  CHECK(fixture.get("/healthz").status == 200);
  CHECK(fixture.get("/metrics").status == 200);
}

TEST_CASE("every answer carries the headers that keep a browser from doing more than reading") {
  const SiteFixture fixture;
  for (const std::string target : {"/", "/nobody", "/api/v1/changes", "/acme/privacy-policy/2", "/favicon.svg"}) {
    const Response response = fixture.get(target);
    CHECK(header(response, "x-content-type-options") == "nosniff");
    CHECK(contains(header(response, "content-security-policy"), "frame-ancestors 'none'"));
    CHECK(!contains(header(response, "content-security-policy"), "unsafe"));
    CHECK(header(response, "referrer-policy") == "no-referrer");
  }
}

TEST_CASE("compressed answers are the same answers") {
  const SiteFixture fixture;
  const Response plain = fixture.get("/acme/privacy-policy/2");
  const Response packed = fixture.get("/acme/privacy-policy/2", {{"accept-encoding", "br, gzip;q=0.5"}});
  CHECK(header(packed, "content-encoding") == "gzip");
  CHECK(packed.body.size() < plain.body.size());
  const TemporaryFolder folder;
  write_file(folder.path() / "page.gz", packed.body);
  CHECK(test::run({"gzip", "-dc", (folder.path() / "page.gz").string()}).out == plain.body);
  CHECK(header(fixture.get("/acme/privacy-policy/2", {{"accept-encoding", "gzip;q=0"}}), "content-encoding").empty());
}

TEST_CASE("feeds hang at every place, parse, and carry the redline") {
  const SiteFixture fixture;
  for (const std::string place : {"", "/acme", "/acme/privacy-policy"}) {
    INFO(place);
    pugi::xml_document atom;
    const Response response = fixture.get(place + "/feed.atom");
    REQUIRE(atom.load_string(response.body.c_str()));
    CHECK(header(response, "content-type").starts_with("application/atom+xml"));
    const pugi::xml_node feed = atom.child("feed");
    CHECK(feed.child_value("id") == "https://example.org" + place + "/feed.atom");
    CHECK(std::distance(feed.children("entry").begin(), feed.children("entry").end()) == 2);
    bool found = false;
    for (const pugi::xml_node entry : feed.children("entry")) {
      const std::string content = entry.child_value("content");
      found = found || (contains(content, "<ins>") && contains(content, "artificial intelligence"));
      CHECK(!contains(content, "<script"));
    }
    CHECK(found);
    pugi::xml_document rss;
    CHECK(rss.load_string(fixture.get(place + "/feed.rss").body.c_str()));
    CHECK(member(fixture.json(place + "/feed.json"), "items").as_array().size() == 2);
  }
  CHECK(fixture.get("/feed.atom?nonsense=1").status == 400);
  pugi::xml_document list;
  CHECK(list.load_string(fixture.get("/feeds.opml").body.c_str()));
}

TEST_CASE("pages say who says what since when, with the words that were inserted") {
  const SiteFixture fixture;
  const std::string service = fixture.get("/acme").body;
  CHECK(contains(service, "Acme &amp; Sons"));
  CHECK(contains(service, "<time datetime=\"2024-09-19T06:10:13Z\">19 Sep 2024</time>"));
  CHECK(contains(service, "develop and train artificial intelligence (AI) models"));
  const std::string comparison = fixture.get("/acme/privacy-policy/1..2").body;
  CHECK(contains(comparison, "[added: </span>"));
  CHECK(contains(comparison, "artificial intelligence (AI)"));
  CHECK(!contains(comparison, "<script"));
  const std::string version = fixture.get("/ACME/Privacy-Policy/2").body;
  CHECK(contains(version, "Removed here"));
  CHECK(contains(version, "New in this version"));
  CHECK(contains(fixture.get("/").body, "/acme/privacy-policy/2..3"));
  CHECK(contains(fixture.get("/acme/privacy-policy@eu").body, "Privacy Policy (EU)"));
  CHECK(contains(fixture.get("/search?q=candles").body, "<mark>candles</mark>"));
  CHECK(contains(fixture.get("/compare?services=acme,zebra").body, "Zebra"));
  CHECK(header(fixture.get("/acme/?x=1"), "location") == "/acme?x=1");
}

TEST_CASE("each clause of a version says since when it stands, and leads to its history") {
  const SiteFixture fixture;
  const std::string page = fixture.get("/acme/privacy-policy/3").body;
  const auto note = [&](const std::string& lineage) {
    const std::string link = "<a href=\"/acme/privacy-policy/clauses/" + lineage + "\">";
    const std::size_t at = page.find(link);
    REQUIRE(at != std::string::npos);
    return page.substr(at + link.size(), page.find("</a>", at) - at - link.size());
  };
  CHECK(note("c1-0") == "at least since 1 May 2023");
  CHECK(note("c1-1") == note("c1-0"));
  CHECK(note("c1-6") == "at least since 1 May 2023, edited once");
  CHECK(note("c2-0") == "since 19 Sep 2024");
  // A note like the one above it steps back.
  CHECK(contains(page, "class=\"margin again\"><a href=\"/acme/privacy-policy/clauses/c1-1\""));
  CHECK(contains(page, "class=\"margin\"><a href=\"/acme/privacy-policy/clauses/c1-0\""));
  // As things stood then.
  CHECK(contains(fixture.get("/acme/privacy-policy/1").body, "clauses/c1-6\">at least since 1 May 2023</a>"));

  const std::string edited = fixture.get("/acme/privacy-policy/clauses/c1-6").body;
  CHECK(contains(edited, "In our first copy, of 1 May 2023, reworded once. It stands under “3. Ending”."));
  CHECK(contains(edited, "href=\"/acme/privacy-policy/3#c1-6\""));
  CHECK(contains(edited, "href=\"/acme/privacy-policy/2..3\""));
  CHECK(contains(edited, "after notice of 14 days"));
  CHECK(edited.find("version 3") < edited.find("version 1"));
  CHECK(contains(edited, "&lt;script&gt;"));
  CHECK(!contains(edited, "<script"));
  const std::string removed = fixture.get("/acme/privacy-policy/clauses/c1-4").body;
  CHECK(contains(
      removed, "In our first copy, of 1 May 2023, removed on 19 Sep 2024. It stood under “2. How we use your data”."));
  CHECK(contains(removed, "href=\"/acme/privacy-policy/1#c1-4\">Read it where it stood last"));
  for (const char* nothing : {"c9-9", "c1-99", "x", "c1", "c-1-1", "C1-1x", "%00"}) {
    INFO(nothing);
    CHECK(fixture.get(std::string("/acme/privacy-policy/clauses/") + nothing).status == 404);
  }
  const json::value told = fixture.json(policy + "/clauses/c1-6");
  CHECK(text(told, "url") == "https://example.org/acme/privacy-policy/clauses/c1-6");
  CHECK(text(member(told, "states").as_array().at(1), "url") == "https://example.org/acme/privacy-policy/3#c1-6");
}

TEST_CASE("the Host header makes absolute addresses only where it is one and no public address is set") {
  const SiteFixture fixture;
  const Site local(fixture.archive, fixture.rules, fixture.clock, {});
  const auto next = [&](const std::string& host) {
    return text(json::parse(local.handle({"GET", "/api/v1/changes?limit=1", {{"host", host}}}).body), "next");
  };
  CHECK(next("127.0.0.1:8080").starts_with("http://127.0.0.1:8080/api/v1/changes?limit=1&cursor="));
  CHECK(next("\"><script>").starts_with("http://localhost/"));
}
