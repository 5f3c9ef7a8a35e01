// openapi.json against the running handler: everything it describes answers as described, and nothing else answers.
#include <doctest/doctest.h>

#include <map>
#include <set>

#include "server/routes.h"
#include "tests/server/site_fixture.h"
#include "tests/support/json_schema.h"

using namespace smallprint;
using namespace smallprint::test;
namespace json = boost::json;

namespace {

// The invented archive's names for what the description's own examples name.
const std::map<std::string, std::string> ours = {
    {"linkedin", "acme"}, {"linkedin/privacy-policy", "acme/privacy-policy"}, {"linkedin,zoom", "acme,zebra"}};

std::string example(const json::value& parameter) {
  const std::string value = text(parameter, "example");
  const auto found = ours.find(value);
  return found == ours.end() ? value : found->second;
}

struct Operation {
  std::string path, target;
  std::vector<const json::value*> query;
  const json::value* responses = nullptr;
};

std::vector<Operation> operations(const json::value& document, const Schemas& schemas) {
  std::vector<Operation> all;
  for (const auto& [path, item] : member(document, "paths").as_object()) {
    Operation operation;
    operation.path = std::string(path);
    operation.target = operation.path;
    const json::value& get = member(item, "get");
    operation.responses = &member(get, "responses");
    std::string needed;
    const json::value& parameters = member(get, "parameters");
    for (const json::value& reference : parameters.is_array() ? parameters.as_array() : json::array()) {
      const json::value& parameter = schemas.resolve(reference);
      const std::string name = text(parameter, "name");
      if (text(parameter, "in") == "path") {
        const std::size_t at = operation.target.find("{" + name + "}");
        REQUIRE(at != std::string::npos);
        operation.target.replace(at, name.size() + 2, example(parameter));
      } else {
        operation.query.push_back(&parameter);
        const json::value& required = member(parameter, "required");
        if (required.is_bool() && required.as_bool())
          needed += (needed.empty() ? "?" : "&") + name + "=" + example(parameter);
      }
    }
    // Only the first version of the invented archive has a page kept.
    if (operation.path.ends_with("/snapshot")) operation.target.replace(operation.target.find("/2/"), 3, "/1/");
    operation.target += needed;
    all.push_back(std::move(operation));
  }
  return all;
}

}  // namespace

TEST_CASE("openapi.json describes every route and no other") {
  const SiteFixture fixture;
  const json::value document = fixture.json("/openapi.json");
  CHECK(text(document, "openapi").starts_with("3.1"));
  std::set<std::string> described;
  for (const auto& [path, item] : member(document, "paths").as_object()) described.insert(std::string(path));
  std::set<std::string> routed;
  for (const Route& route : routes()) routed.insert(std::string(route.pattern));
  routed.erase("/{file}");  // the style sheet, whose name is nobody's business
  CHECK(described == routed);
}

TEST_CASE("every documented path answers as documented") {
  const SiteFixture fixture;
  const json::value document = fixture.json("/openapi.json");
  const Schemas schemas(document);
  for (const Operation& operation : operations(document, schemas)) {
    const json::value& content = member(member(*operation.responses, "200"), "content");
    for (const auto& [type, media] : content.as_object()) {
      INFO(operation.target << " as " << std::string(type));
      const Response response = fixture.get(operation.target, {{"accept", std::string(type)}});
      CHECK(response.status == 200);
      CHECK(header(response, "content-type").starts_with(std::string(type)));
      if (std::string(type).find("json") == std::string::npos) continue;
      boost::system::error_code error;
      const json::value body = json::parse(response.body, error);
      REQUIRE(!error);
      CHECK(schemas.violation(member(media, "schema"), body) == "");
    }
  }
}

TEST_CASE("every documented parameter is taken, and an undocumented one is refused as documented") {
  const SiteFixture fixture;
  const json::value document = fixture.json("/openapi.json");
  const Schemas schemas(document);
  for (const Operation& operation : operations(document, schemas)) {
    const std::string joint = operation.target.find('?') == std::string::npos ? "?" : "&";
    for (const json::value* parameter : operation.query) {
      const std::string name = text(*parameter, "name");
      if (operation.target.find(joint + name + "=") != std::string::npos ||
          operation.target.find("?" + name + "=") != std::string::npos)
        continue;
      std::string target = operation.target + joint + name + "=" + example(*parameter);
      if (name == "version") target += "&document=acme/privacy-policy";
      INFO(target);
      CHECK(fixture.get(target).status == 200);
    }
    if (member(*operation.responses, "400").is_null()) continue;
    const Response refused = fixture.get(operation.target + joint + "undocumented=1");
    INFO(operation.target);
    CHECK(refused.status == 400);
    const json::value body = json::parse(refused.body);
    CHECK(text(body, "parameter") == "undocumented");
    const json::value& described = schemas.resolve(member(*operation.responses, "400"));
    const json::value& media = member(member(described, "content"), "application/problem+json");
    CHECK(schemas.violation(member(media, "schema"), body) == "");
  }
}
