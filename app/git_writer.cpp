#include "app/git_writer.h"

#include <fmt/core.h>
#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>

#include <filesystem>
#include <vector>

#include "app/git_library.h"

namespace smallprint {
namespace {

using git::Deleter, git::id_of, git::last_error, git::oid_of;
using Repository = std::unique_ptr<git_repository, Deleter<git_repository_free>>;
using ObjectStore = std::unique_ptr<git_odb, Deleter<git_odb_free>>;
using PackBuilder = std::unique_ptr<git_packbuilder, Deleter<git_packbuilder_free>>;
using Configuration = std::unique_ptr<git_config, Deleter<git_config_free>>;
using Object = std::unique_ptr<git_object, Deleter<git_object_free>>;
using Reference = std::unique_ptr<git_reference, Deleter<git_reference_free>>;

constexpr std::size_t pack_bytes = 64U << 20;
constexpr const char* branch = "refs/heads/main";
constexpr const char* our_setting = "smallprint.export";  ///< in the repository's configuration: it is ours
constexpr const char* our_value = "ota";

Error unwritable(const std::string& what) {
  return {ErrorCode::unavailable, what + " cannot be written: " + last_error()};
}

bool is_ours(git_repository* repository) {
  git_config* raw = nullptr;
  if (git_repository_config_snapshot(&raw, repository) != 0) return false;
  const Configuration configuration(raw);
  const char* value = nullptr;
  return git_config_get_string(&value, raw, our_setting) == 0 && std::string_view(value) == our_value;
}

bool mark_as_ours(git_repository* repository) {
  git_config* raw = nullptr;
  if (git_repository_config(&raw, repository) != 0) return false;
  const Configuration configuration(raw);
  return git_config_set_string(raw, our_setting, our_value) == 0;
}

/// What was added and stands in no pack yet: an object store in memory, and a repository around it for the pack
/// builder.
struct Gathered {
  ObjectStore store;
  Repository repository;
  std::vector<std::pair<git_oid, std::string>> objects;
  std::size_t bytes = 0;

  bool open() {
    git_odb* store_raw = nullptr;
    git_odb_backend* memory = nullptr;
    git_repository* repository_raw = nullptr;
    if (git_odb_new(&store_raw) != 0) return false;
    store.reset(store_raw);
    if (git_mempack_new(&memory) != 0 || git_odb_add_backend(store_raw, memory, 1) != 0) return false;
    if (git_repository_wrap_odb(&repository_raw, store_raw) != 0) return false;
    repository.reset(repository_raw);
    return true;
  }
};

git_object_t type_of(GitObject kind) {
  switch (kind) {
    case GitObject::blob: return GIT_OBJECT_BLOB;
    case GitObject::tree: return GIT_OBJECT_TREE;
    case GitObject::commit: break;
  }
  return GIT_OBJECT_COMMIT;
}

}  // namespace

std::string encode_tree(const GitEntries& entries) {
  std::string content;
  for (const auto& [name, entry] : entries) {
    content += fmt::format("{:o} ", entry.mode);
    content.append(name, 0, name.size() - (name.ends_with('/') ? 1 : 0));
    content += '\0';
    content.append(reinterpret_cast<const char*>(entry.id.data()), entry.id.size());
  }
  return content;
}

struct GitWriter::Impl {
  Repository repository;
  std::string packs;  ///< the folder of packs
  ObjectStore there;  ///< the repository's own objects: what an interrupted run wrote is not written again
  std::optional<GitId> head;
  std::optional<Gathered> gathered;

