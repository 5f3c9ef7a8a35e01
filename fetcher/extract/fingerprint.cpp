#include "fetcher/extract/extract.h"
#include "smallprint_fetcher/extraction_fingerprint.h"

namespace smallprint {

std::string_view extraction_fingerprint() { return SMALLPRINT_EXTRACTION_FINGERPRINT; }

}  // namespace smallprint
