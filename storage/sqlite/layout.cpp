#include "storage/sqlite/layout.h"

#include <algorithm>
#include <utility>

#include "storage/sqlite/database.h"

namespace smallprint::sqlite {
namespace {

void put(std::uint64_t value, std::string& out) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void put(std::string_view text, std::string& out) {
  put(text.size(), out);
  out.append(text);
}

/// Reads what put() wrote.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] bool done() const { return bytes_.empty(); }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) break;
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    throw Failure{{ErrorCode::damaged, "a stored list does not decode"}};
  }
  std::uint32_t small() { return static_cast<std::uint32_t>(number()); }
  /// A value of an enumeration that ends with `last`.
  template <class Enumeration>
  Enumeration one_of(Enumeration last) {
    return static_cast<Enumeration>(std::min(number(), static_cast<std::uint64_t>(last)));
  }
  std::string text() {
    const std::uint64_t size = number();
    if (size > bytes_.size()) throw Failure{{ErrorCode::damaged, "a stored list does not decode"}};
    std::string result(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return result;
  }

 private:
  std::string_view bytes_;
};

}  // namespace

std::string encode_layout(const std::vector<LayoutEntry>& entries) {
  std::string out;
  out.reserve(entries.size() * 6);
  for (const LayoutEntry& entry : entries) {
    put(static_cast<std::uint64_t>(entry.clause), out);
    put(entry.lineage.version, out);
    put(entry.lineage.ordinal, out);
  }
  return out;
}

std::vector<LayoutEntry> decode_layout(std::string_view bytes) {
  std::vector<LayoutEntry> entries;
  for (Reader in(bytes); !in.done();) {
    LayoutEntry entry;
    entry.clause = static_cast<std::int64_t>(in.number());
    entry.lineage.version = in.small();
    entry.lineage.ordinal = in.small();
    entries.push_back(entry);
  }
  return entries;
}

std::string encode_ids(const std::vector<std::int64_t>& ids) {
  std::string out;
  for (const std::int64_t id : ids) put(static_cast<std::uint64_t>(id), out);
  return out;
}

std::vector<std::int64_t> decode_ids(std::string_view bytes) {
  std::vector<std::int64_t> ids;
  for (Reader in(bytes); !in.done();) ids.push_back(static_cast<std::int64_t>(in.number()));
  return ids;
}

std::string encode_evidence(const std::vector<Evidence>& evidence) {
  std::string out;
  for (const Evidence& one : evidence) {
    put(one.text, out);
    put(one.clause, out);
    put(one.lineage.version, out);
    put(one.lineage.ordinal, out);
    put(one.section.size(), out);
    for (const std::string& heading : one.section) put(heading, out);
  }
  return out;
}

std::vector<Evidence> decode_evidence(std::string_view bytes) {
  std::vector<Evidence> evidence;
  for (Reader in(bytes); !in.done();) {
    Evidence one;
    one.text = in.text();
    one.clause = in.small();
    one.lineage.version = in.small();
    one.lineage.ordinal = in.small();
    for (std::uint64_t headings = in.number(); headings > 0; --headings) one.section.push_back(in.text());
    evidence.push_back(std::move(one));
  }
  return evidence;
}

ChangeSums sum_up(const std::vector<StoredChange>& changes) {
  ChangeSums sums;
  for (const StoredChange& stored : changes) {
    sums.kinds |= bit_of(stored.change.kind);
    for (const TopicEffect& topic : stored.change.topics) {
      sums.effects |= bit_of(topic.effect);
      sums.topics[topic.topic] |= bit_of(topic.effect);
    }
  }
  return sums;
}

