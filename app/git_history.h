// What a git repository in Open Terms Archive's layout recorded: for each `<Service>/<Terms Type>.md` its texts, in
// order; or, in a repository of snapshots, for each `<Service>/<Terms Type>.html` or `.pdf` its pages.
//
// Object ids are read once, by comparing trees: only folders that differ from the parent's are opened. libgit2 stays in
// git_history.cpp. Threads: a GitRepository belongs to one thread; open one for each.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/clock.h"
#include "model/result.h"

namespace smallprint {

using GitId = std::array<std::uint8_t, 20>;
std::string to_text(const GitId& id);
std::optional<GitId> parse_git_id(std::string_view text);

/// One recorded text: the commit that recorded it, its author's date, and the blob.
struct RecordedText {
  GitId commit{};
  Timestamp at{};
  GitId blob{};
};

struct RecordedDocument {
  std::string service;              ///< the folder's name, in UTF-8; a byte that is none, or a control, as %E9
  std::string terms_type;           ///< the file's name without ".md"
  std::vector<RecordedText> texts;  ///< by date; the same date: in the order of the history
};

/// One recorded page, as it was fetched.
struct RecordedPage {
  GitId commit{};
  Timestamp at{};
  GitId blob{};
  std::string part;  ///< of a document made of several pages, which: what follows " #" in the file's name
  bool pdf = false;
  std::string url;  ///< as the commit says ("X-source-document-location"), or empty
};

struct RecordedPages {
  std::string service;              ///< as of RecordedDocument
  std::string terms_type;           ///< the file's name up to " #" or the extension
  std::vector<RecordedPage> pages;  ///< by date; the same date: in the order of the history
};

struct GitHistory {
  GitId head{};
  GitId root{};                             ///< as root() finds it; of a history that was walked whole
  bool since = false;                       ///< was the commit to go on from known here?
  std::size_t commits = 0;                  ///< walked
  std::vector<RecordedDocument> documents;  ///< by path
  std::vector<RecordedPages> snapshots;     ///< by path
  std::size_t other_files = 0;              ///< recorded files that are neither
};

class GitRepository {
 public:
  /// A bare repository, a working clone, or any folder inside one. Error bad_input: it is none, it is empty, it is
  /// shallow.
  static Result<GitRepository> open(const std::string& folder);
  GitRepository(GitRepository&&) noexcept;
  GitRepository& operator=(GitRepository&&) noexcept;
  ~GitRepository();

  /// The first commit of the branch: the same in every clone. `branch` empty: HEAD.
  Result<GitId> root(const std::string& branch) const;
  /// Everything recorded on the branch and not reachable from `since`, which is ignored where the repository lacks it.
  /// A merge records what differs from any of its parents: mostly what a side has recorded already, which then repeats
  /// the text before it. Error: damaged. Cost: the commits, and the trees that changed.
  Result<GitHistory> history(const std::string& branch, const std::optional<GitId>& since) const;
  /// A blob's bytes. Error: damaged.
  Result<std::string> blob(const GitId& id) const;
  /// The blob at a path of a commit. Error: not_found, damaged.
  Result<std::string> file(const GitId& commit, const std::string& path) const;

 private:
  struct Impl;
  explicit GitRepository(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace smallprint
