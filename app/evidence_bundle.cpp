#include "app/evidence_bundle.h"

#include <algorithm>
#include <boost/json.hpp>
#include <stdexcept>
#include <utility>

#include "storage/archive.h"
#include "web/text.h"

namespace smallprint {
namespace {

namespace json = boost::json;
using Line = std::pair<std::string, std::string>;

std::string text_of(const json::value& value) {
  if (value.is_null()) return "";
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

/// What the bundle says, as the lines that its record should have. Throws where it is no bundle.
std::vector<Line> lines_of(const json::object& bundle) {
  std::vector<Line> lines = {{"smallprint-record", "1"},
                             {"sequence", text_of(bundle.at("chain").at("sequence"))},
                             {"document", text_of(bundle.at("document"))},
                             {"version", text_of(bundle.at("version"))},
                             {"observed_at", text_of(bundle.at("observed_at"))},
                             {"source", text_of(bundle.at("source"))},
                             {"text_sha256", text_of(bundle.at("text_sha256"))}};
  if (const json::value& visit = bundle.at("visit"); !visit.is_null()) {
    for (const char* name : {"at", "outcome", "reason", "status", "final_url", "duration_ms", "bytes", "moved_to"}) {
      const json::value& value = visit.at(name);
      const bool no_status = value.is_null() && std::string_view(name) == "status";
      lines.emplace_back(std::string("visit_") + name, no_status ? "0" : text_of(value));
    }
  }
  for (const json::value& page : bundle.at("snapshots").as_array()) {
    lines.emplace_back("page_sha256", text_of(page.at("sha256")));
    lines.emplace_back("status", text_of(page.at("status")));
    for (const json::value& url : page.at("urls").as_array()) lines.emplace_back("url", text_of(url));
    for (const json::value& header : page.at("headers").as_array())
      lines.emplace_back("header", text_of(header.at(0)) + ": " + text_of(header.at(1)));
  }
  return lines;
}

/// The lines that a record has. Their values as JSON can say them.
std::vector<Line> lines_of(std::string_view record) {
  std::vector<Line> lines;
  while (!record.empty()) {
    const std::string_view line = record.substr(0, record.find('\n'));
    lines.emplace_back(line.substr(0, line.find(' ')), clean_utf8(chain_value(line)));
    record.remove_prefix(std::min(record.size(), line.size() + 1));
  }
  return lines;
}

}  // namespace

Result<BundleCheck> check_bundle(std::string_view bytes, const std::optional<std::string>& text,
                                 const std::vector<std::string>& pages) try {
  const json::value parsed = json::parse(bytes);
  const json::object& bundle = parsed.as_object();
  BundleCheck check;
  check.document = text_of(bundle.at("document"));
  if (!parse_document_id(check.document)) throw std::invalid_argument("document");
  check.version = bundle.at("version").to_number<std::uint32_t>();
  const json::array& snapshots = bundle.at("snapshots").as_array();
  check.pages = snapshots.size();
  const auto find = [&check](std::string what) { check.findings.push_back(std::move(what)); };
  if (bundle.at("chain").is_null()) {
    find("it has no entry in the chain");
    return check;
  }
  const json::object& chain = bundle.at("chain").as_object();
  const std::string record = text_of(chain.at("record")), record_sha256 = text_of(chain.at("record_sha256"));
  if (sha256_hex(record) != record_sha256) find("record_sha256 is not the record's");
  if (chain_hash(text_of(chain.at("previous")), record_sha256) != text_of(chain.at("hash")))
    find("the chain's hash does not follow from previous and record_sha256");

  const std::vector<Line> said = lines_of(bundle), recorded = lines_of(record);
  const auto [one, other] = std::mismatch(said.begin(), said.end(), recorded.begin(), recorded.end());
  if (one != said.end() || other != recorded.end()) {
    const std::string& name = one != said.end() ? one->first : other->first;
    find("the bundle and its record do not say the same, from " + clean_utf8(name) + " on");
  }

  if (text && sha256_hex(*text) != text_of(bundle.at("text_sha256"))) find("the text is another one");
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (i >= snapshots.size() || sha256_hex(pages[i]) != text_of(snapshots[i].at("sha256")))
      find("page " + std::to_string(i + 1) + " is another one");
  }
  return check;
} catch (const std::exception&) {
  return Error{ErrorCode::bad_input,
               "this is no bundle: it comes from /api/v1/documents/SERVICE/TYPE/versions/N/evidence"};
}

}  // namespace smallprint
