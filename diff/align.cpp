#include "diff/align.h"

#include <algorithm>
#include <dtl/dtl.hpp>
#include <functional>
#include <optional>
#include <tuple>

#include "diff/chain.h"
#include "diff/pairing.h"

namespace smallprint {
namespace {

// dtl takes at most (n + 1)(m + 1) steps, and this many for all gaps of one pair of documents together.
constexpr std::uint64_t most_steps = 1'000'000;
constexpr std::size_t weak_text = 24;  // bytes: an anchor so short, and not unique, holds nothing
// Bytes: an equal clause so long is the same one wherever it stands. What a list or table holds is said by its place.
constexpr std::size_t strong_item = 40;
constexpr std::size_t strong_text = 24;
constexpr std::size_t strong_heading = 12;

using Pair = std::pair<std::uint32_t, std::uint32_t>;

/// Gives equal clauses equal numbers, from 0.
class ClauseIds {
 public:
  explicit ClauseIds(std::size_t clauses) {
    std::size_t size = 16;
    while (size < clauses * 2) size *= 2;
    slots_.resize(size);
  }
  std::uint32_t id(const Clause& clause) {
    std::uint64_t hash = std::hash<std::string_view>{}(clause.text);
    hash ^= (static_cast<std::uint64_t>(clause.kind) << 8 | clause.level) * 0x9E3779B97F4A7C15U;
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
      Slot& slot = slots_[at];
      if (slot.clause == nullptr) slot = {hash, &clause, count_++};
      if (slot.hash == hash && *slot.clause == clause) return slot.id;
    }
  }
  [[nodiscard]] std::uint32_t count() const { return count_; }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    const Clause* clause = nullptr;
    std::uint32_t id = 0;
  };
  std::vector<Slot> slots_;
  std::uint32_t count_ = 0;
};

bool is_item(const Clause& clause) {
  return clause.kind == ClauseKind::list_item || clause.kind == ClauseKind::table_row;
}

/// A total order, to choose one canonical direction.
bool less(const Clause& x, const Clause& y) {
  const auto form = [](const Clause& clause) {
    return std::tie(clause.text, clause.kind, clause.level, clause.marker);
  };
  if (form(x) != form(y)) return form(x) < form(y);
  return std::lexicographical_compare(
      x.spans.begin(), x.spans.end(), y.spans.begin(), y.spans.end(), [](const Span& s, const Span& t) {
        return std::tie(s.begin, s.end, s.kind, s.target) < std::tie(t.begin, t.end, t.kind, t.target);
      });
}

class Aligner {
 public:
  Aligner(std::span<const Clause> a, std::span<const Clause> b) : a_(a), b_(b) {}

  /// All links between clauses, sorted by a; `in_place` says of each whether it keeps the reading order.
  void run() {
    intern();
    find_anchors();
    drop_weak_anchors();
    find_equal_elsewhere();
    pair_the_rest();
    choose_in_place();
  }

  std::vector<Link> links;
  std::vector<char> in_place;
  bool truncated = false;

 private:
  static constexpr std::uint32_t none = UINT32_MAX;

  void intern() {
    ClauseIds ids(a_.size() + b_.size());
    id_a_.reserve(a_.size());
    id_b_.reserve(b_.size());
    for (const Clause& clause : a_) id_a_.push_back(ids.id(clause));
    for (const Clause& clause : b_) id_b_.push_back(ids.id(clause));
    count_a_.assign(ids.count(), 0);
    count_b_.assign(ids.count(), 0);
    for (const std::uint32_t id : id_a_) ++count_a_[id];
    for (const std::uint32_t id : id_b_) ++count_b_[id];
    to_b_.assign(a_.size(), none);
    to_a_.assign(b_.size(), none);
  }

  void link_equal(std::uint32_t i, std::uint32_t j) {
    to_b_[i] = j;
    to_a_[j] = i;
  }

