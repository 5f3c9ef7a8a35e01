// Leaves out of a document what its page shows beside it and what alters by itself; see model/page_noise.h.
#pragma once

#include "model/document.h"

namespace smallprint {

/// Drops the clauses that are page noise, and the parts between "·" or "|" of a short paragraph that are. Keeps a
/// document that has nothing else. Cost: linear.
void drop_noise(Document& document);

}  // namespace smallprint
