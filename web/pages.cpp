#include "web/pages.h"

#include <ctemplate/template.h>
#include <ctemplate/template_cache.h>
#include <fmt/format.h>

#include <cstdint>
#include <stdexcept>

#include "smallprint_web/assets.h"
#include "web/text.h"

namespace smallprint {

namespace {

using Values = ctemplate::TemplateDictionary;

std::string_view asset(std::string_view name) {
  for (const assets::File& file : assets::files) {
    if (file.name == name) return file.bytes;
  }
  return {};
}

std::uint64_t fnv(std::string_view bytes, std::uint64_t hash = 14695981039346656037ULL) {
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

// A dictionary inherits what its parents show, so names begin with a letter of their own on every level: S_ story,
// C_ change, T_ topic, F_ fact, R_ row of the timeline, K_ clause, G_ section, L_ link, A_ I_ W_ E_ parts of tables.

/// Sets NAME and shows the section HAS_NAME where there is a value: an empty one is simply not there.
void set(Values& values, const std::string& name, const std::string& text) {
  if (text.empty()) return;
  values.SetValue(name, clean_utf8(text));
  values.ShowSection("HAS_" + name);
}

void set(Values& values, const std::string& name, const PageLink& link) {
  if (link.text.empty()) return;
  values.SetValue(name, clean_utf8(link.text));
  values.SetValue(name + "_HREF", clean_utf8(link.href));
  values.ShowSection("HAS_" + name);
}

void set(Values& values, const std::string& name, const Moment& moment) {
  if (moment.iso.empty()) return;
  values.SetValue(name, clean_utf8(moment.text));
  values.SetValue(name + "_ISO", clean_utf8(moment.iso));
  values.ShowSection("HAS_" + name);
}

/// Each item as one section NAME, and HAS_NAME around them where there are any.
template <class T, class Fill>
void list(Values& values, const std::string& name, const std::vector<T>& items, Fill&& fill) {
  if (items.empty()) {
    values.ShowSection("NO_" + name);
    return;
  }
  values.ShowSection("HAS_" + name);
  for (const T& item : items) fill(*values.AddSectionDictionary(name), item);
}

/// The same, each item written by the template `file` that the section includes as INCLUDED.
template <class T, class Fill>
void list(Values& values, const std::string& name, const std::vector<T>& items, const char* included, const char* file,
          Fill&& fill) {
  list(values, name, items, [&](Values& section, const T& item) {
    Values* part = section.AddIncludeDictionary(included);
    part->SetFilename(file);
    fill(*part, item);
  });
}

void fill_link(Values& values, const PageLink& link) {
  values.SetValue("L_TEXT", clean_utf8(link.text));
  values.SetValue("L_HREF", clean_utf8(link.href));
}

void fill_topic(Values& values, const TopicView& topic) {
  set(values, "T_NAME", topic.name);
  set(values, "T_HREF", topic.href);
  set(values, "T_EFFECT", topic.effect);
}

void fill_change(Values& values, const ChangeView& change) {
  set(values, "C_ANCHOR", change.anchor);
  set(values, "C_HREF", change.href);
  set(values, "C_LABEL", change.label);
  set(values, "C_KIND", change.kind);
  set(values, "C_IMPORTANCE", change.importance);
  set(values, "C_WHY", change.why);
  set(values, "C_REDLINE", change.html);
  list(values, "C_UNSEEN", change.unseen, [](Values& line, const std::string& text) { set(line, "C_LINE", text); });
  set(values, "C_SECTION_NAME", change.section);
  list(values, "C_TOPICS", change.topics, fill_topic);
}

void fill_story(Values& values, const StoryView& story) {
  set(values, "S_SERVICE", story.service);
  set(values, "S_DOCUMENT", story.document);
  set(values, "S_HEADLINE", story.headline);
  set(values, "S_HREF", story.href);
  set(values, "S_IMPORTANCE", story.importance);
  set(values, "S_IMPORTANCE_TEXT", story.importance_text);
  set(values, "S_WHY", story.why);
  set(values, "S_WHEN", story.when);
  set(values, "S_EFFECTIVE", story.effective);
  set(values, "S_MORE", story.more);
  list(values, "S_CHANGES", story.changes, fill_change);
}

void fill_fact(Values& values, const FactView& fact) {
  set(values, "F_QUESTION", fact.question);
  set(values, "F_ANSWER", fact.answer);
  set(values, "F_TONE", fact.tone);
  set(values, "F_DETAIL", fact.detail);
  set(values, "F_QUOTE", fact.quote);
  set(values, "F_SECTION_NAME", fact.section);
  set(values, "F_HREF", fact.href);
  set(values, "F_DOCUMENT", fact.document);
  set(values, "F_SINCE_TEXT", fact.since_text);
  set(values, "F_SINCE", fact.since);
  set(values, "F_VERSION", fact.version);
  set(values, "F_LINK", fact.detail_link);
  list(values, "F_OTHERS", fact.others, [](Values& item, const FactView::Other& other) {
    set(item, "O_DOCUMENT", other.document);
    set(item, "O_ANSWER", other.answer);
    set(item, "O_HREF", other.href);
  });
  list(values, "F_BEFORE", fact.before, [](Values& item, const FactView::Before& before) {
    set(item, "B_ANSWER", before.answer);
    set(item, "B_SINCE", before.since);
    set(item, "B_UNTIL", before.until);
    set(item, "B_PLACE", before.place);
  });
}

void fill_timeline(Values& values, const TimelineView& row) {
  set(values, "R_NUMBER", row.number);
  set(values, "R_HREF", row.href);
  set(values, "R_COMPARE_HREF", row.compare_href);
  set(values, "R_WHEN", row.when);
  set(values, "R_EFFECTIVE", row.effective);
  set(values, "R_SUMMARY", row.summary);
  set(values, "R_IMPORTANCE", row.importance);
  if (row.quiet) values.ShowSection("R_QUIET");
  list(values, "R_TOPICS", row.topics, fill_topic);
}

void fill_clause(Values& values, const ClauseView& clause) {
  set(values, "K_ANCHOR", clause.anchor);
  set(values, "K_LINEAGE", clause.lineage);
  set(values, "K_KIND", clause.kind);
  set(values, "K_MARKER", clause.marker);
  set(values, "K_TEXT", clause.html);
  set(values, "K_NOTE", clause.note);
  set(values, "K_NOTE_HREF", clause.note_href);
  if (clause.note_again) values.ShowSection("K_AGAIN");
  set(values, "K_MARK", clause.mark);
  set(values, "K_MARK_TEXT", clause.mark_text);
  values.SetValue("K_LEVEL", std::to_string(clause.level));
  if (clause.kind == "heading") {
    // The page's own heading is <h1>, so a document's outermost is <h2>.
    values.ShowSection("K_IS_HEADING");
    values.SetValue("K_H", std::to_string(clause.level < 1 ? 2 : clause.level > 5 ? 6 : clause.level + 1));
  } else {
    values.ShowSection("K_IS_TEXT");
  }
  list(values, "K_REMOVED", clause.removed_before, fill_change);
}

void fill_comparison_section(Values& values, const ComparisonPage::Section& section) {
  set(values, "G_NAME", section.name);
  list(values, "G_CHANGES", section.changes, "CHANGE", "change", fill_change);
}

void fill_count(Values& values, const ComparePage::Count& count) {
  set(values, "N_QUESTION", count.question);
  set(values, "N_SENTENCE", count.sentence);
  if (count.open) values.ShowSection("N_OPEN");
  list(values, "N_ANSWERS", count.answers, [](Values& head, const std::string& text) { set(head, "P_HEAD", text); });
  list(values, "N_POINTS", count.points, [](Values& row, const ComparePage::Count::Point& point) {
    set(row, "P_WHEN", point.when);
    set(row, "P_SAID", point.said);
    set(row, "P_SERVICES", point.services);
    set(row, "P_TEXT", point.text);
    if (point.services != "0") row.ShowSection("P_BAR");
    list(row, "P_FIGURES", point.figures, [](Values& cell, const std::string& text) { set(cell, "P_FIGURE", text); });
  });
  list(values, "N_TURNS", count.turns, [](Values& item, const ComparePage::Count::Turn& turn) {
    set(item, "P_WHEN", turn.when);
    set(item, "P_SERVICE", turn.service);
    set(item, "P_TEXT", turn.text);
    set(item, "P_HREF", turn.href);
  });
}

void fill_announcement(Values& values, const UpcomingPage::Item& item) {
  set(values, "I_DATE", item.date);
  set(values, "I_SEEN", item.seen);
  set(values, "I_DOCUMENT", item.document);
  set(values, "I_LABEL", item.label);
  set(values, "I_QUOTE", item.quote);
  set(values, "I_HREF", item.href);
  set(values, "I_LINK", item.link);
  set(values, "I_BROUGHT", item.brought);
}

}  // namespace

struct Pages::Impl {
  ctemplate::TemplateCache cache;
  std::string style_href;
  std::string version;

