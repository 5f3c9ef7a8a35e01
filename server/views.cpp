#include "server/views.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "diff/compare.h"
#include "diff/telling.h"
#include "server/json.h"

namespace smallprint {

namespace {

constexpr std::size_t longest_heading = 120;  // bytes

std::string_view css_kind(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added: return "added";
    case ChangeKind::removed: return "removed";
    case ChangeKind::moved: return "moved";
    default: return "edited";
  }
}

std::string_view effect_in_words(Effect effect) {
  switch (effect) {
    case Effect::introduced: return "new here";
    case Effect::extended: return "extended";
    case Effect::changed: return "changed";
    case Effect::narrowed: return "narrowed";
    case Effect::withdrawn: return "withdrawn";
    case Effect::mentioned: return "";
  }
  return "";
}

/// "rewords “2.1 Services” in its Privacy Policy"
std::string plain_deed(const VersionRow& row, const Change& change) {
  std::string_view verb = "rewords";
  switch (change.kind) {
    case ChangeKind::added: verb = "adds to"; break;
    case ChangeKind::removed: verb = "removes text from"; break;
    case ChangeKind::moved: verb = "rearranges"; break;
    default: break;
  }
  const std::string name = document_name(row.terms_type, row.document);
  if (change.section.empty() || change.section.back() == row.title) return fmt::format("{} its {}", verb, name);
  return fmt::format("{} “{}” in its {}", verb, shortened(change.section.back(), 80), name);
}

bool only_headings(const Change& change) {
  const auto heading = [](const Clause& clause) { return clause.kind == ClauseKind::heading; };
  return std::all_of(change.before.begin(), change.before.end(), heading) &&
         std::all_of(change.after.begin(), change.after.end(), heading);
}

/// " on personal data and your content"; empty where nothing is named.
std::string named_data(const std::vector<std::string>& data) {
  constexpr std::size_t most = 3;
  const std::size_t count = std::min(data.size(), most);
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out += (i == 0 ? " on " : i + 1 == count ? " and " : ", ") + data[i];
  }
  return out;
}

std::string named_condition(const std::optional<TellingSentence>& sentence) {
  if (!sentence) return {};
  return sentence->with_consent ? ", if you agree" : sentence->with_objection ? ", unless you opt out" : "";
}

const TopicEffect* effect_on(const Change& change, std::string_view topic) {
  const auto found = std::find_if(change.topics.begin(), change.topics.end(),
                                  [&](const TopicEffect& one) { return one.topic == topic; });
  return found == change.topics.end() ? nullptr : &*found;
}

/// What the events that readers ask for first are called; other topics are told in the rules' own words. Nothing is
/// claimed that the sentence does not name.
/// `named`: what other changes name that do the same.
std::string deed_on_training(const RuleSet& rules, const Change& change, std::vector<std::string> named = {}) {
  if (!is_on_training(change)) return {};
  const TopicEffect& effect = *effect_on(change, "ai-training");
  const auto sentence = telling_sentence(rules, change, "ai-training");
  if (sentence) merge_data(rules, named, sentence->data);
  const std::string data = named_data(named);
  const std::string training = "train AI" + data;
  if (effect.reason == "reversal") {
    return "takes back its promise not to " + training + ", and now says it may" + named_condition(sentence);
  }
  switch (effect.effect) {
    case Effect::introduced: return "now says it may " + training + named_condition(sentence);
    case Effect::extended: return "extends what it may do to " + training;
    case Effect::changed: return "changes what it says on the training of AI" + data;
    case Effect::narrowed: return "limits what it may do to " + training;
    case Effect::withdrawn:
      return "no longer says that it may " + training + (effect.reason.empty() ? "" : ", and promises not to");
    case Effect::mentioned: return "promises not to " + training;
  }
  return {};
}

/// Who does what, of the most telling change: "now says it may train AI on your content".
std::string deed(const RuleSet& rules, const Change& change) {
  const std::string training = deed_on_training(rules, change);
  return training.empty() ? change.importance_reason : training;
}

/// Of a long text the sentence that tells, with what was removed within it; otherwise the change as it is.
Change focused(const RuleSet& rules, const Change& change) {
  constexpr std::size_t long_text = 600;  // bytes
  if (std::max(before_text(change).size(), after_text(change).size()) < long_text) return change;
  std::optional<TellingSentence> sentence;
  for (const TopicEffect& topic : change.topics) {
    const bool first = topic.topic == "ai-training" || !sentence;
    if (topic.effect == Effect::mentioned && topic.reason.empty()) continue;
    if (auto found = first ? telling_sentence(rules, change, topic.topic) : std::nullopt) sentence = std::move(found);
  }
  if (!sentence) return change;
  Change out = change;
  out.words = words_within(change.words, sentence->begin, sentence->end, sentence->before);
  return out;
}

