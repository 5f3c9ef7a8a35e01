#include "fetcher/catalog.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <boost/url.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "fetcher/extract/selector.h"
#include "smallprint_fetcher/builtin.h"

namespace smallprint {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::uintmax_t max_file = 4U << 20;
constexpr std::string_view extension = ".json";
constexpr std::string_view history_extension = ".history.json";

/// "folder/LinkedIn.json" → "LinkedIn"
std::string service_of(const std::string& file) {
  std::string name = fs::path(file).filename().string();
  if (name.ends_with(extension)) name.resize(name.size() - extension.size());
  return name;
}

/// "folder/LinkedIn.json" → "folder/LinkedIn.history.json"
std::string history_of(const std::string& file) {
  return file.substr(0, file.size() - extension.size()).append(history_extension);
}

/// Reads one file. A problem with a document leaves that document out; the file's others stay.
class FileReader {
 public:
  explicit FileReader(std::string file) : file_(std::move(file)) {}

  /// `history` is the text of the service's history file, or empty.
  Catalog read(std::string_view text, std::string_view history) {
    if (const auto root = parse(text)) read_service(*root);
    if (!history.empty()) {
      const std::string current = std::exchange(file_, history_of(file_));
      if (const auto root = parse(history)) read_history(*root);
      file_ = current;
    }
    return std::move(catalog_);
  }

 private:
  std::optional<json::object> parse(std::string_view text) {
    boost::system::error_code error;
    json::parse_options options;
    options.max_depth = 32;
    json::value root = json::parse(text, error, {}, options);
    if (error) {
      problem("is no JSON: " + error.message(), true);
      return std::nullopt;
    }
    if (!root.is_object()) {
      problem("is no object", true);
      return std::nullopt;
    }
    return std::move(root.as_object());
  }

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

  /// Of the service and terms type that are being read. A type may be declared for several regions: "Privacy Policy
  /// (EU)" is no OTA type, so ours is a suffix "@eu".
  [[nodiscard]] Declaration begin_declaration() const {
    Declaration declaration;
    declaration.service_name = service_;
    declaration.terms_type = document_;
    declaration.file = file_;
    if (const std::size_t at = document_.rfind('@'); at != std::string::npos) {
      declaration.region = document_.substr(at + 1);
      declaration.terms_type.resize(at);
    }
    declaration.id = document_id(service_, declaration.terms_type, declaration.region);
    return declaration;
  }

  void read_terms(const json::object& object) {
    Declaration declaration = begin_declaration();
    usable_ = true;
    for (const auto& [key, value] : object) {
      if (key == "region") read_string(key, value, declaration.region);
      if (key == "language") read_string(key, value, declaration.language);
      if (key == "proxy") read_proxy(value, declaration.proxy);
      if (key == "ignoreRobots") {
        if (value.is_bool()) {
          declaration.ignore_robots = value.as_bool();
        } else {
          problem("\"ignoreRobots\" is neither true nor false", false);
        }
      }
    }
    declaration.id = document_id(service_, declaration.terms_type, declaration.region);
    if (!read_sources(object, declaration.sources)) return;
    declared_[document_] = catalog_.declarations.size();
    catalog_.declarations.push_back(std::move(declaration));
  }

  /// The pages that a terms entry declares; false where they are not usable.
  bool read_sources(const json::object& object, std::vector<Source>& sources) {
    Source defaults;
    read_source(object, defaults, true);
    const json::value* combine = object.if_contains("combine");
    if (combine == nullptr) {
      if (defaults.url.empty() && usable_) unusable("has no \"fetch\"");
      sources.push_back(std::move(defaults));
      return usable_;
    }
    if (!combine->is_array() || combine->as_array().empty()) {
      unusable("\"combine\" is no list of sources");
      return false;
    }
    for (const json::value& entry : combine->as_array()) {
      Source source = defaults;
      if (!entry.is_object()) {
        unusable("a source in \"combine\" is no object");
        return false;
      }
      read_source(entry.as_object(), source, false);
      if (source.url.empty() && usable_) unusable("a source in \"combine\" has no \"fetch\"");
      sources.push_back(std::move(source));
    }
    return usable_;
  }

