#include "server/site.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <random>

#include "server/json.h"
#include "server/negotiate.h"
#include "server/page_endpoints.h"
#include "server/routes.h"

namespace smallprint {

namespace {

constexpr std::size_t longest_target = 8000;
constexpr std::size_t worth_compressing = 800;

bool is_compressible(std::string_view type) {
  return type.starts_with("text/") || type.find("json") != std::string_view::npos ||
         type.find("xml") != std::string_view::npos;
}

bool is_host(std::string_view host) {
  return !host.empty() && host.size() < 260 && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == ':' || c == '[' || c == ']';
  });
}

/// Does If-None-Match name this tag? Weak comparison: a tag of a compressed answer is that of the plain one.
bool names_tag(std::string_view header, std::string_view tag) {
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(','), header.size());
    std::string_view one = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == tag || one == "*") return true;
  }
  return false;
}

std::string quoted(std::string_view tag) { return "\"" + std::string(tag) + "\""; }

bool of_api(std::string_view path) { return path == "/api" || path.starts_with("/api/"); }

void add_common_headers(Response& response) {
  auto& headers = response.headers;
  headers.emplace_back("x-content-type-options", "nosniff");
  headers.emplace_back("referrer-policy", "no-referrer");
  headers.emplace_back("content-security-policy",
                       "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
                       "frame-ancestors 'none'");
  headers.emplace_back("cross-origin-opener-policy", "same-origin");
}

}  // namespace

const std::string& Call::capture(std::string_view name) const {
  static const std::string none;
  for (const auto& [key, value] : captures) {
    if (key == name) return value;
  }
  return none;
}

std::string Call::next_url(std::string_view cursor) const {
  return cursor.empty() ? std::string() : base + path + query.with("cursor", cursor);
}

Answer Call::list(const std::vector<std::string>& items, std::string_view cursor) const {
  Answer answer;
  answer.next = next_url(cursor);
  answer.body = list_json(items, answer.next);
  return answer;
}

std::variant<std::uint32_t, HttpProblem> version_number(const Call& call, const DocumentId& document,
                                                        std::string_view named) {
  const HttpProblem nowhere{404, "Nothing has this address.", {}, {}};
  if (named == "latest") {
    const auto row = call.site.archive.document(document);
    if (!row) return problem_of(row.error());
    if (row->versions == 0) return nowhere;
    return row->versions;
  }
  if (!named.empty() && named.size() <= 9 && named.find_first_not_of("0123456789") == std::string_view::npos) {
    const auto number = static_cast<std::uint32_t>(std::stoul(std::string(named)));
    if (number == 0 || named[0] == '0') return nowhere;
    return number;
  }
  auto time = parse_rfc3339(named);
  if (!time) return nowhere;
  // A date means its whole day.
  if (parse_date(named)) *time += std::chrono::days(1) - std::chrono::seconds(1);
  const auto number = call.site.archive.version_at(document, *time);
  if (!number) return problem_of(number.error());
  return *number;
}

struct Site::Impl {
  const Archive& archive;
  const RuleSet& rules;
  const Clock& clock;
  SiteOptions options;
  Pages pages;
  mutable Metrics metrics;
  SiteParts parts;
  std::uint64_t seed;
  mutable std::atomic<std::uint64_t> requests{0};
  mutable std::mutex mutex;  ///< of what is below
  mutable std::uint64_t seen_revision = 0;
  mutable Timestamp seen_at{};

  Impl(const Archive& archive_, const RuleSet& rules_, const Clock& clock_, SiteOptions options_)
      : archive(archive_),
        rules(rules_),
        clock(clock_),
        options(std::move(options_)),
        parts{archive, rules, clock, pages, metrics, options.catalog},
        seed((std::uint64_t{std::random_device()()} << 32U) | std::random_device()()) {
    while (options.public_url.ends_with('/')) options.public_url.pop_back();
  }

