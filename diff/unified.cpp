#include "diff/unified.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "diff/chain.h"

namespace smallprint {
namespace {

constexpr std::uint64_t most_steps = 8'000'000;  // of all gaps together
constexpr std::size_t most_edits = 1'000;        // of one gap; its memory grows with the square
constexpr std::uint32_t none = UINT32_MAX;

using Lines = std::vector<std::string_view>;
using Ids = std::span<const std::uint32_t>;

/// With their newlines; the last line may have none.
Lines split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

/// Which line of the new text each line of the old one is, or none; grows strictly.
class LineAlignment {
 public:
  LineAlignment(const Lines& before, const Lines& after) {
    std::unordered_map<std::string_view, std::uint32_t> ids;
    for (const bool second : {false, true}) {
      auto& of = second ? b_ : a_;
      of.reserve((second ? after : before).size());
      for (const std::string_view line : second ? after : before) {
        of.push_back(ids.emplace(line, static_cast<std::uint32_t>(ids.size())).first->second);
      }
    }
    to_b_.assign(a_.size(), none);
    align(ids.size());
  }
  [[nodiscard]] const std::vector<std::uint32_t>& to_b() const { return to_b_; }

 private:
  void align(std::size_t ids) {
    std::vector<std::uint32_t> count_a(ids, 0);
    std::vector<std::uint32_t> count_b(ids, 0);
    std::vector<std::uint32_t> where(ids, none);
    for (const std::uint32_t id : a_) ++count_a[id];
    for (std::uint32_t j = 0; j < b_.size(); ++j) {
      ++count_b[b_[j]];
      where[b_[j]] = j;
    }
    std::vector<ChainLink> unique;
    for (std::uint32_t i = 0; i < a_.size(); ++i) {
      if (count_a[a_[i]] == 1 && count_b[a_[i]] == 1) unique.push_back({i, where[a_[i]], 1});
    }
    std::size_t a = 0;
    std::size_t b = 0;
    for (const std::uint32_t link : heaviest_chain(unique)) {
      fill(a, unique[link].a, b, unique[link].b);
      to_b_[unique[link].a] = unique[link].b;
      a = unique[link].a + 1U;
      b = unique[link].b + 1U;
    }
    fill(a, a_.size(), b, b_.size());
  }

  /// Aligns a gap: its equal ends, and what is between them by search.
  void fill(std::size_t a, std::size_t a_end, std::size_t b, std::size_t b_end) {
    while (a < a_end && b < b_end && a_[a] == b_[b]) to_b_[a++] = static_cast<std::uint32_t>(b++);
    while (a < a_end && b < b_end && a_[a_end - 1] == b_[b_end - 1])
      to_b_[--a_end] = static_cast<std::uint32_t>(--b_end);
    if (a == a_end || b == b_end) return;
    search(a, Ids(a_).subspan(a, a_end - a), b, Ids(b_).subspan(b, b_end - b));
  }

  /// Myers: the furthest reach on each diagonal after 0, 1, 2 … edits, kept so that the way can be walked back.
  void search(std::size_t a_at, Ids a, std::size_t b_at, Ids b) {
    const auto n = static_cast<std::int64_t>(a.size());
    const auto m = static_cast<std::int64_t>(b.size());
    std::vector<std::vector<std::int64_t>> reach;  // reach[d][k + d]: lines of a used, on diagonal k = used a - used b
    const auto at = [&](std::int64_t d, std::int64_t k) {
      return k < -d || k > d ? std::int64_t{-1} : reach[static_cast<std::size_t>(d)][static_cast<std::size_t>(k + d)];
    };
    // From which neighbour diagonal k is entered with edit d: by an added line from k + 1, by a removed one from k - 1.
    const auto added = [&](std::int64_t d, std::int64_t k) { return at(d - 1, k + 1) >= at(d - 1, k - 1) + 1; };
    const auto entered = [&](std::int64_t d, std::int64_t k) {
      if (d == 0) return std::int64_t{0};
      if (added(d, k)) return at(d - 1, k + 1);
      const std::int64_t before = at(d - 1, k - 1);
      return before < 0 ? before : before + 1;
    };
    for (std::int64_t d = 0; d <= std::min<std::int64_t>(n + m, most_edits); ++d) {
      reach.emplace_back(static_cast<std::size_t>(2 * d + 1), -1);
      for (std::int64_t k = std::max(-d, -m); k <= std::min(d, n); ++k) {
        if ((d + k) % 2 != 0) continue;
        std::int64_t x = entered(d, k);
        if (x < 0 || x > n || x - k < 0 || x - k > m) continue;
        const std::int64_t begin = x;
        while (x < n && x - k < m && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - k)]) ++x;
        reach.back()[static_cast<std::size_t>(k + d)] = x;
        steps_ += static_cast<std::uint64_t>(x - begin) + 1;
        if (x < n || x - k < m) continue;
        walk_back(d, k, x, added, entered, a_at, b_at);
        return;
      }
      if (steps_ > most_steps) return;  // too different: the whole gap is replaced
    }
  }

