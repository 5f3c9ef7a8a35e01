// What several queries are made of: blobs, layouts, clauses, and a version's texts.
#include <algorithm>
#include <array>

#include "storage/codec.h"
#include "storage/hash.h"
#include "storage/sqlite/layout.h"
#include "storage/sqlite/sqlite_archive.h"

namespace smallprint::sqlite {
namespace {

/// Longer than any chain that was ever written: what goes on beyond it goes in a circle.
constexpr int deepest_chain = 4096;

}  // namespace

std::int64_t document_row_id(Connection& connection, const DocumentId& document) {
  auto query = connection.query("SELECT id FROM document WHERE key = ?");
  if (!query.bind(document).step()) throw Failure{{ErrorCode::not_found, "there is no document '" + document + "'"}};
  return query.number(0);
}

std::string read_blob(Connection& connection, std::int64_t id) {
  struct Part {
    std::string data;
    std::size_t size;
  };
  std::vector<Part> parts;  // the blob, then its bases
  for (std::int64_t at = id; at != 0;) {
    auto query = connection.query("SELECT data, size, base FROM blob WHERE id = ?");
    if (!query.bind(at).step() || static_cast<int>(parts.size()) > deepest_chain) {
      throw Failure{{ErrorCode::damaged, "stored bytes lean on others that are missing"}};
    }
    parts.push_back({query.text(0), static_cast<std::size_t>(query.number(1))});
    at = query.null(2) ? 0 : query.number(2);
  }
  std::string bytes;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    auto decoded = decode(part->data, bytes, part->size);
    if (!decoded) throw Failure{decoded.error()};
    bytes = std::move(decoded).value();
  }
  return bytes;
}

std::string read_layout(Connection& connection, std::int64_t document, std::uint32_t number) {
  std::vector<std::string> parts;
  for (std::uint32_t at = number;; --at) {
    auto query = connection.query("SELECT layout, layout_depth FROM version WHERE document_id = ? AND number = ?");
    if (!query.bind(document, at).step()) {
      if (at == number) throw Failure{{ErrorCode::not_found, "there is no version " + std::to_string(number)}};
      throw Failure{{ErrorCode::damaged, "a version's layout leans on one that is missing"}};
    }
    parts.push_back(query.text(0));
    if (query.number(1) == 0) break;
    if (static_cast<int>(parts.size()) > deepest_chain)
      throw Failure{{ErrorCode::damaged, "a version's layout never ends"}};
  }
  std::string layout;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    auto decoded = decode_any(*part, layout);
    if (!decoded) throw Failure{decoded.error()};
    layout = std::move(decoded).value();
  }
  return layout;
}

Result<std::string> SqliteArchive::text(const DocumentId& document, std::uint32_t number) const {
  return guard([&] {
    auto connection = readers_.take();
    std::int64_t blob_id = 0;
    {
      auto query = connection->query(
          "SELECT v.blob_id FROM version v JOIN document d ON d.id = v.document_id WHERE d.key = ? AND v.number = ?");
      if (!query.bind(document, number).step()) {
        throw Failure{
            {ErrorCode::not_found, "there is no version " + std::to_string(number) + " of '" + document + "'"}};
      }
      blob_id = query.number(0);
    }
    return read_blob(*connection, blob_id);
  });
}

Result<Archive::VersionDocument> SqliteArchive::clauses(const DocumentId& document, std::uint32_t number) const {
  return guard([&] {
    auto connection = readers_.take();
    const std::int64_t id = document_row_id(*connection, document);
    VersionDocument result;
    for (const LayoutEntry& entry : decode_layout(read_layout(*connection, id, number))) {
      result.document.clauses.push_back(read_clause(*connection, entry.clause));
      result.lineages.push_back(entry.lineage);
    }
    link_headings(result.document);
    auto query = connection->query("SELECT language FROM version WHERE document_id = ? AND number = ?");
    if (query.bind(id, number).step()) result.document.language = query.text(0);
    return result;
  });
}

Result<std::vector<Snapshot>> SqliteArchive::snapshots(const DocumentId& document, std::uint32_t version) const {
  return guard([&] {
    auto connection = readers_.take();
    const std::int64_t id = document_row_id(*connection, document);
    std::vector<Snapshot> snapshots;
    std::vector<std::int64_t> blobs;
    {
      auto query = connection->query(
          "SELECT s.blob_id, s.status, s.urls, s.headers FROM snapshot s JOIN version v ON v.id = s.version_id "
          "WHERE v.document_id = ? AND v.number = ? ORDER BY s.ordinal");
      query.bind(id, version);
      while (query.step()) {
        Snapshot snapshot;
        blobs.push_back(query.number(0));
        snapshot.status = static_cast<int>(query.number(1));
        snapshot.urls = split_lines(query.text(2));
        snapshot.headers = split_headers(query.text(3));
        snapshots.push_back(std::move(snapshot));
      }
    }
    for (std::size_t i = 0; i < blobs.size(); ++i) snapshots[i].body = read_blob(*connection, blobs[i]);
    return snapshots;
  });
}

}  // namespace smallprint::sqlite
