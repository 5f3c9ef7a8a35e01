// What the fetcher would have recorded of pages that were fetched for years, twice a day: the corpus' snapshots, read
// again with their declarations, beside the versions that Open Terms Archive recorded of the same pages.
//
//   bench_replay [SNAPSHOTS VERSIONS DECLARATIONS]    bare clones of the two repositories, and a folder
#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "app/import_ota.h"
#include "bench/corpus_clone.h"
#include "tests/support/beside.h"

namespace {

namespace fs = std::filesystem;
using namespace smallprint;

/// The declarations' working tree, out of a bare clone.
fs::path declarations_of(const std::string& clone, const fs::path& folder) {
  const fs::path tree = folder / "declarations-clone";
  const std::string command = "git clone --quiet " + bench::quoted(clone) + " " + bench::quoted(tree.string());
  return std::system(command.c_str()) == 0 ? tree / "declarations" : fs::path();
}

}  // namespace

int main(int argc, char** argv) {
  char folder_name[] = "/tmp/smallprint-bench-XXXXXX";
  if (mkdtemp(folder_name) == nullptr) return 1;
  const fs::path folder = folder_name;
  const std::string snapshots = argc > 3 ? argv[1] : bench::corpus_clone("demo/snapshots");
  if (snapshots.empty()) return 0;
  const std::string versions = argc > 3 ? argv[2] : bench::corpus_clone("demo/versions");
  const std::string declarations =
      argc > 3 ? argv[3] : declarations_of(bench::corpus_clone("demo/declarations"), folder).string();

  ImportOptions options;
  options.catalog = read_catalog(declarations).value();
  const RuleSet rules = RuleSet::builtin();
  auto archive = open_archive("sqlite:" + (folder / "archive.db").string()).value();
  const auto begin = std::chrono::steady_clock::now();
  const ImportSummary summary = import_ota(*archive, rules, snapshots, options).value();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

  std::size_t theirs = 0, ours = 0, substantive = 0, later = 0, missing = 0, unread = 0;
  DocumentId document;
  for (const test::Beside& row : test::versions_beside(*archive, versions)) {
    if (row.document != document) fmt::print("{}\n", document = row.document);
    const std::string number = row.number == 0 ? "" : fmt::format("version {}", row.number);
    fmt::print("  {}  {:12} {:12} {:6} {}{}\n", format_rfc3339(row.at), number, row.number == 0 ? "" : name(row.kind),
               row.theirs  ? "theirs"
               : row.later ? "later"
                           : "",
               row.note, row.missing ? "  MISSING" : "");
    theirs += row.theirs ? 1 : 0;
    missing += row.missing ? 1 : 0;
    unread += row.unread ? 1 : 0;
    if (row.number == 0) continue;
    later += row.later ? 1 : 0;
    ours += row.later ? 0 : 1;
    substantive += !row.later && (row.kind == VersionKind::first || row.kind == VersionKind::substantive) ? 1 : 0;
  }
  fmt::print("\n{} pages, {:.0f} MB in {:.1f} s; {} suspect, {} without the document\n", summary.texts,
             static_cast<double>(summary.bytes) / 1e6, seconds, summary.suspects, summary.unread);
  fmt::print(
      "Open Terms Archive recorded {} versions; ours are {}, {} of them of substance; {} of theirs missing, {} not "
      "found "
      "by the declarations\n",
      theirs, ours, substantive, missing, unread);
  fmt::print("{} more are later than their last\n", later);
  fs::remove_all(folder);
  return 0;
}
