#include "app/import_ota.h"

#include <fnmatch.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include "app/git_history.h"
#include "app/replay.h"
#include "app/schedule.h"
#include "app/side_by_side.h"
#include "app/tracker.h"

namespace smallprint {
namespace {

constexpr std::size_t commit_every_versions = 50;
constexpr std::size_t commit_every_bytes = 1U << 20;
/// A document's own clauses are what it repeats; other services' hardly ever are.
constexpr std::size_t cached_clauses = 20'000;
constexpr int most_same_names = 9;

/// A document by its names in the repository.
struct Named {
  std::string service, terms_type;
};

/// Makes the document known under the first free address: two services, or two terms types, may have the same slug.
Result<DocumentId> put_document(Archive& archive, const Named& recorded) {
  const std::string service = slug(recorded.service), type = slug(recorded.terms_type);
  for (int s = 1; s <= most_same_names; ++s) {
    for (int t = 1; t <= most_same_names; ++t) {
      const DocumentId id =
          service + (s == 1 ? "" : "-" + std::to_string(s)) + "/" + type + (t == 1 ? "" : "-" + std::to_string(t));
      const auto known = archive.document(id);
      if (known && known->service_name == recorded.service && known->terms_type != recorded.terms_type) continue;
      auto put = archive.put_document({id, recorded.service, recorded.terms_type, {}, {}});
      if (put) return id;
      if (put.error().code != ErrorCode::conflict) return put.error();
      break;  // the service's address is taken by another service
    }
  }
  return Error{ErrorCode::conflict, "too many services have the address '" + service + "'"};
}

class Import {
 public:
  Import(Archive& archive, const RuleSet& rules, std::string folder, const ImportOptions& options)
      : archive_(archive), rules_(rules), folder_(std::move(folder)), options_(options) {}

  Result<ImportSummary> run() {
    const bool all = options_.services == "*";
    std::string mark;
    auto history = read_history(all, mark);
    if (!history) return history.error();

    only_new_ = history->since;
    documents_ = std::move(history->documents);
    snapshots_ = std::move(history->snapshots);
    const auto unwanted = [&](const auto& one) {
      return fnmatch(options_.services.c_str(), one.service.c_str(), 0) != 0;
    };
    std::erase_if(documents_, unwanted);
    std::erase_if(snapshots_, unwanted);
    // The longest first: a long one at the end would keep one thread busy alone.
    std::stable_sort(documents_.begin(), documents_.end(),
                     [](const auto& a, const auto& b) { return a.texts.size() > b.texts.size(); });
    std::stable_sort(snapshots_.begin(), snapshots_.end(),
                     [](const auto& a, const auto& b) { return a.pages.size() > b.pages.size(); });
    std::set<std::string> services;
    for (const RecordedDocument& document : documents_) {
      total_ += document.texts.size();
      services.insert(document.service);
    }
    for (const RecordedPages& document : snapshots_) {
      total_ += document.pages.size();
      services.insert(document.service);
    }
    if (auto put = put_documents(); !put) return put.error();

    const auto report = [this] {
      if (options_.progress) options_.progress(done_, total_);
    };
    archive_.begin_batch();
    side_by_side(
        options_.threads, [this] { work(); }, report);
    if (auto ended = archive_.end_batch(); !ended) summary_.failed.push_back(ended.error().message);
    // Each visit's pages are judged by what the archive has of the document then.
    side_by_side(
        options_.threads, [this] { replay_pages(); }, report);
    summary_.commits = history->commits;
    summary_.services = services.size();
    summary_.documents = documents_.size() + snapshots_.size();
    if (summary_.failed.empty() && all) {
      if (auto set = archive_.set_mark(mark, to_text(history->head)); !set) return set.error();
    }
    return summary_;
  }