  void find_anchors() {
    // Clauses that the other side has not cannot be anchors, and would only lengthen the search.
    std::vector<std::uint32_t> at_a;
    std::vector<std::uint32_t> at_b;
    for (std::uint32_t i = 0; i < id_a_.size(); ++i) {
      if (count_b_[id_a_[i]] > 0) at_a.push_back(i);
    }
    for (std::uint32_t j = 0; j < id_b_.size(); ++j) {
      if (count_a_[id_b_[j]] > 0) at_b.push_back(j);
    }
    std::uint64_t steps = most_steps;
    if (by_dtl(at_a, at_b, steps)) return;

    // Too much for one search: the heaviest chain of unique clauses first, then what lies between.
    std::vector<std::uint32_t> where(count_a_.size(), none);
    for (const std::uint32_t j : at_b) where[id_b_[j]] = j;
    std::vector<ChainLink> unique;
    for (const std::uint32_t i : at_a) {
      const std::uint32_t id = id_a_[i];
      if (count_a_[id] == 1 && count_b_[id] == 1) unique.push_back({i, where[id], a_[i].text.size() + 1});
    }
    std::size_t from_a = 0;
    std::size_t from_b = 0;
    const auto between = [&](std::uint32_t until_a, std::uint32_t until_b) {
      std::vector<std::uint32_t> gap_a;
      std::vector<std::uint32_t> gap_b;
      for (; from_a < at_a.size() && at_a[from_a] < until_a; ++from_a) gap_a.push_back(at_a[from_a]);
      for (; from_b < at_b.size() && at_b[from_b] < until_b; ++from_b) gap_b.push_back(at_b[from_b]);
      if (!by_dtl(gap_a, gap_b, steps)) truncated = true;
      ++from_a;
      ++from_b;
    };
    for (const std::uint32_t l : heaviest_chain(unique)) {
      between(unique[l].a, unique[l].b);
      link_equal(unique[l].a, unique[l].b);
    }
    between(none, none);
  }

  /// The longest common subsequence of two lists of positions. False where it would take more than `steps` are left.
  bool by_dtl(const std::vector<std::uint32_t>& at_a, const std::vector<std::uint32_t>& at_b, std::uint64_t& steps) {
    if (at_a.empty() || at_b.empty()) return true;
    const std::uint64_t needed = static_cast<std::uint64_t>(at_a.size() + 1) * (at_b.size() + 1);
    if (needed > steps) return false;
    steps -= needed;
    std::vector<std::uint32_t> x;
    std::vector<std::uint32_t> y;
    x.reserve(at_a.size());
    y.reserve(at_b.size());
    for (const std::uint32_t i : at_a) x.push_back(id_a_[i]);
    for (const std::uint32_t j : at_b) y.push_back(id_b_[j]);
    dtl::Diff<std::uint32_t, std::vector<std::uint32_t>> diff(x, y);
    diff.compose();
    std::size_t i = 0;
    std::size_t j = 0;
    const auto script = diff.getSes();  // its getters copy
    const auto sequence = script.getSequence();
    for (const auto& [id, info] : sequence) {
      if (info.type == dtl::SES_COMMON) link_equal(at_a[i], at_b[j]);
      i += info.type != dtl::SES_ADD ? 1U : 0U;
      j += info.type != dtl::SES_DELETE ? 1U : 0U;
    }
    return true;
  }

  /// "Learn more" between two rewritten paragraphs says nothing about which belongs to which. It may come back as a
  /// pair once the paragraphs have found theirs.
  void drop_weak_anchors() {
    for (std::uint32_t i = 0; i < a_.size();) {
      if (to_b_[i] == none) {
        ++i;
        continue;
      }
      const std::uint32_t j = to_b_[i];
      std::uint32_t length = 0;
      std::size_t bytes = 0;
      bool repeated = true;
      while (i + length < a_.size() && to_b_[i + length] == j + length) {
        const std::uint32_t id = id_a_[i + length];
        bytes += a_[i + length].text.size();
        repeated = repeated && (count_a_[id] > 1 || count_b_[id] > 1);
        ++length;
      }
      const bool edit_before = (i > 0 && to_b_[i - 1] == none) || (j > 0 && to_a_[j - 1] == none);
      const bool edit_after = (i + length < a_.size() && to_b_[i + length] == none) ||
                              (j + length < b_.size() && to_a_[j + length] == none);
      if (repeated && length <= 2 && bytes <= weak_text && edit_before && edit_after) {
        for (std::uint32_t k = 0; k < length; ++k) {
          weak_.emplace_back(i + k, j + k);
          to_b_[i + k] = to_a_[j + k] = none;
        }
      }
      i += length;
    }
    // A gap is counted by the anchors before it.
    gap_a_.resize(a_.size());
    gap_b_.resize(b_.size());
    std::uint32_t gap = 0;
    for (std::size_t i = 0; i < a_.size(); ++i) gap_a_[i] = to_b_[i] == none ? gap : gap++;
    gap = 0;
    for (std::size_t j = 0; j < b_.size(); ++j) gap_b_[j] = to_a_[j] == none ? gap : gap++;
  }

