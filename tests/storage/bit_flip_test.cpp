// A bit of the file that is turned over, wherever evidence or text lies, is found by verify, and the version named.
#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <utility>

#include "tests/storage/support.h"
#include "tests/support/support.h"

using namespace smallprint;

namespace {

using Place = std::pair<DocumentId, std::uint32_t>;

/// Twenty versions each of four documents, fetched, larger than a page of the file.
void fill(Archive& archive) {
  std::mt19937 random(5);
  for (const char* id : {"acme/terms", "acme/privacy-policy", "zebra/terms", "zebra/cookies"}) {
    REQUIRE(archive.put_document({id, DocumentId(id).substr(0, 4), id, "", {}}).ok());
    auto writer = archive.write(id).value();
    std::vector<std::string> said;
    std::vector<Lineage> lineages;
    for (std::uint32_t number = 1; number <= 20; ++number) {
      for (std::uint32_t i = 0; i < (number == 1 ? 200 : 5); ++i) {
        std::string words = "We";
        for (int word = 0; word < 12; ++word) words += " " + std::to_string(random());
        said.push_back(words);
        lineages.push_back({number, i});
      }
      const Timestamp at{std::chrono::hours{24 * number}};
      auto version = test::version_of(said, lineages, at);
      version.kind = number == 1 ? VersionKind::first : VersionKind::substantive;
      version.snapshots = {
          {{"https://acme.example/"}, 200, {{"etag", std::to_string(random())}}, "<p>" + version.text}};
      REQUIRE(writer->add(std::move(version)).ok());
      REQUIRE(writer->observe({at, Outcome::recorded, "", 200, "https://acme.example/", {}, 17, number, {}, {}}).ok());
      REQUIRE(writer->commit().ok());
    }
  }
}

/// What the archive gives as evidence of each version.
std::map<Place, std::string> evidence(const std::string& path, const std::vector<Place>& places) {
  std::map<Place, std::string> all;
  const auto archive = open_archive("sqlite:" + path, {.read_only = true});
  for (const Place& place : places) {
    std::string& out = all[place];
    if (!archive.ok()) continue;
    const auto& [id, number] = place;
    const auto text = archive.value()->text(id, number);
    const auto pages = archive.value()->snapshots(id, number);
    const auto entry = archive.value()->chain_entry(id, number);
    if (!text || !pages || !entry) continue;
    out = *text + entry->record + entry->record_sha256 + entry->hash + std::to_string(entry->sequence);
    for (const Snapshot& page : *pages) out += page.body;
  }
  return all;
}

}  // namespace

TEST_CASE("a bit of the file that is turned over where it touches evidence is found, and the version named") {
  const test::TemporaryFolder folder;
  const std::string path = (folder.path() / "archive.db").string();
  fill(*open_archive("sqlite:" + path).value());
  std::vector<Place> places;
  for (const char* id : {"acme/terms", "acme/privacy-policy", "zebra/terms", "zebra/cookies"}) {
    for (std::uint32_t number = 1; number <= 20; ++number) places.emplace_back(id, number);
  }
  std::vector<std::int64_t> offsets;  // of pages
  {
    SQLite::Database database(path, SQLite::OPEN_READWRITE);
    database.exec("PRAGMA journal_mode = DELETE");
    SQLite::Statement pages(database,
                            "SELECT pgoffset FROM dbstat WHERE name IN ('blob', 'version', 'snapshot', 'chain', "
                            "'observation') ORDER BY pageno");
    while (pages.executeStep()) offsets.push_back(pages.getColumn(0).getInt64());
  }
  REQUIRE(offsets.size() > 20);
  const auto sound = evidence(path, places);
  REQUIRE(std::none_of(sound.begin(), sound.end(), [](const auto& one) { return one.second.empty(); }));

  std::mt19937 random(11);
  const int wanted = test::long_campaign() ? 500 : 20;
  int touched = 0;
  for (int tries = 0; touched < wanted && tries < 20 * wanted; ++tries) {
    const std::int64_t offset = offsets[random() % offsets.size()] + static_cast<std::int64_t>(random() % 8192);
    const unsigned bit = random() % 8;
    const auto flip = [&] {
      std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
      file.seekg(offset);
      const int byte = file.get();
      file.seekp(offset);
      file.put(static_cast<char>(static_cast<unsigned>(byte) ^ 1U << bit));
      REQUIRE(file.good());
    };
    flip();
    std::set<Place> harmed;
    for (const auto& [place, now] : evidence(path, places)) {
      if (now != sound.at(place)) harmed.insert(place);
    }
    if (!harmed.empty()) {
      ++touched;
      INFO("bit " << bit << " at " << offset << ", " << harmed.size() << " versions, the first of them "
                  << harmed.begin()->first << " " << harmed.begin()->second);
      const auto archive = open_archive("sqlite:" + path, {.read_only = true});
      REQUIRE(archive.ok());
      const auto found = archive.value()->verify(nullptr, nullptr);
      REQUIRE(found.ok());
      CHECK(std::any_of(found->begin(), found->end(), [&](const Damage& one) {
        return harmed.count({one.document, one.version}) != 0;
      }));
    }
    flip();
  }
  CHECK(touched == wanted);
  CHECK(evidence(path, places) == sound);
}
