// DESIGN: app → {server, fetcher, storage, diff, web} → model, and each third-party header in its own place.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/support/support.h"

namespace fs = std::filesystem;

namespace {

struct Include {
  std::string file;    // "diff/compare.cpp"
  std::string target;  // "model/document.h" or "dtl/dtl.hpp"
};

const std::map<std::string, std::set<std::string>> may_include = {
    {"model", {"model"}},
    {"diff", {"diff", "model"}},
    {"fetcher", {"fetcher", "model"}},
    {"storage", {"storage", "model"}},
    {"web", {"web", "model"}},
    {"server", {"server", "storage", "web", "diff", "model"}},
    {"app", {"app", "server", "fetcher", "storage", "diff", "web", "model"}},
};

// A header's beginning, and the path prefixes where it may be used.
const std::vector<std::pair<std::string, std::vector<std::string>>> third_party = {
    {"curl/", {"fetcher/net/"}},
    {"dtl/", {"diff/align.cpp"}},
    {"SQLiteCpp/", {"storage/sqlite/"}},
    {"sqlite3", {"storage/sqlite/"}},
    {"pqxx/", {"storage/postgres/"}},
    {"boost/beast", {"server/listener.cpp"}},
    {"boost/asio", {"server/listener.cpp"}},
    {"boost/json", {"server/", "fetcher/catalog", "app/"}},
    {"boost/url", {"server/", "fetcher/"}},
    {"gumbo", {"fetcher/extract/"}},
    {"pugixml", {"fetcher/extract/", "web/feeds"}},
    {"md4c", {"fetcher/extract/"}},
    {"poppler-", {"fetcher/extract/pdf_words.cpp"}},
    {"re2/", {"diff/"}},
    {"toml++/", {"diff/", "app/"}},
    {"unicode/", {"diff/", "fetcher/extract/"}},
    {"cld2/", {"fetcher/extract/"}},
    {"ctemplate/", {"web/"}},
    {"zstd", {"storage/"}},
    {"openssl/", {"storage/"}},
    {"git2", {"app/"}},
    {"CLI/", {"app/"}},
    {"zlib", {"server/"}},
    {"prometheus/", {"server/"}},
    {"spdlog/", {"fetcher/", "storage/", "server/", "app/"}},
    {"fmt/", {"diff/", "fetcher/", "storage/", "web/", "server/", "app/"}},
};

std::vector<Include> includes() {
  std::vector<Include> found;
  const fs::path root = smallprint::test::source_folder();
  const std::regex pattern(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  for (const auto& [layer, allowed] : may_include) {
    for (const auto& entry : fs::recursive_directory_iterator(root / layer)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp") continue;
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) {
        std::smatch match;
        if (std::regex_search(line, match, pattern)) {
          found.push_back({fs::relative(entry.path(), root).generic_string(), match[1].str()});
        }
      }
    }
  }
  return found;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.find('/')); }

}  // namespace

TEST_CASE("includes point one way: app, then the five layers, then model") {
  const auto all = includes();
  REQUIRE(all.size() > 50);
  for (const auto& [file, target] : all) {
    const std::string to = folder_of(target);
    if (may_include.count(to) == 0 || target.find('/') == std::string::npos) continue;
    INFO(file << " includes " << target);
    CHECK(may_include.at(folder_of(file)).count(to) == 1);
  }
}

TEST_CASE("a third-party header is used only in its layer, and model uses none") {
  for (const auto& [file, target] : includes()) {
    for (const auto& [header, places] : third_party) {
      if (!target.starts_with(header)) continue;
      bool allowed = false;
      for (const std::string& place : places) allowed = allowed || file.starts_with(place);
      INFO(file << " includes " << target);
      CHECK(allowed);
    }
  }
}

TEST_CASE("headers stay under 150 lines and sources under 650") {
  const fs::path root = smallprint::test::source_folder();
  for (const auto& [layer, allowed] : may_include) {
    for (const auto& entry : fs::recursive_directory_iterator(root / layer)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp") continue;
      const std::string text = smallprint::test::read_file(entry.path());
      const auto lines = std::count(text.begin(), text.end(), '\n');
      INFO(fs::relative(entry.path(), root).generic_string() << " has " << lines << " lines");
      CHECK(lines <= (extension == ".h" ? 150 : 650));
    }
  }
}

TEST_CASE("no two headers define a type of the same name in the same namespace") {
  // The linker would take one definition's members for the other's, without a word.
  const fs::path root = smallprint::test::source_folder();
  const std::regex space(R"(^namespace ([\w:]+) \{)");
  const std::regex type(R"(^(?:struct|class|enum class) (\w+)(?: final)?(?: : [^;]*)? \{)");
  std::map<std::string, std::string> defined;
  for (const auto& [layer, allowed] : may_include) {
    for (const auto& entry : fs::recursive_directory_iterator(root / layer)) {
      if (entry.path().extension() != ".h") continue;
      std::string within;
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) {
        std::smatch match;
        if (std::regex_search(line, match, space)) within = match[1];
        if (!std::regex_search(line, match, type)) continue;
        const std::string file = fs::relative(entry.path(), root).generic_string();
        const auto [other, fresh] = defined.emplace(within + "::" + match[1].str(), file);
        INFO(other->first << " is in " << other->second << " and in " << file);
        CHECK(fresh);
      }
    }
  }
  CHECK(defined.size() > 100);
}

TEST_CASE("no code but the fetcher behind the address guard opens outbound connections") {
  // A call by name: socket(…), ::connect(…), curl_easy_init(…), git_remote_fetch(…), acceptor.async_connect(…).
  const std::regex opens(
      R"(\b(socket|socketpair|connect|async_connect|getaddrinfo|gethostbyname|curl_\w*init|popen|git_clone|git_remote_\w+)\s*\()");
  const std::string guarded = "fetcher/net/errand.cpp";
  const std::map<std::string, std::set<std::string>> allowed = {
      {guarded, {"socket"}},
      {"fetcher/net/errand.h", {"curl_easy_init"}},
      {"fetcher/net/curl_fetcher.cpp", {"curl_global_init", "curl_multi_init"}},
      {"server/listener.cpp", {"socket"}},  // the connections that it accepted
  };
  const fs::path root = smallprint::test::source_folder();
  for (const auto& [layer, unused] : may_include) {
    for (const auto& entry : fs::recursive_directory_iterator(root / layer)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp") continue;
      const std::string file = fs::relative(entry.path(), root).generic_string();
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) {
        const std::string code = line.substr(0, line.find("//"));
        for (std::sregex_iterator at(code.begin(), code.end(), opens), end; at != end; ++at) {
          const auto found = allowed.find(file);
          INFO(file << ": " << line);
          CHECK((found != allowed.end() && found->second.count((*at)[1].str()) == 1));
        }
      }
    }
  }
  const std::string fetcher = smallprint::test::read_file(root / guarded);
  for (const char* needed : {"CURLOPT_OPENSOCKETFUNCTION, open_socket", "CURLOPT_PROXY, \"\"", "guard.refusal("}) {
    CHECK_MESSAGE(fetcher.find(needed) != std::string::npos, needed);
  }
}
