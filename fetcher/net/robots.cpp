#include "fetcher/net/robots.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace smallprint {
namespace {

/// A delay may be any number; more than a day asks for nothing else.
constexpr double longest_delay_s = 86400;

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) { return lower(a) == b; });
}

/// "Smallprint/1.0 (+…)" → "Smallprint": a product token is letters, "-" and "_".
std::string_view product_token(std::string_view agent) {
  const auto end = std::find_if_not(
      agent.begin(), agent.end(), [](char c) { return (lower(c) >= 'a' && lower(c) <= 'z') || c == '-' || c == '_'; });
  return agent.substr(0, static_cast<std::size_t>(end - agent.begin()));
}

bool is_everyone(std::string_view agent) {
  return agent.starts_with('*') && (agent.size() == 1 || agent[1] == ' ' || agent[1] == '\t');
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (lower(c) >= 'a' && lower(c) <= 'f') return lower(c) - 'a' + 10;
  return -1;
}

bool is_unreserved(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

void append_encoded(char c, std::string& out) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += digits[byte >> 4U];
  out += digits[byte & 0xFU];
}

/// One form for all spellings of an address (RFC 9309, 2.2.2): what need not be encoded is not, everything else is.
/// A query's ":", "/" and their like mean the same in both spellings. `*` survives in patterns alone.
std::string normalise(std::string_view text, bool pattern) {
  constexpr std::string_view delimiters = ":/?#[]@", others = "!&'()+,;=";
  std::string out;
  out.reserve(text.size());
  bool query = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    bool encoded = false;
    if (c == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      c = static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      encoded = true;
      i += 2;
    }
    const bool delimiter = delimiters.find(c) != std::string_view::npos;
    const bool plain = is_unreserved(c) || (delimiter && (query || !encoded)) ||
                       (!encoded && others.find(c) != std::string_view::npos) || (!encoded && c == '*' && pattern);
    if (plain) {
      if (c == '*' && out.ends_with('*')) continue;
      out += c;
    } else {
      append_encoded(c, out);
    }
    query = query || (c == '?' && !encoded);
  }
  return out;
}

std::optional<std::chrono::milliseconds> parse_delay(std::string_view value) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc{} || end != value.data() + value.size() || !(seconds >= 0)) return std::nullopt;
  return std::chrono::milliseconds{static_cast<std::int64_t>(std::min(seconds, longest_delay_s) * 1000)};
}

}  // namespace

RobotRules RobotRules::parse(std::string_view text, std::string_view product) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  RobotRules ours, everyones;
  bool named = false;                    // is there a group of ours?
  bool for_us = false, for_all = false;  // whom the group is for
  bool naming = false;                   // the lines that name a group's crawlers are not over
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find('#'));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view key = trim(line.substr(0, colon)), value = trim(line.substr(colon + 1));
    const bool allow = same_word(key, "allow");
    if (same_word(key, "user-agent")) {
      if (!naming) for_us = for_all = false;
      naming = true;
      for_us = for_us || same_word(product_token(value), product);
      for_all = for_all || is_everyone(value);
      named = named || for_us;
    } else if (allow || same_word(key, "disallow")) {
      naming = false;
      if (value.empty() || !(for_us || for_all)) continue;
      const bool whole = value.ends_with('$');
      const Rule rule{normalise(value.substr(0, value.size() - (whole ? 1 : 0)), true), whole, allow};
      if (for_us) ours.rules_.push_back(rule);
      if (for_all) everyones.rules_.push_back(rule);
    } else if (same_word(key, "crawl-delay")) {
      const auto delay = parse_delay(value);
      if (delay && for_us) ours.crawl_delay_ = delay;
      if (delay && for_all) everyones.crawl_delay_ = delay;
    }
  }
  RobotRules rules = std::move(named ? ours : everyones);
  const auto octets = [](const Rule& rule) { return rule.pattern.size() + (rule.whole ? 1 : 0); };
  std::stable_sort(rules.rules_.begin(), rules.rules_.end(), [&](const Rule& a, const Rule& b) {
    return octets(a) != octets(b) ? octets(a) > octets(b) : a.allow && !b.allow;
  });
  return rules;
}

/// Each piece between two stars is looked for once, where it comes first: linear in the target (memmem is).
bool RobotRules::matches(const Rule& rule, std::string_view target) {
  std::string_view pattern = rule.pattern;
  for (bool first = true;; first = false) {
    const std::size_t star = pattern.find('*');
    const std::string_view piece = pattern.substr(0, star);
    const bool last = star == std::string_view::npos;
    if (first) {
      if (!target.starts_with(piece)) return false;
      target.remove_prefix(piece.size());
      if (last) return !rule.whole || target.empty();
    } else if (last && rule.whole) {
      return target.ends_with(piece);
    } else {
      const void* found = memmem(target.data(), target.size(), piece.data(), piece.size());
      if (found == nullptr) return false;
      if (last) return true;
      const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - target.data());
      target.remove_prefix(at + piece.size());
    }
    pattern.remove_prefix(star + 1);
  }
}

bool RobotRules::allows(std::string_view target) const {
  const std::string wanted = normalise(target, false);
  if (wanted == "/robots.txt") return true;
  const auto rule = std::find_if(rules_.begin(), rules_.end(), [&](const Rule& one) { return matches(one, wanted); });
  return rule == rules_.end() || rule->allow;
}

std::size_t RobotRules::bytes() const {
  std::size_t sum = sizeof *this;
  for (const Rule& rule : rules_) sum += sizeof rule + rule.pattern.capacity();
  return sum;
}

}  // namespace smallprint
