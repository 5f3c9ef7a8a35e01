#include "diff/pairing.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>

#include "diff/chain.h"
#include "diff/normal_form.h"
#include "diff/tokens.h"

namespace smallprint {
namespace {

// All similarities are per mille.
constexpr std::uint32_t edited_from = 400;         // shares at least so much, inside a gap
constexpr std::uint32_t contained_from = 750;      // or the smaller is to so much inside of the larger …
constexpr std::uint32_t contained_at_least = 250;  // … and the two still share so much
constexpr std::uint32_t moved_from = 600;          // across gaps, and where a heading meets what is none
constexpr std::uint32_t part_from = 600;           // so much of each part of a split is in the whole
constexpr std::uint32_t split_from = 800;          // and so much the parts together share with it
constexpr std::uint32_t whole_from = 990;          // nothing is missing
constexpr std::uint32_t alone_from = 150;          // the only two clauses of one kind that are left in a place
constexpr std::uint32_t moved_mass = 30;           // letters: shorter clauses do not move and change at once
constexpr std::uint32_t small_mass = 20;
constexpr std::size_t renumbered_heading = 3;  // bytes behind a number: shorter ones say too little to be the same
constexpr std::size_t renumbered_text = 24;

constexpr std::uint32_t longest_weight = 12;  // letters that one word counts at most
constexpr std::size_t candidates_each = 8;
constexpr std::uint64_t budget = 30'000'000;  // steps

/// Of each clause the words that the other side has too, as sorted ids, and what all its words weigh together.
struct Bags {
  std::vector<std::uint32_t> ids;
  std::vector<std::uint32_t> begin{0};
  std::vector<std::uint32_t> mass;

  [[nodiscard]] std::size_t size() const { return mass.size(); }
  [[nodiscard]] std::span<const std::uint32_t> bag(std::size_t i) const {
    return std::span(ids).subspan(begin[i], begin[i + 1] - begin[i]);
  }
};

struct Candidate {
  std::uint32_t a = 0;  // positions among the free clauses
  std::uint32_t b = 0;
  std::uint32_t shared = 0;
  std::uint32_t alike = 0;  // per mille
};

std::uint32_t per_mille(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<std::uint32_t>(part * 1000 / whole);
}

bool is_heading(const Clause& clause) { return clause.kind == ClauseKind::heading; }

class Pairer {
 public:
  Pairer(std::span<const Clause> a, const std::vector<FreeClause>& free_a, std::span<const Clause> b,
         const std::vector<FreeClause>& free_b)
      : a_(a), b_(b), free_a_(free_a), free_b_(free_b), taken_a_(free_a.size()), taken_b_(free_b.size()) {}

  Pairing run() {
    if (!free_a_.empty() && !free_b_.empty()) {
      fill(a_, free_a_, bags_a_);
      vocabulary_.close();
      fill(b_, free_b_, bags_b_);
      finish_bags();
      pair_renumbered();
      find_candidates();
      find_splits();
      pair_in_gaps();
      pair_across_gaps();
      pair_what_is_alone();
    }
    return std::move(result_);
  }

 private:
  const Clause& clause_a(std::uint32_t i) const { return a_[free_a_[i].index]; }
  const Clause& clause_b(std::uint32_t i) const { return b_[free_b_[i].index]; }

  void fill(std::span<const Clause> clauses, const std::vector<FreeClause>& free, Bags& bags) {
    std::vector<Token> tokens;
    for (const FreeClause& at : free) {
      tokens.clear();
      tokenizer_.tokenize(clauses[at.index].text, vocabulary_, tokens);
      std::uint32_t mass = 0;
      for (const Token& token : tokens) {
        if (!token.word) continue;
        if (token.id != Vocabulary::unknown) bags.ids.push_back(token.id);
        mass += std::min(token.end - token.begin, longest_weight);
      }
      bags.begin.push_back(static_cast<std::uint32_t>(bags.ids.size()));
      bags.mass.push_back(mass);
    }
  }

