#include "server/routes.h"

#include "server/api.h"
#include "server/feed_endpoints.h"
#include "server/page_endpoints.h"
#include "smallprint_server/data.h"

namespace smallprint {

namespace {

Reply openapi(Call&) {
  Answer answer;
  answer.body = data::files.front().bytes;
  return answer;
}

/// Alive: the process answers. Whether it can serve is /readyz's question.
Reply healthz(Call&) {
  Answer answer;
  answer.type = "text/plain; charset=utf-8";
  answer.body = "ok\n";
  answer.momentary = true;
  return answer;
}

Reply readyz(Call& call) {
  if (const auto revision = call.site.archive.revision(); !revision) {
    return HttpProblem{
        503, "The archive cannot answer right now. Try again in a moment.", {}, revision.error().message};
  }
  return healthz(call);
}

Reply metrics(Call& call) {
  if (const auto revision = call.site.archive.revision()) {
    call.site.metrics.archive_revision(static_cast<double>(*revision));
  }
  if (const auto schedule = call.site.archive.schedule_stats(call.site.clock.now())) {
    call.site.metrics.schedule(*schedule);
  }
  Answer answer;
  answer.type = "text/plain; version=0.0.4; charset=utf-8";
  answer.body = call.site.metrics.text();
  answer.momentary = true;
  return answer;
}

Reply robots(Call&) {
  Answer answer;
  answer.type = "text/plain; charset=utf-8";
  // Comparisons of any two versions, and clauses, are too many to crawl.
  answer.body =
      "User-agent: *\nDisallow: /api/\nDisallow: /search\nDisallow: /compare\nDisallow: /*..*\nDisallow: /*/clauses/\n";
  return answer;
}

Reply icon(Call&) {
  Answer answer;
  answer.type = "image/svg+xml";
  answer.body = Pages::icon();
  return answer;
}

/// The style sheet's name carries a hash of its bytes.
Reply file(Call& call) {
  const std::string& name = call.capture("file");
  if ("/" + name != call.site.pages.style_href()) return HttpProblem{404, "Nothing has this address.", {}, {}};
  Answer answer;
  answer.type = "text/css; charset=utf-8";
  answer.body = Pages::style();
  answer.immutable_tag = name;
  return answer;
}

constexpr std::chrono::seconds minute{60}, day = std::chrono::hours{24};

constexpr Route table[] = {
    {"/", pages::home},
    {"/services", pages::services},
    {"/compare", pages::compare, day},
    {"/search", pages::search},
    {"/status", pages::status},
    {"/about", pages::about},
    {"/feed.atom", feeds::atom},
    {"/feed.rss", feeds::rss},
    {"/feed.json", feeds::json},
    {"/feeds.opml", feeds::opml},
    {"/upcoming", pages::upcoming, day},
    {"/upcoming.ics", feeds::calendar, day},
    {"/topics/{topic}", pages::topic},
    {"/topics/{topic}/feed.atom", feeds::atom},
    {"/topics/{topic}/feed.rss", feeds::rss},
    {"/topics/{topic}/feed.json", feeds::json},
    {"/api/v1/services", api::services},
    {"/api/v1/services/{service}", api::service},
    {"/api/v1/documents", api::documents},
    {"/api/v1/documents/{service}/{type}", api::document},
    {"/api/v1/documents/{service}/{type}/versions", api::document_versions},
    {"/api/v1/documents/{service}/{type}/versions/{version}", api::version},
    {"/api/v1/documents/{service}/{type}/versions/{version}/evidence", api::evidence},
    {"/api/v1/documents/{service}/{type}/versions/{version}/snapshot", api::snapshot},
    {"/api/v1/documents/{service}/{type}/diff", api::diff},
    {"/api/v1/documents/{service}/{type}/clauses/{lineage}", api::clause},
    {"/api/v1/documents/{service}/{type}/observations", api::observations},
    {"/api/v1/changes", api::changes},
    {"/api/v1/versions", api::versions},
    {"/api/v1/facts", api::facts},
    {"/api/v1/compare", api::compare},
    {"/api/v1/compare/series", api::compare_series, day},
    {"/api/v1/search", api::search},
    {"/api/v1/topics", api::topics},
    {"/api/v1/upcoming", api::upcoming, day},
    {"/api/v1/status", api::status, minute},
    {"/healthz", healthz},
    {"/readyz", readyz},
    {"/metrics", metrics},
    {"/openapi.json", openapi},
    {"/robots.txt", robots},
    {"/favicon.svg", icon},
    {"/{service}", pages::service},
    {"/{service}/feed.atom", feeds::atom},
    {"/{service}/feed.rss", feeds::rss},
    {"/{service}/feed.json", feeds::json},
    {"/{service}/{type}", pages::document},
    {"/{service}/{type}/feed.atom", feeds::atom},
    {"/{service}/{type}/feed.rss", feeds::rss},
    {"/{service}/{type}/feed.json", feeds::json},
    {"/{service}/{type}/{version}", pages::version},
    {"/{service}/{type}/clauses/{lineage}", pages::clause},
    {"/{file}", file},
};

}  // namespace

std::span<const Route> routes() { return table; }

}  // namespace smallprint
