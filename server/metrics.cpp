#include "server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <utility>

namespace smallprint {

struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& answers = prometheus::BuildCounter()
                                                         .Name("smallprint_http_answers_total")
                                                         .Help("Answers by endpoint and status.")
                                                         .Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds = prometheus::BuildHistogram()
                                                           .Name("smallprint_http_answer_seconds")
                                                           .Help("Time to make an answer.")
                                                           .Register(registry);
  prometheus::Counter& bytes = prometheus::BuildCounter()
                                   .Name("smallprint_http_answer_bytes_total")
                                   .Help("Bytes of bodies, as sent.")
                                   .Register(registry)
                                   .Add({});
  prometheus::Family<prometheus::Counter>& visits =
      prometheus::BuildCounter()
          .Name("smallprint_visits_total")
          .Help("Visits to documents by outcome, and what failed by reason.")
          .Register(registry);
  prometheus::Counter& visit_bytes = prometheus::BuildCounter()
                                         .Name("smallprint_visit_bytes_total")
                                         .Help("Bytes of bodies that visits fetched, as sent.")
                                         .Register(registry)
                                         .Add({});
  prometheus::Histogram& visit_seconds =
      prometheus::BuildHistogram()
          .Name("smallprint_visit_seconds")
          .Help("Time to fetch a document's pages.")
          .Register(registry)
          .Add({}, prometheus::Histogram::BucketBoundaries{0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120});
  prometheus::Gauge& revision = prometheus::BuildGauge()
                                    .Name("smallprint_archive_revision")
                                    .Help("Grows with every commit to the archive.")
                                    .Register(registry)
                                    .Add({});
  prometheus::Family<prometheus::Gauge>& documents =
      prometheus::BuildGauge()
          .Name("smallprint_schedule_documents")
          .Help("Documents that are tracked; due, due for more than an hour, and being visited by any process.")
          .Register(registry);
  prometheus::Gauge& workers = prometheus::BuildGauge()
                                   .Name("smallprint_workers")
                                   .Help("Processes that fetch into this archive.")
                                   .Register(registry)
                                   .Add({});
  prometheus::Family<prometheus::Gauge>& fetching =
      prometheus::BuildGauge().Name("smallprint_fetches").Help("Fetches at this moment.").Register(registry);
  prometheus::Gauge& under_way = fetching.Add({{"state", "under_way"}});
  prometheus::Gauge& waiting = fetching.Add({{"state", "waiting"}});
  prometheus::Gauge& bytes_held = prometheus::BuildGauge()
                                      .Name("smallprint_fetch_bytes_held")
                                      .Help("Bytes of fetched bodies in memory.")
                                      .Register(registry)
                                      .Add({});
  std::function<FetchingNow()> source;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {
  // A counter that is there from the beginning shows its first step as one.
  for (const char* outcome : {"changed", "unchanged", "same_bytes", "not_modified", "suspect"}) {
    impl_->visits.Add({{"outcome", outcome}, {"reason", ""}});
  }
}
Metrics::~Metrics() = default;

void Metrics::answered(std::string_view endpoint, int status, double seconds, std::size_t bytes) {
  const std::string name(endpoint);
  impl_->answers.Add({{"endpoint", name}, {"status", std::to_string(status)}}).Increment();
  impl_->seconds
      .Add({{"endpoint", name}},
           prometheus::Histogram::BucketBoundaries{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5})
      .Observe(seconds);
  impl_->bytes.Increment(static_cast<double>(bytes));
}

void Metrics::visited(std::string_view outcome, std::string_view reason, double seconds, std::uint64_t bytes) {
  impl_->visits.Add({{"outcome", std::string(outcome)}, {"reason", std::string(reason)}}).Increment();
  impl_->visit_seconds.Observe(seconds);
  impl_->visit_bytes.Increment(static_cast<double>(bytes));
}

void Metrics::archive_revision(double revision) { impl_->revision.Set(revision); }

void Metrics::schedule(const ScheduleStats& stats) {
  const auto set = [this](const char* state, std::uint64_t count) {
    impl_->documents.Add({{"state", state}}).Set(static_cast<double>(count));
  };
  set("tracked", stats.tracked);
  set("due", stats.due);
  set("overdue", stats.overdue);
  set("claimed", stats.claimed);
  impl_->workers.Set(static_cast<double>(stats.workers));
}

void Metrics::fetching_from(std::function<FetchingNow()> source) { impl_->source = std::move(source); }

std::string Metrics::text() const {
  if (impl_->source) {
    const FetchingNow now = impl_->source();
    impl_->under_way.Set(static_cast<double>(now.visits));
    impl_->waiting.Set(static_cast<double>(now.waiting));
    impl_->bytes_held.Set(static_cast<double>(now.bytes));
  }
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace smallprint
