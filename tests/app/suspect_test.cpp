// Pages that are not the document: caught, kept as evidence, and recorded only where they stay or are accepted.
#include <doctest/doctest.h>

#include <map>

#include "app/review.h"
#include "app/schedule.h"
#include "app/visit.h"
#include "tests/app/scripted_fetcher.h"
#include "tests/app/suspect_pages.h"
#include "tests/support/support.h"

using namespace smallprint;
using namespace std::chrono_literals;
using test::failure;
using test::long_policy;
using test::page;

namespace {

/// One archive with as many documents as a test wants, each with an address of its own.
struct Fixture {
  test::TemporaryFolder folder;
  std::unique_ptr<Archive> archive = open_archive("sqlite:" + (folder.path() / "archive.db").string()).value();
  const RuleSet rules = RuleSet::builtin();
  AnalysisCache cache{rules};
  test::ScriptedFetcher fetcher;
  test::SetClock clock;
  std::map<DocumentId, Declaration> declared;

  explicit Fixture(const DocumentId& id = {}) {
    if (!id.empty()) declare(id);
  }
  void declare(const DocumentId& id, std::vector<Selection> select = {}) {
    Declaration declaration;
    declaration.id = id;
    declaration.service_name = id.substr(0, id.find('/'));
    declaration.terms_type = id.substr(id.find('/') + 1);
    declaration.sources.push_back({"https://example.org/" + id, std::move(select), {}, {}, false});
    REQUIRE(put_declared(*archive, declaration).ok());
    declared[id] = std::move(declaration);
  }
  Observation see(const DocumentId& id, const std::string& html, std::chrono::hours after = 12h) {
    return see(id, page(html), after);
  }
  Observation see(const DocumentId& id, FetchResult result, std::chrono::hours after = 12h) {
    fetcher.set("https://example.org/" + id, std::move(result));
    clock.advance(after);
    auto report = visit({*archive, fetcher, rules, cache, clock}, declared.at(id));
    REQUIRE_MESSAGE(report.ok(), (report.ok() ? "" : report.error().message));
    return report->observation;
  }
  std::uint32_t versions(const DocumentId& id) { return archive->document(id).value().versions; }
  std::vector<Suspect> suspects(const DocumentId& id) {
    SuspectFilter filter;
    filter.document = id;
    return archive->suspects(filter, {}).value().items;
  }
};

const DocumentId policy_id = "example/privacy-policy";

std::string foreign(const char* sentence, int sentences = 40) {
  std::string html = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>x</title></head><body><main>";
  for (int i = 0; i < sentences; ++i) html += "<p>" + std::to_string(i) + ". " + sentence + "</p>";
  return html + "</main></body></html>";
}

std::string terms_of_service() {
  std::string html = "<!DOCTYPE html><html><head><title>Terms</title></head><body><main><h1>Terms of Service</h1>";
  for (int i = 0; i < 40; ++i) {
    html += "<p>Clause " + std::to_string(i) +
            ": whoever buys a lamp agrees that delivery takes two weeks, that glass may break on its way, and that a "
            "broken one is replaced once.</p>";
  }
  return html + "</main></body></html>";
}

}  // namespace

TEST_CASE("every invented wall, challenge, login, consent page, error and shell is caught at the first visit") {
  Fixture f;
  const auto pages = test::suspect_pages();
  CHECK(pages.size() >= 60);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    CAPTURE(pages[i].html);
    const DocumentId id = "first-" + std::to_string(i) + "/privacy-policy";
    f.declare(id);
    const Observation seen = f.see(id, pages[i].html);
    CHECK(name(seen.outcome) == "suspect");
    CAPTURE(seen.reason);
    CHECK(seen.reason.starts_with(pages[i].kind + ": "));
    CHECK(f.versions(id) == 0);
  }
}

