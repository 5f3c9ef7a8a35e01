#include "app/export_ota.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "app/git_writer.h"
#include "app/version.h"

namespace smallprint {
namespace {

constexpr std::uint32_t file_mode = 0100644, folder_mode = 040000;
constexpr const char* recorder = "smallprint <recorder@smallprint.invalid>";

/// Where a document's texts stand.
struct Place {
  std::string service, file;  ///< names in the archive, for people: "LinkedIn", "Privacy Policy"
  std::string folder, path;   ///< "LinkedIn/" and "LinkedIn/Privacy Policy.md"
};

/// One version that is to be written: a million of them take 40 MB.
struct Pending {
  Timestamp at{};
  std::uint32_t place = 0;  ///< index; in the order of documents
  std::uint32_t number = 0;
  VersionKind kind = VersionKind::first;
  GitId blob{};
};

/// How often a commit of each date is there.
using Dates = std::map<Timestamp, std::uint32_t>;

class Export {
 public:
  Export(const Archive& archive, GitWriter& writer, const ExportOptions& options)
      : archive_(archive), writer_(writer), options_(options) {}

  Result<ExportSummary> run(const std::string& folder) {
    if (auto read = read_repository(folder); !read) return read.error();
    const auto versions = count_versions(archive_, options_);
    if (!versions) return versions.error();
    total_ = 2 * *versions;  // texts, then commits
    const auto gathered =
        each_document(archive_, options_, [this](const DocumentRow& document) { return write_texts(document); });
    if (!gathered) return gathered.error();
    std::sort(pending_.begin(), pending_.end(), [](const Pending& a, const Pending& b) {
      return std::tie(a.at, a.place, a.number) < std::tie(b.at, b.place, b.number);
    });
    total_ = done_ + pending_.size();
    for (const Pending& one : pending_) {
      if (auto written = write_commit(one); !written) return written.error();
      step();
    }
    if (last_ != writer_.head()) {
      if (auto moved = writer_.move_branch(*last_); !moved) return moved.error();
    }
    summary_.files = {folder};
    summary_.counts = {{"known", known_}, {"unchanged", unchanged_}};
    return summary_;
  }

 private:
  void step() {
    ++done_;
    if (options_.progress) options_.progress(done_, total_);
  }

  /// What the repository has: the last commit's trees, and which versions.
  Result<void> read_repository(const std::string& folder) {
    last_ = writer_.head();
    if (!last_) return {};
    auto root = writer_.entries(*last_);
    if (!root) return root.error();
    root_ = std::move(root).value();
    for (const auto& [name, entry] : root_) {
      if (!name.ends_with('/')) continue;
      auto files = writer_.entries(entry.id);
      if (!files) return files.error();
      folders_[name] = std::move(files).value();
    }
    auto repository = GitRepository::open(folder);
    if (!repository) return repository.error();
    auto history = repository->history({}, std::nullopt);
    if (!history) return history.error();
    for (const RecordedDocument& document : history->documents) {
      Dates& dates = written_[document.service + "/" + document.terms_type + ".md"];
      for (const RecordedText& text : document.texts) ++dates[text.at];
    }
    return {};
  }

  /// The first document by id has the path that its names give; another one with these names, its own address.
  Place place_of(const DocumentRow& document) {
    Place place{document.service_name, document.terms_type, {}, {}};
    if (!document.region.empty()) place.file += "@" + document.region;
    place.folder = path_part(document.service_name) + "/";
    place.path = place.folder + path_part(place.file) + ".md";
    if (!paths_.insert(place.path).second) {
      const std::size_t slash = document.id.find('/');
      place.folder = document.id.substr(0, slash + 1);
      place.path = document.id + ".md";
      paths_.insert(place.path);
    }
    return place;
  }

