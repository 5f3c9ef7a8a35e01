#include "storage/sqlite/sqlite_writer.h"

#include <algorithm>
#include <tuple>

#include "model/topic_effects.h"
#include "storage/sqlite/chain_rows.h"
#include "storage/sqlite/clauses.h"
#include "storage/sqlite/observation_rows.h"
#include "storage/sqlite/schedule_rows.h"

namespace smallprint::sqlite {
namespace {

constexpr std::uint32_t no_ref = UINT32_MAX;

std::string clause_hash(const std::string& body) { return std::string(view(sha256(body)).substr(0, 16)); }

std::int64_t seconds_of(Timestamp time) { return time.time_since_epoch().count(); }

std::uint64_t key_of(Lineage lineage) { return std::uint64_t{lineage.version} << 32 | lineage.ordinal; }

}  // namespace

// SqliteWriter::Pending is what add() prepared for commit().
struct SqliteWriter::Pending {
  NewVersion version;  // without text, document and changes
  std::uint32_t number = 0;
  NewBlob text;
  std::vector<NewBlob> snapshots;
  std::vector<Entry> layout;
  std::vector<StoredChange> changes;  // with references for ids
  std::uint32_t cosmetic = 0;
  Importance importance = Importance::none;
  std::vector<TopicEffect> topics;
  ChangeSums sums;
  std::size_t words = 0;
  std::string title, language;
  NewEntry entry;
};

SqliteWriter::SqliteWriter(SqliteArchive& archive, DocumentId document)
    : archive_(archive), document_(std::move(document)) {
  load();
}

SqliteWriter::~SqliteWriter() { archive_.release(document_); }

void SqliteWriter::load() {
  auto lease = archive_.readers().take();
  Connection& connection = *lease;
  document_id_ = document_row_id(connection, document_);
  {
    auto query = connection.query("SELECT service_id, versions FROM document WHERE id = ?");
    query.bind(document_id_).step();
    service_id_ = query.number(0);
    stored_versions_ = versions_ = static_cast<std::uint32_t>(query.number(1));
  }
  suspect_ = open_suspect(connection, document_id_);
  if (versions_ == 0) return;
  left_to_load_ = versions_;
  {
    auto query = connection.query(
        "SELECT b.sha256, max(v.number) FROM version v JOIN blob b ON b.id = v.blob_id WHERE v.document_id = ? GROUP "
        "BY b.id");
    query.bind(document_id_);
    while (query.step()) version_by_text_[to_hex(query.text(0))] = static_cast<std::uint32_t>(query.number(1));
  }
  blobs_.load(connection, document_id_);
  LatestVersion latest;
  {
    auto query = connection.query(
        "SELECT v.observed_at, v.source, v.layout_depth, b.sha256, v.language FROM version v "
        "JOIN blob b ON b.id = v.blob_id WHERE v.document_id = ? AND v.number = ?");
    if (!query.bind(document_id_, versions_).step())
      throw Failure{{ErrorCode::damaged, document_ + ": the latest version is missing"}};
    latest.number = versions_;
    latest.observed_at = Timestamp{std::chrono::seconds{query.number(0)}};
    latest.source = query.text(1);
    layout_depth_ = static_cast<int>(query.number(2));
    const std::string sha256 = query.text(3);
    latest.text_sha256 = to_hex(sha256);
    auto document = std::make_shared<Document>();
    document->language = query.text(4);
    latest.document = std::move(document);
  }
  {
    auto query =
        connection.query("SELECT restored_from FROM version WHERE document_id = ? ORDER BY number DESC LIMIT ?");
    query.bind(document_id_, static_cast<std::int64_t>(latest.repeats.size()));
    for (std::size_t i = 0; query.step(); ++i) latest.repeats[i] = query.number(0) != 0;
  }
  stored_layout_ = read_layout(connection, document_id_, versions_);
  auto document = std::make_shared<Document>();
  auto lineages = std::make_shared<std::vector<Lineage>>();
  document->language = latest.document->language;
  for (const LayoutEntry& entry : decode_layout(stored_layout_)) {
    Clause clause = read_clause(connection, entry.clause);
    Ref ref;
    ref.id = entry.clause;
    std::string body;
    encode_clause(clause, body);
    ref.hash = clause_hash(body);
    ref.words = word_count(clause.text);
    const auto [known, inserted] = ref_by_hash_.emplace(ref.hash, static_cast<std::uint32_t>(refs_.size()));
    if (inserted) refs_.push_back(std::move(ref));
    layout_.push_back({known->second, entry.lineage});
    lineages->push_back(entry.lineage);
    document->clauses.push_back(std::move(clause));
  }
  link_headings(*document);
  latest.document = std::move(document);
  latest.lineages = std::move(lineages);
  latest_ = std::move(latest);

  auto query = connection.query(
      "SELECT fact, value, detail, evidence, since_version FROM fact WHERE document_id = ? AND until_version IS NULL");
  query.bind(document_id_);
  while (query.step()) {
    facts_[query.text(0)] = {query.text(1), query.text(2), query.text(3), static_cast<std::uint32_t>(query.number(4)),
                             false};
  }
}

std::uint32_t SqliteWriter::version_with_text(std::string_view sha256) const {
  const auto found = version_by_text_.find(std::string(sha256));
  return found == version_by_text_.end() ? 0 : found->second;
}

Result<std::vector<Lineage>> SqliteWriter::former_lineages(const std::shared_ptr<const Document>& next,
                                                           std::size_t clause) {
  return guard([&] {
    if (left_to_load_ > 0) load_left();
    if (next_ != next) {
      next_ = next;
      next_refs_.assign(next->clauses.size(), no_ref);
    }
    std::vector<Lineage> lineages;
    const std::uint32_t ref = next_refs_[clause] = ref_of(next->clauses[clause]);
    const auto found = left_.find(refs_[ref].hash);
    if (found == left_.end()) return lineages;
    std::vector<Left> left = found->second;
    std::sort(left.begin(), left.end(),
              [](const Left& a, const Left& b) { return a.last != b.last ? a.last > b.last : a.lineage < b.lineage; });
    for (const Left& one : left) lineages.push_back(one.lineage);
    return lineages;
  });
}

/// What left before this writer began; what leaves since then is in memory.
void SqliteWriter::load_left() {
  auto connection = archive_.readers().take();
  auto query = connection->query(
      "SELECT clause_id, lineage_version, lineage_ordinal, last_version FROM occurrence WHERE document_id = ? AND "
      "last_version < ? ORDER BY clause_id");
  query.bind(document_id_, left_to_load_);
  std::int64_t clause = 0;
  std::string hash;
  while (query.step()) {
    if (query.number(0) != clause) {
      clause = query.number(0);
      hash = clause_hash(clause_body(*connection, clause));
    }
    const Lineage lineage{static_cast<std::uint32_t>(query.number(1)), static_cast<std::uint32_t>(query.number(2))};
    leave(hash, lineage, static_cast<std::uint32_t>(query.number(3)));
  }
  left_to_load_ = 0;
}

void SqliteWriter::leave(const std::string& hash, Lineage lineage, std::uint32_t last) {
  std::vector<Left>& left = left_[hash];
  const auto known = std::find_if(left.begin(), left.end(), [&](const Left& one) { return one.lineage == lineage; });
  if (known == left.end()) {
    left.push_back({lineage, last});
  } else {
    known->last = std::max(known->last, last);
  }
}

std::uint32_t SqliteWriter::ref_of(const Clause& clause) {
  std::string body;
  encode_clause(clause, body);
  std::string hash = clause_hash(body);
  const auto [known, inserted] = ref_by_hash_.emplace(hash, static_cast<std::uint32_t>(refs_.size()));
  if (inserted) {
    new_refs_.push_back(known->second);
    refs_.push_back({0, word_count(clause.text), std::move(hash), std::move(body), clause.text});
  }
  return known->second;
}

/// A clause that kept its lineage and its text keeps its reference: only what changed is hashed.
void SqliteWriter::lay_out(const NewVersion& version, Pending& pending) {
  const auto& clauses = version.document->clauses;
  const auto& lineages = *version.lineages;
  std::unordered_map<std::uint64_t, std::size_t> at;
  const auto find_old = [&](Lineage lineage, std::size_t expected) {
    if (expected < layout_.size() && layout_[expected].lineage == lineage) return expected;
    if (at.empty()) {
      for (std::size_t i = 0; i < layout_.size(); ++i) at.emplace(key_of(layout_[i].lineage), i);
    }
    const auto found = at.find(key_of(lineage));
    return found == at.end() ? layout_.size() : found->second;
  };
  std::vector<bool> kept(layout_.size(), false);
  std::vector<Entry> begun;
  pending.layout.reserve(clauses.size());
  std::size_t expected = 0;
  for (std::size_t i = 0; i < clauses.size(); ++i) {
    const std::size_t old = layout_.empty() ? 0 : find_old(lineages[i], expected);
    expected = old + 1;
    if (old < layout_.size() && latest_->document->clauses[old] == clauses[i]) {
      kept[old] = true;
      pending.layout.push_back(layout_[old]);
    } else {
      const bool known = next_ == version.document && next_refs_[i] != no_ref;
      pending.layout.push_back({known ? next_refs_[i] : ref_of(clauses[i]), lineages[i]});
      begun.push_back(pending.layout.back());
    }
  }
  // A clause that is edited keeps its lineage: one run of it ends before the next begins.
  for (std::size_t i = 0; i < layout_.size(); ++i) {
    if (!kept[i]) end_run(layout_[i], pending.number - 1);
  }
  for (const Entry& entry : begun) {
    standing_[key_of(entry.lineage)] = runs_.size();
    runs_.push_back({entry, pending.number, 0});
  }
}

void SqliteWriter::end_run(const Entry& entry, std::uint32_t last) {
  leave(refs_[entry.ref].hash, entry.lineage, last);
  const auto standing = standing_.find(key_of(entry.lineage));
  if (standing == standing_.end()) {
    ended_.emplace_back(entry.lineage, last);
    return;
  }
  runs_[standing->second].last = last;
  standing_.erase(standing);
}

Result<std::uint32_t> SqliteWriter::add(NewVersion version) {
  return guard([&] {
    if (!version.document || !version.lineages || version.lineages->size() != version.document->clauses.size() ||
        version.text_sha256.size() != 64) {
      throw Failure{
          {ErrorCode::bad_input, "a version needs its document, a lineage for each clause, and its text's hash"}};
    }
    Pending pending;
    pending.number = versions_ + 1;
    lay_out(version, pending);
    next_.reset();
    pending.text = blobs_.text(archive_.readers(), version.text_sha256, std::move(version.text));
    for (Snapshot& snapshot : version.snapshots) {
      const std::size_t ordinal = pending.snapshots.size();
      pending.snapshots.push_back(blobs_.page(archive_.readers(), ordinal, std::move(snapshot.body)));
      snapshot.body.clear();
    }

    pending.topics = sum_of_topics(version.comparison.changes);
    for (Change& change : version.comparison.changes) {
      if (change.before_index + change.before.size() > layout_.size() ||
          change.after_index + change.after.size() > pending.layout.size()) {
        throw Failure{{ErrorCode::bad_input, "a change lies outside its documents"}};
      }
      StoredChange stored;
      for (std::size_t i = 0; i < change.before.size(); ++i)
        stored.before.push_back(layout_[change.before_index + i].ref);
      for (std::size_t i = 0; i < change.after.size(); ++i)
        stored.after.push_back(pending.layout[change.after_index + i].ref);
      pending.cosmetic += change.cosmetic ? 1 : 0;
      pending.importance = std::max(pending.importance, change.importance);
      change.before.clear();
      change.after.clear();
      change.words.clear();
      stored.change = std::move(change);
      pending.changes.push_back(std::move(stored));
    }
    pending.sums = sum_up(pending.changes);
    for (const Entry& entry : pending.layout) pending.words += refs_[entry.ref].words;
    pending.title = version.document->title;
    pending.language = version.document->language;

    auto repeats = latest_ ? latest_->repeats << 1U : decltype(LatestVersion::repeats){};
    repeats[0] = version.restored_from != 0;
    latest_ = LatestVersion{pending.number, version.observed_at, version.text_sha256,
                            version.source, version.document,    version.lineages,
                            repeats};
    version_by_text_[version.text_sha256] = pending.number;
    layout_ = pending.layout;
    versions_ = pending.number;
    version.document.reset();
    version.lineages.reset();
    version.text.clear();
    version.text.shrink_to_fit();
    pending.version = std::move(version);
    pending_.push_back(std::move(pending));
    return versions_;
  });
}

Result<void> SqliteWriter::observe(Observation observation, std::optional<NextVisit> next) {
  observations_.push_back(std::move(observation));
  if (next) next_visit_ = std::move(next);
  return {};
}

Result<void> SqliteWriter::put_suspect(Suspect suspect) {
  return guard([&] {
    suspect.document = document_;
    new_suspect_ = pack(std::move(suspect), encoder_);
  });
}

Result<void> SqliteWriter::commit() {
  if (failed_) return *failed_;  // what add() prepared leans on what was not written
  auto done = guard([&] {
    archive_.in_transaction([&](Connection& connection) { write(connection); },
                            new_suspect_ ? SqliteArchive::Gather::no : SqliteArchive::Gather::yes);
  });
  if (!done) {
    failed_ = done.error();
    return done;
  }
  for (const std::uint32_t ref : new_refs_) {
    refs_[ref].body = {};
    refs_[ref].text = {};
  }
  new_refs_.clear();
  runs_.clear();
  standing_.clear();
  ended_.clear();
  pending_.clear();
  observations_.clear();
  next_visit_.reset();
  if (new_suspect_) {
    new_suspect_.reset();
    auto lease = archive_.readers().take();
    auto reread = guard([&] { suspect_ = open_suspect(*lease, document_id_); });
    if (!reread) return reread;
  }
  stored_versions_ = versions_;
  return {};
}

void SqliteWriter::write(Connection& connection) {
  {
    auto query = connection.query("SELECT versions FROM document WHERE id = ?");
    query.bind(document_id_).step();
    if (query.number(0) != stored_versions_) {
      throw Failure{{ErrorCode::conflict, document_ + ": another process has recorded a version meanwhile"}};
    }
  }
  if (next_visit_) end_claim_row(connection, document_id_, *next_visit_);
  std::string layout = stored_layout_;
  int depth = layout_depth_;
  write_clauses(connection);
  write_occurrences(connection);
  for (Pending& pending : pending_) write_version(connection, pending, layout, depth);
  for (auto& [name, fact] : facts_) {
    if (fact.stale) refresh_fact(connection, name, fact);
  }
  for (const Observation& observation : observations_) {
    const std::int64_t id = write_observation(connection, document_id_, observation);
    if (observation.outcome != Outcome::recorded) continue;
    const auto made = std::find_if(pending_.begin(), pending_.end(),
                                   [&](const Pending& one) { return one.number == observation.version; });
    if (made == pending_.end() || made->entry.observation != 0) continue;
    made->entry.observation = id;
    made->entry.record.visit = observation;
  }
  for (Pending& pending : pending_) append_entry(connection, pending.entry);
  if (new_suspect_) write_suspect(connection, document_id_, *new_suspect_);
  stored_layout_ = std::move(layout);
  layout_depth_ = depth;
}

void SqliteWriter::write_clauses(Connection& connection) {
  connection.clauses().forget();  // what a transaction wrote that came to nothing
  ClauseAppender appender(connection.database());
  for (const std::uint32_t index : new_refs_) {
    Ref& ref = refs_[index];
    const auto known = find_clause(connection, ref.body);
    ref.id = known ? *known : appender.add(ref.body, ref.text, ref.words);
  }
  appender.flush();
}

void SqliteWriter::write_version(Connection& connection, Pending& pending, std::string& layout, int& layout_depth) {
  const NewVersion& version = pending.version;
  const std::int64_t blob_id = blobs_.write(connection, pending.text);
  std::vector<std::int64_t> snapshot_ids;
  for (const NewBlob& snapshot : pending.snapshots) snapshot_ids.push_back(blobs_.write(connection, snapshot));

  std::vector<LayoutEntry> entries;
  entries.reserve(pending.layout.size());
  for (const Entry& entry : pending.layout) entries.push_back({refs_[entry.ref].id, entry.lineage});
  std::string new_layout = encode_layout(entries);
  layout_depth = pending.number == 1 || layout_depth + 1 >= longest_chain ? 0 : layout_depth + 1;
  const std::string layout_data = encoder_.encode(new_layout, layout_depth == 0 ? std::string_view{} : layout);
  layout = std::move(new_layout);

  auto insert = connection.query(
      "INSERT INTO version (document_id, number, observed_at, kind, restored_from, effective_date, language, title, "
      "source, "
      "blob_id, words, clauses, changes, cosmetic_changes, importance, topics, rules_version, layout, layout_depth, "
      "service_id, kinds, effects) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(document_id_, pending.number, seconds_of(version.observed_at), static_cast<int>(version.kind),
              version.restored_from);
  if (version.effective_date) {
    insert.bind(std::chrono::sys_days{*version.effective_date}.time_since_epoch().count());
  } else {
    insert.bind(nullptr);
  }
  insert
      .bind(pending.language, pending.title, version.source, blob_id, pending.words, pending.layout.size(),
            pending.changes.size(), pending.cosmetic, static_cast<int>(pending.importance),
            encode_topics(pending.topics), version.rules_version, blob(layout_data), layout_depth, service_id_,
            pending.sums.kinds, pending.sums.effects)
      .run();
  const std::int64_t version_id = connection.database().getLastInsertRowid();
  pending.entry.version = version_id;
  ChainRecord& record = pending.entry.record;
  record.document = document_;
  record.version = pending.number;
  record.observed_at = version.observed_at;
  record.source = version.source;
  record.text_sha256 = version.text_sha256;

  for (std::size_t i = 0; i < snapshot_ids.size(); ++i) {
    const Snapshot& snapshot = version.snapshots[i];
    std::vector<std::string> headers;
    for (const auto& [name, value] : snapshot.headers) headers.push_back(name + ": " + value);
    record.pages.push_back(
        {to_hex(view(pending.snapshots[i].sha256)), snapshot.status, join_lines(snapshot.urls), join_lines(headers)});
    connection.query("INSERT INTO snapshot VALUES (?, ?, ?, ?, ?, ?)")
        .bind(version_id, i, snapshot_ids[i], snapshot.status, record.pages.back().urls, record.pages.back().headers)
        .run();
  }
  write_changes(connection, pending, version_id);
  write_facts(connection, pending);
  connection
      .query(
          "UPDATE document SET versions = ?, latest_at = ?, first_at = coalesce(first_at, ?), language = ? WHERE id = "
          "?")
      .bind(pending.number, seconds_of(version.observed_at), seconds_of(version.observed_at), pending.language,
            document_id_)
      .run();
}

void SqliteWriter::write_occurrences(Connection& connection) {
  for (const auto& [lineage, last] : ended_) {
    connection
        .query(
            "UPDATE occurrence SET last_version = ? WHERE document_id = ? AND lineage_version = ? AND lineage_ordinal "
            "= ? AND last_version IS NULL")
        .bind(last, document_id_, lineage.version, lineage.ordinal)
        .run();
  }
  // In the order of the primary key, so that neighbours go to one page after each other.
  std::sort(runs_.begin(), runs_.end(), [](const Run& a, const Run& b) {
    return std::tie(a.entry.lineage, a.first) < std::tie(b.entry.lineage, b.first);
  });
  for (const Run& run : runs_) {
    auto insert = connection.query("INSERT INTO occurrence VALUES (?, ?, ?, ?, ?, ?)");
    insert.bind(document_id_, run.entry.lineage.version, run.entry.lineage.ordinal, run.first);
    run.last == 0 ? insert.bind(nullptr) : insert.bind(run.last);
    insert.bind(refs_[run.entry.ref].id).run();
  }
}

void SqliteWriter::write_changes(Connection& connection, Pending& pending, std::int64_t version_id) {
  if (pending.changes.empty()) return;
  for (StoredChange& stored : pending.changes) {
    for (std::int64_t& id : stored.before) id = refs_[static_cast<std::size_t>(id)].id;
    for (std::int64_t& id : stored.after) id = refs_[static_cast<std::size_t>(id)].id;
  }
  const std::string data = encoder_.encode(encode_changes(pending.changes), {}, Effort::often);
  if (const std::int64_t same = version_with_changes(connection, pending, data); same != 0) {
    connection.query("INSERT INTO change_list VALUES (?, x'', ?)").bind(version_id, same).run();
  } else {
    connection.query("INSERT INTO change_list VALUES (?, ?, NULL)").bind(version_id, blob(data)).run();
  }
  for (const auto& [topic, effects] : pending.sums.topics) {
    connection.query("INSERT INTO version_topic VALUES (?, ?, ?, ?)")
        .bind(topic, seconds_of(pending.version.observed_at), version_id, effects)
        .run();
  }
}

/// An earlier version with the same text and the very same list of changes, or 0: a text that comes back again and
/// again mostly comes back from the same other one.
std::int64_t SqliteWriter::version_with_changes(Connection& connection, const Pending& pending,
                                                const std::string& data) {
  if (pending.version.restored_from == 0) return 0;
  constexpr int looked_at = 8;
  auto query = connection.query(
      "SELECT v.id FROM version v JOIN blob b ON b.id = v.blob_id WHERE v.document_id = ? AND b.sha256 = ? AND "
      "v.number < ? ORDER BY v.number DESC LIMIT ?");
  query.bind(document_id_, blob(view(pending.text.sha256)), pending.number, looked_at);
  while (query.step()) {
    auto list = connection.query("SELECT 1 FROM change_list WHERE version_id = ? AND data = ?");
    if (list.bind(query.number(0), blob(data)).step()) return query.number(0);
  }
  return 0;
}

void SqliteWriter::write_facts(Connection& connection, const Pending& pending) {
  for (const Fact& fact : pending.version.facts) {
    StoredFact now{fact.value, fact.detail, encode_evidence(fact.evidence), pending.number, false};
    StoredFact& then = facts_[fact.fact];
    if (then.value == now.value) {
      now.since = then.since;
      now.stale = then.stale || then.detail != now.detail || then.evidence != now.evidence;
    } else if (const auto since = run_taken_up(connection, pending, fact.fact, now.value, then.since)) {
      now.since = *since;
      now.stale = true;
    } else {
      if (then.stale) refresh_fact(connection, fact.fact, then);
      connection
          .query(
              "UPDATE fact SET until_version = ?, until = ? WHERE document_id = ? AND fact = ? AND until_version IS "
              "NULL")
          .bind(pending.number, seconds_of(pending.version.observed_at), document_id_, fact.fact)
          .run();
      connection
          .query(
              "INSERT OR REPLACE INTO fact (document_id, fact, since_version, since, value, detail, evidence) "
              "VALUES (?, ?, ?, ?, ?, ?, ?)")
          .bind(document_id_, fact.fact, pending.number, seconds_of(pending.version.observed_at), now.value, now.detail,
                blob(now.evidence))
          .run();
    }
    then = std::move(now);
  }
}

/// Does an earlier text come back soon, and with it an earlier answer? Then that run goes on, and what was said in
/// between is none (see records.h). Its first version, where it is so.
std::optional<std::uint32_t> SqliteWriter::run_taken_up(Connection& connection, const Pending& pending,
                                                        const std::string& name, const std::string& value,
                                                        std::uint32_t between) {
  if (pending.version.kind != VersionKind::restored && pending.version.kind != VersionKind::flapping) return {};
  auto query = connection.query(
      "SELECT p.since_version FROM fact n JOIN fact p ON p.document_id = n.document_id AND p.fact = n.fact AND "
      "p.until_version = n.since_version WHERE n.document_id = ? AND n.fact = ? AND n.since_version = ? AND n.since > "
      "? "
      "AND p.value = ?");
  query.bind(document_id_, name, between, seconds_of(pending.version.observed_at - FactRow::taken_back_within), value);
  if (!query.step()) return {};
  const auto since = static_cast<std::uint32_t>(query.number(0));
  connection.query("DELETE FROM fact WHERE document_id = ? AND fact = ? AND since_version = ?")
      .bind(document_id_, name, between)
      .run();
  connection
      .query(
          "UPDATE fact SET until_version = NULL, until = NULL WHERE document_id = ? AND fact = ? AND since_version = ?")
      .bind(document_id_, name, since)
      .run();
  return since;
}

/// Evidence moves with most versions; the archive keeps where it stood in the last one that says so. By its whole key:
/// for a statement that may change several rows SQLite would have the search index write out what it has gathered.
void SqliteWriter::refresh_fact(Connection& connection, const std::string& name, StoredFact& fact) {
  connection.query("UPDATE fact SET detail = ?, evidence = ? WHERE document_id = ? AND fact = ? AND since_version = ?")
      .bind(fact.detail, blob(fact.evidence), document_id_, name, fact.since)
      .run();
  fact.stale = false;
}

}  // namespace smallprint::sqlite