  /// What only side a has is left out of its bags, as what only side b has already is; then they are sorted.
  void finish_bags() {
    std::vector<char> shared(vocabulary_.size());
    for (const std::uint32_t id : bags_b_.ids) shared[id] = 1;
    std::size_t kept = 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < bags_a_.size(); ++i) {
      const std::size_t end = bags_a_.begin[i + 1];
      for (; at < end; ++at) {
        if (shared[bags_a_.ids[at]] != 0) bags_a_.ids[kept++] = bags_a_.ids[at];
      }
      bags_a_.begin[i + 1] = static_cast<std::uint32_t>(kept);
    }
    bags_a_.ids.resize(kept);
    for (Bags* bags : {&bags_a_, &bags_b_}) {
      for (std::size_t i = 0; i < bags->size(); ++i) {
        std::sort(bags->ids.begin() + bags->begin[i], bags->ids.begin() + bags->begin[i + 1]);
      }
    }
  }

  [[nodiscard]] std::uint32_t weight(std::uint32_t id) const {
    return std::min(static_cast<std::uint32_t>(vocabulary_.text(id).size()), longest_weight);
  }

  bool spend(std::uint64_t steps) {
    spent_ += steps;
    if (spent_ > budget) result_.truncated = true;
    return spent_ <= budget;
  }

  std::uint32_t shared(std::span<const std::uint32_t> x, std::span<const std::uint32_t> y) {
    std::uint32_t sum = 0;
    spend(x.size() + y.size());
    for (std::size_t i = 0, j = 0; i < x.size() && j < y.size();) {
      if (x[i] == y[j]) {
        sum += weight(x[i]);
        ++i;
        ++j;
      } else if (x[i] < y[j]) {
        ++i;
      } else {
        ++j;
      }
    }
    return sum;
  }

  void consider(std::uint32_t a, std::uint32_t b) {
    const std::uint64_t together = bags_a_.mass[a] + bags_b_.mass[b];
    const std::uint64_t smaller = std::min(bags_a_.mass[a], bags_b_.mass[b]);
    if (smaller == 0 || !spend(1)) return;
    // The cheap bound: no more can be shared than the smaller has. A part of a split may be much smaller.
    if (per_mille(2 * smaller, together) < 20) return;
    const std::uint32_t common = shared(bags_a_.bag(a), bags_b_.bag(b));
    if (common > 0) candidates_.push_back({a, b, common, per_mille(2 * static_cast<std::uint64_t>(common), together)});
  }

  /// Clauses that are equal behind their number, and like no other: "3. Sharing", which is "5. Sharing" now.
  void pair_renumbered() {
    struct Seen {
      std::uint32_t a = 0;
      std::uint32_t b = 0;
      std::uint32_t count_a = 0;
      std::uint32_t count_b = 0;
    };
    using Key = std::tuple<std::string_view, ClauseKind, std::uint8_t>;
    const auto key = [](const Clause& clause) -> std::optional<Key> {
      const std::size_t label = label_size(clause.text);
      const std::string_view rest = std::string_view(clause.text).substr(label);
      if (label == 0 || rest.size() < (is_heading(clause) ? renumbered_heading : renumbered_text)) return std::nullopt;
      return Key{rest, clause.kind, clause.level};
    };
    std::map<Key, Seen> seen;
    for (std::uint32_t i = 0; i < free_a_.size(); ++i) {
      const auto k = key(clause_a(i));
      if (!k) continue;
      Seen& one = seen[*k];
      one.a = i;
      ++one.count_a;
    }
    if (seen.empty()) return;
    for (std::uint32_t j = 0; j < free_b_.size(); ++j) {
      const auto k = key(clause_b(j));
      const auto found = k ? seen.find(*k) : seen.end();
      if (found == seen.end()) continue;
      found->second.b = j;
      ++found->second.count_b;
    }
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (const auto& [rest, one] : seen) {
      if (one.count_a == 1 && one.count_b == 1) pairs.emplace_back(one.a, one.b);
    }
    std::sort(pairs.begin(), pairs.end());
    for (const auto& [a, b] : pairs) link(a, 1, b, 1);
  }

