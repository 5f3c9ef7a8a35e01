// How well and how fast pages become documents: word-level F1 of our text against what Open Terms Archive's engine
// extracted from the same bytes, with the declaration and without its selectors; megabytes a second beside gumbo's
// parse alone, in processor time of one core; the most memory that was resident.
//
//   bench_extract [PAGES-FOLDER [WORST]]    the unpacked pages of the corpus by default
#include <fmt/core.h>
#include <gumbo.h>
#include <sys/resource.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bench/corpus_clone.h"
#include "fetcher/catalog.h"
#include "fetcher/extract/extract.h"
#include "fetcher/extract/markdown.h"

namespace {

namespace fs = std::filesystem;
using namespace smallprint;

constexpr double fine = 0.95;       ///< F1; a page below it is listed
constexpr double explained = 0.99;  ///< F1; a page below it is listed with the reason

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// Runs of letters and digits (any byte beyond ASCII counts as a letter), with how often each occurs.
std::map<std::string, int> words(const Document& document) {
  std::map<std::string, int> found;
  for (const Clause& clause : document.clauses) {
    std::string word;
    for (const char c : clause.text + " ") {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c < 0;
      if (letter) {
        word.push_back(c);
      } else if (!word.empty()) {
        ++found[word];
        word.clear();
      }
    }
  }
  return found;
}

struct Score {
  double f1 = 0, precision = 0, recall = 0;
};

Score score(const std::map<std::string, int>& ours, const std::map<std::string, int>& theirs) {
  double shared = 0, our_total = 0, their_total = 0;
  for (const auto& [word, count] : ours) {
    our_total += count;
    if (const auto it = theirs.find(word); it != theirs.end()) shared += std::min(count, it->second);
  }
  for (const auto& [word, count] : theirs) their_total += count;
  Score result;
  if (shared == 0) return result;
  result.precision = shared / our_total;
  result.recall = shared / their_total;
  result.f1 = 2 * shared / (our_total + their_total);
  return result;
}

/// A document's clauses that the other does not have, the longest of them quoted: what was wrongly kept, or lost.
std::string only_in(const Document& document, const Document& other) {
  std::set<std::string_view> known;
  for (const Clause& clause : other.clauses) known.insert(clause.text);
  std::size_t clauses = 0;
  std::string_view longest;
  for (const Clause& clause : document.clauses) {
    if (!known.insert(clause.text).second) continue;
    ++clauses;
    if (clause.text.size() > longest.size()) longest = clause.text;
  }
  if (clauses == 0) return "nothing";
  std::size_t cut = std::min<std::size_t>(longest.size(), 60);
  while (cut < longest.size() && (static_cast<unsigned char>(longest[cut]) & 0xC0) == 0x80) --cut;
  std::string quoted(longest.substr(0, cut));
  for (char& c : quoted) c = c == '\n' || c == '\t' ? ' ' : c;
  return fmt::format("{} of {} clauses, such as \"{}\"", clauses, document.clauses.size(), quoted);
}

/// Clauses of some length that stand in `theirs` more often than in `ours`, though they stand in both.
std::size_t repeated(const Document& ours, const Document& theirs) {
  constexpr std::size_t some_length = 40;
  std::map<std::string_view, int> surplus;
  std::set<std::string_view> known;
  for (const Clause& clause : ours.clauses) --surplus[clause.text], known.insert(clause.text);
  std::size_t count = 0;
  for (const Clause& clause : theirs.clauses) {
    if (++surplus[clause.text] > 0 && clause.text.size() >= some_length && known.count(clause.text) > 0) ++count;
  }
  return count;
}

/// Why a page falls short of the recorded text: what is only in ours, what only in theirs, and what they say twice.
std::string reason(const Document& ours, const Document& theirs) {
  const std::size_t twice = repeated(ours, theirs);
  return "kept " + only_in(ours, theirs) + "; lost " + only_in(theirs, ours) +
         (twice > 0 ? fmt::format("; theirs repeats {} clauses", twice) : "");
}

struct Row {
  std::string folder, note, why_with, why_without;
  Score with, without;
};

void print_summary(const char* name, std::vector<double> values, double bar) {
  std::sort(values.begin(), values.end());
  const auto over = std::count_if(values.begin(), values.end(), [&](double v) { return v >= bar; });
  fmt::print("{:28} median {:.4f}   {:5.1f} % of pages >= {:.2f}   lowest {:.3f}\n", name, values[values.size() / 2],
             100.0 * static_cast<double>(over) / static_cast<double>(values.size()), bar, values.front());
}

/// A page's declaration is one terms entry; the catalog reads files of services.
Source source_of(const std::string& declaration) {
  const std::string file = R"({"name":"Page","terms":{"Terms":)" + declaration + "}}";
  const Catalog catalog = read_declaration("Page.json", file);
  for (const Problem& problem : catalog.problems) fmt::print("{}\n", problem.message);
  return catalog.declarations.empty() ? Source{} : catalog.declarations.front().sources.front();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string pages = argc > 1 ? argv[1] : bench::corpus_pages();
  if (pages.empty()) return 0;
  const std::size_t worst = argc > 2 ? std::stoul(argv[2]) : 15;
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(pages)) {
    if (fs::exists(entry.path() / "page.html")) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  std::vector<Row> rows;
  double bytes = 0, extracting = 0, parsing = 0;
  for (const fs::path& folder : folders) {
    Row row;
    row.folder = folder.filename().string();
    const Source declared = source_of(read(folder / "declaration.json"));
    Page page{declared.url, "text/html", read(folder / "page.html")};
    const Document recorded = read_markdown(read(folder / "ota.md"));
    const auto theirs = words(recorded);

    double start = processor_seconds();
    const auto with = extract(page, declared);
    extracting += processor_seconds() - start;
    start = processor_seconds();
    GumboOutput* output = gumbo_parse_with_options(&kGumboDefaultOptions, page.body.data(), page.body.size());
    parsing += processor_seconds() - start;
    gumbo_destroy_output(&kGumboDefaultOptions, output);
    bytes += static_cast<double>(page.body.size());

    Source undeclared = declared;
    undeclared.select.clear();
    undeclared.remove.clear();
    const auto without = extract(page, undeclared);
    if (with) row.with = score(words(with->document), theirs);
    if (without) row.without = score(words(without->document), theirs);
    if (with && row.with.f1 < explained) row.why_with = reason(with->document, recorded);
    if (without && row.without.f1 < explained) row.why_without = reason(without->document, recorded);
    if (!with) row.note = with.error().message;
    if (with && !with->suspect.empty()) row.note = with->suspect.front();
    rows.push_back(row);
  }
  if (rows.empty()) {
    fmt::print(stderr, "no pages in {}\n", pages);
    return 1;
  }
  std::vector<double> with, without;
  for (const Row& row : rows) {
    with.push_back(row.with.f1);
    without.push_back(row.without.f1);
  }
  fmt::print("{} pages, {:.1f} MB\n", rows.size(), bytes / 1e6);
  print_summary("F1 with the declaration", with, 0.95);
  print_summary("F1 without select", without, 0.85);
  fmt::print("extract {:.1f} MB/s, gumbo alone {:.1f} MB/s: {:.0f} %\n", bytes / extracting / 1e6,
             bytes / parsing / 1e6, 100 * parsing / extracting);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("at most {:.0f} MB resident\n", static_cast<double>(usage.ru_maxrss) * 1024 / 1e6);
  const auto list = [&](const char* title, Score Row::*which, std::string Row::*why) {
    std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return (a.*which).f1 < (b.*which).f1; });
    fmt::print("\nlowest {}:\n", title);
    for (std::size_t i = 0; i < rows.size() && (i < worst || (rows[i].*which).f1 < fine); ++i) {
      const Score& s = rows[i].*which;
      fmt::print("  {} F1 {:.3f} precision {:.3f} recall {:.3f} {}\n", rows[i].folder, s.f1, s.precision, s.recall,
                 rows[i].note);
      if (!(rows[i].*why).empty()) fmt::print("       {}\n", rows[i].*why);
    }
  };
  list("with the declaration", &Row::with, &Row::why_with);
  list("without select", &Row::without, &Row::why_without);
  return 0;
}
