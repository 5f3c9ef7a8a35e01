#include "diff/rules.h"
namespace smallprint {
struct RuleSet::Impl {
  std::string version;
  std::vector<Topic> topics;
  std::vector<FactDefinition> facts;
};
RuleSet::RuleSet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RuleSet::RuleSet(RuleSet&&) noexcept = default;
RuleSet& RuleSet::operator=(RuleSet&&) noexcept = default;
RuleSet::~RuleSet() = default;
RuleSet RuleSet::builtin() { return RuleSet(std::make_unique<Impl>()); }
Result<RuleSet> RuleSet::load(const std::vector<File>&) { return builtin(); }
const std::string& RuleSet::version() const { return impl_->version; }
const std::vector<Topic>& RuleSet::topics() const { return impl_->topics; }
const std::vector<FactDefinition>& RuleSet::facts() const { return impl_->facts; }
}  // namespace smallprint
