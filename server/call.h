// What an endpoint works with, and what it answers. Endpoints are free functions, one for each pattern of the table in
// site.cpp; site.cpp does what all have in common: caching headers, compression, errors, metrics.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "diff/rules.h"
#include "model/clock.h"
#include "server/catalog_health.h"
#include "server/http.h"
#include "server/metrics.h"
#include "server/problem.h"
#include "server/query.h"
#include "server/router.h"
#include "storage/archive.h"
#include "web/pages.h"

namespace smallprint {

struct Answer {
  std::string type = "application/json";
  std::string body;
  /// Set for evidence, which never alters: its own entity tag. Otherwise the answer is derived.
  std::string immutable_tag;
  std::optional<Timestamp> last_modified;  ///< of evidence
  std::string redirect;                    ///< a location: the answer is a redirect
  std::string next;                        ///< absolute address of the list's next page, for the Link header
  std::string file_name;                   ///< served as a download of this name
  bool momentary = false;                  ///< true of this moment alone: never cached
  int status = 200;
};

/// What an endpoint gives back.
using Reply = std::variant<Answer, HttpProblem>;

/// Borrowed by every call; immutable, shared between threads.
struct SiteParts {
  const Archive& archive;
  const RuleSet& rules;
  const Clock& clock;
  const Pages& pages;
  Metrics& metrics;
  const CatalogHealthSource& catalog;

  /// Null where nobody reads a catalog.
  [[nodiscard]] std::shared_ptr<const CatalogHealth> catalog_health() const { return catalog ? catalog() : nullptr; }
};

struct Call {
  const SiteParts& site;
  const Request& request;
  Captures captures;
  Query query;
  std::string path;  ///< as sent, without the query
  std::string base;  ///< "https://example.org"

  [[nodiscard]] const std::string& capture(std::string_view name) const;
  /// "linkedin/privacy-policy@eu", of the captures service and type.
  [[nodiscard]] DocumentId document() const { return capture("service") + "/" + capture("type"); }
  [[nodiscard]] std::string next_url(std::string_view cursor) const;
  /// A page of a list, with its next address in the answer.
  [[nodiscard]] Answer list(const std::vector<std::string>& items, std::string_view cursor) const;
};

/// The number of a version named "18", "latest" or by a date or time (the version that stood at its end).
std::variant<std::uint32_t, HttpProblem> version_number(const Call& call, const DocumentId& document,
                                                        std::string_view named);

}  // namespace smallprint