TEST_CASE("each is caught in the place of a document too, also where a part of the page is selected") {
  Fixture f;
  const auto pages = test::suspect_pages();
  for (std::size_t i = 0; i < pages.size(); ++i) {
    CAPTURE(pages[i].html);
    for (const bool selected : {false, true}) {
      const DocumentId id = (selected ? "s" : "w") + std::to_string(i) + "/privacy-policy";
      f.declare(id, selected ? std::vector<Selection>{std::string("main")} : std::vector<Selection>{});
      CHECK(f.see(id, long_policy(40)).version == 1);
      const Observation seen = f.see(id, pages[i].html);
      CAPTURE(seen.reason);
      const bool caught = seen.outcome == Outcome::suspect || (selected && seen.outcome == Outcome::failed);
      CHECK(caught);
      CHECK(f.versions(id) == 1);
      CHECK(f.see(id, long_policy(40, "We may sell your data.")).version == 2);  // and the next good page is recorded
    }
  }
}

TEST_CASE("a wall is never recorded, however long it stands") {
  Fixture f;
  const auto pages = test::suspect_pages();
  for (std::size_t i = 0; i < pages.size(); i += 3) {
    CAPTURE(pages[i].html);
    const DocumentId id = "w" + std::to_string(i) + "/privacy-policy";
    f.declare(id);
    f.see(id, long_policy(40));
    for (int day = 0; day < 5; ++day) f.see(id, pages[i].html, 24h);
    CHECK(f.versions(id) == 1);
    REQUIRE(f.suspects(id).size() == 1);
    CHECK(f.suspects(id)[0].visits == 5);
    CHECK_FALSE(f.suspects(id)[0].may_stay);
  }
}

TEST_CASE("no document is held back for what it speaks of, alone or after another version of itself") {
  Fixture f;
  const auto pages = test::real_pages();
  CHECK(pages.size() >= 60);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    CAPTURE(pages[i].kind);
    const DocumentId whole = "whole-" + std::to_string(i) + "/privacy-policy";
    f.declare(whole);
    const Observation alone = f.see(whole, pages[i].html);
    CAPTURE(alone.reason);
    CHECK(name(alone.outcome) == "recorded");
    const DocumentId id = "part-" + std::to_string(i) + "/privacy-policy";
    f.declare(id, {std::string("main")});
    const Observation first = f.see(id, pages[i].html);
    CAPTURE(first.reason);
    CHECK(name(first.outcome) == "recorded");
    std::string edited = pages[i].html;
    const std::size_t end = edited.rfind("</p>", edited.find("</main>"));
    REQUIRE(end != std::string::npos);
    edited.insert(end + 4, "<p>This page was last edited in the spring, and one sentence was added to it.</p>");
    const Observation second = f.see(id, edited);
    CAPTURE(second.reason);
    CHECK(name(second.outcome) == "recorded");
  }
}

TEST_CASE("what a publisher does to a document is no reason to hold it back") {
  const std::string plain = long_policy(40);
  std::string renamed = plain;
  while (renamed.find("Privacy Policy") != std::string::npos)
    renamed.replace(renamed.find("Privacy Policy"), 14, "Our Promise");
  std::string rewritten = "<html><body><main><h1>Privacy Notice</h1>";
  for (int i = 0; i < 40; ++i) {
    rewritten += "<p>You give us data; purpose " + std::to_string(i) +
                 " is why. Once it has ended the data goes too. The law may ask that we keep some for longer, and then "
                 "we do.</p>";
  }
  const std::pair<const char*, std::string> changes[] = {
      {"a sentence added", long_policy(40, "We may sell your data.")},
      {"a quarter cut", long_policy(30)},
      {"the title gone",
       [] {
         std::string html = long_policy(40);
         return html.erase(html.find("<h1>"), html.find("<p>") - html.find("<h1>"));
       }()},
      {"the first paragraphs cut",
       [] {
         std::string html = long_policy(40);
         return html.erase(html.find("<p>"), html.find("<p>", html.find("number 5")) - html.find("<p>"));
       }()},
      {"a half cut and a third of it new",
       [] {
         std::string html = long_policy(17);
         for (int i = 0; i < 6; ++i)
           html.insert(html.find("</main>"),
                       "<p>Here is a new sentence on lamps, candles and who may light them at night, number " +
                           std::to_string(i) + ".</p>");
         return html;
       }()},
      {"doubled", long_policy(80)},
      {"five times as long", long_policy(200)},
      {"renamed", renamed},
      {"rewritten in plain words", rewritten},
      {"a French summary before it", [] {
         std::string html = long_policy(40);
         std::string summary;
         for (int i = 0; i < 10; ++i)
           summary += "<p>En résumé, nous conservons vos données aussi longtemps que nécessaire.</p>";
         return html.insert(html.find("<p>"), summary);
       }()}};
  for (const auto& [what, html] : changes) {
    CAPTURE(what);
    Fixture f(policy_id);
    f.see(policy_id, plain);
    const Observation seen = f.see(policy_id, html);
    CAPTURE(seen.reason);
    CHECK(name(seen.outcome) == "recorded");
  }
}