  Impl() {
    std::uint64_t hash = fnv({});
    for (const assets::File& file : assets::files) {
      hash = fnv(file.bytes, hash);
      if (!file.name.ends_with(".tpl")) continue;
      const std::string name(file.name.substr(10, file.name.size() - 14));  // templates/NAME.tpl
      // The templates are part of the program: one that does not parse is a defect, found by the first test.
      if (!cache.StringToTemplateCache(name, file.bytes.data(), file.bytes.size(), ctemplate::STRIP_WHITESPACE)) {
        throw std::logic_error("template " + name);
      }
    }
    cache.Freeze();
    version = fmt::format("{:x}", hash);
    style_href = fmt::format("/style-{:x}.css", fnv(asset("styles/style.css")));
  }

  [[nodiscard]] std::string expand(const std::string& name, const Values& values) const {
    std::string out;
    if (!cache.ExpandNoLoad(name, ctemplate::STRIP_WHITESPACE, &values, nullptr, &out)) {
      throw std::logic_error("template " + name);
    }
    return out;
  }

  [[nodiscard]] std::string page(const Frame& frame, const std::string& name, const Values& body) const {
    Values values("frame");
    values.SetValue("STYLE_HREF", style_href);
    values.SetValue("PAGE", name);
    set(values, "TITLE", frame.title);
    set(values, "DESCRIPTION", frame.description);
    set(values, "CANONICAL", frame.canonical);
    set(values, "FEED", frame.feed);
    set(values, "SEARCH", frame.search);
    list(values, "PATH", frame.path, fill_link);
    values.SetValue("BODY", expand(name, body));
    return expand("frame", values);
  }
};

Pages::Pages() : impl_(std::make_unique<Impl>()) {}
Pages::~Pages() = default;

const std::string& Pages::style_href() const { return impl_->style_href; }
const std::string& Pages::version() const { return impl_->version; }
std::string_view Pages::style() { return asset("styles/style.css"); }
std::string_view Pages::icon() { return asset("styles/favicon.svg"); }

std::string Pages::html(const Frame& frame, const HomePage& page) const {
  Values values("home");
  set(values, "ARCHIVE_SUMMARY", page.archive_summary);
  set(values, "MORE_HREF", page.more_href);
  list(values, "LEAD", page.lead, "STORY", "story", fill_story);
  list(values, "LATEST", page.latest, "STORY", "story", fill_story);
  list(values, "SERVICES", page.services, fill_link);
  list(values, "TOPICS", page.topics, fill_link);
  if (page.lead.empty() && page.latest.empty()) values.ShowSection(page.services.empty() ? "EMPTY" : "CALM");
  return impl_->page(frame, "home", values);
}

std::string Pages::html(const Frame& frame, const ServicesPage& page) const {
  Values values("services");
  list(values, "LETTERS", page.letters, [](Values& letter_values, const ServicesPage::Letter& letter) {
    set(letter_values, "A_LETTER", letter.letter);
    list(letter_values, "A_ITEMS", letter.items, [](Values& item_values, const ServicesPage::Item& item) {
      set(item_values, "I_SERVICE", item.service);
      set(item_values, "I_DOCUMENTS", item.documents);
    });
  });
  return impl_->page(frame, "services", values);
}

std::string Pages::html(const Frame& frame, const ServicePage& page) const {
  Values values("service");
  set(values, "NAME", page.name);
  list(values, "DOCUMENTS", page.documents, [](Values& item, const DocumentView& document) {
    set(item, "I_DOCUMENT", document.name);
    set(item, "I_SUMMARY", document.summary);
    set(item, "I_LATEST", document.latest);
  });
  list(values, "FACTS", page.facts, "FACT", "fact", fill_fact);
  list(values, "SILENT", page.silent, fill_fact);
  list(values, "UNKNOWN", page.unknown, fill_fact);
  list(values, "STORIES", page.stories, "STORY", "story", fill_story);
  return impl_->page(frame, "service", values);
}

std::string Pages::html(const Frame& frame, const DocumentPage& page) const {
  Values values("document");
  set(values, "NAME", page.name);
  set(values, "SERVICE", page.service);
  set(values, "SUMMARY", page.summary);
  set(values, "HEALTH", page.health);
  set(values, "MOVED", page.moved_to);
  set(values, "NEXT_HREF", page.next_href);
  list(values, "SOURCES", page.sources, fill_link);
  list(values, "FACTS", page.facts, "FACT", "fact", fill_fact);
  list(values, "SILENT", page.silent, fill_fact);
  list(values, "UNKNOWN", page.unknown, fill_fact);
  list(values, "TIMELINE", page.timeline, fill_timeline);
  return impl_->page(frame, "document", values);
}

std::string Pages::html(const Frame& frame, const VersionPage& page) const {
  Values values("version");
  set(values, "NAME", page.name);
  set(values, "SERVICE", page.service);
  set(values, "NUMBER", page.number);
  set(values, "SUMMARY", page.summary);
  set(values, "KIND_NOTE", page.kind_note);
  set(values, "WHEN", page.when);
  set(values, "EFFECTIVE", page.effective);
  set(values, "PREVIOUS_HREF", page.previous_href);
  set(values, "NEXT_HREF", page.next_href);
  list(values, "LINKS", page.links, fill_link);
  list(values, "CONTENTS", page.contents, fill_link);
  list(values, "CLAUSES", page.clauses, fill_clause);
  return impl_->page(frame, "version", values);
}

std::string Pages::html(const Frame& frame, const ClausePage& page) const {
  Values values("clause");
  set(values, "NAME", page.name);
  set(values, "SERVICE", page.service);
  set(values, "SUMMARY", page.summary);
  list(values, "LINKS", page.links, fill_link);
  list(values, "STATES", page.states, [](Values& item, const ClausePage::State& state) {
    set(item, "I_LABEL", state.label);
    set(item, "I_WHEN", state.when);
    set(item, "I_VERSION", state.version);
    set(item, "I_TEXT", state.html);
    set(item, "I_COMPARE_HREF", state.compare_href);
    if (state.quiet) item.ShowSection("I_QUIET");
  });
  return impl_->page(frame, "clause", values);
}

std::string Pages::html(const Frame& frame, const ComparisonPage& page) const {
  Values values("comparison");
  set(values, "NAME", page.name);
  set(values, "SERVICE", page.service);
  set(values, "FROM", page.from);
  set(values, "TO", page.to);
  set(values, "SUMMARY", page.summary);
  set(values, "NOTE", page.note);
  set(values, "FROM_LINK", page.from_link);
  set(values, "TO_LINK", page.to_link);
  set(values, "FROM_WHEN", page.from_when);
  set(values, "TO_WHEN", page.to_when);
  set(values, "EFFECTIVE", page.effective);
  set(values, "COSMETIC_SUMMARY", page.cosmetic_summary);
  list(values, "TOPICS", page.topics, fill_topic);
  list(values, "HIGHLIGHTS", page.highlights, [](Values& item, const ComparisonPage::Highlight& highlight) {
    set(item, "I_WHY", highlight.why);
    set(item, "I_SECTION_NAME", highlight.section);
  });
  list(values, "SECTIONS", page.sections, fill_comparison_section);
  list(values, "COSMETIC", page.cosmetic, fill_comparison_section);
  list(values, "LINKS", page.links, fill_link);
  return impl_->page(frame, "comparison", values);
}

std::string Pages::html(const Frame& frame, const TopicPage& page) const {
  Values values("topic");
  set(values, "NAME", page.name);
  set(values, "DESCRIPTION", page.description);
  set(values, "NEXT_HREF", page.next_href);
  list(values, "STORIES", page.stories, "STORY", "story", fill_story);
  list(values, "TOPICS", page.topics, fill_link);
  return impl_->page(frame, "topic", values);
}

std::string Pages::html(const Frame& frame, const ComparePage& page) const {
  Values values("compare");
  set(values, "ASKED", page.asked);
  set(values, "AT", page.at);
  set(values, "NOTE", page.note);
  list(values, "COUNTS", page.counts, fill_count);
  list(values, "SERVICES", page.services, fill_link);
  list(values, "ROWS", page.rows, [&](Values& row_values, const ComparePage::Row& row) {
    set(row_values, "W_QUESTION", row.question);
    std::size_t column = 0;
    list(row_values, "W_CELLS", row.cells, [&](Values& cell_values, const ComparePage::Cell& cell) {
      set(cell_values, "E_ANSWER", cell.answer);
      set(cell_values, "E_TONE", cell.tone);
      set(cell_values, "E_HREF", cell.href);
      set(cell_values, "E_QUOTE", cell.quote);
      set(cell_values, "E_SINCE", cell.since);
      if (cell.href.empty()) cell_values.ShowSection("E_PLAIN");
      if (column < page.services.size()) set(cell_values, "E_SERVICE", page.services[column].text);
      ++column;
    });
  });
  list(values, "KNOWN", page.known, fill_link);
  return impl_->page(frame, "compare", values);
}

std::string Pages::html(const Frame& frame, const SearchPage& page) const {
  Values values("search");
  set(values, "QUERY", page.query);
  set(values, "AT", page.at);
  set(values, "SUMMARY", page.summary);
  set(values, "NEXT_HREF", page.next_href);
  list(values, "HITS", page.hits, [](Values& item, const SearchPage::Hit& hit) {
    set(item, "I_DOCUMENT", hit.document);
    set(item, "I_TEXT", hit.html);
    set(item, "I_HREF", hit.href);
    set(item, "I_NOTE", hit.note);
  });
  return impl_->page(frame, "search", values);
}

std::string Pages::html(const Frame& frame, const StatusPage& page) const {
  Values values("status");
  set(values, "NEXT_HREF", page.next_href);
  list(values, "FIGURES", page.figures, fill_link);
  list(values, "PROBLEMS", page.problems, [](Values& item, const PageLink& problem) {
    set(item, "P_FILE", problem.text);
    set(item, "P_MESSAGE", problem.href);
  });
  list(values, "ROWS", page.rows, [](Values& item, const StatusPage::Row& row) {
    set(item, "I_DOCUMENT", row.document);
    set(item, "I_OUTCOME", row.outcome);
    set(item, "I_REASON", row.reason);
    set(item, "I_MOVED", row.moved_to);
    set(item, "I_TONE", row.tone);
    set(item, "I_LAST", row.last);
    set(item, "I_NEXT", row.next);
  });
  return impl_->page(frame, "status", values);
}

std::string Pages::html(const Frame& frame, const UpcomingPage& page) const {
  Values values("upcoming");
  set(values, "DAYS", page.days);
  set(values, "NEXT_HREF", page.next_href);
  list(values, "AHEAD", page.ahead, "ITEM", "announcement", fill_announcement);
  list(values, "PAST", page.past, "ITEM", "announcement", fill_announcement);
  return impl_->page(frame, "upcoming", values);
}

std::string Pages::html(const Frame& frame, const AboutPage& page) const {
  Values values("about");
  list(values, "FEEDS", page.feeds, fill_link);
  return impl_->page(frame, "about", values);
}

std::string Pages::html(const Frame& frame, const ErrorPage& page) const {
  Values values("error");
  set(values, "STATUS", page.status);
  set(values, "TITLE", page.title);
  set(values, "DETAIL", page.detail);
  set(values, "REQUEST_ID", page.request_id);
  return impl_->page(frame, "error", values);
}

}  // namespace smallprint