// Clauses that a change names mostly follow each other, and changes mostly stand under the heading of the one before:
// ids are kept as distances, a section only where it differs.
std::string encode_changes(const std::vector<StoredChange>& changes) {
  std::string out;
  std::int64_t last_id = 0;
  const std::vector<std::string> none;
  const std::vector<std::string>* section = &none;
  const auto put_ids = [&](const std::vector<std::int64_t>& ids) {
    put(ids.size(), out);
    for (const std::int64_t id : ids) {
      const std::int64_t distance = id - std::exchange(last_id, id);
      put(static_cast<std::uint64_t>(distance) << 1U ^ static_cast<std::uint64_t>(distance >> 63), out);
    }
  };
  for (const StoredChange& stored : changes) {
    const Change& change = stored.change;
    put(static_cast<unsigned>(change.kind), out);
    put(change.cosmetic ? 1U : 0U, out);
    put(change.reasons.bits(), out);
    put(static_cast<unsigned>(change.importance), out);
    put(change.importance_reason, out);
    put(change.before_index, out);
    put(change.after_index, out);
    put(change.lineage.version, out);
    put(change.lineage.ordinal, out);
    if (change.section == *section) {
      put(0U, out);
    } else {
      put(change.section.size() + 1, out);
      for (const std::string& heading : change.section) put(heading, out);
      section = &change.section;
    }
    put_ids(stored.before);
    put_ids(stored.after);
    put(change.topics.size(), out);
    for (const TopicEffect& topic : change.topics) {
      put(topic.topic, out);
      put(static_cast<unsigned>(topic.effect), out);
      put(topic.reason, out);
    }
  }
  return out;
}

std::vector<StoredChange> decode_changes(std::string_view bytes) {
  std::vector<StoredChange> changes;
  std::int64_t last_id = 0;
  std::vector<std::string> section;
  Reader in(bytes);
  const auto take_ids = [&] {
    std::vector<std::int64_t> ids;
    for (std::uint64_t left = in.number(); left > 0; --left) {
      const std::uint64_t distance = in.number();
      last_id += static_cast<std::int64_t>(distance >> 1U ^ (0 - (distance & 1U)));
      ids.push_back(last_id);
    }
    return ids;
  };
  while (!in.done()) {
    StoredChange& stored = changes.emplace_back();
    Change& change = stored.change;
    change.kind = in.one_of(ChangeKind::merged);
    change.cosmetic = in.number() != 0;
    change.reasons = CosmeticReasons(static_cast<std::uint16_t>(in.number()));
    change.importance = in.one_of(Importance::high);
    change.importance_reason = in.text();
    change.before_index = in.small();
    change.after_index = in.small();
    change.lineage.version = in.small();
    change.lineage.ordinal = in.small();
    if (std::uint64_t headings = in.number(); headings > 0) {
      section.clear();
      while (--headings > 0) section.push_back(in.text());
    }
    change.section = section;
    stored.before = take_ids();
    stored.after = take_ids();
    for (std::uint64_t topics = in.number(); topics > 0; --topics) {
      TopicEffect& topic = change.topics.emplace_back();
      topic.topic = in.text();
      topic.effect = in.one_of(Effect::withdrawn);
      topic.reason = in.text();
    }
  }
  return changes;
}

void append_text(std::string_view text, std::string& out) { put(text, out); }

std::vector<std::string> decode_texts(std::string_view bytes) {
  std::vector<std::string> texts;
  for (Reader in(bytes); !in.done();) texts.push_back(in.text());
  return texts;
}

std::string encode_topics(const std::vector<TopicEffect>& topics) {
  std::string out;
  for (const TopicEffect& topic : topics) {
    if (!out.empty()) out += '\n';
    out += topic.topic;
    out += '\t';
    out += name(topic.effect);
    out += '\t';
    out += topic.reason;
  }
  return out;
}

std::vector<TopicEffect> decode_topics(std::string_view text) {
  std::vector<TopicEffect> topics;
  for (const std::string& line : split_lines(text)) {
    const std::size_t first = line.find('\t');
    const std::size_t second = first == std::string::npos ? first : line.find('\t', first + 1);
    if (second == std::string::npos) throw Failure{{ErrorCode::damaged, "a stored topic does not decode"}};
    const auto known = effect(std::string_view(line).substr(first + 1, second - first - 1));
    topics.push_back({line.substr(0, first), known.value_or(Effect::mentioned), line.substr(second + 1)});
  }
  return topics;
}

std::string join_lines(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) {
    if (&line != &lines.front()) out += '\n';
    for (const char c : line) out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::vector<std::pair<std::string, std::string>> split_headers(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (const std::string& line : split_lines(text)) {
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  return headers;
}

}  // namespace smallprint::sqlite
