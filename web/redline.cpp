#include "web/redline.h"

#include <vector>

#include "web/text.h"

namespace smallprint {

namespace {

/// Whole clauses in the middle of an unchanged run, as one sign. Each clause is on lines of its own.
std::string without_whole_clauses(std::string_view text, bool first, bool last) {
  const std::size_t head = first ? 0 : text.find('\n');
  const std::size_t tail = last ? text.size() : text.rfind('\n');
  if (head == std::string_view::npos || tail == std::string_view::npos || head >= tail) return std::string(text);
  std::string out(text.substr(0, head));
  if (!first) out += '\n';
  out += "…";
  return out.append(text.substr(tail));
}

/// The last place at or before `at` where a word ends, if one is near; never inside a UTF-8 sequence.
std::size_t cut_before(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  const std::size_t space = text.rfind(' ', at);
  if (space != std::string_view::npos && at - space < 40) return space;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
  return at;
}

/// The first place at or after `at` where a word begins, if one is near.
std::size_t cut_after(std::string_view text, std::size_t at) {
  const std::size_t space = text.find(' ', at);
  if (space != std::string_view::npos && space - at < 40) return space + 1;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  return at;
}

/// An unchanged run shortened to what stands next to the marked words.
std::string shortened(std::string_view text, std::size_t context, bool first, bool last) {
  if (context == 0 || text.size() <= context + 8) return std::string(text);
  if (first && last) return std::string(text.substr(0, cut_before(text, context))) + " …";
  if (first) return "… " + std::string(text.substr(cut_after(text, text.size() - context)));
  if (last) return std::string(text.substr(0, cut_before(text, context))) + " …";
  const std::size_t half = context / 2;
  return std::string(text.substr(0, cut_before(text, half))) + " … " +
         std::string(text.substr(cut_after(text, text.size() - half)));
}

void append_html(std::string& out, std::string_view text) {
  for (const char c : escape_html(text)) {
    if (c == '\n') {
      out += "<br>";
    } else if (c == '\t') {
      out += " · ";
    } else {
      out += c;
    }
  }
}

void append_markdown(std::string& out, std::string_view text) {
  for (const char c : clean_utf8(text)) {
    if (c == '\n') {
      out += " / ";
    } else if (c == '\t' || c == '\r') {
      out += ' ';
    } else {
      if (std::string_view("\\`*_{}[]()<>#+-!|~&").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
}

/// Markdown's marks do not hold with a space inside them: spaces at the ends stay outside.
void append_marked(std::string& out, std::string_view text, std::string_view mark) {
  const std::size_t begin = text.find_first_not_of(" \n\t");
  if (begin == std::string_view::npos) {
    append_markdown(out, text);
    return;
  }
  const std::size_t end = text.find_last_not_of(" \n\t") + 1;
  append_markdown(out, text.substr(0, begin));
  out += mark;
  append_markdown(out, text.substr(begin, end - begin));
  out += mark;
  append_markdown(out, text.substr(end));
}

/// A blank for a line's end, where a clause was split: nothing to mark.
void join_replaced_blanks(std::vector<Word>& words) {
  const auto blank = [](const Word& word, WordOp op) {
    return word.op == op && word.text.find_first_not_of(" \n\t") == std::string::npos;
  };
  std::vector<Word> out;
  const auto put = [&](WordOp op, std::string text) {
    if (!out.empty() && out.back().op == op) {
      out.back().text += text;
    } else {
      out.push_back({op, std::move(text)});
    }
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i + 1 < words.size() && blank(words[i], WordOp::removed) && blank(words[i + 1], WordOp::added)) {
      put(WordOp::same, std::move(words[++i].text));
    } else {
      put(words[i].op, std::move(words[i].text));
    }
  }
  words = std::move(out);
}

/// A link leads elsewhere, or is there no more, or only now.
void add_links(const Clause& before, const Clause& after, std::vector<std::string>& lines) {
  const auto target = [](const Clause& clause, const Span& like) -> std::string_view {
    for (const Span& span : clause.spans) {
      if (span.kind == SpanKind::link && span.begin == like.begin && span.end == like.end) return span.target;
    }
    return {};
  };
  const auto tell = [&](const Span& span, std::string_view from, std::string_view to) {
    const auto shown = [](std::string_view address) {
      return address.empty() ? std::string("none") : std::string(address);
    };
    lines.push_back("link \"" + after.text.substr(span.begin, span.end - span.begin) + "\": " + shown(from) + " → " +
                    shown(to));
  };
  for (const Span& span : after.spans) {
    if (span.kind != SpanKind::link) continue;
    if (const std::string_view old = target(before, span); old != span.target) tell(span, old, span.target);
  }
  for (const Span& span : before.spans) {
    if (span.kind == SpanKind::link && target(after, span).empty()) tell(span, span.target, {});
  }
}

}  // namespace

std::vector<std::string> unseen_changes(const Change& change) {
  constexpr std::size_t most = 12;
  std::vector<std::string> lines;
  std::vector<std::string> numbers;
  if (change.before.size() != change.after.size()) return lines;
  for (std::size_t k = 0; k < change.after.size(); ++k) {
    const Clause& before = change.before[k];
    const Clause& after = change.after[k];
    const bool numbered = before.kind == ClauseKind::list_item && after.kind == ClauseKind::list_item;
    if (numbered && before.marker != after.marker) numbers.push_back(before.marker + " → " + after.marker);
    if (before.text == after.text && !(before.spans == after.spans)) add_links(before, after, lines);
  }
  const auto shorten = [](std::vector<std::string>& all) {
    if (all.size() <= most + 1) return;
    const std::size_t more = all.size() - most;
    all.resize(most);
    all.push_back("and " + std::to_string(more) + " more");
  };
  shorten(lines);
  shorten(numbers);
  if (!numbers.empty()) {
    std::string line = "list: ";
    for (const std::string& number : numbers) line += (&number == &numbers.front() ? "" : ", ") + number;
    lines.insert(lines.begin(), std::move(line));
  }
  return lines;
}

std::vector<Word> words_within(const std::vector<Word>& words, std::size_t begin, std::size_t end, bool before) {
  const WordOp own = before ? WordOp::removed : WordOp::added;
  std::vector<Word> out;
  std::size_t at = 0;
  for (const Word& word : words) {
    if (word.op != WordOp::same && word.op != own) {
      if (at >= begin && at < end) out.push_back(word);
      continue;
    }
    const std::size_t from = std::max(at, begin), to = std::min(at + word.text.size(), end);
    if (from < to) out.push_back({word.op, word.text.substr(from - at, to - from)});
    at += word.text.size();
  }
  if (begin > 0 && !out.empty()) out.insert(out.begin(), {WordOp::same, "… "});
  if (end < at && !out.empty()) out.push_back({WordOp::same, " …"});
  return out;
}

std::vector<Word> shown_words(const Change& change) {
  std::vector<Word> words = change.words;
  if (words.empty()) {
    std::string before = before_text(change);
    std::string after = after_text(change);
    if (before == after) return {{WordOp::same, std::move(after)}};
    if (!before.empty()) words.push_back({WordOp::removed, std::move(before)});
    if (!after.empty()) words.push_back({WordOp::added, std::move(after)});
  }
  join_replaced_blanks(words);
  if (change.after.size() > 1 && change.after.size() == change.before.size() && words.size() > 1) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i].op != WordOp::same) continue;
      words[i].text = without_whole_clauses(words[i].text, i == 0, i + 1 == words.size());
    }
  }
  return words;
}