  [[nodiscard]] bool strong(const Clause& clause) const {
    const std::size_t size = clause.text.size();
    if (clause.kind == ClauseKind::heading) return size >= strong_heading;
    return size >= (is_item(clause) ? strong_item : strong_text);
  }

  /// Equal clauses that stand elsewhere: long ones by themselves, short ones where they go with a neighbour, or stay
  /// under what introduces them.
  void find_equal_elsewhere() {
    link_strong_ones();
    link_those_of_one_place();
  }

  void link_strong_ones() {
    std::vector<std::vector<std::uint32_t>> free_b;
    std::vector<std::uint32_t> list(count_a_.size(), none);
    for (std::uint32_t j = 0; j < b_.size(); ++j) {
      const std::uint32_t id = id_b_[j];
      if (to_a_[j] != none || count_a_[id] == 0 || !strong(b_[j])) continue;
      if (list[id] == none) {
        list[id] = static_cast<std::uint32_t>(free_b.size());
        free_b.emplace_back();
      }
      free_b[list[id]].push_back(j);
    }
    if (free_b.empty()) return;
    std::vector<std::uint32_t> next(free_b.size(), 0);
    std::vector<Pair> found;
    for (std::uint32_t i = 0; i < a_.size(); ++i) {
      if (to_b_[i] != none || list[id_a_[i]] == none) continue;
      const std::uint32_t l = list[id_a_[i]];
      if (next[l] == free_b[l].size()) continue;
      link_equal(i, free_b[l][next[l]]);
      found.emplace_back(i, free_b[l][next[l]++]);
    }
    const auto extends = [&](std::uint32_t i, std::uint32_t j) {
      return to_b_[i] == none && to_a_[j] == none && id_a_[i] == id_b_[j];
    };
    for (const auto& [start_i, start_j] : found) {
      for (std::uint32_t i = start_i + 1, j = start_j + 1; i < a_.size() && j < b_.size() && extends(i, j); ++i, ++j) {
        link_equal(i, j);
      }
      for (std::uint32_t i = start_i, j = start_j; i > 0 && j > 0 && extends(i - 1, j - 1); --i, --j) {
        link_equal(i - 1, j - 1);
      }
    }
  }

  /// For each clause what introduces it, the heading, and of a list's item or table's row the clause above
  /// the list; none where that is in the common head.
  static std::vector<std::uint32_t> introductions(std::span<const Clause> clauses) {
    std::vector<std::uint32_t> out(clauses.size(), none);
    std::uint32_t heading = none;
    std::uint32_t lead = none;
    for (std::uint32_t i = 0; i < clauses.size(); ++i) {
      const bool item = is_item(clauses[i]);
      out[i] = item ? lead : heading;
      if (!item) lead = i;
      if (clauses[i].kind == ClauseKind::heading) heading = i;
    }
    return out;
  }

