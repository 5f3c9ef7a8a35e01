#include "server/problem.h"

#include <boost/json.hpp>

#include "web/text.h"

namespace smallprint {

namespace json = boost::json;

std::string_view status_title(int status) {
  switch (status) {
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 503: return "Service Unavailable";
    default: return "Internal Server Error";
  }
}

HttpProblem problem_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::not_found: return {404, "Nothing has this address.", {}, {}};
    case ErrorCode::bad_input: return {400, {}, BadParameter{"cursor", "is none that this list gave out", {}}, {}};
    case ErrorCode::unavailable:
      return {503, "The archive cannot answer right now. Try again in a moment.", {}, error.message};
    default: return {500, "Something failed on our side. It is in the log under the request id.", {}, error.message};
  }
}

HttpProblem problem_of(const BadParameter& bad) { return {400, {}, bad, {}}; }

std::string problem_json(const HttpProblem& problem, std::string_view request_id) {
  json::object out;
  out["type"] = "about:blank";
  out["title"] = status_title(problem.status);
  out["status"] = problem.status;
  if (problem.parameter) {
    out["detail"] = clean_utf8("The parameter \"" + problem.parameter->name + "\" " + problem.parameter->detail + ".");
    out["parameter"] = clean_utf8(problem.parameter->name);
    if (!problem.parameter->allowed.empty()) {
      json::array allowed;
      for (const std::string& value : problem.parameter->allowed) allowed.emplace_back(clean_utf8(value));
      out["allowed"] = std::move(allowed);
    }
  } else {
    out["detail"] = problem.detail;
  }
  out["request_id"] = request_id;
  return json::serialize(out);
}

}  // namespace smallprint
