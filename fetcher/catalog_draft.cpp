#include "fetcher/catalog_draft.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <boost/url.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "fetcher/catalog.h"

namespace smallprint {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t most_name = 100;  ///< bytes of a service's name
constexpr std::size_t most_site = 40;   ///< bytes; what is longer is a slogan

// https://github.com/OpenTermsArchive/terms-types
constexpr std::array<std::string_view, 22> types{"Terms of Service",
                                                 "Privacy Policy",
                                                 "Trackers Policy",
                                                 "Acceptable Use Policy",
                                                 "Community Guidelines",
                                                 "Copyright Claims Policy",
                                                 "Commercial Terms",
                                                 "Developer Terms",
                                                 "Data Processor Agreement",
                                                 "Data Controller Agreement",
                                                 "Law Enforcement Guidelines",
                                                 "Vulnerability Disclosure Policy",
                                                 "Ad Publishing Policy",
                                                 "Brand Guidelines",
                                                 "Imprint",
                                                 "General Conditions of Sale",
                                                 "Returns Policy",
                                                 "Service Level Agreement",
                                                 "Marketplace Buyers Conditions",
                                                 "Marketplace Sellers Conditions",
                                                 "User Consent Policy",
                                                 "Human Rights Policy"};

/// What titles call each type. Where two begin at the same place the longer one counts, else the first in the text.
constexpr std::array<std::pair<std::string_view, std::string_view>, 93> phrases{{
    {"cookie", "Trackers Policy"},
    {"cookies", "Trackers Policy"},
    {"cookie policy", "Trackers Policy"},
    {"cookierichtlinie", "Trackers Policy"},
    {"politique de cookies", "Trackers Policy"},
    {"politique relative aux cookies", "Trackers Policy"},
    {"política de cookies", "Trackers Policy"},
    {"informativa sui cookie", "Trackers Policy"},
    {"cookiebeleid", "Trackers Policy"},
    {"cookieverklaring", "Trackers Policy"},
    {"trackers policy", "Trackers Policy"},
    {"tracking technologies", "Trackers Policy"},
    {"data processing", "Data Processor Agreement"},
    {"data processor", "Data Processor Agreement"},
    {"dpa", "Data Processor Agreement"},
    {"auftragsverarbeitung", "Data Processor Agreement"},
    {"auftragsverarbeitungsvertrag", "Data Processor Agreement"},
    {"data controller agreement", "Data Controller Agreement"},
    {"community guidelines", "Community Guidelines"},
    {"community standards", "Community Guidelines"},
    {"community rules", "Community Guidelines"},
    {"code of conduct", "Community Guidelines"},
    {"acceptable use", "Acceptable Use Policy"},
    {"aup", "Acceptable Use Policy"},
    {"usage policy", "Acceptable Use Policy"},
    {"usage policies", "Acceptable Use Policy"},
    {"prohibited use", "Acceptable Use Policy"},
    {"prohibited uses", "Acceptable Use Policy"},
    {"copyright", "Copyright Claims Policy"},
    {"dmca", "Copyright Claims Policy"},
    {"intellectual property policy", "Copyright Claims Policy"},
    {"law enforcement", "Law Enforcement Guidelines"},
    {"vulnerability disclosure", "Vulnerability Disclosure Policy"},
    {"responsible disclosure", "Vulnerability Disclosure Policy"},
    {"bug bounty", "Vulnerability Disclosure Policy"},
    {"developer terms", "Developer Terms"},
    {"developer agreement", "Developer Terms"},
    {"developer policy", "Developer Terms"},
    {"developers terms", "Developer Terms"},
    {"api terms", "Developer Terms"},
    {"platform terms", "Developer Terms"},
    {"advertising policy", "Ad Publishing Policy"},
    {"advertising policies", "Ad Publishing Policy"},
    {"advertising standards", "Ad Publishing Policy"},
    {"ads policies", "Ad Publishing Policy"},
    {"brand guidelines", "Brand Guidelines"},
    {"trademark guidelines", "Brand Guidelines"},
    {"trademark policy", "Brand Guidelines"},
    {"commercial terms", "Commercial Terms"},
    {"business terms", "Commercial Terms"},
    {"enterprise terms", "Commercial Terms"},
    {"customer agreement", "Commercial Terms"},
    {"master services agreement", "Commercial Terms"},
    {"service level", "Service Level Agreement"},
    {"sla", "Service Level Agreement"},
    {"terms of sale", "General Conditions of Sale"},
    {"conditions of sale", "General Conditions of Sale"},
    {"conditions générales de vente", "General Conditions of Sale"},
    {"cgv", "General Conditions of Sale"},
    {"return policy", "Returns Policy"},
    {"returns policy", "Returns Policy"},
    {"refund policy", "Returns Policy"},
    {"human rights", "Human Rights Policy"},
    {"imprint", "Imprint"},
    {"impressum", "Imprint"},
    {"legal notice", "Imprint"},
    {"mentions légales", "Imprint"},
    {"aviso legal", "Imprint"},
    {"privacy", "Privacy Policy"},
    {"data protection", "Privacy Policy"},
    {"data policy", "Privacy Policy"},
    {"datenschutz", "Privacy Policy"},
    {"datenschutzerklärung", "Privacy Policy"},
    {"confidentialité", "Privacy Policy"},
    {"protection des données", "Privacy Policy"},
    {"privacidad", "Privacy Policy"},
    {"privacidade", "Privacy Policy"},
    {"privacyverklaring", "Privacy Policy"},
    {"privacybeleid", "Privacy Policy"},
    {"user agreement", "Terms of Service"},
    {"service agreement", "Terms of Service"},
    {"terms", "Terms of Service"},
    {"tos", "Terms of Service"},
    {"eula", "Terms of Service"},
    {"conditions of use", "Terms of Service"},
    {"conditions générales", "Terms of Service"},
    {"conditions d utilisation", "Terms of Service"},
    {"nutzungsbedingungen", "Terms of Service"},
    {"agb", "Terms of Service"},
    {"términos", "Terms of Service"},
    {"termos", "Terms of Service"},
    {"condizioni", "Terms of Service"},
    {"voorwaarden", "Terms of Service"},
}};

/// Lower case words with one blank around each; bytes beyond ASCII are letters.
std::string words_of(std::string_view text) {
  std::string out = " ";
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool word =
        upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (word) {
      out.push_back(upper ? static_cast<char>(c + 32) : c);
    } else if (out.back() != ' ') {
      out.push_back(' ');
    }
  }
  if (out.back() != ' ') out.push_back(' ');
  return out;
}

