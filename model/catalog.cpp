#include "model/catalog.h"

#include <array>
#include <cstdio>

namespace smallprint {
namespace {

// ASCII forms of U+00C0 to U+017F (Latin-1 letters and Latin Extended-A), by position.
constexpr std::array<std::string_view, 192> latin = {
    "a", "a", "a",  "a", "a", "a", "ae", "c",  "e", "e", "e",  "e",  "i", "i", "i",  "i",  "d", "n", "o",  "o",
    "o", "o", "o",  "",  "o", "u", "u",  "u",  "u", "y", "th", "ss", "a", "a", "a",  "a",  "a", "a", "ae", "c",
    "e", "e", "e",  "e", "i", "i", "i",  "i",  "d", "n", "o",  "o",  "o", "o", "o",  "",   "o", "u", "u",  "u",
    "u", "y", "th", "y", "a", "a", "a",  "a",  "a", "a", "c",  "c",  "c", "c", "c",  "c",  "c", "c", "d",  "d",
    "d", "d", "e",  "e", "e", "e", "e",  "e",  "e", "e", "e",  "e",  "g", "g", "g",  "g",  "g", "g", "g",  "g",
    "h", "h", "h",  "h", "i", "i", "i",  "i",  "i", "i", "i",  "i",  "i", "i", "ij", "ij", "j", "j", "k",  "k",
    "k", "l", "l",  "l", "l", "l", "l",  "l",  "l", "l", "l",  "n",  "n", "n", "n",  "n",  "n", "n", "n",  "n",
    "o", "o", "o",  "o", "o", "o", "oe", "oe", "r", "r", "r",  "r",  "r", "r", "s",  "s",  "s", "s", "s",  "s",
    "s", "s", "t",  "t", "t", "t", "t",  "t",  "u", "u", "u",  "u",  "u", "u", "u",  "u",  "u", "u", "u",  "u",
    "w", "w", "y",  "y", "y", "z", "z",  "z",  "z", "z", "z",  "s"};

std::uint32_t fnv1a(std::string_view text) {
  std::uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

bool is_slug(std::string_view text) {
  return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

}  // namespace

std::string slug(std::string_view name) {
  std::string result;
  const auto add = [&result](std::string_view ascii) {
    if (!ascii.empty()) {
      result += ascii;
    } else if (!result.empty() && result.back() != '-') {
      result += '-';
    }
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto byte = static_cast<unsigned char>(name[i]);
    const char lower = static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
    if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9')) {
      add({&lower, 1});
    } else if (byte >= 0xC3 && byte <= 0xC5 && i + 1 < name.size()) {
      const unsigned code = ((byte & 0x1FU) << 6) | (static_cast<unsigned char>(name[++i]) & 0x3FU);
      add(latin[code - 0xC0]);
    } else if (byte == '\'') {
      continue;
    } else if (byte == 0xE2 && name.substr(i).starts_with("\u2019")) {
      i += 2;
    } else {
      add({});
    }
  }
  while (!result.empty() && result.back() == '-') result.pop_back();
  if (!result.empty()) return result;
  std::array<char, 16> hashed{};
  std::snprintf(hashed.data(), hashed.size(), "x%08x", fnv1a(name));
  return hashed.data();
}

DocumentId document_id(std::string_view service, std::string_view terms_type, std::string_view region) {
  DocumentId id = slug(service) + "/" + slug(terms_type);
  if (!region.empty()) id += "@" + slug(region);
  return id;
}

Result<DocumentIdParts> parse_document_id(std::string_view id) {
  DocumentIdParts parts;
  const std::size_t slash = id.find('/');
  if (slash != std::string_view::npos) {
    parts.service = id.substr(0, slash);
    parts.terms_type = id.substr(slash + 1);
    const std::size_t at = parts.terms_type.find('@');
    const bool regional = at != std::string_view::npos;
    if (regional) {
      parts.region = parts.terms_type.substr(at + 1);
      parts.terms_type = parts.terms_type.substr(0, at);
    }
    if (is_slug(parts.service) && is_slug(parts.terms_type) && (!regional || is_slug(parts.region))) return parts;
  }
  return Error{ErrorCode::bad_input, "'" + std::string(id) + "' is not a document like linkedin/privacy-policy"};
}

const std::vector<Source>& sources_at(const Declaration& declaration, Timestamp time) {
  for (const FormerDeclaration& former : declaration.former) {
    if (time <= former.valid_until) return former.sources;
  }
  return declaration.sources.empty() && !declaration.former.empty() ? declaration.former.back().sources
                                                                    : declaration.sources;
}

}  // namespace smallprint
