#include "app/page_judgement.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace smallprint {
namespace {

/// A text shorter than this may well be rewritten shorter still, or into another one.
constexpr std::size_t enough_to_judge = 300;
/// Of fewer words the language is a guess.
constexpr std::size_t enough_for_language = 60;
/// Below this share of the words of the version before, a page has lost most of its text …
constexpr double least_share_left = 0.3;
/// … and below this one where it says nothing new: a page that was cut off.
constexpr double least_share_cut_off = 0.5;
constexpr double nothing_new = 0.85;
/// So many words ahead of the text are more than a title and a date …
constexpr std::size_t least_cut_off = 60;
/// … and so much of it is known where nothing else happened to it.
constexpr double all_known = 0.98;
/// So much of a page is known where it is the document whatever its marks say.
constexpr double mostly_known = 0.5;
/// So little of a text is known where it may be another document's.
constexpr double hardly_known = 0.1;
constexpr double least_likeness = 0.3;
/// A text that is so many times longer replaces something that was no whole document.
constexpr std::size_t much_longer = 4;
constexpr double of_a_sibling = 0.5;

using Hash = std::uint64_t;
constexpr Hash hash_start = 0xcbf29ce484222325U;  // FNV-1a
constexpr Hash hash_factor = 0x100000001b3U;

/// A text's words as hashes, ASCII letters folded to lower case; a CJK character is a word by itself.
std::vector<Hash> words_of(const Document& document) {
  std::vector<Hash> words;
  Hash word = hash_start;
  const auto end_word = [&] {
    if (word != hash_start) words.push_back(word);
    word = hash_start;
  };
  for (const Clause& clause : document.clauses) {
    for (const char character : clause.text) {
      const auto byte = static_cast<unsigned char>(character);
      const auto lower = static_cast<unsigned char>(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
      const bool part = byte >= 0x80 || (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9');
      // Three bytes from E3 on begin kana, ideographs and hangul.
      if (!part || (byte >= 0xE3 && byte < 0xF0)) end_word();
      if (part) word = (word ^ lower) * hash_factor;
    }
    end_word();
  }
  return words;
}

/// Runs of three words.
std::unordered_set<Hash> phrases_of(const std::vector<Hash>& words) {
  std::unordered_set<Hash> phrases;
  phrases.reserve(words.size());
  for (std::size_t i = 0; i + 2 < words.size(); ++i) {
    phrases.insert((words[i] * hash_factor + words[i + 1]) * hash_factor + words[i + 2]);
  }
  return phrases;
}

/// The share of a text's phrases that stand in another one.
double share_known(const std::unordered_set<Hash>& phrases, const std::unordered_set<Hash>& known) {
  if (phrases.empty()) return 0;
  const auto common = std::count_if(phrases.begin(), phrases.end(), [&](Hash one) { return known.count(one) != 0; });
  return static_cast<double>(common) / static_cast<double>(phrases.size());
}

/// Cosine of the two texts' word counts, on a logarithmic scale: 0 has no word in common, 1 has the same words.
double likeness(const std::vector<Hash>& a, const std::vector<Hash>& b) {
  std::unordered_map<Hash, std::pair<std::size_t, std::size_t>> counts;
  for (const Hash word : a) ++counts[word].first;
  for (const Hash word : b) ++counts[word].second;
  const auto weight = [](std::size_t count) { return count == 0 ? 0.0 : 1 + std::log(static_cast<double>(count)); };
  double product = 0, of_a = 0, of_b = 0;
  for (const auto& [word, count] : counts) {
    const double in_a = weight(count.first), in_b = weight(count.second);
    product += in_a * in_b;
    of_a += in_a * in_a;
    of_b += in_b * in_b;
  }
  return of_a == 0 || of_b == 0 ? 0 : product / std::sqrt(of_a * of_b);
}

/// One kind of document by what its title says, or empty.
std::string_view kind_by_title(std::string_view title) {
  std::string lower(title);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  struct Kind {
    std::string_view kind;
    std::vector<std::string_view> words;
  };
  static const std::vector<Kind> kinds = {
      {"cookies", {"cookie"}},
      {"privacy",
       {"privacy", "confidentialit", "vie privée", "datenschutz", "privacidad", "privacidade", "données personnelles"}},
      {"terms",
       {"terms of", "terms and conditions", "terms & conditions", "user agreement", "conditions d'utilisation",
        "conditions générales", "nutzungsbedingungen", "condiciones", "termini", "voorwaarden"}},
  };
  std::string_view found;
  for (const Kind& kind : kinds) {
    const bool named = std::any_of(kind.words.begin(), kind.words.end(),
                                   [&](std::string_view word) { return lower.find(word) != std::string::npos; });
    if (!named) continue;
    if (!found.empty()) return {};  // "Privacy Policy and Terms of Use" is of no one kind
    found = kind.kind;
  }
  return found;
}

int percent(double share) { return static_cast<int>(std::lround(100 * share)); }

/// The texts as they are compared.
struct Text {
  std::vector<Hash> words;
  std::unordered_set<Hash> phrases;
  explicit Text(const Document& document) : words(words_of(document)), phrases(phrases_of(words)) {}
};

/// How many words stand ahead of what is the new text's beginning, where the old one began with a title: a page whose
/// head was not there yet. Nothing where the texts begin alike, or otherwise.
std::size_t words_cut_off(const Document& now, const Document& then) {
  if (now.clauses.empty() || then.clauses.empty() || then.clauses.front().kind != ClauseKind::heading) return 0;
  std::size_t words = 0;
  for (const Clause& clause : then.clauses) {
    if (clause == now.clauses.front()) return words;
    words += word_count(clause.text);
  }
  return 0;
}

/// Characters that could not be read.
std::size_t broken_characters(const Document& document) {
  constexpr std::string_view broken = "\xEF\xBF\xBD";
  std::size_t count = 0;
  for (const Clause& clause : document.clauses) {
    for (std::size_t at = clause.text.find(broken); at != std::string::npos; at = clause.text.find(broken, at + 1))
      ++count;
  }
  return count;
}

std::string another_document(const Text& now, const Text& then, const Document& whole, const PageHistory& history) {
  if (history.siblings) {
    for (const SiblingText& sibling : history.siblings()) {
      const double share = share_known(now.phrases, phrases_of(words_of(sibling.document)));
      if (share >= of_a_sibling) {
        return fmt::format("another document's text: {} % of it is that of {}", percent(share), sibling.id);
      }
    }
  }
  const std::string_view kind = kind_by_title(whole.title);
  const std::string_view kind_before = kind_by_title(history.before->title);
  if (!kind.empty() && !kind_before.empty() && kind != kind_before) {
    return fmt::format("another document's text: it is titled \"{}\", \"{}\" in the version before", whole.title,
                       history.before->title);
  }
  if (now.words.size() > much_longer * then.words.size()) return {};
  const double alike = likeness(now.words, then.words);
  if (alike >= least_likeness) return {};
  return fmt::format("another document's text: it has hardly a word of the version before (likeness {:.2f})", alike);
}

}  // namespace

PageJudgement judge_page(const std::vector<PageRead>& pages, const Document& whole, const PageHistory& history) {
  PageJudgement judgement;
  const Text then(history.before == nullptr ? Document{} : *history.before);
  for (const PageRead& page : pages) {
    if (page.marks.empty()) continue;
    const double known = share_known(phrases_of(words_of(page.document)), then.phrases);
    if (known >= mostly_known) continue;
    judgement.reasons.insert(judgement.reasons.end(), page.marks.begin(), page.marks.end());
    judgement.may_stay = false;
  }
  const std::size_t before = history.before == nullptr ? 0 : history.before->words();
  const std::size_t words = whole.words();
  if (before == 0 || history.recorded_earlier) return judgement;
  if (words >= enough_for_language && before >= enough_for_language && !whole.language.empty() &&
      !history.before->language.empty() && whole.language != history.before->language) {
    judgement.reasons.push_back(
        fmt::format("another language: {}, {} in the version before", whole.language, history.before->language));
    return judgement;  // in another language no word is known
  }
  if (before < enough_to_judge) return judgement;
  const Text now(whole);
  const double known = share_known(now.phrases, then.phrases);
  const double left = static_cast<double>(words) / static_cast<double>(before);
  if (left < least_share_left || (left < least_share_cut_off && known >= nothing_new)) {
    judgement.reasons.push_back(fmt::format("sudden loss of text: {} words, {} in the version before", words, before));
  }
  if (const std::size_t cut = words_cut_off(whole, *history.before); cut >= least_cut_off && known >= all_known) {
    judgement.reasons.push_back(fmt::format("beginning missing: {} words ahead of what is now the first clause", cut));
  }
  if (const std::size_t broken = broken_characters(whole); broken > 0 && broken_characters(*history.before) == 0) {
    judgement.reasons.push_back(fmt::format("broken characters: {}, none in the version before", broken));
  }
  if (known < hardly_known && words >= enough_for_language) {
    std::string reason = another_document(now, then, whole, history);
    if (!reason.empty()) judgement.reasons.push_back(std::move(reason));
  }
  return judgement;
}

}  // namespace smallprint
