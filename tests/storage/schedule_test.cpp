// The contract of the schedule: what is tracked, whose turn it is, and what is left of a worker that dies.
#include "storage/schedule.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "tests/storage/support.h"
#include "tests/support/support.h"

using namespace smallprint;
using namespace std::chrono_literals;

namespace {

const Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};

TrackedDocument tracked(const std::string& service, const std::string& type, const std::string& host,
                        const std::string& declaration = "select main") {
  return {{document_id(service, type), service, type, "", {"https://" + host + "/" + type}}, host, declaration};
}

struct Fixture {
  test::TemporaryFolder folder;
  std::string url = "sqlite:" + (folder.path() / "archive.db").string();
  std::unique_ptr<Archive> archive = open_archive(url).value();

  TrackSummary track(const std::vector<TrackedDocument>& documents, Timestamp now = start,
                     TrackOptions options = {}) const {
    options.now = now;
    std::size_t at = 0;
    return archive
        ->track(
            [&](TrackedDocument& next) -> Result<bool> {
              if (at == documents.size()) return false;
              next = documents[at++];
              return true;
            },
            options)
        .value();
  }
  std::vector<DueDocument> claim(Timestamp now, const std::string& worker = "w", std::size_t limit = 100) const {
    return archive->claim_due({{worker, now}, limit}).value();
  }
  Result<void> end(const DueDocument& due, Timestamp next, Timestamp host_free_at) const {
    return archive->end_claim(due.id, {due.claim, next, 12h, "\"e\"", "lm", host_free_at});
  }
  std::optional<Timestamp> next_visit(const DocumentId& id) const {
    return archive->document(id).value().next_visit_at;
  }
};

std::set<DocumentId> ids(const std::vector<DueDocument>& due) {
  std::set<DocumentId> all;
  for (const DueDocument& one : due) all.insert(one.id);
  return all;
}

}  // namespace

TEST_CASE("what is tracked is due at once, with its declaration, and then when it was said to be") {
  const Fixture f;
  const TrackSummary summary = f.track({tracked("A", "Terms", "a"), tracked("B", "Terms", "b", "select article")});
  CHECK(summary.added == 2);
  CHECK(f.archive->next_due().value() == start);
  CHECK(f.claim(start - 1s).empty());
  const auto due = f.claim(start);
  REQUIRE(ids(due) == std::set<DocumentId>{"a/terms", "b/terms"});
  for (const DueDocument& one : due) {
    CHECK(one.declaration == (one.id == "a/terms" ? "select main" : "select article"));
    CHECK(one.interval == 12h);
    CHECK(one.etag.empty());
    CHECK(f.end(one, start + (one.id == "a/terms" ? 1h : 2h), start).ok());
  }
  CHECK(f.next_visit("a/terms") == start + 1h);
  CHECK(f.archive->next_due().value() == start + 1h);
  CHECK(f.claim(start + 59min).empty());
  const auto again = f.claim(start + 1h);
  REQUIRE(ids(again) == std::set<DocumentId>{"a/terms"});
  CHECK(again[0].etag == "\"e\"");
  CHECK(again[0].last_modified == "lm");
}

TEST_CASE("a catalog that did not change changes nothing, and what left it comes back as it was") {
  const Fixture f;
  const std::vector<TrackedDocument> both = {tracked("A", "Terms", "a"), tracked("B", "Terms", "b")};
  f.track(both);
  for (const DueDocument& one : f.claim(start)) REQUIRE(f.end(one, start + 5h, start).ok());
  const auto revision = f.archive->revision().value();
  TrackSummary summary = f.track(both, start + 1h);
  CHECK(summary.unchanged == 2);
  CHECK(summary.added + summary.altered + summary.dropped == 0);
  CHECK(f.archive->revision().value() == revision);

  summary = f.track({both[0]}, start + 1h);
  CHECK(summary.dropped == 1);
  CHECK_FALSE(f.next_visit("b/terms"));
  CHECK(ids(f.claim(start + 6h)) == std::set<DocumentId>{"a/terms"});
  CHECK(f.track(both, start + 2h).added == 1);
  CHECK(f.next_visit("b/terms") == start + 5h);

  // Each part of what is declared counts.
  TrackedDocument other = both[1];
  other.declaration = "select article";
  CHECK(f.track({both[0], other}, start + 3h).altered == 1);
  CHECK(f.next_visit("b/terms") == start + 3h);
  other.document.urls = {"https://b/other"};
  CHECK(f.track({both[0], other}, start + 4h).altered == 1);
  CHECK(f.next_visit("b/terms") == start + 4h);
  CHECK(f.archive->document("b/terms").value().urls == other.document.urls);
}

