#include "app/demo.h"
namespace smallprint {
Result<void> play_demo(Archive&, const RuleSet&) { return Error{ErrorCode::unsupported, "not yet"}; }
}  // namespace smallprint
