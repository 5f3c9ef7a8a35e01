#include "app/git_history.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "app/git_library.h"
#include "fetcher/extract/text.h"

namespace smallprint {
namespace {

using git::Deleter, git::id_of, git::last_error, git::oid_of;

using Repository = std::unique_ptr<git_repository, Deleter<git_repository_free>>;
using Commit = std::unique_ptr<git_commit, Deleter<git_commit_free>>;
using Tree = std::shared_ptr<git_tree>;
using Walk = std::unique_ptr<git_revwalk, Deleter<git_revwalk_free>>;
using GitBlob = std::unique_ptr<git_blob, Deleter<git_blob_free>>;

constexpr std::size_t most_trees = 64;

bool ends_with(std::string_view text, std::string_view end) { return text.size() > end.size() && text.ends_with(end); }

/// The entries of `tree` that are not the same in all of `parents`; with no parents, all of them.
template <class Visit>
void changed_entries(const git_tree* tree, const std::vector<Tree>& parents, Visit&& visit) {
  // Trees are sorted alike, so that one pass over each is enough.
  std::vector<std::size_t> at(parents.size(), 0);
  for (std::size_t i = 0; i < git_tree_entrycount(tree); ++i) {
    const git_tree_entry* entry = git_tree_entry_byindex(tree, i);
    bool same_in_all = !parents.empty();
    for (std::size_t p = 0; p < parents.size() && same_in_all; ++p) {
      const std::size_t count = parents[p] ? git_tree_entrycount(parents[p].get()) : 0;
      const git_tree_entry* other = nullptr;
      while (at[p] < count) {
        other = git_tree_entry_byindex(parents[p].get(), at[p]);
        if (git_tree_entry_cmp(other, entry) >= 0) break;
        ++at[p];
        other = nullptr;
      }
      same_in_all = other != nullptr && std::strcmp(git_tree_entry_name(other), git_tree_entry_name(entry)) == 0 &&
                    git_oid_equal(git_tree_entry_id(other), git_tree_entry_id(entry)) != 0;
    }
    if (!same_in_all) visit(entry);
  }
}

/// A name of git's, which may be any bytes, in UTF-8 without control characters: what is neither stands as %E9.
std::string readable(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size();) {
    std::size_t length = 1;
    while (length < 4 && i + length < name.size() && (static_cast<unsigned char>(name[i + length]) & 0xC0U) == 0x80U)
      ++length;
    const std::string_view character = name.substr(i, length);
    const auto first = static_cast<unsigned char>(character.front());
    const bool control = first < 0x20 || first == 0x7F || character == "\xC2\x85";
    if (is_utf8(character) && !control) {
      text += character;
      i += length;
    } else {
      constexpr std::string_view digits = "0123456789ABCDEF";
      text += {'%', digits[first >> 4U], digits[first & 15U]};
      ++i;
    }
  }
  return text;
}

bool is_file(const git_tree_entry* entry) {
  const git_filemode_t mode = git_tree_entry_filemode(entry);  // a symbolic link is a blob too
  return mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE;
}

/// The address that Open Terms Archive's engine notes at the end of a commit's message.
std::string noted_address(const git_commit* commit) {
  constexpr std::string_view trailer = "\nX-source-document-location: ";
  const char* raw = git_commit_message(commit);
  const std::string_view message = raw == nullptr ? std::string_view{} : raw;
  const std::size_t at = message.rfind(trailer);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = message.substr(at + trailer.size());
  return std::string(rest.substr(0, rest.find_first_of(" \r\n")));
}

/// Documents by service and terms type.
template <class Recorded>
using ByPath = std::map<std::pair<std::string, std::string>, std::vector<Recorded>>;

/// Notes what a commit recorded under a path, where it is a text or a page.
struct Collector {
  ByPath<RecordedText> texts;
  ByPath<RecordedPage> pages;