std::string redline_html(const Change& change, const RedlineOptions& options) {
  const std::vector<Word> words = shown_words(change);
  std::string out;
  std::size_t written = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Word& word = words[i];
    std::string text =
        word.op == WordOp::same ? shortened(word.text, options.context, i == 0, i + 1 == words.size()) : word.text;
    bool full = false;
    if (options.most > 0 && written + text.size() > options.most) {
      text = text.substr(0, cut_before(text, options.most - written)) + " …";
      full = true;
    }
    written += text.size();
    if (word.op == WordOp::same) {
      append_html(out, text);
    } else {
      const bool added = word.op == WordOp::added;
      out += added ? "<ins>" : "<del>";
      if (options.text_markers) {
        out += added ? R"(<span class="vh">[added: </span>)" : R"(<span class="vh">[removed: </span>)";
      }
      append_html(out, text);
      if (options.text_markers) out += R"(<span class="vh">]</span>)";
      out += added ? "</ins>" : "</del>";
    }
    if (full) break;
  }
  return out;
}

std::string redline_markdown(const Change& change) {
  std::string out;
  for (const Word& word : shown_words(change)) {
    switch (word.op) {
      case WordOp::same: append_markdown(out, word.text); break;
      case WordOp::removed: append_marked(out, word.text, "~~"); break;
      case WordOp::added: append_marked(out, word.text, "**"); break;
    }
  }
  return out;
}

std::string redline_text(const Change& change) {
  std::string out;
  for (const Word& word : shown_words(change)) {
    const std::string text = clean_utf8(word.text);
    switch (word.op) {
      case WordOp::same: out += text; break;
      case WordOp::removed: out += "[-" + text + "-]"; break;
      case WordOp::added: out += "{+" + text + "+}"; break;
    }
  }
  return out;
}

}  // namespace smallprint
