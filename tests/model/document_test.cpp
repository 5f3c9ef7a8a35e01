#include <doctest/doctest.h>

#include "model/catalog.h"
#include "model/change.h"
#include "model/document.h"

using namespace smallprint;

TEST_CASE("a clause's section is the path of headings above it") {
  Document document;
  const auto add = [&](ClauseKind kind, std::uint8_t level, const char* text) {
    document.clauses.push_back({kind, level, "", text, {}, -1});
  };
  add(ClauseKind::paragraph, 0, "preamble");
  add(ClauseKind::heading, 1, "Policy");
  add(ClauseKind::heading, 3, "1. Data");
  add(ClauseKind::paragraph, 0, "text");
  add(ClauseKind::heading, 2, "2. Use");
  add(ClauseKind::list_item, 1, "item");
  link_headings(document);
  CHECK(document.title == "Policy");
  CHECK(document.section(0).empty());
  CHECK(document.section(3) == std::vector<std::string>{"Policy", "1. Data"});
  CHECK(document.section(4) == std::vector<std::string>{"Policy"});
  CHECK(document.section(5) == std::vector<std::string>{"Policy", "2. Use"});
  CHECK(document.words() == 8);
}

TEST_CASE("a clause's encoding is read back equal, and no part of one is taken for a whole") {
  const Clause clause{
      ClauseKind::list_item, 2, "(a)", "see the policy", {{8, 14, SpanKind::link, "https://example.org/"}}, 4};
  std::string bytes;
  encode_clause(clause, bytes);
  Clause read;
  REQUIRE(decode_clause(bytes, read));
  CHECK(read == clause);
  for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(decode_clause(bytes.substr(0, size), read));
  CHECK_FALSE(decode_clause(bytes + "x", read));
}

TEST_CASE("a lineage is written and read back") {
  CHECK(format_lineage({18, 7}) == "c18-7");
  CHECK(parse_lineage("c18-7") == Lineage{18, 7});
  for (const char* bad : {"", "c", "c18", "18-7", "c18-", "c-7", "c18-7x", "c99999999999-1"})
    CHECK_FALSE(parse_lineage(bad));
}

TEST_CASE("slugs are ASCII, and no name is without one") {
  CHECK(slug("Booking.com") == "booking-com");
  CHECK(slug("Électricité de France") == "electricite-de-france");
  CHECK(slug("Apple's Store!") == "apples-store");
  CHECK(slug("微博").starts_with("x"));
  CHECK(slug("微博") != slug("微信"));
  CHECK(document_id("LinkedIn", "Privacy Policy") == "linkedin/privacy-policy");
  CHECK(document_id("LinkedIn", "Privacy Policy", "EU") == "linkedin/privacy-policy@eu");
  CHECK(parse_document_id("linkedin/privacy-policy@eu")->region == "eu");
  for (const char* bad : {"", "linkedin", "linkedin/", "/x", "a/b/c", "a/b@", "A/b", "a/b?c"})
    CHECK_FALSE(parse_document_id(bad).ok());
}