TEST_CASE("what does not fit the document's own history is suspect, each with its reason") {
  std::string portal = "<html><body><main><h1>Summer lamps</h1>";
  for (int i = 0; i < 40; ++i)
    portal += "<p>Style " + std::to_string(i) +
              ": brass shade, linen cord, warm glow, free shipping until Sunday evening.</p>";
  const struct {
    const char* reason;
    std::string html;
  } rows[] = {
      {"sudden loss of text: ", long_policy(8)},
      {"sudden loss of text: ", long_policy(18)},  // nothing but the beginning of the text
      {"another language: fr",
       foreign("Nous conservons les données que vous nous confiez, et nous les supprimons ensuite.")},
      {"another language: de",
       foreign("Wir bewahren auf, was Sie uns anvertrauen, und löschen es danach wieder vollständig.")},
      {"another language: es",
       foreign("Conservamos los datos que nos confías mientras tu cuenta sigue abierta con nosotros.")},
      {"another language: ja", foreign("当社は、お客様からお預かりした情報を、アカウントが開かれている間保管します。")},
      {"beginning missing: ",
       [] {
         std::string html = long_policy(40);
         const std::size_t begin = html.find("<h1>"), end = html.find("<p>", html.find("number 5"));
         return html.erase(begin, end - begin);
       }()},
      {"broken characters: 1", long_policy(40, "We keep your identit\xEF\xBF\xBD.")},
      {"another document's text: ", portal},
      {"another document's text: it is titled \"Terms of Service\"", terms_of_service()}};
  for (const auto& row : rows) {
    CAPTURE(row.html.substr(0, 200));
    Fixture f(policy_id);
    f.see(policy_id, long_policy(40));
    const Observation seen = f.see(policy_id, row.html);
    CHECK(name(seen.outcome) == "suspect");
    CAPTURE(seen.reason);
    CHECK(seen.reason.starts_with(row.reason));
    REQUIRE(f.suspects(policy_id).size() == 1);
    CHECK(f.suspects(policy_id)[0].may_stay);
    CHECK(f.suspects(policy_id)[0].reasons.front() == seen.reason);
  }
}

TEST_CASE("another document of the service is known by its text") {
  Fixture f(policy_id);
  const DocumentId terms_id = "example/terms-of-service";
  f.declare(terms_id);
  f.see(policy_id, long_policy(40));
  std::string untitled = terms_of_service();
  untitled.replace(untitled.find("Terms of Service"), 16, "Lamps");
  f.see(terms_id, untitled);
  const Observation seen = f.see(policy_id, untitled);
  CHECK(seen.reason == "another document's text: 100 % of it is that of example/terms-of-service");
}