  Result<void> write_pack() {
    if (!gathered || gathered->objects.empty()) return {};
    git_packbuilder* raw = nullptr;
    if (git_packbuilder_new(&raw, gathered->repository.get()) != 0) return unwritable("a pack");
    const PackBuilder builder(raw);
    git_packbuilder_set_threads(raw, 0);
    for (const auto& [id, name] : gathered->objects) {
      if (git_packbuilder_insert(raw, &id, name.c_str()) != 0) return unwritable("a pack");
    }
    if (git_packbuilder_write(raw, packs.c_str(), 0, nullptr, nullptr) != 0) return unwritable("a pack");
    gathered.reset();
    return {};
  }
};

GitWriter::GitWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GitWriter::GitWriter(GitWriter&&) noexcept = default;
GitWriter& GitWriter::operator=(GitWriter&&) noexcept = default;
GitWriter::~GitWriter() = default;

Result<GitWriter> GitWriter::open(const std::string& folder) {
  git::prepare_library();
  git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);  // a branch never names what a power cut can lose
  std::error_code failed;
  const bool fresh = !std::filesystem::exists(folder, failed) ||
                     (std::filesystem::is_directory(folder, failed) && std::filesystem::is_empty(folder, failed));
  if (failed) return Error{ErrorCode::unavailable, "'" + folder + "' cannot be read: " + failed.message()};
  auto impl = std::make_unique<Impl>();
  git_repository* raw = nullptr;
  if (fresh) {
    git_repository_init_options options{};
    git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
    options.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_MKPATH | GIT_REPOSITORY_INIT_NO_REINIT;
    options.initial_head = "main";
    if (git_repository_init_ext(&raw, folder.c_str(), &options) != 0) return unwritable("'" + folder + "'");
    impl->repository.reset(raw);
    if (!mark_as_ours(raw)) return unwritable("'" + folder + "'");
  } else {
    if (git_repository_open_bare(&raw, folder.c_str()) != 0) {
      return Error{ErrorCode::conflict, "'" + folder + "' holds something else: name a new or an empty folder"};
    }
    impl->repository.reset(raw);
    if (!is_ours(raw)) {
      return Error{ErrorCode::conflict,
                   "'" + folder + "' is a repository that smallprint did not make: name a new or an empty folder"};
    }
  }
  git_odb* store = nullptr;
  if (!fresh && git_repository_odb(&store, raw) != 0) return unwritable("'" + folder + "'");
  impl->there.reset(store);
  impl->packs = (std::filesystem::path(git_repository_path(raw)) / "objects" / "pack").string();
  std::filesystem::create_directories(impl->packs, failed);
  git_oid oid;
  if (git_reference_name_to_id(&oid, raw, branch) == 0) impl->head = id_of(oid);
  return GitWriter(std::move(impl));
}

const std::optional<GitId>& GitWriter::head() const { return impl_->head; }

Result<GitEntries> GitWriter::entries(const GitId& tree_or_commit) const {
  const git_oid oid = oid_of(tree_or_commit);
  git_object *any = nullptr, *peeled = nullptr;
  if (git_object_lookup(&any, impl_->repository.get(), &oid, GIT_OBJECT_ANY) != 0) {
    return Error{ErrorCode::damaged, "the repository cannot be read: " + last_error()};
  }
  const Object keep_any(any);
  if (git_object_peel(&peeled, any, GIT_OBJECT_TREE) != 0) {
    return Error{ErrorCode::damaged, "the repository cannot be read: " + last_error()};
  }
  const Object keep(peeled);
  const auto* tree = reinterpret_cast<const git_tree*>(peeled);
  GitEntries entries;
  for (std::size_t i = 0; i < git_tree_entrycount(tree); ++i) {
    const git_tree_entry* entry = git_tree_entry_byindex(tree, i);
    std::string name = git_tree_entry_name(entry);
    if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) name += '/';
    entries[std::move(name)] = {id_of(*git_tree_entry_id(entry)),
                                static_cast<std::uint32_t>(git_tree_entry_filemode_raw(entry))};
  }
  return entries;
}

Result<GitId> GitWriter::add(GitObject kind, std::string_view content, const std::string& name) {
  git_oid oid;
  if (impl_->there) {
    if (git_odb_hash(&oid, content.data(), content.size(), type_of(kind)) != 0) return unwritable("an object");
    if (git_odb_exists_ext(impl_->there.get(), &oid, GIT_ODB_LOOKUP_NO_REFRESH) != 0) return id_of(oid);
  }
  if (!impl_->gathered) {
    impl_->gathered.emplace();
    if (!impl_->gathered->open()) return unwritable("an object");
  }
  Gathered& gathered = *impl_->gathered;
  if (git_odb_write(&oid, gathered.store.get(), content.data(), content.size(), type_of(kind)) != 0) {
    return unwritable("an object");
  }
  gathered.objects.emplace_back(oid, name);
  gathered.bytes += content.size();
  if (gathered.bytes >= pack_bytes && kind != GitObject::tree) {  // a tree's commit is still to come
    if (auto written = impl_->write_pack(); !written) return written.error();
  }
  return id_of(oid);
}

bool GitWriter::all_written() const { return !impl_->gathered; }

Result<void> GitWriter::move_branch(const GitId& commit) {
  if (auto written = impl_->write_pack(); !written) return written;
  const git_oid to = oid_of(commit);
  const git_oid from = impl_->head ? oid_of(*impl_->head) : git_oid{};
  git_reference* raw = nullptr;
  const int status = impl_->head
                         ? git_reference_create_matching(&raw, impl_->repository.get(), branch, &to, 1, &from, nullptr)
                         : git_reference_create(&raw, impl_->repository.get(), branch, &to, 0, nullptr);
  const Reference keep(raw);
  if (status == GIT_EMODIFIED || status == GIT_EEXISTS) {
    return Error{ErrorCode::conflict, "another program added to the repository meanwhile: run the export again"};
  }
  if (status != 0) return unwritable("the branch");
  impl_->head = commit;
  return {};
}

}  // namespace smallprint
