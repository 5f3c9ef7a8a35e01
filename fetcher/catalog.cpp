#include "fetcher/catalog.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <boost/url.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "fetcher/extract/selector.h"
#include "smallprint_fetcher/builtin.h"

namespace smallprint {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::uintmax_t max_file = 4U << 20;
constexpr std::string_view extension = ".json";

/// "folder/LinkedIn.json" → "LinkedIn"
std::string service_of(const std::string& file) {
  std::string name = fs::path(file).filename().string();
  if (name.ends_with(extension)) name.resize(name.size() - extension.size());
  return name;
}

/// Reads one file. A problem with a document leaves that document out; the file's others stay.
class FileReader {
 public:
  explicit FileReader(const std::string& file) : file_(file) {}

  Catalog read(std::string_view text) {
    boost::system::error_code error;
    json::parse_options options;
    options.max_depth = 32;
    const json::value root = json::parse(text, error, {}, options);
    if (error) {
      problem("is no JSON: " + error.message(), true);
      return std::move(catalog_);
    }
    if (!root.is_object()) {
      problem("is no object", true);
      return std::move(catalog_);
    }
    read_service(root.as_object());
    return std::move(catalog_);
  }

 private:
  void problem(std::string message, bool fatal) {
    catalog_.problems.push_back({file_, document_.empty() ? std::move(message) : document_ + ": " + message, fatal});
  }

  void read_service(const json::object& object) {
    service_ = service_of(file_);
    const json::object* terms = nullptr;
    for (const auto& [key, value] : object) {
      if (key == "name") {
        if (value.is_string()) {
          service_ = value.as_string();
        } else {
          problem("\"name\" is no string", true);
        }
      } else if (key == "documents" || key == "terms") {
        if (!value.is_object()) {
          problem("\"" + std::string(key) + "\" is no object", true);
        } else if (terms != nullptr) {
          problem("has both \"terms\" and \"documents\"", true);
        } else {
          terms = &value.as_object();
        }
      } else if (key != "importedFrom" && key != "$schema") {
        problem("unknown member \"" + std::string(key) + "\"", false);
      }
    }
    if (terms == nullptr) {
      problem("has no \"terms\"", true);
      return;
    }
    if (terms->empty()) problem("declares no documents", false);
    for (const auto& [type, value] : *terms) {
      document_ = type;
      if (value.is_object()) {
        read_terms(value.as_object());
      } else {
        problem("is no object", true);
      }
    }
    document_.clear();
  }

  void read_terms(const json::object& object) {
    Declaration declaration;
    declaration.service_name = service_;
    declaration.terms_type = document_;
    declaration.file = file_;
    for (const auto& [key, value] : object) {
      if (key == "region") read_string(key, value, declaration.region);
      if (key == "language") read_string(key, value, declaration.language);
      if (key == "ignoreRobots") {
        if (value.is_bool()) {
          declaration.ignore_robots = value.as_bool();
        } else {
          problem("\"ignoreRobots\" is neither true nor false", false);
        }
      }
    }
    // A type may be declared for several regions: "Privacy Policy (EU)" is no OTA type, so ours is a suffix "@eu".
    if (const std::size_t at = declaration.terms_type.rfind('@');
        at != std::string::npos && declaration.region.empty()) {
      declaration.region = declaration.terms_type.substr(at + 1);
      declaration.terms_type.resize(at);
    }
    declaration.id = document_id(service_, declaration.terms_type, declaration.region);
    usable_ = true;
    Source defaults;
    read_source(object, defaults, true);
    const json::value* combine = object.if_contains("combine");
    if (combine == nullptr) {
      if (defaults.url.empty() && usable_) {
        problem("has no \"fetch\"", true);
        usable_ = false;
      }
      declaration.sources.push_back(std::move(defaults));
    } else if (!combine->is_array() || combine->as_array().empty()) {
      problem("\"combine\" is no list of sources", true);
      return;
    } else {
      for (const json::value& entry : combine->as_array()) {
        Source source = defaults;
        if (!entry.is_object()) {
          problem("a source in \"combine\" is no object", true);
          return;
        }
        read_source(entry.as_object(), source, false);
        if (source.url.empty() && usable_) {
          problem("a source in \"combine\" has no \"fetch\"", true);
          usable_ = false;
        }
        declaration.sources.push_back(std::move(source));
      }
    }
    if (usable_) catalog_.declarations.push_back(std::move(declaration));
  }

  void unusable(const std::string& message) {
    problem(message, true);
    usable_ = false;
  }

  void read_string(std::string_view key, const json::value& value, std::string& out) {
    if (value.is_string()) {
      out = value.as_string();
    } else {
      unusable("\"" + std::string(key) + "\" is no string");
    }
  }

  void read_source(const json::object& object, Source& source, bool terms_level) {
    for (const auto& [key, value] : object) {
      if (key == "fetch") {
        read_string(key, value, source.url);
        const auto url = boost::urls::parse_uri(source.url);
        if (value.is_string() &&
            (!url || (url->scheme() != "https" && url->scheme() != "http") || url->host().empty())) {
          unusable("\"fetch\" is no http address: " + source.url);
        }
      } else if (key == "select") {
        source.select.clear();
        read_selections(key, value, source.select);
      } else if (key == "remove") {
        source.remove.clear();
        read_selections(key, value, source.remove);
      } else if (key == "filter") {
        source.filters.clear();
        read_filters(value, source.filters);
      } else if (key == "executeClientScripts") {
        if (value.is_bool()) {
          source.execute_client_scripts = value.as_bool();
        } else {
          problem("\"executeClientScripts\" is neither true nor false", false);
        }
      } else if (!(terms_level &&
                   (key == "combine" || key == "region" || key == "language" || key == "ignoreRobots"))) {
        problem("unknown member \"" + std::string(key) + "\"", false);
      }
    }
  }

