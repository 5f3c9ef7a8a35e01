#include "server/site.h"
namespace smallprint {
struct Site::Impl {};
Site::Site(const Archive&, const RuleSet&, const Clock&, SiteOptions) {}
Site::~Site() = default;
Response Site::handle(const Request&) const { return {503, {}, "not yet"}; }
}  // namespace smallprint
