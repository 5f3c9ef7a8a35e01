#include "server/negotiate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "server/router.h"

namespace smallprint {

namespace {

struct Preference {
  std::string range;  ///< "text/html", "text/*", "*/*"; or a coding
  int quality = 1000;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view take(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = trimmed(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

/// "0.8" as 800; anything else as 1000.
int quality(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return 1000;
  if (text[0] == '1') return 1000;
  int value = 0;
  int unit = 100;
  for (std::size_t i = 2; i < text.size() && i < 5 && text[i] >= '0' && text[i] <= '9'; ++i) {
    value += (text[i] - '0') * unit;
    unit /= 10;
  }
  return value;
}

std::vector<Preference> preferences(std::string_view header) {
  std::vector<Preference> out;
  while (!header.empty() && out.size() < 50) {
    std::string_view item = take(header, ',');
    Preference preference;
    preference.range = lower_ascii(take(item, ';'));
    while (!item.empty()) {
      const std::string_view parameter = take(item, ';');
      if (parameter.starts_with("q=") || parameter.starts_with("Q=")) preference.quality = quality(parameter.substr(2));
    }
    if (!preference.range.empty()) out.push_back(std::move(preference));
  }
  return out;
}

/// How closely a range names a type: 0 not at all … 3 exactly.
int closeness(std::string_view range, std::string_view type) {
  if (range == type) return 3;
  if (range.ends_with("/*") && type.substr(0, type.find('/')) == range.substr(0, range.size() - 2)) return 2;
  return range == "*/*" || range == "*" ? 1 : 0;
}

}  // namespace

std::optional<std::size_t> best_media_type(std::string_view accept, std::span<const std::string_view> offers) {
  const std::vector<Preference> wanted = preferences(accept);
  if (wanted.empty()) return 0;
  std::optional<std::size_t> best;
  int best_quality = 0;
  for (std::size_t i = 0; i < offers.size(); ++i) {
    int closest = 0;
    int offered = 0;
    for (const Preference& preference : wanted) {
      const int close = closeness(preference.range, offers[i]);
      if (close > closest) {
        closest = close;
        offered = preference.quality;
      }
    }
    if (offered > best_quality) {
      best = i;
      best_quality = offered;
    }
  }
  return best;
}

bool prefers_html(std::string_view accept) {
  const std::vector<Preference> wanted = preferences(accept);
  return std::any_of(wanted.begin(), wanted.end(),
                     [](const Preference& p) { return p.range == "text/html" && p.quality > 0; });
}

bool accepts_gzip(std::string_view accept_encoding) {
  int named = -1;
  int any = 0;
  for (const Preference& preference : preferences(accept_encoding)) {
    if (preference.range == "gzip" || preference.range == "x-gzip") named = preference.quality;
    if (preference.range == "*") any = preference.quality;
  }
  return named >= 0 ? named > 0 : any > 0;
}

std::optional<std::string> gzip(std::string_view bytes) {
  if (bytes.size() > std::numeric_limits<uInt>::max() / 2) return std::nullopt;
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;
  if (deflateInit2(&stream, 5, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) return std::nullopt;
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  // zlib reads, and never writes, through this pointer.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) return std::nullopt;
  return out;
}

}  // namespace smallprint
