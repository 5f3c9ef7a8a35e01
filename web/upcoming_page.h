// What the page of announced terms shows, made of the parts in views.h. Values; the same rules hold.
#pragma once

#include <string>
#include <vector>

#include "web/views.h"

namespace smallprint {

/// Announced terms: the next day first; what is past, the latest first.
struct UpcomingPage {
  struct Item {
    Moment date, seen;
    PageLink document;  ///< "LinkedIn · Privacy Policy", and its page
    std::string label;  ///< "A change is announced"
    std::string quote;  ///< the sentence, or empty
    std::string href;   ///< where it stands
    PageLink link;      ///< where the sentence leads, or empty
    PageLink brought;   ///< "Version 7", and what changed in it
  };
  std::vector<Item> ahead, past;
  std::string days;  ///< how many days what is past stays
  std::string next_href;
};

}  // namespace smallprint
