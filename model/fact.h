// What a document says on a question that readers bring, with the clause that says so.
#pragma once

#include <cstdint>
#include <string>
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

/// The answer to one question. `silent` has no evidence and is an answer of its own, never a `no`.
struct Fact {
  std::string fact;    ///< the question's id: "trains_ai"
  std::string value;   ///< one of the question's values: "yes", "opt_in", "no", "silent"; a date as "2024-09-18"
  std::string detail;  ///< what else the text names: the opt-out's link or setting, the exempt regions; or empty
  std::vector<Evidence> evidence;  ///< most telling first; empty exactly where the value is "silent"
};

/// A question: its id, what a person would ask, and its values. The list is data (diff/rules).
struct FactDefinition {
  std::string id;
  std::string question;
  std::vector<std::string> values;
  bool terms_only = false;  ///< about the agreement: what a policy says of itself is no answer for its service
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
