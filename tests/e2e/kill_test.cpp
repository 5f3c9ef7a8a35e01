// A program that is killed at any moment loses nothing that was recorded: the archive opens, verifies, and the import
// goes on to the same content as one that nobody disturbed.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <random>
#include <thread>

#include "storage/archive.h"
#include "tests/support/repository.h"

using namespace smallprint::test;

namespace {

/// Forty documents of ten versions each, made by git's fast-import in one go.
std::string make_history(const std::filesystem::path& folder) {
  const Repository repository(folder);
  std::string stream;
  std::mt19937 random(7);
  std::vector<std::vector<std::string>> documents(40);
  int mark = 0;
  for (int version = 0; version < 10; ++version) {
    for (std::size_t d = 0; d < documents.size(); ++d) {
      auto& paragraphs = documents[d];
      const bool swings = d % 5 == 0;  // between two texts
      for (int i = 0; i < (version == 0 ? 60 : swings ? 0 : 3); ++i) {
        const std::size_t at = paragraphs.empty() ? 0 : random() % paragraphs.size();
        paragraphs.insert(
            paragraphs.begin() + static_cast<std::ptrdiff_t>(at),
            "We may share clause " + std::to_string(random() % 100000) + " with partners and train models on it.");
      }
      std::string text = swings && version % 2 == 1 ? "# The other policy\n\n" : "# Policy\n\n";
      const bool is_away = d % 5 == 1 && version % 3 == 2;  // an error page
      if (is_away) text = "# Not available\n\nTry again later.\n\n";
      for (const std::string& paragraph : paragraphs) text += is_away ? "" : paragraph + "\n\n";
      const std::string path = "Service" + std::to_string(d % 8) + "/Terms " + std::to_string(d) + ".md";
      ++mark;
      const std::string message = "record";
      stream += "commit refs/heads/main\nmark :" + std::to_string(mark) + "\ncommitter R <r@example.org> " +
                std::to_string(1700000000 + mark * 3600) + " +0000\ndata " + std::to_string(message.size()) + "\n" +
                message + "\n";
      if (mark > 1) stream += "from :" + std::to_string(mark - 1) + "\n";
      stream += "M 100644 inline \"" + path + "\"\ndata " + std::to_string(text.size()) + "\n" + text + "\n";
    }
  }
  const Finished imported = run({"git", "-C", repository.folder(), "fast-import", "--quiet"}, stream);
  REQUIRE_MESSAGE(imported.status == 0, imported.err);
  return repository.folder();
}

/// Every change, with all that is kept of it.
std::string changes(const std::filesystem::path& file) {
  using namespace smallprint;
  const auto archive = open_archive("sqlite:" + file.string(), {.read_only = true}).value();
  std::vector<std::string> lines;
  ChangeFilter filter;
  filter.repeats = true;
  Paging paging{1000, ""};
  do {
    const auto page = archive->changes(filter, paging).value();
    for (const ChangeRow& row : page.items) {
      const Change& change = row.change;
      std::string topics;
      for (const TopicEffect& topic : change.topics)
        topics += topic.topic + " " + std::string(name(topic.effect)) + ",";
      lines.push_back(fmt::format("{} {} {} {} {} {} {} {} {} {} [{}] [{}] {} {}\n", row.document, row.version,
                                  row.ordinal, name(change.kind), change.cosmetic, name(change.importance),
                                  change.importance_reason, change.before_index, change.after_index,
                                  format_lineage(change.lineage), before_text(change), after_text(change),
                                  fmt::join(change.section, "/"), topics));
    }
    paging.cursor = page.next;
  } while (!paging.cursor.empty());
  std::sort(lines.begin(), lines.end());
  return fmt::format("{}", fmt::join(lines, ""));
}

/// Everything a reader can ask of an archive, but what depends on when it was written.
std::string content(const std::filesystem::path& archive) {
  // Row ids differ with the order of work; what they stand for does not.
  const char* sql =
      "SELECT d.key, v.number, v.observed_at, v.kind, v.restored_from, v.source, hex(b.sha256), v.words, v.clauses, "
      "v.changes, "
      "v.cosmetic_changes, v.importance, v.topics FROM version v JOIN document d ON d.id = v.document_id JOIN blob b "
      "ON "
      "b.id = v.blob_id ORDER BY 1, 2;"
      "SELECT d.key, v.number, t.topic, t.effects FROM version_topic t JOIN version v ON v.id = t.version_id JOIN "
      "document d ON d.id = v.document_id ORDER BY 1, 2, 3;"
      "SELECT d.key, f.fact, f.since_version, f.until_version, f.value, f.detail, hex(f.evidence) FROM fact f JOIN "
      "document d ON "
      "d.id = f.document_id ORDER BY 1, 2, 3;"
      "SELECT d.key, o.lineage_version, o.lineage_ordinal, o.first_version, o.last_version, k.hash FROM "
      "occurrence o JOIN "
      "document d ON d.id = o.document_id JOIN clause_hash k ON k.id = o.clause_id ORDER BY 1, 2, 3, 4;"
      "SELECT count(*) FROM clause_hash;";
  const Finished dumped = run({"sqlite3", archive.string(), sql});
  REQUIRE_MESSAGE(dumped.status == 0, dumped.err);
  return dumped.out + changes(archive);
}

std::vector<std::string> import_into(const std::filesystem::path& archive, const std::string& repository) {
  return {smallprint_binary(), "--archive", "sqlite:" + archive.string(), "import", "ota", repository};
}

}  // namespace

