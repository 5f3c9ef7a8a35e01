#include "model/change.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace smallprint {
namespace {

constexpr std::array<std::string_view, 7> change_kinds = {"added", "removed", "edited", "moved", "moved_and_edited",
                                                          "split", "merged"};
constexpr std::array<std::string_view, 9> cosmetic_reasons = {
    "whitespace", "typography", "numbering", "link_target", "date", "formatting", "order", "navigation", "contact"};
constexpr std::array<std::string_view, 6> effects = {"mentioned", "changed",    "extended",
                                                     "narrowed",  "introduced", "withdrawn"};
constexpr std::array<std::string_view, 4> importances = {"none", "low", "medium", "high"};
constexpr std::array<std::string_view, 6> version_kinds = {"first",    "substantive", "cosmetic",
                                                           "restored", "reextracted", "flapping"};

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

std::string join(const std::vector<Clause>& clauses) {
  std::string text;
  for (const Clause& clause : clauses) {
    if (&clause != &clauses.front()) text += '\n';
    text += clause.text;
  }
  return text;
}

}  // namespace

std::vector<std::string_view> CosmeticReasons::names() const {
  std::vector<std::string_view> result;
  for (std::size_t i = 0; i < cosmetic_reasons.size(); ++i) {
    if ((bits_ & (1U << i)) != 0) result.push_back(cosmetic_reasons[i]);
  }
  return result;
}

std::string format_lineage(Lineage lineage) {
  return "c" + std::to_string(lineage.version) + "-" + std::to_string(lineage.ordinal);
}

std::optional<Lineage> parse_lineage(std::string_view text) {
  if (!text.starts_with('c')) return std::nullopt;
  Lineage lineage;
  const char* end = text.data() + text.size();
  const auto version = std::from_chars(text.data() + 1, end, lineage.version);
  if (version.ec != std::errc{} || version.ptr == end || *version.ptr != '-') return std::nullopt;
  const auto ordinal = std::from_chars(version.ptr + 1, end, lineage.ordinal);
  if (ordinal.ec != std::errc{} || ordinal.ptr != end) return std::nullopt;
  return lineage;
}

std::string before_text(const Change& change) { return join(change.before); }
std::string after_text(const Change& change) { return join(change.after); }

std::size_t clause_count(const Change& change) {
  std::size_t same = 0;
  if (change.kind == ChangeKind::edited && change.before.size() == change.after.size()) {
    for (std::size_t k = 0; k < change.after.size(); ++k) same += change.before[k] == change.after[k] ? 1 : 0;
  }
  return std::max(change.before.size(), change.after.size()) - same;
}

std::string_view name(ChangeKind kind) { return change_kinds[static_cast<std::size_t>(kind)]; }
std::string_view name(Effect effect) { return effects[static_cast<std::size_t>(effect)]; }
std::string_view name(Importance importance) { return importances[static_cast<std::size_t>(importance)]; }
std::string_view name(VersionKind kind) { return version_kinds[static_cast<std::size_t>(kind)]; }
std::string_view name(CosmeticReason reason) {
  std::size_t i = 0;
  while (static_cast<std::uint16_t>(reason) >> i > 1) ++i;
  return cosmetic_reasons[i];
}

std::optional<ChangeKind> change_kind(std::string_view name) { return find<ChangeKind>(change_kinds, name); }
std::optional<Importance> importance(std::string_view name) { return find<Importance>(importances, name); }
std::optional<Effect> effect(std::string_view name) { return find<Effect>(effects, name); }
std::optional<VersionKind> version_kind(std::string_view name) { return find<VersionKind>(version_kinds, name); }

}  // namespace smallprint
