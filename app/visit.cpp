#include "app/visit.h"
namespace smallprint {
Result<VisitReport> visit(const VisitContext&, const Declaration&, const VisitState&) {
  return Error{ErrorCode::unsupported, "not yet"};
}
}  // namespace smallprint