TEST_CASE("a suspect that stays for three visits over a day becomes a version, and its evidence is kept") {
  Fixture f(policy_id);
  f.see(policy_id, long_policy(40));
  const std::string shorter = long_policy(8);
  CHECK(f.see(policy_id, shorter, 10h).outcome == Outcome::suspect);
  REQUIRE(f.suspects(policy_id).size() == 1);
  const Suspect kept = f.archive->suspect(f.suspects(policy_id)[0].id).value();
  CHECK(kept.state == SuspectState::waiting);
  CHECK(kept.reasons.front().starts_with("sudden loss of text"));
  REQUIRE(kept.pages.size() == 1);
  CHECK(kept.pages[0].body == shorter);
  CHECK(kept.pages[0].status == 200);
  CHECK(kept.pages[0].urls == std::vector<std::string>{"https://example.org/" + policy_id});
  CHECK(kept.pages[0].headers == page("").headers);
  CHECK(kept.text.find("purpose number 7") != std::string::npos);

  CHECK(f.see(policy_id, shorter, 8h).outcome == Outcome::suspect);
  CHECK(f.see(policy_id, shorter, 8h).outcome == Outcome::suspect);  // three visits, 16 hours
  CHECK(f.see(policy_id, failure(FetchOutcome::timeout, 0, "nothing came"), 4h).outcome == Outcome::failed);
  CHECK(f.versions(policy_id) == 1);
  const Observation last = f.see(policy_id, shorter, 8h);
  CHECK(last.outcome == Outcome::recorded);
  CHECK(last.reason.empty());
  CHECK(f.versions(policy_id) == 2);
  CHECK(f.suspects(policy_id)[0].state == SuspectState::stayed);
  CHECK(f.suspects(policy_id)[0].version == 2);
  CHECK(f.suspects(policy_id)[0].visits == 4);
  CHECK(f.archive->snapshots(policy_id, 2).value()[0].body == shorter);
  CHECK(f.see(policy_id, shorter).outcome == Outcome::unchanged);
  CHECK(f.archive->verify(nullptr, nullptr).value().empty());
}

TEST_CASE("a suspect whose bytes differ at every visit stays too") {
  Fixture f(policy_id);
  f.see(policy_id, long_policy(40));
  for (int i = 0; i < 3; ++i)
    f.see(policy_id, long_policy(8, "This is reading " + std::to_string(i) + " of many."), 13h);
  CHECK(f.versions(policy_id) == 2);
  CHECK(f.archive->text(policy_id, 2).value().find("This is reading 2 of") != std::string::npos);
}

TEST_CASE("a good page ends the wait, and the next suspect begins anew") {
  Fixture f(policy_id);
  f.see(policy_id, long_policy(40));
  f.see(policy_id, long_policy(8));
  f.see(policy_id, long_policy(8));
  CHECK(f.see(policy_id, long_policy(40)).outcome == Outcome::unchanged);
  CHECK(f.suspects(policy_id)[0].state == SuspectState::gone);
  for (int i = 0; i < 2; ++i) CHECK(f.see(policy_id, long_policy(8), 23h).outcome == Outcome::suspect);
  CHECK(f.suspects(policy_id).size() == 2);
  CHECK(f.versions(policy_id) == 1);
  CHECK(f.see(policy_id, long_policy(8), 23h).outcome == Outcome::recorded);
}

TEST_CASE("days behind a wall do not count for what comes after it") {
  Fixture f(policy_id);
  f.see(policy_id, long_policy(40));
  for (int i = 0; i < 5; ++i) f.see(policy_id, test::suspect_pages()[0].html, 24h);
  CHECK(f.see(policy_id, long_policy(8), 24h).outcome == Outcome::suspect);
  CHECK(f.see(policy_id, long_policy(8), 13h).outcome == Outcome::suspect);
  CHECK(f.see(policy_id, long_policy(8), 13h).outcome == Outcome::recorded);
  CHECK(f.suspects(policy_id).size() == 1);
}

TEST_CASE("a text that was a version once is taken back at once") {
  Fixture f(policy_id);
  f.see(policy_id, long_policy(40));
  for (int i = 0; i < 3; ++i) f.see(policy_id, long_policy(8), 13h);
  CHECK(f.versions(policy_id) == 2);
  CHECK(f.see(policy_id, long_policy(40)).outcome == Outcome::recorded);
  CHECK(f.see(policy_id, long_policy(8)).outcome == Outcome::recorded);
}

