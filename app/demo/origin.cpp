#include "app/demo/origin.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace smallprint {
namespace {

using Values = std::vector<std::pair<std::string_view, std::string>>;

/// Replaces each "{{name}}" by its value.
std::string fill(std::string_view text, const Values& values) {
  std::string filled;
  while (true) {
    const std::size_t open = text.find("{{");
    const std::size_t close = text.find("}}", open);
    if (close == std::string_view::npos) break;
    const std::string_view name = text.substr(open + 2, close - open - 2);
    const auto value = std::find_if(values.begin(), values.end(), [&](const auto& each) { return each.first == name; });
    filled += text.substr(0, open);
    if (value != values.end()) filled += value->second;
    text.remove_prefix(close + 2);
  }
  return filled += text;
}

/// What a site puts anew into every page that it serves; here it follows from the time, so that every run is the same.
Values rotating_values(Timestamp now) {
  const auto seconds = static_cast<std::uint64_t>(now.time_since_epoch().count());
  const std::uint64_t mixed = (seconds ^ (seconds >> 7)) * 0x9E3779B97F4A7C15ULL;
  return {{"token", fmt::format("{:016x}", mixed)},
          {"count", fmt::format("{}", 1000 + mixed % 9000)},
          {"year", fmt::format("{}", static_cast<int>(date_of(now).year()))}};
}

Response page(int status, std::string body) {
  return {status, {{"content-type", "text/html; charset=utf-8"}, {"cache-control", "no-cache"}}, std::move(body)};
}

/// Of an <h1> at the start.
std::string title_of(std::string_view html) {
  const std::size_t begin = html.find('>') + 1;
  return std::string(html.substr(begin, html.find('<', begin) - begin));
}

/// The site is deployed anew each quarter: the page around the text changes and so does the ETag, but not the text.
std::string etag_of(const StoryText& text, Timestamp now) {
  const Date today = date_of(now);
  const unsigned quarter = (static_cast<unsigned>(today.month()) - 1) / 3 + 1;
  return fmt::format("W/\"{}-{}q{}\"", format_date(date_of(text.published)), static_cast<int>(today.year()), quarter);
}

}  // namespace

Response DemoOrigin::handle(const Request& request) const {
  const Timestamp now = clock_.now();
  Values values = rotating_values(now);
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  const auto document = std::find_if(story_.documents.begin(), story_.documents.end(), [&](const StoryDocument& each) {
    return std::string_view(each.declaration.sources.front().url).substr(demo_site.size()) == path;
  });
  const auto visit =
      std::find_if(story_.visits.begin(), story_.visits.end(), [&](const StoryVisit& each) { return each.at == now; });
  const std::string_view answer = visit == story_.visits.end() ? std::string_view() : visit->answer;

  if (document == story_.documents.end() || answer == "not-found") {
    return page(404, fill(story_file("not-found.html"), values));
  }
  if (answer == "unavailable") {
    Response response = page(503, fill(story_file("unavailable.html"), values));
    response.headers.emplace_back("retry-after", "3600");
    return response;
  }
  if (answer == "bot-wall") return page(200, fill(story_file("bot-wall.html"), values));

  const auto later = std::find_if(document->texts.begin(), document->texts.end(),
                                  [&](const StoryText& text) { return text.published > now; });
  if (later == document->texts.begin()) return page(404, fill(story_file("not-found.html"), values));
  const StoryText& text = *(later - 1);
  const std::string etag = etag_of(text, now);
  if (request.header("if-none-match") == etag) return {304, {{"etag", etag}}, {}};

  values.emplace_back("title", title_of(text.html));
  values.emplace_back("body", fill(text.html, values));
  Response response = page(200, fill(story_file("shell.html"), values));
  response.headers.emplace_back("etag", etag);
  return response;
}

}  // namespace smallprint
