#include "app/demo.h"

#include <fmt/core.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "app/demo/origin.h"
#include "app/demo/story.h"
#include "app/schedule.h"
#include "app/version.h"
#include "app/visit.h"
#include "diff/analysis.h"
#include "fetcher/net/curl_fetcher.h"
#include "model/clock.h"
#include "server/listener.h"

namespace smallprint {
namespace {

/// Stands where the story is.
class StoryClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return now_.load(); }
  void set(Timestamp time) { now_ = time; }

 private:
  std::atomic<Timestamp> now_{Timestamp{}};
};

/// Gets the invented site's pages from the origin on loopback, and names them by the addresses they would have.
class DemoFetcher final : public Fetcher {
 public:
  DemoFetcher(Fetcher& fetcher, std::string origin) : fetcher_(fetcher), origin_(std::move(origin)) {}

  void start(FetchRequest request, Done done) override {
    replace_start(request.url, demo_site, origin_);
    fetcher_.start(std::move(request), [this, done = std::move(done)](FetchResult result) {
      for (std::string& url : result.urls) replace_start(url, origin_, demo_site);
      done(std::move(result));
    });
  }

 private:
  static void replace_start(std::string& text, std::string_view from, std::string_view to) {
    if (text.starts_with(from)) text.replace(0, from.size(), to);
  }
  Fetcher& fetcher_;
  std::string origin_;
};

/// When each document was visited last: what the archive has is not played again.
Result<std::map<DocumentId, Timestamp>> last_visits(const Archive& archive, const Story& story) {
  std::map<DocumentId, Timestamp> last;
  for (const StoryDocument& document : story.documents) {
    auto row = archive.document(document.declaration.id);
    if (!row && row.error().code == ErrorCode::not_found) continue;
    if (!row) return row.error();
    if (row->last_observed_at) last[document.declaration.id] = *row->last_observed_at;
  }
  return last;
}

}  // namespace

Result<void> play_demo(Archive& archive, const RuleSet& rules) {
  const auto story = read_story();
  if (!story) return story.error();
  auto last = last_visits(archive, *story);
  if (!last) return last.error();

  std::vector<const StoryVisit*> visits;
  for (const StoryVisit& each : story->visits) {
    const auto done = last->find(story->documents[each.document].declaration.id);
    if (done == last->end() || each.at > done->second) visits.push_back(&each);
  }
  if (visits.empty()) return {};

  StoryClock clock;
  const DemoOrigin origin(*story, clock);
  ListenOptions listen;
  listen.port = 0;
  listen.threads = 1;
  auto listener = Listener::start(listen, [&origin](const Request& request) { return origin.handle(request); });
  if (!listener) return listener.error();
  CurlFetcherOptions options;
  options.user_agent = fmt::format("smallprint/{} (demo)", version);
  options.allowed_ranges = {"127.0.0.1"};
  options.obey_robots = false;  // the origin is ours
  auto curl = make_curl_fetcher(options);
  if (!curl) return curl.error();
  DemoFetcher fetcher(**curl, fmt::format("http://127.0.0.1:{}", (*listener)->port()));

  for (const StoryDocument& document : story->documents) {
    if (auto known = put_declared(archive, document.declaration); !known) return known;
  }
  AnalysisCache cache(rules);
  const VisitContext context{archive, fetcher, rules, cache, clock};
  std::map<std::size_t, VisitState> states;
  for (const StoryVisit* each : visits) {
    clock.set(each->at);
    auto report = visit(context, story->documents[each->document].declaration, states[each->document]);
    if (!report) return report.error();
    states[each->document] = std::move(report->state);
  }
  return {};
}

}  // namespace smallprint
