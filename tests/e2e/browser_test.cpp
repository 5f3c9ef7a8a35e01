// Pages that need a browser, in a real one: what it renders, what it cannot reach, and what becomes of it when it
// hangs.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "fetcher/extract/extract.h"
#include "fetcher/net/browser_fetcher.h"
#include "fetcher/net/curl_fetcher.h"
#include "server/listener.h"
#include "tests/e2e/served.h"
#include "tests/support/raw_origin.h"

using namespace smallprint;
using namespace smallprint::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

std::string why_no_browser() {
  const auto found = find_browser("auto");
  return found ? std::string() : found.error().message;
}

std::string policy_body() {
  std::string html = "<h1>Privacy Policy</h1>";
  for (int i = 0; i < 20; ++i) {
    html += fmt::format(
        "<h2>{0}. Part {0}</h2><p>We keep the data of kind {0} for as long as you are with us, and no "
        "longer than the law asks for.</p><ul><li>your name</li><li>your address</li></ul>",
        i + 1);
  }
  return html;
}

std::string page_of(const std::string& main, const std::string& after = {}) {
  return "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Terms</title></head><body><nav><a href=/>Start"
         "</a></nav><main id=policy>" +
         main + "</main>" + after + "</body></html>";
}

/// A script that writes HTML into the page's main part after a while.
std::string late_script(const std::string& html, int milliseconds) {
  return fmt::format("<script>setTimeout(() => {{ document.getElementById('policy').innerHTML = {}; }}, {})</script>",
                     json::serialize(json::value(html)), milliseconds);
}

/// Serves pages by path on an address of loopback, and keeps what it was asked.
class Site {
 public:
  explicit Site(std::map<std::string, Response> pages, const std::string& host = "127.0.0.1")
      : host_(host), pages_(std::move(pages)) {
    auto started =
        Listener::start({.host = host, .port = 0}, [this](const Request& request) { return answer(request); });
    REQUIRE(started.ok());
    listener_ = std::move(started).value();
  }
  [[nodiscard]] std::string url(std::string_view path) const {
    return fmt::format("http://{}:{}{}", host_, listener_->port(), path);
  }
  [[nodiscard]] std::vector<Request> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  void add(const std::string& path, Response page) {
    const std::lock_guard lock(mutex_);
    pages_[path] = std::move(page);
  }

 private:
  Response answer(const Request& request) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(request);
    const auto found = pages_.find(request.target.substr(0, request.target.find('?')));
    return found == pages_.end() ? Response{404, {{"content-type", "text/html"}}, "nothing"} : found->second;
  }
  std::string host_;
  mutable std::mutex mutex_;
  std::map<std::string, Response> pages_;
  std::vector<Request> asked_;
  std::unique_ptr<Listener> listener_;
};

Response html(std::string body, std::vector<std::pair<std::string, std::string>> headers = {}) {
  headers.emplace_back("content-type", "text/html; charset=utf-8");
  return {200, std::move(headers), std::move(body)};
}

Response redirect(const std::string& to, int status = 302) { return {status, {{"location", to}}, {}}; }

std::unique_ptr<Fetcher> browser_fetcher(const std::function<void(BrowserFetcherOptions&)>& change = {}) {
  CurlFetcherOptions plain;
  plain.user_agent = "smallprint-test/1 (+https://example.org)";
  plain.allowed_ranges = {"127.0.0.1"};
  BrowserFetcherOptions options;
  options.browser = "auto";
  options.user_agent = plain.user_agent;
  options.allowed_ranges = plain.allowed_ranges;
  options.limits.quiet = 1s;
  options.limits.start = 120s;  // a loaded machine
  options.limits.call = 60s;
  options.limits.patience = 60s;
  options.page_limits.total_timeout = 180s;
  if (change) change(options);
  auto made = make_browser_fetcher(make_curl_fetcher(plain).value(), options);
  REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().message));
  return std::move(made).value();
}

FetchRequest by_browser(std::string url, std::vector<std::string> wait_for = {"#policy h1"}) {
  FetchRequest request;
  request.url = std::move(url);
  request.execute_scripts = true;
  request.wait_for = std::move(wait_for);
  return request;
}

std::string header(const FetchResult& result, std::string_view name) {
  for (const auto& [key, value] : result.headers) {
    if (key == name) return value;
  }
  return {};
}

