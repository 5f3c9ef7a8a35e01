// Is what was fetched the document? Judged by what the page says of itself (extraction's marks) and by the document's
// own history: its language, how much of its text is left, and whether the text resembles what stood there before.
//
// Pure but for `siblings`, which is asked only where next to nothing of the text is known. Cost: one pass over both
// texts. Thresholds were set on the consecutive versions of 361 documents: rewrites in the same language keep a
// likeness of 0.42 and more, product pages and portals in a policy's place have 0.2 and less.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/catalog.h"
#include "model/document.h"

namespace smallprint {

/// One page of the declaration as it was read, with extraction's marks.
struct PageRead {
  Document document;
  std::vector<std::string> marks;  ///< "bot wall: …"
};

/// The latest version of another document of the same service.
struct SiblingText {
  DocumentId id;
  Document document;
};

/// What is known of the document.
struct PageHistory {
  const Document* before = nullptr;  ///< of the latest version; null: there is none
  bool recorded_earlier = false;     ///< exactly this text was a version once
  std::function<std::vector<SiblingText>()> siblings;
};

struct PageJudgement {
  std::vector<std::string> reasons;  ///< empty: it is the document. Each begins with its kind
  /// May it become a version by staying? What only differs from the history may well be the document's new text; a page
  /// that is a wall, a login or an error by its own words is none, however long it stands.
  bool may_stay = true;
};

/// `whole` is all pages together, with its language set.
PageJudgement judge_page(const std::vector<PageRead>& pages, const Document& whole, const PageHistory& history);

}  // namespace smallprint