  bool collect(const std::string& service, const git_tree_entry* file, const git_commit* commit) {
    if (!is_file(file) || service.front() == '.') return false;
    const std::string_view name = git_tree_entry_name(file);
    const GitId id = id_of(*git_commit_id(commit)), blob = id_of(*git_tree_entry_id(file));
    const Timestamp at{std::chrono::seconds{git_commit_author(commit)->when.time}};
    if (ends_with(name, ".md") && name != "README.md") {
      texts[{readable(service), readable(name.substr(0, name.size() - 3))}].push_back({id, at, blob});
      return true;
    }
    const bool pdf = ends_with(name, ".pdf");
    if (!pdf && !ends_with(name, ".html")) return false;
    const std::string_view stem = name.substr(0, name.rfind('.'));
    const std::size_t mark = stem.find(" #");
    const std::string_view part = mark == std::string_view::npos ? std::string_view{} : stem.substr(mark + 2);
    pages[{readable(service), readable(stem.substr(0, mark))}].push_back(
        {id, at, blob, readable(part), pdf, noted_address(commit)});
    return true;
  }
};

template <class Document, class Recorded>
std::vector<Document> by_date(ByPath<Recorded>&& by_path) {
  std::vector<Document> documents;
  for (auto& [path, all] : by_path) {
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    documents.push_back({path.first, path.second, std::move(all)});
  }
  return documents;
}

}  // namespace

std::string to_text(const GitId& id) {
  std::array<char, GIT_OID_HEXSZ + 1> text{};
  const git_oid oid = oid_of(id);
  git_oid_tostr(text.data(), text.size(), &oid);
  return text.data();
}

std::optional<GitId> parse_git_id(std::string_view text) {
  git_oid oid;
  if (text.size() != GIT_OID_HEXSZ || git_oid_fromstrn(&oid, text.data(), text.size()) != 0) return std::nullopt;
  return id_of(oid);
}

struct GitRepository::Impl {
  Repository repository;

  [[nodiscard]] Result<git_oid> head(const std::string& branch) const {
    git_oid oid;
    const std::string name = branch.empty() ? "HEAD" : "refs/heads/" + branch;
    if (git_reference_name_to_id(&oid, repository.get(), name.c_str()) == 0) return oid;
    if (!branch.empty()) return Error{ErrorCode::bad_input, "the repository has no branch '" + branch + "'"};
    return Error{ErrorCode::bad_input, "the repository is empty: it has no commit yet"};
  }

  [[nodiscard]] Walk walk(const git_oid& head, unsigned sorting) const {
    git_revwalk* raw = nullptr;
    if (git_revwalk_new(&raw, repository.get()) != 0) return nullptr;
    Walk walk(raw);
    git_revwalk_sorting(raw, sorting);
    if (git_revwalk_push(raw, &head) != 0) return nullptr;
    return walk;
  }

  [[nodiscard]] Tree tree(const git_oid* oid) const {
    git_tree* raw = nullptr;
    if (git_tree_lookup(&raw, repository.get(), oid) != 0) return nullptr;
    return Tree(raw, git_tree_free);
  }
};

