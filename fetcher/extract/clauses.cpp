#include "fetcher/extract/clauses.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <string>

#include "fetcher/extract/headings.h"
#include "fetcher/extract/tags.h"
#include "fetcher/extract/text.h"
#include "model/spans.h"

namespace smallprint {
namespace {

constexpr std::size_t max_level = 200;      ///< what is deeper counts as this
constexpr std::size_t layout_cell = 1500;   ///< bytes; a cell with more text lays out a page
constexpr std::size_t max_open_spans = 16;  ///< formatting nested deeper is not kept

int integer(std::string_view text, int otherwise) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  int value = otherwise;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? value : otherwise;
}

bool style_has(pugi::xml_node node, std::string_view property) {
  std::string style;
  for (const char* c = node.attribute("style").value(); *c != '\0'; ++c) {
    if (static_cast<unsigned char>(*c) > ' ') style.push_back(*c >= 'A' && *c <= 'Z' ? static_cast<char>(*c + 32) : *c);
  }
  return style.find(property) != std::string::npos;
}

std::string roman(int number) {
  static constexpr std::array<std::pair<int, std::string_view>, 13> parts{{{1000, "m"},
                                                                           {900, "cm"},
                                                                           {500, "d"},
                                                                           {400, "cd"},
                                                                           {100, "c"},
                                                                           {90, "xc"},
                                                                           {50, "l"},
                                                                           {40, "xl"},
                                                                           {10, "x"},
                                                                           {9, "ix"},
                                                                           {5, "v"},
                                                                           {4, "iv"},
                                                                           {1, "i"}}};
  std::string out;
  for (const auto& [value, letters] : parts) {
    for (; number >= value; number -= value) out += letters;
  }
  return out;
}

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text;
}

/// The marker that a browser prints for item `number` of a list of this type:
/// https://html.spec.whatwg.org/#the-ol-element
std::string printed_marker(char type, int number) {
  std::string text = std::to_string(number);
  if ((type == 'i' || type == 'I') && number > 0 && number < 4000) text = roman(number);
  if ((type == 'a' || type == 'A') && number > 0 && number <= 26 * 27) {
    text.clear();
    if (number > 26) text.push_back(static_cast<char>('a' + (number - 1) / 26 - 1));
    text.push_back(static_cast<char>('a' + (number - 1) % 26));
  }
  if (type == 'I' || type == 'A') text = upper(std::move(text));
  return text + ".";
}

class Builder {
 public:
  Builder(const HtmlPage& page, const LeftOut& left_out, const LinkBase& links)
      : nodes_(page.nodes()), left_out_(left_out), links_(links), read_(nodes_.size(), false) {}

  Document build(const std::vector<Region>& regions) {
    for (const Region& region : regions) {
      for (std::uint32_t i = region.begin; i < region.end;) {
        while (!open_.empty() && open_.back().end <= i) close();
        if (left_out_[i]) {
          i = nodes_[i].end;
        } else if (nodes_[i].node.type() == pugi::node_element) {
          i = open(i) ? i + 1 : nodes_[i].end;
        } else {
          if (!read_[i]) add_text(nodes_[i].node.value());
          read_[i] = true;
          ++i;
        }
      }
      while (!open_.empty()) close();
      end_block();
    }
    return std::move(document_);
  }

 private:
  struct Open {
    std::uint32_t end;
    Tag tag;
    bool span;  ///< it opened a span
    bool block;
  };
  struct List {
    bool ordered = false;
    char type = '1';
    int next = 1, step = 1;
    std::vector<ItemHeading> headings;
  };
  struct Item {
    bool pending = true, counted = false;
    std::string marker;
  };

