#include "server/listener.h"

#include <spdlog/spdlog.h>

#include <atomic>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/version.hpp>
#include <thread>
#include <vector>

#include "model/clock.h"

namespace smallprint {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

constexpr std::uint32_t max_header_bytes = 16U << 10;
constexpr std::uint64_t max_body_bytes = 64U << 10;
constexpr std::chrono::seconds linger_time{2};
constexpr std::size_t drain_step = 16U << 10;
constexpr std::size_t max_drained_bytes = 4U << 20;

Response problem(int status, std::string_view title) {
  Response response;
  response.status = status;
  response.headers = {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}};
  response.body =
      R"({"type":"about:blank","status":)" + std::to_string(status) + R"(,"title":")" + std::string(title) + "\"}\n";
  return response;
}

Response call(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& error) {
    spdlog::error("request target=\"{}\" error=\"{}\"", request.target, error.what());
  } catch (...) {
    spdlog::error("request target=\"{}\" error=\"unknown\"", request.target);
  }
  return problem(500, "Internal Server Error");
}

/// What all sessions of a listener share.
struct Shared {
  Handler handler;
  ListenOptions options;
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> answering{0};  ///< requests that are being answered
  std::atomic<bool> stopping{false};
};

/// One connection. Lives as long as an operation of its own is under way.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket&& socket, std::shared_ptr<Shared> shared)
      : stream_(std::move(socket)), shared_(std::move(shared)) {
    ++shared_->connections;
  }
  ~Session() {
    answered();
    --shared_->connections;
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void run() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] {
      if (self->shared_->connections > self->shared_->options.max_connections) {
        self->write(problem(503, "Service Unavailable"), 11, false, false);
      } else {
        self->read();
      }
    });
  }

 private:
  void answered() {
    if (std::exchange(answering_, false)) --shared_->answering;
  }

  void read() {
    parser_.emplace();
    parser_->header_limit(max_header_bytes);
    parser_->body_limit(max_body_bytes);
    stream_.expires_after(shared_->options.idle_timeout);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](const beast::error_code& error, std::size_t) { self->answer(error); });
  }

  void answer(const beast::error_code& error) {
    if (error == http::error::header_limit)
      return write(problem(431, "Request Header Fields Too Large"), 11, false, false);
    if (error == http::error::body_limit) return write(problem(413, "Content Too Large"), 11, false, false);
    if (error == http::error::end_of_stream || error == beast::error::timeout || shared_->stopping) return close();
    if (error.category() == http::make_error_code(http::error::bad_method).category()) {
      return write(problem(400, "Bad Request"), 11, false, false);
    }
    if (error) return close();

    const auto& message = parser_->get();
    Request request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message) {
      std::string name(field.name_string());
      for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
      request.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    answering_ = true;
    ++shared_->answering;
    write(call(shared_->handler, request), message.version(), message.keep_alive(),
          message.method() == http::verb::head);
  }

  void write(Response response, unsigned version, bool keep_alive, bool head) {
    auto message =
        std::make_shared<http::response<http::string_body>>(static_cast<http::status>(response.status), version);
    for (const auto& [name, value] : response.headers) message->insert(name, value);
    message->set(http::field::server, "smallprint");
    message->set(http::field::date, format_http_date(SystemClock().now()));
    message->keep_alive(keep_alive && !shared_->stopping);
    const std::size_t size = response.body.size();
    const bool bodiless = response.status == 204 || response.status == 304;
    if (!head && !bodiless) message->body() = std::move(response.body);
    if (!bodiless) message->content_length(size);
    auto serializer = std::make_shared<http::response_serializer<http::string_body>>(*message);
    serializer->split(head);  // of a HEAD only the header is sent
    stream_.expires_after(shared_->options.idle_timeout);
    const auto done = [self = shared_from_this(), message, serializer](beast::error_code error, std::size_t) {
      self->answered();
      const bool again = !error && message->keep_alive() && !self->shared_->stopping;
      again ? self->read() : self->close();
    };
    if (head) {
      http::async_write_header(stream_, *serializer, done);
    } else {
      http::async_write(stream_, *serializer, done);
    }
  }

  /// Says that no more is coming, then reads on for a moment: a socket closed with bytes unread is reset, and the
  /// client would lose the answer that tells it what was wrong.
  void close() {
    beast::error_code error;
    stream_.socket().shutdown(tcp::socket::shutdown_send, error);
    if (error || shared_->stopping) return;
    stream_.expires_after(linger_time);
    drain();
  }

  void drain() {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(drain_step),
                            [self = shared_from_this()](const beast::error_code& error, std::size_t size) {
                              self->drained_ += size;
                              if (!error && self->drained_ < max_drained_bytes && !self->shared_->stopping)
                                self->drain();
                            });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::size_t drained_ = 0;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::shared_ptr<Shared> shared_;
  bool answering_ = false;
};

}  // namespace

