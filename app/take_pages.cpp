#include "app/take_pages.h"

#include <algorithm>
#include <utility>

#include "app/page_judgement.h"
#include "fetcher/extract/language.h"
#include "model/markdown.h"

namespace smallprint {
namespace {

/// A suspect that may stay becomes a version when so many visits in a row, over so long, have found it.
constexpr std::uint32_t visits_to_stay = 3;
constexpr std::chrono::hours time_to_stay{24};
/// Of so many documents of the service it is asked whether the text is theirs.
constexpr std::size_t most_siblings = 20;
/// How extraction's mark of a page without text begins.
constexpr std::string_view shell_mark = "empty shell";

/// What a declaration's pages say together.
struct Reading {
  Document document;
  std::vector<PageRead> pages;
};

/// Reads page after page. Error: extraction's, of the first that cannot be read.
Result<Reading> read_pages(const Declaration& declaration, const std::vector<Page>& pages) {
  Reading reading;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    auto extraction = extract(pages[i], declaration.sources[i]);
    if (!extraction) return extraction.error();
    const auto& clauses = extraction->document.clauses;
    reading.document.clauses.insert(reading.document.clauses.end(), clauses.begin(), clauses.end());
    reading.pages.push_back({std::move(extraction->document), std::move(extraction->suspect)});
  }
  link_headings(reading.document);
  return reading;
}

std::string header(const Snapshot& snapshot, std::string_view name) {
  for (const auto& [key, value] : snapshot.headers) {
    if (key == name) return value;
  }
  return {};
}

/// The addresses that were asked for.
std::vector<std::string> addresses(const std::vector<Snapshot>& snapshots) {
  std::vector<std::string> asked;
  asked.reserve(snapshots.size());
  for (const Snapshot& snapshot : snapshots) asked.push_back(snapshot.urls.empty() ? std::string() : snapshot.urls[0]);
  return asked;
}

/// What the latest version's own pages say as they are read now; nothing where they were not kept or cannot be read so.
std::optional<std::string> read_anew(const Declaration& declaration, const std::vector<Snapshot>& kept) {
  if (kept.size() != declaration.sources.size()) return std::nullopt;
  std::vector<Page> pages;
  pages.reserve(kept.size());
  for (const Snapshot& snapshot : kept) {
    pages.push_back({snapshot.urls.empty() ? std::string() : snapshot.urls.back(), header(snapshot, "content-type"),
                     snapshot.body});
  }
  const auto reading = read_pages(declaration, pages);
  if (!reading || reading->document.clauses.empty()) return std::nullopt;
  const auto marked = [](const PageRead& page) { return !page.marks.empty(); };
  if (std::any_of(reading->pages.begin(), reading->pages.end(), marked)) return std::nullopt;
  return render_markdown(reading->document);
}

/// The latest versions of the service's other documents. What cannot be read is left out: it only sharpens a judgement.
std::vector<SiblingText> siblings_of(const Archive& archive, const DocumentId& id) {
  std::vector<SiblingText> siblings;
  const auto parts = parse_document_id(id);
  if (!parts) return siblings;
  DocumentFilter filter;
  filter.service = std::string(parts->service);
  const auto documents = archive.documents(filter, {most_siblings, {}});
  if (!documents) return siblings;
  for (const DocumentRow& row : documents->items) {
    if (row.id == id || row.versions == 0) continue;
    if (auto text = archive.clauses(row.id, row.versions)) siblings.push_back({row.id, std::move(text->document)});
  }
  return siblings;
}

/// What becomes of a page that is not taken for the document. True where it has stayed, and is to be recorded.
Result<bool> keep_suspect(DocumentWriter& writer, const VisitedPages& visited, const PageJudgement& judgement,
                          const std::string& markdown, std::string& reason) {
  const std::string sha256 = sha256_hex(markdown);
  const Suspect* open = writer.suspect();
  Suspect suspect;
  if (open != nullptr && open->state == SuspectState::rejected && open->text_sha256 == sha256) {
    suspect = *open;
    suspect.reasons = judgement.reasons;
    suspect.reasons.insert(suspect.reasons.begin(), "rejected by an operator");
  } else {
    if (open != nullptr && open->state == SuspectState::waiting) suspect = *open;
    if (suspect.visits == 0 || suspect.may_stay != judgement.may_stay) {  // another stretch of visits begins
      suspect.first_at = visited.at;
      suspect.visits = 0;
    }
    suspect.reasons = judgement.reasons;
    suspect.may_stay = judgement.may_stay;
    suspect.text = markdown;
    suspect.text_sha256 = sha256;
    suspect.pages = visited.snapshots;
  }
  suspect.last_at = visited.at;
  ++suspect.visits;
  reason = suspect.reasons.front();
  const bool stayed = suspect.state == SuspectState::waiting && suspect.may_stay && !markdown.empty() &&
                      suspect.visits >= visits_to_stay && visited.at - suspect.first_at >= time_to_stay;
  if (stayed) {
    suspect.state = SuspectState::stayed;
    suspect.decided_at = visited.at;
    suspect.version = writer.versions() + 1;
  }
  if (auto put = writer.put_suspect(std::move(suspect)); !put) return put.error();
  return stayed;
}

/// The document is back: what waited in its place does so no longer.
Result<void> close_suspect(DocumentWriter& writer, Timestamp now) {
  if (writer.suspect() == nullptr || writer.suspect()->state != SuspectState::waiting) return {};
  Suspect gone = *writer.suspect();
  gone.state = SuspectState::gone;
  gone.decided_at = now;
  return writer.put_suspect(std::move(gone));
}

}  // namespace

