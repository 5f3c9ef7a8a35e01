// A folder of declarations that is edited while it is in use.
#include "fetcher/catalog_folder.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/support.h"

using namespace smallprint;
namespace fs = std::filesystem;

namespace {

std::string declares(const std::string& service, const std::string& select) {
  return R"({"name": ")" + service + R"(", "terms": {"Privacy Policy": {"fetch": "https://example.org/)" + service +
         R"(", "select": ")" + select + R"("}}})";
}

struct Fixture {
  test::TemporaryFolder folder;
  void write(const std::string& name, const std::string& text) { test::write_file(folder.path() / name, text); }
  CatalogFolder open() { return CatalogFolder::open(folder.path().string()).value(); }
};

std::string selectors(const CatalogFolder& folder) {
  std::string all;
  for (const Declaration& one : folder.catalog().declarations) {
    all += one.id.substr(0, one.id.find('/')) + "=" + std::get<std::string>(one.sources.at(0).select.at(0)) + " ";
  }
  return all;
}

std::vector<std::string> problems(const CatalogFolder& folder) {
  std::vector<std::string> all;
  for (const Problem& one : folder.catalog().problems) all.push_back(one.file);
  return all;
}

}  // namespace

TEST_CASE("a folder's files are read again when they change, come or go") {
  Fixture f;
  f.write("A.json", declares("A", "main"));
  f.write("B.json", declares("B", "main"));
  CatalogFolder folder = f.open();
  CHECK(selectors(folder) == "a=main b=main ");
  CHECK_FALSE(folder.refresh());
  f.write("A.json", declares("A", "body"));  // as long as before
  CHECK(folder.refresh());
  CHECK(selectors(folder) == "a=body b=main ");
  CHECK_FALSE(folder.refresh());
  f.write("C.json", declares("C", "article"));
  fs::remove(f.folder.path() / "B.json");
  CHECK(folder.refresh());
  CHECK(selectors(folder) == "a=body c=article ");
  f.write("A.json", declares("A", "body") + "\n");  // other bytes, the same declarations
  CHECK_FALSE(folder.refresh());
  f.write("notes.txt", "not a declaration");
  CHECK_FALSE(folder.refresh());
}

TEST_CASE("a file that is broken keeps its last good state until it is whole or gone, and its problems are told") {
  Fixture f;
  f.write("A.json", declares("A", "main"));
  f.write("B.json", declares("B", "main"));
  CatalogFolder folder = f.open();
  const std::string whole = declares("A", "article");
  for (const std::string& broken :
       {std::string(), whole.substr(0, whole.size() / 2), std::string("[]"), declares("A", "p["),
        std::string("{\"name\": 7, \"terms\": {}}"), std::string("\xFF\0{", 3)}) {
    CAPTURE(broken);
    f.write("A.json", declares("A", "main"));
    folder.refresh();
    CHECK(problems(folder).empty());
    f.write("A.json", broken);
    CHECK(folder.refresh());
    CHECK(selectors(folder) == "a=main b=main ");
    REQUIRE_FALSE(problems(folder).empty());
    CHECK(problems(folder).front() == "A.json");
    CHECK(folder.catalog().problems.front().fatal);
    CHECK(folder.catalog().problems.back().message == "its last good state is used");
    CHECK_FALSE(folder.refresh());
  }
  f.write("A.json", whole);
  CHECK(folder.refresh());
  CHECK(selectors(folder) == "a=article b=main ");
  CHECK(problems(folder).empty());
  f.write("A.json", "{");
  CHECK(folder.refresh());
  fs::remove(f.folder.path() / "A.json");
  CHECK(folder.refresh());
  CHECK(selectors(folder) == "b=main ");
  CHECK(problems(folder).empty());
}

TEST_CASE("a file that is broken from the start gives what is right of it") {
  Fixture f;
  f.write(
      "A.json",
      R"({"name": "A", "terms": {"Privacy Policy": {"fetch": "https://a.example/", "select": "main"}, "Terms of Service": 7}})");
  f.write("B.json", "{");
  const CatalogFolder folder = f.open();
  CHECK(selectors(folder) == "a=main ");
  CHECK(problems(folder) == std::vector<std::string>{"A.json", "B.json"});
}

TEST_CASE("a folder that cannot be read any more keeps everything and says so") {
  Fixture f;
  const std::string path = (f.folder.path() / "catalog").string();
  CHECK(CatalogFolder::open(path).error().code == ErrorCode::not_found);
  fs::create_directory(path);
  f.write("catalog/A.json", declares("A", "main"));
  CatalogFolder folder = CatalogFolder::open(path).value();
  fs::rename(path, path + "-away");
  CHECK(folder.refresh());
  CHECK(selectors(folder) == "a=main ");
  CHECK(problems(folder) == std::vector<std::string>{path});
  CHECK_FALSE(folder.refresh());
  fs::rename(path + "-away", path);
  CHECK(folder.refresh());
  CHECK(problems(folder).empty());
  CHECK(selectors(folder) == "a=main ");
}
