// Whose data a headline names, by rules/headlines.toml. Internal to diff/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace smallprint {

struct NamedData {
  std::string words;        ///< as a headline has them: "your content"
  std::uint32_t match = 0;  ///< the pattern by which a sentence names them, in RuleSet::Impl::patterns
  std::vector<std::string> matches, ignores;
};

}  // namespace smallprint
