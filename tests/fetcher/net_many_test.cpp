// Many visits at once on one thread: none waits for another, and all together stay within what they may take.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include "fetcher/net/curl_fetcher.h"
#include "tests/support/raw_origin.h"

namespace smallprint {
namespace {

using test::RawExchange;
using test::RawOrigin;

CurlFetcherOptions options_with(std::size_t connections) {
  CurlFetcherOptions options;
  options.user_agent = "smallprint-test/1 (+https://example.org)";
  options.allowed_ranges = {"127.0.0.1"};
  options.obey_robots = false;
  options.connections = connections;
  return options;
}

std::unique_ptr<Fetcher> fetcher(const CurlFetcherOptions& options) {
  auto made = make_curl_fetcher(options);
  REQUIRE(made.ok());
  return std::move(made).value();
}

FetchRequest request_for(std::string url) {
  FetchRequest request;
  request.url = std::move(url);
  return request;
}

std::future<FetchResult> start(Fetcher& fetcher, std::string url) {
  const auto promise = std::make_shared<std::promise<FetchResult>>();
  fetcher.start(request_for(std::move(url)), [promise](FetchResult result) { promise->set_value(std::move(result)); });
  return promise->get_future();
}

/// Lets nobody through before so many are there.
class Gate {
 public:
  explicit Gate(int wanted) : wanted_(wanted) {}
  void pass(const RawExchange& exchange) {
    std::unique_lock lock(mutex_);
    most_ = std::max(most_, ++inside_);
    ++came_;
    all_.notify_all();
    while (came_ < wanted_ && !exchange.ending()) all_.wait_for(lock, std::chrono::milliseconds{20});
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    --inside_;
  }
  [[nodiscard]] int most() {
    const std::lock_guard lock(mutex_);
    return most_;
  }