Document read(const FetchResult& result, const std::string& select) {
  Source source;
  source.select = {select};
  auto extraction = extract({result.urls.back(), header(result, "content-type"), result.body}, source);
  REQUIRE_MESSAGE(extraction.ok(), (extraction.ok() ? "" : extraction.error().message));
  return extraction->document;
}

std::vector<std::string> texts(const Document& document) {
  std::vector<std::string> all;
  for (const Clause& clause : document.clauses) all.push_back(fmt::format("{} {}", clause.level, clause.text));
  return all;
}

/// Programs that a browser of this process, or of `owner`, is made of.
std::size_t browser_processes(pid_t owner = ::getpid()) {
  const std::string mark = fmt::format("smallprint-browser-{}-", owner);
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    if (entry.path().filename().string().find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream command(entry.path() / "cmdline"), environment(entry.path() / "environ");
    const std::string text = std::string(std::istreambuf_iterator<char>(command), {}) +
                             std::string(std::istreambuf_iterator<char>(environment), {});
    if (text.find(mark) != std::string::npos) ++count;
  }
  return count;
}

bool all_gone(pid_t owner = ::getpid()) {
  for (int i = 0; i < 600; ++i) {
    if (browser_processes(owner) == 0) return true;
    std::this_thread::sleep_for(100ms);
  }
  return false;
}

std::size_t folders_left(pid_t owner = ::getpid()) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(fs::temp_directory_path())) {
    if (entry.path().filename().string().starts_with(fmt::format("smallprint-browser-{}-", owner))) ++count;
  }
  return count;
}

/// Counts datagrams to an address that no page may reach.
class UdpEar {
 public:
  UdpEar() : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~UdpEar() { ::close(fd_); }
  UdpEar(const UdpEar&) = delete;
  UdpEar& operator=(const UdpEar&) = delete;
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] bool heard() const {
    char byte = 0;
    return ::recv(fd_, &byte, 1, 0) >= 0;
  }

 private:
  int fd_;
  int port_ = 0;
};

}  // namespace

TEST_CASE("a page that builds its text with scripts gives the same clauses as its static twin") {
  SMALLPRINT_SKIP_UNLESS(why_no_browser().empty(), why_no_browser());
  const std::string shadow =
      "<part-of-it></part-of-it><script>document.querySelector('part-of-it').attachShadow({mode: "
      "'open'}).innerHTML = '<style>p { color: red }</style>' + " +
      json::serialize(json::value(policy_body())) + "</script>";
  Site site({{"/static", html(page_of(policy_body()))},
             {"/late", html(page_of("<p>Loading</p>", late_script(policy_body(), 2000)),
                            {{"set-cookie", "seen=1"}, {"etag", "\"1\""}})},
             {"/fetched", html(page_of("",
                                       "<script>fetch('/part').then(r => r.text()).then(t => { document"
                                       ".getElementById('policy').innerHTML = t; })</script>"))},
             {"/part", html(policy_body())},
             {"/shadow", html(page_of(shadow))},
             {"/framed", html(page_of("<iframe src=/part width=600 height=400></iframe>"))},
             {"/old", redirect("/late", 301)},
             {"/pdf", {200, {{"content-type", "text/plain"}}, "Plain terms, without a browser."}},
             {"/gone", {410, {{"content-type", "text/html"}}, "<p>gone</p>"}},
             {"/forbidden/late", html(page_of("", late_script(policy_body(), 0)))},
             {"/leads-there", redirect("/forbidden/late")},
             {"/robots.txt", {200, {{"content-type", "text/plain"}}, "User-agent: *\nDisallow: /forbidden/\n"}}});
  {
    const auto fetcher = browser_fetcher();
    CHECK(fetcher->renders());
    FetchRequest plain;
    plain.url = site.url("/static");
    const auto expected = texts(read(fetcher->fetch(plain), "#policy"));
    REQUIRE(expected.size() > 60);
    CHECK(browser_processes() == 0);  // until a page asks for it

    FetchRequest late = by_browser(site.url("/old"));
    late.accept_language = "de-CH";
    const FetchResult moved = fetcher->fetch(late);
    REQUIRE_MESSAGE(moved.outcome == FetchOutcome::ok, moved.reason);
    CHECK(texts(read(moved, "#policy")) == expected);
    CHECK(moved.rendered);
    CHECK(moved.status == 200);
    CHECK(moved.urls == std::vector<std::string>{site.url("/old"), site.url("/late")});
    CHECK(moved.moved_to == site.url("/late"));
    CHECK(header(moved, "etag") == "\"1\"");
    CHECK(header(moved, "x-smallprint-rendered").starts_with("chrome/"));
    CHECK(moved.wire_bytes > 0);

    for (const char* path : {"/fetched", "/shadow", "/framed", "/late"}) {
      CAPTURE(path);
      const FetchResult result = fetcher->fetch(by_browser(site.url(path), {}));
      REQUIRE_MESSAGE(result.outcome == FetchOutcome::ok, result.reason);
      CHECK(texts(read(result, "#policy")) == expected);
    }
    // It is named as a plain fetch names itself, asks for the declared language, and forgets each page's cookies.
    for (const Request& request : site.asked()) {
      CAPTURE(request.target);
      CHECK(request.header("user-agent").find("smallprint-test/1 (+https://example.org)") != std::string::npos);
      if (request.target == "/old") CHECK(request.header("accept-language").starts_with("de-CH"));
      if (request.target == "/late") CHECK(request.header("cookie").empty());
    }

    const FetchResult text = fetcher->fetch(by_browser(site.url("/pdf")));
    CHECK(text.outcome == FetchOutcome::ok);
    CHECK_FALSE(text.rendered);
    CHECK(text.body == "Plain terms, without a browser.");
    const FetchResult gone = fetcher->fetch(by_browser(site.url("/gone")));
    CHECK(gone.outcome == FetchOutcome::http_error);
    CHECK(gone.status == 410);
    const std::size_t before = site.asked().size();
    CHECK(fetcher->fetch(by_browser(site.url("/forbidden/late"))).outcome == FetchOutcome::disallowed);
    CHECK(site.asked().size() == before);
    CHECK(fetcher->fetch(by_browser(site.url("/leads-there"))).outcome == FetchOutcome::disallowed);
    CHECK(browser_processes() > 0);
  }
  CHECK(all_gone());
  CHECK(folders_left() == 0);
}

