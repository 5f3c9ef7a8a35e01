#include "fetcher/extract/charset.h"

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "fetcher/extract/text.h"

namespace smallprint {
namespace {

constexpr std::size_t meta_window = 4096;        ///< bytes in which a <meta> is looked for
constexpr std::size_t detection_window = 65536;  ///< bytes that are shown to the detector
constexpr int least_confidence = 30;             ///< of 100
constexpr std::size_t enough_sequences = 4;      ///< beyond ASCII: so many tell what the bytes are, whatever is said

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

/// ICU's name for an encoding's label, or empty: only what the web has, no "UTF-7".
std::string_view converter_name(std::string_view label) {
  struct Entry {
    std::string_view label, name;
  };
  static constexpr std::array<Entry, 48> table{{
      {"utf-8", "UTF-8"},
      {"utf8", "UTF-8"},
      {"unicode-1-1-utf-8", "UTF-8"},
      {"utf-16", "UTF-16LE"},
      {"utf-16le", "UTF-16LE"},
      {"utf-16be", "UTF-16BE"},
      {"us-ascii", "windows-1252"},
      {"ascii", "windows-1252"},
      {"iso-8859-1", "windows-1252"},
      {"iso8859-1", "windows-1252"},
      {"latin1", "windows-1252"},
      {"windows-1252", "windows-1252"},
      {"cp1252", "windows-1252"},
      {"iso-8859-2", "ISO-8859-2"},
      {"latin2", "ISO-8859-2"},
      {"iso-8859-3", "ISO-8859-3"},
      {"iso-8859-4", "ISO-8859-4"},
      {"iso-8859-5", "ISO-8859-5"},
      {"iso-8859-6", "ISO-8859-6"},
      {"iso-8859-7", "ISO-8859-7"},
      {"iso-8859-8", "ISO-8859-8"},
      {"iso-8859-9", "windows-1254"},
      {"iso-8859-13", "ISO-8859-13"},
      {"iso-8859-15", "ISO-8859-15"},
      {"windows-1250", "windows-1250"},
      {"windows-1251", "windows-1251"},
      {"cp1251", "windows-1251"},
      {"windows-1253", "windows-1253"},
      {"windows-1254", "windows-1254"},
      {"windows-1255", "windows-1255"},
      {"windows-1256", "windows-1256"},
      {"windows-1257", "windows-1257"},
      {"windows-1258", "windows-1258"},
      {"windows-874", "windows-874-2000"},
      {"tis-620", "windows-874-2000"},
      {"koi8-r", "KOI8-R"},
      {"koi8-u", "KOI8-U"},
      {"macintosh", "macintosh"},
      {"gbk", "GB18030"},
      {"gb2312", "GB18030"},
      {"gb18030", "GB18030"},
      {"big5", "Big5"},
      {"big5-hkscs", "Big5-HKSCS"},
      {"euc-jp", "EUC-JP"},
      {"iso-2022-jp", "ISO-2022-JP"},
      {"shift_jis", "windows-31j"},
      {"sjis", "windows-31j"},
      {"euc-kr", "windows-949"},
  }};
  const auto* found = std::find_if(table.begin(), table.end(), [&](const Entry& e) { return e.label == label; });
  return found == table.end() ? std::string_view{} : found->name;
}

/// The value after "charset=" in a header or meta element; `text` is in lower case.
std::string_view charset_in(std::string_view text) {
  for (std::size_t at = text.find("charset"); at != std::string_view::npos; at = text.find("charset", at + 7)) {
    std::size_t i = text.find_first_not_of(" \t\r\n", at + 7);
    if (i == std::string_view::npos || text[i] != '=') continue;
    i = text.find_first_not_of(" \t\r\n\"'", i + 1);
    if (i == std::string_view::npos) break;
    const std::size_t end = std::min(text.find_first_of(" \t\r\n\"';,/>", i), text.size());
    return text.substr(i, end - i);
  }
  return {};
}

std::string_view meta_charset(std::string_view head) {
  for (std::size_t at = head.find("<meta"); at != std::string_view::npos; at = head.find("<meta", at + 5)) {
    const std::size_t end = head.find('>', at);
    if (end == std::string_view::npos) break;
    const std::string_view name = charset_in(head.substr(at, end - at));
    if (!name.empty()) return name;
  }
  return {};
}

std::string_view detected(std::string_view bytes) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UCharsetDetector, decltype(&ucsdet_close)> detector(ucsdet_open(&status), &ucsdet_close);
  if (U_FAILURE(status)) return {};
  const auto size = static_cast<std::int32_t>(std::min(bytes.size(), detection_window));
  ucsdet_setText(detector.get(), bytes.data(), size, &status);
  const UCharsetMatch* match = ucsdet_detect(detector.get(), &status);
  if (U_FAILURE(status) || match == nullptr) return {};
  if (ucsdet_getConfidence(match, &status) < least_confidence || U_FAILURE(status)) return {};
  const char* name = ucsdet_getName(match, &status);
  return U_FAILURE(status) || name == nullptr ? std::string_view{} : converter_name(lowered(name));
}

/// Is what a page says of its encoding proven wrong by its bytes? Real text in another encoding is hardly ever UTF-8
/// throughout, and real UTF-8 is hardly ever broken more often than not.
bool is_disproven(std::string_view name, std::string_view bytes) {
  const bool whole = is_utf8(bytes);
  if (whole == (name == "UTF-8")) return false;
  const std::string text = to_utf8(bytes);
  std::size_t sequences = 0, broken = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (static_cast<unsigned char>(text[i]) < 0xC0) continue;
    ++sequences;
    if (text.compare(i, 3, "\xEF\xBF\xBD") == 0) ++broken;
  }
  return whole ? sequences >= enough_sequences : broken >= enough_sequences && 2 * broken > sequences;
}

std::string converted(std::string_view bytes, std::string_view name) {
  if (name == "UTF-8") return to_utf8(bytes);
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, decltype(&ucnv_close)> converter(ucnv_open(std::string(name).c_str(), &status),
                                                                     &ucnv_close);
  if (U_FAILURE(status) || bytes.size() > INT32_MAX / 2) return to_utf8(bytes);
  const icu::UnicodeString text(bytes.data(), static_cast<std::int32_t>(bytes.size()), converter.get(), status);
  if (U_FAILURE(status)) return to_utf8(bytes);
  std::string out;
  text.toUTF8String(out);
  return is_utf8(out) ? out : to_utf8(out);
}

}  // namespace

std::string decode_text(std::string_view bytes, std::string_view content_type, bool html) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return to_utf8(bytes.substr(3));
  if (bytes.starts_with("\xFE\xFF")) return converted(bytes.substr(2), "UTF-16BE");
  if (bytes.starts_with("\xFF\xFE")) return converted(bytes.substr(2), "UTF-16LE");
  std::string_view name = converter_name(charset_in(lowered(content_type)));
  if (name.empty() && html) {
    const std::string head = lowered(bytes.substr(0, meta_window));
    name = converter_name(meta_charset(head));
    if (name.starts_with("UTF-16")) name = "UTF-8";  // it could not have been read otherwise
  }
  if (!name.empty() && !is_disproven(name, bytes)) return converted(bytes, name);
  if (is_utf8(bytes)) return std::string(bytes);
  name = detected(bytes);
  return converted(bytes, name.empty() ? "windows-1252" : name);
}

}  // namespace smallprint
