#include "app/import_files.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "app/read_document.h"
#include "app/tracker.h"
#include "fetcher/extract/extract.h"
#include "model/markdown.h"

namespace smallprint {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t commit_every_versions = 50;

struct KeptFile {
  Timestamp at{};
  fs::path path;
  std::string content_type;
};

std::optional<std::string> content_type(const fs::path& path) {
  static const std::map<std::string, std::string> types = {{".html", "text/html"},
                                                           {".htm", "text/html"},
                                                           {".md", "text/markdown"},
                                                           {".txt", "text/plain"},
                                                           {".pdf", "application/pdf"}};
  const auto known = types.find(path.extension().string());
  return known == types.end() ? std::nullopt : std::optional(known->second);
}

/// "2024-09-19", or a moment: "2024-09-19T06:10:13Z", or with '-' for ':', where a file system has no colons.
std::optional<Timestamp> time_of(std::string name) {
  constexpr std::size_t hour_end = 13, minute_end = 16;
  if (name.size() > minute_end && name[hour_end] == '-' && name[minute_end] == '-')
    name[hour_end] = name[minute_end] = ':';
  const auto moment = parse_rfc3339(name);
  return moment ? std::optional(*moment) : std::nullopt;
}

using Documents = std::map<std::pair<std::string, std::string>, std::vector<KeptFile>>;

/// The files of that form, by service and terms type, in the order of their dates.
Documents files_of(const fs::path& folder, const std::string& services) {
  Documents documents;
  std::error_code ignored;
  for (const auto& service : fs::directory_iterator(folder, ignored)) {
    const std::string name = service.path().filename().string();
    if (!service.is_directory(ignored) || fnmatch(services.c_str(), name.c_str(), 0) != 0) continue;
    for (const auto& type : fs::directory_iterator(service.path(), ignored)) {
      if (!type.is_directory(ignored)) continue;
      for (const auto& file : fs::directory_iterator(type.path(), ignored)) {
        const auto kind = content_type(file.path());
        const auto at = time_of(file.path().stem().string());
        if (!kind || !at || !file.is_regular_file(ignored)) continue;
        documents[{name, type.path().filename().string()}].push_back({*at, file.path(), *kind});
      }
    }
  }
  for (auto& [names, files] : documents) {
    std::sort(files.begin(), files.end(),
              [](const KeptFile& a, const KeptFile& b) { return std::tie(a.at, a.path) < std::tie(b.at, b.path); });
  }
  return documents;
}

/// A file as a text that was seen. `name` is its path within the folder.
Result<SeenText> read_text(const KeptFile& file, const std::string& name, std::uint64_t& bytes_read) {
  auto page = read_page(file.path.string());
  if (!page) return page.error();
  bytes_read += page->body.size();
  SeenText seen{file.at, {}, "file:" + name, {}, {}};
  if (file.content_type == "text/markdown") {
    seen.markdown = std::move(page->body);
    return seen;
  }
  page->url = "file:///" + name;
  page->content_type = file.content_type;
  const auto extraction = extract(*page, {page->url, {}, {}, {}, false});
  if (!extraction) return extraction.error();
  seen.markdown = render_markdown(extraction->document);
  seen.snapshots = {{{page->url}, 200, {{"content-type", file.content_type}}, std::move(page->body)}};
  return seen;
}

class ImportFiles {
 public:
  ImportFiles(Archive& archive, const RuleSet& rules, fs::path folder, const ImportOptions& options)
      : archive_(archive), folder_(std::move(folder)), options_(options), rules_(rules), cache_(rules) {}

  Result<ImportSummary> run() {
    std::error_code ignored;
    if (!fs::is_directory(folder_, ignored)) return Error{ErrorCode::bad_input, "there is no such folder"};
    const Documents documents = files_of(folder_, options_.services);
    if (documents.empty()) {
      return Error{ErrorCode::bad_input,
                   "nothing in it is called like <service>/<terms type>/2024-09-19.html (or .md, .txt, .pdf)"};
    }
    std::set<std::string> services;
    for (const auto& [names, files] : documents) {
      services.insert(names.first);
      total_ += files.size();
    }
    for (const auto& [names, files] : documents) {
      const auto& [service, type] = names;
      const DocumentId id = document_id(service, type);
      const std::uint64_t before = done_;
      if (auto done = import(id, service, type, files); !done)
        summary_.failed.push_back(id + ": " + done.error().message);
      done_ = before + files.size();
    }
    summary_.services = services.size();
    summary_.documents = documents.size();
    if (options_.progress) options_.progress(total_, total_);
    return summary_;
  }

 private:
  Result<void> import(const DocumentId& id, const std::string& service, const std::string& type,
                      const std::vector<KeptFile>& files) {
    if (auto put = archive_.put_document({id, service, type, {}, {}}); !put) return put;
    auto writer = archive_.write(id);
    if (!writer) return writer.error();
    Tracker tracker(std::move(writer).value(), rules_, cache_);
    std::size_t pending = 0;
    for (const KeptFile& file : files) {
      if (options_.progress) options_.progress(done_, total_);
      ++done_;
      const LatestVersion* latest = tracker.writer().latest();
      if (latest != nullptr && file.at <= latest->observed_at) {
        ++summary_.known;
        continue;
      }
      ++summary_.texts;
      const std::string name = service + "/" + type + "/" + file.path.filename().string();
      auto seen = read_text(file, name, summary_.bytes);
      if (!seen) {
        summary_.failed.push_back(name + ": " + seen.error().message);
        continue;
      }
      if (seen->markdown.find_first_not_of(" \t\r\n") == std::string::npos) {
        ++summary_.empty;
        continue;
      }
      auto recorded = tracker.see(std::move(*seen));
      if (!recorded) return recorded.error();
      if (!*recorded) {
        ++summary_.unchanged;
        continue;
      }
      ++summary_.versions;
      summary_.repeats += tracker.repeated() ? 1 : 0;
      if (++pending % commit_every_versions != 0) continue;
      if (auto done = tracker.writer().commit(); !done) return done;
    }
    return tracker.writer().commit();
  }

  Archive& archive_;
  const fs::path folder_;
  const ImportOptions& options_;
  const RuleSet& rules_;
  AnalysisCache cache_;
  std::uint64_t done_ = 0, total_ = 0;
  ImportSummary summary_;
};

}  // namespace

Result<ImportSummary> import_files(Archive& archive, const RuleSet& rules, const std::string& folder,
                                   const ImportOptions& options) {
  return ImportFiles(archive, rules, folder, options).run();
}

}  // namespace smallprint
