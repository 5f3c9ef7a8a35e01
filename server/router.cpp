#include "server/router.h"

#include <algorithm>

#include "web/text.h"

namespace smallprint {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The next segment of a pattern, and the rest.
std::string_view take_segment(std::string_view& pattern) {
  pattern.remove_prefix(1);  // '/'
  const std::size_t end = std::min(pattern.find('/'), pattern.size());
  const std::string_view segment = pattern.substr(0, end);
  pattern.remove_prefix(end);
  return segment;
}

bool is_terms_type(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) return is_slug(text);
  return is_slug(text.substr(0, at)) && is_slug(text.substr(at + 1));
}

}  // namespace

bool is_slug(std::string_view text) {
  return !text.empty() && text.size() <= 200 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::optional<std::string> decode_percent(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i] == '+' && plus_is_space ? ' ' : text[i];
    }
  }
  const bool control = std::any_of(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (control || clean_utf8(out) != out) return std::nullopt;
  return out;
}

std::optional<std::vector<std::string>> path_segments(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  std::vector<std::string> segments;
  if (path == "/") return segments;
  while (!path.empty()) {
    const auto segment = decode_percent(take_segment(path), false);
    if (!segment || segment->empty() || segments.size() == 16) return std::nullopt;
    segments.push_back(*segment);
  }
  return segments;
}

std::optional<Captures> match(std::string_view pattern, std::span<const std::string> segments) {
  Captures captures;
  if (pattern == "/") return segments.empty() ? std::optional(captures) : std::nullopt;
  for (const std::string& segment : segments) {
    if (pattern.empty()) return std::nullopt;
    std::string_view expected = take_segment(pattern);
    if (!expected.starts_with('{')) {
      if (segment != expected) return std::nullopt;
      continue;
    }
    const std::string_view name = expected.substr(1, expected.size() - 2);
    std::string value = segment;
    if (name == "service" || name == "topic" || name == "type") {
      value = lower_ascii(segment);
      if (name == "type" ? !is_terms_type(value) : !is_slug(value)) return std::nullopt;
    }
    captures.emplace_back(name, std::move(value));
  }
  return pattern.empty() ? std::optional(std::move(captures)) : std::nullopt;
}

}  // namespace smallprint
