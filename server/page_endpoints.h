// The endpoints of the web view: one function for each page.
#pragma once

#include "server/call.h"
#include "server/comparison.h"

namespace smallprint::pages {

Reply home(Call& call);
Reply services(Call& call);
Reply service(Call& call);
Reply document(Call& call);
Reply version(Call& call);  ///< "18", and "17..18": a comparison
Reply clause(Call& call);   ///< one clause through time
Reply topic(Call& call);
Reply compare(Call& call);
Reply search(Call& call);
Reply status(Call& call);
Reply upcoming(Call& call);
Reply about(Call& call);

/// The pages that the API gives out as HTML.
Reply version_of(Call& call, const VersionRow& row);
Reply comparison_of(Call& call, const ComparedPair& pair);

/// Every service; an instance has some thousands at most.
Result<std::vector<ServiceRow>> all_services(const Archive& archive);

std::string error_page(const SiteParts& site, const HttpProblem& problem, std::string_view request_id);

}  // namespace smallprint::pages
