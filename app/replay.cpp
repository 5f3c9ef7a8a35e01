#include "app/replay.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "app/pages_seen.h"
#include "app/take_pages.h"
#include "storage/presence.h"

namespace smallprint {
namespace {

constexpr std::size_t commit_every_visits = 100;
constexpr std::size_t commit_every_versions = 20;
/// The pages of one document are recorded one after the other; so long at most one visit takes.
constexpr std::chrono::minutes one_visit{10};

/// What Open Terms Archive's engine calls the page at an address, with and without its extension: the path's parts,
/// joined by "-".
bool names_address(std::string_view part, std::string_view url) {
  const std::size_t host = url.find("://");
  std::string_view path = host == std::string_view::npos ? url : url.substr(host + 3);
  path.remove_prefix(std::min(path.find('/'), path.size()));
  path = path.substr(0, path.find_first_of("?#"));
  std::string name;
  for (const char c : path) {
    constexpr std::string_view illegal = "\\:\"<>|*?";
    if (c != '/') {
      name.push_back(illegal.find(c) == std::string_view::npos ? c : '_');
    } else if (!name.empty() && name.back() != '/') {
      name.push_back('/');
    }
  }
  if (name.ends_with('/')) name.pop_back();
  const std::size_t dot = name.rfind('.');
  const bool extension = dot != std::string::npos && name.find('/', dot) == std::string::npos;
  std::replace(name.begin(), name.end(), '/', '-');
  return part == name || (extension && part == std::string_view(name).substr(0, dot));
}

class Replay {
 public:
  Replay(Archive& archive, const GitRepository& repository, const RecordedPages& recorded,
         const Declaration& declaration, const RuleSet& rules, AnalysisCache& cache)
      : archive_(archive),
        repository_(repository),
        pages_(recorded.pages),
        declaration_(declaration),
        rules_(rules),
        cache_(cache) {}

  Result<ReplayCounts> run(const std::function<void(std::uint64_t)>& done) {
    const auto row = archive_.document(declaration_.id);
    if (!row) return row.error();
    auto writer = archive_.write(declaration_.id);
    if (!writer) return writer.error();
    tracker_.emplace(std::move(writer).value(), rules_, cache_);
    seen_ = row->pages_seen;
    for (std::size_t i = 0, next = 0; i < pages_.size(); i = next) {
      next = end_of_visit(i);
      for (std::size_t p = i; p < next; ++p) current_[pages_[p].part] = &pages_[p];
      if (row->last_observed_at && pages_[next - 1].at <= *row->last_observed_at) {
        counts_.known += next - i;
      } else if (auto visited = visit(pages_[next - 1]); !visited) {
        return visited.error();
      }
      done(next - i);
    }
    if (auto committed = tracker_->writer().commit(); !committed) return committed.error();
    return counts_;
  }

 private:
  /// Pages of one document that were recorded at nearly the same time are of one visit.
  [[nodiscard]] std::size_t end_of_visit(std::size_t begin) const {
    std::size_t end = begin + 1;
    const auto again = [&](const RecordedPage& page) {
      return std::any_of(pages_.begin() + static_cast<std::ptrdiff_t>(begin),
                         pages_.begin() + static_cast<std::ptrdiff_t>(end),
                         [&](const RecordedPage& before) { return before.part == page.part; });
    };
    while (end < pages_.size() && pages_[end].at - pages_[begin].at <= one_visit && !again(pages_[end])) ++end;
    return end;
  }

  /// How the document was declared then.
  void declare_at(Timestamp time) {
    const bool declared = !declaration_.sources.empty() || !declaration_.former.empty();
    std::vector<Source> undeclared;
    if (!declared) {
      for (const auto& [part, page] : current_) undeclared.push_back({page->url, {}, {}, {}, false});
    }
    const std::vector<Source>& sources = declared ? sources_at(declaration_, time) : undeclared;
    if (then_.id.empty()) {
      then_ = declaration_;
      then_.former.clear();
    }
    if (then_.sources != sources) then_.sources = sources;
  }

  /// The recorded page that a source gave; null where there is none yet.
  [[nodiscard]] const RecordedPage* page_of(const Source& source) const {
    const RecordedPage* found = nullptr;
    const RecordedPage* newest = nullptr;
    const auto is_newer = [](const RecordedPage& page, const RecordedPage* than) {
      return than == nullptr || page.at > than->at;
    };
    for (const auto& [part, page] : current_) {
      const bool matches = (!page->url.empty() && page->url == source.url) || names_address(part, source.url);
      if (matches && is_newer(*page, found)) found = page;
      if (is_newer(*page, newest)) newest = page;
    }
    return found == nullptr && then_.sources.size() == 1 ? newest : found;
  }

