// A change as people read it: inserted and deleted words marked, in HTML and in Markdown.
//
// Escaped by construction: every piece of a text goes through escape_html() or the Markdown escape, nothing else is
// written but fixed tags. Not by colour alone: <ins> and <del> carry words for screen readers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/change.h"

namespace smallprint {

struct RedlineOptions {
  /// Visually hidden "[added: …]" around what is marked (class "vh"). Off where no style of ours reaches: feeds.
  bool text_markers = true;
  /// Unchanged runs longer than this many bytes are shortened to their ends; 0: everything is shown.
  std::size_t context = 0;
  /// Where what was written reaches this many bytes, the rest is left out ("…"); 0: no bound.
  std::size_t most = 0;
};

/// `change.words` as they are shown. Of a text that is numbered anew, the clauses that stand unchanged between two
/// numbers are "…". Where there are no words, the text before is removed and the text after added (moved: as it is).
std::vector<Word> shown_words(const Change& change);

/// Of an edit script what lies in the byte range [begin, end) of the text after it (with `before`: before it), with
/// what was removed there (added there); "…" where something is left out. Neither cut lies within a character.
std::vector<Word> words_within(const std::vector<Word>& words, std::size_t begin, std::size_t end, bool before);

/// What no word shows, a line each, as plain text: where links lead now, and how lists are numbered. Of many the first
/// dozen, and how many more there are.
std::vector<std::string> unseen_changes(const Change& change);

/// An HTML fragment of phrasing content: text, <ins>, <del>, <span>, <br>. Of shown_words().
std::string redline_html(const Change& change, const RedlineOptions& options = {});

/// The same as Markdown: ~~removed~~ and **added**. One paragraph; newlines become " / ".
std::string redline_markdown(const Change& change);

/// The same as plain text: [-removed-] and {+added+}.
std::string redline_text(const Change& change);

}  // namespace smallprint
