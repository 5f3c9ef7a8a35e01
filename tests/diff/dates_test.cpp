#include "diff/dates.h"

#include <doctest/doctest.h>

#include <string>

#include "diff/analysis.h"
#include "tests/diff/documents.h"

using namespace smallprint;

namespace {

std::string first(std::string_view text) {
  const auto found = find_dates(text);
  return found.empty() ? "" : format_date(found.front().date);
}

/// "announced 2025-11-03", "effective 2025-11-03", "updated 2025-11-03", or nothing.
std::string said_of(const std::string& text) {
  static const RuleSet rules = RuleSet::builtin();
  Clause clause;
  clause.text = text;
  const ClauseAnalysis analysis = analyse_clause(rules, clause);
  std::string out;
  const auto tell = [&](const char* what, const std::optional<Date>& date) {
    if (date) out += (out.empty() ? "" : ", ") + std::string(what) + " " + format_date(*date);
  };
  tell("announced", analysis.announced_date);
  tell("effective", analysis.effective_date);
  tell("updated", analysis.last_updated);
  return out;
}

const Fact& fact_of(const DocumentAnalysis& analysis, std::string_view id) {
  static const Fact none;
  for (const Fact& fact : analysis.facts) {
    if (fact.fact == id) return fact;
  }
  return none;
}

}  // namespace

TEST_CASE("dates are read in the formats and languages of terms") {
  for (const char* text :
       {"September 18, 2024", "Sept. 18, 2024", "18 September 2024", "18th of September, 2024", "SEPTEMBER 18 2024",
        "18. September 2024", "18 septembre 2024", "18 de septiembre de 2024", "18 settembre 2024", "18-Sep-2024",
        "2024-09-18", "2024/09/18", "18.09.2024", "18/09/2024", "09/18/2024", "as of September 18, 2024."}) {
    INFO(std::string(text));
    CHECK(first(text) == "2024-09-18");
  }
  CHECK(first("1er mars 2025") == "2025-03-01");
  CHECK(first("1. M\u00E4rz 2025") == "2025-03-01");
  CHECK(first("1 f\u00E9vrier 2025") == "2025-02-01");
  CHECK(first("3 ao\u00FBt 2025") == "2025-08-03");
  CHECK(first("1\u00BA de enero de 2026") == "2026-01-01");
  CHECK(first("1\u00B0 marzo 2026") == "2026-03-01");
}

TEST_CASE("what is no date is not read as one") {
  for (const char* text : {"", "2024", "September 2024", "31 February 2024", "09/10/2024", "1.2.3", "99.99.9999",
                           "version 2024-13-01", "may 3 people", "1-2-2024-3 x 1850-01-01"}) {
    INFO(std::string(text));
    CHECK(first(text) == "");
  }
}

TEST_CASE("a document's dates are those its first clauses stamp it with") {
  const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache(rules);
  const DocumentAnalysis analysis = analyse(
      rules,
      test::lines("# Privacy Policy\nEffective September 18, 2024\nLast updated: 1 August 2024\nWe collect data."),
      cache);
  REQUIRE(analysis.effective_date);
  CHECK(format_date(*analysis.effective_date) == "2024-09-18");
  REQUIRE(analysis.last_updated);
  CHECK(format_date(*analysis.last_updated) == "2024-08-01");
}

TEST_CASE("terms to come are told from terms that hold, in every language that is read") {
  for (const char* text : {
           "We're updating our terms on November 3, 2025.",
           "We\u2019re making changes to our Privacy Policy that take effect on November 3, 2025.",
           "We are updating our Terms of Use, effective November 3, 2025, to reflect certain changes.",
           "On November 3, 2025, we will update our User Agreement.",
           "Starting November 3, 2025, our new Terms of Service will apply to you.",
           "The updated terms will come into effect on 3 November 2025.",
           "A new Privacy Policy becomes effective on November 3, 2025.",
           "Nous mettons \u00E0 jour nos conditions le 3 novembre 2025.",
           "Les nouvelles conditions entreront en vigueur le 3 novembre 2025.",
           "Le 3 novembre 2025, nous modifions notre politique de confidentialit\u00E9.",
           "Wir aktualisieren unsere Nutzungsbedingungen zum 3. November 2025.",
           "Am 3. November 2025 \u00E4ndern wir unsere Datenschutzerkl\u00E4rung.",
           "Unsere AGB werden zum 3. November 2025 ge\u00E4ndert.",
           "Las nuevas condiciones entrar\u00E1n en vigor el 3 de noviembre de 2025.",
           "Actualizaremos nuestra pol\u00EDtica el 3 de noviembre de 2025.",
           "Le nuove condizioni entreranno in vigore il 3 novembre 2025.",
           "Stiamo aggiornando la nostra informativa: 3 novembre 2025.",
           "We wijzigen onze voorwaarden op 3 november 2025.",
           "De nieuwe voorwaarden zullen op 3 november 2025 ingaan.",
       }) {
    INFO(std::string(text));
    CHECK(said_of(text) == "announced 2025-11-03");
  }
  for (const char* text : {
           "Effective: November 3, 2025",
           "Effective starting: November 3, 2025 (view archived versions)",
           "These changes take effect on 3 November 2025.",
           "Last Updated/Effective Date: November 3, 2025",
           "Effective from 2025-11-03 and until further notice.",
           "En vigueur le 3 novembre 2025",
           "G\u00FCltig ab 3. November 2025",
           "Diese Bedingungen treten am 3. November 2025 in Kraft.",
           "Vigente desde el 3 de noviembre de 2025",
           "In vigore dal 3 novembre 2025",
           "Ingangsdatum: 3 november 2025",
           "Deze voorwaarden treden op 3 november 2025 in werking.",
       }) {
    INFO(std::string(text));
    CHECK(said_of(text) == "effective 2025-11-03");
  }
}

