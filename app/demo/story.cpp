#include "app/demo/story.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>
#include <exception>
#include <utility>

#include "fetcher/catalog.h"
#include "smallprint_app/demo_files.h"

namespace smallprint {
namespace {

constexpr std::string_view folder = "demo/guildwren/";

/// The texts of "privacy-policy/2023-02-06.html" and the like.
Result<std::vector<StoryText>> read_texts(std::string_view terms_type) {
  const std::string prefix = fmt::format("{}{}/", folder, terms_type);
  constexpr std::string_view suffix = ".html";
  std::vector<StoryText> texts;
  for (const demo_files::File& file : demo_files::files) {
    if (!file.name.starts_with(prefix)) continue;
    const std::string_view day = file.name.substr(prefix.size(), file.name.size() - prefix.size() - suffix.size());
    const auto date = parse_date(day);
    if (!date) return Error{ErrorCode::internal, fmt::format("{}: the name is no date", file.name)};
    texts.push_back({std::chrono::sys_days(*date), file.bytes});
  }
  if (texts.empty()) return Error{ErrorCode::internal, fmt::format("no text of {}", terms_type)};
  std::sort(texts.begin(), texts.end(), [](const auto& a, const auto& b) { return a.published < b.published; });
  return texts;
}

Result<std::vector<StoryDocument>> read_documents() {
  Catalog catalog = read_declaration("guildwren.json", story_file("guildwren.json"));
  if (!catalog.problems.empty()) return Error{ErrorCode::internal, catalog.problems.front().message};
  std::vector<StoryDocument> documents;
  for (Declaration& declaration : catalog.declarations) {
    if (declaration.sources.size() != 1 || !declaration.sources.front().url.starts_with(demo_site)) {
      return Error{ErrorCode::internal, fmt::format("{}: not one source below {}", declaration.id, demo_site)};
    }
    auto texts = read_texts(slug(declaration.terms_type));
    if (!texts) return texts.error();
    documents.push_back({std::move(declaration), std::move(texts).value()});
  }
  return documents;
}

/// Throws std::exception where the table has not the form.
std::vector<StoryVisit> read_visits(const std::vector<StoryDocument>& documents) {
  std::vector<StoryVisit> visits;
  const boost::json::value table = boost::json::parse(story_file("visits.json"));
  for (const boost::json::value& row : table.as_array()) {
    StoryVisit visit;
    const auto at = parse_rfc3339(row.at("at").as_string());
    if (!at) throw std::runtime_error(at.error().message);
    visit.at = *at;
    const std::string_view terms_type = row.at("document").as_string();
    const auto document = std::find_if(documents.begin(), documents.end(), [&](const StoryDocument& candidate) {
      return slug(candidate.declaration.terms_type) == terms_type;
    });
    if (document == documents.end()) throw std::runtime_error(fmt::format("no document {}", terms_type));
    visit.document = static_cast<std::size_t>(document - documents.begin());
    if (const boost::json::value* answer = row.as_object().if_contains("answer")) visit.answer = answer->as_string();
    if (!visits.empty() && visits.back().at >= visit.at) throw std::runtime_error("visits are not in order of time");
    visits.push_back(std::move(visit));
  }
  return visits;
}

}  // namespace

std::string_view story_file(std::string_view name) {
  for (const demo_files::File& file : demo_files::files) {
    if (file.name.starts_with(folder) && file.name.substr(folder.size()) == name) return file.bytes;
  }
  return {};
}

Result<Story> read_story() {
  auto documents = read_documents();
  if (!documents) return documents.error();
  Story story{std::move(documents).value(), {}};
  try {
    story.visits = read_visits(story.documents);
  } catch (const std::exception& error) {
    return Error{ErrorCode::internal, fmt::format("visits.json: {}", error.what())};
  }
  return story;
}

}  // namespace smallprint
