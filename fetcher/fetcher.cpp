#include "fetcher/fetcher.h"

namespace smallprint {

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