  void link_those_of_one_place() {
    constexpr std::uint32_t looks = 8;  // at so many equal clauses each: enough for a list in another order
    std::vector<std::uint32_t> first(count_a_.size(), none);  // the free ones of side b, by id
    std::vector<std::uint32_t> next(b_.size(), none);
    bool any = false;
    for (std::uint32_t j = static_cast<std::uint32_t>(b_.size()); j-- > 0;) {
      if (to_a_[j] != none || count_a_[id_b_[j]] == 0) continue;
      next[j] = first[id_b_[j]];
      first[id_b_[j]] = j;
      any = true;
    }
    if (!any) return;
    const std::vector<std::uint32_t> place_a = introductions(a_);
    const std::vector<std::uint32_t> place_b = introductions(b_);
    for (std::uint32_t i = 0; i < a_.size(); ++i) {
      if (to_b_[i] != none) continue;
      std::uint32_t j = first[id_a_[i]];
      for (std::uint32_t look = 0; j != none && look < looks; j = next[j], ++look) {
        const bool both = place_a[i] != none && place_b[j] != none;
        const bool one_place = both ? a_[place_a[i]].text == b_[place_b[j]].text : place_a[i] == place_b[j];
        if (to_a_[j] != none || !one_place) continue;
        link_equal(i, j);
        break;
      }
    }
  }

  void pair_the_rest() {
    std::vector<FreeClause> free_a;
    std::vector<FreeClause> free_b;
    for (std::uint32_t i = 0; i < a_.size(); ++i) {
      if (to_b_[i] == none) free_a.push_back({i, gap_a_[i]});
    }
    for (std::uint32_t j = 0; j < b_.size(); ++j) {
      if (to_a_[j] == none) free_b.push_back({j, gap_b_[j]});
    }
    Pairing pairing = pair_by_words(a_, free_a, b_, free_b);
    truncated = truncated || pairing.truncated;
    std::vector<char> used_a(a_.size());
    std::vector<char> used_b(b_.size());
    for (const Link& link : pairing.links) {
      std::fill_n(used_a.begin() + link.a, link.a_count, char{1});
      std::fill_n(used_b.begin() + link.b, link.b_count, char{1});
    }
    for (const auto& [i, j] : weak_) {
      if (to_b_[i] == none && to_a_[j] == none && used_a[i] == 0 && used_b[j] == 0) link_equal(i, j);
    }
    links = std::move(pairing.links);
    for (std::uint32_t i = 0; i < a_.size(); ++i) {
      if (to_b_[i] != none) links.push_back({i, 1, to_b_[i], 1, true});
    }
    std::sort(links.begin(), links.end(), [](const Link& x, const Link& y) { return x.a < y.a; });
  }

  void choose_in_place() {
    std::vector<ChainLink> chain;
    chain.reserve(links.size());
    for (const Link& link : links) {
      std::uint64_t bytes_a = 0;
      std::uint64_t bytes_b = 0;
      for (std::uint32_t k = 0; k < link.a_count; ++k) bytes_a += a_[link.a + k].text.size();
      for (std::uint32_t k = 0; k < link.b_count; ++k) bytes_b += b_[link.b + k].text.size();
      // What is equal and in place need not be shown at all: it weighs twice.
      chain.push_back({link.a, link.b, (link.equal ? 2 : 1) * (std::min(bytes_a, bytes_b) + 16)});
    }
    in_place.assign(links.size(), 0);
    for (const std::uint32_t l : heaviest_chain(chain)) in_place[l] = 1;
  }

  std::span<const Clause> a_, b_;
  std::vector<std::uint32_t> id_a_, id_b_;
  std::vector<std::uint32_t> count_a_, count_b_;  // by id
  std::vector<std::uint32_t> to_b_, to_a_;        // the equal clause on the other side, or none
  std::vector<std::uint32_t> gap_a_, gap_b_;
  std::vector<Pair> weak_;
};

Relation relation_of(const Link& link, bool in_place) {
  if (link.b_count > 1) return Relation::split;
  if (link.a_count > 1) return Relation::merged;
  if (link.equal) return in_place ? Relation::same : Relation::moved;
  return in_place ? Relation::edited : Relation::moved_and_edited;
}

/// Pieces in the order of side b, shifted by the length of the common head.
class PieceList {
 public:
  explicit PieceList(std::uint32_t head) : head_(head) {}
  std::vector<Piece> pieces;

