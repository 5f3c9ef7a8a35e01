#include "fetcher/extract/markdown.h"

#include <md4c.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fetcher/extract/headings.h"
#include "fetcher/extract/html_text.h"
#include "fetcher/extract/markdown_guard.h"
#include "fetcher/extract/text.h"
#include "model/spans.h"

namespace smallprint {
namespace {

constexpr std::size_t max_level = 12;        ///< of lists and quotes; what is deeper counts as this
constexpr std::size_t max_target = 4096;     ///< bytes of a link's address
constexpr std::size_t max_code_indent = 64;  ///< spaces kept at the start of a line of code

class Reader {
 public:
  /// Appends the clauses of blocks to a document; headings are not linked. `real_heading`: the level of the last
  /// heading that is marked as one, 0 for none; brought up to date.
  Reader(Document& document, std::uint8_t& real_heading) : document_(document), real_heading_(real_heading) {}

  void read(std::string_view bytes) {
    source_ = bytes;
    targets_left_ = bytes.size() * 4 + 65536;
    MD_PARSER parser{};
    parser.flags = MD_FLAG_TABLES | MD_FLAG_NOHTML | MD_FLAG_NOINDENTEDCODEBLOCKS;
    parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* self) {
      return static_cast<Reader*>(self)->enter_block(type, detail);
    };
    parser.leave_block = [](MD_BLOCKTYPE type, void*, void* self) {
      return static_cast<Reader*>(self)->leave_block(type);
    };
    parser.enter_span = [](MD_SPANTYPE type, void* detail, void* self) {
      return static_cast<Reader*>(self)->enter_span(type, detail);
    };
    parser.leave_span = [](MD_SPANTYPE type, void*, void* self) {
      return static_cast<Reader*>(self)->leave_span(type);
    };
    parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* self) {
      return static_cast<Reader*>(self)->text(type, {text, size});
    };
    md_parse(bytes.data(), static_cast<MD_SIZE>(bytes.size()), &parser, this);
  }

 private:
  struct List {
    bool ordered = false;
    char delimiter = '.';
    std::uint64_t next = 1;
    std::vector<ItemHeading> headings;
  };
  struct Item {
    bool pending = true;   ///< its marker is not printed yet
    bool counted = false;  ///< it counts as a level of what is inside
    std::uint64_t number = 0;
    std::size_t clause = 0;  ///< of its own, where counted
  };
  enum class Container : std::uint8_t { quote, item };

