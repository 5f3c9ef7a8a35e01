#include "diff/compare.h"
namespace smallprint {
Comparison compare(const Document&, const Document&) { return {}; }
Result<Document> apply(const Document& d, const Comparison&) { return d; }
Result<Document> revert(const Document& d, const Comparison&) { return d; }
std::vector<Word> compare_words(std::string_view, std::string_view) { return {}; }
}  // namespace smallprint
