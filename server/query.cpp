#include "server/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "model/catalog.h"
#include "model/fact.h"
#include "server/router.h"

namespace smallprint {

namespace {

constexpr std::size_t most_parameters = 40;
constexpr std::size_t longest_value = 1000;

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

}  // namespace

std::string encode_percent(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

Query::Query(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    const auto name = decode_percent(part.substr(0, equals), true);
    const auto value = decode_percent(part.substr(std::min(equals + 1, part.size())), true);
    if (!name) {
      refuse("query", "a parameter's name is not percent-encoded UTF-8 text");
    } else if (!value) {
      refuse(*name, "is not percent-encoded UTF-8 text");
    } else if (value->size() > longest_value) {
      refuse(*name, fmt::format("is longer than {} bytes", longest_value));
    } else if (has(*name)) {
      refuse(*name, "is given twice");
    } else if (parameters_.size() == most_parameters) {
      refuse(*name, "is one parameter too many");
      return;
    } else {
      parameters_.emplace_back(*name, *value);
    }
  }
}

void Query::refuse(std::string_view name, std::string detail, std::vector<std::string> allowed) {
  if (!mistake_) mistake_ = BadParameter{std::string(name), std::move(detail), std::move(allowed)};
}

bool Query::has(std::string_view name) const {
  return std::any_of(parameters_.begin(), parameters_.end(), [&](const auto& p) { return p.first == name; });
}

const std::string* Query::find(std::string_view name) {
  known_.emplace_back(name);
  for (const auto& [key, value] : parameters_) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string Query::text(std::string_view name) {
  const std::string* value = find(name);
  return value == nullptr ? std::string() : *value;
}

std::string Query::slug(std::string_view name) {
  const std::string* value = find(name);
  if (value == nullptr || value->empty()) return {};
  std::string lower = lower_ascii(*value);
  if (!is_slug(lower)) refuse(name, "is no slug: letters a to z, digits and hyphens");
  return lower;
}

std::string Query::document(std::string_view name) {
  const std::string* value = find(name);
  if (value == nullptr || value->empty()) return {};
  std::string lower = lower_ascii(*value);
  if (!parse_document_id(lower)) refuse(name, "is no document: service/type or service/type@region");
  return lower;
}

std::optional<Timestamp> Query::time(std::string_view name) {
  const std::string* value = find(name);
  if (value == nullptr || value->empty()) return std::nullopt;
  const Result<Timestamp> time = parse_rfc3339(*value);
  if (!time) {
    refuse(name, "is no RFC 3339 time or date: 2024-09-19 or 2024-09-19T06:10:13Z");
    return std::nullopt;
  }
  return *time;
}

std::optional<bool> Query::flag(std::string_view name) {
  const std::string* value = find(name);
  if (value == nullptr || value->empty()) return std::nullopt;
  if (*value == "true" || *value == "1") return true;
  if (*value == "false" || *value == "0") return false;
  refuse(name, "is neither true nor false", {"true", "false"});
  return std::nullopt;
}

std::uint32_t Query::number(std::string_view name, std::uint32_t least, std::uint32_t most, std::uint32_t otherwise) {
  const std::string* value = find(name);
  if (value == nullptr || value->empty()) return otherwise;
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (error != std::errc() || end != value->data() + value->size() || number < least || number > most) {
    refuse(name, fmt::format("is no number from {} to {}", least, most));
    return otherwise;
  }
  return number;
}

std::string Query::one_of(std::string_view name, std::span<const std::string_view> allowed) {
  const std::string* value = find(name);
  if (value == nullptr || value->empty()) return {};
  std::string lower = lower_ascii(*value);
  if (std::find(allowed.begin(), allowed.end(), lower) != allowed.end()) return lower;
  std::vector<std::string> names(allowed.begin(), allowed.end());
  std::string detail = "is none of " + join(names);
  refuse(name, std::move(detail), std::move(names));
  return {};
}

std::vector<std::string> Query::slugs(std::string_view name, std::size_t most) {
  const std::string* value = find(name);
  std::vector<std::string> out;
  if (value == nullptr) return out;
  for (std::string_view rest = *value; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (part.empty()) continue;
    std::string lower = lower_ascii(part);
    std::replace(lower.begin(), lower.end(), ' ', '-');
    const bool good = std::all_of(lower.begin(), lower.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
    if (!good || lower.size() > 200) {
      refuse(name, "holds what is no slug: letters a to z, digits and hyphens");
    } else if (out.size() == most) {
      refuse(name, fmt::format("holds more than {}", most));
    } else if (std::find(out.begin(), out.end(), lower) == out.end()) {
      out.push_back(std::move(lower));
    }
  }
  return out;
}

std::optional<BadParameter> Query::problem() const {
  if (mistake_) return mistake_;
  for (const auto& [name, value] : parameters_) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    return BadParameter{name, known_.empty() ? "is not known: there are no parameters here" : "is not known here",
                        known_};
  }
  return std::nullopt;
}

std::string Query::with(std::string_view name, std::string_view value) const {
  std::string out;
  const auto append = [&](std::string_view key, std::string_view text) {
    out += out.empty() ? "?" : "&";
    out += encode_percent(key) + "=" + encode_percent(text);
  };
  for (const auto& [key, text] : parameters_) {
    if (key != name) append(key, text);
  }
  if (!value.empty()) append(name, value);
  return out;
}

ChangeFilter read_change_filter(Query& query, const RuleSet& rules) {
  static constexpr std::array<std::string_view, 7> kinds = {"added", "removed", "edited", "moved", "moved_and_edited",
                                                            "split", "merged"};
  static constexpr std::array<std::string_view, 4> levels = {"none", "low", "medium", "high"};
  static constexpr std::array<std::string_view, 6> effects = {"mentioned", "changed",    "extended",
                                                              "narrowed",  "introduced", "withdrawn"};
  ChangeFilter filter;
  filter.service = query.slug("service");
  filter.document = query.document("document");
  filter.terms_type = query.slug("type");
  filter.topic = query.slug("topic");
  const auto is_topic = [&](const Topic& topic) { return topic.id == filter.topic; };
  if (!filter.topic.empty() && filter.topic != unknown_value &&
      std::none_of(rules.topics().begin(), rules.topics().end(), is_topic)) {
    std::vector<std::string> known;
    for (const Topic& topic : rules.topics()) known.push_back(topic.id);
    known.emplace_back(unknown_value);
    query.refuse("topic", "is no topic", std::move(known));
  }
  filter.effect = effect(query.one_of("effect", effects));
  filter.kind = change_kind(query.one_of("kind", kinds));
  filter.at_least = importance(query.one_of("importance", levels));
  filter.cosmetic = query.flag("cosmetic");
  filter.language = query.slug("language");
  filter.region = query.slug("region");
  filter.since = query.time("since");
  filter.until = query.time("until");
  if (filter.since && filter.until && *filter.since > *filter.until) query.refuse("since", "is later than until");
  filter.query = query.text("q");
  filter.version = query.number("version", 1, 1'000'000'000, 0);
  if (filter.version != 0 && filter.document.empty()) query.refuse("version", "needs document");
  filter.repeats = query.flag("repeats").value_or(false);
  return filter;
}

Paging read_paging(Query& query, std::uint32_t otherwise) {
  Paging paging;
  paging.limit = query.number("limit", 1, 200, otherwise);
  paging.cursor = query.text("cursor");
  return paging;
}

}  // namespace smallprint