/// Letters and digits alone: "Hugging Face" → "huggingface"
std::string squeezed(std::string_view name) {
  std::string out = slug(name);
  std::erase(out, '-');
  return out;
}

bool is_about(const std::string& name, const std::string& label) {
  const std::string squeezed_name = squeezed(name);
  return !label.empty() && squeezed_name.size() > 1 &&
         (squeezed_name.find(label) != std::string::npos || label.find(squeezed_name) != std::string::npos);
}

std::vector<std::string> parts_of(std::string_view title) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < title.size();) {
    bool divided = false;
    for (const std::string_view separator : {" | ", " - ", " – ", " — ", " · ", " :: ", " » ", ": "}) {
      if (!title.substr(i).starts_with(separator)) continue;
      parts.emplace_back();
      i += separator.size();
      divided = true;
      break;
    }
    if (!divided) parts.back().push_back(title[i++]);
  }
  return parts;
}

/// As Open Terms Archive writes its files: two blanks a level, one entry a line.
void write_pretty(const json::value& value, std::size_t depth, std::string& out) {
  const auto line = [&](std::size_t levels) { out.append("\n").append(levels * 2, ' '); };
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    out += '{';
    bool first = true;
    for (const auto& [key, member] : *object) {
      if (!std::exchange(first, false)) out += ',';
      line(depth + 1);
      out += json::serialize(json::string(key)) + ": ";
      write_pretty(member, depth + 1, out);
    }
    line(depth);
    out += '}';
  } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    out += '[';
    bool first = true;
    for (const json::value& entry : *array) {
      if (!std::exchange(first, false)) out += ',';
      line(depth + 1);
      write_pretty(entry, depth + 1, out);
    }
    line(depth);
    out += ']';
  } else {
    out += json::serialize(value);
  }
}

