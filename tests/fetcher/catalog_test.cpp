// Declarations of Open Terms Archive, as they are and as they should not be.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "fetcher/catalog.h"
#include "tests/support/support.h"

using namespace smallprint;

TEST_CASE("a declaration is read with its selections, ranges, filters and defaults") {
  const Catalog catalog = read_declaration("dir/Acme.json", R"({
    "name": "Acme Inc.",
    "terms": {
      "Privacy Policy": {"fetch": "https://acme.example/p", "select": [".a", {"startBefore": "#s", "endAfter": "#e"}],
                         "remove": ".ad", "filter": ["strip", {"removeQueryParams": ["x"]}], "executeClientScripts": true},
      "Terms of Service": {"combine": [{"fetch": "https://acme.example/1", "select": "h1"}, {"fetch": "https://acme.example/2"}],
                           "select": "main", "remove": ["nav"], "language": "fr"},
      "Privacy Policy@eu": {"fetch": "https://acme.example/eu", "ignoreRobots": true, "proxy": "de-2"}
    }})");
  CHECK(catalog.problems.empty());
  REQUIRE(catalog.declarations.size() == 3);
  const Declaration& policy = catalog.declarations[0];
  CHECK(policy.id == "acme-inc/privacy-policy");
  CHECK(policy.service_name == "Acme Inc.");
  CHECK(policy.terms_type == "Privacy Policy");
  CHECK(policy.file == "dir/Acme.json");
  REQUIRE(policy.sources.size() == 1);
  REQUIRE(policy.sources[0].select.size() == 2);
  CHECK(std::get<std::string>(policy.sources[0].select[0]) == ".a");
  CHECK(std::get<SelectorRange>(policy.sources[0].select[1]).start_before == "#s");
  CHECK(std::get<SelectorRange>(policy.sources[0].select[1]).end_after == "#e");
  CHECK(policy.sources[0].filters == std::vector<std::string>{"strip", "removeQueryParams"});
  CHECK(policy.sources[0].execute_client_scripts);
  CHECK(catalog.declarations[1].id == "acme-inc/privacy-policy@eu");
  CHECK(catalog.declarations[1].region == "eu");
  CHECK(catalog.declarations[1].ignore_robots);
  CHECK(catalog.declarations[1].proxy == "de-2");
  CHECK(policy.proxy.empty());
  CHECK_FALSE(policy.ignore_robots);
  CHECK(catalog.declarations[1].sources[0].select.empty());
  const Declaration& terms = catalog.declarations[2];
  CHECK(terms.language == "fr");
  REQUIRE(terms.sources.size() == 2);
  CHECK(std::get<std::string>(terms.sources[0].select.at(0)) == "h1");
  CHECK(std::get<std::string>(terms.sources[1].select.at(0)) == "main");
  CHECK(std::get<std::string>(terms.sources[1].remove.at(0)) == "nav");
}

TEST_CASE("how a document was declared before is read from the service's history, and found by time") {
  const Catalog catalog = read_declaration("Acme.json", R"({"name": "Acme", "terms": {
      "Privacy Policy": {"fetch": "https://acme.example/3", "select": "main"},
      "Privacy Policy@eu": {"fetch": "https://acme.example/eu"}}})",
                                           R"({
      "Privacy Policy": [
        {"fetch": "https://acme.example/2", "select": [".b"], "validUntil": "2023-05-01T00:00:00Z"},
        {"fetch": "https://acme.example/1", "select": ".a", "remove": "nav", "validUntil": "2022-05-01T02:00:00+02:00"}],
      "Privacy Policy@eu": [{"combine": [{"fetch": "https://acme.example/e1"}, {"fetch": "https://acme.example/e2"}],
                             "validUntil": "2023-01-01"}],
      "Imprint": [{"fetch": "https://acme.example/i", "validUntil": "2023-05-01T00:00:00.000Z"}]})");
  CHECK(catalog.problems.empty());
  REQUIRE(catalog.declarations.size() == 2);
  const Declaration& policy = catalog.declarations[0];
  const auto at = [&](const char* time) { return sources_at(policy, parse_rfc3339(time).value()).at(0).url; };
  CHECK(at("2020-01-01") == "https://acme.example/1");
  CHECK(at("2022-05-01T00:00:00Z") == "https://acme.example/1");
  CHECK(at("2022-05-01T00:00:01Z") == "https://acme.example/2");
  CHECK(at("2023-05-01T00:00:01Z") == "https://acme.example/3");
  CHECK(policy.former.at(0).sources.at(0).remove.size() == 1);
  CHECK(catalog.declarations[1].former.at(0).sources.size() == 2);
  REQUIRE(catalog.ended.size() == 1);
  CHECK(catalog.ended[0].id == "acme/imprint");
  CHECK(sources_at(catalog.ended[0], parse_rfc3339("2025-01-01").value()).at(0).url == "https://acme.example/i");
}

