#include "diff/cosmetic.h"

#include <doctest/doctest.h>

#include "diff/compare.h"
#include "tests/diff/documents.h"

using namespace smallprint;
using test::lines;

namespace {

/// The reasons for which an edit is cosmetic, or "substantive".
std::string verdict(const Clause& before, const Clause& after) {
  Change change;
  change.kind = ChangeKind::edited;
  change.before = {before};
  change.after = {after};
  std::string out;
  for (const std::string_view reason : why_cosmetic(change, true).names()) {
    out += (out.empty() ? "" : " ") + std::string(reason);
  }
  return out.empty() ? "substantive" : out;
}

std::string verdict(const std::string& before, const std::string& after) {
  return verdict(lines(before).clauses.at(0), lines(after).clauses.at(0));
}

std::string alone(const std::string& text) {
  Change change;
  change.kind = ChangeKind::added;
  change.after = lines(text).clauses;
  const auto names = why_cosmetic(change, true).names();
  return names.empty() ? "substantive" : std::string(names.front());
}

struct Case {
  const char* before;
  const char* after;
  const char* verdict;
};

void check(std::initializer_list<Case> cases) {
  for (const Case& c : cases) {
    INFO(std::string(c.before) << " -> " << std::string(c.after));
    CHECK(verdict(c.before, c.after) == std::string(c.verdict));
    CHECK(verdict(c.after, c.before) == std::string(c.verdict));
  }
}

}  // namespace

TEST_CASE("white space and typography are cosmetic, another word or number is not") {
  check({
      {"You may sign in here.", "You may  sign in here.", "whitespace"},
      {"You may sign in here.", "You may signin here.", "whitespace"},
      {"You may sign in here.", "You may log in here.", "substantive"},
      {"It's \"yours\" - always...", "It\u2019s \u201Cyours\u201D \u2013 always\u2026", "typography"},
      {"members of our site", "Members of our Site", "typography"},
      {"names, addresses, and files", "names, addresses and files", "typography"},
      {"We delete it", "We delete it.", "typography"},
      {"Data you give us ==========", "Data you give us -----", "typography"},
      {"based on __consent__ alone", "based on consent alone", "typography"},
      {"Click here \u2197 to see them.", "Click here to see them.", "whitespace typography"},
      {"owever, nothing is safe.", "However, nothing is safe.", "typography"},
      {"We try. owever, nothing is safe.", "We try. However, nothing is safe.", "typography"},
      {"We can do so.", "We cannot do so.", "substantive"},
      {"Ask the ark keeper.", "Ask the Park keeper.", "substantive"},
      {"Order no. \u2026\u2026\u2026\u2026.....", "Order no. \u00E9\u2026\u2026\u2026\u2026........", "typography"},
      {"Pay $5.......... now", "Pay $9.......... now", "substantive"},
      {"based on a _ sign", "based on a sign", "substantive"},
      {"We may share it.", "We will share it.", "substantive"},
      {"We keep it for 30 days.", "We keep it for 14 days.", "substantive"},
      {"We share it with partners.", "We do not share it with partners.", "substantive"},
      {"A fee of 1,000 applies.", "A fee of 1.000 applies.", "substantive"},
      {"A fee of 10% applies.", "A fee of 10$ applies.", "substantive"},
      {"We share it (with consent).", "We share it.", "substantive"},
      {"It\u00A0is\u00A0yours", "It is yours", "whitespace"},
  });
}

TEST_CASE("the number a clause begins with is numbering, a reference or an amount is not") {
  check({
      {"# 2. How We Use Your Data", "# 3. How We Use Your Data", "numbering"},
      {"# 2.1 Services", "# 2.2 Services", "numbering"},
      {"# 1.1. Fees for services.", "# 1.1 Fees for services.", "numbering"},
      {"# Section 4: Services", "# Section 5: Services", "numbering"},
      {"# IV. Services", "# V. Services", "numbering"},
      {"(a) your name and address", "(b) your name and address", "numbering"},
      {"2.1 We may end this contract.", "2.2 We may end this contract.", "numbering"},
      {"3. Pay your bills.", "4. Pay your bills.", "numbering"},
      {"As said in Section 3, we may.", "As said in Section 4, we may.", "substantive"},
      {"# 30 Days Notice", "# 14 Days Notice", "substantive"},
      {"3.5 million people use it.", "4.5 million people use it.", "substantive"},
      {"30 days after you ask, we answer.", "14 days after you ask, we answer.", "substantive"},
      {"# 2. Uses", "# 3. Sales", "substantive"},
  });
}

