// How fast distinct clauses are classified: every distinct text of a versions repository, parsed once, each distinct
// clause analysed once, on one core.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "bench/corpus_clone.h"
#include "diff/analysis.h"
#include "fetcher/extract/language.h"
#include "fetcher/extract/markdown.h"

using namespace smallprint;

namespace {

using SteadyClock = std::chrono::steady_clock;

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

std::string output_of(const std::string& command) {
  std::string output;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::vector<char> buffer(1 << 16);
  while (pipe) {
    const std::size_t read = std::fread(buffer.data(), 1, buffer.size(), pipe.get());
    if (read == 0) break;
    output.append(buffer.data(), read);
  }
  return output;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string repository = argc > 1 ? argv[1] : bench::corpus_clone();
  const std::string blobs = output_of(
      "cd '" + repository +
      "' && git cat-file --batch-check='%(objecttype) %(objectname)' --batch-all-objects --unordered | grep '^blob' |"
      " cut -d' ' -f2 | git cat-file --batch");
  if (blobs.empty()) {
    fmt::print("usage: bench_classify REPOSITORY\n");
    return 2;
  }
  const auto loading = SteadyClock::now();
  const RuleSet rules = RuleSet::builtin();
  fmt::print("rules compiled in {:.1f} ms\n", seconds_since(loading) * 1000);

  std::vector<Document> documents;
  std::size_t clauses = 0;
  for (std::size_t at = 0; at < blobs.size();) {
    const std::size_t line = blobs.find('\n', at);
    const std::size_t number = blobs.rfind(' ', line) + 1;
    const std::size_t size = std::stoul(blobs.substr(number, line - number));
    const std::string_view text = std::string_view(blobs).substr(line + 1, size);
    documents.push_back(read_markdown(text));
    documents.back().language = detect_language(text);
    clauses += documents.back().clauses.size();
    at = line + 1 + size + 1;
  }
  std::unordered_set<std::string> distinct;
  std::size_t bytes = 0;
  std::vector<std::pair<const Clause*, std::string_view>> each;  // with their document's language
  for (const Document& document : documents) {
    for (const Clause& clause : document.clauses) {
      const bool heading = clause.kind == ClauseKind::heading;
      if (!distinct.insert((heading ? "h" : "b") + clause.text).second) continue;
      bytes += clause.text.size();
      each.emplace_back(&clause, document.language);
    }
  }
  const auto classifying = SteadyClock::now();
  std::size_t statements = 0;
  for (const auto& [clause, language] : each) statements += analyse_clause(rules, *clause, language).statements.size();
  const double classified = seconds_since(classifying);
  fmt::print("{} documents, {} clauses, {} distinct ({:.1f} MB), {} statements\n", documents.size(), clauses,
             each.size(), static_cast<double>(bytes) / 1e6, statements);
  fmt::print("classified in {:.2f} s: {:.0f} MB/s\n", classified, static_cast<double>(bytes) / 1e6 / classified);

  AnalysisCache cache(rules, 1'000'000);
  for (const auto& [clause, language] : each) (void)cache.get(*clause, language);
  const auto analysing = SteadyClock::now();
  for (const Document& document : documents) (void)analyse(rules, document, cache);
  const double analysed = seconds_since(analysing);
  fmt::print("analysed with a warm cache in {:.2f} s: {:.3f} ms a document\n", analysed,
             analysed * 1000 / static_cast<double>(documents.size()));
  return 0;
}