  int enter_block(MD_BLOCKTYPE type, void* detail) {
    if (type != MD_BLOCK_TD && type != MD_BLOCK_TH) flush();
    switch (type) {
      case MD_BLOCK_QUOTE:
        containers_.push_back(Container::quote);
        ++quotes_;
        break;
      case MD_BLOCK_UL: lists_.emplace_back(); break;
      case MD_BLOCK_OL: {
        const auto* ordered = static_cast<MD_BLOCK_OL_DETAIL*>(detail);
        lists_.push_back({true, ordered->mark_delimiter, ordered->start, {}});
        break;
      }
      case MD_BLOCK_LI:
        containers_.push_back(Container::item);
        items_.push_back({true, false, lists_.back().next++, 0});
        break;
      case MD_BLOCK_H: heading_ = static_cast<std::uint8_t>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level); break;
      case MD_BLOCK_CODE: code_ = true; break;
      case MD_BLOCK_THEAD: header_ = true; break;
      case MD_BLOCK_TR:
        row_ = true;
        first_cell_ = true;
        break;
      case MD_BLOCK_TH:
      case MD_BLOCK_TD:
        end_cell();
        if (!first_cell_) text_.push_back('\t');
        first_cell_ = false;
        break;
      default: break;
    }
    return 0;
  }

  int leave_block(MD_BLOCKTYPE type) {
    if (type != MD_BLOCK_TD && type != MD_BLOCK_TH) flush();
    switch (type) {
      case MD_BLOCK_QUOTE:
        containers_.pop_back();
        --quotes_;
        break;
      case MD_BLOCK_UL:
      case MD_BLOCK_OL:
        if (lists_.back().ordered) number_headings(document_, lists_.back().headings);
        lists_.pop_back();
        break;
      case MD_BLOCK_LI:
        containers_.pop_back();
        depth_ -= items_.back().counted ? 1 : 0;
        items_.pop_back();
        break;
      case MD_BLOCK_THEAD: header_ = false; break;
      default: break;
    }
    return 0;
  }

  int enter_span(MD_SPANTYPE type, void* detail) {
    if (type == MD_SPAN_IMG) ++images_;
    if (images_ > 0) return 0;
    Span span;
    span.begin = static_cast<std::uint32_t>(text_.size());
    switch (type) {
      case MD_SPAN_STRONG: span.kind = SpanKind::strong; break;
      case MD_SPAN_EM: span.kind = SpanKind::emphasis; break;
      case MD_SPAN_CODE: span.kind = SpanKind::code; break;
      case MD_SPAN_A:
        span.kind = SpanKind::link;
        span.target = attribute(static_cast<MD_SPAN_A_DETAIL*>(detail)->href);
        break;
      default: return 0;
    }
    open_spans_.push_back(std::move(span));
    return 0;
  }

  int leave_span(MD_SPANTYPE type) {
    if (type == MD_SPAN_IMG) {
      --images_;
      return 0;
    }
    if (images_ > 0 || open_spans_.empty()) return 0;
    Span span = std::move(open_spans_.back());
    open_spans_.pop_back();
    span.end = static_cast<std::uint32_t>(text_.size());
    if (span.end > span.begin) spans_.push_back(std::move(span));
    return 0;
  }

  int text(MD_TEXTTYPE type, std::string_view piece) {
    if (images_ > 0) return 0;
    switch (type) {
      case MD_TEXT_NORMAL:
        if (code_) {
          text_.append(piece);
        } else {
          add_text_with_stars(piece);
        }
        break;
      case MD_TEXT_CODE:
        if (code_) {
          text_.append(piece);
        } else {
          append_folded(piece, text_);
        }
        break;
      case MD_TEXT_BR:
      case MD_TEXT_SOFTBR: append_folded(" ", text_); break;
      case MD_TEXT_ENTITY: append_folded(entities_.decode(piece), text_); break;
      default: break;
    }
    return 0;
  }

  /// Was the first character of a piece of the source escaped?
  [[nodiscard]] bool after_backslash(std::string_view piece) const {
    const auto at = static_cast<std::size_t>(piece.data() - source_.data());
    return at > 0 && at < source_.size() && source_[at - 1] == '\\';
  }

  void append(std::string_view piece) {
    if (piece.find('<') == std::string_view::npos) {
      append_folded(piece, text_);
      return;
    }
    // A "<" that was escaped is text; any other may begin a tag.
    const bool escaped = piece.front() == '<' && after_backslash(piece);
    append_without_tags(piece, escaped, text_);
  }

  /// Text with the "**" in it that md4c could not pair remembered: see restore_strong().
  void add_text_with_stars(std::string_view piece) {
    const bool escaped = piece.front() == '*' && after_backslash(piece);
    for (std::size_t at = piece.find("**", escaped ? 1 : 0); at != std::string_view::npos; at = piece.find("**")) {
      append(piece.substr(0, at));
      stars_.push_back(static_cast<std::uint32_t>(text_.size()));
      text_.append("**");
      piece.remove_prefix(at + 2);
    }
    if (!piece.empty()) append(piece);
  }

  /// Writers of HTML as Markdown put "**" around bold text also where CommonMark's flanking rules then see no emphasis
  /// ("**Term.**The", common in Chinese and Japanese). Text proper has its stars escaped, so a pair is strong.
  void restore_strong() {
    const auto blank = [&](std::size_t at) { return at >= text_.size() || text_[at] == ' ' || text_[at] == '\t'; };
    const auto star = [&](std::size_t at) { return at < text_.size() && text_[at] == '*'; };
    std::erase_if(stars_, [&](std::uint32_t at) {
      const bool longer = star(at + 2) || (at > 0 && star(at - 1));
      return longer || ((at == 0 || blank(at - 1)) && blank(at + 2));
    });
    if (stars_.empty() || stars_.size() % 2 != 0) return;
    const auto moved = [&](std::uint32_t place) {
      const auto before = std::lower_bound(stars_.begin(), stars_.end(), place) - stars_.begin();
      return place - 2 * static_cast<std::uint32_t>(before);
    };
    for (Span& span : spans_) {
      span.begin = moved(span.begin);
      span.end = moved(span.end);
    }
    std::string kept;
    std::size_t copied = 0;
    for (std::size_t i = 0; i < stars_.size(); ++i) {
      kept.append(text_, copied, stars_[i] - copied);
      copied = stars_[i] + 2;
      if (i % 2 == 1) spans_.push_back({moved(stars_[i - 1]), moved(stars_[i]), SpanKind::strong, {}});
    }
    text_ = kept.append(text_, copied);
  }

  std::string attribute(const MD_ATTRIBUTE& value) {
    std::string out;
    if (value.size == 0 || value.size > max_target || value.size > targets_left_) return out;
    targets_left_ -= value.size;
    if (value.substr_offsets[1] == value.size && value.substr_types[0] == MD_TEXT_NORMAL) {
      out.assign(value.text, value.size);
      return out;
    }
    for (std::size_t i = 0; value.substr_offsets[i] < value.size; ++i) {
      const std::string_view piece(value.text + value.substr_offsets[i],
                                   value.substr_offsets[i + 1] - value.substr_offsets[i]);
      out.append(value.substr_types[i] == MD_TEXT_ENTITY ? entities_.decode(piece) : piece);
    }
    return out;
  }

  void end_cell() {
    if (!text_.empty() && text_.back() == ' ') text_.pop_back();
  }

  Clause& emit(ClauseKind kind, std::size_t level) {
    Clause& clause = document_.clauses.emplace_back();
    clause.kind = kind;
    clause.level = static_cast<std::uint8_t>(std::min(level, max_level));
    clause.text = text_;
    clause.spans = std::move(spans_);
    spans_.clear();
    return clause;
  }

  /// Ends the text that has been collected as the clause that it is.
  void flush() {
    open_spans_.clear();
    const std::uint8_t heading = std::exchange(heading_, std::uint8_t{0});
    const bool code = std::exchange(code_, false);
    const bool row = std::exchange(row_, false);
    if (code) {
      clean_code();
      if (!text_.empty()) emit(ClauseKind::code, depth_);
    } else {
      if (!stars_.empty()) restore_strong();
      while (!text_.empty() && (text_.back() == ' ' || text_.back() == '\t')) text_.pop_back();
      if (!text_.empty()) {
        normalize_spans(text_, spans_);
        if (heading != 0) {
          real_heading_ = heading;
          add_heading(heading);
        } else if (row) {
          Clause& clause = emit(ClauseKind::table_row, depth_);
          if (header_) clause.marker = "header";
        } else {
          add_text();
        }
      }
    }
    text_.clear();
    spans_.clear();
    stars_.clear();
  }

  void add_heading(std::uint8_t level) {
    if (!items_.empty() && !containers_.empty() && containers_.back() == Container::item && items_.back().pending) {
      lists_.back().headings.push_back({document_.clauses.size(), marker(lists_.back(), items_.back().number)});
    }
    Clause& clause = emit(ClauseKind::heading, level);
    drop_whole_strong(clause.text, clause.spans);
    end_lists();
  }

  /// What follows a heading continues no list that is around it.
  void end_lists() {
    for (Item& item : items_) {
      item.pending = false;
      item.counted = false;
    }
    depth_ = 0;
  }

  [[nodiscard]] std::uint8_t bold_level() const {
    return real_heading_ == 0 ? 2 : static_cast<std::uint8_t>(std::min(6, real_heading_ + 1));
  }

  void add_text() {
    if (!containers_.empty() && containers_.back() == Container::quote) {
      emit(ClauseKind::quote, quotes_);
      return;
    }
    if (!items_.empty() && items_.back().pending) {
      add_item();
      return;
    }
    if (!items_.empty() && items_.back().counted && items_.back().clause + 1 == document_.clauses.size()) {
      Clause& own = document_.clauses.back();
      if (is_bold_title(own.text, own.spans)) {  // "1. **Title**", then a paragraph: the item is a section
        lists_.back().headings.push_back({items_.back().clause, own.marker});
        own.kind = ClauseKind::heading;
        own.level = bold_level();
        own.marker.clear();
        drop_whole_strong(own.text, own.spans);
        end_lists();
      }
    }
    if (depth_ == 0 && is_bold_title(text_, spans_)) {
      add_heading(bold_level());
      return;
    }
    emit(ClauseKind::paragraph, depth_);
  }

  void add_item() {
    Item& item = items_.back();
    const List& list = lists_.back();
    item.pending = false;
    item.counted = true;
    item.clause = document_.clauses.size();
    Clause& clause = emit(ClauseKind::list_item, ++depth_);
    if (list.ordered) {
      clause.marker = marker(list, item.number);
      return;
    }
    const std::size_t length = enumerator_length(clause.text);
    if (length == 0) {
      clause.marker = "-";
      return;
    }
    clause.marker.assign(clause.text, 0, length);
    clause.text.erase(0, length + 1);
    const auto shift = static_cast<std::uint32_t>(length + 1);
    for (Span& span : clause.spans) {
      span.begin -= std::min(span.begin, shift);
      span.end -= std::min(span.end, shift);
    }
    normalize_spans(clause.text, clause.spans);
  }

  static std::string marker(const List& list, std::uint64_t number) { return std::to_string(number) + list.delimiter; }

  /// Code keeps its lines and their indentation; nothing else that cannot be seen.
  void clean_code() {
    std::string out;
    for (std::size_t begin = 0; begin < text_.size();) {
      const std::size_t end = std::min(text_.find('\n', begin), text_.size());
      const auto unseen = [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; };
      std::size_t spaces = 0, at = begin;
      for (; at < end && (text_[at] == ' ' || unseen(text_[at])); ++at) {
        spaces += text_[at] == '\t' ? 4 : text_[at] == ' ' ? 1 : 0;
      }
      const std::size_t line = out.size();
      out.append(std::min(spaces, max_code_indent), ' ');
      for (; at < end; ++at) {
        if (text_[at] == '\t') out.append("    ");
        if (!unseen(text_[at])) out.push_back(text_[at]);
      }
      while (!out.empty() && out.back() == ' ') out.pop_back();
      bound_line(out, line);
      if (!out.empty()) out.push_back('\n');
      begin = end + 1;
    }
    while (!out.empty() && out.back() == '\n') out.pop_back();
    text_ = std::move(out);
  }

  Document& document_;
  std::uint8_t& real_heading_;
  std::string_view source_;
  std::string text_;
  std::vector<Span> spans_, open_spans_;
  std::vector<std::uint32_t> stars_;  ///< where in text_ a "**" stands that paired with none
  std::vector<List> lists_;
  std::vector<Item> items_;
  std::vector<Container> containers_;
  EntityDecoder entities_;
  std::size_t depth_ = 0;  ///< items that count
  std::size_t quotes_ = 0;
  std::size_t targets_left_ = 0;  ///< bytes; reference links could multiply one address
  int images_ = 0;
  std::uint8_t heading_ = 0;
  bool code_ = false;
  bool row_ = false;
  bool header_ = false;
  bool first_cell_ = false;
};