 private:
  /// What there is to import since the mark; and the mark's name. The repository is closed again, with all that it
  /// keeps in memory: each thread opens its own.
  Result<GitHistory> read_history(bool all, std::string& mark) {
    auto repository = GitRepository::open(folder_);
    if (!repository) return repository.error();
    const auto mark_of = [](const GitId& root) { return "import:ota:" + to_text(root); };
    std::optional<GitId> since;
    auto known = archive_.documents({}, {});
    if (!known) return known.error();
    if (all && !known->items.empty()) {  // else there is no mark
      auto root = repository->root(options_.branch);
      if (!root) return root.error();
      auto last = archive_.mark(mark_of(*root));
      if (!last) return last.error();
      if (*last) since = parse_git_id(**last);
      mark = mark_of(*root);
    }
    auto history = repository->history(options_.branch, since);
    if (history && mark.empty()) mark = mark_of(history->root);
    if (!history) return history;
    if (history->documents.empty() && history->snapshots.empty() && !since) {
      return Error{ErrorCode::bad_input,
                   "this is a repository neither of versions nor of snapshots: no commit records a file like "
                   "<Service>/<Terms Type>.md, .html or .pdf"};
    }
    // A page of a document that has several is read together with the others, which may lie before the mark.
    if (!history->snapshots.empty() && history->since) return repository->history(options_.branch, std::nullopt);
    return history;
  }

  /// Addresses are given by one thread, in the order of the paths, so that they do not depend on who is faster.
  Result<void> put_documents() {
    const auto in_order = [](const auto& all) {
      std::vector<std::size_t> order(all.size());
      for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
      std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::tie(all[a].service, all[a].terms_type) < std::tie(all[b].service, all[b].terms_type);
      });
      return order;
    };
    ids_.resize(documents_.size());
    for (const std::size_t i : in_order(documents_)) {
      auto id = put_document(archive_, {documents_[i].service, documents_[i].terms_type});
      if (!id) return id.error();
      ids_[i] = *id;
    }
    declarations_.resize(snapshots_.size());
    for (const std::size_t i : in_order(snapshots_)) {
      const Named named{snapshots_[i].service, snapshots_[i].terms_type};
      if (const Declaration* declared = declaration_of(named)) {
        declarations_[i] = *declared;
        if (auto put = put_declared(archive_, *declared); !put) return put;
      } else {
        auto id = put_document(archive_, named);
        if (!id) return id.error();
        declarations_[i].id = *id;
        summary_.undeclared.push_back(*id);
      }
    }
    return {};
  }

  /// A folder has the name of its service's declaration file.
  [[nodiscard]] const Declaration* declaration_of(const Named& named) const {
    for (const auto* all : {&options_.catalog.declarations, &options_.catalog.ended}) {
      for (const Declaration& one : *all) {
        if (one.terms_type == named.terms_type && one.region.empty() && one.file.starts_with(named.service + "."))
          return &one;
      }
    }
    return nullptr;
  }

  void work() {
    if (documents_.empty()) return;
    auto repository = GitRepository::open(folder_);
    if (!repository) return fail(folder_, repository.error());
    AnalysisCache cache(rules_, cached_clauses);
    Uncommitted uncommitted;
    for (std::size_t next = next_++; next < documents_.size(); next = next_++) {
      ImportSummary counted;
      if (auto done = import(*repository, documents_[next], ids_[next], cache, counted, uncommitted); !done)
        fail(ids_[next], done.error());
      const std::lock_guard lock(mutex_);
      summary_.texts += counted.texts;
      summary_.versions += counted.versions;
      summary_.repeats += counted.repeats;
      summary_.unchanged += counted.unchanged;
      summary_.empty += counted.empty;
      summary_.bytes += counted.bytes;
    }
    commit(uncommitted);
  }

  void replay_pages() {
    if (snapshots_.empty()) return;
    auto repository = GitRepository::open(folder_);
    if (!repository) return fail(folder_, repository.error());
    AnalysisCache cache(rules_, cached_clauses);
    for (std::size_t next = next_pages_++; next < snapshots_.size(); next = next_pages_++) {
      const Declaration& declaration = declarations_[next];
      const auto counts = replay(archive_, *repository, snapshots_[next], declaration, rules_, cache,
                                 [this](std::uint64_t pages) { done_ += pages; });
      if (!counts) {
        fail(declaration.id, counts.error());
        continue;
      }
      const std::lock_guard lock(mutex_);
      summary_.texts += counts->pages;
      summary_.versions += counts->versions;
      summary_.repeats += counts->repeats;
      summary_.unchanged += counts->unchanged;
      summary_.bytes += counts->bytes;
      summary_.known += counts->known;
      summary_.suspects += counts->suspects;
      summary_.unread += counts->failed;
      for (const auto& [reason, count] : counts->reasons) summary_.reasons[reason] += count;
    }
  }

  /// Documents that are done but for their last commit: while another thread is committing, there is other work to do.
  struct Uncommitted {
    std::vector<std::pair<DocumentId, std::unique_ptr<DocumentWriter>>> writers;
    std::size_t bytes = 0;
  };

