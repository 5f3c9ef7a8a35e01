#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>

#include "fetcher/extract/pdf.h"
#include "fetcher/extract/text.h"

namespace smallprint {
namespace {

constexpr float margin = 0.14F;               ///< of a page's height: where heads and numbers stand
constexpr float larger = 1.12F;               ///< times the text's size: a heading
constexpr std::size_t longest_heading = 160;  ///< bytes
constexpr std::size_t longest_word = 128;     ///< bytes; of what may be divided at a line's end
constexpr float paragraph_gap = 1.35F;        ///< times the usual distance of lines
constexpr float word_gap = 0.18F;             ///< of the font's size: a gap that is a space
constexpr float short_line = 0.78F;           ///< of the column's width: a line that ends here ends by itself

struct Line {
  std::string text;
  float left = 0, top = 0, right = 0, bottom = 0, size = 0;
  bool bold = true;
  std::size_t page = 0;
  bool dropped = false;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_lower(static_cast<char>(c | 0x20)) || static_cast<unsigned char>(c) >= 0xC3; }

/// Ligatures are drawn, not written; a soft hyphen that is drawn divides a word at a line's end.
std::string as_written(std::string_view text) {
  static constexpr std::array<std::string_view, 7> written{"ff", "fi", "fl", "ffi", "ffl", "st", "st"};
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "\xEF\xAC" && i + 2 < text.size()) {
      const auto last = static_cast<std::size_t>(static_cast<unsigned char>(text[i + 2]));
      if (last >= 0x80 && last <= 0x86) {
        out += written[last - 0x80];
        i += 2;
        continue;
      }
    }
    out.push_back(text[i]);
  }
  for (const std::string_view hyphen : {"\xC2\xAD", "\xE2\x80\x90"}) {
    if (out.size() > hyphen.size() && out.ends_with(hyphen))
      out.replace(out.size() - hyphen.size(), hyphen.size(), "-");
  }
  return out;
}

std::vector<Line> lines_of(const std::vector<PdfPage>& pages) {
  std::vector<Line> lines;
  for (std::size_t page = 0; page < pages.size(); ++page) {
    const std::size_t first = lines.size();
    float letters = 0, last_right = 0;
    bool space = false;
    for (const PdfWord& word : pages[page].words) {
      const std::string text = as_written(word.text);
      if (text.empty()) continue;
      Line* line = lines.size() > first ? &lines.back() : nullptr;
      if (line != nullptr) {
        const float shared = std::min(line->bottom, word.bottom) - std::max(line->top, word.top);
        const float height = std::min(line->bottom - line->top, word.bottom - word.top);
        if (!(shared > 0.5F * height) || word.left < last_right - word.size) line = nullptr;
      }
      if (line == nullptr) {
        lines.push_back({{}, word.left, word.top, word.right, word.bottom, word.size, true, page, false});
        line = &lines.back();
        letters = 0;
      } else if (space || word.left - last_right > word_gap * word.size) {
        append_folded(" ", line->text);
      }
      append_folded(text, line->text);
      line->right = std::max(line->right, word.right);
      line->top = std::min(line->top, word.top);
      line->bottom = std::max(line->bottom, word.bottom);
      line->bold = line->bold && (word.bold || text.find_first_not_of("0123456789.()") == std::string::npos);
      const auto count = static_cast<float>(text.size());
      line->size = (line->size * letters + word.size * count) / (letters + count);
      letters += count;
      last_right = word.right;
      space = word.space_after;
    }
  }
  std::erase_if(lines, [](const Line& line) { return line.text.find_first_not_of(' ') == std::string::npos; });
  return lines;
}

/// "12", "- 12 -", "Page 3 of 12", "3/12", "iv": a page's number and no more.
bool is_page_number(std::string_view text) {
  static const std::set<std::string, std::less<>> words{"page", "of", "seite", "von",  "sur", "de", "pagina", "página",
                                                        "di",   "p",  "pg",    "van",  "i",   "ii", "iii",    "iv",
                                                        "v",    "vi", "vii",   "viii", "ix",  "x"};
  if (text.size() > 24) return false;
  std::string word;
  bool number = false;
  for (const char c : std::string(text) + " ") {
    const bool letter = is_letter(c) || static_cast<unsigned char>(c) >= 0x80;
    if (letter) {
      word.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c);
      continue;
    }
    if (!word.empty() && words.find(word) == words.end() && word != "–" && word != "—") return false;
    number = number || is_digit(c) || (!word.empty() && word.find_first_not_of("ivx") == std::string::npos);
    word.clear();
    if (!is_digit(c) && c != ' ' && c != '-' && c != '/' && c != '|' && c != '.' && c != '[' && c != ']') return false;
  }
  return number;
}

