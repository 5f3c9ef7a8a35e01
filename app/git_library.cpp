#include "app/git_library.h"

#include <algorithm>

namespace smallprint::git {

void prepare_library() {
  static const int ready = [] {
    constexpr ssize_t cache_bytes = 16U << 20;
    const int count = git_libgit2_init();
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);  // git checked them when it wrote them
    git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, cache_bytes);
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);  // nothing of it is run
    return count;
  }();
  (void)ready;
}

std::string last_error() {
  const git_error* error = git_error_last();
  return error == nullptr || error->message == nullptr ? "unknown failure" : error->message;
}

GitId id_of(const git_oid& oid) {
  GitId id;
  std::copy_n(oid.id, id.size(), id.begin());
  return id;
}

git_oid oid_of(const GitId& id) {
  git_oid oid;
  std::copy_n(id.begin(), id.size(), oid.id);
  return oid;
}

}  // namespace smallprint::git
