// The query of a request, read and checked: a parameter that is unknown, malformed or given twice is named, never
// ignored.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diff/rules.h"
#include "model/clock.h"
#include "storage/queries.h"

namespace smallprint {

/// What is wrong with a parameter, for people.
struct BadParameter {
  std::string name, detail;
  std::vector<std::string> allowed;  ///< where there are few
};

/// Reads parameters by name. The first mistake is kept; a reader goes on and asks for it at the end.
class Query {
 public:
  /// `text` is what stands after "?".
  explicit Query(std::string_view text);

  std::string text(std::string_view name);
  std::string slug(std::string_view name);      ///< lower case
  std::string document(std::string_view name);  ///< "linkedin/privacy-policy@eu"
  std::optional<Timestamp> time(std::string_view name);
  std::optional<bool> flag(std::string_view name);  ///< true, false, 1, 0
  std::uint32_t number(std::string_view name, std::uint32_t least, std::uint32_t most, std::uint32_t otherwise);
  std::string one_of(std::string_view name, std::span<const std::string_view> allowed);
  /// Separated by commas.
  std::vector<std::string> slugs(std::string_view name, std::size_t most = 20);
  void refuse(std::string_view name, std::string detail, std::vector<std::string> allowed = {});

  /// Is anything of this name given?
  [[nodiscard]] bool has(std::string_view name) const;
  /// The first mistake; where there is none, the first parameter that nobody asked for.
  [[nodiscard]] std::optional<BadParameter> problem() const;
  /// The first mistake, forgiving parameters that nobody asked for: pages do.
  [[nodiscard]] const std::optional<BadParameter>& mistake() const { return mistake_; }
  /// The query with `name` set to `value` (or left out where empty), encoded; for the address of the next page.
  [[nodiscard]] std::string with(std::string_view name, std::string_view value) const;

 private:
  const std::string* find(std::string_view name);

  std::vector<std::pair<std::string, std::string>> parameters_;
  std::vector<std::string> known_;
  std::optional<BadParameter> mistake_;
};

/// %XX for everything but unreserved characters.
std::string encode_percent(std::string_view text);

/// All filters of /changes, /versions and the feeds.
ChangeFilter read_change_filter(Query& query, const RuleSet& rules);
/// `limit` (1..200) and `cursor`.
Paging read_paging(Query& query, std::uint32_t otherwise = 50);

}  // namespace smallprint