  /// For each free clause the few of the other side that share most of its rarer words, and its neighbours in the gap.
  void find_candidates() {
    const std::size_t words = vocabulary_.size();
    std::vector<std::uint32_t> first(words + 1, 0);
    const auto distinct = [](std::span<const std::uint32_t> bag, std::size_t i) {
      return i == 0 || bag[i] != bag[i - 1];
    };
    for (std::size_t j = 0; j < bags_b_.size(); ++j) {
      const auto bag = bags_b_.bag(j);
      for (std::size_t i = 0; i < bag.size(); ++i) first[bag[i] + 1] += distinct(bag, i) ? 1 : 0;
    }
    std::partial_sum(first.begin(), first.end(), first.begin());
    std::vector<std::uint32_t> postings(first.back());
    std::vector<std::uint32_t> filled(first.begin(), first.end() - 1);
    for (std::size_t j = 0; j < bags_b_.size(); ++j) {
      const auto bag = bags_b_.bag(j);
      for (std::size_t i = 0; i < bag.size(); ++i) {
        if (distinct(bag, i)) postings[filled[bag[i]]++] = static_cast<std::uint32_t>(j);
      }
    }

    const std::size_t too_common = std::max<std::size_t>(32, bags_b_.size() / 16);
    std::vector<std::uint32_t> common(bags_b_.size(), 0);
    std::vector<std::uint32_t> touched;
    std::size_t gap_b = 0;  // the free clauses of side b in the gap of the current clause
    std::size_t gap_b_end = 0;
    std::size_t gap_a = 0;
    for (std::uint32_t i = 0; i < bags_a_.size() && !result_.truncated; ++i) {
      touched.clear();
      const auto bag = bags_a_.bag(i);
      for (std::size_t w = 0; w < bag.size(); ++w) {
        if (!distinct(bag, w)) continue;
        const std::size_t count = first[bag[w] + 1] - first[bag[w]];
        if (count > too_common || !spend(count)) continue;
        const std::uint32_t worth = weight(bag[w]);
        for (std::size_t p = first[bag[w]]; p < first[bag[w] + 1]; ++p) {
          if (common[postings[p]] == 0) touched.push_back(postings[p]);
          common[postings[p]] += worth;
        }
      }
      // A long paragraph may have become a line for every few of its words.
      const bool many = bags_b_.size() > 2 * bags_a_.size();
      const std::size_t most = many ? std::max(candidates_each, bag.size() / 4) : candidates_each;
      if (touched.size() > most) {
        std::nth_element(
            touched.begin(), touched.begin() + static_cast<std::ptrdiff_t>(most), touched.end(),
            [&](std::uint32_t x, std::uint32_t y) { return common[x] != common[y] ? common[x] > common[y] : x < y; });
        for (std::size_t t = most; t < touched.size(); ++t) common[touched[t]] = 0;
        touched.resize(most);
      }
      for (const std::uint32_t j : touched) common[j] = 0;

      if (i == 0 || free_a_[i].gap != free_a_[i - 1].gap) {
        gap_a = i;
        while (gap_b < free_b_.size() && free_b_[gap_b].gap < free_a_[i].gap) ++gap_b;
        gap_b_end = gap_b;
        while (gap_b_end < free_b_.size() && free_b_[gap_b_end].gap == free_a_[i].gap) ++gap_b_end;
      }
      const std::size_t opposite = gap_b + (i - gap_a);
      for (std::size_t j = opposite < 2 ? 0 : opposite - 2; j < opposite + 3; ++j) {
        if (j >= gap_b && j < gap_b_end) touched.push_back(static_cast<std::uint32_t>(j));
      }
      std::sort(touched.begin(), touched.end());
      touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
      for (const std::uint32_t j : touched) consider(i, j);
    }
  }

  void link(std::uint32_t a, std::uint32_t a_count, std::uint32_t b, std::uint32_t b_count) {
    const bool equal = a_count == 1 && b_count == 1 && clause_a(a) == clause_b(b);
    result_.links.push_back({free_a_[a].index, a_count, free_b_[b].index, b_count, equal});
    std::fill_n(taken_a_.begin() + a, a_count, char{1});
    std::fill_n(taken_b_.begin() + b, b_count, char{1});
  }
  [[nodiscard]] bool is_free(const Candidate& c) const { return taken_a_[c.a] == 0 && taken_b_[c.b] == 0; }

  struct Proposal {
    std::uint32_t whole = 0;
    std::uint32_t part = 0;
    std::uint32_t parts = 0;
    std::uint32_t mass = 0;
    bool split = true;  // whole is on side a
  };

