#include "fetcher/extract/links.h"

#include <algorithm>
#include <array>
#include <boost/url.hpp>
#include <charconv>
#include <cstddef>

#include "fetcher/extract/text.h"

namespace smallprint {
namespace {

namespace urls = boost::urls;

constexpr std::size_t max_href = 4096;
constexpr std::string_view protected_email = "/cdn-cgi/l/email-protection#";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool starts_with_folded(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

/// Parameters that say where a visitor comes from, or who the visitor is. Names in lower case, each with a blank
/// behind it; a "*" ends a prefix.
constexpr std::string_view tracking_parameters =
    "utm_* gclid gclsrc dclid gbraid wbraid fbclid msclkid yclid twclid ttclid igshid igsh mc_cid mc_eid _ga _gl "
    "_hsenc _hsmi hsa_* __cft__* __tn__ __hstc __hssc __hsfp hsctatracking li_fat_id trk trkinfo lipi mkt_tok vero_id "
    "oly_anon_id oly_enc_id s_kwcid ef_id epik srsltid phpsessid jsessionid sessionid sid cf_chl_* __cf_chl_* _gid "
    "mibextid cfid cftoken aspsessionid* nonce _csrf csrf_token csrftoken authenticity_token x-amz-* x-goog-* "
    "gad_source gad_campaignid _gac pk_* mtm_* matomo_* piwik_* wickedid dm_i rb_clickid irclickid irgwc cjevent "
    "ttd_id _kx _branch_* session_id session-id sessid asp.net_sessionid visitor_id visitorid csrf xsrf _xsrf _token "
    "csrfmiddlewaretoken __requestverificationtoken form_key _wpnonce preview_nonce __viewstate _nc_* ";

bool is_tracking(std::string_view name) {
  for (std::string_view rest = tracking_parameters; !rest.empty();) {
    const std::size_t end = rest.find(' ');
    std::string_view parameter = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    const bool prefix = parameter.ends_with('*');
    if (prefix) parameter.remove_suffix(1);
    if (starts_with_folded(name, parameter) && (prefix || name.size() == parameter.size())) return true;
  }
  return false;
}

/// Bytes that an address may not have as they are, percent-encoded; what is encoded already stays.
std::string encoded(std::string_view href) {
  static constexpr std::string_view allowed = "-._~:/?#[]@!$&'()*+,;=%";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  bool fragment = false;
  for (std::size_t i = 0; i < href.size(); ++i) {
    const char c = href[i];
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
    const auto hex = [&](std::size_t at) {
      return at < href.size() &&
             ((href[at] >= '0' && href[at] <= '9') || (lower(href[at]) >= 'a' && lower(href[at]) <= 'f'));
    };
    const bool bare_percent = c == '%' && !(hex(i + 1) && hex(i + 2));
    const bool second_fragment = c == '#' && fragment;
    fragment = fragment || c == '#';
    if (c == '\t' || c == '\n' || c == '\r') continue;
    if ((letter || allowed.find(c) != std::string_view::npos) && !bare_percent && !second_fragment) {
      out.push_back(c);
    } else {
      out.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
  }
  return out;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A value that nobody wrote: long, of letters and digits.
bool looks_random(std::string_view value) {
  constexpr std::size_t shortest = 16;
  if (value.size() < shortest) return false;
  const bool digits = std::any_of(value.begin(), value.end(), is_digit);
  const bool letters =
      std::any_of(value.begin(), value.end(), [](char c) { return lower(c) >= 'a' && lower(c) <= 'z'; });
  return digits && letters && value.find('.') == std::string_view::npos;
}

/// The time of the visit, in seconds or milliseconds since 1970.
bool looks_like_time(std::string_view value) {
  return (value.size() == 10 || value.size() == 13) && value.front() == '1' &&
         std::all_of(value.begin(), value.end(), is_digit);
}

bool is_any(std::string_view name, const auto& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view entry) {
    return name.size() == entry.size() && starts_with_folded(name, entry);
  });
}

/// Is it a token by its name and by what it holds? "v=2" is a version, "v=1699999999" keeps caches out.
bool is_token(std::string_view name, std::string_view value) {
  static constexpr std::array<std::string_view, 12> times{"_",   "t",    "ts",     "cb",   "v",         "ver",
                                                          "rnd", "rand", "random", "time", "timestamp", "cachebuster"};
  static constexpr std::array<std::string_view, 10> secrets{"token",  "access_token", "auth_token", "hash", "session",
                                                            "ticket", "state",        "hmac",       "key",  "uuid"};
  return (looks_like_time(value) && is_any(name, times)) || (looks_random(value) && is_any(name, secrets));
}

/// What signs an address for a while: CloudFront, Azure, Google Cloud, S3 and their like. Only beside a signature.
bool is_of_signature(std::string_view name) {
  static constexpr std::array<std::string_view, 24> names{
      "signature",      "sig",   "expires", "expiry", "exp", "policy", "key-pair-id", "awsaccesskeyid",
      "googleaccessid", "hmac",  "se",      "sp",     "sv",  "sr",     "st",          "spr",
      "skoid",          "sktid", "skt",     "ske",    "sks", "skv",    "hdnea",       "hdnts"};
  return is_any(name, names);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

/// The target that a redirector carries in its own address, or empty.
std::string carried_target(const urls::url_view& url) {
  const std::string host(url.encoded_host());
  const std::string path(url.encoded_path());
  std::string_view parameter;
  if ((host == "l.facebook.com" || host == "lm.facebook.com" || host == "l.instagram.com") &&
      (path == "/l.php" || path == "/")) {
    parameter = "u";
  } else if ((host == "www.google.com" || host == "google.com") && path == "/url") {
    parameter = url.params().contains("q") ? "q" : "url";
  } else if (host.ends_with(".safelinks.protection.outlook.com")) {
    parameter = "url";
  } else {
    return {};
  }
  const auto params = url.params();
  const auto found = params.find(parameter);
  if (found == params.end()) return {};
  const std::string target = (*found).value;
  return starts_with_folded(target, "http://") || starts_with_folded(target, "https://") ? target : std::string();
}

/// What a build names anew each time: the segment behind "/_next/static/", "/version1699999999/".
bool is_build_segment(std::string_view before, std::string_view segment) {
  static constexpr std::array<std::string_view, 2> kept{"/chunks", "/media"};
  if (before.ends_with("/_next/static") || before.ends_with("/_next/data")) {
    return std::find(kept.begin(), kept.end(), segment) == kept.end() && segment != "/css";
  }
  constexpr std::string_view version = "/version";
  return segment.starts_with(version) && looks_like_time(segment.substr(version.size()));
}

/// A path without the sessions that servers write into it: ";jsessionid=…" of Java, "/(S(…))" of ASP.NET; and without
/// the names of builds.
std::string without_session(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size();) {
    const std::string_view rest = path.substr(i);
    const bool parameter = starts_with_folded(rest, ";jsessionid=") || starts_with_folded(rest, ";phpsessid=") ||
                           starts_with_folded(rest, ";sid=");
    const std::size_t length = std::min(rest.find_first_of("/;", 1), rest.size());
    const bool segment = starts_with_folded(rest, "/(s(") && rest.substr(0, length).ends_with("))");
    const bool build = rest.front() == '/' && is_build_segment(out, rest.substr(0, length));
    if (parameter || segment || build) {
      i += length;
    } else {
      out.push_back(path[i++]);
    }
  }
  return out;
}

void canonicalise(urls::url& url) {
  url.normalize_authority();
  url.normalize_path();
  const std::string path(url.encoded_path());
  if (const std::string clean = without_session(path); clean != path) url.set_encoded_path(clean);
  if (url.has_port() &&
      ((url.scheme() == "https" && url.port() == "443") || (url.scheme() == "http" && url.port() == "80"))) {
    url.remove_port();
  }
  if (url.encoded_path().empty() && url.has_authority()) url.set_path_absolute(true);
  if (url.has_query()) {
    auto params = url.encoded_params();
    constexpr std::size_t shortest_signature = 16;
    constexpr std::array<std::string_view, 4> signatures{"signature", "sig", "hdnea", "hdnts"};
    const bool is_signed = std::any_of(params.begin(), params.end(), [&](const auto& param) {
      return param.value.size() >= shortest_signature && is_any(param.key, signatures);
    });
    for (auto it = params.begin(); it != params.end();) {
      const auto param = *it;
      const bool drop =
          is_tracking(param.key) || is_token(param.key, param.value) || (is_signed && is_of_signature(param.key));
      it = drop ? params.erase(it) : std::next(it);
    }
    if (url.encoded_query().empty()) url.remove_query();
  }
}

/// Numeric character references of ASCII, as pages write an address that was hidden once before: "&#64;", "&#x40;".
std::string without_references(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t end = text.substr(i, 2) == "&#" ? text.find(';', i) : std::string_view::npos;
    const bool hex = end != std::string_view::npos && lower(text[i + 2]) == 'x';
    const std::string_view digits =
        end == std::string_view::npos ? std::string_view{} : text.substr(i + (hex ? 3 : 2), end - i - (hex ? 3 : 2));
    int code = 0;
    const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
    if (!digits.empty() && error == std::errc{} && rest == digits.data() + digits.size() && code > ' ' && code < 127) {
      out.push_back(static_cast<char>(code));
      i = end;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace

LinkBase::LinkBase(std::string_view url, std::string_view base) : base_(encoded(trimmed(url))) {
  const std::string page = resolve(url);
  page_ = page.substr(0, page.find('#'));
  if (!base.empty()) base_ = resolve(base);
}

std::string LinkBase::resolve(std::string_view href) const {
  href = trimmed(href);
  if (href.empty() || href.size() > max_href) return {};
  if (href.front() == '#') return href.size() == 1 ? std::string() : std::string(href);
  for (const std::string_view scheme : {"javascript:", "data:", "vbscript:", "blob:", "about:", "file:"}) {
    if (starts_with_folded(href, scheme)) return {};
  }
  std::string clean = encoded(href);
  if (const std::size_t at = clean.find(protected_email); at != std::string::npos) {
    const std::string address = decode_cfemail(std::string_view(clean).substr(at + protected_email.size()));
    if (!address.empty()) return "mailto:" + address;
    clean.resize(at + protected_email.size() - 1);  // what cannot be read differs at every visit
  }
  try {
    const auto reference = urls::parse_uri_reference(clean);
    if (!reference) return clean;
    urls::url url;
    if (reference->has_scheme()) {
      url = *reference;
    } else {
      const auto base = urls::parse_uri(base_);
      if (!base || !urls::resolve(*base, *reference, url)) return clean;
    }
    url.normalize_scheme();
    if (url.scheme() != "http" && url.scheme() != "https") return std::string(url.buffer());
    if (const std::string target = carried_target(url); !target.empty()) {
      const std::string inner = encoded(target);
      if (const auto parsed = urls::parse_uri(inner)) url = *parsed;
    }
    canonicalise(url);
    std::string out(url.buffer());
    // A place in this page, however it is written.
    if (!page_.empty() && out.size() > page_.size() + 1 && out[page_.size()] == '#' && out.starts_with(page_)) {
      return out.substr(page_.size());
    }
    return out;
  } catch (const std::exception&) {  // Boost.URL throws where a length or a syntax rule is broken
    return clean;
  }
}

std::string decode_cfemail(std::string_view hex) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
  };
  if (hex.size() < 6 || hex.size() % 2 != 0 || hex.size() > max_href) return {};
  std::string out;
  int key = 0;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit(hex[i]), low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return {};
    const int byte = high * 16 + low;
    if (i == 0) {
      key = byte;
    } else {
      out.push_back(static_cast<char>(byte ^ key));
    }
  }
  out = without_references(out);
  return is_utf8(out) && out.find('@') != std::string::npos ? out : std::string();
}

}  // namespace smallprint
