// What a document says on a question that readers bring, with the clause that says so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/change.h"
#include "model/clock.h"

namespace smallprint {

/// The sentence that says it, verbatim, and where it stands. `text` is a substring of the clause's text.
struct Evidence {
  std::string text;
  std::vector<std::string> section;
  std::uint32_t clause = 0;  ///< index in the version's Document
  Lineage lineage;           ///< set where the document has lineages
};

/// The text does not say. An answer of its own, never a `no`; it has no evidence.
constexpr std::string_view silent_value = "silent";
/// The text is in a language in which the question is not read. It has no evidence.
constexpr std::string_view unknown_value = "unknown";

/// The answer to one question.
struct Fact {
  std::string fact;    ///< the question's id: "trains_ai"
  std::string value;   ///< one of the question's values: "yes", "opt_in", "no", "silent"; a date as "2024-09-18"
  std::string detail;  ///< what else the text names: the opt-out's link or setting, the exempt regions; or empty
  std::vector<Evidence> evidence;  ///< most telling first; empty exactly where it is silent or unknown
};

/// A question: its id, what a person would ask, and its values. The list is data (diff/rules).
struct FactDefinition {
  std::string id;
  std::string question;
  std::vector<std::string> values;
  bool terms_only = false;  ///< about the agreement: what a policy says of itself is no answer for its service
  /// The first value as what a text says: "that personal data are sold".
  std::string claim = {};

  /// Its values are dates: about one text, not about a service.
  [[nodiscard]] bool is_date() const { return !values.empty() && values.front() == "date"; }
};

/// A subject of clauses. The list is data (diff/rules).
struct Topic {
  std::string id;
  std::string name;
  std::string description;
  /// What it comes nearest to in vocabularies that others use, by their names: see docs/taxonomy.md.
  std::vector<std::string> opp_115 = {}, tosdr = {}, claudette = {};
};

}  // namespace smallprint
