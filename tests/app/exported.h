// An archive with an invented history, for tests of what leaves it; and two archives compared.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <tuple>

#include "app/import_ota.h"
#include "tests/support/repository.h"

namespace smallprint::test {

inline std::unique_ptr<Archive> new_archive(const std::filesystem::path& file) {
  return open_archive("sqlite:" + file.string()).value();
}

inline ImportSummary import_into(Archive& archive, const std::string& repository, const std::string& services = "*") {
  ImportOptions options;
  options.services = services;
  auto summary = import_ota(archive, RuleSet::builtin(), repository, options);
  REQUIRE_MESSAGE(summary.ok(), (summary.ok() ? "" : summary.error().message));
  REQUIRE(summary->failed.empty());
  return *summary;
}

/// Two services with changes, a cosmetic one, a text that comes back, two texts of one date, and one with hostile
/// bytes.
inline void record_history(Repository& repository) {
  repository.record("Booking.com/Terms of Service.md", "# Terms\n\nBe kind.\n", 1);
  repository.record("Acme/Privacy Policy.md", "# Privacy\n\nWe use your data.\n", 2);
  repository.record("Acme/Terms of Service.md", "# Terms\n\nYou agree.\n", 3);
  repository.record("Acme/Privacy Policy.md", "# Privacy\n\nWe sell your data to partners.\n", 4);
  repository.record("Acme/Privacy Policy.md", "# Privacy\n\nWe use your data.\n", 5);
  repository.record("Acme/Privacy Policy.md", "# Privacy\n\nWe use your **data**.\n", 6);
  repository.record("Booking.com/Terms of Service.md", "# Terms\r\n\r\nBe <b>very</b> kind, Zo\xC3\xAB & \x01.", 6);
  repository.record("Booking.com/Terms of Service.md", "# Terms\n\nBe kind, or leave.\n", 6);
  repository.record("Acme/Terms of Service.md", "# Terms\n\nYou agree to arbitration.\n", 7);
}

/// A version of a document of "Acme" as a visit records it, with the pages it was read from.
inline void record_visit(Archive& archive, const DocumentId& id, const std::string& text, const char* at,
                         std::vector<Snapshot> pages = {}) {
  const std::string region = id.find('@') == std::string::npos ? "" : id.substr(id.find('@') + 1);
  REQUIRE(archive.put_document({id, "Acme", "Privacy Policy", region, {"https://acme.example/p"}}).ok());
  auto writer = archive.write(id).value();
  NewVersion version;
  version.text = text;
  version.text_sha256 = sha256_hex(text);
  version.observed_at = parse_rfc3339(at).value();
  version.source = "fetch";
  version.document = std::make_shared<const Document>();
  version.lineages = std::make_shared<const std::vector<Lineage>>();
  version.snapshots = std::move(pages);
  const std::uint32_t number = writer->add(std::move(version)).value();
  Observation seen{
      parse_rfc3339(at).value(), Outcome::recorded, "", 200, "https://acme.example/p", {}, 17, number, {}, {}};
  REQUIRE(writer->observe(seen).ok());
  REQUIRE(writer->commit().ok());
}

/// What an export has to keep of every version: by path of people, number, date, kind, repetition, text.
using Versions = std::map<std::pair<DocumentId, std::uint32_t>,
                          std::tuple<std::string, std::string, std::string, VersionKind, std::uint32_t, std::string>>;

inline Versions versions_of(const Archive& archive) {
  Versions versions;
  for (Paging paging{500, {}};;) {
    const auto page = archive.documents({}, paging).value();
    for (const DocumentRow& document : page.items) {
      for (std::uint32_t number = 1; number <= document.versions; ++number) {
        const VersionRow row = archive.version(document.id, number).value();
        versions[{document.id, number}] = {
            row.service_name, row.terms_type,    format_rfc3339(row.observed_at),
            row.kind,         row.restored_from, archive.text(document.id, number).value()};
      }
    }
    if (page.next.empty()) return versions;
    paging.cursor = page.next;
  }
}

}  // namespace smallprint::test