TEST_CASE("the date of a stamp is a date, a date that something depends on is not") {
  check({
      {"Last updated: May 1", "Last updated: May 7", "date"},
      {"Last updated: May 1, 2024", "Last updated: 7 June 2025", "date"},
      {"Effective July 31, 2024", "Effective September 18, 2024", "date"},
      {"Effective date: 2024-07-31", "Effective date: 2024-09-18", "date"},
      {"These Terms are effective as of May 1, 2024.", "These Terms are effective as of June 1, 2024.", "date"},
      {"Stand: 18. September 2024", "Stand: 1. Oktober 2024", "date"},
      {"Derni\u00E8re mise \u00E0 jour : 1 mai 2024", "Derni\u00E8re mise \u00E0 jour : 3 juin 2024", "date"},
      {"\u66F4\u65B0\u65E5\u671F 2024\u5E745\u67081\u65E5", "\u66F4\u65B0\u65E5\u671F 2024\u5E745\u67082\u65E5",
       "date"},
      {"May 1, 2024", "May 7, 2024", "date"},
      {"Posted 12 hours ago by us", "Posted 1 day ago by us", "date"},
      {"Delete what is 12 hours old", "Delete what is 24 hours old", "substantive"},
      {"Your free trial ends on May 1, 2024.", "Your free trial ends on June 1, 2024.", "substantive"},
      {"Claims made before May 1, 2024 are heard in court.", "Claims made before May 1, 2023 are heard in court.",
       "substantive"},
      {"Last updated: May 1, 2024. We keep it for 30 days.", "Last updated: May 1, 2024. We keep it for 14 days.",
       "substantive"},
      {"Effective within 30 days", "Effective within 14 days", "substantive"},
  });
}

TEST_CASE("an e-mail address or telephone number is contact, who is to be contacted is not") {
  check({
      {"Write to privacy@example.org for help.", "Write to dpo@example.com for help.", "contact"},
      {"Write to [email protected] for help.", "Write to dpo@example.com for help.", "contact"},
      {"Write to [email protected]ample.org now", "Write to [email protected] now", "contact"},
      {"Call +1 (800) 555-0100 for help.", "Call +1 (800) 555-0199 for help.", "contact"},
      {"Call 800-555-0100 for help.", "Call 800-555-0199 for help.", "contact"},
      {"Example Inc. is the controller.", "Sample Ltd. is the controller.", "substantive"},
      {"Write to our lawyer at a@example.org.", "Write to our clerk at a@example.org.", "substantive"},
      {"The limit is 100 dollars.", "The limit is 200 dollars.", "substantive"},
      {"The limit is 1000000 dollars.", "The limit is 2000000 dollars.", "substantive"},
      {"See https://example.org/a for more.", "See https://example.org/b for more.", "link_target"},
  });
}

TEST_CASE("a changed link target or emphasis leaves the words as they are") {
  Clause before = lines("Read the notice now.").clauses.at(0);
  before.spans = {{9, 15, SpanKind::link, "https://example.org/a"}};
  Clause after = before;
  after.spans[0].target = "https://example.org/b";
  CHECK(verdict(before, after) == "link_target");
  after = before;
  after.spans.push_back({0, 4, SpanKind::strong, ""});
  CHECK(verdict(before, after) == "formatting");
  after = before;
  after.kind = ClauseKind::list_item;
  after.level = 1;
  after.marker = "-";
  CHECK(verdict(before, after) == "formatting");
  after.text = "Read the notice soon.";
  CHECK(verdict(before, after) == "substantive");
  // Both at once: each is named.
  after = before;
  after.spans[0].target = "https://example.org/b";
  after.text = "Read the notice now";
  CHECK(verdict(before, after) == "typography link_target");
}

