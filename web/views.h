// What the pages show, as values ready to be written: every text is for people, every href is a finished address.
// Texts may hold any bytes: the templates escape them. `html` members alone are written as they are, and are made by
// redline_html() or escape_html().
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
  std::string anchor;      ///< without "#"; empty: none
  std::string href;        ///< where the whole text stands
  std::string label;       ///< "Added", "Reworded", "Moved"
  std::string kind;        ///< CSS word: added, removed, edited, moved
  std::string importance;  ///< CSS word: high, medium, low, none
  std::string why;         ///< a sentence, or empty
  std::string html;        ///< the redline
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
  std::string quote, section, href;  ///< evidence; empty where silent
  PageLink document;
  std::string since_text;  ///< "since", "since at least"
  Moment since;
  std::string version;  ///< "version 18"
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
  std::string note, note_href;  ///< in the margin: "since 18 Sep 2024"
  std::string mark;             ///< CSS word where it changed: added, edited, moved; or empty
  std::string mark_text;        ///< "Added in this version"
  std::vector<ChangeView> removed_before;
};

struct DocumentView {
  PageLink name;
  std::string summary;
  Moment latest;
};

struct HomePage {
  std::string archive_summary;  ///< "162 services, 17,059 versions"; empty archive: empty
  std::vector<StoryView> lead, latest;
  std::vector<PageLink> services, topics;
  std::string more_href;
};

struct ServicesPage {
  struct Item {
    PageLink service;
    std::string documents;
  };
  struct Letter {
    std::string letter;
    std::vector<Item> items;
  };
  std::vector<Letter> letters;
};

struct ServicePage {
  std::string name;
  std::vector<DocumentView> documents;
  std::vector<FactView> facts, silent;
  std::vector<StoryView> stories;
};

struct DocumentPage {
  std::string name, service;
  std::vector<PageLink> sources;
  std::string summary, health;
  std::vector<FactView> facts, silent;
  std::vector<TimelineView> timeline;
  std::string next_href;
};

struct VersionPage {
  std::string name, service, number, summary, kind_note;
  Moment when, effective;
  std::vector<PageLink> links;
  std::string previous_href, next_href;
  std::vector<PageLink> contents;
  std::vector<ClauseView> clauses;
};

struct ComparisonPage {
  std::string name, service, from, to, summary, note;
  PageLink from_link, to_link;
  Moment from_when, to_when, effective;
  std::vector<TopicView> topics;
  struct Highlight {
    PageLink why;
    std::string section;
  };
  std::vector<Highlight> highlights;  ///< where the most important changes stand
  struct Section {
    std::string name;
    std::vector<ChangeView> changes;
  };
  std::vector<Section> sections, cosmetic;
  std::string cosmetic_summary;
  std::vector<PageLink> links;
};

struct TopicPage {
  std::string name, description;
  std::vector<StoryView> stories;
  std::vector<PageLink> topics;
  std::string next_href;
};

struct ComparePage {
  struct Cell {
    std::string answer, tone, href;
  };
  struct Row {
    std::string question;
    std::vector<Cell> cells;
  };
  std::vector<PageLink> services;
  std::vector<Row> rows;
  std::string asked;  ///< what stands in the form: "linkedin,meta"
  std::vector<PageLink> known;
};

struct SearchPage {
  struct Hit {
    PageLink document;
    std::string html, href, note;
  };
  std::string query, at, summary;
  std::vector<Hit> hits;
  std::string next_href;
};

struct StatusPage {
  struct Row {
    PageLink document;
    std::string outcome, reason, tone;
    Moment last, next;
  };
  std::vector<PageLink> figures;  ///< text: name, href: value
  std::vector<Row> rows;
  std::string next_href;
};

struct AboutPage {
  std::vector<PageLink> feeds;
};

struct ErrorPage {
  std::string status, title, detail, request_id;
};

}  // namespace smallprint