  /// Unguessable enough to find one request in a log, and unique within a process (splitmix64 is a bijection).
  std::string request_id() const {
    std::uint64_t z = seed + requests.fetch_add(1) * 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return fmt::format("{:016x}", z ^ (z >> 31U));
  }

  std::string base(const Request& request) const {
    if (!options.public_url.empty()) return options.public_url;
    const std::string_view host = request.header("host");
    return "http://" + (is_host(host) ? std::string(host) : std::string("localhost"));
  }

  /// When this process first saw the archive as it is now: no answer derived from it is older.
  Timestamp modified(std::uint64_t revision) const {
    const std::lock_guard lock(mutex);
    if (seen_revision != revision || seen_at == Timestamp{}) {
      seen_revision = revision;
      seen_at = clock.now();
    }
    return seen_at;
  }

  Response failed(const Request& request, std::string_view path, const HttpProblem& problem,
                  const std::string& id) const {
    if (problem.status >= 500) spdlog::error("request {} {}: {}", id, request.target, problem.log);
    Response response;
    response.status = problem.status;
    if (!of_api(path) && prefers_html(request.header("accept"))) {
      response.headers.emplace_back("content-type", "text/html; charset=utf-8");
      response.body = pages::error_page(parts, problem, id);
    } else {
      response.headers.emplace_back("content-type", "application/problem+json");
      response.body = problem_json(problem, id);
    }
    response.headers.emplace_back("cache-control", "no-store");
    response.headers.emplace_back("vary", "accept");
    if (problem.status == 405) response.headers.emplace_back("allow", "GET, HEAD");
    if (problem.status == 503) response.headers.emplace_back("retry-after", "5");
    return response;
  }

  Response answered(const Request& request, Answer answer, const std::string& derived_tag, Timestamp seen) const {
    Response response;
    response.status = answer.status;
    auto& headers = response.headers;
    if (!answer.redirect.empty()) {
      response.status = 308;
      headers.emplace_back("location", answer.redirect);
      headers.emplace_back("cache-control", "no-cache");
      return response;
    }
    headers.emplace_back("content-type", answer.type);
    const bool pack = is_compressible(answer.type) && accepts_gzip(request.header("accept-encoding"));
    if (answer.momentary) {
      headers.emplace_back("cache-control", "no-store");
    } else if (!answer.immutable_tag.empty()) {
      headers.emplace_back("cache-control", "public, max-age=31536000, immutable");
      headers.emplace_back("etag", pack ? "W/" + quoted(answer.immutable_tag) : quoted(answer.immutable_tag));
      headers.emplace_back("last-modified", format_http_date(answer.last_modified.value_or(seen)));
    } else {
      headers.emplace_back("cache-control", "no-cache");
      headers.emplace_back("etag", pack ? "W/" + quoted(derived_tag) : quoted(derived_tag));
      headers.emplace_back("last-modified", format_http_date(seen));
    }
    headers.emplace_back("vary", "accept, accept-encoding");
    if (!answer.next.empty()) headers.emplace_back("link", "<" + answer.next + ">; rel=\"next\"");
    if (!answer.file_name.empty()) {
      headers.emplace_back("content-disposition", "attachment; filename=\"" + answer.file_name + "\"");
    }
    const std::string_view tag = answer.immutable_tag.empty() ? derived_tag : answer.immutable_tag;
    if (!answer.momentary && names_tag(request.header("if-none-match"), quoted(tag))) {
      response.status = 304;
      return response;
    }
    if (pack && answer.body.size() >= worth_compressing) {
      if (auto packed = gzip(answer.body)) {
        answer.body = std::move(*packed);
        headers.emplace_back("content-encoding", "gzip");
      }
    }
    response.body = std::move(answer.body);
    return response;
  }

