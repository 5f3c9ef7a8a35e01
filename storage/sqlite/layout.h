// How lists are laid out in one column: numbers as LEB128, strings a length and their bytes. Formats never change.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/change.h"
#include "model/fact.h"

namespace smallprint::sqlite {

/// One clause of a version: which one, and who it is.
struct LayoutEntry {
  std::int64_t clause = 0;
  Lineage lineage;
  friend bool operator==(const LayoutEntry&, const LayoutEntry&) = default;
};

/// A change as it is stored: without words, and with ids in place of its clauses.
struct StoredChange {
  Change change;
  std::vector<std::int64_t> before, after;
};

/// The bit that stands for a value in a set.
template <class Enumeration>
constexpr std::uint32_t bit_of(Enumeration value) {
  return 1U << static_cast<unsigned>(value);
}

/// What a version says of all its changes, to be found by: sets of bits.
struct ChangeSums {
  std::uint32_t kinds = 0;
  std::uint32_t effects = 0;
  std::map<std::string, std::uint32_t> topics;  ///< effects by topic
};
ChangeSums sum_up(const std::vector<StoredChange>& changes);

std::string encode_layout(const std::vector<LayoutEntry>& entries);
std::string encode_ids(const std::vector<std::int64_t>& ids);
std::string encode_evidence(const std::vector<Evidence>& evidence);
std::string encode_changes(const std::vector<StoredChange>& changes);
std::string encode_topics(const std::vector<TopicEffect>& topics);
/// Texts of any bytes, one after the other.
void append_text(std::string_view text, std::string& out);
std::string join_lines(const std::vector<std::string>& lines);

// The inverses. Those of bytes throw Failure (damaged) where they are not what was encoded.
std::vector<LayoutEntry> decode_layout(std::string_view bytes);
std::vector<std::int64_t> decode_ids(std::string_view bytes);
std::vector<Evidence> decode_evidence(std::string_view bytes);
std::vector<StoredChange> decode_changes(std::string_view bytes);
std::vector<TopicEffect> decode_topics(std::string_view text);
std::vector<std::string> decode_texts(std::string_view bytes);
std::vector<std::string> split_lines(std::string_view text);
/// "name: value" a line.
std::vector<std::pair<std::string, std::string>> split_headers(std::string_view text);

}  // namespace smallprint::sqlite
