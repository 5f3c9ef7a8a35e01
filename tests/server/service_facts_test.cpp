// What a service says through time, from what its documents say; and how many services say what.
#include "server/service_facts.h"

#include <doctest/doctest.h>

#include "server/facts_asked.h"
#include "tests/server/fake_archive.h"

using namespace smallprint;

namespace {

const RuleSet& rules() {
  static const RuleSet rules = RuleSet::builtin();
  return rules;
}

Timestamp on(const char* day) { return parse_rfc3339(day).value(); }

/// A document's answer to trains_ai from its version `since_version`, seen on `since`, until `until`.
FactRow run(const DocumentId& document, const std::string& type, const std::string& value, std::uint32_t since_version,
            const char* since, const char* until = nullptr) {
  FactRow row;
  row.document = document;
  row.service_name = "Lantern";
  row.terms_type = type;
  row.fact = {"trains_ai", value, "", {}};
  if (value != "silent" && value != "unknown") row.fact.evidence = {{"We say " + value + ".", {}, 0, {1, 0}}};
  row.since_version = since_version;
  row.since = on(since);
  row.version = since_version;
  if (until != nullptr) {
    row.until = on(until);
    row.until_version = since_version + 1;
  }
  return row;
}

FactRow policy(const std::string& value, std::uint32_t since_version, const char* since, const char* until = nullptr) {
  return run("lantern/privacy-policy", "Privacy Policy", value, since_version, since, until);
}
FactRow terms(const std::string& value, std::uint32_t since_version, const char* since, const char* until = nullptr) {
  return run("lantern/terms-of-service", "Terms of Service", value, since_version, since, until);
}

/// Of everybody, then of regions: "yes 2024-01-01/2025-01-01 lantern/terms-of-service"
std::vector<std::string> told(const std::vector<FactRow>& rows, const std::string& region = "") {
  std::vector<std::string> out;
  for (const ServiceFact& fact : service_facts(rules(), rows)) {
    if (fact.question->id != "trains_ai" || fact.region != region) continue;
    for (const ServiceRun& one : fact.runs) {
      out.push_back(one.said.fact.value + " " + format_date(date_of(one.since)) + "/" +
                    (one.until ? format_date(date_of(*one.until)) : "") + " " + one.began_in + " " + one.said.document);
    }
  }
  return out;
}

using Texts = std::vector<std::string>;
const std::string policy_id = "lantern/privacy-policy", terms_id = "lantern/terms-of-service";

}  // namespace

TEST_CASE("a service's history is put together from its documents', and begins with the first of them") {
  CHECK(told({}).empty());
  CHECK(told({policy("silent", 1, "2023-01-01", "2024-03-01"), policy("yes", 2, "2024-03-01"),
              terms("silent", 1, "2022-01-01")}) == Texts{"silent 2022-01-01/2024-03-01 " + terms_id + " " + terms_id,
                                                          "yes 2024-03-01/ " + policy_id + " " + policy_id});
}

TEST_CASE("a service says so without a break where one document takes over from another") {
  const std::vector<FactRow> rows = {policy("yes", 1, "2023-01-01", "2024-06-01"), policy("silent", 2, "2024-06-01"),
                                     terms("silent", 1, "2022-01-01", "2024-03-01"), terms("yes", 2, "2024-03-01")};
  CHECK(told(rows) == Texts{"silent 2022-01-01/2023-01-01 " + terms_id + " " + terms_id,
                            "yes 2023-01-01/ " + policy_id + " " + terms_id});
  const ServiceFact trains = service_facts(rules(), rows).front();
  REQUIRE(trains.at(on("2024-12-01")) != nullptr);
  CHECK(trains.at(on("2024-12-01"))->said.fact.value == "yes");
  CHECK(trains.at(on("2022-12-31"))->said.fact.value == "silent");
  CHECK(trains.at(on("2021-12-31")) == nullptr);
}

TEST_CASE("documents first seen on one day are seen together, and one that is watched later on turns nothing") {
  CHECK(told({terms("silent", 1, "2023-01-01T06:00:00Z"), policy("yes", 1, "2023-01-01T07:00:00Z")}) ==
        Texts{"yes 2023-01-01/ " + policy_id + " " + policy_id});
  const std::vector<FactRow> rows = {terms("silent", 1, "2023-01-01"), policy("yes", 1, "2023-06-01", "2024-01-01"),
                                     policy("silent", 2, "2024-01-01")};
  Answerers answerers;
  answerers.by_service["lantern"] = service_facts(rules(), rows).front();
  const auto turned = turns(answerers, on("2022-01-01"), on("2025-01-01"));
  REQUIRE(turned.size() == 1);  // not the one of June 2023
  CHECK(turned[0].to->since == on("2024-01-01"));
  CHECK(turned[0].to->began_in == policy_id);  // that it says so no longer is read there, not in the terms
  CHECK(turned[0].to->began_with == 2);
}