  /// Runs of clauses of `parts` that together say what a clause of `wholes` says. Candidates are sorted by whole, then
  /// part; `of` reads them so, with `best` the likeness of the best single pair of a part.
  template <class Of>
  void propose(const Bags& wholes, const Bags& parts, const std::vector<FreeClause>& free_parts,
               const std::vector<Candidate>& sorted, Of of, bool split, std::vector<Proposal>& out) {
    std::vector<std::uint32_t> best(parts.size(), 0);
    std::vector<std::uint32_t> best_whole(parts.size(), 0);
    for (const Candidate& c : sorted) {
      const auto [whole, part] = of(c);
      if (c.alike > best[part]) {
        best[part] = c.alike;
        best_whole[part] = whole;
      }
    }
    for (std::size_t i = 0; i < sorted.size();) {
      const std::uint32_t whole = of(sorted[i]).first;
      std::size_t end = i;
      std::uint32_t single = 0;
      for (; end < sorted.size() && of(sorted[end]).first == whole; ++end) single = std::max(single, sorted[end].alike);
      for (std::size_t from = i; from < end;) {
        const auto usable = [&](std::size_t at) {
          const std::uint32_t part = of(sorted[at]).second;
          return per_mille(sorted[at].shared, parts.mass[part]) >= part_from &&
                 (best_whole[part] == whole || best[part] < split_from);
        };
        if (!usable(from)) {
          ++from;
          continue;
        }
        std::size_t to = from + 1;
        while (to < end && usable(to) &&
               free_parts[of(sorted[to]).second].index == free_parts[of(sorted[to - 1]).second].index + 1) {
          ++to;
        }
        // Words too common to be found by, at either end: the last of a line that is broken now.
        const auto may_join = [&](std::size_t part, std::size_t beside) {
          const std::uint32_t index = free_parts[part].index;
          const std::uint32_t next = free_parts[beside].index;
          return (index + 1 == next || next + 1 == index) && (best_whole[part] == whole || best[part] < split_from);
        };
        const std::size_t only = of(sorted[from]).second;
        const std::uint32_t missing = wholes.mass[whole] - std::min(wholes.mass[whole], sorted[from].shared);
        const auto may_be_rest = [&](std::size_t part, std::size_t beside) {
          return part < parts.size() && parts.mass[part] <= missing + missing / 4 && may_join(part, beside);
        };
        const bool almost_all = to - from == 1 && missing > 0 && sorted[from].alike == single && single >= split_from &&
                                (may_be_rest(only + 1, only) || may_be_rest(only - 1, only));
        if (to - from > 1 || almost_all) {
          add_proposal(wholes, parts, whole, of(sorted[from]).second, to - from, single, split, may_join, out);
        }
        from = to;
      }
      i = end;
    }
  }

  template <class MayJoin>
  void add_proposal(const Bags& wholes, const Bags& parts, std::uint32_t whole, std::uint32_t first, std::size_t count,
                    std::uint32_t single, bool split, MayJoin may_join, std::vector<Proposal>& out) {
    const auto alike = [&](std::uint32_t from, std::uint32_t to) {
      std::vector<std::uint32_t> all(parts.ids.begin() + parts.begin[from], parts.ids.begin() + parts.begin[to]);
      spend(all.size() * 8);
      std::sort(all.begin(), all.end());
      std::uint64_t mass = 0;
      for (std::uint32_t p = from; p < to; ++p) mass += parts.mass[p];
      return per_mille(2 * static_cast<std::uint64_t>(shared(wholes.bag(whole), all)), mass + wholes.mass[whole]);
    };
    std::uint32_t from = first;
    auto to = static_cast<std::uint32_t>(first + count);
    std::uint32_t score = alike(from, to);
    while (to - from > 2) {  // a clause too many at either end
      const std::uint32_t without_first = alike(from + 1, to);
      const std::uint32_t without_last = alike(from, to - 1);
      if (std::max(without_first, without_last) <= score) break;
      score = std::max(without_first, without_last);
      without_first > without_last ? ++from : --to;
    }
    // What stands beside it belongs to it where it says what is still missing.
    const auto whole_bag = wholes.bag(whole);
    std::vector<std::uint32_t> said(parts.ids.begin() + parts.begin[from], parts.ids.begin() + parts.begin[to]);
    std::sort(said.begin(), said.end());
    std::vector<std::uint32_t> missing;
    std::set_difference(whole_bag.begin(), whole_bag.end(), said.begin(), said.end(), std::back_inserter(missing));
    std::uint64_t common = shared(whole_bag, said);
    std::uint64_t mass = wholes.mass[whole];
    for (std::uint32_t p = from; p < to; ++p) mass += parts.mass[p];
    const auto join = [&](std::uint32_t part) {
      const std::uint64_t more = shared(missing, parts.bag(part));
      if (more * mass <= common * parts.mass[part]) return false;  // it would be less alike than without
      common += more;
      mass += parts.mass[part];
      const auto bag = parts.bag(part);
      std::vector<std::uint32_t> left;
      std::set_difference(missing.begin(), missing.end(), bag.begin(), bag.end(), std::back_inserter(left));
      missing = std::move(left);
      return true;
    };
    while (to < parts.size() && may_join(to, to - 1) && join(to)) ++to;
    while (from > 0 && may_join(from - 1, from) && join(from - 1)) --from;
    score = per_mille(2 * common, mass);
    if (to - from > 1 && score >= split_from && score >= (score >= whole_from ? single : single + 20))
      out.push_back({whole, from, to - from, wholes.mass[whole], split});
  }

