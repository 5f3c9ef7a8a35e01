#include "fetcher/fetcher.h"

#include <future>

namespace smallprint {

FetchResult Fetcher::fetch(const FetchRequest& request) {
  // Shared: the waiting thread may go on before set_value() has returned.
  const auto promise = std::make_shared<std::promise<FetchResult>>();
  auto result = promise->get_future();
  start(request, [promise](FetchResult fetched) { promise->set_value(std::move(fetched)); });
  return result.get();
}

std::string_view name(FetchOutcome outcome) {
  switch (outcome) {
    case FetchOutcome::ok: return "ok";
    case FetchOutcome::not_modified: return "not_modified";
    case FetchOutcome::refused: return "refused";
    case FetchOutcome::http_error: return "http_error";
    case FetchOutcome::network_error: return "network_error";
    case FetchOutcome::tls_error: return "tls_error";
    case FetchOutcome::timeout: return "timeout";
    case FetchOutcome::too_large: return "too_large";
    case FetchOutcome::disallowed: return "disallowed";
  }
  return "";
}

}  // namespace smallprint
