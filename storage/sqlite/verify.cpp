// Walks everything: SQLite's own pages and references, every blob through its chain, every layout and clause, and the
// hash chain over all versions.
#include <list>
#include <unordered_map>
#include <unordered_set>

#include "storage/codec.h"
#include "storage/hash.h"
#include "storage/sqlite/chain_rows.h"
#include "storage/sqlite/clauses.h"
#include "storage/sqlite/layout.h"
#include "storage/sqlite/sqlite_archive.h"
#include "storage/sqlite/suspect_rows.h"

namespace smallprint::sqlite {
namespace {

/// The last decoded blobs, so that a chain is decoded once and not once for each of its members.
class DecodedBlobs {
 public:
  const std::string* find(std::int64_t id) const {
    const auto found = bytes_.find(id);
    return found == bytes_.end() ? nullptr : &found->second;
  }
  void put(std::int64_t id, std::string bytes) {
    size_ += bytes.size();
    bytes_[id] = std::move(bytes);
    order_.push_back(id);
    while (size_ > most_bytes && order_.size() > 1) {
      size_ -= bytes_[order_.front()].size();
      bytes_.erase(order_.front());
      order_.pop_front();
    }
  }

 private:
  static constexpr std::size_t most_bytes = std::size_t{64} << 20;
  std::unordered_map<std::int64_t, std::string> bytes_;
  std::list<std::int64_t> order_;
  std::size_t size_ = 0;
};

struct Walk {
  Connection& connection;
  std::vector<Damage>& damage;
  void (*progress)(std::uint64_t, std::uint64_t, void*);
  void* context;
  std::uint64_t total = 0, done = 0;