TEST_CASE("a catalog that ends with an error drops nothing") {
  const Fixture f;
  f.track({tracked("A", "Terms", "a"), tracked("B", "Terms", "b")});
  int given = 0;
  const auto broken = f.archive->track(
      [&](TrackedDocument& next) -> Result<bool> {
        if (given++ > 0) return Error{ErrorCode::unavailable, "stopped"};
        next = tracked("A", "Terms", "a");
        return true;
      },
      {start});
  REQUIRE_FALSE(broken.ok());
  CHECK(broken.error().message == "stopped");
  CHECK(f.archive->schedule_stats(start).value().tracked == 2);
}

TEST_CASE("of two services of one address one is tracked, and the other is told") {
  const Fixture f;
  const TrackSummary summary =
      f.track({tracked("X.com", "Terms", "x"), tracked("X com", "Privacy", "x"), tracked("Y", "Terms", "y")});
  CHECK(summary.added == 2);
  REQUIRE(summary.refused.size() == 1);
  CHECK(summary.refused[0].first == "x-com/privacy");
  CHECK(f.archive->schedule_stats(start).value().tracked == 2);
}

TEST_CASE("of one host one document at a time is claimed, by whatever worker, and not before the host is free") {
  const Fixture f;
  f.track({tracked("A", "One", "a"), tracked("A", "Two", "a"), tracked("A", "Three", "a"), tracked("B", "One", "b")});
  const auto first = f.claim(start, "one");
  REQUIRE(first.size() == 2);
  CHECK(f.claim(start, "two").empty());
  const auto& of_a = *std::find_if(first.begin(), first.end(), [](const auto& due) { return due.id != "b/one"; });
  for (const DueDocument& one : first) {
    const bool is_a = one.id == of_a.id;
    REQUIRE(f.end(one, start + (is_a ? 12h : 8 * 24h), start + 3s).ok());
  }
  CHECK(f.claim(start + 2s, "two").empty());
  const auto second = f.claim(start + 3s, "two");
  REQUIRE(second.size() == 1);
  CHECK(second[0].id != of_a.id);
  REQUIRE(f.end(second[0], start + 12h, start + 7 * 24h).ok());
  // The host asked for a week: all its documents wait.
  CHECK(f.claim(start + 13h, "two").empty());
  CHECK(f.claim(start + 7 * 24h, "two").size() == 1);
}

TEST_CASE("a host with thousands of due documents keeps no other waiting") {
  const Fixture f;
  std::vector<TrackedDocument> documents;
  for (int i = 0; i < 3000; ++i) documents.push_back(tracked("Big", "Terms " + std::to_string(i), "big"));
  for (int i = 0; i < 40; ++i) documents.push_back(tracked("S" + std::to_string(i), "Terms", "s" + std::to_string(i)));
  TrackOptions all_at_once;
  all_at_once.at_once = 5000;
  f.track(documents, start, all_at_once);
  std::map<std::string, int> turns;
  Timestamp now = start;
  for (int round = 0; round < 10; ++round, now += 1s) {
    for (const DueDocument& due : f.claim(now, "w", 8)) {
      ++turns[due.id.substr(0, due.id.find('/'))];
      REQUIRE(f.end(due, now + 12h, now + 2s).ok());
    }
  }
  CHECK(turns.size() == 41);
  CHECK(turns["big"] > 1);
  for (int i = 0; i < 40; ++i) CHECK(turns["s" + std::to_string(i)] == 1);
}

TEST_CASE("what a silent worker had claimed is due again, and what it still brings is refused") {
  const Fixture f;
  f.track({tracked("A", "Terms", "a"), tracked("B", "Terms", "b")});
  const auto slow = f.claim(start, "slow");
  REQUIRE(slow.size() == 2);
  CHECK(f.claim(start + 59s, "other").empty());
  REQUIRE(f.archive->renew_claims({"slow", start + 50s}).ok());
  CHECK(f.claim(start + 70s, "other").empty());
  CHECK(f.archive->schedule_stats(start + 70s).value().workers == 2);
  CHECK(f.claim(start + 110s, "other").size() == 2);

  Observation seen;
  seen.at = start + 111s;
  seen.outcome = Outcome::unchanged;
  const NextVisit next{slow[0].claim, start + 12h, 12h, "", "", start + 111s};
  const auto refused = f.archive->observe(slow[0].id, seen, next);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::conflict);
  CHECK(f.archive->observations(slow[0].id, {}).value().items.empty());
  CHECK(f.archive->end_claim(slow[0].id, next).error().code == ErrorCode::conflict);

  auto writer = f.archive->write(slow[1].id).value();
  REQUIRE(writer->add(test::version_of({"We keep your data."}, {{1, 0}}, seen.at)).ok());
  seen.outcome = Outcome::recorded;
  seen.version = 1;
  REQUIRE(writer->observe(seen, NextVisit{slow[1].claim, start + 12h, 12h, "", "", seen.at}).ok());
  CHECK(writer->commit().error().code == ErrorCode::conflict);
  writer.reset();
  CHECK(f.archive->document(slow[1].id).value().versions == 0);
  CHECK(f.archive->observations(slow[1].id, {}).value().items.empty());
}

