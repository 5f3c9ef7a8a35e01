// What the page that compares services shows, made of the parts in views.h. Values; the same rules hold.
#pragma once

#include <string>
#include <vector>

#include "web/views.h"

namespace smallprint {

/// What chosen services say, and how many services said so through time.
struct ComparePage {
  struct Cell {
    std::string answer, tone, href, quote, since;
  };
  struct Row {
    std::string question;
    std::vector<Cell> cells;
  };
  /// How many services say what on one question, through time.
  struct Count {
    PageLink question;
    std::string sentence;              ///< "12 of 40 services now say …; 3 of 31 did a year ago."
    std::vector<std::string> answers;  ///< heads of the columns after the first
    struct Point {
      Moment when;
      std::string said, services;        ///< "12", "40": the numbers of a bar
      std::string text;                  ///< "12 of 40"
      std::vector<std::string> figures;  ///< one for each of `answers`
    };
    std::vector<Point> points;  ///< the latest first
    struct Turn {
      Moment when;
      PageLink service;
      std::string text, href;
    };
    std::vector<Turn> turns;
    bool open = false;
  };
  std::vector<PageLink> services;
  std::vector<Row> rows;
  std::vector<Count> counts;
  std::string asked;  ///< what stands in the form: "linkedin,meta"
  std::string at;     ///< "2024-09-19", or empty: now
  std::string note;
  std::vector<PageLink> known;
};

}  // namespace smallprint
