// Invented pages: what stands in a document's place without being it, and documents that only look so.
#pragma once

#include <string>
#include <vector>

namespace smallprint::test {

struct InventedPage {
  std::string kind;  ///< what the first reason begins with; of a document: what it is like
  std::string html;
};

/// Walls, challenges, logins, consent pages, errors and shells, in several layouts and languages.
std::vector<InventedPage> suspect_pages();
/// Policies, short and long, that speak of cookies, robots, errors and passwords.
std::vector<InventedPage> real_pages();

/// A policy of invented sentences in English: enough of them to be taken for a document.
std::string long_policy(int sentences, const std::string& last = {});

}  // namespace smallprint::test