TEST_CASE("a clause that is only a stamp, a rule or navigation may come and go, substance may not") {
  CHECK(alone("Last updated: May 1, 2024") == "date");
  CHECK(alone("Effective September 18, 2024") == "date");
  CHECK(alone("* * *") == "formatting");
  CHECK(alone("Back to top") == "navigation");
  CHECK(alone("\u2191 Back to Top \u2191") == "navigation");
  CHECK(alone("Print") == "navigation");
  CHECK(alone("1,234 views") == "navigation");
  CHECK(alone("Was this article helpful?") == "navigation");
  CHECK(alone("Last viewed on May 3, 2024") == "navigation");
  CHECK(alone("You have 30 days") == "substantive");
  CHECK(alone("We sell your data.") == "substantive");
  CHECK(alone("Effective May 1, 2024 we sell all your data to anyone who asks for it and pays for it well.") ==
        "substantive");
  CHECK(alone("Share your data with us.") == "substantive");
  Change change;
  change.after = lines("- 2.1 How we use it").clauses;
  change.after[0].spans = {{0, 18, SpanKind::link, "#use"}};
  CHECK(why_cosmetic(change, true).has(CosmeticReason::navigation));
  change.after[0].spans[0].target = "https://example.org/use";
  CHECK(why_cosmetic(change, true).empty());
}

TEST_CASE("a move is order, unless a list's item came under another heading") {
  Change change;
  change.kind = ChangeKind::moved;
  change.before = change.after = lines("We keep what you upload.").clauses;
  CHECK(why_cosmetic(change, false).has(CosmeticReason::order));
  change.before = change.after = lines("- your precise location").clauses;
  CHECK(why_cosmetic(change, true).has(CosmeticReason::order));
  CHECK(why_cosmetic(change, false).empty());
}