  void step() {
    if (progress != nullptr && ++done % 256 == 0) progress(done, total, context);
  }
  std::uint64_t count(const char* table) {
    auto query = connection.query(std::string("SELECT count(*) FROM ") + table);
    return query.step() ? static_cast<std::uint64_t>(query.number(0)) : 0;
  }
};

/// Are the file's own pages sound?
bool check_file(Walk& walk) {
  bool sound = true;
  {
    auto query = walk.connection.query("PRAGMA integrity_check(20)");
    while (query.step()) {
      if (query.text(0) == "ok") continue;
      sound = false;
      walk.damage.push_back({"the file: " + query.text(0), {}, 0});
    }
  }
  auto query = walk.connection.query("PRAGMA foreign_key_check");
  for (int told = 0; told < 20 && query.step(); ++told) {
    walk.damage.push_back({"a row of " + query.text(0) + " refers to a missing row of " + query.text(2), {}, 0});
  }
  return sound;
}

/// The ids of blobs that are not what their hash says.
std::unordered_set<std::int64_t> check_blobs(Walk& walk) {
  std::unordered_set<std::int64_t> broken;
  DecodedBlobs decoded;
  auto query = walk.connection.query("SELECT id, sha256, size, base, data FROM blob ORDER BY id");
  while (query.step()) {
    walk.step();
    const std::int64_t id = query.number(0);
    try {
      std::string base;
      if (!query.null(3)) {
        const std::string* known = decoded.find(query.number(3));
        base = known != nullptr ? *known : read_blob(walk.connection, query.number(3));
      }
      auto bytes = decode(query.text(4), base, static_cast<std::size_t>(query.number(2)));
      if (!bytes || std::string(view(sha256(*bytes))) != query.text(1)) {
        broken.insert(id);
      } else {
        decoded.put(id, std::move(bytes).value());
      }
    } catch (const Failure&) {
      broken.insert(id);
    }
  }
  return broken;
}

std::unordered_set<std::int64_t> check_clauses(Walk& walk) {
  std::unordered_set<std::int64_t> sound;
  const auto report = [&](std::int64_t id, const char* what) {
    walk.damage.push_back({"clause " + std::to_string(id) + what + " (can be derived again)", {}, 0});
  };
  std::unordered_map<std::int64_t, std::int64_t> hashes;  // by id
  {
    auto query = walk.connection.query("SELECT id, hash FROM clause_hash");
    while (query.step()) hashes.emplace(query.number(0), query.number(1));
  }
  std::int64_t next = 0;
  auto query = walk.connection.query("SELECT first, words, data FROM clause_group ORDER BY first");
  while (query.step()) {
    const std::int64_t first = query.number(0);
    const auto count = static_cast<std::int64_t>(query.text(1).size());
    if (first < next) report(first, " is in two groups");
    next = first + count;
    std::vector<std::string> bodies;
    try {
      if (const auto bytes = decode_any(query.text(2), {})) bodies = decode_texts(*bytes);
    } catch (const Failure&) {
      bodies.clear();
    }
    bodies.resize(static_cast<std::size_t>(count));
    for (std::int64_t id = first; id < next; ++id) {
      walk.step();
      Clause clause;
      const std::string& body = bodies[static_cast<std::size_t>(id - first)];
      const auto hash = hashes.find(id);
      if (hash != hashes.end() && hash->second == short_hash(body) && decode_clause(body, clause)) {
        sound.insert(id);
      } else {
        report(id, " is not what its hash says");
      }
    }
  }
  for (const auto& [id, hash] : hashes) {
    if (sound.count(id) == 0 && id >= next) report(id, " is missing");
  }
  return sound;
}

void check_versions(Walk& walk, const std::unordered_set<std::int64_t>& broken_blobs,
                    const std::unordered_set<std::int64_t>& sound_clauses) {
  std::unordered_map<std::int64_t, std::pair<std::uint32_t, std::string>>
      layouts;  // by document: number and layout before
  auto query = walk.connection.query(
      "SELECT v.id, v.document_id, d.key, v.number, v.blob_id, v.layout, v.layout_depth, v.clauses, v.changes, "
      "coalesce(same.data, c.data) FROM version v LEFT JOIN change_list c ON c.version_id = v.id LEFT JOIN change_list "
      "same ON same.version_id = c.same_as LEFT JOIN document d ON d.id = v.document_id "
      "ORDER BY v.id");
  while (query.step()) {
    walk.step();
    const std::string document = query.text(2);
    const auto number = static_cast<std::uint32_t>(query.number(3));
    const auto report = [&](std::string what) { walk.damage.push_back({std::move(what), document, number}); };

    {
      auto of = walk.connection.query("SELECT blob_id FROM snapshot WHERE version_id = ? ORDER BY ordinal");
      of.bind(query.number(0));
      while (of.step()) {
        if (broken_blobs.count(of.number(0)) != 0) report("a snapshot's bytes are damaged");
      }
    }
    if (broken_blobs.count(query.number(4)) != 0) report("the text's bytes are damaged");

    try {
      const auto list = decode_any(query.text(9), {});
      const std::size_t changes = list ? decode_changes(*list).size() : 0;
      if (changes != static_cast<std::size_t>(query.number(8))) report("the list of changes is damaged");
    } catch (const Failure&) {
      report("the list of changes is damaged");
    }

    auto& [before, layout] = layouts[query.number(1)];
    if (number != before + 1) report("versions are not numbered without a gap");
    const bool alone = query.number(6) == 0;
    auto decoded = decode_any(query.text(5), alone ? std::string_view{} : std::string_view(layout));
    before = number;
    layout = decoded ? std::move(decoded).value() : std::string{};
    try {
      const auto entries = decode_layout(layout);
      bool whole = entries.size() == static_cast<std::size_t>(query.number(7));
      for (const LayoutEntry& one : entries) whole = whole && sound_clauses.count(one.clause) != 0;
      if (!whole) report("the list of clauses is damaged (can be derived again from the text)");
    } catch (const Failure&) {
      report("the list of clauses is damaged (can be derived again from the text)");
    }
  }
}

void check_occurrences(Walk& walk, const std::unordered_set<std::int64_t>& sound_clauses) {
  auto query = walk.connection.query(
      "SELECT o.clause_id, d.key, o.first_version FROM occurrence o LEFT JOIN document d ON d.id = o.document_id");
  while (query.step()) {
    if (sound_clauses.count(query.number(0)) != 0) continue;
    walk.damage.push_back({"clause " + std::to_string(query.number(0)) +
                               " stands in this version and is missing (can be derived again from the text)",
                           query.text(1), static_cast<std::uint32_t>(query.number(2))});
  }
}

/// Every version has its entry, every entry its version, each is bound to the one before, and says what the rows say.
void check_chain(Walk& walk) {
  RecordReader reader(walk.connection.database());
  std::uint64_t sequence = 0;
  std::string before = chain_start(), before_as_stored = before;
  auto query = walk.connection.query(
      "SELECT c.version_id, c.sequence, c.observation_id, c.record, c.hash, d.key, v.number FROM chain c LEFT JOIN "
      "version v ON v.id = c.version_id LEFT JOIN document d ON d.id = v.document_id ORDER BY c.version_id");
  while (query.step()) {
    walk.step();
    const std::string document = query.text(5);
    const auto number = static_cast<std::uint32_t>(query.number(6));
    const std::string entry = "chain entry " + std::to_string(query.number(1));
    const auto report = [&](const std::string& what) { walk.damage.push_back({entry + what, document, number}); };

    const auto stored_sequence = static_cast<std::uint64_t>(query.number(1));
    if (stored_sequence != sequence + 1) report(" stands where entry " + std::to_string(sequence + 1) + " is expected");
    sequence = stored_sequence;
    const std::string record_sha256 = to_hex(query.text(3)), hash = to_hex(query.text(4));
    const std::string expected = chain_hash(before, record_sha256);
    if (hash != expected && hash != chain_hash(before_as_stored, record_sha256))
      report(" does not follow from the one before");
    // Where a hash is damaged itself, the entry after it follows from what it should be, and is not told of as well.
    before = expected;
    before_as_stored = hash;

    if (query.null(6)) {
      report(" is of a version that is missing");
      continue;
    }
    const std::int64_t observation = query.null(2) ? 0 : query.number(2);
    const ChainRecord record = reader.read(query.number(0), stored_sequence, observation);
    if (observation != 0 && !record.visit) report(" is of a visit that is missing");
    if (sha256_hex(chain_text(record)) != record_sha256)
      report(": the time, addresses, headers, hashes or visit of this version are not those that were recorded");
  }
  auto missing = walk.connection.query(
      "SELECT d.key, v.number FROM version v LEFT JOIN document d ON d.id = v.document_id WHERE v.id NOT IN (SELECT "
      "version_id FROM chain)");
  while (missing.step()) {
    walk.damage.push_back(
        {"the version is not in the chain", missing.text(0), static_cast<std::uint32_t>(missing.number(1))});
  }
}

void check_counts(Connection& connection, std::vector<Damage>& damage) {
  auto query = connection.query(
      "SELECT d.key, d.versions, (SELECT count(*) FROM version v WHERE v.document_id = d.id) FROM document d");
  while (query.step()) {
    if (query.number(1) == query.number(2)) continue;
    damage.push_back(
        {"says " + std::to_string(query.number(1)) + " versions and has " + std::to_string(query.number(2)),
         query.text(0), 0});
  }
}

/// What is wrong with the evidence of a version, asked for as a reader asks; empty: nothing.
std::string wrong_with(const Archive& archive, const DocumentId& document, std::uint32_t number) {
  const auto version = archive.version(document, number);
  const auto text = archive.text(document, number);
  const auto pages = archive.snapshots(document, number);
  const auto entry = archive.chain_entry(document, number);
  if (!version) return "the version cannot be read: " + version.error().message;
  if (!text) return "the text cannot be read: " + text.error().message;
  if (!pages) return "the snapshots cannot be read: " + pages.error().message;
  if (!entry) return "the chain entry cannot be read: " + entry.error().message;
  if (sha256_hex(*text) != version->text_sha256) return "the text's bytes are damaged";
  if (sha256_hex(entry->record) != entry->record_sha256) return "the record is not the one that was recorded";
  for (const Snapshot& page : *pages) {
    if (entry->record.find("page_sha256 " + sha256_hex(page.body) + "\n") == std::string::npos)
      return "a snapshot's bytes are damaged";
  }
  return {};
}

/// A walk over a table ends where a page of the file is damaged, and cannot say what stood there. So each version that
/// the documents say they have is asked for by itself.
void check_each_version(Connection& connection, const Archive& archive, std::vector<Damage>& damage) {
  std::vector<std::pair<DocumentId, std::uint32_t>> documents;
  auto query = connection.query("SELECT key, versions FROM document ORDER BY key");
  while (query.step()) documents.emplace_back(query.text(0), static_cast<std::uint32_t>(query.number(1)));
  for (const auto& [document, versions] : documents) {
    for (std::uint32_t number = 1; number <= versions; ++number) {
      if (std::string wrong = wrong_with(archive, document, number); !wrong.empty())
        damage.push_back({std::move(wrong), document, number});
    }
  }
}

}  // namespace

Result<std::vector<Damage>> SqliteArchive::verify(void (*progress)(std::uint64_t, std::uint64_t, void*),
                                                  void* context) const {
  std::vector<Damage> damage;
  auto walked = guard([&] {
    auto lease = readers_.take();
    SQLite::Transaction snapshot(lease->database());  // one state of the archive, whatever is written meanwhile
    Walk walk{*lease, damage, progress, context};
    bool sound = true;
    // SQLite may give up on a page that cannot be read: that is a finding, not a failure to look.
    const auto look = [&](auto&& check) {
      const auto looked = guard(check);
      if (looked) return;
      if (looked.error().code != ErrorCode::damaged) throw Failure{looked.error()};
      sound = false;
      damage.push_back({looked.error().message, {}, 0});
    };
    std::unordered_set<std::int64_t> broken_blobs, sound_clauses;
    look([&] { sound = check_file(walk); });
    look([&] {
      walk.total = walk.count("blob") + walk.count("clause_hash") + walk.count("version") + walk.count("chain");
    });
    look([&] { broken_blobs = check_blobs(walk); });
    look([&] { sound_clauses = check_clauses(walk); });
    look([&] { check_versions(walk, broken_blobs, sound_clauses); });
    look([&] { check_occurrences(walk, sound_clauses); });
    look([&] { check_chain(walk); });
    look([&] { check_suspects(*lease, damage); });
    look([&] { check_counts(*lease, damage); });
    if (!sound) look([&] { check_each_version(*lease, *this, damage); });
    if (progress != nullptr) progress(walk.total, walk.total, context);
  });
  if (!walked) return walked.error();
  return damage;
}

}  // namespace smallprint::sqlite
