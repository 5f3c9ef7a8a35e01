#include "app/evaluation.h"

#include <fmt/format.h>
#include <git2.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "app/page_judgement.h"
#include "diff/answers.h"
#include "diff/compare.h"
#include "fetcher/extract/language.h"
#include "fetcher/extract/markdown.h"
#include "model/markdown.h"

namespace smallprint {
namespace {

namespace json = boost::json;

struct GitDeleter {
  void operator()(git_repository* p) const { git_repository_free(p); }
  void operator()(git_commit* p) const { git_commit_free(p); }
  void operator()(git_tree* p) const { git_tree_free(p); }
  void operator()(git_tree_entry* p) const { git_tree_entry_free(p); }
  void operator()(git_blob* p) const { git_blob_free(p); }
};
template <class T>
using Git = std::unique_ptr<T, GitDeleter>;

std::string text_of(const json::object& item, std::string_view key) {
  const json::value* value = item.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

bool flag_of(const json::object& item, std::string_view key) {
  const json::value* value = item.if_contains(key);
  return value != nullptr && value->is_bool() && value->as_bool();
}

struct Analysed {
  Document document;
  DocumentAnalysis analysis;
};

class Predictor {
 public:
  Predictor(const TextRepositories& repositories, const RuleSet& rules)
      : repositories_(repositories), rules_(rules), cache_(rules) {}

  Result<void> predict(EvalKind kind, const json::object& item, std::vector<Prediction>& out) {
    Prediction base;
    base.id = text_of(item, "id");
    base.title = text_of(item, "service") + " " + text_of(item, "terms_type") + " " + text_of(item, "date");
    base.artefact = flag_of(item, "extraction_artifact");
    base.doubtful = flag_of(item, "doubtful");
    if (kind == EvalKind::stance) return stance(item, base, out);
    auto before = read(item, text_of(item, "old_commit"), text_of(item, "path"));
    if (!before) return before.error();
    auto after = read(item, text_of(item, "new_commit"), text_of(item, "path"));
    if (!after) return after.error();
    Comparison comparison = compare(before->document, after->document);
    judge(rules_, before->document, before->analysis, after->document, after->analysis, comparison);
    // The pairs labelled for AI training say also whether the change is cosmetic.
    const bool by_change_kind = kind == EvalKind::noise && item.contains("change_kind");
    base.expected = text_of(item, by_change_kind ? "change_kind" : "label");
    if (kind == EvalKind::changes) {
      label_change(comparison, *before, *after, base);
      if (const json::value* evidence = item.if_contains("evidence"); evidence != nullptr && evidence->is_array()) {
        for (const json::value& one : evidence->as_array()) {
          if (one.is_string()) base.expected_evidence.emplace_back(one.as_string());
        }
      }
    } else {
      for (Analysed* side : {&*before, &*after})
        side->document.language = detect_language(render_markdown(side->document));
      base.predicted = noise(comparison, before->document, after->document);
      if (base.predicted == "substantive") base.evidence = most_important(comparison);
    }
    out.push_back(std::move(base));
    return {};
  }

 private:
  Result<Analysed> read(const json::object& item, const std::string& commit, const std::string& path) {
    Analysed read;
    if (commit.empty() || path.empty()) return read;
    auto repository = repositories_.find(text_of(item, "collection"));
    if (repository == repositories_.end()) repository = repositories_.find("");
    if (repository == repositories_.end()) {
      return Error{ErrorCode::not_found, "no --repo for the collection '" + text_of(item, "collection") + "'"};
    }
    auto text = repository->second.text(commit, path);
    if (!text) return text.error();
    read.document = read_markdown(*text);
    read.analysis = analyse(rules_, read.document, cache_);
    return read;
  }

  // A version's label follows from its effects.
  static void label_change(const Comparison& comparison, const Analysed& before, const Analysed& after,
                           Prediction& out) {
    constexpr std::array<std::string_view, 5> strength = {"none", "ai_mention_only", "modifies", "removes",
                                                          "introduces"};
    std::size_t best = 0;
    for (const Change& change : comparison.changes) {
      for (const TopicEffect& effect : change.topics) {
        const std::size_t found = strength_of(effect);
        if (found == 0 || found < best) continue;
        if (found > best) out.evidence.clear();
        best = found;
        const bool gone = effect.effect == Effect::withdrawn;
        quote(gone ? before : after, gone ? change.before_index : change.after_index,
              gone ? change.before.size() : change.after.size(), effect.topic, out.evidence);
      }
    }
    out.predicted = strength[best];
  }

  static std::size_t strength_of(const TopicEffect& effect) {
    if (effect.topic == "ai-training") {
      switch (effect.effect) {
        case Effect::introduced: return 4;
        case Effect::withdrawn: return 3;
        case Effect::extended:
        case Effect::changed:
        case Effect::narrowed: return 2;
        case Effect::mentioned: return effect.reason.empty() ? 0 : 1;
      }
    }
    if (effect.topic != "ai-features") return 0;
    return effect.effect == Effect::introduced || effect.effect == Effect::extended || effect.effect == Effect::changed
               ? 1
               : 0;
  }

  static void quote(const Analysed& side, std::size_t index, std::size_t count, std::string_view topic,
                    std::vector<std::string>& out) {
    for (std::size_t i = index; i < index + count && i < side.document.clauses.size(); ++i) {
      for (const Statement& statement : side.analysis.clauses[i]->statements) {
        if (statement.topic != topic) continue;
        std::string text = side.document.clauses[i].text.substr(statement.begin, statement.end - statement.begin);
        if (std::find(out.begin(), out.end(), text) == out.end()) out.push_back(std::move(text));
      }
    }
  }

  /// What a visit would have made of the new text after the old one, and the other way round after a failure: a page
  /// that is no document, the document, or one that says the same.
  static std::string noise(const Comparison& comparison, const Document& before, const Document& after) {
    const auto suspect = [](const Document& now, const Document& then) {
      return !judge_page({}, now, {&then, false, {}}).reasons.empty();
    };
    const double old_words = static_cast<double>(before.words()), new_words = static_cast<double>(after.words());
    constexpr double lost = 0.3;  // of texts that are too short to be judged otherwise, too
    if (new_words < lost * old_words || old_words < lost * new_words) return "extraction_failure";
    if (suspect(after, before) || suspect(before, after)) return "extraction_failure";
    return comparison.kind == VersionKind::cosmetic ? "cosmetic" : "substantive";
  }

  /// The clause that changed most.
  static std::vector<std::string> most_important(const Comparison& comparison) {
    const auto found = std::max_element(comparison.changes.begin(), comparison.changes.end(),
                                        [](const Change& a, const Change& b) { return a.importance < b.importance; });
    if (found == comparison.changes.end() || found->cosmetic) return {};
    return {found->after.empty() ? found->before.front().text : found->after.front().text};
  }

  Result<void> stance(const json::object& item, const Prediction& base, std::vector<Prediction>& out) {
    auto policy = read(item, text_of(item, "new_commit"), text_of(item, "privacy_policy_path"));
    if (!policy) return policy.error();
    const std::string of_terms = text_of(item, item.contains("terms_new_commit") ? "terms_new_commit" : "new_commit");
    auto terms = read(item, of_terms, text_of(item, "terms_path"));
    if (!terms) return terms.error();
    const json::value* labels = item.if_contains("facts");
    for (const FactDefinition& question : rules_.facts()) {
      if (question.is_date()) continue;
      Prediction answer = base;
      answer.question = question.id;
      const Fact fact = service_fact(question, policy->analysis.facts, terms->analysis.facts);
      answer.predicted = fact.value;
      for (const Evidence& evidence : fact.evidence) answer.evidence.push_back(evidence.text);
      if (labels != nullptr && labels->is_object()) {
        const json::value* label = labels->as_object().if_contains(question.id);
        if (label != nullptr && label->is_object()) {
          answer.expected = text_of(label->as_object(), "value");
          const std::string evidence = text_of(label->as_object(), "evidence");
          if (!evidence.empty()) answer.expected_evidence.push_back(evidence);
        }
      }
      out.push_back(std::move(answer));
    }
    return {};
  }

  // The documents that give the telling answer say so together: the one with more to show begins, and they take turns.
  static Fact service_fact(const FactDefinition& question, const std::vector<Fact>& policy,
                           const std::vector<Fact>& terms) {
    std::vector<const Fact*> facts;
    std::vector<DocumentAnswer> answers;
    for (const auto& [type, said] : {std::pair{"Privacy Policy", &policy}, {"Terms of Service", &terms}}) {
      const auto found =
          std::find_if(said->begin(), said->end(), [&](const Fact& fact) { return fact.fact == question.id; });
      if (found == said->end()) continue;
      facts.push_back(&*found);
      answers.push_back({type, {}, found->value});
    }
    const auto telling = telling_answer(question, answers);
    // What is not said is silent, also where no agreement is there to answer for.
    if (!telling) return {question.id, std::string(silent_value), {}, {}};
    Fact fact = *facts[*telling];
    const auto other = std::find_if(facts.begin(), facts.end(), [&](const Fact* one) {
      return one != facts[*telling] && one->value == fact.value && !question.terms_only;
    });
    if (other != facts.end()) fact.evidence = taking_turns(fact.evidence, (*other)->evidence);
    return fact;
  }

  static std::vector<Evidence> taking_turns(const std::vector<Evidence>& one, const std::vector<Evidence>& other) {
    const std::vector<Evidence>& first = other.size() > one.size() ? other : one;
    const std::vector<Evidence>& second = other.size() > one.size() ? one : other;
    std::vector<Evidence> both;
    for (std::size_t i = 0; i < first.size() && both.size() < max_evidence; ++i) {
      both.push_back(first[i]);
      if (i < second.size() && both.size() < max_evidence) both.push_back(second[i]);
    }
    return both;
  }

  const TextRepositories& repositories_;
  const RuleSet& rules_;
  AnalysisCache cache_;
};

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
    if (letter) word += static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    if (letter || word.empty()) continue;
    words.push_back(std::move(word));
    word.clear();
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

}  // namespace

struct TextRepository::Impl {
  Impl() { git_libgit2_init(); }
  ~Impl() {
    repository.reset();
    git_libgit2_shutdown();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  Git<git_repository> repository;
};

TextRepository::TextRepository(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextRepository::TextRepository(TextRepository&&) noexcept = default;
TextRepository& TextRepository::operator=(TextRepository&&) noexcept = default;
TextRepository::~TextRepository() = default;

Result<TextRepository> TextRepository::open(const std::string& folder) {
  auto impl = std::make_unique<Impl>();
  git_repository* repository = nullptr;
  if (git_repository_open(&repository, folder.c_str()) != 0) {
    return Error{ErrorCode::not_found, "'" + folder + "' is not a git repository"};
  }
  impl->repository.reset(repository);
  return TextRepository(std::move(impl));
}

Result<std::string> TextRepository::text(const std::string& commit, const std::string& path) const {
  const Error error{ErrorCode::not_found, fmt::format("there is no '{}' at commit {}", path, commit)};
  git_oid oid;
  if (git_oid_fromstrp(&oid, commit.c_str()) != 0) return error;
  git_commit* found_commit = nullptr;
  if (git_commit_lookup(&found_commit, impl_->repository.get(), &oid) != 0) return error;
  const Git<git_commit> owned_commit(found_commit);
  git_tree* tree = nullptr;
  if (git_commit_tree(&tree, found_commit) != 0) return error;
  const Git<git_tree> owned_tree(tree);
  git_tree_entry* entry = nullptr;
  if (git_tree_entry_bypath(&entry, tree, path.c_str()) != 0) return error;
  const Git<git_tree_entry> owned_entry(entry);
  git_blob* blob = nullptr;
  if (git_blob_lookup(&blob, impl_->repository.get(), git_tree_entry_id(entry)) != 0) return error;
  const Git<git_blob> owned_blob(blob);
  return std::string(static_cast<const char*>(git_blob_rawcontent(blob)),
                     static_cast<std::size_t>(git_blob_rawsize(blob)));
}

Result<std::vector<Prediction>> predict(EvalKind kind, std::string_view items, const TextRepositories& repositories,
                                        const RuleSet& rules, void (*progress)(std::size_t, std::size_t)) {
  std::vector<Prediction> predictions;
  Predictor predictor(repositories, rules);
  const auto total = static_cast<std::size_t>(std::count(items.begin(), items.end(), '\n')) +
                     (items.empty() || items.back() == '\n' ? 0 : 1);
  for (std::size_t line = 1; !items.empty(); ++line) {
    const std::size_t end = std::min(items.find('\n'), items.size());
    const std::string_view text = items.substr(0, end);
    items.remove_prefix(std::min(end + 1, items.size()));
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    boost::system::error_code code;
    const json::value item = json::parse(text, code);
    if (code || !item.is_object()) {
      return Error{ErrorCode::bad_input, fmt::format("line {} is not a JSON object", line)};
    }
    auto done = predictor.predict(kind, item.as_object(), predictions);
    if (!done) return Error{done.error().code, fmt::format("line {}: {}", line, done.error().message)};
    progress(line, total);
  }
  return predictions;
}

double ClassScore::precision() const {
  return predicted == 0 ? 0 : static_cast<double>(right) / static_cast<double>(predicted);
}
double ClassScore::recall() const {
  return expected == 0 ? 0 : static_cast<double>(right) / static_cast<double>(expected);
}
double ClassScore::f1() const {
  const double sum = precision() + recall();
  return sum == 0 ? 0 : 2 * precision() * recall() / sum;
}
double Scores::accuracy() const { return items == 0 ? 0 : static_cast<double>(right) / static_cast<double>(items); }

Scores score(const std::vector<Prediction>& predictions, std::string_view question, bool artefacts, bool doubtful) {
  Scores scores;
  std::map<std::string, ClassScore> classes;
  for (const Prediction& one : predictions) {
    if (one.question != question || one.expected.empty() || (one.artefact && !artefacts) ||
        (one.doubtful && !doubtful)) {
      continue;
    }
    const bool right = one.expected == one.predicted;
    ++scores.items;
    scores.right += right ? 1 : 0;
    ++classes[one.expected].expected;
    ++classes[one.predicted].predicted;
    classes[one.expected].right += right ? 1 : 0;
    ++scores.confusion[{one.expected, one.predicted}];
    if (!right || one.evidence.empty() || one.expected_evidence.empty()) continue;
    ++scores.with_evidence;
    const bool same = std::any_of(one.evidence.begin(), one.evidence.end(), [&](const std::string& mine) {
      return std::any_of(one.expected_evidence.begin(), one.expected_evidence.end(),
                         [&](const std::string& theirs) { return overlaps(mine, theirs); });
    });
    scores.same_evidence += same ? 1 : 0;
  }
  for (auto& [name, one] : classes) {
    one.name = name;
    scores.classes.push_back(one);
  }
  return scores;
}

bool overlaps(std::string_view a, std::string_view b) {
  constexpr std::size_t run = 6;
  const std::vector<std::string> left = words_of(a), right = words_of(b);
  const std::size_t length = std::min({run, left.size(), right.size()});
  if (length == 0) return false;
  std::set<std::vector<std::string>> runs;
  for (std::size_t i = 0; i + length <= left.size(); ++i) {
    runs.emplace(left.begin() + static_cast<std::ptrdiff_t>(i), left.begin() + static_cast<std::ptrdiff_t>(i + length));
  }
  for (std::size_t i = 0; i + length <= right.size(); ++i) {
    if (runs.count({right.begin() + static_cast<std::ptrdiff_t>(i),
                    right.begin() + static_cast<std::ptrdiff_t>(i + length)}) != 0) {
      return true;
    }
  }
  return false;
}

}  // namespace smallprint
