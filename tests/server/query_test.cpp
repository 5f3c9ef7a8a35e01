#include "server/query.h"

#include <doctest/doctest.h>

#include <array>

#include "server/negotiate.h"
#include "server/router.h"

using namespace smallprint;

TEST_CASE("a bad parameter is named, a good one is read") {
  const RuleSet rules = RuleSet::builtin();
  const struct {
    const char *query, *names;
  } rows[] = {{"service=linkedin", ""},
              {"service=LinkedIn", ""},
              {"service=a%20b", "service"},
              {"service=%27--", "service"},
              {"document=linkedin/privacy-policy@eu", ""},
              {"document=linkedin", "document"},
              {"type=privacy-policy", ""},
              {"topic=no-such-topic", "topic"},
              {"effect=introduced", ""},
              {"effect=new", "effect"},
              {"kind=moved_and_edited", ""},
              {"kind=change", "kind"},
              {"importance=high", ""},
              {"importance=9", "importance"},
              {"cosmetic=false", ""},
              {"cosmetic=no", "cosmetic"},
              {"since=2024-09-19", ""},
              {"since=2024-09-19T06:10:13%2B02:00", ""},
              {"since=2024-02-30", "since"},
              {"until=tomorrow", "until"},
              {"since=2024-09-19&until=2024-09-18", "since"},
              {"q=%22two%20words%22", ""},
              {"q=%ff", "q"},
              {"q=%0", "q"},
              {"q=%00", "q"},
              {"q=a&q=b", "q"},
              {"version=2", "version"},
              {"version=2&document=a/b", ""},
              {"version=0&document=a/b", "version"},
              {"limit=200", ""},
              {"limit=201", "limit"},
              {"limit=0", "limit"},
              {"limit=-1", "limit"},
              {"limit=1e3", "limit"},
              {"nonsense=1", "nonsense"},
              {"&&", ""},
              {"=1", ""}};
  for (const auto& row : rows) {
    INFO(row.query);
    Query query(row.query);
    (void)read_change_filter(query, rules);
    (void)read_paging(query);
    const auto bad = query.problem();
    if (std::string(row.query) == "=1") {
      CHECK(bad.has_value());
    } else {
      CHECK((bad ? bad->name : "") == row.names);
    }
  }
}

TEST_CASE("a query is written again with one parameter replaced") {
  Query query("q=a%26b&limit=2&cursor=old");
  CHECK(query.with("cursor", "new/1") == "?q=a%26b&limit=2&cursor=new%2F1");
  CHECK(query.with("cursor", "") == "?q=a%26b&limit=2");
}

TEST_CASE("patterns match whole paths, words and slugs are told apart") {
  const auto hit = [](std::string_view pattern, std::string_view path) {
    const auto segments = path_segments(path);
    return segments && match(pattern, *segments).has_value();
  };
  CHECK(hit("/", "/"));
  CHECK(hit("/{service}", "/LinkedIn"));
  CHECK(!hit("/{service}", "/a.b"));
  CHECK(!hit("/{service}", "/a/b"));
  CHECK(!hit("/{service}/{type}", "/a"));
  CHECK(hit("/{service}/{type}", "/a/privacy-policy@eu"));
  CHECK(hit("/{service}/{type}", "/a/privacy-policy%40eu"));
  CHECK(!hit("/{service}/{type}", "/a/privacy-policy@"));
  CHECK(!hit("/{service}/{type}", "/a/b@c@d"));
  CHECK(!hit("/{service}/{type}", "/a//b"));
  CHECK(!hit("/{service}", "/%ff"));
  CHECK(!hit("/{service}", ""));
  const auto segments = path_segments("/api/v1/documents/A/B/versions/1..2");
  const auto captures = match("/api/v1/documents/{service}/{type}/versions/{version}", *segments);
  REQUIRE(captures);
  CHECK((*captures)[0].second == "a");
  CHECK((*captures)[2].second == "1..2");
}

TEST_CASE("media types are chosen by quality, then by how closely they are named") {
  const std::array<std::string_view, 3> offers = {"application/json", "text/markdown", "text/html"};
  CHECK(best_media_type("", offers) == 0);
  CHECK(best_media_type("*/*", offers) == 0);
  CHECK(best_media_type("text/*", offers) == 1);
  CHECK(best_media_type("text/html,application/xhtml+xml,*/*;q=0.8", offers) == 2);
  CHECK(best_media_type("text/markdown;q=0.5, application/json;q=0.4", offers) == 1);
  CHECK(best_media_type("application/json;q=0, */*", offers) == 1);
  CHECK(!best_media_type("image/png", offers));
  CHECK(prefers_html("text/html"));
  CHECK(!prefers_html("*/*"));
  CHECK(!prefers_html("text/html;q=0"));
  CHECK(accepts_gzip("gzip, deflate, br"));
  CHECK(accepts_gzip("*"));
  CHECK(!accepts_gzip("br"));
  CHECK(!accepts_gzip("gzip;q=0, *"));
  CHECK(!accepts_gzip(""));
}
