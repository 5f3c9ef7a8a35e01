// The recorded texts of a versions repository in memory, for tests and benchmarks of what compares them.
#pragma once

#include <git2.h>

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace smallprint::test {

/// The Markdown texts of each document of a bare clone, oldest first; a text that repeats the one before is left out.
class History {
 public:
  struct Version {
    std::string commit;
    git_oid blob{};
  };

  /// Throws std::runtime_error with libgit2's words.
  explicit History(const std::string& folder) {
    git_libgit2_init();
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, static_cast<ssize_t>(16 << 20));
    check(git_repository_open_bare(&repository_, folder.c_str()));
    walk();
  }
  ~History() {
    git_repository_free(repository_);
    git_libgit2_shutdown();
  }
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  /// By path: "LinkedIn/Privacy Policy.md".
  [[nodiscard]] const std::map<std::string, std::vector<Version>>& documents() const { return documents_; }

  [[nodiscard]] std::string text(const Version& version) const {
    git_blob* blob = nullptr;
    check(git_blob_lookup(&blob, repository_, &version.blob));
    std::string out(static_cast<const char*>(git_blob_rawcontent(blob)), git_blob_rawsize(blob));
    git_blob_free(blob);
    return out;
  }

 private:
  static void check(int status) {
    if (status < 0) throw std::runtime_error(git_error_last() != nullptr ? git_error_last()->message : "git failed");
  }

  void walk() {
    git_revwalk* walk = nullptr;
    check(git_revwalk_new(&walk, repository_));
    git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL | GIT_SORT_REVERSE);
    check(git_revwalk_push_head(walk));
    git_tree* parent = nullptr;  // the history is one line: the tree before is the parent's
    for (git_oid id; git_revwalk_next(&id, walk) == 0;) {
      git_commit* commit = nullptr;
      git_tree* tree = nullptr;
      check(git_commit_lookup(&commit, repository_, &id));
      check(git_commit_tree(&tree, commit));
      git_diff* diff = nullptr;
      check(git_diff_tree_to_tree(&diff, repository_, parent, tree, nullptr));
      for (std::size_t i = 0; i < git_diff_num_deltas(diff); ++i) {
        const git_diff_file& file = git_diff_get_delta(diff, i)->new_file;
        const std::string_view path(file.path);
        if (git_diff_get_delta(diff, i)->status == GIT_DELTA_DELETED || !path.ends_with(".md") ||
            path.find('/') == std::string_view::npos) {
          continue;
        }
        auto& versions = documents_[std::string(path)];
        if (versions.empty() || git_oid_equal(&versions.back().blob, &file.id) == 0) {
          versions.push_back({git_oid_tostr_s(&id), file.id});
        }
      }
      git_diff_free(diff);
      git_tree_free(parent);
      git_commit_free(commit);
      parent = tree;
    }
    git_tree_free(parent);
    git_revwalk_free(walk);
  }

  git_repository* repository_ = nullptr;
  std::map<std::string, std::vector<Version>> documents_;
};

}  // namespace smallprint::test