/// Does it do more than mention a topic, in other words than a count of its own? Then its reason is news.
bool says_something(const Change& change) {
  if (is_on_training(change)) return true;
  const bool counts = change.importance_reason.find_first_of("0123456789") != std::string::npos;
  return !counts && std::any_of(change.topics.begin(), change.topics.end(),
                                [](const TopicEffect& topic) { return topic.effect != Effect::mentioned; });
}

/// A heading or a few words: right, but no excerpt that tells anything.
bool thin(const Change& change) {
  constexpr std::size_t few_bytes = 60;
  const auto bytes = [](const std::vector<Clause>& clauses) {
    std::size_t sum = 0;
    for (const Clause& clause : clauses) sum += clause.text.size();
    return sum;
  };
  return only_headings(change) || std::max(bytes(change.before), bytes(change.after)) < few_bytes;
}

/// Of the topic that is asked for, or of any.
int strongest_effect(const Change& change, std::string_view topic) {
  int found = -1;
  for (const TopicEffect& effect : change.topics) {
    if (topic.empty() || effect.topic == topic) found = std::max(found, static_cast<int>(effect.effect));
  }
  return found;
}

void sort_by_telling(std::vector<ChangeRow>& changes, std::string_view topic) {
  std::stable_sort(changes.begin(), changes.end(), [&](const ChangeRow& a, const ChangeRow& b) {
    const auto key = [&](const ChangeRow& row) {
      return std::tuple(!topic.empty() ? 0 : -static_cast<int>(row.change.importance),
                        topic.empty() && !is_on_training(row.change), -strongest_effect(row.change, topic),
                        thin(row.change), row.ordinal);
    };
    return key(a) < key(b);
  });
}

std::string sentence(std::string text) {
  if (text.empty()) return text;
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text + ".";
}

}  // namespace

bool is_on_training(const Change& change) {
  const TopicEffect* effect = effect_on(change, "ai-training");
  return effect != nullptr && (effect->effect != Effect::mentioned || !effect->reason.empty());
}

Moment moment(Timestamp time) { return {format_rfc3339(time), format_date_for_people(date_of(time))}; }
Moment moment(const std::optional<Timestamp>& time) { return time ? moment(*time) : Moment{}; }
Moment moment(const std::optional<Date>& date) {
  return date ? Moment{format_date(*date), format_date_for_people(*date)} : Moment{};
}

std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  std::size_t end = text.rfind(' ', most - 3);
  if (end == std::string_view::npos || end == 0) {
    end = most - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  }
  return std::string(text.substr(0, end)) + " …";
}

std::string not_read(std::string_view language) {
  return fmt::format(
      "What it means is not told: its language ({}) is not among those that smallprint reads, so its subjects and "
      "answers are not known.",
      language);
}

