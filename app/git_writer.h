// Writes a git repository that belongs to an export: objects into packs, and one branch. No working tree.
//
// Objects are gathered in memory and written as packs of some 64 MiB of content, compressed against each other. Nothing
// refers to an object before move_branch(): a crash leaves the branch where it was, whole;
// what was written is used by the next run. Threads: one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/git_history.h"
#include "model/result.h"

namespace smallprint {

enum class GitObject : std::uint8_t { blob, tree, commit };

/// A tree's entries by name; a folder's name ends in '/', so that they stand in git's order.
struct GitEntry {
  GitId id{};
  std::uint32_t mode = 0;
};
using GitEntries = std::map<std::string, GitEntry>;
/// The object's content.
std::string encode_tree(const GitEntries& entries);

class GitWriter {
 public:
  /// Makes a bare repository where there is nothing or an empty folder; opens one that was made so. Error conflict:
  /// there is something else; unavailable: it cannot be written.
  static Result<GitWriter> open(const std::string& folder);
  GitWriter(GitWriter&&) noexcept;
  GitWriter& operator=(GitWriter&&) noexcept;
  ~GitWriter();

  /// The branch's last commit; none in a new repository.
  [[nodiscard]] const std::optional<GitId>& head() const;
  /// The entries of a tree, or of a commit's, that is in a pack. Error: damaged.
  [[nodiscard]] Result<GitEntries> entries(const GitId& tree_or_commit) const;
  /// `name`: the path; objects of one name are compressed against each other. After a blob or a commit, a pack is
  /// written when enough is gathered. Error: unavailable.
  Result<GitId> add(GitObject kind, std::string_view content, const std::string& name);
  /// Did the last add() write a pack, so that all that was added is in the repository?
  [[nodiscard]] bool all_written() const;
  /// Writes what is gathered, then moves the branch. Error: unavailable; conflict: somebody else moved it.
  Result<void> move_branch(const GitId& commit);

 private:
  struct Impl;
  explicit GitWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace smallprint