TEST_CASE("what is wrong with a history is said, names its file, and spoils nothing else") {
  const std::string current = R"({"name": "A", "terms": {"Good": {"fetch": "https://a.example/"}}})";
  const std::vector<std::pair<std::string, std::string>> table{
      {"{", "no JSON"},
      {"[]", "no object"},
      {R"({"Good": {}})", "no list"},
      {R"({"Good": [{"fetch": "https://a.example/"}]})", "validUntil"},
      {R"({"Good": [{"fetch": "https://a.example/", "validUntil": "soon"}]})", "validUntil"},
      {R"({"Good": [7]})", "validUntil"},
      {R"({"Good": [{"fetch": "ftp://a.example/", "validUntil": "2023-01-01"}]})", "no http address"}};
  for (const auto& [history, message] : table) {
    CAPTURE(history);
    const Catalog catalog = read_declaration("A.json", current, history);
    REQUIRE(catalog.problems.size() == 1);
    CHECK(catalog.problems[0].file == "A.history.json");
    CHECK(catalog.problems[0].message.find(message) != std::string::npos);
    REQUIRE(catalog.declarations.size() == 1);
    CHECK(catalog.declarations[0].former.empty());
  }
}

TEST_CASE("what is wrong with a declaration is said, and what is right of it is kept") {
  const std::string good = R"("Good": {"fetch": "https://a.example/"})";
  const std::vector<std::pair<std::string, std::string>> fatal{
      {R"({"name":"A","terms":{)" + good + R"(,"Bad":{"fetch":"ftp://a.example/"}}})", "no http address"},
      {R"({"name":"A","terms":{)" + good + R"(,"Bad":{"select":"p"}}})", "has no \"fetch\""},
      {R"({"name":"A","terms":{)" + good + R"(,"Bad":{"fetch":7}}})", "no string"},
      {R"({"name":"A","terms":{)" + good + R"(,"Bad":[]}})", "no object"},
      {R"({"name":"A","terms":{)" + good + R"(,"Bad":{"fetch":"https://a.example/","select":"p["}}})", "position"},
      {R"({"name":"A","terms":{)" + good + R"(,"Bad":{"fetch":"https://a.example/","select":{"startBefore":"a"}}}})",
       "no end"},
      {R"({"name":"A","terms":{)" + good + R"(,"Bad":{"combine":[]}}})", "combine"},
      {R"({"name":"A","terms":{)" + good + R"(,"Bad":{"fetch":"https://a.example/","proxy":"http://10.0.0.1:80"}}})",
       "\"proxy\" is no name"},
      {R"({"name":"A","terms":{)" + good + R"(,"Bad":{"fetch":"https://a.example/","proxy":""}}})", "is no name"},
      {R"({"name":"A","terms":{)" + good + R"(,"Bad":{"fetch":"https://a.example/","proxy":true}}})", "is no name"},
      {R"({"name":7,"terms":{)" + good + "}}", "\"name\" is no string"},
  };
  for (const auto& [text, message] : fatal) {
    INFO(text);
    const Catalog catalog = read_declaration("A.json", text);
    REQUIRE_FALSE(catalog.problems.empty());
    CHECK(catalog.problems[0].fatal);
    CHECK(catalog.problems[0].message.find(message) != std::string::npos);
    REQUIRE(catalog.declarations.size() == 1);
    CHECK(catalog.declarations[0].terms_type == "Good");
  }
  for (const char* text : {"", "{", "[]", "7", R"({"name":"A"})", R"({"terms":7})", "{\"a\":"}) {
    const Catalog catalog = read_declaration("A.json", text);
    CHECK(catalog.declarations.empty());
    REQUIRE_FALSE(catalog.problems.empty());
    CHECK(catalog.problems[0].fatal);
  }
  const Catalog warned =
      read_declaration("A.json", R"({"name":"A","colour":1,"terms":{"T":{"fetch":"https://a.example/","shape":2}}})");
  CHECK(warned.declarations.size() == 1);
  REQUIRE(warned.problems.size() == 2);
  CHECK_FALSE(warned.problems[0].fatal);
  CHECK_FALSE(warned.problems[1].fatal);
  CHECK_FALSE(read_declaration("A.json", std::string(100000, '[')).problems.empty());
}

TEST_CASE("a folder is read as a whole, and a broken file spoils no other") {
  const test::TemporaryFolder folder;
  const std::string one = R"({"name":"One","documents":{"Privacy Policy":{"fetch":"https://one.example/"}}})";
  test::write_file(folder.path() / "One.json", one);
  test::write_file(folder.path() / "Again.json", one);
  test::write_file(folder.path() / "Broken.json", "{");
  test::write_file(folder.path() / "One.history.json", "no JSON");
  test::write_file(folder.path() / "notes.txt", "not read");
  const auto catalog = read_catalog(folder.path().string());
  REQUIRE(catalog);
  REQUIRE(catalog->declarations.size() == 1);
  CHECK(catalog->declarations[0].id == "one/privacy-policy");
  CHECK(catalog->problems.size() == 3);
  const auto none = read_catalog((folder.path() / "none").string());
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().code == ErrorCode::not_found);
}

TEST_CASE("the shipped catalog has no problems and what it must have") {
  const Catalog catalog = builtin_catalog();
  for (const Problem& problem : catalog.problems) MESSAGE(problem.file << ": " << problem.message);
  CHECK(catalog.problems.empty());
  std::set<std::string> services, ids;
  for (const Declaration& declaration : catalog.declarations) {
    services.insert(declaration.service_name);
    ids.insert(declaration.id);
    CHECK(declaration.sources.front().url.starts_with("https://"));
  }
  CHECK(services.size() >= 40);
  for (const char* id : {"linkedin/terms-of-service", "linkedin/privacy-policy", "linkedin/privacy-policy@eu",
                         "linkedin/trackers-policy", "linkedin/privacy-policy@us-ca"}) {
    CHECK(ids.count(id) == 1);
  }
}