std::string without_numbers(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!is_digit(c)) {
      out.push_back(c);
    } else if (out.empty() || out.back() != '#') {
      out.push_back('#');
    }
  }
  return out;
}

/// What stands at the same place at the top or the bottom of many pages, and the pages' numbers.
void drop_running_lines(const std::vector<PdfPage>& pages, std::vector<Line>& lines) {
  std::map<std::pair<std::string, int>, std::set<std::size_t>> places;
  const auto in_margin = [&](const Line& line) {
    const float height = pages[line.page].height;
    return line.bottom < margin * height || line.top > (1 - margin) * height;
  };
  const auto key = [](const Line& line) {
    return std::pair(without_numbers(line.text), static_cast<int>(std::lround(line.top / 6)));
  };
  for (const Line& line : lines) {
    if (in_margin(line)) places[key(line)].insert(line.page);
  }
  const std::size_t enough = std::max<std::size_t>(2, (pages.size() + 2) / 3);
  for (Line& line : lines) {
    if (!in_margin(line)) continue;
    std::size_t seen = 0;
    auto [text, place] = key(line);
    for (const int near : {place - 1, place, place + 1}) {
      if (const auto found = places.find({text, near}); found != places.end()) seen += found->second.size();
    }
    line.dropped = is_page_number(line.text) || seen >= enough;
  }
  std::erase_if(lines, [](const Line& line) { return line.dropped; });
}