std::string counted(std::uint64_t number, std::string_view noun) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::string document_name(std::string_view terms_type, const DocumentId& id) {
  const std::size_t at = id.find('@');
  std::string name(terms_type);
  if (at == std::string::npos) return name;
  std::string region = id.substr(at + 1);
  if (region.size() <= 3) {
    for (char& c : region) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name + " (" + region + ")";
}

std::string section_name(const std::vector<std::string>& section, std::string_view title) {
  std::string out;
  for (const std::string& heading : section) {
    if (&heading == &section.front() && section.size() > 1 && heading == title) continue;
    out += (out.empty() ? "" : " › ") + shortened(heading, longest_heading);
  }
  return out;
}

std::string_view kind_label(const Change& change) {
  const bool renumbered = change.reasons.has(CosmeticReason::numbering) && change.after.size() > 1;
  switch (change.kind) {
    case ChangeKind::added: return "Added";
    case ChangeKind::removed: return "Removed";
    case ChangeKind::edited:
      if (renumbered) return "Numbered anew";
      return change.cosmetic && before_text(change) == after_text(change) ? "The same words" : "Reworded";
    case ChangeKind::moved: return "Moved";
    case ChangeKind::moved_and_edited: return renumbered ? "Moved and numbered anew" : "Moved and reworded";
    case ChangeKind::split: return "Split in parts";
    case ChangeKind::merged: return "Joined into one";
  }
  return "Changed";
}

bool is_told(const TopicEffect& effect) { return effect.effect != Effect::mentioned || effect.topic == unknown_value; }

TopicView topic_view(const RuleSet& rules, const TopicEffect& effect) {
  if (effect.topic == unknown_value) return {"Topics unknown", "/about#languages", "not read in this language"};
  TopicView view{effect.topic, "/topics/" + effect.topic, std::string(effect_in_words(effect.effect))};
  for (const Topic& topic : rules.topics()) {
    if (topic.id == effect.topic) view.name = topic.name;
  }
  if (effect.reason == "reversal") view.effect += ", a promise taken back";
  if (effect.reason == "promise not to") view.effect += view.effect.empty() ? "a promise not to" : ", a promise not to";
  return view;
}

ChangeView change_view(const RuleSet& rules, const DocumentId& document, std::uint32_t version, const Change& change,
                       std::string_view title, const RedlineOptions& options) {
  ChangeView view;
  view.href = "/" + change_path(document, version, change);
  view.label = kind_label(change);
  view.kind = css_kind(change.kind);
  view.importance = name(change.importance);
  if (change.cosmetic || says_something(change)) {
    view.why = sentence(change.cosmetic ? change.importance_reason : deed(rules, change));
  }
  view.section = section_name(change.section, title);
  view.unseen = unseen_changes(change);
  for (const TopicEffect& effect : change.topics) view.topics.push_back(topic_view(rules, effect));
  Change shown = change;
  if (shown.words.empty()) {
    if (change.kind == ChangeKind::added) {
      shown.words = {{WordOp::added, after_text(change)}};
    } else if (change.kind == ChangeKind::removed) {
      shown.words = {{WordOp::removed, before_text(change)}};
    } else {
      shown.words = compare_words(before_text(change), after_text(change));
    }
  }
  view.html = redline_html(options.most > 0 ? focused(rules, shown) : shown, options);
  return view;
}

std::string comparison_path(const DocumentId& document, std::uint32_t number) {
  if (number <= 1) return "/" + document + "/" + std::to_string(number);
  return fmt::format("/{}/{}..{}", document, number - 1, number);
}

std::string comparison_path(const VersionRow& row) { return comparison_path(row.document, row.number); }

std::string headline(const RuleSet& rules, const VersionRow& row, const std::vector<ChangeRow>& changes) {
  if (changes.empty()) {
    return fmt::format("{}: {}, version {}", row.service_name, document_name(row.terms_type, row.document), row.number);
  }
  const Change& first = changes.front().change;
  if (!says_something(first) || first.importance_reason.empty() || first.importance < Importance::medium) {
    return row.service_name + " " + plain_deed(row, first);
  }
  if (!is_on_training(first)) return row.service_name + " " + deed(rules, first);
  const TopicEffect& effect = *effect_on(first, "ai-training");
  std::vector<std::string> named;
  for (std::size_t i = 1; i < changes.size(); ++i) {
    const TopicEffect* other = effect_on(changes[i].change, "ai-training");
    if (other == nullptr || other->effect != effect.effect || other->reason != effect.reason) continue;
    if (const auto sentence = telling_sentence(rules, changes[i].change, "ai-training")) {
      merge_data(rules, named, sentence->data);
    }
  }
  return row.service_name + " " + deed_on_training(rules, first, std::move(named));
}

std::string also(const RuleSet& rules, const std::vector<ChangeRow>& changes) {
  constexpr std::size_t most = 3;
  std::vector<std::string> told, deeds;  // each subject once, by the change that tells most of it
  const auto subject_of = [&](const Change& change) {
    if (is_on_training(change)) return std::string("training");
    const std::string& reason = change.importance_reason;  // it ends in the subject: "an arbitration clause"
    const std::size_t space = reason.rfind(' ');
    return reason.substr(space == std::string::npos || space == 0 ? 0 : reason.rfind(' ', space - 1) + 1);
  };
  for (const ChangeRow& row : changes) {
    if (!says_something(row.change) || row.change.importance < Importance::medium) continue;
    std::string subject = subject_of(row.change);
    if (std::find(told.begin(), told.end(), subject) != told.end()) continue;
    told.push_back(std::move(subject));
    if (told.size() > 1 && deeds.size() < most) deeds.push_back(deed(rules, row.change));
  }
  std::string out;
  for (std::size_t i = 0; i < deeds.size(); ++i) {
    out += (i == 0 ? "It also " : i + 1 == deeds.size() ? ", and " : ", ") + deeds[i];
  }
  return out.empty() ? out : out + ".";
}

StoryView story_view(const RuleSet& rules, const VersionRow& row, std::vector<ChangeRow> changes) {
  StoryView view;
  view.service = {row.service_name, "/" + row.document.substr(0, row.document.find('/'))};
  view.document = {document_name(row.terms_type, row.document), "/" + row.document};
  view.headline = headline(rules, row, changes);
  view.why = also(rules, changes);
  view.href = comparison_path(row);
  view.importance = name(row.importance);
  if (row.importance == Importance::high) view.importance_text = "High importance";
  view.when = moment(row.observed_at);
  view.effective = moment(row.effective_date);
  if (!changes.empty()) {
    // A heading says the same as its section, and shows less.
    const auto telling = std::find_if(changes.begin(), changes.end(), [&](const ChangeRow& one) {
      const Change& first = changes.front().change;
      return !thin(one.change) && one.change.importance == first.importance &&
             is_on_training(one.change) == is_on_training(first) &&
             one.change.importance_reason == first.importance_reason;
    });
    const ChangeRow& shown = telling == changes.end() ? changes.front() : *telling;
    view.changes.push_back(
        change_view(rules, shown.document, shown.version, shown.change, row.title, {.context = 160, .most = 700}));
  }
  const std::uint32_t meaning = row.changes - std::min(row.changes, row.cosmetic_changes);
  view.more = meaning > 1 ? "All " + counted(meaning, "change") : "Read the comparison";
  return view;
}

TimelineView timeline_view(const RuleSet& rules, const VersionRow& row) {
  TimelineView view;
  view.number = std::to_string(row.number);
  view.href = "/" + row.document + "/" + view.number;
  if (row.number > 1) view.compare_href = comparison_path(row);
  view.when = moment(row.observed_at);
  view.effective = moment(row.effective_date);
  view.importance = name(row.importance);
  const std::uint32_t meaning = row.changes - std::min(row.changes, row.cosmetic_changes);
  switch (row.kind) {
    case VersionKind::first: view.summary = "The first copy that we have."; break;
    case VersionKind::substantive:
      view.summary = counted(meaning, "change") + (row.cosmetic_changes > 0 ? " in meaning." : ".");
      break;
    case VersionKind::cosmetic:
      view.summary = "Nothing changed in meaning.";
      view.quiet = true;
      break;
    case VersionKind::restored:
      view.summary = fmt::format("The same text as version {} again.", row.restored_from);
      view.quiet = true;
      break;
    case VersionKind::reextracted:
      view.summary = "Read anew from the same page.";
      view.quiet = true;
      break;
    case VersionKind::flapping:
      view.summary = "The page swings between texts.";
      view.quiet = true;
      break;
  }
  if (!view.quiet) {
    for (const TopicEffect& effect : row.topics) {
      if (is_told(effect)) view.topics.push_back(topic_view(rules, effect));
    }
  }
  return view;
}

void most_important_first(std::vector<VersionRow>& rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const VersionRow& a, const VersionRow& b) {
    const auto key = [](const VersionRow& row) {
      return std::tuple(std::chrono::floor<std::chrono::days>(row.observed_at), row.importance);
    };
    return key(a) > key(b);
  });
}

ChangeFilter news(ChangeFilter filter) {
  if (!filter.cosmetic) filter.cosmetic = false;
  return filter;
}

Result<std::vector<ChangeRow>> telling_changes(const Archive& archive, const ChangeFilter& filter,
                                               const VersionRow& row, std::size_t limit) {
  ChangeFilter of_version = filter;
  of_version.document = row.document;
  of_version.version = row.number;
  of_version.repeats = true;
  of_version.since.reset();
  of_version.until.reset();
  // The version's most important changes are what it is told by; a rewrite may have hundreds of small ones. Where a
  // filter asks for something, the most important changes may be others.
  const bool asked = !filter.topic.empty() || filter.effect || filter.kind || !filter.query.empty();
  if (!asked && !of_version.at_least && row.importance != Importance::none) of_version.at_least = row.importance;
  auto page = archive.changes(of_version, {.limit = std::max<std::size_t>(limit, 20), .cursor = {}});
  if (!page) return page.error();
  sort_by_telling(page->items, filter.topic);
  if (page->items.size() > limit)
    page->items.erase(page->items.begin() + static_cast<std::ptrdiff_t>(limit), page->items.end());
  return std::move(page->items);
}

}  // namespace smallprint