TEST_CASE("a page in the browser reaches no inside address, however it tries") {
  SMALLPRINT_SKIP_UNLESS(why_no_browser().empty(), why_no_browser());
  Site inside({{"/secret", html("<p>a secret of the operator's network</p>", {{"access-control-allow-origin", "*"}})}},
              "127.0.0.2");
  const UdpEar ear;
  const std::string secret = inside.url("/secret");
  const std::string authority = secret.substr(7, secret.find('/', 7) - 7);
  const std::string named = "http://localhost" + authority.substr(authority.find(':')) + "/secret";
  const std::string script = fmt::format(
      R"(<script>
        const secret = '{0}', tries = [];
        const note = what => {{ document.getElementById('policy').innerHTML += '<p>' + what + '</p>'; }};
        for (const url of [secret, '{2}', 'http://2130706434:' + new URL(secret).port + '/secret', 'http://[::1]:9/x',
                           'http://169.254.169.254/latest/meta-data', 'https://10.0.0.1/', 'file:///etc/passwd']) {{
          tries.push(fetch(url).then(r => r.text()).then(t => note('GOT ' + t), () => note('refused')));
          tries.push(fetch(url, {{mode: 'no-cors'}}).then(() => 0, () => 0));
        }}
        for (const tag of ['iframe', 'script', 'embed']) {{
          const part = document.createElement(tag);
          part.src = secret;
          document.body.append(part);
        }}
        const link = document.createElement('link');
        link.rel = 'stylesheet'; link.href = secret;
        document.head.append(link);
        navigator.sendBeacon(secret, 'x');
        try {{ new WebSocket(secret.replace('http', 'ws')); }} catch (error) {{}}
        try {{
          const peer = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.1:{1}'}}]}});
          peer.createDataChannel('x');
          peer.createOffer().then(offer => peer.setLocalDescription(offer));
        }} catch (error) {{}}
        Promise.all(tries).then(() => note('all tried'));
      </script>)",
      secret, ear.port(), named);
  Site site({{"/page", html(page_of(policy_body(), script))},
             {"/moved-inside", redirect(secret)},
             {"/script-leads-inside", html(page_of("", "<script>location.href = '" + secret + "'</script>"))}});
  const auto fetcher = browser_fetcher();
  const FetchResult page = fetcher->fetch(by_browser(site.url("/page")));
  REQUIRE_MESSAGE(page.outcome == FetchOutcome::ok, page.reason);
  CHECK(page.body.find("<p>refused</p>") != std::string::npos);
  CHECK(page.body.find("<p>GOT") == std::string::npos);
  CHECK(page.body.find("a secret of") == std::string::npos);
  CHECK(page.body.find("root:") == std::string::npos);
  for (const std::string& url : {site.url("/moved-inside"), site.url("/script-leads-inside"), secret}) {
    CAPTURE(url);
    const FetchResult refused = fetcher->fetch(by_browser(url));
    CHECK(refused.outcome == FetchOutcome::refused);
    CHECK(refused.reason.find("not public (loopback)") != std::string::npos);
    CHECK(refused.body.empty());
  }
  CHECK(inside.asked().empty());
  CHECK_FALSE(ear.heard());
}

