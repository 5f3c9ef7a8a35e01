#include "storage/text_bases.h"

#include <algorithm>

namespace smallprint {

void TextBases::latest(const Sha256& sha256) {
  const auto found =
      std::find_if(recent_.begin(), recent_.end(), [&](const BaseText& one) { return one.sha256 == sha256; });
  latest_known_ = found != recent_.end();
  if (latest_known_) std::rotate(recent_.begin(), found, found + 1);
}

BaseText* TextBases::next() {
  if (count_ == 0) return nullptr;
  std::size_t level = 0;
  for (std::size_t rank = count_; rank % radix_ == 0; rank /= radix_) ++level;
  if (level == 0 && latest_known_ && recent_.front().depth + 1 < deepest) return &recent_.front();
  BaseText& base = levels_[std::min(level, levels_.size() - 1)];
  return base.depth + 1 < deepest ? &base : nullptr;
}

void TextBases::add(BaseText text) {
  std::size_t step = 1;
  for (BaseText& level : levels_) {
    if (count_ % step == 0) level = text;
    step *= radix_;
  }
  recent_.push_front(std::move(text));
  if (recent_.size() > most_recent) recent_.pop_back();
  latest_known_ = true;
  ++count_;
}

void TextBases::set_depth(const Sha256& sha256, int depth) {
  const auto set = [&](auto& texts) {
    for (BaseText& one : texts) {
      if (one.sha256 == sha256) one.depth = depth;
    }
  };
  set(levels_);
  set(recent_);
}

}  // namespace smallprint