TEST_CASE("an accepted suspect is a version, dated by its last visit, and the next visit finds it unchanged") {
  Fixture f(policy_id);
  const std::string wall = test::suspect_pages()[4].html;
  f.see(policy_id, long_policy(40));
  f.see(policy_id, wall);
  const Timestamp seen_at = f.clock.now();
  const Suspect waiting = f.suspects(policy_id).at(0);
  f.clock.advance(24h);
  const auto accepted = accept_suspect(*f.archive, waiting.id, f.rules, f.cache, f.clock.now());
  REQUIRE(accepted.ok());
  CHECK(accepted->version == 2);
  CHECK(f.versions(policy_id) == 2);
  CHECK(f.archive->version(policy_id, 2).value().observed_at == seen_at);
  CHECK(f.archive->snapshots(policy_id, 2).value().at(0).body == wall);
  CHECK(f.suspects(policy_id)[0].state == SuspectState::accepted);
  CHECK(f.suspects(policy_id)[0].decided_at == f.clock.now());
  CHECK(f.archive->suspect(waiting.id).value().pages.at(0).body == wall);  // the evidence stays
  CHECK(f.see(policy_id, wall).outcome == Outcome::unchanged);
  const auto again = accept_suspect(*f.archive, waiting.id, f.rules, f.cache, f.clock.now());
  REQUIRE_FALSE(again.ok());
  CHECK(again.error().code == ErrorCode::conflict);
  CHECK(f.archive->verify(nullptr, nullptr).value().empty());
}

TEST_CASE("a rejected suspect becomes no version, however long it stays, another text is judged anew") {
  Fixture f(policy_id);
  f.see(policy_id, long_policy(40));
  f.see(policy_id, long_policy(8));
  const std::uint64_t id = f.suspects(policy_id).at(0).id;
  REQUIRE(reject_suspect(*f.archive, id, f.clock.now()).ok());
  CHECK_FALSE(reject_suspect(*f.archive, id, f.clock.now()).ok());
  for (int day = 0; day < 4; ++day) {
    const Observation seen = f.see(policy_id, long_policy(8), 24h);
    CHECK(seen.outcome == Outcome::suspect);
    CHECK(seen.reason == "rejected by an operator");
  }
  CHECK(f.versions(policy_id) == 1);
  CHECK(f.suspects(policy_id).size() == 1);
  for (int day = 0; day < 3; ++day) f.see(policy_id, long_policy(9), 24h);
  CHECK(f.versions(policy_id) == 2);
  CHECK_FALSE(accept_suspect(*f.archive, id, f.rules, f.cache, f.clock.now()).ok());  // a version came after it
}

TEST_CASE("what cannot be decided on says why") {
  Fixture f(policy_id);
  f.see(policy_id, long_policy(40));
  const auto missing = accept_suspect(*f.archive, 99, f.rules, f.cache, f.clock.now());
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().code == ErrorCode::not_found);
  f.see(policy_id, "<html><body><div id=\"root\"></div></body></html>");
  const std::uint64_t empty = f.suspects(policy_id).at(0).id;
  const auto without_text = accept_suspect(*f.archive, empty, f.rules, f.cache, f.clock.now());
  REQUIRE_FALSE(without_text.ok());
  CHECK(without_text.error().message == "suspect " + std::to_string(empty) + " has no text that could be a version");
  CHECK(f.versions(policy_id) == 1);
  f.see(policy_id, long_policy(40));
  const auto gone = reject_suspect(*f.archive, empty, f.clock.now());
  REQUIRE_FALSE(gone.ok());
  CHECK(gone.error().message == "suspect " + std::to_string(empty) + " is not to be decided on: it is gone");
}

TEST_CASE("a decision is not undone by a visit that began before it") {
  Fixture f(policy_id);
  f.see(policy_id, long_policy(40));
  f.see(policy_id, long_policy(8));
  const auto other = open_archive("sqlite:" + (f.folder.path() / "archive.db").string()).value();  // another process
  auto writer = other->write(policy_id).value();
  Suspect waits_on = *writer->suspect();
  REQUIRE(reject_suspect(*f.archive, waits_on.id, f.clock.now()).ok());
  ++waits_on.visits;
  REQUIRE(writer->put_suspect(waits_on).ok());
  const auto committed = writer->commit();
  REQUIRE_FALSE(committed.ok());
  CHECK(committed.error().code == ErrorCode::conflict);
  CHECK(f.suspects(policy_id)[0].state == SuspectState::rejected);
}
