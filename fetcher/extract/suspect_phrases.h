// What walls, logins, consent pages and errors call themselves, in the languages of the documents that are tracked.
// Lower case, with straight apostrophes: texts are folded in the same way before they are compared. Data of
// signals.cpp; safe from any thread.
#pragma once

#include <string_view>
#include <vector>

namespace smallprint::suspect_phrases {

using Phrases = std::vector<std::string_view>;

/// Sentences of bot walls; each is enough in a short text.
const Phrases& wall();
/// Beginnings of titles of error pages. Of a longer title only a part between separators has to begin so.
const Phrases& error_title();
/// What error pages say; enough in a text of a few words.
const Phrases& error_text();
/// Beginnings of titles of login pages.
const Phrases& login_title();
/// What they say; enough in a text of a few words.
const Phrases& login_text();
/// What the buttons of consent pages say.
const Phrases& consent_button();
/// What they are about.
const Phrases& consent_subject();
/// What a page says that shows nothing without scripts, or has not yet.
const Phrases& scripts_wanted();
/// Parts of the names of legal documents: a text of some length with such a heading is what it says it is.
const Phrases& legal_title();
/// Where challenges are loaded from: parts of addresses.
const Phrases& captcha_source();

}  // namespace smallprint::suspect_phrases