  void commit(Uncommitted& uncommitted) {
    for (auto& [id, writer] : uncommitted.writers) {
      if (auto done = writer->commit(); !done) fail(id, done.error());
    }
    uncommitted = {};
  }

  void fail(const std::string& what, const Error& error) {
    const std::lock_guard lock(mutex_);
    summary_.failed.push_back(what + ": " + error.message);
  }

  /// Where to go on: after the text that the latest version was recorded from. Where that one lies before the mark,
  /// all that is here is new, whatever its date: a commit may carry the date of one before it, or an older one.
  [[nodiscard]] std::size_t first_new(const std::vector<RecordedText>& texts, const LatestVersion* latest) const {
    if (latest == nullptr) return 0;
    for (std::size_t i = texts.size(); i > 0; --i) {
      if (latest->source == "ota:" + to_text(texts[i - 1].commit)) return i;
    }
    if (only_new_ && latest->source.starts_with("ota:")) return 0;
    std::size_t i = 0;
    while (i < texts.size() && texts[i].at <= latest->observed_at) ++i;
    return i;
  }

  Result<void> import(const GitRepository& repository, const RecordedDocument& recorded, const DocumentId& id,
                      AnalysisCache& cache, ImportSummary& counted, Uncommitted& uncommitted) {
    auto writer = archive_.write(id);
    if (!writer) return writer.error();
    Tracker tracker(std::move(writer).value(), rules_, cache);
    std::size_t pending = 0, pending_bytes = 0;
    const std::size_t first = first_new(recorded.texts, tracker.writer().latest());
    done_ += first;
    const GitId* before = nullptr;
    std::map<GitId, std::string> hashes;  // of the texts that were read
    for (std::size_t i = first; i < recorded.texts.size(); ++i, ++done_) {
      const RecordedText& text = recorded.texts[i];
      ++counted.texts;
      if (before != nullptr && *before == text.blob) {
        ++counted.unchanged;
        continue;
      }
      SeenText now{text.at, {}, "ota:" + to_text(text.commit), {}, {}};
      std::string& hash = hashes[text.blob];
      if (hash.empty() || !tracker.remembered(hash)) {
        auto bytes = repository.blob(text.blob);
        if (!bytes) return bytes.error();
        if (bytes->find_first_not_of(" \t\r\n") == std::string::npos) {
          ++counted.empty;
          continue;
        }
        hash = sha256_hex(*bytes);
        counted.bytes += bytes->size();
        pending_bytes += bytes->size();
        now.markdown = std::move(bytes).value();
      }
      before = &text.blob;
      now.sha256 = hash;
      auto seen = tracker.see(std::move(now));
      if (!seen) return seen.error();
      if (!*seen) {
        ++counted.unchanged;
        continue;
      }
      ++counted.versions;
      counted.repeats += tracker.repeated() ? 1 : 0;
      const bool enough = ++pending >= commit_every_versions || pending_bytes >= commit_every_bytes;
      const bool wait = pending >= 16 * commit_every_versions || pending_bytes >= 16 * commit_every_bytes;
      if (!enough || (!wait && tracker.writer().would_wait())) continue;
      if (auto done = tracker.writer().commit(); !done) return done;
      pending = pending_bytes = 0;
    }
    uncommitted.writers.emplace_back(id, tracker.release());
    uncommitted.bytes += pending_bytes;
    if (uncommitted.bytes >= commit_every_bytes || !uncommitted.writers.front().second->would_wait()) {
      commit(uncommitted);
    }
    return {};
  }

  Archive& archive_;
  const RuleSet& rules_;
  const std::string folder_;
  const ImportOptions& options_;
  std::vector<RecordedDocument> documents_;
  std::vector<DocumentId> ids_;
  std::vector<RecordedPages> snapshots_;
  std::vector<Declaration> declarations_;  ///< of snapshots_
  bool only_new_ = false;                  ///< nothing of documents_ was there when the mark was set
  std::atomic<std::size_t> next_{0}, next_pages_{0};
  std::atomic<std::uint64_t> done_{0};
  std::uint64_t total_ = 0;
  std::mutex mutex_;
  ImportSummary summary_;
};

}  // namespace

Result<ImportSummary> import_ota(Archive& archive, const RuleSet& rules, const std::string& folder,
                                 const ImportOptions& options) {
  return Import(archive, rules, folder, options).run();
}

}  // namespace smallprint