  /// False: the element is no text, or is written already.
  bool open(std::uint32_t index) {
    const pugi::xml_node node = nodes_[index].node;
    Tag tag = tag_of(node.name());
    if (tag == Tag::none) return false;
    Open element{nodes_[index].end, tag, false, false};
    if (const pugi::xml_attribute mail = node.attribute("data-cfemail")) {
      const std::string address = decode_cfemail(mail.value());
      if (!address.empty()) {
        append_folded(address, text_);
        return false;
      }
    }
    if (tag == Tag::inline_ || tag == Tag::block) {
      if (std::string_view(node.attribute("role").value()) == "heading") tag = element.tag = Tag::heading;
      if (tag == Tag::inline_ && node.attribute("style")) {
        if (style_has(node, "display:block")) {
          tag = element.tag = Tag::block;
        } else if (style_has(node, "font-weight:bold") || style_has(node, "font-weight:700")) {
          tag = element.tag = Tag::strong;
        }
      }
    }
    switch (tag) {
      case Tag::strong: element.span = open_span(SpanKind::strong, {}); break;
      case Tag::emphasis: element.span = open_span(SpanKind::emphasis, {}); break;
      case Tag::code: element.span = open_span(SpanKind::code, {}); break;
      case Tag::link: {
        const std::string target = links_.resolve(node.attribute("href").value());
        if (!target.empty()) element.span = open_span(SpanKind::link, target);
        break;
      }
      case Tag::quotation: append_folded("“", text_); break;
      case Tag::line_break: line_break(); break;
      case Tag::inline_: break;
      default:
        element.block = true;
        end_block();
        if (!open_block(index, node, tag)) return false;
        element.tag = tag;
        element.span = tag == Tag::summary && open_span(SpanKind::strong, {});
    }
    open_.push_back(element);
    return true;
  }

  bool open_block(std::uint32_t index, pugi::xml_node node, Tag& tag) {
    switch (tag) {
      case Tag::heading:
        if (heading_ != 0 || in_row_) {
          tag = Tag::block;
        } else {
          const std::string_view name = node.name();
          const bool real = name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6';
          heading_ = real ? name[1] - '0' : std::clamp(integer(node.attribute("aria-level").value(), 2), 1, 6);
        }
        break;
      case Tag::list: lists_.emplace_back(); break;
      case Tag::ordered_list: open_ordered(index, node); break;
      case Tag::item: open_item(node); break;
      case Tag::quote:
        containers_.push_back(Tag::quote);
        ++quotes_;
        break;
      case Tag::table:
        if (in_row_ || !is_data_table(index)) {
          tag = Tag::block;
        } else {
          ++data_tables_;
          rows_left_.clear();
        }
        break;
      case Tag::row:
        if (data_tables_ == 0) {
          tag = Tag::block;
        } else {
          in_row_ = true;
          first_cell_ = all_headers_ = true;
          column_ = spanned_columns_ = 0;
        }
        break;
      case Tag::cell:
      case Tag::header_cell:
        if (!in_row_) {
          tag = Tag::block;
          break;
        }
        open_cell(node);
        all_headers_ = all_headers_ && tag == Tag::header_cell;
        break;
      case Tag::table_head: in_head_ = data_tables_ > 0; break;
      case Tag::preformatted:
        if (is_code(node) && !in_row_ && heading_ == 0) {
          add_code(index);
          return false;
        }
        ++preformatted_;
        break;
      default: break;
    }
    return true;
  }

  void close() {
    const Open element = open_.back();
    open_.pop_back();
    if (element.span) close_span();
    if (element.tag == Tag::quotation) append_folded("”", text_);
    if (!element.block) return;
    switch (element.tag) {
      case Tag::heading: end_heading(); break;
      case Tag::row: end_row(); break;
      default: end_block();
    }
    switch (element.tag) {
      case Tag::list:
      case Tag::ordered_list:
        if (lists_.back().ordered) number_headings(document_, lists_.back().headings);
        lists_.pop_back();
        break;
      case Tag::item:
        depth_ -= items_.back().counted ? 1 : 0;
        items_.pop_back();
        containers_.pop_back();
        break;
      case Tag::quote:
        containers_.pop_back();
        --quotes_;
        break;
      case Tag::table: --data_tables_; break;
      case Tag::table_head: in_head_ = false; break;
      case Tag::preformatted: --preformatted_; break;
      default: break;
    }
  }

  void open_ordered(std::uint32_t index, pugi::xml_node node) {
    List& list = lists_.emplace_back();
    list.ordered = !style_has(node, "list-style:none") && !style_has(node, "list-style-type:none");
    const std::string_view type = node.attribute("type").value();
    if (type.size() == 1) list.type = type[0];
    if (style_has(node, "lower-alpha") || style_has(node, "lower-latin")) list.type = 'a';
    if (style_has(node, "upper-alpha") || style_has(node, "upper-latin")) list.type = 'A';
    if (style_has(node, "lower-roman")) list.type = 'i';
    if (style_has(node, "upper-roman")) list.type = 'I';
    list.next = integer(node.attribute("start").value(), 1);
    if (node.attribute("reversed")) {
      list.step = -1;
      if (!node.attribute("start")) {
        list.next = 0;
        for (std::uint32_t i = index + 1; i < nodes_[index].end; i = nodes_[i].end) {
          list.next += tag_of(nodes_[i].node.name()) == Tag::item ? 1 : 0;
        }
      }
    }
  }

