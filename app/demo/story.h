// The demo's story, out of the files in app/demo/guildwren/: which texts the invented company published on which days,
// and when each of its documents is visited. Values, read once; what they view is part of the program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/catalog.h"
#include "model/clock.h"
#include "model/result.h"

namespace smallprint {

/// Where the invented company's site would stand: a name that no resolver knows (RFC 2606).
constexpr std::string_view demo_site = "https://www.guildwren.example";

struct StoryText {
  Timestamp published{};
  std::string_view html;  ///< what stands inside the page's article
};

struct StoryDocument {
  Declaration declaration;       ///< with one source, below demo_site
  std::vector<StoryText> texts;  ///< in order of time
};

struct StoryVisit {
  Timestamp at{};
  std::size_t document = 0;  ///< index into Story::documents
  std::string answer;  ///< what it meets instead of the document: "bot-wall", "unavailable", "not-found"; or empty
};

struct Story {
  std::vector<StoryDocument> documents;
  std::vector<StoryVisit> visits;  ///< in order of time, no two at the same
};

/// Error: internal, for a defect in the files, with what is wrong.
Result<Story> read_story();

/// One of the files around the texts, by its name: "shell.html". Empty where there is none.
std::string_view story_file(std::string_view name);

}  // namespace smallprint