/// Can the text be cut without a look at the whole? Not where a definition or a fence may reach further.
bool can_be_cut(std::string_view text) {
  for (const std::string_view sign : {"]:", "```", "~~~"}) {
    if (text.find(sign) != std::string_view::npos) return false;
  }
  return true;
}

/// The end of the block or blocks that begin at `begin`: where, after a blank line, a line at the left margin begins
/// with a letter or a hash sign. It continues no list, quote or paragraph. Only one such line in four, chosen by what
/// it says, so that segments are worth the while and an insertion moves only the cut next to it.
std::size_t segment_end(std::string_view text, std::size_t begin) {
  for (std::size_t at = text.find("\n\n", begin); at != std::string_view::npos; at = text.find("\n\n", at)) {
    while (at < text.size() && text[at] == '\n') ++at;
    if (at + 2 >= text.size()) break;
    const auto first = static_cast<unsigned char>(text[at]);
    const bool letter = (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z') || first >= 0x80;
    const unsigned chosen = first + static_cast<unsigned char>(text[at + 1]) + static_cast<unsigned char>(text[at + 2]);
    if (first == '#' || (letter && chosen % 4 == 0)) return at;
  }
  return text.size();
}

}  // namespace

Document read_markdown(std::string_view bytes) { return std::move(*MarkdownReader().read(bytes)); }