TEST_CASE("a visit and the next one's time are recorded together") {
  const Fixture f;
  f.track({tracked("A", "Terms", "a"), tracked("B", "Terms", "b")});
  for (const DueDocument& due : f.claim(start)) {
    Observation seen;
    seen.at = start;
    seen.outcome = due.id == "a/terms" ? Outcome::recorded : Outcome::failed;
    const NextVisit next{due.claim, start + 3h, 3h, "\"x\"", "", start + 2s};
    if (due.id == "a/terms") {
      auto writer = f.archive->write(due.id).value();
      REQUIRE(writer->add(test::version_of({"We keep your data."}, {{1, 0}}, start)).ok());
      REQUIRE(writer->observe(seen, next).ok());
      REQUIRE(writer->commit().ok());
    } else {
      REQUIRE(f.archive->observe(due.id, seen, next).ok());
    }
    CHECK(f.next_visit(due.id) == start + 3h);
    CHECK(f.archive->observations(due.id, {}).value().items.size() == 1);
    CHECK(f.archive->end_claim(due.id, next).error().code == ErrorCode::conflict);  // it has ended
  }
  CHECK(f.claim(start + 1h).empty());
  CHECK(f.claim(start + 3h).size() == 2);
}

TEST_CASE("a worker that ends gives back what it had claimed, and its hosts are left alone as long as it says") {
  const Fixture f;
  f.track({tracked("A", "Terms", "a"), tracked("B", "Terms", "b")});
  REQUIRE(f.claim(start, "one", 1).size() == 1);
  REQUIRE(f.claim(start, "two", 1).size() == 1);
  REQUIRE(f.archive->release_claims({"one", start}, start + 3s).ok());
  CHECK(f.claim(start + 2s, "three").empty());
  CHECK(f.claim(start + 3s, "three").size() == 1);
  CHECK(f.archive->schedule_stats(start + 3s).value().workers == 2);
}

TEST_CASE("a document that is declared otherwise while it is visited is visited again at once") {
  const Fixture f;
  f.track({tracked("A", "Terms", "a"), tracked("B", "Terms", "b")});
  const auto due = f.claim(start);
  REQUIRE(due.size() == 2);
  f.track({tracked("A", "Terms", "a", "select article"), tracked("B", "Terms", "elsewhere")}, start + 1s);
  // At the same host after the visit; at another host the visit comes to nothing.
  const auto elsewhere = f.claim(start + 1s);
  REQUIRE(ids(elsewhere) == std::set<DocumentId>{"b/terms"});
  for (const DueDocument& one : due) {
    const auto ended = f.end(one, start + 12h, start + 4s);
    CHECK(ended.ok() == (one.id == "a/terms"));
  }
  CHECK(f.next_visit("a/terms") == start + 1s);
  CHECK(f.claim(start + 3s).empty());
  const auto again = f.claim(start + 4s);
  REQUIRE(ids(again) == std::set<DocumentId>{"a/terms"});
  CHECK(again[0].declaration == "select article");
  CHECK(again[0].etag.empty());
  REQUIRE(f.end(again[0], start + 12h, start + 4s).ok());
  CHECK(f.next_visit("a/terms") == start + 12h);
}

TEST_CASE("a large catalog is spread over time, a small one is due at once") {
  const Fixture f;
  std::vector<TrackedDocument> documents;
  for (int i = 0; i < 100; ++i) documents.push_back(tracked("S" + std::to_string(i), "Terms", "s" + std::to_string(i)));
  TrackOptions options;
  options.at_once = 30;
  options.per_second = 2;
  f.track(documents, start, options);
  CHECK(f.archive->schedule_stats(start - 1s).value().due == 0);
  CHECK(f.archive->schedule_stats(start).value().due == 32);
  CHECK(f.archive->schedule_stats(start + 10s).value().due == 52);
  CHECK(f.archive->schedule_stats(start + 34s).value().due == 100);
  // One more is due at once.
  documents.push_back(tracked("Late", "Terms", "late"));
  f.track(documents, start + 5s, options);
  CHECK(f.next_visit("late/terms") == start + 5s);
}

