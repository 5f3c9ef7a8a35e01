#include "storage/schedule.h"

#include <cstring>

#include "storage/hash.h"

namespace smallprint {

std::int64_t fingerprint(const TrackedDocument& tracked) {
  std::string bytes;
  const auto add = [&bytes](std::string_view text) {
    bytes += std::to_string(text.size());
    bytes += ':';
    bytes += text;
  };
  const NewDocument& document = tracked.document;
  for (const std::string* text : {&document.id, &document.service_name, &document.terms_type, &document.region}) {
    add(*text);
  }
  for (const std::string& url : document.urls) add(url);
  add(tracked.host);
  add(tracked.declaration);
  const Sha256 hash = sha256(bytes);
  std::int64_t number = 0;
  std::memcpy(&number, hash.data(), sizeof number);
  return number;
}

}  // namespace smallprint
