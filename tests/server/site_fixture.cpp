#include "tests/server/site_fixture.h"

#include <doctest/doctest.h>

namespace smallprint::test {

namespace {

AnnouncementRow announcement(const DocumentId& id, const char* service, const char* type, const char* date) {
  AnnouncementRow row;
  row.document = id;
  row.service = id.substr(0, id.find('/'));
  row.service_name = service;
  row.terms_type = type;
  row.date = parse_date(date).value();
  row.said.version = 1;
  row.first = {1, parse_rfc3339("2025-11-11T10:00:00Z").value()};
  return row;
}

}  // namespace

SiteFixture::SiteFixture() {
  const std::vector<std::string> first = {
      "# 1. Rent",
      "Rent is due on the first day of each month.",
      "# 2. How we use your data",
      "We use the data that we have about you to keep the lamps lit.",
      "We keep it for 30 days.",
      "# 3. Ending",
      "You may leave <script>alert(1)</script> at any time.",
  };
  archive.add("acme/privacy-policy", "Acme & Sons", "Privacy Policy", "2023-05-01T00:00:00Z", first);
  std::vector<std::string> second = first;
  second[3] =
      "We may use your personal data to keep the lamps lit and to develop and train artificial intelligence (AI) "
      "models.";
  second.erase(second.begin() + 4);
  second.insert(second.begin() + 2, "A deposit of two candles is kept.");
  archive.add("acme/privacy-policy", "Acme & Sons", "Privacy Policy", "2024-09-19T06:10:13Z", second);
  std::vector<std::string> third = second;
  third[6] = "You may leave <script>alert(1)</script> after notice of 14 days.";
  archive.add("acme/privacy-policy", "Acme & Sons", "Privacy Policy", "2025-01-10T00:00:00Z", third);
  archive.add("acme/privacy-policy@eu", "Acme & Sons", "Privacy Policy", "2024-01-01T00:00:00Z",
              {"In Europe another law holds."});
  archive.add("zebra/terms-of-service", "Zebra", "Terms of Service", "2022-02-02T00:00:00Z", {"Stripes are free."});
  Fact trains;
  trains.fact = "trains_ai";
  trains.value = "yes";
  trains.evidence = {{second[4], {"2. How we use your data"}, 4, {1, 3}}};
  archive.add_fact("acme/privacy-policy", trains, 3, 2);
  Fact not_yet;
  not_yet.fact = "trains_ai";
  not_yet.value = "silent";
  archive.add_fact("acme/privacy-policy", not_yet, 1, 1);
  archive.add_fact("zebra/terms-of-service", not_yet, 1, 1);
  Fact silent;
  silent.fact = "sells_data";
  silent.value = "silent";
  archive.add_fact("acme/privacy-policy", silent, 3, 1);
  // By the fixture's clock: one due since two weeks, one in force since yesterday, one ahead.
  AnnouncementRow due = announcement("zebra/terms-of-service", "Zebra", "Terms of Service", "2025-12-20");
  due.said.evidence = Evidence{"Stripes are free until <b>December 20, 2025</b>.", {}, 0, {1, 0}};
  archive.add_announcement(due);
  AnnouncementRow stamped = announcement("acme/privacy-policy@eu", "Acme & Sons", "Privacy Policy", "2026-01-01");
  stamped.said.stamp = true;
  stamped.brought_by = stamped.first;
  archive.add_announcement(stamped);
  AnnouncementRow ahead = announcement("acme/privacy-policy", "Acme & Sons", "Privacy Policy", "2026-02-01");
  ahead.said.version = 3;
  ahead.said.evidence =
      Evidence{"We\xE2\x80\x99re updating our policy on February 1, 2026; see <what> changes, \\ or leave.",
               {"3. Ending"},
               6,
               {1, 6}};
  ahead.said.link = "https://acme.example/preview?a=1&b=\"2\"";
  ahead.first.number = 2;
  archive.add_announcement(ahead);
  archive.add_snapshot("acme/privacy-policy", 1,
                       {{"http://acme.example", "https://acme.example/privacy"},
                        200,
                        {{"content-type", "text/html"}},
                        "<html><script>alert(1)</script></html>"});
}

boost::json::value SiteFixture::json(const std::string& target) const {
  const Response response = get(target);
  INFO(target << " -> " << response.status << " " << response.body.substr(0, 300));
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(response.body, error);
  REQUIRE(!error);
  return value;
}

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

const boost::json::value& member(const boost::json::value& value, std::string_view name) {
  static const boost::json::value null;
  if (!value.is_object()) return null;
  const boost::json::value* found = value.as_object().if_contains(name);
  return found == nullptr ? null : *found;
}

std::string text(const boost::json::value& value, std::string_view name) {
  const boost::json::value& found = member(value, name);
  return found.is_string() ? std::string(found.as_string()) : std::string();
}

}  // namespace smallprint::test