struct Listener::Impl {
  /// Ends with stop(): that closes the connections that are left.
  struct Io {
    asio::io_context context;
    // One strand: a stop() must not close the acceptor while another thread accepts anew.
    asio::strand<asio::io_context::executor_type> strand = asio::make_strand(context);
    tcp::acceptor acceptor{strand};
    asio::steady_timer pause{strand};
    explicit Io(unsigned threads) : context(static_cast<int>(threads)) {}
  };
  std::unique_ptr<Io> io;
  std::shared_ptr<Shared> shared;
  std::uint16_t port = 0;
  std::vector<std::jthread> threads;

  Impl(Handler handler, const ListenOptions& options) : io(std::make_unique<Io>(options.threads)) {
    shared = std::make_shared<Shared>();
    shared->handler = std::move(handler);
    shared->options = options;
  }

  Result<void> bind() {
    const auto failed = [this](const beast::error_code& error) {
      return Error{ErrorCode::unavailable, "cannot listen on " + shared->options.host + ":" +
                                               std::to_string(shared->options.port) + ": " + error.message()};
    };
    beast::error_code error;
    tcp::resolver resolver(io->context);
    const auto found = resolver.resolve(shared->options.host, std::to_string(shared->options.port),
                                        tcp::resolver::passive | tcp::resolver::numeric_service, error);
    if (error) return failed(error);
    const tcp::endpoint endpoint = found.begin()->endpoint();
    if (io->acceptor.open(endpoint.protocol(), error)) return failed(error);
    if (io->acceptor.set_option(asio::socket_base::reuse_address(true), error)) return failed(error);
    if (io->acceptor.bind(endpoint, error)) return failed(error);
    if (io->acceptor.listen(asio::socket_base::max_listen_connections, error)) return failed(error);
    port = io->acceptor.local_endpoint(error).port();
    return {};
  }

  void accept() {
    io->acceptor.async_accept(asio::make_strand(io->context),
                              [this](const beast::error_code& error, tcp::socket socket) {
                                if (shared->stopping) return;
                                if (!error) {
                                  std::make_shared<Session>(std::move(socket), shared)->run();
                                  return accept();
                                }
                                // Out of file descriptors, say: wait a moment rather than spin.
                                io->pause.expires_after(std::chrono::milliseconds(100));
                                io->pause.async_wait([this](const beast::error_code&) {
                                  if (!shared->stopping) accept();
                                });
                              });
  }

  void stop() {
    if (shared->stopping.exchange(true)) return;
    asio::post(io->strand, [this] {
      beast::error_code ignored;
      io->acceptor.close(ignored);
      io->pause.cancel();
    });
    // Answers under way are waited for, a while; connections that are only kept alive end here.
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    while (shared->answering > 0 && std::chrono::steady_clock::now() < patience) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    io->context.stop();
    threads.clear();
    io.reset();
  }
};

Listener::Listener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Listener::~Listener() { stop(); }

Result<std::unique_ptr<Listener>> Listener::start(const ListenOptions& options, Handler handler) {
  auto impl = std::make_unique<Impl>(std::move(handler), options);
  if (auto bound = impl->bind(); !bound) return bound.error();
  impl->accept();
  for (unsigned i = 0; i < std::max(1U, options.threads); ++i) {
    impl->threads.emplace_back([context = &impl->io->context] { context->run(); });
  }
  return std::unique_ptr<Listener>(new Listener(std::move(impl)));
}

std::uint16_t Listener::port() const { return impl_->port; }

void Listener::stop() { impl_->stop(); }

}  // namespace smallprint
