// The whole site as one pure function: REST, feeds and pages over an archive. Read-only.
#pragma once

#include <memory>
#include <string>

#include "diff/rules.h"
#include "model/clock.h"
#include "server/catalog_health.h"
#include "server/http.h"
#include "storage/archive.h"

namespace smallprint {

class Metrics;

struct SiteOptions {
  std::string public_url;  ///< "https://example.org": what absolute links begin with; empty: taken from the Host header
  CatalogHealthSource catalog = {};
};

/// Borrows archive, rules and clock, which must outlive it. Safe to call from several threads. Never throws; what fails
/// inside is a problem document with a request id, and the detail goes to the log.
class Site {
 public:
  Site(const Archive& archive, const RuleSet& rules, const Clock& clock, SiteOptions options);
  ~Site();
  Response handle(const Request& request) const;
  /// What /metrics shows; for the rest of the program to count in. Safe to use from several threads.
  Metrics& metrics() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace smallprint
