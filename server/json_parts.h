// Parts that several files write JSON from. Internal to server/: it needs Boost.JSON, which no other header does.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/service_facts.h"
#include "storage/archive.h"

namespace smallprint {

inline std::string service_of(const DocumentId& document) { return document.substr(0, document.find('/')); }

inline std::string address(std::string_view base, std::string_view path) {
  return std::string(base).append("/").append(path);
}

inline boost::json::value or_null(std::string_view text) {
  return text.empty() ? boost::json::value() : boost::json::value(text);
}

inline boost::json::value time_or_null(const std::optional<Timestamp>& time) {
  return time ? boost::json::value(format_rfc3339(*time)) : boost::json::value();
}

inline boost::json::array strings(const std::vector<std::string>& texts) {
  boost::json::array out;
  for (const std::string& text : texts) out.emplace_back(text);
  return out;
}

boost::json::object evidence_object(const Evidence& evidence, std::uint32_t version);
/// Of the runs that stand, in their order. With `history` each has those before it, the latest first.
boost::json::array facts_array(const std::vector<FactRow>& runs, std::string_view base, bool history);
boost::json::object service_fact_object(const ServiceFact& fact, std::string_view service, std::string_view base,
                                        bool history);

}  // namespace smallprint
