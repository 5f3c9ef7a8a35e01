// What pages show beside their documents.
#include "model/page_noise.h"

#include <doctest/doctest.h>

#include <string>

using namespace smallprint;

TEST_CASE("counters, votes, reading times, buttons and visits are noise") {
  for (const char* text : {"Was this article helpful?",
                           "Was this article helpful? Yes No",
                           "12 out of 34 found this helpful",
                           "1,234 people found this helpful",
                           "Was this page useful? \U0001F44D \U0001F44E",
                           "5 min read",
                           "5-minute read",
                           "Reading time: 12 minutes",
                           "Estimated reading time: 4 min",
                           "\u23F1 7 min read",
                           "Lesezeit: 5 Minuten",
                           "Last viewed on May 3, 2024",
                           "Last viewed: 2024-05-03 12:04",
                           "Last visited 3 days ago",
                           "You last visited this page on 3 May 2024 at 12:04 PM",
                           "Last accessed 03/05/2024",
                           "Updated over a week ago",
                           "Last updated 2 months ago",
                           "Current time: 12:04",
                           "Today is Tuesday, 24 November 2026",
                           "12:03:22 PM",
                           "Tue, 24 Nov 2026 04:47:40 GMT",
                           "2026-11-24T04:47:40Z",
                           "This page has been viewed 12,345 times.",
                           "Page generated in 0.034 seconds",
                           "Copy link",
                           "Print this page",
                           "Share on Facebook Share this article",
                           "Click to share on X (Opens in new window)",
                           "Did this answer your question?",
                           "Temps de lecture : 4 minutes",
                           "\u00BFFue \u00FAtil este art\u00EDculo?",
                           "Viewed 1.2k times",
                           "5 min read \u00B7 1,234 views"}) {
    INFO(text);
    CHECK(page_noise(text) == PageNoise::certain);
  }
  for (const char* text : {"1,234 views", "1.2k views", "Views: 1 234", "12 comments", "Print", "Share", "Tweet",
                           "Share: Facebook Twitter LinkedIn", "Share via Email", "Print | Share"}) {
    INFO(text);
    CHECK(page_noise(text) == PageNoise::likely);
  }
  for (const char* text : {"Yes", "No", "Yes No", "YesNo", "Yes | No", "\U0001F61E \U0001F610 \U0001F603",
                           "\u2605\u2605\u2606", "\U0001F44D Yes \U0001F44E No"}) {
    INFO(text);
    CHECK(page_noise(text) == PageNoise::answer);
  }
}

TEST_CASE("what the document says is no noise, however short") {
  for (const char* text : {"You have 30 days",
                           "30 days",
                           "5 minutes",
                           "5 min",
                           "12 months",
                           "18",
                           "May 3, 2024",
                           "3 May 2024",
                           "Last updated: May 3, 2024",
                           "Last updated 03/05/2024",
                           "Updated on 2024-05-03",
                           "Effective May 3, 2024",
                           "Last modified on 3 May 2024 at 12:04",
                           "Published 3 May 2024",
                           "1,234 views are paid for each month.",
                           "We count views.",
                           "12 users",
                           "We delete your data after 5 minutes.",
                           "Share your data with us",
                           "Share this with your lawyer",
                           "Print it and sign it",
                           "You may print this page.",
                           "Facebook",
                           "X",
                           "Email",
                           "LinkedIn",
                           "Facebook Twitter",
                           "Last viewed",
                           "Last viewed items are kept for 30 days.",
                           "Updated",
                           "Print 3 copies",
                           "Was this article helpful? We may use your answer.",
                           "Contact us at 12:00",
                           "9:00 - 17:00",
                           "Views",
                           "Comments",
                           "\u00A9 2024 Guildwren",
                           "Monday to Friday, 9:00 to 17:00",
                           "Version 12",
                           "12.",
                           "Reading time",
                           "Today",
                           "Created by us",
                           "Posted notices bind you 30 days later",
                           "It is now your duty",
                           "Printed matter",
                           "",
                           " ",
                           "--"}) {
    INFO(text);
    CHECK(page_noise(text) == PageNoise::none);
  }
}

TEST_CASE("long and odd texts are judged too") {
  CHECK(page_noise(std::string(100000, '1')) == PageNoise::none);
  CHECK(page_noise(std::string(150, ':')) == PageNoise::none);
  CHECK(page_noise("\xC2") == PageNoise::none);
  CHECK(page_noise("\xF0\x9F") == PageNoise::none);
  CHECK(page_noise("1\xE2") == PageNoise::none);
}
