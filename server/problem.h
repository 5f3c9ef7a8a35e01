// Errors as RFC 9457 problem documents: a fixed sentence and a request id for the client, the detail for the log.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/result.h"
#include "server/query.h"

namespace smallprint {

struct HttpProblem {
  int status = 500;
  std::string detail;  ///< one sentence for the client
  std::optional<BadParameter> parameter;
  std::string log;  ///< what happened, for the log alone
};

/// "Not Found"
std::string_view status_title(int status);

/// What a client is told of an archive's error. A bad_input can only come from the cursor: filters were checked before.
HttpProblem problem_of(const Error& error);
HttpProblem problem_of(const BadParameter& bad);

std::string problem_json(const HttpProblem& problem, std::string_view request_id);

}  // namespace smallprint