  void find_splits() {
    if (candidates_.size() < 2) return;
    std::vector<Proposal> proposals;
    propose(
        bags_a_, bags_b_, free_b_, candidates_, [](const Candidate& c) { return std::pair(c.a, c.b); }, true,
        proposals);
    std::vector<Candidate> by_b = candidates_;
    std::sort(by_b.begin(), by_b.end(),
              [](const Candidate& x, const Candidate& y) { return x.b != y.b ? x.b < y.b : x.a < y.a; });
    propose(
        bags_b_, bags_a_, free_a_, by_b, [](const Candidate& c) { return std::pair(c.b, c.a); }, false, proposals);
    std::stable_sort(proposals.begin(), proposals.end(),
                     [](const Proposal& x, const Proposal& y) { return x.mass > y.mass; });
    for (const Proposal& p : proposals) {
      const auto& whole_taken = p.split ? taken_a_ : taken_b_;
      const auto& part_taken = p.split ? taken_b_ : taken_a_;
      if (whole_taken[p.whole] != 0 || std::any_of(part_taken.begin() + p.part, part_taken.begin() + p.part + p.parts,
                                                   [](char t) { return t != 0; })) {
        continue;
      }
      p.split ? link(p.whole, 1, p.part, p.parts) : link(p.part, p.parts, p.whole, 1);
    }
  }

  [[nodiscard]] bool alike_enough(const Candidate& c) const {
    if (is_heading(clause_a(c.a)) != is_heading(clause_b(c.b))) return c.alike >= moved_from;
    const std::uint32_t smaller = std::min(bags_a_.mass[c.a], bags_b_.mass[c.b]);
    return c.alike >= edited_from ||
           (c.alike >= contained_at_least && smaller >= small_mass && per_mille(c.shared, smaller) >= contained_from);
  }

  void pair_in_gaps() {
    std::vector<ChainLink> links;
    std::vector<Candidate> of_link;
    for (std::size_t i = 0; i < candidates_.size();) {
      const std::uint32_t gap = free_a_[candidates_[i].a].gap;
      links.clear();
      of_link.clear();
      for (; i < candidates_.size() && free_a_[candidates_[i].a].gap == gap; ++i) {
        const Candidate& c = candidates_[i];
        if (free_b_[c.b].gap != gap || !is_free(c) || !alike_enough(c)) continue;
        const bool same_kind = clause_a(c.a).kind == clause_b(c.b).kind;
        // What is shared, and of equal shares the closer pair.
        links.push_back({c.a, c.b, static_cast<std::uint64_t>(c.shared) * 4000 + c.alike * 2 + (same_kind ? 500 : 0)});
        of_link.push_back(c);
      }
      for (const std::uint32_t l : heaviest_chain(links)) link(of_link[l].a, 1, of_link[l].b, 1);
    }
  }