TEST_CASE("a page that never ends is cut, a browser that hangs is killed, and the next page is rendered") {
  SMALLPRINT_SKIP_UNLESS(why_no_browser().empty(), why_no_browser());
  const RawOrigin endless([](const RawExchange& exchange) {
    if (!exchange.request().starts_with("GET /endless")) {
      exchange.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<!DOCTYPE html><main id=policy><h1>Terms</h1>");
    while (!exchange.ending() && exchange.send("<p>and so on</p>")) std::this_thread::sleep_for(50ms);
  });
  Site site({{"/busy", html(page_of(policy_body(), "<script>while (true) {}</script>"))},
             {"/growing", html(page_of(policy_body(),
                                       "<script>setInterval(() => { document.getElementById('policy')"
                                       ".append('and more '); }, 50)</script>"))},
             {"/heavy", html(page_of(policy_body(),
                                     "<script>(async () => { for (;;) await (await fetch('/load'))"
                                     ".text(); })()</script>"))},
             {"/load", html(std::string(1U << 20U, 'x'))},
             {"/good", html(page_of("", late_script(policy_body(), 100)))}});
  const auto fetcher = browser_fetcher([](BrowserFetcherOptions& options) {
    options.limits.patience = 6s;
    options.limits.call = 8s;
    options.limits.max_bytes = 8U << 20U;
  });
  const FetchResult cut = fetcher->fetch(by_browser(endless.url("/endless")));
  CHECK_MESSAGE(cut.outcome == FetchOutcome::timeout, cut.reason);
  CHECK(cut.body.empty());
  const FetchResult busy = fetcher->fetch(by_browser(site.url("/busy")));
  CHECK(busy.outcome == FetchOutcome::timeout);
  CHECK(busy.body.empty());
  const FetchResult heavy = fetcher->fetch(by_browser(site.url("/heavy")));
  CHECK(heavy.outcome == FetchOutcome::too_large);
  CHECK(heavy.reason.find("more than 8388608 bytes") != std::string::npos);
  const FetchResult growing = fetcher->fetch(by_browser(site.url("/growing")));
  CHECK_MESSAGE(growing.outcome == FetchOutcome::ok, growing.reason);  // as it stands
  const FetchResult good = fetcher->fetch(by_browser(site.url("/good")));
  CHECK_MESSAGE(good.outcome == FetchOutcome::ok, good.reason);
  CHECK(good.body.find("data of kind 7") != std::string::npos);
}

TEST_CASE("smallprint fetch renders what is declared so and what is a shell, and a kill leaves no browser behind") {
  SMALLPRINT_SKIP_UNLESS(why_no_browser().empty(), why_no_browser());
  TemporaryFolder folder;
  Site site({{"/declared", html(page_of("<p>Loading</p>", late_script(policy_body(), 2000)))},
             {"/shell", html(page_of("", late_script(policy_body(), 2000)))},
             {"/static", html(page_of(policy_body()))}});
  fs::create_directory(folder.path() / "catalog");
  write_file(folder.path() / "catalog" / "Example.json",
             json::serialize(json::object{
                 {"name", "Example"},
                 {"terms",
                  {{"Privacy Policy",
                    {{"fetch", site.url("/declared")}, {"select", "#policy"}, {"executeClientScripts", true}}},
                   {"Terms of Service", {{"fetch", site.url("/shell")}, {"select", "#policy"}}},
                   {"Cookie Policy", {{"fetch", site.url("/static")}, {"select", "#policy"}}}}}}));
  const std::vector<std::string> command{smallprint_binary(),
                                         "--archive",
                                         archive_in(folder.path()),
                                         "fetch",
                                         "--catalog",
                                         (folder.path() / "catalog").string(),
                                         "--allow-address",
                                         "127.0.0.1",
                                         "--browser",
                                         "auto"};
  const Finished fetched = run(command);
  CAPTURE(fetched.out);
  CAPTURE(fetched.err);
  CHECK(fetched.status == 0);
  CHECK(contains(fetched.out, "3 changed"));
  CHECK(contains(fetched.err, "sandbox=") == (::geteuid() == 0));
  {
    const Served served(folder.path(), {"--no-fetch"});
    const auto evidence = [&](const char* type) {
      return json::serialize(served.json(fmt::format("/api/v1/documents/example/{}/versions/1/evidence", type)));
    };
    CHECK(contains(evidence("privacy-policy"), "x-smallprint-rendered"));
    CHECK(contains(evidence("terms-of-service"), "x-smallprint-rendered"));
    CHECK_FALSE(contains(evidence("cookie-policy"), "x-smallprint-rendered"));
    const auto text = [&](const char* type) {
      return served.get(fmt::format("/api/v1/documents/example/{}/versions/1?format=text", type)).body;
    };
    CHECK(contains(text("privacy-policy"), "data of kind 7"));
    CHECK(text("privacy-policy") == text("cookie-policy"));
    CHECK(text("terms-of-service") == text("cookie-policy"));
  }

  site.add("/declared", html(page_of(policy_body(), "<script>while (true) {}</script>")));
  pid_t killed = 0;
  {
    Background hanging(command, folder.path() / "fetch.log");
    killed = hanging.pid();
    for (int i = 0; i < 1200 && browser_processes(killed) < 4; ++i) std::this_thread::sleep_for(100ms);
    CHECK(browser_processes(killed) >= 4);
    hanging.signal(SIGKILL);
    hanging.wait();
  }
  CHECK(all_gone(killed));
  CHECK(folders_left(killed) == 1);
  // The next one that starts a browser removes what was left.
  site.add("/declared", html(page_of(policy_body())));
  CHECK(run(command).status == 0);
  CHECK(folders_left(killed) == 0);
}

TEST_CASE("extract and catalog add look at a shell with the browser, and declare that it needs one") {
  SMALLPRINT_SKIP_UNLESS(why_no_browser().empty(), why_no_browser());
  Site site({{"/privacy", html(page_of("", late_script(policy_body(), 500)))}});
  const std::vector<std::string> settings{"--allow-address", "127.0.0.1", "--browser", "auto",
                                          "--browser-quiet", "1000"};
  const auto finished = [&](std::vector<std::string> command) {
    command.insert(command.begin(), smallprint_binary());
    command.insert(command.end(), settings.begin(), settings.end());
    return run(command);
  };
  const Finished text = finished({"extract", site.url("/privacy"), "--select", "#policy", "--format", "text"});
  CHECK_MESSAGE(text.status == 0, text.err);
  CHECK(contains(text.out, "data of kind 7"));
  const Finished added = finished(
      {"catalog", "add", "--dry-run", "--service", "Example", "--type", "Privacy Policy", site.url("/privacy")});
  CHECK_MESSAGE(added.status == 0, added.err);
  CHECK(contains(added.out, "\"executeClientScripts\": true"));
}

TEST_CASE("a browser that is none, and a grid without a way back to us, are told of at the start") {
  TemporaryFolder folder;
  const auto fetched = [&](std::vector<std::string> settings) {
    std::vector<std::string> command{smallprint_binary(), "--archive", archive_in(folder.path()), "fetch"};
    command.insert(command.end(), settings.begin(), settings.end());
    return run(command);
  };
  for (const auto& [settings, said] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--browser", "/nowhere/chromium"}, "'/nowhere/chromium' is no program"},
           {{"--webdriver", "grid:4444"}, "a WebDriver is written"},
           {{"--webdriver", "http://grid:4444"}, "needs --guard-proxy HOST:PORT"},
           {{"--webdriver", "http://grid:4444", "--guard-proxy", "9080"}, "--guard-proxy takes HOST:PORT"}}) {
    CAPTURE(said);
    const Finished finished = fetched(settings);
    CHECK(finished.status == 2);
    CHECK(contains(finished.err, said));
    CHECK_FALSE(fs::exists(folder.path() / "archive.db"));
  }
}