  void add(Relation relation, std::uint32_t a, std::uint32_t a_count, std::uint32_t b, std::uint32_t b_count) {
    const bool run = relation == Relation::same || relation == Relation::moved || relation == Relation::added ||
                     relation == Relation::removed;
    if (run && !pieces.empty()) {
      Piece& last = pieces.back();
      const bool joins_a = relation == Relation::added || last.before + last.before_count == a + head_;
      const bool joins_b = relation == Relation::removed || last.after + last.after_count == b + head_;
      if (last.relation == relation && joins_a && joins_b) {
        last.before_count += a_count;
        last.after_count += b_count;
        return;
      }
    }
    pieces.push_back({relation, a + head_, a_count, b + head_, b_count});
  }

 private:
  std::uint32_t head_;
};

}  // namespace

Alignment align(std::span<const Clause> before, std::span<const Clause> after) {
  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t head = 0;
  while (head < shorter && before[head] == after[head]) ++head;
  std::size_t tail = 0;
  while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) ++tail;
  const auto a = before.subspan(head, before.size() - head - tail);
  const auto b = after.subspan(head, after.size() - head - tail);
  const auto size_a = static_cast<std::uint32_t>(a.size());
  const auto size_b = static_cast<std::uint32_t>(b.size());

  Alignment result;
  std::vector<Link> links;
  std::vector<char> in_place;
  if (!a.empty() && !b.empty()) {
    const bool swapped = a.size() != b.size() ? a.size() > b.size() : less(b.front(), a.front());
    Aligner aligner(swapped ? b : a, swapped ? a : b);
    aligner.run();
    result.truncated = aligner.truncated;
    links = std::move(aligner.links);
    in_place = std::move(aligner.in_place);
    if (swapped) {
      for (Link& link : links) {
        std::swap(link.a, link.b);
        std::swap(link.a_count, link.b_count);
      }
    }
  }

  // Which link each clause is in, and the links in place in reading order.
  constexpr std::uint32_t none = UINT32_MAX;
  std::vector<std::uint32_t> link_a(size_a, none);
  std::vector<std::uint32_t> link_b(size_b, none);
  std::vector<std::uint32_t> kept;
  for (std::uint32_t l = 0; l < links.size(); ++l) {
    std::fill_n(link_a.begin() + links[l].a, links[l].a_count, l);
    std::fill_n(link_b.begin() + links[l].b, links[l].b_count, l);
    if (in_place[l] != 0) kept.push_back(l);
  }
  std::sort(kept.begin(), kept.end(), [&](std::uint32_t x, std::uint32_t y) { return links[x].a < links[y].a; });

  PieceList list(static_cast<std::uint32_t>(head));
  if (head > 0)
    result.pieces.push_back({Relation::same, 0, static_cast<std::uint32_t>(head), 0, static_cast<std::uint32_t>(head)});
  std::uint32_t done_a = 0;
  std::uint32_t done_b = 0;
  const auto between = [&](std::uint32_t until_a, std::uint32_t until_b) {
    for (std::uint32_t i = done_a; i < until_a; ++i) {
      if (link_a[i] == none) list.add(Relation::removed, i, 1, done_b, 0);
    }
    for (std::uint32_t j = done_b; j < until_b;) {
      if (link_b[j] == none) {
        list.add(Relation::added, until_a, 0, j, 1);
        ++j;
      } else {
        const Link& link = links[link_b[j]];
        list.add(relation_of(link, false), link.a, link.a_count, link.b, link.b_count);
        j += link.b_count;
      }
    }
    done_a = until_a;
    done_b = until_b;
  };
  for (const std::uint32_t l : kept) {
    const Link& link = links[l];
    between(link.a, link.b);
    list.add(relation_of(link, true), link.a, link.a_count, link.b, link.b_count);
    done_a = link.a + link.a_count;
    done_b = link.b + link.b_count;
  }
  between(size_a, size_b);
  result.pieces.insert(result.pieces.end(), list.pieces.begin(), list.pieces.end());
  if (tail > 0) {
    result.pieces.push_back({Relation::same, static_cast<std::uint32_t>(before.size() - tail),
                             static_cast<std::uint32_t>(tail), static_cast<std::uint32_t>(after.size() - tail),
                             static_cast<std::uint32_t>(tail)});
  }
  return result;
}

}  // namespace smallprint
