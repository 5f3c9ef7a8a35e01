// What happened to a clause between two versions, and to a document as a whole. Values, free of any archive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/document.h"

namespace smallprint {

enum class ChangeKind : std::uint8_t { added, removed, edited, moved, moved_and_edited, split, merged };

/// Does it leave its place, with the same words or others?
constexpr bool is_move(ChangeKind kind) { return kind == ChangeKind::moved || kind == ChangeKind::moved_and_edited; }

/// Why a change is cosmetic; several may hold at once.
enum class CosmeticReason : std::uint16_t {
  whitespace = 1,
  typography = 2,
  numbering = 4,
  link_target = 8,
  date = 16,
  formatting = 32,
  order = 64,
  navigation = 128,
  contact = 256
};

/// A set of CosmeticReason.
class CosmeticReasons {
 public:
  CosmeticReasons() = default;
  explicit CosmeticReasons(std::uint16_t bits) : bits_(bits) {}
  void add(CosmeticReason reason) { bits_ |= static_cast<std::uint16_t>(reason); }
  void add(CosmeticReasons other) { bits_ |= other.bits_; }
  [[nodiscard]] bool has(CosmeticReason reason) const { return (bits_ & static_cast<std::uint16_t>(reason)) != 0; }
  [[nodiscard]] bool empty() const { return bits_ == 0; }
  [[nodiscard]] std::uint16_t bits() const { return bits_; }
  /// Their names in the order above: {"whitespace", "date"}
  [[nodiscard]] std::vector<std::string_view> names() const;
  friend bool operator==(CosmeticReasons, CosmeticReasons) = default;

 private:
  std::uint16_t bits_ = 0;
};

enum class WordOp : char { same = '=', removed = '-', added = '+' };

/// One run of an edit script. Joining the texts of `same` and `removed` gives the text before, of `same` and `added`
/// the text after, exactly.
struct Word {
  WordOp op = WordOp::same;
  std::string text;
  friend bool operator==(const Word&, const Word&) = default;
};

/// On the level of the document: `introduced` means that nothing in the whole text before said it, `withdrawn` that
/// nothing in the whole text after does.
enum class Effect : std::uint8_t { mentioned, changed, extended, narrowed, introduced, withdrawn };

struct TopicEffect {
  std::string topic;  ///< a topic's id: "ai-training"
  Effect effect = Effect::mentioned;
  std::string reason;  ///< in words, or empty: "reversal"
  friend bool operator==(const TopicEffect&, const TopicEffect&) = default;
};

enum class Importance : std::uint8_t { none, low, medium, high };

/// One clause's identity through all versions of its document: the version it was born in, and its rank among those
/// born there (from 0). Written "c18-7". Unique within the document; never reused.
struct Lineage {
  std::uint32_t version = 0;
  std::uint32_t ordinal = 0;
  friend auto operator<=>(const Lineage&, const Lineage&) = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14
};
std::string format_lineage(Lineage lineage);
std::optional<Lineage> parse_lineage(std::string_view text);

/// What happened to one run of clauses. `added` has no `before`, `removed` no `after`; edited and moved have the same
/// number on both sides, normally one (a section that moved whole is one change with many, and so is a text numbered
/// anew, with what stands unchanged between the numbers); split has one before and several after; merged the other way
/// round.
struct Change {
  ChangeKind kind = ChangeKind::edited;
  bool cosmetic = false;
  CosmeticReasons reasons;  ///< not empty exactly where `cosmetic`
  Importance importance = Importance::none;
  std::string importance_reason;   ///< in words, for people
  std::uint32_t before_index = 0;  ///< position of before.front() in the old document (added: where it would stand)
  std::uint32_t after_index = 0;   ///< position of after.front() in the new document (removed: where it would stand)
  std::vector<Clause> before;
  std::vector<Clause> after;
  std::vector<std::string> section;  ///< headings above, in the new document; for `removed`, in the old one
  std::vector<TopicEffect> topics;
  std::vector<Word> words;  ///< over before_text() and after_text(); one run for added and removed
  Lineage lineage;          ///< of after.front(), or before.front() where removed; set by carry_lineage
};

/// The clauses' texts joined with a newline.
std::string before_text(const Change& change);
std::string after_text(const Change& change);

/// How many clauses the change is about: those of the longer side, without what stands unchanged and unmoved between
/// others.
std::size_t clause_count(const Change& change);

enum class VersionKind : std::uint8_t { first, substantive, cosmetic, restored, reextracted, flapping };

/// Two documents compared. Changes are in the order of the new document; removed ones stand where they stood.
/// A clause that is in no change is the same on both sides, at the position that follows from the changes before it.
struct Comparison {
  VersionKind kind = VersionKind::cosmetic;  ///< substantive where any change is; cosmetic otherwise (also where empty)
  bool truncated = false;                    ///< a step budget ran out: right, but coarser than it could be
  std::vector<Change> changes;
};

std::string_view name(ChangeKind kind);
std::string_view name(CosmeticReason reason);
std::string_view name(Effect effect);
std::string_view name(Importance importance);
std::string_view name(VersionKind kind);
std::optional<ChangeKind> change_kind(std::string_view name);
std::optional<Importance> importance(std::string_view name);
std::optional<Effect> effect(std::string_view name);
std::optional<VersionKind> version_kind(std::string_view name);

}  // namespace smallprint