std::shared_ptr<Document> MarkdownReader::read(std::string_view bytes) {
  const GuardedMarkdown guarded(bytes);
  std::string text(guarded.text());
  const bool cut = can_be_cut(text);
  auto document = std::make_shared<Document>();
  document->clauses.reserve(document_ ? document_->clauses.size() + 8 : text.size() / 200 + 4);
  std::vector<Segment> segments;
  segments.reserve(segments_.size() + 8);

  const auto text_of = [](const std::string& whole, const Segment& segment) {
    return std::string_view(whole).substr(segment.begin, segment.end - segment.begin);
  };
  std::unordered_map<std::string_view, std::size_t> places;  // of segments_, made when one is not where it was
  std::size_t expected = 0;
  const auto find_old = [&](std::string_view wanted) {
    if (expected < segments_.size() && text_of(text_, segments_[expected]) == wanted) return expected;
    if (places.empty()) {
      for (std::size_t i = segments_.size(); i-- > 0;) places[text_of(text_, segments_[i])] = i;
    }
    const auto found = places.find(wanted);
    return found == places.end() ? segments_.size() : found->second;
  };

  std::uint8_t heading = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    Segment segment;
    segment.begin = begin;
    begin = segment.end = cut ? segment_end(text, begin) : text.size();
    segment.first_clause = document->clauses.size();
    segment.heading_before = heading;
    const std::size_t old = find_old(text_of(text, segment));
    if (old < segments_.size() && segments_[old].heading_before == heading) {
      const auto clauses = document_->clauses.begin();
      document->clauses.insert(document->clauses.end(),
                               clauses + static_cast<std::ptrdiff_t>(segments_[old].first_clause),
                               clauses + static_cast<std::ptrdiff_t>(segments_[old].end_clause));
      heading = segments_[old].heading_after;
      expected = old + 1;
    } else {
      Reader(*document, heading).read(text_of(text, segment));
    }
    segment.heading_after = heading;
    segment.end_clause = document->clauses.size();
    segments.push_back(segment);
  }
  link_headings(*document);
  text_ = std::move(text);
  segments_ = std::move(segments);
  document_ = document;
  return document;
}

}  // namespace smallprint
