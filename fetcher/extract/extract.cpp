#include "fetcher/extract/extract.h"
namespace smallprint {
Result<Extraction> extract(const Page&, const Source&) { return Error{ErrorCode::unsupported, "not yet"}; }
}  // namespace smallprint
