// From rows of the archive to what pages and feeds show: plain words, finished addresses, redlines. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/call.h"
#include "storage/archive.h"
#include "web/redline.h"
#include "web/views.h"

namespace smallprint {

Moment moment(Timestamp time);
Moment moment(const std::optional<Timestamp>& time);
Moment moment(const std::optional<Date>& date);

/// "1 change", "12,345 changes"
std::string counted(std::uint64_t number, std::string_view noun);
/// "Privacy Policy", "Privacy Policy (EU)": what a document is called beside its service.
std::string document_name(std::string_view terms_type, const DocumentId& id);
/// "2. How We Use Your Data › 2.1 Services". The document's own title says nothing where more follows: it is left out.
std::string section_name(const std::vector<std::string>& section, std::string_view title);
/// "Added", "Reworded", …
std::string_view kind_label(const Change& change);

/// Is it told beside a version or a comparison? What is only mentioned is not.
bool is_told(const TopicEffect& effect);
TopicView topic_view(const RuleSet& rules, const TopicEffect& effect);
/// The change as it is read in version `version`. Computes the words where there are none.
ChangeView change_view(const RuleSet& rules, const DocumentId& document, std::uint32_t version, const Change& change,
                       std::string_view title, const RedlineOptions& options = {});
/// A version as news, with its changes as telling_changes() gives them.
StoryView story_view(const RuleSet& rules, const VersionRow& row, std::vector<ChangeRow> changes);
TimelineView timeline_view(const RuleSet& rules, const VersionRow& row);

/// At most so many bytes, cut after a word and with " …" where it is longer.
std::string shortened(std::string_view text, std::size_t most);
/// Said of a text in a language without rules.
std::string not_read(std::string_view language);

/// Does it say anything new on the training of AI: a practice or a promise? Readers ask for that first.
bool is_on_training(const Change& change);

/// Headline of a version: who does what.
std::string headline(const RuleSet& rules, const VersionRow& row, const std::vector<ChangeRow>& changes);
/// "It also introduces an arbitration clause, and extends advertising.": what else weighs, or empty.
std::string also(const RuleSet& rules, const std::vector<ChangeRow>& changes);
/// Where it is told what changed in a version; the first has nothing before it.
std::string comparison_path(const DocumentId& document, std::uint32_t number);
std::string comparison_path(const VersionRow& row);

/// The changes of a version that a story or feed entry shows: substantive, matching `filter`, the most important first.
Result<std::vector<ChangeRow>> telling_changes(const Archive& archive, const ChangeFilter& filter,
                                               const VersionRow& row, std::size_t limit);
/// Within a day the most important first; the days stay in their order.
void most_important_first(std::vector<VersionRow>& rows);
/// What a reader of news wants: substantive changes, repeats left out. Only what the filter leaves open is set.
ChangeFilter news(ChangeFilter filter);

}  // namespace smallprint