TEST_CASE("texts made to be slow to normalise are judged in linear time") {
  const auto repeat = [](const std::string& piece) {
    std::string out;
    while (out.size() < 400'000) out += piece;
    return out;
  };
  // Quadratic work on these would take minutes: the test would not end.
  for (const char* piece :
       {"1 ", "1-", "\u00A0", "a@", "http://", "www.", "1/1/24/", "2 days ago", ". ", "(1", "updated "}) {
    const std::string text = repeat(piece);
    INFO(std::string(piece));
    CHECK(verdict(Clause{ClauseKind::paragraph, 0, "", text + "x", {}, -1},
                  Clause{ClauseKind::paragraph, 0, "", text + "zz", {}, -1}) != "");
    CHECK(!is_date_stamp(text));
  }
}

TEST_CASE("a copyright's year is a stamp, another year is not") {
  check({
      {"\u00A9 2023 Example Inc.", "\u00A9 2024 Example Inc.", "date"},
      {"Copyright 2019-2023 Example Inc.", "Copyright 2019-2024 Example Inc.", "date"},
      {"\u00A9 2023 Example Inc.", "\u00A9 2023 Sample Ltd.", "substantive"},
      {"It ends in 2023 for all.", "It ends in 2024 for all.", "substantive"},
  });
}

TEST_CASE("what a program reads and what was read in a wrong encoding alter no meaning, the words around do") {
  check({
      {"x {\"a\":\"one\",\"b\":false} y", "x {\"a\":\"two\",\"b\":true} y", "formatting"},
      {"x {\"a\":\"one\",\"b\":false} y", "x {\"a\":\"one\",\"b\":false} z", "substantive"},
      {"your identit\u00E9 and name", "your identit\uFFFD\uFFFD and name", "typography"},
      {"your identit\u00E9 and name", "your identit\uFFFD and address", "substantive"},
      {"Ask [[email protected]]", "Ask [a@example.org](mailto: a@example.org)", "contact"},
  });
}

TEST_CASE("menus and announcements may come and go by their words, what they announce may not") {
  CHECK(alone("FIND OUT MORE") == "navigation");
  CHECK(alone("Log in | Sign Up") == "navigation");
  CHECK(alone("English Deutsch Espa\u00F1ol") == "navigation");
  CHECK(alone("We've updated our Privacy Policy. See what changed.") == "navigation");
  CHECK(alone("We've updated our Terms to sell your data.") == "substantive");
  CHECK(alone("[One](#One)[Two](#Two)[Three](#Three)") == "navigation");
  CHECK(alone("* Aims[* Our fees](#Our fees)[* Law](#Law of it)* Rest[* Mail](#Mail us)") == "navigation");
  CHECK(alone("See [One](#One of it), and [Two](#Two of it), and [Three](#Three of it), which say what we may do with "
              "all that you have given us over the years.") == "substantive");
  CHECK(alone("Log in to accept these terms") == "substantive");
  CHECK(alone("Find out more about our partners") == "substantive");
}

TEST_CASE("labels of the page's frame are navigation, the same labels inside the text are not") {
  std::string menu = "- Shop\n- Brands\n- Offers\n- Careers\n- Stores\n- Gifts\n- Fleet\n";
  std::string body = "# Policy\n";
  test::Writer writer(7);
  for (int i = 0; i < 20; ++i) body += writer.paragraph(4) + "\n";
  const auto kind = [&](const std::string& head, const std::string& list) {
    return compare(lines(menu + "- Cars\n" + body + "- Cars\n" + body), lines(menu + head + body + list + body)).kind;
  };
  CHECK(kind("- Trucks\n", "- Cars\n") == VersionKind::cosmetic);
  CHECK(kind("- We may sell your data\n", "- Cars\n") == VersionKind::substantive);
  CHECK(kind("- Cars\n", "- Trucks\n") == VersionKind::substantive);
  CHECK(kind("- New: drive where you will](https://example.org/new)\n", "- Cars\n") == VersionKind::cosmetic);
}

TEST_CASE("what the frame says ahead of the text and again behind it is navigation, other names behind it are not") {
  std::string body = "# Policy\n";
  test::Writer writer(7);
  for (int i = 0; i < 20; ++i) body += writer.paragraph(4) + "\n";
  const auto kind = [&](const std::string& head, const std::string& before, const std::string& after) {
    const std::string menu = "- Shop\n- Brands\n- Offers\n- Careers\n- Stores\n- Gifts\n- Edit location\n";
    return compare(lines(menu + body + before), lines(menu + head + body + after)).kind;
  };
  CHECK(kind("- 12345 Edit location\n- lampville, LV 12345\n", "Edit location\n",
             "12345Edit Location\nlampville, LV\n") == VersionKind::cosmetic);
  CHECK(kind("- Lampwright Ltd\n", "Brindlewick Ltd\n", "Lampwright Ltd\n") == VersionKind::substantive);
  CHECK(kind("- Lampwright Ltd of Lampville and Wickham\n", "", "Lampwright Ltd\n") == VersionKind::substantive);
}

TEST_CASE("what stands beside a log-in behind the text, or beside how long ago, is no part of it") {
  std::string body = "# Policy\n";
  test::Writer writer(7);
  for (int i = 0; i < 20; ++i) body += writer.paragraph(4) + "\n";
  const auto kind = [&](const std::string& before, const std::string& after) {
    return compare(lines(body + before), lines(body + after)).kind;
  };
  CHECK(kind("Track your lessons - free!\nLog in\n", "Sign in to track lessons\n") == VersionKind::cosmetic);
  CHECK(kind("Track your lessons - free!\n", "") == VersionKind::substantive);
  CHECK(kind("Log in\nWe may sell your data\n", "Log in\n") == VersionKind::substantive);
  CHECK(kind("Brindlewick Ltd\nBack to top\n", "Lampwright Ltd\nBack to top\n") == VersionKind::substantive);
  const std::string more = writer.paragraph(4) + "\n";
  CHECK(kind("- by lampfan\n- 8 minutes ago\n" + more, "- by wickfan\n- 2 days ago\n" + more) == VersionKind::cosmetic);
  CHECK(kind("- Analytics Ltd\n- updated 8 days ago\n" + more, "- Trackers Ltd\n- updated 9 days ago\n" + more) ==
        VersionKind::substantive);
}

TEST_CASE("a document that is numbered anew has no change of substance but what came in") {
  test::Writer writer(11);
  std::string before;
  std::string after = "# 1. Something New Here\nA section that nobody has seen before stands here.\n";
  for (int i = 1; i < 9; ++i) {
    const std::string title = writer.word();
    const std::string text = writer.paragraph(3);
    before += "# " + std::to_string(i) + ". " + title + "\n" + text + "\n";
    after += "# " + std::to_string(i + 1) + ". " + title + "\n" + text + "\n";
  }
  int substantive = 0;
  for (const Change& change : compare(lines(before), lines(after)).changes) {
    substantive += change.cosmetic ? 0 : 1;
    if (change.cosmetic) CHECK(change.reasons.has(CosmeticReason::numbering));
  }
  CHECK(substantive == 2);
  // A reference is not numbering, though the section that it names moved just so.
  const auto c =
      compare(lines(before + "As said in Section 4, we may."), lines(after + "As said in Section 5, we may."));
  CHECK(!c.changes.back().cosmetic);
}