  void read_selections(std::string_view key, const json::value& value, std::vector<Selection>& out) {
    if (value.is_array()) {
      for (const json::value& entry : value.as_array()) read_selection(key, entry, out);
    } else {
      read_selection(key, value, out);
    }
  }

  void read_selection(std::string_view key, const json::value& value, std::vector<Selection>& out) {
    if (value.is_string()) {
      std::string selector(value.as_string());
      check_selector(selector);
      out.emplace_back(std::move(selector));
      return;
    }
    if (!value.is_object()) {
      unusable("\"" + std::string(key) + "\" is neither a selector nor a range");
      return;
    }
    SelectorRange range;
    for (const auto& [side, selector] : value.as_object()) {
      std::string* place = side == "startBefore"  ? &range.start_before
                           : side == "startAfter" ? &range.start_after
                           : side == "endBefore"  ? &range.end_before
                           : side == "endAfter"   ? &range.end_after
                                                  : nullptr;
      if (place == nullptr) {
        problem("unknown member \"" + std::string(side) + "\" of a range", false);
        continue;
      }
      read_string(side, selector, *place);
      check_selector(*place);
    }
    if (!range.start_before.empty() && !range.start_after.empty()) unusable("a range has two starts");
    if (!range.end_before.empty() && !range.end_after.empty()) unusable("a range has two ends");
    if (range.start_before.empty() && range.start_after.empty()) unusable("a range has no start");
    if (range.end_before.empty() && range.end_after.empty()) unusable("a range has no end");
    out.emplace_back(std::move(range));
  }

  void check_selector(const std::string& selector) {
    if (const auto compiled = Selector::compile(selector); !compiled) unusable(compiled.error().message);
  }

  /// Names, or objects whose one key is the name.
  void read_filters(const json::value& value, std::vector<std::string>& out) {
    if (!value.is_array()) {
      problem("\"filter\" is no list", false);
      return;
    }
    for (const json::value& entry : value.as_array()) {
      if (entry.is_string()) {
        out.emplace_back(entry.as_string());
      } else if (entry.is_object() && !entry.as_object().empty()) {
        out.emplace_back(entry.as_object().begin()->key());
      } else {
        problem("a filter is no name", false);
      }
    }
  }

  const std::string& file_;
  std::string service_, document_;
  bool usable_ = true;
  Catalog catalog_;
};

}  // namespace

void append_catalog(Catalog& all, Catalog&& one) {
  std::move(one.declarations.begin(), one.declarations.end(), std::back_inserter(all.declarations));
  std::move(one.problems.begin(), one.problems.end(), std::back_inserter(all.problems));
}

void settle_catalog(Catalog& catalog) {
  auto& all = catalog.declarations;
  std::stable_sort(all.begin(), all.end(), [](const Declaration& a, const Declaration& b) { return a.id < b.id; });
  const auto end = std::unique(all.begin(), all.end(), [&](const Declaration& kept, const Declaration& again) {
    if (kept.id != again.id) return false;
    catalog.problems.push_back({again.file, "declares " + again.id + ", which " + kept.file + " declares too", true});
    return true;
  });
  all.erase(end, all.end());
}

Catalog read_declaration(const std::string& file, std::string_view text) {
  Catalog catalog = FileReader(file).read(text);
  settle_catalog(catalog);
  return catalog;
}

Result<std::vector<std::string>> catalog_files(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> files;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.ends_with(extension) && !name.ends_with(".history.json") && !name.ends_with(".filters.json")) {
      files.push_back(it->path().string());
    }
  }
  if (error) return Error{ErrorCode::not_found, "cannot read the folder " + folder + ": " + error.message()};
  std::sort(files.begin(), files.end());
  return files;
}

Catalog read_catalog_file(const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  std::error_code error;
  Catalog catalog;
  if (!fs::is_regular_file(path, error) || fs::file_size(path, error) > max_file || error) {
    catalog.problems.push_back({name, "is no file, or longer than 4 MB", true});
    return catalog;
  }
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad() || !in.is_open()) {
    catalog.problems.push_back({name, "cannot be read", true});
    return catalog;
  }
  return FileReader(name).read(text);
}

Result<Catalog> read_catalog(const std::string& folder) {
  const auto files = catalog_files(folder);
  if (!files) return files.error();
  Catalog catalog;
  for (const std::string& path : *files) append_catalog(catalog, read_catalog_file(path));
  settle_catalog(catalog);
  return catalog;
}

Catalog builtin_catalog() {
  Catalog catalog;
  for (const builtin::File& file : builtin::files) {
    const std::string name = fs::path(file.name).filename().string();
    append_catalog(catalog, FileReader(name).read(file.bytes));
  }
  settle_catalog(catalog);
  return catalog;
}

}  // namespace smallprint