  /// `<Service>.history.json`: by terms type, a list of what was declared, each "validUntil" a time. What is declared
  /// there alone is a declaration without sources.
  void read_history(const json::object& object) {
    for (const auto& [type, entries] : object) {
      document_ = type;
      if (!entries.is_array()) {
        problem("is no list", true);
        continue;
      }
      std::vector<FormerDeclaration> former;
      for (const json::value& entry : entries.as_array()) read_former(entry, former);
      std::stable_sort(former.begin(), former.end(),
                       [](const auto& a, const auto& b) { return a.valid_until < b.valid_until; });
      if (former.empty()) continue;
      if (const auto current = declared_.find(document_); current != declared_.end()) {
        catalog_.declarations[current->second].former = std::move(former);
      } else {
        catalog_.ended.push_back(begin_declaration());
        catalog_.ended.back().former = std::move(former);
      }
    }
    document_.clear();
  }

  void read_former(const json::value& value, std::vector<FormerDeclaration>& out) {
    const json::object* object = value.if_object();
    const json::value* until = object == nullptr ? nullptr : object->if_contains("validUntil");
    const auto time = until != nullptr && until->is_string() ? parse_rfc3339(std::string_view(until->as_string()))
                                                             : Error{ErrorCode::bad_input, {}};
    if (!time) {
      problem("an entry has no time \"validUntil\"", true);
      return;
    }
    json::object declared = *object;
    declared.erase("validUntil");
    FormerDeclaration former{*time, {}};
    usable_ = true;
    if (read_sources(declared, former.sources)) out.push_back(std::move(former));
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

  /// A name, never an address: where a proxy stands, and with what password, only the operator's settings say.
  void read_proxy(const json::value& value, std::string& out) {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    if (value.is_string()) out = value.as_string();
    if (out.empty() || !std::all_of(out.begin(), out.end(), allowed)) {
      unusable("\"proxy\" is no name of lower case letters, digits and hyphens");
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
      } else if (!(terms_level && (key == "combine" || key == "region" || key == "language" || key == "proxy" ||
                                   key == "ignoreRobots"))) {
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

  std::string file_, service_, document_;
  bool usable_ = true;
  std::map<std::string, std::size_t> declared_;  ///< by terms type, with its region: which of the declarations it is
  Catalog catalog_;
};

/// A file's text; what is wrong with it is a problem of the catalog.
std::optional<std::string> read_small_file(const std::string& path, Catalog& catalog) {
  const std::string name = fs::path(path).filename().string();
  std::error_code error;
  if (!fs::is_regular_file(path, error) || fs::file_size(path, error) > max_file || error) {
    catalog.problems.push_back({name, "is no file, or longer than 4 MB", true});
    return std::nullopt;
  }
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad() || !in.is_open()) {
    catalog.problems.push_back({name, "cannot be read", true});
    return std::nullopt;
  }
  return text;
}

}  // namespace

void append_catalog(Catalog& all, Catalog&& one) {
  std::move(one.declarations.begin(), one.declarations.end(), std::back_inserter(all.declarations));
  std::move(one.ended.begin(), one.ended.end(), std::back_inserter(all.ended));
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

Catalog read_declaration(const std::string& file, std::string_view text, std::string_view history) {
  Catalog catalog = FileReader(file).read(text, history);
  settle_catalog(catalog);
  return catalog;
}

Result<std::vector<std::string>> catalog_files(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> files;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.ends_with(extension) && !name.ends_with(history_extension) && !name.ends_with(".filters.json")) {
      files.push_back(it->path().string());
    }
  }
  if (error) return Error{ErrorCode::not_found, "cannot read the folder " + folder + ": " + error.message()};
  std::sort(files.begin(), files.end());
  return files;
}

Catalog read_catalog_file(const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  Catalog catalog;
  const auto text = read_small_file(path, catalog);
  if (!text) return catalog;
  std::error_code error;
  std::optional<std::string> history;
  if (const std::string of = history_of(path); fs::exists(of, error)) history = read_small_file(of, catalog);
  append_catalog(catalog, FileReader(name).read(*text, history ? *history : std::string_view{}));
  return catalog;
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
    append_catalog(catalog, FileReader(name).read(file.bytes, {}));
  }
  settle_catalog(catalog);
  return catalog;
}

}  // namespace smallprint