  Response serve(const Request& request, const std::string& id, std::string_view& endpoint) const {
    const std::string_view target = request.target;
    const std::string_view path = target.substr(0, target.find_first_of("?#"));
    std::string_view query = target.substr(std::min(path.size() + 1, target.size()));
    query = query.substr(0, query.find('#'));
    const HttpProblem nowhere{404, "Nothing has this address.", {}, {}};
    if (request.method != "GET" && request.method != "HEAD") {
      return failed(request, path, {405, "This site is read-only: GET and HEAD.", {}, {}}, id);
    }
    if (target.size() > longest_target) return failed(request, "", nowhere, id);
    if (path.size() > 1 && !of_api(path) && path.ends_with('/') && !path.ends_with("//") && !path.starts_with("//")) {
      Answer answer;
      answer.redirect = std::string(path.substr(0, path.size() - 1));
      if (!query.empty()) answer.redirect += "?" + std::string(query);
      const bool printable = std::all_of(answer.redirect.begin(), answer.redirect.end(),
                                         [](char c) { return c > 0x20 && c < 0x7F && c != '\\'; });
      if (printable) return answered(request, std::move(answer), {}, {});
    }
    const auto segments = path_segments(path);
    if (!segments) return failed(request, path, nowhere, id);
    for (const Route& route : routes()) {
      auto captures = match(route.pattern, *segments);
      if (!captures) continue;
      endpoint = route.pattern;
      const auto revision = archive.revision();
      const auto catalog = parts.catalog_health();
      const std::uint64_t now = (revision ? *revision : 0) + (catalog ? catalog->revision : 0);  // both only grow
      const std::string start = base(request);
      // All that a derived answer follows from.
      const Timestamp time = clock.now();
      const Timestamp step = route.period.count() == 0 ? Timestamp{} : time - time.time_since_epoch() % route.period;
      const std::string tag = sha256_hex(fmt::format("{}\n{}\n{}\n{}\n{}\n{}{}", now, rules.version(), pages.version(),
                                                     start, target, request.header("accept"),
                                                     route.period.count() == 0 ? "" : "\n" + format_rfc3339(step)))
                                  .substr(0, 24);
      const auto seen = [&] { return std::max(modified(now), step); };
      // Most polls end here, before any work. A forged tag gains nothing but an empty answer.
      if (names_tag(request.header("if-none-match"), quoted(tag)) && request.header("if-none-match") != "*") {
        return answered(request, Answer{}, tag, seen());
      }
      Call call{parts, request, std::move(*captures), Query(query), std::string(path), start};
      Reply reply = route.endpoint(call);
      if (const HttpProblem* problem = std::get_if<HttpProblem>(&reply)) return failed(request, path, *problem, id);
      Response response = answered(request, std::move(std::get<Answer>(reply)), tag, seen());
      if (of_api(path) || path.find("feed") != std::string_view::npos || path == "/openapi.json" ||
          path == "/upcoming.ics") {
        response.headers.emplace_back("access-control-allow-origin", "*");
      }
      return response;
    }
    return failed(request, path, nowhere, id);
  }
};

Site::Site(const Archive& archive, const RuleSet& rules, const Clock& clock, SiteOptions options)
    : impl_(std::make_unique<Impl>(archive, rules, clock, std::move(options))) {}
Metrics& Site::metrics() const { return impl_->metrics; }

Site::~Site() = default;

Response Site::handle(const Request& request) const {
  const auto begin = std::chrono::steady_clock::now();
  const std::string id = impl_->request_id();
  std::string_view endpoint = "none";
  Response response;
  try {
    response = impl_->serve(request, id, endpoint);
  } catch (const std::exception& error) {
    spdlog::error("request {} {}: {}", id, request.target, error.what());
    response = {500, {{"content-type", "application/problem+json"}, {"cache-control", "no-store"}}, {}};
    response.body =
        R"({"type":"about:blank","title":"Internal Server Error","status":500,)"
        R"("detail":"Something failed on our side. It is in the log under the request id.","request_id":")" +
        id + "\"}";
  }
  add_common_headers(response);
  response.headers.emplace_back("x-request-id", id);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  impl_->metrics.answered(endpoint, response.status, seconds.count(), response.body.size());
  return response;
}

}  // namespace smallprint