TEST_CASE("an import killed at random moments is continued to the same content") {
  SMALLPRINT_SKIP_UNLESS(run({"sqlite3", "--version"}).status == 0, "the sqlite3 shell is not installed");
  const TemporaryFolder folder;
  const std::string repository = make_history(folder.path() / "versions");
  const auto import = [&](const std::filesystem::path& archive) { return import_into(archive, repository); };
  const auto undisturbed = folder.path() / "undisturbed.db";
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(run(import(undisturbed)).status == 0);
  auto whole = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);
  const std::string expected = content(undisturbed);
  REQUIRE(expected.size() > 100'000);

  const int kills = long_campaign() ? 200 : 8;
  std::mt19937 random(3);
  auto archive = folder.path() / "0.db";
  for (int kill = 0, tries = 0; kill < kills; ++kill) {
    if (kill % 4 == 0)
      archive = folder.path() / (std::to_string(kill) + ".db");  // else go on with what the last kill left
    Background running(import(archive), folder.path() / "log");
    std::this_thread::sleep_for(
        std::chrono::microseconds(static_cast<long>(random() % static_cast<unsigned long>(whole.count()))));
    const bool in_time = running.running();
    running.signal(SIGKILL);
    running.wait();
    if (!in_time) {  // it was faster than the undisturbed one: that was no kill
      REQUIRE(++tries < 20 * kills);
      whole -= whole / 50;
      for (const char* end : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(archive.string() + end);
      --kill;
      continue;
    }
    if (!std::filesystem::exists(archive)) continue;  // it was killed before it began
    const Finished verified = run({smallprint_binary(), "--archive", "sqlite:" + archive.string(), "verify"});
    // Killed between making the file and its first table: the next run begins anew.
    const bool begun = verified.err.find("older schema") == std::string::npos;
    if (begun) REQUIRE_MESSAGE(verified.status == 0, verified.out << verified.err);
    if (kill % 4 != 3) continue;
    REQUIRE(run(import(archive)).status == 0);
    REQUIRE(content(archive) == expected);
    REQUIRE(run({smallprint_binary(), "--archive", "sqlite:" + archive.string(), "verify"}).status == 0);
  }
}

TEST_CASE(
    "an import that cannot write on says so, loses nothing that was recorded, and is continued to the same content") {
  SMALLPRINT_SKIP_UNLESS(run({"sqlite3", "--version"}).status == 0, "the sqlite3 shell is not installed");
  const TemporaryFolder folder;
  const std::string repository = make_history(folder.path() / "versions");
  const auto import = [&](const std::filesystem::path& archive) { return import_into(archive, repository); };
  const auto undisturbed = folder.path() / "undisturbed.db";
  REQUIRE(run(import(undisturbed)).status == 0);
  const std::string expected = content(undisturbed);
  const std::uintmax_t whole = std::filesystem::file_size(undisturbed);

  // No file may become larger than the limit: the archive, its log and its index meet it at other moments each.
  const int limits = long_campaign() ? 200 : 6;
  std::mt19937 random(5);
  int failures = 0;
  auto archive = folder.path() / "0.db";
  for (int i = 0; i < limits; ++i) {
    if (i % 3 == 0) archive = folder.path() / (std::to_string(i) + ".db");
    const std::uintmax_t bytes = 65536 + random() % whole;
    std::vector<std::string> limited = {
        "bash", "-c", "trap '' XFSZ; ulimit -f " + std::to_string(bytes / 1024) + "; exec \"$@\"", "limited"};
    for (const std::string& argument : import(archive)) limited.push_back(argument);
    const Finished stopped = run(limited);
    INFO("limit " << bytes << ": " << stopped.err);
    REQUIRE((stopped.status == 0 || stopped.status == 1));
    if (stopped.status == 1) {
      ++failures;
      CHECK(stopped.err.find("smallprint: ") != std::string::npos);
    }
    const Finished verified = run({smallprint_binary(), "--archive", "sqlite:" + archive.string(), "verify"});
    const bool begun = verified.err.find("older schema") == std::string::npos;
    if (begun) REQUIRE_MESSAGE(verified.status == 0, verified.out << verified.err);
    if (i % 3 != 2) continue;
    const Finished continued = run(import(archive));
    REQUIRE_MESSAGE(continued.status == 0, continued.err);
    REQUIRE(content(archive) == expected);
  }
  CHECK(failures > 0);
}