 private:
  const int wanted_;
  std::mutex mutex_;
  std::condition_variable all_;
  int came_ = 0, inside_ = 0, most_ = 0;
};

std::string answer(const std::string& body) {
  return fmt::format("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
}

}  // namespace

TEST_CASE("two hundred visits are under way at once, and each gets its own answer") {
  constexpr int many = 200;
  Gate gate(many);  // the first is answered when the last was asked
  const RawOrigin origin(
      [&gate](const RawExchange& exchange) {
        gate.pass(exchange);
        exchange.send(answer(exchange.request().substr(4, exchange.request().find(' ', 4) - 4)));
        gate.leave();
      },
      true);
  const auto one = fetcher(options_with(many));
  std::vector<std::future<FetchResult>> results;
  for (int i = 0; i < many; ++i) results.push_back(start(*one, origin.url(fmt::format("/page/{}", i))));
  for (int i = 0; i < many; ++i) {
    const FetchResult result = results[static_cast<std::size_t>(i)].get();
    CAPTURE(result.reason);
    CHECK(result.body == fmt::format("/page/{}", i));
  }
  CHECK(gate.most() == many);
}

TEST_CASE("no more visits are under way than may be, and those that wait do not run out of time") {
  Gate gate(3);
  const RawOrigin origin(
      [&gate](const RawExchange& exchange) {
        gate.pass(exchange);
        std::this_thread::sleep_for(std::chrono::milliseconds{30});
        gate.leave();
        exchange.send(answer("good"));
      },
      true);
  CurlFetcherOptions options = options_with(3);
  options.limits.total_timeout = std::chrono::seconds{30};
  const auto one = fetcher(options);
  std::vector<std::future<FetchResult>> results;
  for (int i = 0; i < 30; ++i) results.push_back(start(*one, origin.url("/")));
  for (auto& result : results) CHECK(result.get().body == "good");
  CHECK(gate.most() == 3);
  CHECK(one->load().visits == 0);
  CHECK(one->load().waiting == 0);
}

TEST_CASE("a host that hangs holds up no other, and stop() ends whatever is under way or waits") {
  const RawOrigin silent([](const RawExchange& exchange) { exchange.hang(); }, true);
  const RawOrigin good([](const RawExchange& exchange) { exchange.send(answer("good")); });
  const auto one = fetcher(options_with(11));
  std::vector<std::future<FetchResult>> hanging;
  for (int i = 0; i < 10; ++i) hanging.push_back(start(*one, silent.url("/")));
  for (int i = 0; i < 20; ++i) CHECK(one->fetch(request_for(good.url("/"))).body == "good");
  for (int i = 0; i < 10; ++i) hanging.push_back(start(*one, silent.url("/")));  // of these nine wait
  while (silent.connections() < 11) std::this_thread::sleep_for(std::chrono::milliseconds{5});
  CHECK(one->load().visits == 11);
  CHECK(one->load().waiting == 9);
  one->stop();
  for (auto& result : hanging) {
    const FetchResult ended = result.get();
    CHECK(ended.reason == "stopped");
    CHECK(ended.stopped);
  }
}

TEST_CASE("whoever waits for a fetcher that ends is told") {
  const RawOrigin silent([](const RawExchange& exchange) { exchange.hang(); }, true);
  auto one = fetcher(options_with(2));
  std::vector<std::future<FetchResult>> results;
  for (int i = 0; i < 5; ++i) results.push_back(start(*one, silent.url("/")));
  one.reset();
  for (auto& result : results) CHECK(result.get().stopped);
}

TEST_CASE("a visit may be started where another one ends") {
  const RawOrigin origin([](const RawExchange& exchange) { exchange.send(answer("good")); });
  const auto one = fetcher(options_with(1));
  std::promise<int> ended;
  int left = 20;
  Fetcher::Done next;
  next = [&](const FetchResult& result) {
    if (result.body != "good" || --left == 0) {
      ended.set_value(left);
    } else {
      one->start(request_for(origin.url("/")), next);
    }
  };
  one->start(request_for(origin.url("/")), next);
  CHECK(ended.get_future().get() == 0);
}

TEST_CASE("connections are kept from visit to visit") {
  const RawOrigin origin([](const RawExchange& exchange) {
    do {
      exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood");
    } while (!exchange.receive().empty());
  });
  const auto one = fetcher(options_with(4));
  for (int i = 0; i < 5; ++i) CHECK(one->fetch(request_for(origin.url("/"))).body == "good");
  CHECK(origin.connections() == 1);
}

TEST_CASE("bodies in memory stay within what all visits may take, and every page comes all the same") {
  constexpr std::uint64_t page_bytes = 300000, budget = 400000;
  constexpr int many = 30;
  const RawOrigin origin([](const RawExchange& exchange) { exchange.send(answer(std::string(page_bytes, 'x'))); },
                         true);
  CurlFetcherOptions options = options_with(many);
  options.memory_bytes = budget;
  const auto one = fetcher(options);
  std::mutex mutex;
  std::condition_variable came;
  std::vector<FetchResult> results;  // held until they are looked at
  std::atomic<std::uint64_t> most{0};
  for (int i = 0; i < many; ++i) {
    one->start(request_for(origin.url("/")), [&](FetchResult result) {
      const std::lock_guard lock(mutex);
      most = std::max(most.load(), one->load().bytes);
      results.push_back(std::move(result));
      came.notify_all();
    });
  }
  // A piece of each, and a few more pages where this thread has slept.
  constexpr std::uint64_t bound = budget + many * (16U << 10) + 8 * page_bytes;
  static_assert(bound < many * page_bytes / 2);
  for (int seen = 0; seen < many;) {
    std::unique_lock lock(mutex);
    came.wait(lock, [&] { return !results.empty(); });
    for (const FetchResult& result : results) {
      CAPTURE(result.reason);
      CHECK(result.body.size() == page_bytes);
      ++seen;
    }
    most = std::max(most.load(), one->load().bytes);
    results.clear();
  }
  CHECK(most <= bound);
  CHECK(most >= page_bytes);
  CHECK(one->load().bytes == 0);
}

TEST_CASE("pages that are never let go hold up the others, and do not stop them") {
  const RawOrigin origin([](const RawExchange& exchange) { exchange.send(answer(std::string(50000, 'x'))); }, true);
  CurlFetcherOptions options = options_with(10);
  options.memory_bytes = 10000;
  const auto one = fetcher(options);
  std::vector<FetchResult> kept;
  for (int i = 0; i < 3; ++i) kept.push_back(one->fetch(request_for(origin.url("/"))));
  for (const FetchResult& result : kept) CHECK(result.body.size() == 50000);
}

TEST_CASE("a page that is kept counts until it is let go, beyond the fetcher's end") {
  const RawOrigin origin([](const RawExchange& exchange) { exchange.send(answer(std::string(5000, 'x'))); });
  auto one = fetcher(options_with(2));
  FetchResult kept = one->fetch(request_for(origin.url("/")));
  CHECK(one->load().bytes == 5000);
  {
    const FetchResult copy = kept;
    kept = {};
    CHECK(one->load().bytes == 5000);
  }
  CHECK(one->load().bytes == 0);
  kept = one->fetch(request_for(origin.url("/")));
  one.reset();
  CHECK(kept.body.size() == 5000);
}

}  // namespace smallprint