  void open_item(pugi::xml_node node) {
    containers_.push_back(Tag::item);
    Item& item = items_.emplace_back();
    item.marker = "-";
    if (lists_.empty() || !lists_.back().ordered) return;
    List& list = lists_.back();
    list.next = integer(node.attribute("value").value(), list.next);
    item.marker = printed_marker(list.type, list.next);
    if (list.next < 0 || style_has(node, "list-style:none") || style_has(node, "list-style-type:none"))
      item.marker = "-";
    if (list.next < 1'000'000'000 && list.next > -1'000'000'000) list.next += list.step;
  }

  /// Rows and columns of data, or a page that is laid out in a table?
  [[nodiscard]] bool is_data_table(std::uint32_t table) const {
    if (std::string_view(nodes_[table].node.attribute("role").value()) == "presentation") return false;
    std::size_t rows = 0, cells = 0, most_cells = 0, cell_text = 0;
    for (std::uint32_t i = table + 1; i < nodes_[table].end; ++i) {
      if (nodes_[i].node.type() != pugi::node_element) {
        cell_text += std::string_view(nodes_[i].node.value()).size();
        if (cell_text > layout_cell) return false;
        continue;
      }
      switch (tag_of(nodes_[i].node.name())) {
        case Tag::table:
        case Tag::heading: return false;
        case Tag::row:
          ++rows;
          cells = 0;
          break;
        case Tag::cell:
        case Tag::header_cell:
          most_cells = std::max(most_cells, ++cells);
          cell_text = 0;
          break;
        default: break;
      }
    }
    return rows > 0 && most_cells > 1;
  }

  void separate_cell() {
    while (!text_.empty() && text_.back() == ' ') text_.pop_back();
    if (!first_cell_) text_.push_back('\t');
    first_cell_ = false;
  }

  /// A cell under its header: the places that others span are empty. Spans beyond `most_columns` are not followed.
  void open_cell(pugi::xml_node node) {
    constexpr std::size_t most_columns = 64;
    constexpr int most_rows = 65534;  // HTML's; 0 is all that follow
    for (; spanned_columns_ > 0; --spanned_columns_) separate_cell();
    for (; column_ < rows_left_.size() && rows_left_[column_] > 0; ++column_) {
      --rows_left_[column_];
      separate_cell();
    }
    separate_cell();
    const int rows = node.attribute("rowspan").as_int(1), columns = node.attribute("colspan").as_int(1);
    const std::size_t end = std::min(most_columns, column_ + static_cast<std::size_t>(std::clamp(columns, 1, 64)));
    if (end <= column_) return;
    spanned_columns_ = end - column_ - 1;
    rows_left_.resize(std::max(rows_left_.size(), end));
    for (; column_ < end; ++column_) rows_left_[column_] = rows == 0 ? most_rows : std::clamp(rows, 1, most_rows) - 1;
  }

  static bool is_code(pugi::xml_node pre) {
    pugi::xml_node child = pre.first_child();
    while (child && child.type() == pugi::node_pcdata &&
           std::string_view(child.value()).find_first_not_of(" \n\t") == std::string_view::npos) {
      child = child.next_sibling();
    }
    return child && std::string_view(child.name()) == "code";
  }

  void add_code(std::uint32_t index) {
    Clause& clause = document_.clauses.emplace_back();
    clause.kind = ClauseKind::code;
    clause.level = level(depth_);
    for (std::uint32_t i = index; i < nodes_[index].end; ++i) {
      if (nodes_[i].node.type() != pugi::node_pcdata || read_[i]) continue;
      clause.text += nodes_[i].node.value();
      read_[i] = true;
    }
  }

  void add_text(std::string_view text) {
    if (preformatted_ == 0 || heading_ != 0 || in_row_) {
      append_folded(text, text_);
      return;
    }
    for (std::size_t begin = 0; begin < text.size();) {  // an empty line ends a paragraph
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      const std::string_view line = text.substr(begin, end - begin);
      if (line.find_first_not_of(" \t\r") == std::string_view::npos && end < text.size() && begin > 0) end_block();
      append_folded(line, text_);
      if (end < text.size()) append_folded(" ", text_);
      begin = end + 1;
    }
  }