TEST_CASE("a clock that stood wrong leaves no document that is never visited, and no worker that never dies") {
  const Fixture f;
  std::vector<TrackedDocument> documents;
  for (int i = 0; i < 6; ++i)
    documents.push_back(tracked("S" + std::to_string(i / 2), std::to_string(i), std::to_string(i / 2)));
  f.track(documents);
  // A year ahead, every second document is visited; then the clock is put right.
  const Timestamp ahead = start + std::chrono::years{1};
  for (const DueDocument& due : f.claim(ahead, "w")) REQUIRE(f.end(due, ahead + 12h, ahead + 2s).ok());
  REQUIRE(f.archive->renew_claims({"lost", ahead}).ok());
  std::map<DocumentId, int> visits;
  for (Timestamp now = start; now < start + 1h; now += 2s) {
    for (const DueDocument& due : f.claim(now, "w")) {
      ++visits[due.id];
      REQUIRE(f.end(due, now + 12h, now + 2s).ok());
    }
  }
  CHECK(visits.size() == 6);
  for (const auto& [id, times] : visits) CHECK_MESSAGE(times == 1, id);
  CHECK(f.archive->schedule_stats(start + 1h).value().workers == 1);

  // A day back: what was visited waits a day longer, and nothing is visited twice for it.
  CHECK(f.claim(start - 24h).empty());
  CHECK(f.claim(start + 12h - 1s).empty());
  CHECK(f.claim(start + 13h).size() == 3);
}

TEST_CASE("what a dead worker of a clock that stood ahead had claimed is due again") {
  const Fixture f;
  f.track({tracked("A", "Terms", "a")});
  REQUIRE(f.claim(start + std::chrono::years{1}, "killed").size() == 1);
  CHECK(f.claim(start, "w").size() == 1);
}

TEST_CASE("claims and signs of life are nothing that readers see") {
  const Fixture f;
  f.track({tracked("A", "Terms", "a")});
  const auto before = f.archive->revision().value();
  REQUIRE(f.claim(start).size() == 1);
  REQUIRE(f.archive->renew_claims({"w", start}).ok());
  REQUIRE(f.archive->release_claims({"w", start}, start).ok());
  CHECK(f.archive->revision().value() == before);
  const auto due = f.claim(start);
  REQUIRE(f.end(due[0], start + 1h, start).ok());
  CHECK(f.archive->revision().value() > before);
}

TEST_CASE("workers that claim at the same time from one archive never share a turn") {
  const Fixture f;
  std::vector<TrackedDocument> documents;
  for (int i = 0; i < 600; ++i) {
    documents.push_back(tracked("S" + std::to_string(i), "Terms", "h" + std::to_string(i % 150)));
  }
  f.track(documents);
  std::mutex mutex;
  std::map<DocumentId, int> claimed;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, name = "w" + std::to_string(t)] {
      const auto archive = open_archive(f.url);  // as another process has it
      if (!archive) return;
      int idle = 0;
      while (idle < 3) {
        const auto due = (*archive)->claim_due({{name, start}, 7});
        if (!due) return;
        idle = due->empty() ? idle + 1 : 0;
        for (const DueDocument& one : *due) {
          {
            const std::lock_guard lock(mutex);
            ++claimed[one.id];
          }
          if (!(*archive)->end_claim(one.id, {one.claim, start + 12h, 12h, "", "", start})) return;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(claimed.size() == 600);
  for (const auto& [id, times] : claimed) CHECK_MESSAGE(times == 1, id);
}

TEST_CASE("the schedule says how many documents are tracked, due, overdue and claimed") {
  const Fixture f;
  f.track({tracked("A", "One", "a"), tracked("A", "Two", "a"), tracked("B", "One", "b")});
  const auto due = f.claim(start, "w", 1);
  REQUIRE(f.end(due[0], start + 12h, start).ok());
  REQUIRE(f.claim(start, "w", 1).size() == 1);
  ScheduleStats stats = f.archive->schedule_stats(start).value();
  CHECK(stats.tracked == 3);
  CHECK(stats.due == 2);
  CHECK(stats.overdue == 0);
  CHECK(stats.claimed == 1);
  stats = f.archive->schedule_stats(start + 1h).value();
  CHECK(stats.overdue == 2);
  CHECK(stats.workers == 0);
}