GitRepository::GitRepository(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GitRepository::GitRepository(GitRepository&&) noexcept = default;
GitRepository& GitRepository::operator=(GitRepository&&) noexcept = default;
GitRepository::~GitRepository() = default;

Result<GitRepository> GitRepository::open(const std::string& folder) {
  git::prepare_library();
  git_repository* raw = nullptr;
  if (git_repository_open_ext(&raw, folder.c_str(), 0, nullptr) != 0) {
    return Error{ErrorCode::bad_input, "'" + folder + "' is no git repository"};
  }
  auto impl = std::make_unique<Impl>();
  impl->repository.reset(raw);
  if (git_repository_is_shallow(raw) != 0) {
    return Error{ErrorCode::bad_input,
                 "'" + folder + "' is a shallow clone, its history is cut off: run git fetch --unshallow there first"};
  }
  return GitRepository(std::move(impl));
}

Result<GitId> GitRepository::root(const std::string& branch) const {
  auto head = impl_->head(branch);
  if (!head) return head.error();
  git_oid oid = *head;
  const Walk walk = impl_->walk(*head, GIT_SORT_NONE);
  if (!walk) return Error{ErrorCode::damaged, "the history cannot be read: " + last_error()};
  git_revwalk_simplify_first_parent(walk.get());
  while (git_revwalk_next(&oid, walk.get()) == 0) {
  }
  return id_of(oid);
}

Result<GitHistory> GitRepository::history(const std::string& branch, const std::optional<GitId>& since) const {
  auto head = impl_->head(branch);
  if (!head) return head.error();
  const Walk walk = impl_->walk(*head, GIT_SORT_TOPOLOGICAL | GIT_SORT_REVERSE);
  if (!walk) return Error{ErrorCode::damaged, "the history cannot be read: " + last_error()};
  bool hidden = false;
  if (since) {
    const git_oid last = oid_of(*since);
    hidden = git_revwalk_hide(walk.get(), &last) == 0;
  }

  GitHistory history;
  history.head = id_of(*head);
  history.since = hidden;
  Collector collector;
  std::map<git_oid, Tree, bool (*)(const git_oid&, const git_oid&)> trees(
      [](const git_oid& a, const git_oid& b) { return git_oid_cmp(&a, &b) < 0; });
  const auto tree_of = [&](const git_oid* oid) {
    if (const auto known = trees.find(*oid); known != trees.end()) return known->second;
    if (trees.size() > most_trees) trees.clear();
    return trees.emplace(*oid, impl_->tree(oid)).first->second;
  };
  bool damaged = false;
  std::map<GitId, GitId> first_parents;

  git_oid oid;
  while (!damaged && git_revwalk_next(&oid, walk.get()) == 0) {
    git_commit* raw = nullptr;
    if (git_commit_lookup(&raw, impl_->repository.get(), &oid) != 0) {
      return Error{ErrorCode::damaged, "a commit cannot be read: " + last_error()};
    }
    const Commit commit(raw);
    ++history.commits;
    if (!since && git_commit_parentcount(raw) > 0) first_parents[id_of(oid)] = id_of(*git_commit_parent_id(raw, 0));
    std::vector<Tree> parents;
    for (unsigned p = 0; p < git_commit_parentcount(raw); ++p) {
      git_commit* parent = nullptr;
      if (git_commit_parent(&parent, raw, p) != 0)
        return Error{ErrorCode::damaged, "a commit cannot be read: " + last_error()};
      const Commit keep(parent);
      parents.push_back(tree_of(git_commit_tree_id(parent)));
      damaged = damaged || !parents.back();
    }
    const Tree tree = tree_of(git_commit_tree_id(raw));
    if (damaged || !tree) return Error{ErrorCode::damaged, "a tree cannot be read: " + last_error()};

    changed_entries(tree.get(), parents, [&](const git_tree_entry* folder) {
      if (git_tree_entry_type(folder) != GIT_OBJECT_TREE) {
        ++history.other_files;
        return;
      }
      const std::string service = git_tree_entry_name(folder);
      const Tree now = impl_->tree(git_tree_entry_id(folder));
      damaged = damaged || !now;
      std::vector<Tree> before;
      for (const Tree& parent : parents) {
        const git_tree_entry* same = git_tree_entry_byname(parent.get(), service.c_str());
        const bool folder_too = same != nullptr && git_tree_entry_type(same) == GIT_OBJECT_TREE;
        before.push_back(folder_too ? impl_->tree(git_tree_entry_id(same)) : nullptr);
        damaged = damaged || (folder_too && !before.back());
      }
      if (damaged) return;
      changed_entries(now.get(), before, [&](const git_tree_entry* file) {
        if (!collector.collect(service, file, raw)) ++history.other_files;
      });
    });
  }
  if (damaged) return Error{ErrorCode::damaged, "a folder cannot be read: " + last_error()};
  history.root = history.head;
  for (auto at = first_parents.find(history.root); at != first_parents.end(); at = first_parents.find(history.root)) {
    history.root = at->second;
  }
  history.documents = by_date<RecordedDocument>(std::move(collector.texts));
  history.snapshots = by_date<RecordedPages>(std::move(collector.pages));
  return history;
}

Result<std::string> GitRepository::blob(const GitId& id) const {
  const git_oid oid = oid_of(id);
  git_blob* raw = nullptr;
  if (git_blob_lookup(&raw, impl_->repository.get(), &oid) != 0) {
    return Error{ErrorCode::damaged, "a recorded text cannot be read: " + last_error()};
  }
  const GitBlob blob(raw);
  return std::string(static_cast<const char*>(git_blob_rawcontent(raw)),
                     static_cast<std::size_t>(git_blob_rawsize(raw)));
}

Result<std::string> GitRepository::file(const GitId& commit, const std::string& path) const {
  const git_oid oid = oid_of(commit);
  git_commit* raw = nullptr;
  if (git_commit_lookup(&raw, impl_->repository.get(), &oid) != 0) {
    return Error{ErrorCode::not_found, "there is no commit " + to_text(commit)};
  }
  const Commit keep(raw);
  const Tree tree = impl_->tree(git_commit_tree_id(raw));
  git_tree_entry* entry = nullptr;
  if (!tree || git_tree_entry_bypath(&entry, tree.get(), path.c_str()) != 0) {
    return Error{ErrorCode::not_found, "there is no '" + path + "' in commit " + to_text(commit)};
  }
  const GitId id = id_of(*git_tree_entry_id(entry));
  git_tree_entry_free(entry);
  return blob(id);
}

}  // namespace smallprint