  Result<void> write_texts(const DocumentRow& document) {
    if (document.versions == 0) return {};
    ++summary_.documents;
    const auto index = static_cast<std::uint32_t>(places_.size());
    places_.push_back(place_of(document));
    const std::string& path = places_.back().path;
    const auto known = written_.find(path);
    Dates there = known == written_.end() ? Dates{} : known->second;
    std::map<std::string, GitId> texts;  // two in five versions repeat an earlier text
    return each_version(archive_, document, options_, [&](const VersionRow& version) -> Result<void> {
      step();
      if (const auto date = there.find(version.observed_at); date != there.end() && date->second > 0) {
        --date->second;
        ++known_;
        return {};
      }
      auto [text_id, unknown] = texts.try_emplace(version.text_sha256);
      if (unknown) {
        const auto text = archive_.text(document.id, version.number);
        if (!text) {
          summary_.failed.push_back(fmt::format("{}@{}: {}", document.id, version.number, text.error().message));
          texts.erase(text_id);
          return {};
        }
        summary_.bytes += text->size();
        auto id = writer_.add(GitObject::blob, *text, path);
        if (!id) return id.error();
        text_id->second = *id;
      }
      pending_.push_back({version.observed_at, index, version.number, version.kind, text_id->second});
      return {};
    });
  }

  /// As Open Terms Archive writes them, so that its tools tell first records and technical upgrades from changes.
  static std::string message(const Place& place, VersionKind kind, bool first) {
    const char* what = "Record new changes of";
    if (first) {
      what = "First record of";
    } else if (kind == VersionKind::reextracted) {
      what = "Apply technical or declaration upgrade on";
    }
    std::string names = place.service + " " + place.file;
    std::replace_if(
        names.begin(), names.end(), [](unsigned char c) { return c < 0x20; }, ' ');
    return fmt::format(
        "{} {}\n\nThis version was exported from an archive of smallprint\n\nX-engine-version: smallprint/{}\n", what,
        names, version);
  }

  Result<void> write_commit(const Pending& one) {
    const Place& place = places_[one.place];
    GitEntries& files = folders_[place.folder];
    const auto [file, first] = files.try_emplace(place.path.substr(place.folder.size()));
    if (!first && file->second.id == one.blob) {
      ++unchanged_;
      return {};
    }
    file->second = {one.blob, file_mode};
    const auto folder = writer_.add(GitObject::tree, encode_tree(files), place.folder);
    if (!folder) return folder.error();
    root_[place.folder] = {*folder, folder_mode};
    const auto root = writer_.add(GitObject::tree, encode_tree(root_), {});
    if (!root) return root.error();
    const auto seconds = std::max<std::int64_t>(0, one.at.time_since_epoch().count());
    std::string commit = "tree " + to_text(*root) + "\n";
    if (last_) commit += "parent " + to_text(*last_) + "\n";
    commit += fmt::format("author {0} {1} +0000\ncommitter {0} {1} +0000\n\n", recorder, seconds);
    commit += message(place, one.kind, first);
    auto id = writer_.add(GitObject::commit, commit, {});
    if (!id) return id.error();
    last_ = *id;
    ++summary_.versions;
    if (!writer_.all_written()) return {};
    return writer_.move_branch(*last_);
  }

  const Archive& archive_;
  GitWriter& writer_;
  const ExportOptions& options_;
  ExportSummary summary_;
  std::map<std::string, Dates> written_;  ///< by path
  std::set<std::string> paths_;
  std::vector<Place> places_;
  std::vector<Pending> pending_;
  GitEntries root_;
  std::map<std::string, GitEntries> folders_;
  std::optional<GitId> last_;
  std::uint64_t done_ = 0, total_ = 0, known_ = 0, unchanged_ = 0;
};

}  // namespace

std::string path_part(std::string_view name) {
  const auto is = [&](std::string_view other) {
    return std::equal(name.begin(), name.end(), other.begin(), other.end(),
                      [](unsigned char a, unsigned char b) { return std::tolower(a) == b; });
  };
  std::string part;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    // A name that begins with a point is hidden, or git's own; so is git~1 on Windows; README.md is no document's.
    const bool first_bad = part.empty() && (c == '.' || is("git~1") || name == "README");
    if (byte < 0x20 || byte == 0x7F || c == '/' || c == '\\' || first_bad) {
      part += fmt::format("%{:02X}", byte);
    } else {
      part += c;
    }
  }
  return part.empty() ? "%" : part;
}

Result<ExportSummary> export_ota(const Archive& archive, const std::string& folder, const ExportOptions& options) {
  auto writer = GitWriter::open(folder);
  if (!writer) return writer.error();
  return Export(archive, *writer, options).run(folder);
}

}  // namespace smallprint
