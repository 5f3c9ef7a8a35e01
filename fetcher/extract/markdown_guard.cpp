#include "fetcher/extract/markdown_guard.h"

#include <algorithm>
#include <cstddef>

#include "fetcher/extract/text.h"

namespace smallprint {
namespace {

// md4c looks at every open container for every line, also an empty one. Depth comes from markers in one line and from
// indentation; both are bounded here, far beyond what documents have.
constexpr std::size_t max_markers = 32;
constexpr std::size_t max_columns = 256;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "- - - -": a line of one character and blanks is a thematic break, not a nest of lists.
bool thematic_break(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  const std::string set{line[first], ' ', '\t'};
  return line[first] != '>' && line[first] != '+' && !is_digit(line[first]) &&
         line.find_first_not_of(set) == std::string_view::npos;
}

/// Scans a line's prefix of blanks and container markers. Where it exceeds the bounds, returns true and appends the
/// line to `out` with the blanks beyond them left out and the first marker beyond them escaped.
bool bound(std::string_view line, std::string* out) {
  std::size_t columns = 0, markers = 0, i = 0;
  bool changed = false;
  for (; i < line.size(); ++i) {
    const char c = line[i];
    std::size_t end = i;
    if (c == ' ' || c == '\t') {
      columns += c == ' ' ? 1 : 4;
      if (columns > max_columns) {
        changed = true;
        if (out == nullptr) return true;
        continue;
      }
    } else {
      while (end < line.size() && is_digit(line[end])) ++end;
      const bool bullet = end == i && (c == '-' || c == '+' || c == '*');
      const bool number = end > i && end < line.size() && (line[end] == '.' || line[end] == ')');
      if (c != '>' && !bullet && !number) break;
      if (c != '>' && end + 1 < line.size() && line[end + 1] != ' ' && line[end + 1] != '\t') break;
      if (++markers > max_markers) {
        if (out == nullptr) return !thematic_break(line);
        out->append(line, i, end - i).push_back('\\');
        out->append(line, end);
        return true;
      }
    }
    if (out != nullptr) out->append(line, i, end - i + 1);
    i = end;
  }
  if (out != nullptr) out->append(line, i);
  return changed;
}

// An address or title that a link reference definition gives is read again for each of its uses. Definitions are kept
// from being any where they could be longer than this; a shorter one costs a constant for each use.
constexpr std::size_t max_definition = 2048;

/// Escapes the "]:" that would begin a definition of more than max_definition bytes. False: there was none.
bool bound_definitions(std::string_view text, std::string& out) {
  std::size_t copied = 0, paragraph_end = 0;
  for (std::size_t at = text.find("]:"); at != std::string_view::npos; at = text.find("]:", at + 2)) {
    if (paragraph_end <= at) paragraph_end = std::min(text.find("\n\n", at), text.size());
    if (paragraph_end - at <= max_definition) continue;
    std::size_t backslashes = 0;
    while (backslashes < at && text[at - 1 - backslashes] == '\\') ++backslashes;
    if (backslashes % 2 == 1) continue;
    out.append(text, copied, at - copied).push_back('\\');
    copied = at;
  }
  if (out.empty()) return false;
  out.append(text, copied);
  return true;
}

}  // namespace

void bound_line(std::string& text, std::size_t begin) {
  const std::string_view line = std::string_view(text).substr(begin);
  if (line.size() <= max_markers || !bound(line, nullptr)) return;
  std::string bounded;
  bound(line, &bounded);
  text.replace(begin, std::string::npos, bounded);
}

GuardedMarkdown::GuardedMarkdown(std::string_view bytes) : text_(bytes) {
  if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  if (!is_utf8(text_)) text_ = utf8_ = to_utf8(text_);
  if (text_.find('\r') != std::string_view::npos) {
    std::string lines;
    lines.reserve(text_.size());
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (text_[i] != '\r') {
        lines.push_back(text_[i]);
      } else if (i + 1 == text_.size() || text_[i + 1] != '\n') {
        lines.push_back('\n');
      }
    }
    utf8_ = std::move(lines);
    text_ = utf8_;
  }
  if (std::string bounded; bound_definitions(text_, bounded)) text_ = utf8_ = std::move(bounded);
  std::size_t copied = 0;
  for (std::size_t begin = 0; begin < text_.size();) {
    const std::size_t end = std::min(text_.find('\n', begin), text_.size());
    const std::string_view line = text_.substr(begin, end - begin);
    if (line.size() > max_markers && static_cast<unsigned char>(line[0]) <= '>' && bound(line, nullptr)) {
      bounded_.append(text_, copied, begin - copied);
      bound(line, &bounded_);
      copied = end;
    }
    begin = end + 1;
  }
  if (copied != 0) {
    bounded_.append(text_, copied);
    text_ = bounded_;
  }
  if (!text_.empty() && !text_.ends_with('\n')) {  // md4c looks at the byte after a number that ends the text
    std::string ended;
    ended.reserve(text_.size() + 1);
    ended.append(text_).push_back('\n');
    utf8_ = std::move(ended);
    text_ = utf8_;
  }
}

}  // namespace smallprint
