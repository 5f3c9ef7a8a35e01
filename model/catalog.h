// Which documents an instance tracks, and where in which pages they stand: Open Terms Archive's declarations, as
// values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/clock.h"
#include "model/result.h"

namespace smallprint {

/// "linkedin/privacy-policy" or, for one region, "linkedin/privacy-policy@eu". Slugs: [a-z0-9-]+.
using DocumentId = std::string;

/// Lower case ASCII slug of any name: "Booking.com" → "booking-com", "Électricité" → "electricite". Never empty: a name
/// without a letter or digit that has an ASCII form gives "x" and a hash of its bytes.
std::string slug(std::string_view name);

/// Joins a document's id from names or slugs; an empty region is left out.
DocumentId document_id(std::string_view service, std::string_view terms_type, std::string_view region = {});

/// The parts of an id: views into `id`. Error: bad_input where it has not the form.
struct DocumentIdParts {
  std::string_view service, terms_type, region;
};
Result<DocumentIdParts> parse_document_id(std::string_view id);

/// Everything between two places of a page. Of each pair at most one is set; none means from the start, to the end.
struct SelectorRange {
  std::string start_before, start_after, end_before, end_after;
  friend bool operator==(const SelectorRange&, const SelectorRange&) = default;
};
using Selection = std::variant<std::string, SelectorRange>;  ///< a CSS selector, or a range between two

/// One page that a document is made of.
struct Source {
  std::string url;
  std::vector<Selection> select;  ///< empty: the main content is found by itself
  std::vector<Selection> remove;
  std::vector<std::string> filters;  ///< names, as declared
  bool execute_client_scripts = false;
  friend bool operator==(const Source&, const Source&) = default;
};

/// How a document was declared before.
struct FormerDeclaration {
  Timestamp valid_until{};  ///< included
  std::vector<Source> sources;
  friend bool operator==(const FormerDeclaration&, const FormerDeclaration&) = default;
};

/// One document to track: one source, or several that are read one after the other (`combine`).
struct Declaration {
  DocumentId id;
  std::string service_name;               ///< "LinkedIn"
  std::string terms_type;                 ///< "Privacy Policy"
  std::string region;                     ///< "" or "eu"
  std::string language;                   ///< to ask for, BCP 47; empty: the operator's default
  std::vector<Source> sources;            ///< empty: it is no longer declared
  std::vector<FormerDeclaration> former;  ///< the oldest first
  bool ignore_robots = false;             ///< the operator has the right to fetch what robots.txt does not allow
  std::string proxy = {};                 ///< the name of the operator's proxy; "direct": none; empty: the default
  std::string file;                       ///< where it was declared, for messages
  friend bool operator==(const Declaration&, const Declaration&) = default;
};

/// The sources as they were declared at a time; the last ones known where it is no longer declared then.
const std::vector<Source>& sources_at(const Declaration& declaration, Timestamp time);

}  // namespace smallprint
