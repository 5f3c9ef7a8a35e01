#include "storage/sqlite/blob_rows.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "storage/sqlite/sqlite_archive.h"

namespace smallprint::sqlite {
namespace {

/// Pages are large, and the last one is read at every visit that finds another one: shorter ways.
constexpr std::size_t page_radix = 16;

Sha256 hash_of(std::string_view bytes) {
  Sha256 hash{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
  return hash;
}

struct Found {
  std::int64_t id = 0, depth = 0;
};

std::optional<Found> find(Connection& connection, const Sha256& sha256) {
  auto query = connection.query("SELECT id, depth FROM blob WHERE sha256 = ?");
  if (!query.bind(blob(view(sha256))).step()) return std::nullopt;
  return Found{query.number(0), query.number(1)};
}

[[noreturn]] void fail_missing() {
  throw Failure{{ErrorCode::damaged, "the bytes that the next ones are stored against are missing"}};
}

std::string stored(Pool& readers, const Sha256& sha256) {
  auto connection = readers.take();
  const auto found = find(*connection, sha256);
  if (!found) fail_missing();
  return read_blob(*connection, found->id);
}

}  // namespace

BlobPacker::Series& BlobPacker::page_series(std::size_t ordinal) {
  while (pages_.size() <= ordinal) pages_.push_back({TextBases(page_radix), {}});
  return pages_[ordinal];
}

void BlobPacker::load(Connection& connection, std::int64_t document_id) {
  const auto take = [](Series& series, const std::string& sha256, std::int64_t depth) {
    if (series.known.insert(sha256).second) {
      series.bases.add({hash_of(sha256), static_cast<int>(depth), nullptr});
    } else {
      series.bases.latest(hash_of(sha256));
    }
  };
  auto texts = connection.query(
      "SELECT b.sha256, b.depth FROM version v JOIN blob b ON b.id = v.blob_id WHERE v.document_id = ? ORDER BY "
      "v.number");
  texts.bind(document_id);
  while (texts.step()) take(texts_, texts.text(0), texts.number(1));
  auto pages = connection.query(
      "SELECT b.sha256, b.depth, s.ordinal FROM version v JOIN snapshot s ON s.version_id = v.id JOIN blob b ON b.id = "
      "s.blob_id WHERE v.document_id = ? ORDER BY v.number, s.ordinal");
  pages.bind(document_id);
  while (pages.step()) {
    take(page_series(static_cast<std::size_t>(pages.number(2))), pages.text(0), pages.number(1));
  }
}

NewBlob BlobPacker::text(Pool& readers, std::string_view sha256, std::string bytes) {
  std::string raw;
  from_hex(sha256, raw);
  return pack(readers, texts_, hash_of(raw), std::move(bytes), Effort::often);
}

NewBlob BlobPacker::page(Pool& readers, std::size_t ordinal, std::string bytes) {
  const Sha256 hash = sha256(bytes);
  // Pages are ten times as long as their texts, and what differs in them is as little.
  return pack(readers, page_series(ordinal), hash, std::move(bytes), Effort::little);
}

NewBlob BlobPacker::pack(Pool& readers, Series& series, const Sha256& sha256, std::string bytes, Effort effort) {
  NewBlob blob;
  blob.sha256 = sha256;
  if (!series.known.insert(std::string(view(sha256))).second) {
    series.bases.latest(sha256);
    return blob;
  }
  blob.size = bytes.size();
  BaseText* base = series.bases.next();
  if (base != nullptr) {
    if (!base->bytes) base->bytes = std::make_shared<const std::string>(stored(readers, base->sha256));
    blob.base = base->sha256;
  }
  blob.data = encoder_.encode(bytes, base == nullptr ? std::string_view{} : *base->bytes,
                              base == nullptr ? Effort::once : effort);
  series.bases.add(
      {sha256, base == nullptr ? 0 : base->depth + 1, std::make_shared<const std::string>(std::move(bytes))});
  return blob;
}

void BlobPacker::set_depth(const Sha256& sha256, std::int64_t depth) {
  texts_.bases.set_depth(sha256, static_cast<int>(depth));
  for (Series& series : pages_) series.bases.set_depth(sha256, static_cast<int>(depth));
}

std::int64_t BlobPacker::write(Connection& connection, const NewBlob& new_blob) {
  if (const auto known = find(connection, new_blob.sha256)) {
    set_depth(new_blob.sha256, known->depth);
    return known->id;
  }
  std::optional<Found> base;
  if (new_blob.base && !(base = find(connection, *new_blob.base))) fail_missing();
  const std::int64_t depth = base ? base->depth + 1 : 0;
  auto insert = connection.query("INSERT INTO blob (sha256, size, base, depth, data) VALUES (?, ?, ?, ?, ?)");
  insert.bind(blob(view(new_blob.sha256)), new_blob.size);
  base ? insert.bind(base->id) : insert.bind(nullptr);
  insert.bind(depth, blob(new_blob.data)).run();
  set_depth(new_blob.sha256, depth);
  return connection.database().getLastInsertRowid();
}

}  // namespace smallprint::sqlite