/// The value that most characters have.
float usual(const std::map<int, std::size_t>& weights, float otherwise) {
  const auto most = std::max_element(weights.begin(), weights.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == weights.end() ? otherwise : static_cast<float>(most->first) / 2;
}

int half_points(float value) { return static_cast<int>(std::lround(std::clamp(value, 0.0F, 2000.0F) * 2)); }

std::size_t bullet_length(std::string_view text) {
  for (const std::string_view bullet : {"•", "‣", "◦", "▪", "●", "○", "■", "□", "·", "–", "", "", "*", "-", "o"}) {
    if (text.starts_with(bullet) && text.size() > bullet.size() + 1 && text[bullet.size()] == ' ') {
      return bullet.size() + 1;
    }
  }
  return 0;
}

class Paragraphs {
 public:
  explicit Paragraphs(std::vector<Line> lines) : lines_(std::move(lines)) {
    std::map<int, std::size_t> sizes, steps;
    for (const Line& line : lines_) sizes[half_points(line.size)] += line.text.size();
    body_ = usual(sizes, 10);
    for (std::size_t i = 1; i < lines_.size(); ++i) {
      const Line &a = lines_[i - 1], &b = lines_[i];
      if (a.page == b.page && b.top > a.top && std::abs(b.size - body_) < 1) ++steps[half_points(b.top - a.top)];
    }
    step_ = usual(steps, body_ * 1.2F);
    if (step_ > 3 * body_) step_ = body_ * 1.2F;
    std::set<int, std::greater<>> heading_sizes;
    for (const Line& line : lines_) {
      right_ = std::max(right_, std::abs(line.size - body_) < 1 ? line.right : 0.0F);
      if (line.size > larger * body_) heading_sizes.insert(half_points(line.size) / 2);
      for (std::size_t at = 0; at < line.text.size();) {
        const std::size_t end = std::min(line.text.find(' ', at), line.text.size());
        const std::string word = line.text.substr(at, end - at);
        if (end < line.text.size() && word.find('-') != std::string::npos) compounds_.insert(letters_of(word));
        at = end + 1;
      }
    }
    for (const int size : heading_sizes) {
      levels_.emplace(size, static_cast<int>(std::min<std::size_t>(levels_.size() + 1, 5)));
    }
  }

  Document read() {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (i > 0 && begins(lines_[i - 1], lines_[i])) end();
      if (text_.empty()) first_ = lines_[i];
      bold_ = (text_.empty() || bold_) && lines_[i].bold;
      join(lines_[i].text);
    }
    end();
    return std::move(document_);
  }

 private:
  /// A word's letters and hyphens, without the marks around it.
  static std::string letters_of(std::string_view word) {
    std::string out;
    for (const char c : word) {
      if (is_letter(c) || is_digit(c) || c == '-' || c < 0) out.push_back(c);
    }
    return out;
  }

  /// 0: text.
  [[nodiscard]] int heading_level(const Line& line, bool bold, std::string_view text) const {
    if (text.size() > longest_heading || bullet_length(text) > 0) return 0;
    if (!std::any_of(text.begin(), text.end(), is_letter)) return 0;
    if (line.size > larger * body_) {
      const auto found = levels_.find(half_points(line.size) / 2);
      return found == levels_.end() ? 5 : found->second;
    }
    const char last = text.back();
    if (!bold || last == '.' || last == ',' || last == ';' || line.size < 0.95F * body_) return 0;
    return static_cast<int>(std::min<std::size_t>(levels_.size() + 1, 6));
  }

  [[nodiscard]] bool begins(const Line& before, const Line& line) const {
    if (std::abs(line.size - before.size) > 0.08F * std::max(before.size, line.size)) return true;
    if (bullet_length(line.text) > 0) return true;
    const char last = before.text.back();
    const bool ended = last == '.' || last == ':' || last == ';' || last == '?' || last == '!';
    if (line.bold != before.bold) {
      // A bold word may end a line of text, and a bold beginning is part of it.
      if (before.bold && heading_level(before, true, text_) > 0) return true;
      if (line.bold && ended) return true;
    }
    const bool numbered = enumerator_length(line.text) > 0;
    const bool lower = is_lower(line.text.front());
    const bool next_column = line.page != before.page || line.top < before.top;
    if (next_column) return numbered || (ended && !lower) || (line.bold && before.bold && !lower);
    if (line.top - before.top > paragraph_gap * std::max(step_, step_ * line.size / body_)) return true;
    const bool short_before = before.right < short_line * right_;
    if (numbered && (ended || short_before || heading_level(first_, bold_, text_) > 0)) return true;
    if (ended && !lower && short_before) return true;
    return ended && !lower && line.left > first_.left + body_ && bullet_length(first_.text) == 0;
  }

  /// Adds a line; a word that was divided at the line's end becomes one again.
  void join(std::string_view line) {
    if (text_.empty()) {
      text_ = line;
      return;
    }
    const bool hyphen = text_.size() > 1 && text_.back() == '-' && is_letter(text_[text_.size() - 2]);
    if (hyphen && is_lower(line.front())) {
      // Only as far back as words are long: lines may go on for ever without a space.
      const std::string_view end = std::string_view(text_).substr(text_.size() - std::min(text_.size(), longest_word));
      const std::string whole =
          std::string(end.substr(end.rfind(' ') + 1)).append(line.substr(0, std::min(line.find(' '), longest_word)));
      if (compounds_.find(letters_of(whole)) == compounds_.end()) text_.pop_back();
    } else if (!hyphen) {
      text_.push_back(' ');
    }
    text_ += line;
  }

  void end() {
    if (text_.empty()) return;
    Clause& clause = document_.clauses.emplace_back();
    if (const int level = heading_level(first_, bold_, text_); level > 0) {
      clause.kind = ClauseKind::heading;
      clause.level = static_cast<std::uint8_t>(level);
    } else if (const std::size_t bullet = bullet_length(text_); bullet > 0) {
      clause.kind = ClauseKind::list_item;
      clause.level = 1;
      clause.marker = "-";
      text_.erase(0, bullet);
    }
    clause.text = std::move(text_);
    text_.clear();
  }

  std::vector<Line> lines_;
  std::set<std::string> compounds_;  ///< words with hyphens that stand undivided in the text
  std::map<int, int> levels_;        ///< by size in points
  float body_ = 10, step_ = 12, right_ = 0;
  Line first_;
  std::string text_;
  bool bold_ = false;
  Document document_;
};

}  // namespace

Document pdf_document(const std::vector<PdfPage>& pages) {
  std::vector<Line> lines = lines_of(pages);
  drop_running_lines(pages, lines);
  return Paragraphs(std::move(lines)).read();
}

}  // namespace smallprint
