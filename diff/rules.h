// The rules by which topics and facts are read from sentences: data in diff/rules/*.toml, compiled into the program.
//
// Ownership: a RuleSet is made once at start, its patterns where they are first needed; it is passed by reference and
// safe to share between threads. Third-party: RE2 and toml++ stay inside diff/.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/fact.h"
#include "model/result.h"

namespace smallprint {

/// How much of a text in some language the rules read.
enum class Reading : std::uint8_t {
  none,  ///< its topics and facts are unknown
  part,  ///< the questions that have no rule in it are unknown
  full
};

class RuleSet {
 public:
  static constexpr std::string_view english = "en";  ///< what rules and texts are in unless they say otherwise
  /// The rules shipped with the program. They are checked by tests: a failure here is a defect.
  static RuleSet builtin();
  /// Rules from TOML texts. Error: bad_input, with file, line and what is wrong.
  struct File {
    std::string name;
    std::string_view text;
  };
  static Result<RuleSet> load(const std::vector<File>& files);

  RuleSet(RuleSet&&) noexcept;
  RuleSet& operator=(RuleSet&&) noexcept;
  ~RuleSet();

  /// Changes whenever any rule does; part of the ETag of what is derived.
  [[nodiscard]] const std::string& version() const;
  [[nodiscard]] const std::vector<Topic>& topics() const;
  [[nodiscard]] const std::vector<FactDefinition>& facts() const;
  /// `language`: BCP 47 primary tag; a text whose language is not known (empty) is read as if it were in any.
  [[nodiscard]] Reading reading(std::string_view language) const;

  struct Impl;
  [[nodiscard]] const Impl& impl() const { return *impl_; }

 private:
  explicit RuleSet(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace smallprint