  void walk_back(std::int64_t d, std::int64_t k, std::int64_t x, const auto& added, const auto& entered,
                 std::size_t a_at, std::size_t b_at) {
    for (;; --d) {
      const bool by_added = d > 0 && added(d, k);
      const std::int64_t begin = entered(d, k);
      for (; x > begin; --x) {
        to_b_[a_at + static_cast<std::size_t>(x - 1)] =
            static_cast<std::uint32_t>(b_at + static_cast<std::size_t>(x - 1 - k));
      }
      if (d == 0) return;
      x = by_added ? begin : begin - 1;
      k += by_added ? 1 : -1;
    }
  }

  std::vector<std::uint32_t> a_, b_, to_b_;
  std::uint64_t steps_ = 0;
};

/// As patch(1) reads it: in quotes, C-like, where it would be misread.
std::string file_name(std::string_view name) {
  const auto plain = [](char c) { return c >= ' ' && c != 0x7F && c != '"' && c != '\\'; };
  if (!name.empty() && std::all_of(name.begin(), name.end(),
                                   [&](char c) { return plain(c) || static_cast<unsigned char>(c) >= 0x80; })) {
    // The tab ends a name that has spaces.
    return std::string(name) + (name.find(' ') == std::string_view::npos ? "" : "\t");
  }
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (plain(c) || static_cast<unsigned char>(c) >= 0x80) {
      out += c;
    } else {
      out += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    }
  }
  return out + "\"";
}

struct Line {
  char sign;  // ' ', '-', '+'
  std::string_view text;
};

std::vector<Line> merged(const Lines& before, const Lines& after) {
  const LineAlignment alignment(before, after);
  std::vector<Line> lines;
  lines.reserve(before.size() + after.size());
  std::size_t j = 0;
  const auto add_until = [&](std::size_t end) {
    for (; j < end; ++j) lines.push_back({'+', after[j]});
  };
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::uint32_t to = alignment.to_b()[i];
    if (to == none) {
      lines.push_back({'-', before[i]});
      continue;
    }
    add_until(to);
    lines.push_back({' ', before[i]});
    ++j;
  }
  add_until(after.size());
  return lines;
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after, const UnifiedOptions& options) {
  if (before == after) return {};
  const std::vector<Line> lines = merged(split(before), split(after));
  const std::size_t context = std::min(options.context, lines.size());
  std::string out = fmt::format("--- {}\n+++ {}\n", file_name(options.before_name), file_name(options.after_name));
  std::size_t old_line = 1;
  std::size_t new_line = 1;
  std::size_t at = 0;  // up to here all is written or skipped
  while (true) {
    std::size_t first = at;
    while (first < lines.size() && lines[first].sign == ' ') ++first;
    if (first == lines.size()) return out;
    const std::size_t begin = std::max(at, first - std::min(first, context));
    old_line += begin - at;
    new_line += begin - at;
    // The hunk goes on as long as at most two contexts of kept lines lie between changes.
    std::size_t last = first;
    for (std::size_t i = first; i < lines.size() && i - last <= 2 * context + 1; ++i) {
      if (lines[i].sign != ' ') last = i;
    }
    const std::size_t end = std::min(last + 1 + context, lines.size());
    std::size_t old_count = 0;
    std::size_t new_count = 0;
    std::string body;
    for (std::size_t i = begin; i < end; ++i) {
      if (lines[i].sign != '+') ++old_count;
      if (lines[i].sign != '-') ++new_count;
      body += lines[i].sign;
      body += lines[i].text;
      if (!lines[i].text.ends_with('\n')) body += "\n\\ No newline at end of file\n";
    }
    // A range without lines is numbered by the line before it.
    out += fmt::format("@@ -{},{} +{},{} @@\n{}", old_count == 0 ? old_line - 1 : old_line, old_count,
                       new_count == 0 ? new_line - 1 : new_line, new_count, body);
    old_line += old_count;
    new_line += new_count;
    at = end;
  }
}

}  // namespace smallprint
