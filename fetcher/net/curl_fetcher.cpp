#include "fetcher/net/curl_fetcher.h"
namespace smallprint {
Result<std::unique_ptr<Fetcher>> make_curl_fetcher(const CurlFetcherOptions&) {
  return Error{ErrorCode::unsupported, "not yet"};
}
}  // namespace smallprint
