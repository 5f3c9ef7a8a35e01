// A declaration as the schedule keeps it.
#include "app/tracked.h"

#include <doctest/doctest.h>

#include <random>

#include "fetcher/catalog.h"
#include "tests/support/support.h"

using namespace smallprint;

namespace {

/// As pack() keeps it.
Declaration kept(Declaration declaration) {
  declaration.former.clear();
  declaration.file.clear();
  return declaration;
}

Declaration full() {
  Declaration declaration;
  declaration.id = "acme/privacy-policy@eu";
  declaration.service_name = "Acmé: 3:x";
  declaration.terms_type = "Privacy Policy";
  declaration.region = "eu";
  declaration.language = "fr";
  declaration.proxy = "de";
  declaration.ignore_robots = true;
  SelectorRange range;
  range.start_after = "h1";
  range.end_before = std::string("a\0b", 3);
  declaration.sources = {
      {"https://acme.example/a?b=1;2", {std::string("main"), range}, {std::string(".date")}, {"removeQuery"}, true},
      {"https://acme.example/b", {}, {range}, {}, false}};
  return declaration;
}

}  // namespace

TEST_CASE("a packed declaration comes back whole, but for its file and its history") {
  Declaration declaration = full();
  declaration.file = "Acme.json";
  declaration.former.push_back({{}, declaration.sources});
  CHECK(unpack_declaration(pack(declaration)).value() == kept(declaration));
  CHECK(unpack_declaration(pack(Declaration{})).value() == Declaration{});
  for (const Declaration& one : builtin_catalog().declarations) {
    CAPTURE(one.id);
    CHECK(unpack_declaration(pack(one)).value() == kept(one));
    const TrackedDocument tracked = tracked_document(one);
    CHECK(tracked.document.id == one.id);
    CHECK(tracked.document.urls.size() == one.sources.size());
    CHECK_FALSE(tracked.host.empty());
  }
}

TEST_CASE("no two declarations are packed alike") {
  const Declaration declaration = full();
  const std::string packed = pack(declaration);
  const auto differs = [&](const auto& alter) {
    Declaration other = declaration;
    alter(other);
    return pack(other) != packed;
  };
  CHECK(differs([](Declaration& d) { d.language.clear(); }));
  CHECK(differs([](Declaration& d) { d.proxy = "direct"; }));
  CHECK(differs([](Declaration& d) { d.ignore_robots = false; }));
  CHECK(differs([](Declaration& d) { d.sources.pop_back(); }));
  CHECK(differs([](Declaration& d) { std::swap(d.sources[0], d.sources[1]); }));
  CHECK(differs([](Declaration& d) { d.sources[0].remove = {std::string(".date"), std::string(".ad")}; }));
  CHECK(differs([](Declaration& d) { d.sources[0].execute_client_scripts = false; }));
  CHECK(differs([](Declaration& d) { std::get<SelectorRange>(d.sources[0].select[1]).start_before = "h2"; }));
}

TEST_CASE("bytes that are no packed declaration are refused, and never more is made of them than they hold") {
  const std::string packed = pack(full());
  for (std::size_t length = 0; length < packed.size(); ++length) {
    CHECK_FALSE(unpack_declaration(packed.substr(0, length)).ok());
  }
  CHECK_FALSE(unpack_declaration(packed + "x").ok());
  CHECK_FALSE(unpack_declaration("1;99999999999999999999:").ok());
  CHECK_FALSE(unpack_declaration("1;0:0:0:0:0:0:1:n18446744073709551615:").ok());
  std::mt19937 random(5);
  for (int i = 0; i < 20000; ++i) {
    std::string broken = packed;
    for (int edits = 0; edits < 3; ++edits) broken[random() % broken.size()] = static_cast<char>(random());
    if (const auto read = unpack_declaration(broken)) CHECK(pack(*read).size() <= broken.size() + 8);
  }
}