TEST_CASE("a date that ends something, or is that of a revision, a law or a price, announces nothing") {
  for (const char* text : {
           "Last updated: November 3, 2025",
           "Updated as of November 3, 2025",
           "Effective Date: June 2012 Last Updated: November 3, 2025",
           "Derni\u00E8re mise \u00E0 jour : 3 novembre 2025",
           "Stand: 3. November 2025",
           "Zuletzt am 3. November 2025 aktualisiert",
           "\u00DAltima actualizaci\u00F3n: 3 de noviembre de 2025",
           "Ultimo aggiornamento: aggiornata il 3 novembre 2025",
           "Laatst bijgewerkt: 3 november 2025",
       }) {
    INFO(std::string(text));
    CHECK(said_of(text) == "updated 2025-11-03");
  }
  for (const char* text : {
           "These terms are effective until 3 November 2025.",
           "This version is valid from the first of May to and before November 3, 2025.",
           "Diese Fassung ist g\u00FCltig bis 3. November 2025",
           "En vigueur jusqu\u2019au 3 novembre 2025",
           "Vigente hasta el 3 de noviembre de 2025",
           "The California Privacy Rights Act will take effect on November 3, 2025.",
           "Our prices will change on November 3, 2025.",
           "Die Preise gelten ab 3. November 2025.",
           "The winners will be contacted on November 3, 2025.",
           "The company was founded on November 3, 2025.",
       }) {
    INFO(std::string(text));
    CHECK(said_of(text) == "");
  }
}

TEST_CASE("an announcement is told by its own sentence, with the link that belongs to it") {
  const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache(rules);
  Document document = test::lines(
      "# Terms\nThese terms are effective until 2 April 2024. Read them here. Click there to open the new terms that "
      "will enter into force on 2 April 2024.\nWe keep data.");
  Clause& clause = document.clauses[1];
  const auto link = [&](std::string_view words, const char* target) {
    const auto begin = static_cast<std::uint32_t>(clause.text.find(words));
    clause.spans.push_back({begin, begin + static_cast<std::uint32_t>(words.size()), SpanKind::link, target});
  };
  link("here", "https://example.org/old");
  link("there", "https://example.org/new");
  const Fact fact = fact_of(analyse(rules, document, cache), "announced_change");
  CHECK(fact.value == "2024-04-02");
  REQUIRE(fact.evidence.size() == 1);
  CHECK(fact.evidence[0].text == "Click there to open the new terms that will enter into force on 2 April 2024.");
  CHECK(fact.detail == "https://example.org/new");
}

TEST_CASE("of several announcements the latest counts, and in the middle of a text only what names its subject") {
  const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache(rules);
  const auto announced = [&](const std::string& top, const std::string& middle) {
    std::string text = "# Privacy Policy\n" + top + "\n";
    for (int i = 0; i < 120; ++i)
      text += (i == 60 ? middle : "Clause " + std::to_string(i) + " is about lamps.") + "\n";
    return fact_of(analyse(rules, test::lines(text), cache), "announced_change").value;
  };
  CHECK(announced("The changes will take effect on May 25, 2018.", "Nothing.") == "2018-05-25");
  CHECK(announced("The changes will take effect on May 25, 2018. We're updating our terms on November 3, 2025.", "x") ==
        "2025-11-03");
  CHECK(announced("We keep data.", "The new rules on lamps will apply from November 3, 2025.") == "silent");
  CHECK(announced("We keep data.",
                  "We're updating our Privacy Policy. The updates will go into effect on November 3, 2025.") ==
        "2025-11-03");
}
