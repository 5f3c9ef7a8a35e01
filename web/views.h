// The parts that pages are made of, as values ready to be written: every text is for people, every href is a finished
// address. Texts may hold any bytes: the templates escape them. `html` members alone are written as they are, and are
// made by redline_html() or escape_html().
#pragma once

#include <string>
#include <vector>

namespace smallprint {

/// An address with its text.
struct PageLink {
  std::string text, href;
};

/// A time for <time datetime>; empty where not known, and then not shown.
struct Moment {
  std::string iso, text;
};

/// What every page has.
struct Frame {
  std::string title;           ///< "LinkedIn Privacy Policy"
  std::string description;     ///< one sentence
  std::string canonical;       ///< absolute address
  std::vector<PageLink> path;  ///< the way here, without the page itself
  std::string feed;            ///< address of the page's own feed, without ".atom"; empty: none
  std::string search;          ///< what stands in the search box
};

struct TopicView {
  std::string name, href, effect;  ///< "AI training", "/topics/ai-training", "new here"
};

/// One change of one clause.
struct ChangeView {
  std::string anchor;               ///< without "#"; empty: none
  std::string href;                 ///< where the whole text stands
  std::string label;                ///< "Added", "Reworded", "Moved"
  std::string kind;                 ///< CSS word: added, removed, edited, moved
  std::string importance;           ///< CSS word: high, medium, low, none
  std::string why;                  ///< a sentence, or empty
  std::string html;                 ///< the redline
  std::vector<std::string> unseen;  ///< what no word of it shows: link targets, list numbers
  std::string section;
  std::vector<TopicView> topics;
};

/// One version as news.
struct StoryView {
  PageLink service, document;
  std::string headline, href;  ///< href: the comparison
  std::string importance, importance_text, why;
  Moment when, effective;
  std::vector<ChangeView> changes;
  std::string more;  ///< "and 12 more changes", or empty
};

/// The answer to one question.
struct FactView {
  std::string question, answer, tone;  ///< tone: yes, no, silent, other
  std::string detail;
  PageLink detail_link;              ///< where the detail is an address
  std::string quote, section, href;  ///< evidence; empty where silent
  PageLink document;
  std::string since_text;  ///< "since", "since at least"
  Moment since;
  std::string version;  ///< "version 18"
  /// Another document's answer that differs.
  struct Other {
    PageLink document;
    std::string answer, href;
  };
  std::vector<Other> others;
  /// What was said before, the latest first.
  struct Before {
    std::string answer;
    Moment since, until;
    PageLink place;  ///< where it is read last
  };
  std::vector<Before> before;
};

/// One version in a document's timeline.
struct TimelineView {
  std::string number, href, compare_href;
  Moment when, effective;
  std::string summary;
  std::string importance;  ///< CSS word
  bool quiet = false;      ///< cosmetic or a repeat
  std::vector<TopicView> topics;
};

/// One clause of a whole version.
struct ClauseView {
  std::string anchor;   ///< "c7"
  std::string lineage;  ///< "c18-7": an anchor too, the same in every version
  std::string kind;     ///< heading, paragraph, list_item, table_row, quote, code
  int level = 0;
  std::string marker, html;
  std::string note, note_href;  ///< in the margin: "since 18 Sep 2024, edited twice", and where its history is told
  bool note_again = false;      ///< the clause before has the same note
  std::string mark;             ///< CSS word where it changed: added, edited, moved; or empty
  std::string mark_text;        ///< "Added in this version"
  std::vector<ChangeView> removed_before;
};

struct DocumentView {
  PageLink name;
  std::string summary;
  Moment latest;
};

}  // namespace smallprint
