#include "diff/compare.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "diff/align.h"
#include "diff/cosmetic.h"
#include "diff/normal_form.h"
#include "diff/page_frame.h"
#include "diff/words.h"

namespace smallprint {
namespace {

ChangeKind kind_of(Relation relation) {
  switch (relation) {
    case Relation::added: return ChangeKind::added;
    case Relation::removed: return ChangeKind::removed;
    case Relation::moved: return ChangeKind::moved;
    case Relation::moved_and_edited: return ChangeKind::moved_and_edited;
    case Relation::split: return ChangeKind::split;
    case Relation::merged: return ChangeKind::merged;
    case Relation::same:
    case Relation::edited: break;
  }
  return ChangeKind::edited;
}

std::vector<Clause> slice(const Document& document, std::uint32_t begin, std::uint32_t count) {
  const auto first = document.clauses.begin() + begin;
  return {first, first + count};
}

/// What introduces a clause: its heading, or of a list's item or a table's row the clause above the list.
std::string_view introduction(const Document& document, std::uint32_t index) {
  const auto is_item = [&](std::uint32_t at) {
    const ClauseKind kind = document.clauses[at].kind;
    return kind == ClauseKind::list_item || kind == ClauseKind::table_row;
  };
  if (is_item(index)) {
    for (std::uint32_t at = index; at-- > 0;) {
      if (!is_item(at)) return document.clauses[at].text;
    }
    return {};
  }
  const std::int32_t heading = document.clauses[index].heading;
  return heading < 0 ? std::string_view{} : document.clauses[static_cast<std::size_t>(heading)].text;
}

class Comparer {
 public:
  Comparer(const Document& before, const Document& after) : before_(before), after_(after) {}

  Comparison run() {
    const Alignment alignment = align(before_.clauses, after_.clauses);
    for (const Piece& piece : alignment.pieces) {
      if (piece.relation == Relation::added || piece.relation == Relation::removed) {
        for (std::uint32_t k = 0; k < piece.before_count + piece.after_count; ++k) add_one(piece, k);
      } else if (piece.relation != Relation::same) {
        add(piece);
      }
    }
    join_renumbered();
    result_.truncated = alignment.truncated || words_.truncated();
    const auto substantive = [](const Change& change) { return !change.cosmetic; };
    const bool any = std::any_of(result_.changes.begin(), result_.changes.end(), substantive);
    result_.kind = any ? VersionKind::substantive : VersionKind::cosmetic;
    return std::move(result_);
  }

 private:
  /// One clause of a run of added or removed ones.
  void add_one(Piece piece, std::uint32_t k) {
    (piece.relation == Relation::added ? piece.after : piece.before) += k;
    piece.before_count = std::min(piece.before_count, 1U);
    piece.after_count = std::min(piece.after_count, 1U);
    add(piece);
  }

  void add(const Piece& piece) {
    Change change;
    change.kind = kind_of(piece.relation);
    change.before_index = piece.before;
    change.after_index = piece.after;
    change.before = slice(before_, piece.before, piece.before_count);
    change.after = slice(after_, piece.after, piece.after_count);
    change.section = piece.after_count > 0 ? after_.section(piece.after) : before_.section(piece.before);
    bool same_place = true;
    if (is_move(change.kind)) {
      same_place = introduction(before_, piece.before) == introduction(after_, piece.after);
    }
    change.reasons = why_cosmetic(change, same_place);
    if (change.reasons.empty()) change.reasons = by_place(change);
    change.cosmetic = !change.reasons.empty();
    if (change.before.size() <= 1 && change.after.size() <= 1) {
      const auto text = [](const std::vector<Clause>& side) {
        return side.empty() ? std::string_view{} : std::string_view(side.front().text);
      };
      change.words = words_.compare(text(change.before), text(change.after));
    } else {
      change.words = words_.compare(before_text(change), after_text(change));
    }
    result_.changes.push_back(std::move(change));
  }

  /// A title that comes or goes at the top, and labels of the frame of the page, whatever they say.
  CosmeticReasons by_place(const Change& change) {
    CosmeticReasons reasons;
    if (change.before.empty() != change.after.empty()) {
      const bool added = change.before.empty();
      const std::vector<Clause>& clauses = added ? change.after : change.before;
      const bool title = clauses.size() == 1 && clauses.front().kind == ClauseKind::heading &&
                         clauses.front().level == 1 && label_size(clauses.front().text) == 0 &&
                         (added ? change.after_index : change.before_index) == 0;
      if (title) reasons.add(CosmeticReason::formatting);
      if (title) return reasons;
    }
    const auto is_long_prose = [](const Clause& clause) {  // which a frame has only as a link
      return clause.text.size() > 240 && clause.text.back() == '.' && clause.spans.empty();
    };
    if (std::any_of(change.before.begin(), change.before.end(), is_long_prose) ||
        std::any_of(change.after.begin(), change.after.end(), is_long_prose)) {
      return reasons;
    }
    if (!frame_before_) frame_before_.emplace(before_);
    if (!frame_after_) frame_after_.emplace(after_);
    if (frame_before_->holds(change.before_index, change.before.size()) &&
        frame_after_->holds(change.after_index, change.after.size())) {
      reasons.add(CosmeticReason::navigation);
    }
    return reasons;
  }