  /// Two line breaks are a paragraph's end.
  void line_break() {
    if (heading_ == 0 && !in_row_ && text_.size() == after_break_ && !text_.empty()) {
      end_block();
      return;
    }
    append_folded(" ", text_);
    after_break_ = text_.size();
  }

  bool open_span(SpanKind kind, const std::string& target) {
    if (open_spans_.size() >= max_open_spans) return false;
    open_spans_.push_back({static_cast<std::uint32_t>(text_.size()), 0, kind, target});
    return true;
  }

  void close_span() {
    Span span = std::move(open_spans_.back());
    open_spans_.pop_back();
    span.end = static_cast<std::uint32_t>(text_.size());
    if (span.end > span.begin) spans_.push_back(std::move(span));
  }

  static std::uint8_t level(std::size_t depth) { return static_cast<std::uint8_t>(std::min(depth, max_level)); }

  Clause* emit(ClauseKind kind, std::size_t depth) {
    while (!text_.empty() && (text_.back() == ' ' || text_.back() == '\t')) text_.pop_back();
    for (Span& span : open_spans_) {  // formatting goes on in the next clause
      if (span.begin < text_.size()) {
        spans_.push_back(span);
        spans_.back().end = static_cast<std::uint32_t>(text_.size());
      }
      span.begin = 0;
    }
    after_break_ = static_cast<std::size_t>(-1);
    Clause* clause = nullptr;
    if (text_.find_first_not_of('\t') != std::string::npos) {
      clause = &document_.clauses.emplace_back();
      clause->kind = kind;
      clause->level = level(depth);
      clause->text = text_;
      normalize_spans(clause->text, spans_);
      clause->spans = std::move(spans_);
    }
    text_.clear();
    spans_.clear();
    return clause;
  }

  void end_block() {
    if (heading_ != 0 || in_row_) {
      append_folded(" ", text_);
      return;
    }
    if (!containers_.empty() && containers_.back() == Tag::quote) {
      emit(ClauseKind::quote, quotes_);
    } else if (!items_.empty() && items_.back().pending) {
      if (Clause* clause = emit(ClauseKind::list_item, depth_ + 1)) {
        clause->marker = items_.back().marker;
        items_.back().pending = false;
        items_.back().counted = true;
        ++depth_;
      }
    } else {
      emit(ClauseKind::paragraph, depth_);
    }
  }

  void end_heading() {
    const auto heading_level = static_cast<std::size_t>(heading_);
    heading_ = 0;
    Clause* clause = emit(ClauseKind::heading, heading_level);
    if (clause == nullptr) return;
    drop_whole_strong(clause->text, clause->spans);
    if (!items_.empty() && !lists_.empty() && containers_.back() == Tag::item && items_.back().pending) {
      lists_.back().headings.push_back({document_.clauses.size() - 1, items_.back().marker});
    }
    for (Item& item : items_) item.pending = item.counted = false;
    depth_ = 0;
  }

  void end_row() {
    in_row_ = false;
    for (; column_ < rows_left_.size(); ++column_) rows_left_[column_] -= rows_left_[column_] > 0 ? 1 : 0;
    if (Clause* clause = emit(ClauseKind::table_row, depth_); clause != nullptr && (in_head_ || all_headers_)) {
      clause->marker = "header";
    }
  }

  const std::vector<HtmlNode>& nodes_;
  const LeftOut& left_out_;
  const LinkBase& links_;
  std::vector<bool> read_;  ///< texts that are in the document already
  Document document_;
  std::string text_;
  std::vector<Span> spans_, open_spans_;
  std::vector<Open> open_;
  std::vector<List> lists_;
  std::vector<Item> items_;
  std::vector<Tag> containers_;  ///< quotes and items that are open
  std::size_t depth_ = 0, quotes_ = 0, data_tables_ = 0, preformatted_ = 0;
  std::vector<int> rows_left_;  ///< of each column of the table: rows below that a cell still spans
  std::size_t column_ = 0, spanned_columns_ = 0;
  std::size_t after_break_ = static_cast<std::size_t>(-1);
  int heading_ = 0;
  bool in_row_ = false, in_head_ = false, first_cell_ = false, all_headers_ = false;
};

}  // namespace

Document clauses_of(const HtmlPage& page, const std::vector<Region>& regions, const LeftOut& left_out,
                    const LinkBase& links) {
  return Builder(page, left_out, links).build(regions);
}

}  // namespace smallprint