bool is_shell(const Result<Extraction>& extraction) {
  if (!extraction) return extraction.error().message.find(shell_mark) != std::string::npos;
  return std::any_of(extraction->suspect.begin(), extraction->suspect.end(),
                     [](const std::string& mark) { return mark.starts_with(shell_mark); });
}

Result<TakenPages> take_pages(const Archive& archive, const Declaration& declaration, Tracker& tracker,
                              VisitedPages visited) {
  TakenPages taken;
  auto reading = read_pages(declaration, visited.pages);
  if (!reading) {
    taken.outcome = Outcome::failed;
    taken.reason = "no_document: " + reading.error().message;
    taken.shell = is_shell(reading.error());
    return taken;
  }
  Document& document = reading->document;
  for (std::size_t i = 0; i < visited.pages.size(); ++i) visited.snapshots[i].body = std::move(visited.pages[i].body);
  const std::string markdown = render_markdown(document);
  const std::string sha256 = sha256_hex(markdown);
  DocumentWriter& writer = tracker.writer();

  bool other_pages = false;
  if (visited.read_otherwise && writer.latest() != nullptr && writer.latest()->text_sha256 != sha256) {
    auto kept = archive.snapshots(declaration.id, writer.latest()->number);
    if (!kept) return kept.error();
    other_pages = !kept->empty() && addresses(*kept) != addresses(visited.snapshots);
    if (auto anew = other_pages ? std::nullopt : read_anew(declaration, *kept)) {
      SeenText seen{visited.at, std::move(*anew), visited.source, std::move(*kept), {}};
      seen.reextracted = true;
      auto recorded = tracker.see(std::move(seen));
      if (!recorded) return recorded.error();
      taken.version = *recorded;
    }
  }

  PageJudgement judgement;
  const LatestVersion* latest = writer.latest();
  if (latest == nullptr || latest->text_sha256 != sha256) {
    document.language = detect_language(markdown);
    const PageHistory history{latest == nullptr ? nullptr : latest->document.get(),
                              writer.version_with_text(sha256) != 0,
                              [&] { return siblings_of(archive, declaration.id); }};
    judgement = judge_page(reading->pages, document, history);
  }
  // What only differs from a page that the declaration does not name any more is what it names now.
  const bool declared_so = other_pages && !judgement.reasons.empty() && judgement.may_stay;
  if (!judgement.reasons.empty() && !declared_so) {
    taken.outcome = Outcome::suspect;
    taken.shell = std::any_of(judgement.reasons.begin(), judgement.reasons.end(),
                              [](const std::string& reason) { return reason.starts_with(shell_mark); });
    auto stayed = keep_suspect(writer, visited, judgement, markdown, taken.reason);
    if (!stayed) return stayed.error();
    if (!*stayed) return taken;
    taken.outcome = Outcome::recorded;
    taken.reason.clear();
  } else if (document.clauses.empty()) {
    taken.outcome = Outcome::failed;
    taken.reason = "no_document: the page has no text where the document should stand";
    taken.shell = true;
    return taken;
  } else if (auto closed = close_suspect(writer, visited.at); !closed) {
    return closed.error();
  }
  SeenText seen{visited.at, markdown, visited.source, std::move(visited.snapshots), {}};
  seen.reextracted = declared_so;
  auto recorded = tracker.see(std::move(seen));
  if (!recorded) return recorded.error();
  if (*recorded) taken.version = *recorded;
  if (!taken.version) taken.outcome = Outcome::unchanged;
  return taken;
}

}  // namespace smallprint