  /// A text that is numbered anew is one change, not one for each number; what stands unchanged between two numbers is
  /// in it too. So are clauses in a row that are formatted otherwise, and a section that moved and got other numbers.
  void join_renumbered() {
    std::vector<Change> joined;
    for (Change& change : result_.changes) {
      if (!joined.empty() && continues(joined.back(), change)) {
        append(joined.back(), change);
      } else {
        joined.push_back(std::move(change));
      }
    }
    result_.changes = std::move(joined);
  }

  /// Is `next`, the next change in the list, more of the same renumbering as `last`?
  static bool continues(const Change& last, const Change& next) {
    const std::size_t gap = next.after_index - last.after_index - last.after.size();
    if (last.before_index + last.before.size() + gap != next.before_index) return false;
    const auto only = [&](CosmeticReason one, CosmeticReason other) {
      const unsigned those = static_cast<unsigned>(one) | static_cast<unsigned>(other);
      return last.cosmetic && next.cosmetic && ((last.reasons.bits() | next.reasons.bits()) & ~those) == 0;
    };
    if (last.kind == ChangeKind::edited && next.kind == ChangeKind::edited) {
      if (only(CosmeticReason::numbering, CosmeticReason::numbering)) return true;
      return gap == 0 && only(CosmeticReason::numbering, CosmeticReason::formatting);
    }
    return gap == 0 && is_move(last.kind) && is_move(next.kind) &&
           only(CosmeticReason::numbering, CosmeticReason::order);
  }

  void append(Change& change, Change& next) const {
    const auto put = [&](WordOp op, std::string_view text) {
      if (text.empty()) return;
      if (change.words.empty() || change.words.back().op != op) change.words.push_back({op, {}});
      change.words.back().text += text;
    };
    if (next.kind != change.kind) change.kind = ChangeKind::moved_and_edited;
    change.reasons.add(next.reasons);
    for (std::size_t at = change.after_index + change.after.size(); at < next.after_index; ++at) {
      put(WordOp::same, "\n");
      put(WordOp::same, after_.clauses[at].text);
      change.before.push_back(after_.clauses[at]);
      change.after.push_back(after_.clauses[at]);
    }
    put(WordOp::same, "\n");
    for (const Word& word : next.words) put(word.op, word.text);
    std::move(next.before.begin(), next.before.end(), std::back_inserter(change.before));
    std::move(next.after.begin(), next.after.end(), std::back_inserter(change.after));
  }

  const Document& before_;
  const Document& after_;
  std::optional<PageFrame> frame_before_, frame_after_;  // made where first asked for
  WordComparer words_;
  Comparison result_;
};

/// One side of a comparison, as apply() and revert() read it.
struct Side {
  std::uint32_t Change::*index;
  std::vector<Clause> Change::*clauses;
};
constexpr Side old_side{&Change::before_index, &Change::before};
constexpr Side new_side{&Change::after_index, &Change::after};

/// Takes the changes' clauses of side `from` out of `document` and puts those of side `to` where they stand.
Result<Document> rewrite(const Document& document, const Comparison& comparison, Side from, Side to) {
  const auto unfit = [] { return Error{ErrorCode::bad_input, "the comparison does not fit the document"}; };
  std::vector<char> leaves(document.clauses.size());
  std::size_t leaving = 0;
  std::size_t coming = 0;
  for (const Change& change : comparison.changes) {
    const std::vector<Clause>& clauses = change.*(from.clauses);
    const std::size_t index = change.*(from.index);
    if (index > leaves.size() || clauses.size() > leaves.size() - index) return unfit();
    for (std::size_t k = 0; k < clauses.size(); ++k) {
      if (leaves[index + k] != 0 || !(document.clauses[index + k] == clauses[k])) return unfit();
      leaves[index + k] = 1;
    }
    leaving += clauses.size();
    coming += (change.*(to.clauses)).size();
  }
  std::vector<const Clause*> placed(document.clauses.size() - leaving + coming, nullptr);
  for (const Change& change : comparison.changes) {
    const std::vector<Clause>& clauses = change.*(to.clauses);
    const std::size_t index = change.*(to.index);
    if (index > placed.size() || clauses.size() > placed.size() - index) return unfit();
    for (std::size_t k = 0; k < clauses.size(); ++k) {
      if (placed[index + k] != nullptr) return unfit();
      placed[index + k] = &clauses[k];
    }
  }
  std::size_t next = 0;
  for (std::size_t i = 0; i < document.clauses.size(); ++i) {
    if (leaves[i] != 0) continue;
    while (placed[next] != nullptr) ++next;  // as many free places are left as clauses that stay
    placed[next] = &document.clauses[i];
  }
  Document result;
  result.language = document.language;
  result.clauses.reserve(placed.size());
  for (const Clause* clause : placed) result.clauses.push_back(*clause);
  link_headings(result);
  return result;
}

}  // namespace

Comparison compare(const Document& before, const Document& after) { return Comparer(before, after).run(); }

Result<Document> apply(const Document& before, const Comparison& comparison) {
  return rewrite(before, comparison, old_side, new_side);
}

Result<Document> revert(const Document& after, const Comparison& comparison) {
  return rewrite(after, comparison, new_side, old_side);
}

std::vector<Word> compare_words(std::string_view before, std::string_view after) {
  return WordComparer().compare(before, after);
}

}  // namespace smallprint
