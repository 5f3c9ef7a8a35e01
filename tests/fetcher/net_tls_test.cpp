// TLS is verified always; and what is agreed on inside it.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "fetcher/net/curl_fetcher.h"
#include "tests/support/support.h"
#include "tests/support/tls_origin.h"

namespace smallprint {
namespace {

using test::CertificateWish;
using test::PrivateAuthority;
using test::TlsBehaviour;
using test::TlsOrigin;

std::unique_ptr<Fetcher> fetcher_trusting(const std::string& ca_file) {
  CurlFetcherOptions options;
  options.user_agent = "smallprint-test/1 (+https://example.org)";
  options.allowed_ranges = {"127.0.0.1"};
  options.obey_robots = false;
  options.ca_file = ca_file;
  auto made = make_curl_fetcher(options);
  REQUIRE(made.ok());
  return std::move(made).value();
}

FetchRequest request_for(std::string url) {
  FetchRequest request;
  request.url = std::move(url);
  return request;
}

struct Authority {
  test::TemporaryFolder folder;
  std::string file = (folder.path() / "authority.pem").string();
  PrivateAuthority authority{file};
};

}  // namespace

TEST_CASE("each way in which a certificate is none has outcome tls_error, and no request is sent") {
  struct Fault {
    const char* what;
    CertificateWish wish;
    TlsBehaviour behaviour;
    const char* reason;
  };
  const std::vector<Fault> faults = {
      {"expired", {.valid_from_days = -9, .valid_until_days = -1}, {}, "certificate has expired"},
      {"not valid yet", {.valid_from_days = 2, .valid_until_days = 9}, {}, "certificate is not yet valid"},
      {"of another address", {.names = "IP:127.0.0.2"}, {}, "subject name matches"},
      {"of another name", {.names = "DNS:other.example"}, {}, "subject name matches"},
      {"self-signed", {.self_signed = true}, {}, "self-signed certificate"},
      {"TLS that is too old", {}, {.only_old = true}, ""},
  };
  const Authority trusted;
  const auto fetcher = fetcher_trusting(trusted.file);
  for (const Fault& fault : faults) {
    CAPTURE(fault.what);
    const TlsOrigin origin(trusted.authority.issue(fault.wish), fault.behaviour);
    const FetchResult result = fetcher->fetch(request_for(origin.url()));
    CAPTURE(result.reason);
    CHECK(name(result.outcome) == "tls_error");
    CHECK(result.reason != "");
    CHECK(result.reason.find(fault.reason) != std::string::npos);
    CHECK(result.body == "");
    CHECK(result.status == 0);
    CHECK(origin.requests() == 0);
  }
  // The same fetcher takes the next good page.
  const TlsOrigin good(trusted.authority.issue({}), {});
  CHECK(fetcher->fetch(request_for(good.url())).body == "good");
  CHECK(good.requests() == 1);
}

TEST_CASE("a private authority is trusted only where its file is named, and a name is checked as written") {
  const Authority ours, other;
  const TlsOrigin origin(ours.authority.issue({}), {});
  for (const std::string& file : {std::string(), other.file}) {
    const FetchResult result = fetcher_trusting(file)->fetch(request_for(origin.url()));
    CAPTURE(result.reason);
    CHECK(name(result.outcome) == "tls_error");
    CHECK(origin.requests() == 0);
  }
  CHECK(fetcher_trusting(ours.file)->fetch(request_for(origin.url())).body == "good");

  CurlFetcherOptions options;
  options.ca_file = ours.folder.path() / "missing.pem";
  const auto made = make_curl_fetcher(options);
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().code == ErrorCode::bad_input);
}

TEST_CASE("HTTP/2 is offered inside TLS, and spoken where the host agrees") {
  const Authority trusted;
  const auto fetcher = fetcher_trusting(trusted.file);
  const TlsOrigin newer(trusted.authority.issue({}), {.http2 = true});
  const FetchResult result = fetcher->fetch(request_for(newer.url()));
  CAPTURE(result.reason);
  CHECK(result.status == 200);
  CHECK(result.body == "good");
  CHECK(newer.offered() == "h2 http/1.1");
  const TlsOrigin older(trusted.authority.issue({}), {});
  CHECK(fetcher->fetch(request_for(older.url())).body == "good");
}

}  // namespace smallprint