json::value entry_of(const Selection& selection) {
  if (const auto* selector = std::get_if<std::string>(&selection)) return json::value(*selector);
  const auto& range = std::get<SelectorRange>(selection);
  json::object object;
  for (const auto& [key, selector] : {std::pair{"startBefore", &range.start_before},
                                      {"startAfter", &range.start_after},
                                      {"endBefore", &range.end_before},
                                      {"endAfter", &range.end_after}}) {
    if (!selector->empty()) object[key] = *selector;
  }
  return object;
}

json::object entry_of(const Declaration& declaration) {
  const Source& source = declaration.sources.front();
  json::object entry{{"fetch", source.url}};
  for (const auto& [key, selections] : {std::pair{"select", &source.select}, {"remove", &source.remove}}) {
    if (selections->empty()) continue;
    json::array list;
    for (const Selection& selection : *selections) list.push_back(entry_of(selection));
    entry[key] = list.size() == 1 ? list.front() : json::value(list);
  }
  if (source.execute_client_scripts) entry["executeClientScripts"] = true;
  if (!declaration.language.empty()) entry["language"] = declaration.language;
  if (declaration.ignore_robots) entry["ignoreRobots"] = true;
  return entry;
}

/// What a declared document is called, whoever's it is.
DocumentId id_of(std::string_view declared, const json::value& entry) {
  if (const auto* object = entry.if_object()) {
    const json::value* region = object->if_contains("region");
    if (region != nullptr && region->is_string()) return document_id("x", declared, region->get_string());
  }
  const std::size_t at = declared.rfind('@');
  return document_id("x", declared.substr(0, at),
                     at == std::string_view::npos ? std::string_view{} : declared.substr(at + 1));
}

}  // namespace

std::span<const std::string_view> known_terms_types() { return types; }

std::string guess_terms_type(std::string_view text) {
  const std::string words = words_of(text);
  for (const std::string_view type : types) {
    if (words == words_of(type)) return std::string(type);
  }
  std::size_t first = std::string::npos, length = 0;
  std::string_view found;
  for (const auto& [phrase, type] : phrases) {
    std::string padded = " ";
    padded.append(phrase).append(" ");
    const std::size_t at = words.find(padded);
    if (at < first || (at == first && at != std::string::npos && phrase.size() > length)) {
      first = at;
      length = phrase.size();
      found = type;
    }
  }
  return std::string(found);
}

std::string guess_terms_type_of_address(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed) return {};
  const auto segments = parsed->segments();
  std::vector<std::string> parts(segments.begin(), segments.end());
  for (std::size_t i = parts.size(); i-- > 0;) {
    if (std::string type = guess_terms_type(parts[i]); !type.empty()) return type;
  }
  return {};
}

std::string site_label(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed || !parsed->has_authority()) return {};
  std::string host = parsed->host();
  for (char& c : host) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (parsed->host_type() != boost::urls::host_type::name) return host;
  std::vector<std::string> labels(1);
  for (const char c : host) {
    if (c == '.') {
      labels.emplace_back();
    } else {
      labels.back().push_back(c);
    }
  }
  if (labels.back().empty()) labels.pop_back();
  if (labels.size() < 2) return labels.empty() ? std::string() : labels.front();
  static constexpr std::array<std::string_view, 12> second{"co",  "com", "org", "net",  "gov",  "ac",
                                                           "gob", "edu", "or",  "gouv", "govt", "ne"};
  const std::string& last = labels[labels.size() - 2];
  const bool two =
      labels.size() > 2 && labels.back().size() == 2 && std::find(second.begin(), second.end(), last) != second.end();
  return labels[labels.size() - (two ? 3 : 2)];
}

