#include "fetcher/extract/language.h"

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include <algorithm>
#include <cstddef>

namespace smallprint {
namespace {

constexpr std::size_t sample_bytes = 8192;
constexpr std::size_t pieces = 4;
constexpr int least_text = 60;     ///< bytes that CLD2 must have counted
constexpr int least_percent = 60;  ///< of the text, in the language found

/// A few pieces from all over the text, cut between words.
std::string sample(std::string_view text) {
  if (text.size() <= sample_bytes) return std::string(text);
  std::string out;
  for (std::size_t piece = 0; piece < pieces; ++piece) {
    const std::size_t from = piece * (text.size() - sample_bytes / pieces) / (pieces - 1);
    const std::size_t begin = std::min(text.find_first_of(" \n", from), text.size());
    const std::string_view part = text.substr(begin, sample_bytes / pieces);
    out += part.substr(0, part.find_last_of(" \n"));
  }
  return out;
}

}  // namespace

std::string detect_language(std::string_view text) {
  const std::string bytes = sample(text);
  CLD2::Language top[3] = {CLD2::UNKNOWN_LANGUAGE, CLD2::UNKNOWN_LANGUAGE, CLD2::UNKNOWN_LANGUAGE};
  int percent[3] = {0, 0, 0};
  double score[3] = {0, 0, 0};
  int counted = 0;
  bool reliable = false;
  const CLD2::CLDHints hints{nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
  const CLD2::Language found = CLD2::ExtDetectLanguageSummary(
      bytes.data(), static_cast<int>(bytes.size()), true, &hints, 0, top, percent, score, nullptr, &counted, &reliable);
  if (!reliable || found == CLD2::UNKNOWN_LANGUAGE || counted < least_text || percent[0] < least_percent) return {};
  std::string code = CLD2::LanguageCode(top[0]);
  if (code == "un" || code.starts_with("xx")) return {};
  if (code == "iw") return "he";
  return code.substr(0, code.find('-'));
}

}  // namespace smallprint
