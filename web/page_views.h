// What each page shows, made of the parts in views.h: one struct a page. Values; the same rules hold.
#pragma once

#include <string>
#include <vector>

#include "web/views.h"

namespace smallprint {

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
  std::vector<FactView> facts, silent, unknown;
  std::vector<StoryView> stories;
};

struct DocumentPage {
  std::string name, service;
  std::vector<PageLink> sources;
  std::string summary, health;
  PageLink moved_to;
  std::vector<FactView> facts, silent, unknown;
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

/// One clause through time, newest first.
struct ClausePage {
  std::string name, service, summary;
  std::vector<PageLink> links;
  struct State {
    std::string label;  ///< "Reworded"
    Moment when;
    PageLink version;          ///< where it is read
    std::string html;          ///< the redline against the state before, or empty
    std::string compare_href;  ///< everything that changed in that version, or empty
    bool quiet = false;        ///< nothing that a reader has not seen
  };
  std::vector<State> states;
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
    std::string outcome, reason;
    PageLink moved_to;
    std::string tone;
    Moment last, next;
  };
  std::vector<PageLink> figures;  ///< text: name, href: value
  std::vector<Row> rows;
  std::string next_href;
  std::vector<PageLink> problems = {};  ///< of the catalog; text: file, href: what is wrong
};

struct AboutPage {
  std::vector<PageLink> feeds;
};

struct ErrorPage {
  std::string status, title, detail, request_id;
};

}  // namespace smallprint
