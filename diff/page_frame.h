// What stands around the terms on their page and was recorded with them: menus, teasers, tickers, language lists,
// banners that say that the terms changed. None of it binds anybody.
//
// Method: by its words where they can be nothing else ("Back to top", "We've updated our Terms of Service"); else by
// its place: labels ahead of the text that reads as sentences, and behind it links to one host, what stood ahead of the
// text already, or what stands beside "Log in"; and what stands beside "8 minutes ago".
// Thread safety: free functions on values; a PageFrame is const once made. Cost: linear in the document.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/document.h"

namespace smallprint {

/// An entry of the table of contents: nothing but links to places in the same document.
bool is_contents_entry(const Clause& clause);

/// By its words alone: "Back to top", "Log in", a table of contents, the names of languages.
bool is_navigation(const Clause& clause);

/// Says no more than that the document changed: "We've updated our Privacy Policy. See what changed."
bool is_announcement(std::string_view text);

/// Borrows the document.
class PageFrame {
 public:
  explicit PageFrame(const Document& document);
  /// Are all `count` clauses from `begin` labels of the frame?
  [[nodiscard]] bool holds(std::uint32_t begin, std::size_t count) const;

 private:
  [[nodiscard]] bool holds(std::size_t index) const;
  [[nodiscard]] bool is_menu_link(std::size_t index) const;
  [[nodiscard]] bool is_of_widget(std::size_t index) const;
  [[nodiscard]] bool is_of_head(const Clause& clause) const;

  const Document& document_;
  std::size_t head_ = 0;                  ///< the clauses before this one stand ahead of the text
  std::size_t tail_ = 0;                  ///< those from this one on stand behind it
  std::vector<std::string> head_labels_;  ///< without blanks, in lower case; sorted
};

}  // namespace smallprint