std::string guess_service(std::string_view site, std::string_view title, std::string_view url) {
  const std::string label = site_label(url);
  const bool number = label.find_first_of(".:[") != std::string::npos;
  const std::string squeezed_label = number || label.empty() ? std::string() : squeezed(label);
  std::string said(site);
  const auto is_name = [](const std::string& name) {
    return name.size() > 1 && name.size() <= most_site && guess_terms_type(name).empty();
  };
  if (is_name(said) && is_about(said, squeezed_label)) return said;
  for (const std::string& part : parts_of(title)) {
    if (is_name(part) && is_about(part, squeezed_label)) return part;
  }
  if (is_name(said)) return said;
  if (number || label.empty()) return {};
  std::string name = label;
  if (name.front() >= 'a' && name.front() <= 'z') name.front() = static_cast<char>(name.front() - 32);
  return name;
}

Result<std::string> catalog_file_of(const std::string& folder, const std::string& service) {
  const bool control = std::any_of(service.begin(), service.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '/' || c == '\\';
  });
  if (service.empty() || service.size() > most_name || control || service.front() == '.' || service.front() == ' ' ||
      service.back() == ' ' || service.ends_with(".history") || service.ends_with(".filters")) {
    return Error{ErrorCode::bad_input, "the service \"" + service + "\" can name no file"};
  }
  std::error_code missing;
  if (!fs::exists(folder, missing)) return (fs::path(folder) / (service + ".json")).string();
  const auto files = catalog_files(folder);
  if (!files) return files.error();
  const std::string wanted = slug(service);
  for (const std::string& path : *files) {
    std::string name = fs::path(path).stem().string();
    const Catalog catalog = read_catalog_file(path);
    if (!catalog.declarations.empty()) name = catalog.declarations.front().service_name;
    if (slug(name) == wanted) return path;
  }
  return (fs::path(folder) / (service + ".json")).string();
}

Result<std::string> with_declaration(std::string_view file, const Declaration& declaration, bool replace) {
  json::value root = json::object{{"name", declaration.service_name}, {"terms", json::object{}}};
  if (!file.empty()) {
    boost::system::error_code error;
    json::parse_options options;
    options.max_depth = 32;
    if (file.starts_with("\xEF\xBB\xBF")) file.remove_prefix(3);
    root = json::parse(file, error, {}, options);
    if (error) return Error{ErrorCode::bad_input, "is no JSON: " + error.message()};
    if (!root.is_object()) return Error{ErrorCode::bad_input, "is no object"};
  }
  json::object& service = root.as_object();
  const char* key = service.contains("documents") && !service.contains("terms") ? "documents" : "terms";
  json::value& terms = service.emplace(key, json::object{}).first->value();
  if (!terms.is_object()) return Error{ErrorCode::bad_input, "\"" + std::string(key) + "\" is no object"};
  for (auto& [declared, entry] : terms.as_object()) {
    if (id_of(declared, entry) != document_id("x", declaration.terms_type, declaration.region)) continue;
    if (!replace) {
      const json::value* fetch = entry.is_object() ? entry.as_object().if_contains("fetch") : nullptr;
      const std::string at = fetch != nullptr && fetch->is_string() ? " at " + std::string(fetch->as_string()) : "";
      return Error{ErrorCode::conflict, "declares \"" + std::string(declared) + "\" already" + at};
    }
    entry = entry_of(declaration);
    std::string out;
    write_pretty(root, 0, out);
    return out + "\n";
  }
  std::string type = declaration.terms_type;
  if (!declaration.region.empty()) type += "@" + declaration.region;
  terms.as_object()[type] = entry_of(declaration);
  std::string out;
  write_pretty(root, 0, out);
  return out + "\n";
}

}  // namespace smallprint
