// Scores the rules against labelled items: what `smallprint eval` prints. Reads texts out of git repositories
// (libgit2); everything else is pure. Threads: one at a time. Errors: bad_input (a line that is no item, with its
// number), not_found (a repository, a commit, a path).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "diff/analysis.h"
#include "model/result.h"

namespace smallprint {

/// A git repository, for the text of a path at a commit.
class TextRepository {
 public:
  static Result<TextRepository> open(const std::string& folder);
  TextRepository(TextRepository&&) noexcept;
  TextRepository& operator=(TextRepository&&) noexcept;
  ~TextRepository();
  [[nodiscard]] Result<std::string> text(const std::string& commit, const std::string& path) const;

 private:
  struct Impl;
  explicit TextRepository(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Repositories by collection; "" serves every collection that has none of its own.
using TextRepositories = std::map<std::string, TextRepository, std::less<>>;

enum class EvalKind { changes, stance, noise };

/// One question about one item, answered.
struct Prediction {
  std::string id;
  std::string title;     ///< "LinkedIn Privacy Policy 2024-09-19"
  std::string question;  ///< stance: the fact; otherwise empty
  std::string expected;  ///< empty where the item carries no label
  std::string predicted;
  std::vector<std::string> evidence;           ///< sentences that stand verbatim in the text
  std::vector<std::string> expected_evidence;  ///< as labelled
  bool artefact = false;
  bool doubtful = false;
};

/// Reads the items (one JSON object a line) and answers each. `progress` is called with done and total.
Result<std::vector<Prediction>> predict(EvalKind kind, std::string_view items, const TextRepositories& repositories,
                                        const RuleSet& rules, void (*progress)(std::size_t, std::size_t));

struct ClassScore {
  std::string name;
  std::size_t expected = 0, predicted = 0, right = 0;
  [[nodiscard]] double precision() const;
  [[nodiscard]] double recall() const;
  [[nodiscard]] double f1() const;
};

struct Scores {
  std::size_t items = 0, right = 0;
  std::vector<ClassScore> classes;                                       ///< by name
  std::map<std::pair<std::string, std::string>, std::size_t> confusion;  ///< (expected, predicted)
  std::size_t with_evidence = 0;  ///< right answers that carry labelled and predicted evidence
  std::size_t same_evidence = 0;  ///< of those: the two overlap
  [[nodiscard]] double accuracy() const;
};

/// Of the predictions on one question that carry a label.
Scores score(const std::vector<Prediction>& predictions, std::string_view question, bool artefacts, bool doubtful);

/// Do two quotations share a run of six words, or is one within the other?
bool overlaps(std::string_view a, std::string_view b);

}  // namespace smallprint
