// The endpoints of /api/v1: one function for each pattern.
#pragma once

#include "server/call.h"

namespace smallprint::api {

Reply services(Call& call);
Reply service(Call& call);
Reply documents(Call& call);
Reply document(Call& call);
Reply document_versions(Call& call);
Reply version(Call& call);
Reply evidence(Call& call);
Reply snapshot(Call& call);
Reply diff(Call& call);
Reply clause(Call& call);
Reply observations(Call& call);
Reply changes(Call& call);
Reply versions(Call& call);
Reply facts(Call& call);
Reply compare(Call& call);
Reply compare_series(Call& call);
Reply search(Call& call);
Reply topics(Call& call);
Reply upcoming(Call& call);
Reply status(Call& call);

}  // namespace smallprint::api
