// What the files that use libgit2 share: owners of its objects, ids, errors. No other header names the library.
#pragma once

#include <git2.h>

#include <string>

#include "app/git_history.h"

namespace smallprint::git {

/// For std::unique_ptr: Deleter<git_tree_free>.
template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

/// Before anything else of the library, as often as you like. Threads: any.
void prepare_library();
/// What the last call of this thread failed for.
std::string last_error();

GitId id_of(const git_oid& oid);
git_oid oid_of(const GitId& id);

}  // namespace smallprint::git