TEST_CASE("a document that is not read leaves the service unknown while no other says anything") {
  CHECK(told({policy("unknown", 1, "2023-01-01"), terms("silent", 1, "2023-01-01", "2024-01-01"),
              terms("no", 2, "2024-01-01")}) == Texts{"unknown 2023-01-01/2024-01-01 " + policy_id + " " + policy_id,
                                                      "no 2024-01-01/ " + terms_id + " " + terms_id});
}

TEST_CASE("a region has an answer of its own where its documents say anything, and leaves the others' as it is") {
  const FactRow european = run("lantern/privacy-policy@eu", "Privacy Policy", "no", 1, "2024-01-01");
  const FactRow swiss = run("lantern/privacy-policy@ch", "Privacy Policy", "silent", 1, "2024-01-01");
  const std::vector<FactRow> rows = {policy("yes", 1, "2023-01-01"), european, swiss};
  CHECK(told(rows) == Texts{"yes 2023-01-01/ " + policy_id + " " + policy_id});
  CHECK(told(rows, "eu") == Texts{"no 2024-01-01/ " + european.document + " " + european.document});
  CHECK(told(rows, "ch").empty());
}

TEST_CASE("as of a time, later runs are left out, and what held then holds") {
  const std::vector<FactRow> rows = {policy("silent", 1, "2023-01-01", "2024-03-01"), policy("yes", 2, "2024-03-01")};
  const ServiceFact trains = service_facts(rules(), rows).front();
  const ServiceFact then = until(trains, on("2023-06-01"));
  REQUIRE(then.now() != nullptr);
  CHECK(then.value_now() == "silent");
  CHECK(until(trains, on("2022-06-01")).value_now() == "unknown");
  CHECK(until(trains, std::nullopt).value_now() == "yes");
}

TEST_CASE("services are counted by what they said at a time, and those without a version then are counted apart") {
  test::FakeArchive archive(rules());
  const auto add = [&](const std::string& service, const std::vector<std::string>& days,
                       const std::vector<std::string>& values) {
    const DocumentId id = service + "/privacy-policy";
    for (const std::string& day : days) archive.add(id, service, "Privacy Policy", day, {"Text of " + day});
    for (std::uint32_t i = 0; i < values.size(); ++i) {
      Fact fact{"trains_ai", values[i], "", {}};
      if (values[i] == "yes") fact.evidence = {{"Text", {}, 0, {1, 0}}};
      archive.add_fact(id, std::move(fact), i + 1, i + 1);
    }
  };
  add("ash", {"2022-01-01", "2024-02-01"}, {"silent", "yes"});
  add("birch", {"2022-01-01", "2023-02-01"}, {"silent", "yes"});
  add("cedar", {"2022-01-01"}, {"no"});
  add("dogwood", {"2024-06-01"}, {"unknown"});
  const FactDefinition* trains = &rules().facts().front();
  for (const std::vector<std::string>& asked :
       {std::vector<std::string>{}, std::vector<std::string>{"ash", "birch", "cedar", "dogwood"}}) {
    const auto all = answerers(archive, asked, {trains}).value();
    REQUIRE(all.size() == 1);
    const Tally now = tally(all[0], on("2025-01-01"));
    CHECK(now.services == 4);
    CHECK(now.unseen == 0);
    CHECK(now.values.at("yes") == 2);
    CHECK(now.values.at("no") == 1);
    CHECK(now.values.at("unknown") == 1);
    CHECK(now.values.count("silent") == 0);
    const Tally then = tally(all[0], on("2024-01-01"));
    CHECK(then.services == 3);
    CHECK(then.unseen == 1);
    CHECK(then.values.at("yes") == 1);
    CHECK(then.values.at("silent") == 1);
    const auto turned = turns(all[0], on("2023-01-01"), on("2025-01-01"));
    REQUIRE(turned.size() == 2);
    CHECK(turned[0].service == "ash");
    CHECK(turned[0].from->said.fact.value == "silent");
    CHECK(turned[0].to->since == on("2024-02-01"));
    CHECK(turned[1].service == "birch");
    CHECK(turns(all[0], on("2024-02-01") + std::chrono::seconds{1}, on("2025-01-01")).empty());
  }
  CHECK(tally(answerers(archive, {"ash"}, {trains}).value()[0], on("2025-01-01")).services == 1);
}

TEST_CASE("points in time are whole months apart, and end at the last day of a shorter month") {
  const auto days = [](const Series& series) {
    Texts out;
    for (const Timestamp point : series.points) out.push_back(format_rfc3339(point));
    return out;
  };
  CHECK(days(series_back(on("2026-11-27T23:59:59Z"), 12, 2)) ==
        Texts{"2024-11-27T23:59:59Z", "2025-11-27T23:59:59Z", "2026-11-27T23:59:59Z"});
  CHECK(days(series_back(on("2024-05-31"), 3, 1)) == Texts{"2024-02-29T00:00:00Z", "2024-05-31T00:00:00Z"});
  CHECK(days(series_back(on("2024-05-31"), 1, 0)) == Texts{"2024-05-31T00:00:00Z"});
}