  void pair_across_gaps() {
    std::vector<Candidate> left;
    for (const Candidate& c : candidates_) {
      if (is_free(c) && c.alike >= moved_from && std::min(bags_a_.mass[c.a], bags_b_.mass[c.b]) >= moved_mass) {
        left.push_back(c);
      }
    }
    std::stable_sort(left.begin(), left.end(), [](const Candidate& x, const Candidate& y) {
      return x.alike != y.alike ? x.alike > y.alike : x.shared > y.shared;
    });
    for (const Candidate& c : left) {
      if (is_free(c)) link(c.a, 1, c.b, 1);
    }
  }

  /// Where one clause of a kind is all that is left between two that belong together, and one of that kind stands there
  /// now, it was rewritten: a heading with another wording, a row with another value.
  void pair_what_is_alone() {
    std::size_t i = 0;
    std::size_t j = 0;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    while (i < free_a_.size() && j < free_b_.size()) {
      const std::uint32_t gap = free_a_[i].gap;
      if (free_b_[j].gap != gap) {
        gap < free_b_[j].gap ? ++i : ++j;
        continue;
      }
      // Both sides of the gap, taken clauses as bars: a stretch between two bars is a place.
      std::size_t end_i = i;
      std::size_t end_j = j;
      while (end_i < free_a_.size() && free_a_[end_i].gap == gap && taken_a_[end_i] == 0) ++end_i;
      while (end_j < free_b_.size() && free_b_[end_j].gap == gap && taken_b_[end_j] == 0) ++end_j;
      if (end_i - i == 1 && end_j - j == 1)
        pairs.emplace_back(static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j));
      i = end_i;
      j = end_j;
      while (i < free_a_.size() && free_a_[i].gap == gap && taken_a_[i] != 0) ++i;
      while (j < free_b_.size() && free_b_[j].gap == gap && taken_b_[j] != 0) ++j;
      if (i < free_a_.size() && free_a_[i].gap == gap && (j == free_b_.size() || free_b_[j].gap != gap)) {
        while (i < free_a_.size() && free_a_[i].gap == gap) ++i;
      } else if (j < free_b_.size() && free_b_[j].gap == gap && (i == free_a_.size() || free_a_[i].gap != gap)) {
        while (j < free_b_.size() && free_b_[j].gap == gap) ++j;
      }
    }
    for (const auto& [a, b] : pairs) {
      const Clause& one = clause_a(a);
      const Clause& other = clause_b(b);
      if (one.kind != other.kind || one.level != other.level) continue;
      const std::uint32_t common = shared(bags_a_.bag(a), bags_b_.bag(b));
      const std::uint32_t alike = per_mille(2 * static_cast<std::uint64_t>(common), bags_a_.mass[a] + bags_b_.mass[b]);
      const bool labelled = one.kind == ClauseKind::heading || one.kind == ClauseKind::table_row;
      if (alike >= alone_from || (labelled && common > 0)) link(a, 1, b, 1);
    }
  }

  std::span<const Clause> a_, b_;
  const std::vector<FreeClause>&free_a_, &free_b_;
  std::vector<char> taken_a_, taken_b_;
  Tokenizer tokenizer_;
  Vocabulary vocabulary_;
  Bags bags_a_, bags_b_;
  std::vector<Candidate> candidates_;  // sorted by a, then b
  std::uint64_t spent_ = 0;
  Pairing result_;
};

}  // namespace

Pairing pair_by_words(std::span<const Clause> a, const std::vector<FreeClause>& free_a, std::span<const Clause> b,
                      const std::vector<FreeClause>& free_b) {
  return Pairer(a, free_a, b, free_b).run();
}

std::uint32_t similarity(std::string_view a, std::string_view b) {
  Tokenizer tokenizer;
  Vocabulary vocabulary;
  std::vector<Token> tokens;
  const auto bag = [&](std::string_view text) {
    std::vector<std::uint32_t> ids;
    tokens.clear();
    tokenizer.tokenize(text, vocabulary, tokens);
    for (const Token& token : tokens) {
      if (token.word) ids.push_back(token.id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  };
  const std::vector<std::uint32_t> x = bag(a);
  const std::vector<std::uint32_t> y = bag(b);
  std::vector<std::uint32_t> both;
  std::set_intersection(x.begin(), x.end(), y.begin(), y.end(), std::back_inserter(both));
  return per_mille(2 * both.size(), x.size() + y.size());
}

}  // namespace smallprint
