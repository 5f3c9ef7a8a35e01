// The pages of a visit become what the archive keeps of them: nothing new, a version, or a suspect. What comes from the
// network and what is read again from a repository of recorded pages goes the same way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/tracker.h"
#include "fetcher/extract/extract.h"
#include "model/catalog.h"
#include "model/clock.h"
#include "model/result.h"
#include "storage/archive.h"

namespace smallprint {

/// One visit's pages, one for each of the declaration's sources.
struct VisitedPages {
  Timestamp at{};
  std::vector<Page> pages;
  std::vector<Snapshot> snapshots;  ///< of the same pages, without bodies: they are in `pages`
  std::string source = "fetch";     ///< of the version it may become
  /// The latest version was read otherwise: by another program, or as another declaration said. Then its own pages are
  /// read again first, and a difference is a version of kind reextracted: what we changed is not what they changed.
  bool read_otherwise = false;
};

struct TakenPages {
  Outcome outcome = Outcome::recorded;   ///< recorded, unchanged, suspect or failed
  std::string reason;                    ///< of a suspect or a failure
  std::optional<std::uint32_t> version;  ///< the latest that was recorded
  bool shell = false;                    ///< next to nothing stands where the document should: it may need scripts
};

/// Does next to nothing stand where the document should? Then the page may need its scripts.
bool is_shell(const Result<Extraction>& extraction);

/// Adds to the tracker's writer what there is to add, and commits nothing. `archive` is where the writer came from;
/// with read_otherwise what it added must be committed. Errors are the archive's.
Result<TakenPages> take_pages(const Archive& archive, const Declaration& declaration, Tracker& tracker,
                              VisitedPages visited);

}  // namespace smallprint