  /// Reads what the document's pages were at a time, as one visit.
  Result<void> visit(const RecordedPage& last) {
    declare_at(last.at);
    VisitedPages visited;
    visited.at = last.at;
    visited.source = "ota:" + to_text(last.commit);
    Observation observation;
    observation.at = last.at;
    observation.status = 200;
    for (const Source& source : then_.sources) {
      const RecordedPage* page = page_of(source);
      if (page == nullptr) return {};  // a page of it was not recorded yet
      auto body = repository_.blob(page->blob);
      if (!body) return body.error();
      ++counts_.pages;
      counts_.bytes += body->size();
      observation.bytes += body->size();
      // The engine keeps its pages as UTF-8, whatever charset they came in.
      const std::string type = page->pdf ? "application/pdf" : "text/html; charset=utf-8";
      const std::string url = page->url.empty() ? source.url : page->url;
      observation.final_url = url;
      visited.pages.push_back({url, type, std::move(body).value()});
      visited.snapshots.push_back({{url}, 200, {{"content-type", type}}, {}});
    }
    ++counts_.visits;
    return take(std::move(visited), std::move(observation));
  }

  Result<void> take(VisitedPages visited, Observation observation) {
    DocumentWriter& writer = tracker_->writer();
    const std::string reading = reading_of(then_, writer.versions());
    const std::string hash = hash_of(visited.pages);
    const bool had_suspect = writer.suspect() != nullptr;
    const std::uint32_t before = writer.versions();
    TakenPages taken;
    taken.outcome = Outcome::unchanged;
    if (seen_ != reading + hash) {
      visited.read_otherwise = !seen_.empty() && !seen_.starts_with(reading);
      if (visited.read_otherwise) {
        if (auto done = commit(); !done) return done;
      }
      auto result = take_pages(archive_, then_, *tracker_, std::move(visited));
      if (!result) return result.error();
      taken = std::move(result).value();
    }
    versions_ += writer.versions() - before;
    counts_.versions += writer.versions() - before;
    count(taken);
    observation.outcome = taken.outcome;
    observation.reason = taken.reason;
    observation.version = writer.versions();
    observation.pages_seen = reading_of(then_, observation.version) + hash;
    if (finds_document(observation)) seen_ = observation.pages_seen;
    if (auto observed = writer.observe(std::move(observation)); !observed) return observed;
    // A suspect is put into the archive before the next visit looks for it there.
    const bool enough = ++visits_ >= commit_every_visits || versions_ >= commit_every_versions;
    return enough || had_suspect || taken.outcome == Outcome::suspect ? commit() : Result<void>{};
  }

  Result<void> commit() {
    visits_ = versions_ = 0;
    return tracker_->writer().commit();
  }

  void count(const TakenPages& taken) {
    switch (taken.outcome) {
      case Outcome::recorded: counts_.repeats += tracker_->repeated() ? 1 : 0; return;
      case Outcome::unchanged:
      case Outcome::not_modified: ++counts_.unchanged; return;
      case Outcome::suspect: ++counts_.suspects; break;
      case Outcome::failed: ++counts_.failed; break;
    }
    ++counts_.reasons[taken.reason.substr(0, taken.reason.find(':'))];
  }

  Archive& archive_;
  const GitRepository& repository_;
  const std::vector<RecordedPage>& pages_;
  const Declaration& declaration_;
  const RuleSet& rules_;
  AnalysisCache& cache_;
  std::optional<Tracker> tracker_;
  Declaration then_;                                    ///< as it was declared at the visit's time
  std::map<std::string, const RecordedPage*> current_;  ///< by part: the latest recorded
  std::string seen_;                                    ///< of the last good visit
  std::size_t visits_ = 0, versions_ = 0;               ///< not committed yet
  ReplayCounts counts_;
};

}  // namespace

Result<ReplayCounts> replay(Archive& archive, const GitRepository& repository, const RecordedPages& recorded,
                            const Declaration& declaration, const RuleSet& rules, AnalysisCache& cache,
                            const std::function<void(std::uint64_t)>& done) {
  try {
    return Replay(archive, repository, recorded, declaration, rules, cache).run(done);
  } catch (const std::exception& error) {
    return Error{ErrorCode::internal, declaration.id + ": " + error.what()};
  }
}

}  // namespace smallprint
